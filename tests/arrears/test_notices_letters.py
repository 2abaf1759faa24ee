"""The letters of a notice: kept when it is sent, or sent by the outbox on the day they bear."""

import datetime
import io
import re

import pikepdf
import pytest

from arrears.models import LineKind, NoticeState
from arrears.queries.claims import open_charges
from arrears.services.notices.drafting import rewrite_notice
from arrears.services.notices.letters import key_of, live_letters
from arrears.services.notices.making import restored
from arrears.services.notices.posting import may_go, queue_notice, take_back
from arrears.services.notices.sending import Serving, send_notice, withdraw_notice
from arrears.services.notices.serving import serve_also
from boligsak.letters.models import Dispatch, DispatchState
from boligsak.letters.services import outbox
from boligsak.letters.services.journal import content_of
from boligsak.letters.services.print_batches import make_batch, post_batch
from boligsak.rule import RuleBroken
from tenants.models import Guardianship, LeaseParty, Protection
from tests.arrears.notice_town import RENT_ORE, build, pay
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db

D = datetime.date
DAY = D(2026, 6, 1)
NEXT = DAY + datetime.timedelta(days=1)


@pytest.fixture
def town():
    return build()


def refused(code: str, do) -> None:
    with pytest.raises(RuleBroken) as broken:
        do()
    assert broken.value.code == code


def ways(town, **more) -> list[Serving]:
    return town.servings(DAY, proof="", **more)


def queued(town, kind="warning_a", on=DAY, **more):
    notice = town.draft(kind, on, **more)
    return queue_notice(notice.pk, ways(town), by=town.landlord, on=on)


def waiting(notice) -> list[Dispatch]:
    rows = Dispatch.objects.filter(document__source_id=notice.pk, document__source="notice")
    return list(rows.order_by("pk"))


def posted(town, notice, on=DAY):
    """Printed and posted with whatever else waits."""
    rows = Dispatch.objects.filter(document__source_id=notice.pk)
    made = make_batch(town.case.office_id, rows, by=town.coordinator, on=on)
    assert made.batch is not None
    return post_batch(made.batch.pk, on, version=made.batch.version, by=town.coordinator, on=on)


def joined(town):
    """Another tenant, with a guardian."""
    person = PersonFactory(given_name="Čáhppe", family_name="Đuođđá")
    LeaseParty.objects.create(
        lease=town.lease, person=person, role="tenant", from_on=town.lease.starts_on, position=2
    )
    Guardianship.objects.create(
        person=person, guardian_name="Vera Verge", from_on=D(2020, 1, 1), mandate="økonomi"
    )
    return person


# --- Kept when it is sent ---------------------------------------------------------------------


def test_a_notice_that_is_sent_is_kept_as_a_letter_on_the_case(town):
    notice = town.send("warning_a", DAY)
    (letter,) = live_letters(notice)
    assert (letter.folder.kind, letter.folder.ref_id) == ("case", town.case.pk)
    assert (letter.kind, letter.dated_on) == ("notice-warning_a", DAY)
    assert letter.template is not None
    assert content_of(letter).startswith(b"%PDF")
    person = town.lease.parties.get().person
    assert key_of(letter) == (person.pk, None)
    assert not letter.dispatches.exists()  # it was sent by hand


def test_a_notice_names_the_home_with_its_unit(town):
    notice = town.send("warning_a", DAY)
    home = town.lease.dwelling
    named = f"{home.street} {home.house_no}, {home.unit}, {home.postcode} {home.place}"
    (letter,) = live_letters(notice)
    assert named in notice.body
    assert named in re.sub(r"\s+", " ", letter.body)


def test_the_letter_says_every_paragraph_of_the_notice(town):
    notice = town.send("warning_a", DAY, own_words="Ring oss. **Nå** {ikke felt} | x")
    (letter,) = live_letters(notice)
    said = re.sub(r"\s+", " ", letter.body)
    for paragraph in notice.body.split("\n\n")[4:]:
        for line in paragraph.split("\n"):
            # A charge is a row of the table here; the regards are the letter's own.
            if not line.startswith(("–", "Hilsen", "Spørsmål", "Trondheim")):
                assert re.sub(r"\s+", " ", line) in said
    assert "Ring oss. **Nå** {ikke felt} | x" in said
    for charge in notice.charges.all():
        assert charge.line.due_on.strftime("%d.%m.%Y") in said


def test_each_joint_tenant_and_each_guardian_has_a_letter_of_their_own(town):
    person = joined(town)
    notice = town.send("reminder", DAY)
    letters = {key_of(one): one for one in live_letters(notice)}
    guardian = person.guardianships.get()
    first = town.lease.parties.order_by("position").first().person_id
    assert set(letters) == {(first, None), (person.pk, None), (person.pk, guardian.pk)}
    copy = letters[person.pk, guardian.pk]
    assert copy.is_social  # who the guardian is, the landlord does not know
    assert copy.parties.get().name == "Vera Verge"
    assert not letters[person.pk, None].is_social


def test_nav_gets_the_warning_and_the_tenant_a_copy(town):
    town.send("warning_a", DAY)
    later = D(2026, 6, 16)
    notice = town.send("nav_warning", later)
    nav, copy = sorted(live_letters(notice), key=lambda one: key_of(one) != (None, None))
    party = nav.parties.get()
    assert (party.name, party.is_third) == ("Nav", True)
    assert "Dette er din kopi" not in nav.body
    assert "Dette er din kopi" in copy.body


def test_what_goes_to_nav_about_a_protected_tenancy_holds_no_address(town):
    town.send("warning_a", DAY)
    person = town.lease.parties.get().person
    person.protection = Protection.STRICT
    person.save()
    town.lease.is_protected = True
    town.lease.save()
    town.landlord.role_assignments.update(is_cleared=True)
    town.landlord = type(town.landlord).objects.get(pk=town.landlord.pk)
    notice = town.send("nav_warning", D(2026, 6, 16))
    street = town.lease.dwelling.street
    nav = next(one for one in live_letters(notice) if key_of(one) == (None, None))
    assert street not in nav.body
    assert street not in str(nav.facts)
    assert all(party.address == "" for one in live_letters(notice) for party in one.parties.all())


def test_who_comes_later_gets_the_same_letter_word_for_word(town):
    notice = town.send("warning_a", DAY)
    person = joined(town)
    pay(town.lease, RENT_ORE // 2, NEXT)
    serve_also(
        notice.pk,
        [Serving(person_id=person.pk, channel="letter", proof="Postlagt")],
        sent_on=NEXT,
        by=town.landlord,
        on=NEXT,
    )
    first, second = live_letters(notice).order_by("pk")
    assert first.body == second.body
    assert key_of(second) == (person.pk, None)


def test_a_template_that_has_no_place_for_what_is_said_is_refused(town):
    from boligsak.letters.services import templates

    by = town.coordinator
    draft = templates.new_version("notice-reminder", "nb", None, by=by, on=DAY)
    body = draft.body.replace("{help}", "")
    templates.change_draft(draft.pk, title=draft.title, body=body, note="", by=by)
    templates.approve(draft.pk, valid_from=DAY, by=by, on=DAY)
    refused("notice.unsaid", lambda: town.send("reminder", DAY))


def test_the_file_is_a_tagged_pdf_with_the_same_words(town):
    notice = town.send("reminder", DAY)
    (letter,) = live_letters(notice)
    with pikepdf.open(io.BytesIO(content_of(letter))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.docinfo.get("/Title", "")) == letter.title or letter.title.encode(
            "utf-16-be"
        ) in bytes(document.docinfo["/Title"])


# --- Through the outbox -----------------------------------------------------------------------


def test_a_queued_notice_waits_as_a_draft_and_nothing_is_charged(town):
    notice = queued(town, "reminder")
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    assert [row.state for row in waiting(notice)] == [DispatchState.WAITING]
    assert not town.lease.ledger_lines.filter(kind=LineKind.FEE).exists()


def test_it_is_sent_when_its_letter_is_posted_with_the_batch_as_proof(town):
    notice = queued(town)
    done = posted(town, notice)
    notice.refresh_from_db()
    assert (done.sent, done.refused) == (1, [])
    assert (notice.state, notice.sent_on) == (NoticeState.SENT, DAY)
    assert notice.sent_by == town.landlord  # who asked for it, not who posted it
    serving = notice.servings.get()
    assert (serving.channel, serving.sent_on) == ("letter", DAY)
    assert "P2026-" in serving.proof
    assert live_letters(notice).count() == 1  # no second letter


def test_with_joint_tenants_it_is_sent_with_the_last_of_the_letters(town):
    joined(town)
    notice = queued(town, "reminder")
    first, *rest = waiting(notice)
    outbox.note_sent(first.pk, DAY, "Sporing 1", version=first.version, by=town.coordinator, on=DAY)
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    for row in rest:
        outbox.note_sent(row.pk, DAY, "Sporing 2", version=row.version, by=town.coordinator, on=DAY)
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT
    assert sorted(notice.servings.values_list("proof", flat=True)) == [
        "Sporing 1",
        "Sporing 2",
        "Sporing 2",
    ]


def test_a_letter_posted_after_its_day_is_taken_out_and_comes_back(town):
    notice = queued(town)
    rows = Dispatch.objects.filter(document__source_id=notice.pk)
    made = make_batch(town.case.office_id, rows, by=town.coordinator, on=DAY)
    done = post_batch(made.batch.pk, NEXT, version=made.batch.version, by=town.coordinator, on=NEXT)
    notice.refresh_from_db()
    assert done.sent == 0
    (row,) = done.refused
    assert (row.state, row.code) == (DispatchState.CANCELLED, "notice.date_passed")
    assert notice.state == NoticeState.DRAFT


def test_a_letter_is_not_printed_after_its_day(town):
    notice = queued(town)
    letter = live_letters(notice).get()
    may_go(letter, DAY)
    refused("notice.date_passed", lambda: may_go(letter, NEXT))


def test_a_payment_in_between_stops_the_letter(town):
    notice = queued(town)
    pay(town.lease, RENT_ORE, DAY)
    done = posted_or_refused(town, notice)
    assert done == "notice.charge_gone" or done == "notice.outdated"
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT


def posted_or_refused(town, notice) -> str:
    rows = Dispatch.objects.filter(document__source_id=notice.pk)
    made = make_batch(town.case.office_id, rows, by=town.coordinator, on=DAY)
    assert (made.batch, made.refused) == (None, 1)
    return waiting(notice)[0].code


def test_a_queued_letter_is_not_written_anew(town):
    notice = queued(town)
    wanted = restored(notice.facts["wanted"])
    refused("notice.queued", lambda: rewrite_notice(notice.pk, wanted, by=town.landlord, on=DAY))
    refused("notice.queued", lambda: queue_notice(notice.pk, ways(town), by=town.landlord, on=DAY))


def test_taken_back_it_is_a_draft_again_and_its_letters_are_withdrawn(town):
    notice = queued(town)
    take_back(notice.pk, because="Feil konto", by=town.landlord, on=DAY)
    assert [row.state for row in waiting(notice)] == [DispatchState.CANCELLED]
    assert not live_letters(notice).exists()
    rewrite_notice(notice.pk, restored(notice.facts["wanted"]), by=town.landlord, on=DAY)
    queue_notice(notice.pk, ways(town), by=town.landlord, on=DAY)
    posted(town, notice)
    notice.refresh_from_db()
    assert notice.state == NoticeState.SENT


def test_what_is_sent_by_hand_after_all_does_not_go_from_the_outbox_too(town):
    notice = queued(town)
    send_notice(notice.pk, town.servings(DAY), sent_on=DAY, by=town.landlord, on=DAY)
    assert [row.state for row in waiting(notice)] == [DispatchState.CANCELLED]
    assert live_letters(notice).count() == 1  # the letter that was written is the one


def test_withdrawing_a_queued_notice_calls_its_letters_off(town):
    notice = queued(town)
    withdraw_notice(notice.pk, because="Betalt", by=town.landlord, on=DAY)
    assert [row.state for row in waiting(notice)] == [DispatchState.CANCELLED]
    assert not live_letters(notice).exists()


def test_a_letter_that_has_gone_cannot_be_taken_back(town):
    joined(town)
    notice = queued(town, "reminder")
    first = waiting(notice)[0]
    outbox.note_sent(first.pk, DAY, "Sporing", version=first.version, by=town.coordinator, on=DAY)
    refused(
        "notice.partly_sent",
        lambda: take_back(notice.pk, because="x", by=town.landlord, on=DAY),
    )


def test_email_goes_on_the_day_the_letter_bears(town):
    person = town.lease.parties.get().person
    person.email = "ola@example.org"
    person.save()
    notice = town.draft("warning_a", DAY)
    by_mail = [Serving(person_id=person.pk, channel="email", proof="", email_used_on=DAY)]
    day_before = DAY - datetime.timedelta(days=1)
    refused(
        "notice.email_today",
        lambda: queue_notice(notice.pk, by_mail, by=town.landlord, on=day_before),
    )
    queue_notice(notice.pk, by_mail, by=town.landlord, on=DAY)
    (row,) = waiting(notice)
    assert (row.channel, row.to) == ("email", "ola@example.org")


def test_email_to_an_address_not_used_lately_is_refused_at_once(town):
    person = town.lease.parties.get().person
    person.email = "ola@example.org"
    person.save()
    notice = town.draft("warning_a", DAY)
    old = [Serving(person_id=person.pk, channel="email", proof="", email_used_on=D(2020, 1, 1))]
    refused(
        "notice.email_not_recent",
        lambda: queue_notice(notice.pk, old, by=town.landlord, on=DAY),
    )


def test_the_fee_falls_on_the_tenant_when_the_letter_has_gone(town):
    notice = queued(town, "collection_notice")
    posted(town, notice)
    notice.refresh_from_db()
    if notice.fee_ore:
        assert any(one.kind == LineKind.FEE for one in open_charges(town.lease.pk, NEXT))
