"""Closing a case, opening it again, sharing it, noting on it, and putting it up for the meeting."""

import datetime as dt

import pytest

from arrears.models import Case, ContactAttempt, Task
from arrears.queries.case_access import sight
from arrears.services.cases.base import at_work
from arrears.services.cases.closing import close_case, reopen_case
from arrears.services.cases.handing import ask_transfer
from arrears.services.cases.notes import add_note
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import mark_for_meeting, set_sharing, unmark
from arrears.services.tasks import make_task
from boligsak.dates import today
from boligsak.rule import RuleBroken
from tests.desk.work import owing
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


def case_on(lease, by, *kinds: str) -> Case:
    new = [NewTrigger(kind) for kind in kinds or ("arrears",)]
    return open_case(lease.pk, new, by=by, on=today()).case


@pytest.fixture
def case(kari):
    return case_on(LeaseFactory(), kari)


def code(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# --- Closing ----------------------------------------------------------------------------------


def test_a_closed_case_has_its_outcome_and_nothing_of_it_runs(case, kari) -> None:
    make_task(kind="by_hand", case=case, due_on=today(), by=kari, on=today())
    mark_for_meeting(case.pk, by=kari, on=today())
    close_case(case.pk, "paid", note="Alt er betalt", by=kari, on=today())
    row = now(case)
    assert (row.status, row.outcome, row.closed_on) == ("closed", "paid", today())
    assert row.for_meeting_on is None
    assert not row.triggers.filter(closed_on__isnull=True).exists()
    assert Task.objects.get().state == "dropped"
    assert row.acts.get(what="closed").note == "Alt er betalt"


def test_a_case_is_not_closed_as_paid_while_rent_is_past_due(kari) -> None:
    owed = case_on(owing(ore=1_260_000).lease, kari)
    with pytest.raises(RuleBroken) as broken:
        close_case(owed.pk, "paid", by=kari, on=today())
    assert (broken.value.code, broken.value.facts) == ("close.owes", {"owed_ore": 1_260_000})


def test_an_outcome_that_answers_only_one_trigger_closes_no_case_of_two(kari) -> None:
    both = case_on(LeaseFactory(), kari, "arrears", "expiry")
    assert code(close_case, both.pk, "paid", by=kari, on=today()) == "close.unanswered"
    close_case(both.pk, "moved_out", by=kari, on=today())


def test_a_case_that_is_offered_to_another_is_not_closed(case, kari) -> None:
    ask_transfer(
        case.pk, to_office=OfficeFactory(), to_owner=None, reason="Flytter", by=kari, on=today()
    )
    assert code(close_case, case.pk, "moved_out", by=kari, on=today()) == "close.transfer_waits"


def test_a_planned_home_visit_is_cancelled_before_the_case_is_closed(case, kari) -> None:
    visit_on = today() + dt.timedelta(days=3)
    ContactAttempt.objects.create(
        case=case, channel="home_visit", state="planned", on=visit_on, by=kari
    )
    assert code(close_case, case.pk, "moved_out", by=kari, on=today()) == "close.visit_planned"


def test_a_tenant_who_died_is_entered_before_the_case_ends_so(case, kari) -> None:
    assert code(close_case, case.pk, "died", by=kari, on=today()) == "close.nobody_died"
    person = case.lease.parties.get().person
    person.died_on = today()
    person.save()
    close_case(case.pk, "died", by=kari, on=today())


def test_nothing_is_done_on_a_closed_case(case, kari) -> None:
    close_case(case.pk, "mistake", by=kari, on=today())
    assert code(close_case, case.pk, "paid", by=kari, on=today()) == "case.closed"
    assert code(add_note, case.pk, "Hei", by=kari, on=today()) == "case.closed"


# --- Again ------------------------------------------------------------------------------------


def test_a_case_is_opened_again_with_a_reason_and_the_triggers_it_ended_with(case, kari) -> None:
    close_case(case.pk, "paid", by=kari, on=today())
    assert code(reopen_case, case.pk, reason=" ", by=kari, on=today()) == "reopen.no_reason"
    reopen_case(case.pk, reason="Betalingen ble trukket tilbake", by=kari, on=today())
    row = now(case)
    assert (row.status, row.outcome, row.closed_on) == ("open", "", None)
    assert [t.kind for t in row.triggers.filter(closed_on__isnull=True)] == ["arrears"]
    act = row.acts.get(what="reopened")
    assert (act.facts["outcome"], act.note) == ("paid", "Betalingen ble trukket tilbake")


def test_a_case_is_not_opened_again_beside_another_on_the_lease(case, kari) -> None:
    close_case(case.pk, "paid", by=kari, on=today())
    newer = case_on(case.lease, kari)
    with pytest.raises(RuleBroken) as broken:
        reopen_case(case.pk, reason="Igjen", by=kari, on=today())
    assert broken.value.facts == {"number": newer.number}
    assert broken.value.code == "reopen.another"


def test_an_open_case_is_not_opened_again(case, kari) -> None:
    assert code(reopen_case, case.pk, reason="Igjen", by=kari, on=today()) == "reopen.open"


# --- Sharing ----------------------------------------------------------------------------------


def test_without_a_basis_the_landlord_sees_the_case_anonymised_and_cannot_act(case, kari) -> None:
    landlord = UserFactory(role="landlord")
    assert sight(now(case), landlord).is_masked
    assert code(at_work, case.pk, by=landlord) == "case.masked"
    assert not sight(now(case), kari).is_masked


def test_with_consent_the_parties_share_it_until_it_is_taken_back(case, kari) -> None:
    landlord = UserFactory(role="landlord")
    consent = {"source": "Ola Hansen, på møte", "since": today(), "by": kari, "on": today()}
    set_sharing(case.pk, "consent", **consent)
    assert not sight(now(case), landlord).is_masked
    set_sharing(case.pk, "none", by=kari, on=today())
    row = now(case)
    assert sight(row, landlord).is_masked
    assert (row.sharing_source, row.sharing_on) == ("", None)
    assert case.acts.filter(what="sharing").count() == 2


def test_a_basis_names_its_source(case, kari) -> None:
    assert code(set_sharing, case.pk, "statute", since=today(), by=kari, on=today()) == (
        "sharing.no_source"
    )


# --- Notes and the meeting --------------------------------------------------------------------


def test_a_note_keeps_who_when_and_how_long(case, kari) -> None:
    act = add_note(case.pk, " Ringte Nav ", minutes=20, by=kari, on=today())
    assert (act.note, act.minutes, act.by, act.is_social) == ("Ringte Nav", 20, kari, False)


@pytest.mark.parametrize(
    ("text", "more", "why"),
    [("  ", {}, "note.empty"), ("x", {"minutes": 0}, "note.minutes")],
)
def test_a_note_says_something(text, more, why, case, kari) -> None:
    assert code(add_note, case.pk, text, by=kari, on=today(), **more) == why


def test_a_case_is_put_up_for_the_meeting_once_and_taken_off_with_a_reason(case, kari) -> None:
    mark_for_meeting(case.pk, note="Trenger råd", by=kari, on=today())
    assert code(mark_for_meeting, case.pk, by=kari, on=today()) == "meeting.marked"
    assert code(unmark, case.pk, reason="", by=kari, on=today()) == "meeting.no_reason"
    unmark(case.pk, reason="Løst", by=kari, on=today())
    assert now(case).for_meeting_on is None
    assert code(unmark, case.pk, reason="Løst", by=kari, on=today()) == "meeting.not_marked"


def test_a_step_on_an_older_version_is_refused(case, kari) -> None:
    opened_on = now(case).version
    add_note(case.pk, "Ny opplysning", by=kari, on=today())
    with pytest.raises(RuleBroken) as broken:
        close_case(case.pk, "paid", by=kari, on=today(), version=opened_on)
    assert broken.value.code == "case.changed"
    assert broken.value.facts["version"] == opened_on + 1
