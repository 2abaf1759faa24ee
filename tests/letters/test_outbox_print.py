"""Print batches: one file, a manifest, and letters that come and go."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boligsak.letters import printing, sent
from boligsak.letters.models import Dispatch, PrintBatch
from boligsak.letters.recipients import Standing
from boligsak.letters.services import print_batches
from boligsak.letters.services.outbox import cancel, settle
from boligsak.letters.services.print_batches import (
    content_of_batch,
    drop_batch,
    make_batch,
    post_batch,
    single,
    take_out,
)
from boligsak.rule import RuleBroken
from tests.factories import OfficeFactory, UserFactory
from tests.letters.pdf_text import pages
from tests.letters.posting import HIDDEN, KARI, OLA, ON, a_letter, send, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders", "people")]

TOMORROW = ON + datetime.timedelta(days=1)


@pytest.fixture
def office():
    return OfficeFactory()


@pytest.fixture
def by():
    return UserFactory()


def printed(office, by, on=ON):
    return make_batch(office.pk, Dispatch.objects.all(), by=by, on=on)


def test_a_batch_is_every_paper_letter_of_one_office(office, by):
    own = [waiting("print", office=office) for _ in range(3)]
    waiting("print")
    waiting("digital", office=office)
    made = printed(office, by)
    assert made.batch.number == "P2026-0001"
    assert set(made.batch.dispatches.all()) == set(own)
    assert [line["document"] for line in made.batch.manifest] == [str(r.document) for r in own]


def test_a_letter_is_in_one_batch_only(office, by):
    waiting("print", office=office)
    assert printed(office, by).batch
    assert printed(office, by).batch is None


def test_each_part_starts_on_a_sheet_of_its_own(office, by):
    waiting("print", office=office, text="Kort.")
    waiting("print", office=office, text="Langt avsnitt. " * 900)
    batch = printed(office, by).batch
    content = content_of_batch(batch)
    said = pages(content)
    starts = [number for number, page in enumerate(said) if "Testkommune" in page]
    assert [line["pages"] for line in batch.manifest] == [1, 3]
    assert [said[number - 2].strip()[0] for number in starts] == ["1", "2"]
    assert starts == [4, 8]
    assert batch.sheets == 1 + 2


def test_numbers_of_batches_follow_each_other_through_a_year(office, by):
    numbers = []
    for on in (ON, ON, datetime.date(2027, 1, 4)):
        waiting("print", office=office)
        numbers.append(printed(office, by, on).batch.number)
    assert numbers == ["P2026-0001", "P2026-0002", "P2027-0001"]


def test_posted_all_its_letters_are_sent_with_the_batch_as_proof(office, by):
    row = waiting("print", office=office)
    batch = printed(office, by).batch
    done = post_batch(batch.pk, TOMORROW, version=batch.version, by=by, on=TOMORROW)
    row.refresh_from_db()
    assert (done.sent, done.refused) == (1, [])
    assert (row.state, row.sent_on) == ("sent", TOMORROW)
    assert batch.number in row.proof


@pytest.mark.parametrize(
    ("posted_on", "code"),
    [(ON - datetime.timedelta(days=1), "before_ready"), (TOMORROW, "not_yet")],
)
def test_a_batch_was_posted_after_it_was_printed_and_not_tomorrow(office, by, posted_on, code):
    waiting("print", office=office)
    batch = printed(office, by).batch
    with pytest.raises(RuleBroken, match=code):
        post_batch(batch.pk, posted_on, version=batch.version, by=by, on=ON)


def test_a_letter_whose_owner_refuses_the_day_comes_back_and_the_others_are_sent(
    office, by, monkeypatch
):
    def only_on_its_day(document, sent_on, proof, by):
        if sent_on != document.dated_on:
            raise RuleBroken("notice.date_passed", dated_on=document.dated_on)

    monkeypatch.setattr(sent, "_sources", {})
    sent.on_sent("notice", only_on_its_day)
    late = waiting("print", office=office, source="notice", source_id=1)
    fine = waiting("print", office=office)
    batch = printed(office, by).batch
    done = post_batch(batch.pk, TOMORROW, version=batch.version, by=by, on=TOMORROW)
    late.refresh_from_db()
    fine.refresh_from_db()
    assert (done.sent, [row.pk for row in done.refused]) == (1, [late.pk])
    assert (late.state, late.code, late.batch) == ("cancelled", "notice.date_passed", None)
    assert fine.state == "sent"
    settle(late.pk, version=late.version, by=by, on=TOMORROW)
    late.refresh_from_db()
    assert late.settled_by == by


def test_a_letter_its_owner_no_longer_wants_is_not_printed(office, by, monkeypatch):
    def no_more(document, on):
        raise RuleBroken("notice.settled")

    monkeypatch.setattr(sent, "_sources", {})
    sent.on_sent("notice", lambda *_all: None, check=no_more)
    row = waiting("print", office=office, source="notice", source_id=1)
    made = printed(office, by)
    row.refresh_from_db()
    assert (made.batch, made.refused) == (None, 1)
    assert (row.state, row.code) == ("cancelled", "notice.settled")


def test_a_letter_that_is_taken_out_is_not_in_the_file_any_more_and_waits_again(office, by):
    row, other = waiting("print", office=office), waiting("print", office=office)
    batch = printed(office, by).batch
    row.refresh_from_db()
    before = content_of_batch(batch)
    take_out(row.pk, "Feil vedlegg", version=row.version, by=by, on=ON)
    batch.refresh_from_db()
    row.refresh_from_db()
    after = content_of_batch(batch)
    assert (row.batch, row.state) == (None, "waiting")
    assert [line["dispatch"] for line in batch.manifest] == [other.pk]
    assert printing.pages_of(after) == printing.pages_of(before) - 4
    assert batch.letters == 1


def test_the_last_letter_taken_out_drops_the_batch(office, by):
    row = waiting("print", office=office)
    batch = printed(office, by).batch
    row.refresh_from_db()
    take_out(row.pk, "Feil", version=row.version, by=by, on=ON)
    batch.refresh_from_db()
    assert batch.dropped_because == "Feil"
    assert printed(office, by).batch is not None


def test_a_dropped_batch_puts_its_letters_back(office, by):
    rows = [waiting("print", office=office) for _ in range(2)]
    batch = printed(office, by).batch
    drop_batch(batch.pk, "Skriveren sto", version=batch.version, by=by, on=ON)
    for row in rows:
        row.refresh_from_db()
        assert (row.batch, row.state) == (None, "waiting")
    with pytest.raises(RuleBroken, match=r"batch\.dropped"):
        post_batch(batch.pk, ON, version=batch.version + 1, by=by, on=ON)


def test_a_posted_batch_is_not_changed(office, by):
    waiting("print", office=office)
    batch = printed(office, by).batch
    post_batch(batch.pk, ON, version=batch.version, by=by, on=ON)
    with pytest.raises(RuleBroken, match=r"batch\.posted"):
        drop_batch(batch.pk, "Angret", version=batch.version + 1, by=by, on=ON)


def test_a_letter_in_a_batch_is_taken_out_before_it_is_cancelled(office, by):
    row = waiting("print", office=office)
    printed(office, by)
    row.refresh_from_db()
    with pytest.raises(RuleBroken, match=r"dispatch\.in_batch"):
        cancel(row.pk, "Feil", version=row.version, by=by, on=ON)


def test_a_letter_whose_file_is_lost_comes_back(office, by, folders):
    row = waiting("print", office=office)
    for file in (folders / "files" / "documents").iterdir():
        file.unlink()
    assert printed(office, by).batch is None
    row.refresh_from_db()
    assert (row.state, row.code) == ("failed", "dispatch.document_lost")


def test_no_more_than_one_morning_of_letters_is_in_one_file(office, by, monkeypatch):
    monkeypatch.setattr(print_batches, "MOST_IN_ONE", 2)
    for _ in range(3):
        waiting("print", office=office)
    assert (printed(office, by).batch.letters, printed(office, by).batch.letters) == (2, 1)


# --- Protected people -----------------------------------------------------------------------------


def test_a_protected_persons_letter_is_in_no_batch(office, by):
    waiting("print", HIDDEN, office=office)
    assert printed(office, by).batch is None


def test_who_has_become_protected_since_the_letter_was_written_is_in_no_batch(office, by, people):
    row = waiting("print", office=office)
    people.found[7] = Standing(is_protected=True)
    made = printed(office, by)
    row.refresh_from_db()
    assert (made.batch, made.protected, row.facts) == (None, 1, {"is_protected": True})
    assert printed(office, by).protected == 0


def test_a_protected_persons_address_is_looked_up_when_the_letter_is_printed(people):
    row = waiting("print", HIDDEN)
    people.addresses[9] = ("Skjultefaret 3", "7010 Trondheim")
    content, has_address = single(row, ON)
    assert has_address
    said = pages(content)
    assert "Skjultefaret 3" in said[0]
    assert all("Skjultefaret" not in page for page in said[1:])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    letters=st.lists(
        st.tuples(st.sampled_from(["party", "folder", "since", "no"]), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_no_batch_or_manifest_ever_holds_a_protected_persons_name(letters, people, folders):
    with transaction.atomic():
        office, by = OfficeFactory(), UserFactory()
        open_names = set()
        people.found.clear()
        for number, (protected, has_copy) in enumerate(letters):
            person = 1000 + number
            name = f"Hemmelig {person}"
            party = type(OLA)(
                "recipient",
                name,
                "" if protected in ("party", "folder") else "Åpenveien 1",
                person_id=person,
                is_protected=protected == "party",
            )
            parties = (party, KARI) if has_copy else (party,)
            letter = a_letter(*parties, office=office, is_protected=protected == "folder", by=by)
            send(letter, by=by, on=ON)
            if protected == "since":
                people.found[person] = Standing(is_protected=True)
            elif protected == "no":
                open_names.add(name)
        batch = printed(office, by).batch
        named = {line["name"] for line in batch.manifest} if batch else set()
        assert {name for name in named if name.startswith("Hemmelig")} == open_names
        told = "\n".join(pages(content_of_batch(batch))) if batch else ""
        for number, (protected, _copy) in enumerate(letters):
            assert (f"Hemmelig {1000 + number}" in told) == (protected == "no")
        transaction.set_rollback(True)


def test_the_manifest_names_letters_by_number_and_name_alone(office, by):
    waiting("print", office=office)
    (line,) = printed(office, by).batch.manifest
    assert set(line) == {"dispatch", "document", "name", "pages"}
    assert PrintBatch.objects.get().letters == 1
