"""The outbox: asked for once, sent once, and what a person does with what came back."""

import datetime

import pytest
from django.db import ProgrammingError, connection, transaction

from boligsak.letters import sent
from boligsak.letters.channels import MaybeSent, NotSent
from boligsak.letters.models import Dispatch, DispatchAct, DispatchState
from boligsak.letters.recipients import Standing
from boligsak.letters.services import delivering
from boligsak.letters.services.delivering import deliver, is_due, take
from boligsak.letters.services.journal import withdraw
from boligsak.letters.services.outbox import cancel, note_sent, on_paper, retry, send
from boligsak.letters.tasks import deliver_outbox
from boligsak.rates.models import Rate
from boligsak.rule import RuleBroken
from tests.factories import UserFactory
from tests.letters.posting import HIDDEN, KARI, NOW, OLA, ON, a_letter, state, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folders", "people")]

LATER = NOW + datetime.timedelta(days=2)


def acts(row):
    return list(DispatchAct.objects.filter(dispatch=row).order_by("pk").values_list("what", flat=1))


# --- Asking ---------------------------------------------------------------------------------------


def test_a_letter_waits_once_for_each_recipient_and_copy():
    rows = send(a_letter(OLA, KARI), by=UserFactory(), on=ON)
    assert [(row.party.name, row.channel, row.state) for row in rows] == [
        ("Ola Hansen", "print", "waiting"),
        ("Kari Verge", "print", "waiting"),
    ]


def test_asking_again_changes_nothing():
    letter, by = a_letter(OLA, KARI), UserFactory()
    first = send(letter, by=by, on=ON)
    again = send(letter, channel="email", by=by, on=ON, email_used_on=ON)
    assert [row.pk for row in first] == [row.pk for row in again]
    assert {row.channel for row in again} == {"print"}


def test_what_the_caller_takes_back_was_never_asked_for():
    letter = a_letter()
    with transaction.atomic():
        send(letter, by=UserFactory(), on=ON)
        transaction.set_rollback(True)
    assert not Dispatch.objects.exists()


def test_a_withdrawn_letter_is_not_sent():
    letter, by = a_letter(), UserFactory()
    withdraw(letter.pk, "Feil brev", by=by, on=ON)
    letter.refresh_from_db()
    with pytest.raises(RuleBroken, match=r"dispatch\.withdrawn"):
        send(letter, by=by, on=ON)


def test_an_address_that_has_not_been_used_lately_gets_paper_and_the_row_says_why():
    used_on = datetime.date(2025, 1, 1)
    (row,) = send(a_letter(), channel="email", by=UserFactory(), on=ON, email_used_on=used_on)
    assert row.channel == "print"
    assert row.facts == {"wanted": "email", "because": "dispatch.email_not_recent"}


def test_a_copy_goes_by_email_to_no_address_that_nobody_has_used():
    used_on = datetime.date(2026, 2, 1)
    rows = send(
        a_letter(OLA, KARI), channel="email", by=UserFactory(), on=ON, email_used_on=used_on
    )
    assert [row.channel for row in rows] == ["email", "print"]


@pytest.mark.parametrize("channel", ["email", "digital"])
def test_a_protected_persons_letter_waits_for_paper(channel):
    row = waiting(channel, HIDDEN)
    assert (row.channel, row.to) == ("print", "")


# --- Sending --------------------------------------------------------------------------------------


def test_a_letter_is_sent_with_its_proof_and_its_owner_is_told(wire, owner):
    row = waiting("digital", source="test", source_id=1)
    assert deliver(NOW) == {"sent": 1}
    row.refresh_from_db()
    assert (row.state, row.sent_on, row.proof) == ("sent", ON, f"proof of {wire.sent[0].ref}")
    assert owner == [(row.document_id, ON, row.proof, row.by)]
    assert deliver(LATER) == {}


def test_copies_tell_nobody(wire, owner):
    letter = a_letter(OLA, KARI, source="test", source_id=1)
    send(letter, channel="digital", by=UserFactory(), on=ON)
    assert deliver(NOW) == {"sent": 2}
    assert len(owner) == 1


def test_paper_is_not_the_workers(wire):
    row = waiting("print")
    assert not is_due(NOW)
    assert deliver(NOW) == {}
    assert state(row) == "waiting"


def test_what_failed_is_tried_again_ever_later_and_then_comes_back_to_the_worklist(wire):
    row = waiting()
    wire.first = [NotSent("digital.folder") for _ in range(6)]
    now, waited = NOW, []
    for _attempt in range(6):
        assert len(deliver(now)) == 1
        row.refresh_from_db()
        if row.next_try_at:
            assert deliver(row.next_try_at - datetime.timedelta(seconds=1)) == {}
            waited.append((row.next_try_at - now).total_seconds() / 60)
            now = row.next_try_at
    assert waited == [1, 5, 30, 120, 720]
    assert (row.state, row.code, row.attempts) == ("failed", "digital.folder", 6)
    assert acts(row) == ["attempt_failed"] * 6


def test_what_can_never_work_is_tried_once(wire):
    row = waiting("email")
    wire.first = [NotSent("email.refused", is_final=True)]
    assert deliver(NOW) == {"failed": 1}
    assert state(row) == "failed"


def test_nobody_knows_what_became_of_a_mail_that_was_cut_off(wire):
    row = waiting("email")
    wire.first = [MaybeSent("email.cut_off")]
    assert deliver(NOW) == {"uncertain": 1}
    assert deliver(LATER) == {}
    assert state(row) == "uncertain"


@pytest.mark.parametrize(("can_repeat", "left"), [(True, "waiting"), (False, "uncertain")])
def test_a_fault_nobody_thought_of_stops_no_other_letter(wire, can_repeat, left):
    first, second = waiting(), waiting()
    wire.can_repeat, wire.first = can_repeat, [ZeroDivisionError()]
    deliver(NOW)
    assert (state(first), state(second)) == (left, "sent")


def test_a_letter_whose_file_is_lost_comes_back(wire, folders):
    row = waiting()
    for file in (folders / "files" / "documents").iterdir():
        file.unlink()
    assert deliver(NOW) == {"failed": 1}
    assert Dispatch.objects.get(pk=row.pk).code == "dispatch.document_lost"


# --- At the last moment ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "because"),
    [
        (Standing(is_reserved=True), "dispatch.reserved"),
        (Standing(is_protected=True), "dispatch.protected"),
    ],
)
def test_eforvaltningsforskriften_9_who_is_reserved_when_it_is_sent_gets_paper(
    wire, people, standing, because
):
    row = waiting("digital")
    people.found[7] = standing
    assert deliver(NOW) == {"paper": 1}
    assert wire.sent == []
    row.refresh_from_db()
    paper = row.replaced_by
    assert (row.state, row.code) == ("cancelled", because)
    assert (paper.channel, paper.state, paper.facts["because"]) == ("print", "waiting", because)


def test_an_address_that_grows_old_while_the_letter_waits_gets_paper(wire):
    waiting("email")
    assert deliver(NOW + datetime.timedelta(days=181)) == {"paper": 1}


def test_a_register_that_does_not_answer_lets_nothing_out(wire, people):
    row = waiting()
    people.is_away = True
    assert deliver(NOW) == {"waiting": 1}
    assert wire.sent == []
    people.is_away = False
    assert deliver(NOW + datetime.timedelta(minutes=1)) == {"sent": 1}
    assert state(row) == "sent"


def test_a_letter_its_owner_no_longer_wants_is_not_sent(wire, monkeypatch):
    def too_late(document, on):
        raise RuleBroken("test.too_late", day=on)

    monkeypatch.setattr(sent, "_sources", {})
    sent.on_sent("test", lambda *_all: None, check=too_late)
    row = waiting(source="test", source_id=1)
    assert deliver(NOW) == {"refused": 1}
    row.refresh_from_db()
    assert (row.state, row.code, wire.sent) == ("cancelled", "test.too_late", [])


def test_a_letter_that_went_stays_sent_whatever_its_owner_says_afterwards(wire, monkeypatch):
    def refuses(*_all):
        raise RuleBroken("test.not_ours")

    monkeypatch.setattr(sent, "_sources", {})
    sent.on_sent("test", refuses)
    row = waiting(source="test", source_id=1)
    assert deliver(NOW) == {"sent": 1}
    row.refresh_from_db()
    assert (row.state, row.code) == ("sent", "test.not_ours")


def test_without_the_rate_of_recent_addresses_a_mail_waits_and_is_not_lost(wire):
    row = waiting("email")
    Rate.objects.filter(kind="email-used-within").update(valid_from=datetime.date(2040, 1, 1))
    assert deliver(NOW) == {"waiting": 1}
    assert Dispatch.objects.get(pk=row.pk).code == "dispatch.rate_missing"


# --- Cut off --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("can_repeat", "then"), [(True, "sent"), (False, "uncertain")])
def test_a_letter_whose_worker_is_gone_is_sent_again_only_where_that_is_harmless(
    wire, can_repeat, then
):
    wire.can_repeat = can_repeat
    row = waiting()
    take(NOW)
    assert deliver(NOW + datetime.timedelta(minutes=9)) == {}
    deliver(NOW + datetime.timedelta(minutes=10))
    assert state(row) == then


def test_who_was_thought_gone_and_comes_back_says_that_it_went(wire):
    row = waiting("email")
    taken = take(NOW)
    deliver(NOW + datetime.timedelta(minutes=11))
    assert state(row) == "uncertain"
    assert delivering._sent(taken, "it went", NOW + datetime.timedelta(minutes=12)) == "sent"
    assert state(row) == "sent"


def test_a_letter_that_kills_every_worker_is_given_up(wire):
    wire.can_repeat = True
    row = waiting()
    now = NOW
    for _attempt in range(6):
        assert take(now)
        now += datetime.timedelta(minutes=11)
        delivering._take_up_cut_off(now)
    assert state(row) == "failed"


# --- What a person does ---------------------------------------------------------------------------


def failed(wire, channel="email"):
    row = waiting(channel)
    wire.first = [NotSent("email.refused", is_final=True)]
    deliver(NOW)
    row.refresh_from_db()
    return row


def test_what_failed_is_tried_again_from_the_first_attempt(wire):
    row = failed(wire)
    retry(row.pk, version=row.version, by=UserFactory(), on=ON)
    assert deliver(LATER) == {"sent": 1}


def test_paper_instead_ends_the_first_and_waits_to_be_printed(wire):
    row = failed(wire)
    paper = on_paper(row.pk, version=row.version, by=UserFactory(), on=ON)
    assert (state(row), paper.state, paper.channel) == ("cancelled", "waiting", "print")


def test_a_letter_that_is_not_to_go_is_cancelled_with_a_reason():
    row, by = waiting("print"), UserFactory()
    with pytest.raises(RuleBroken, match=r"dispatch\.no_reason"):
        cancel(row.pk, " ", version=row.version, by=by, on=ON)
    cancel(row.pk, "Sendt ved en feil", version=row.version, by=by, on=ON)
    act = DispatchAct.objects.get(dispatch=row)
    assert (state(row), act.what, act.note, act.by) == (
        "cancelled",
        "cancelled",
        "Sendt ved en feil",
        by,
    )


def test_an_uncertain_letter_that_is_known_to_have_arrived_is_sent_and_its_owner_told(wire, owner):
    row = waiting("email", source="test", source_id=1)
    wire.first = [MaybeSent("email.cut_off")]
    deliver(NOW)
    row.refresh_from_db()
    by = UserFactory()
    note_sent(row.pk, ON, "Ringt, brevet er mottatt", version=row.version, by=by, on=ON)
    assert state(row) == "sent"
    assert owner == [(row.document_id, ON, "Ringt, brevet er mottatt", by)]


@pytest.mark.parametrize("channel", ["email", "digital"])
def test_nobody_says_of_a_waiting_mail_that_it_went(channel):
    row = waiting(channel)
    with pytest.raises(RuleBroken, match=r"dispatch\.by_wire"):
        note_sent(row.pk, ON, "Sendt", version=row.version, by=UserFactory(), on=ON)


def test_the_second_of_two_is_told_that_the_letter_has_changed(wire):
    row = failed(wire)
    retry(row.pk, version=row.version, by=UserFactory(), on=ON)
    with pytest.raises(RuleBroken) as broken:
        cancel(row.pk, "Feil", version=row.version, by=UserFactory(), on=ON)
    assert broken.value.code == "dispatch.changed"
    assert broken.value.facts["version"] == row.version + 1


def test_what_is_sent_stays_sent_whatever_the_program_does(wire):
    row = waiting()
    deliver(NOW)
    with pytest.raises(Exception, match="sent_dispatch_stays"), transaction.atomic():
        Dispatch.objects.filter(pk=row.pk).update(state=DispatchState.WAITING)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM letters_dispatch")


# --- Sending --------------------------------------------------------------------------------------


def test_the_beat_sends_what_waits(wire):
    row = waiting()
    assert deliver_outbox() == {"sent": 1}
    assert deliver_outbox() == {}
    assert state(row) == "sent"
