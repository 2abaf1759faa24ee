"""Requests to move, terminations with their answers, and the warning to Nav."""

import datetime as dt

import pytest

from arrears.models import NoticeServing, Task
from arrears.queries.notices import clock, next_deadlines
from arrears.services.notices.drafting import draft_notice
from arrears.services.notices.sending import withdraw_notice
from arrears.words.tasks import task_title
from boligsak.rule import RuleBroken
from tenants.models import Lease, Person
from tests.arrears.notice_town import DAY, answer, build, facts
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

D = dt.date


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


# --- Expired contracts and terminations -----------------------------------------------------------


def test_a_sent_request_to_move_stops_the_clock_of_9_2():
    town = build(due_on=None, ends_on=D(2026, 5, 31))
    assert [one.what for one in clock(town.case.pk, DAY)] == ["move_request"]
    town.send("move_request", D(2026, 8, 31))
    town.lease.refresh_from_db()
    assert town.lease.move_requested_on == D(2026, 8, 31)
    assert clock(town.case.pk, D(2026, 9, 1)) == []


def test_one_letter_after_expiry_both_asks_to_move_and_warns_4_18():
    town = build(due_on=None, ends_on=D(2026, 5, 31))
    notice = town.send("warning_b", DAY)
    town.lease.refresh_from_db()
    assert town.lease.move_requested_on == DAY
    found = facts(town, D(2026, 6, 16))
    assert found.carrying("move_request").notice_id == notice.pk
    assert found.carrying("warning_b").allowed_from == D(2026, 6, 16)


def test_a_request_to_move_recorded_by_mistake_lets_the_clock_run_again():
    town = build(due_on=None, ends_on=D(2026, 5, 31))
    notice = town.send("move_request", DAY)
    withdraw_notice(notice.pk, because="Feil leieforhold", by=town.landlord, on=DAY)
    town.lease.refresh_from_db()
    assert town.lease.move_requested_on is None


def test_a_termination_from_receipt_to_suit_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    assert notice.end_on == D(2026, 4, 30)
    assert "senest 30.04.2026" in notice.body
    answer(town, notice, received_on=D(2026, 1, 10))
    standing = facts(town, D(2026, 1, 15)).of("termination")
    assert (standing.deadline_on, standing.allowed_from) == (D(2026, 2, 10), D(2026, 5, 1))
    with refused("notice.too_early") as broken:
        town.draft("warning_c", D(2026, 4, 30))
    assert broken.value.facts["from_on"] == D(2026, 5, 1)
    warned = town.send("warning_c", D(2026, 5, 1))
    assert warned.allowed_from == D(2026, 5, 16)


def test_a_protest_in_time_closes_the_way_to_the_bailiff_and_starts_the_landlords_months_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    answer(town, notice, received_on=D(2026, 1, 10), protest_on=D(2026, 2, 10))
    found = facts(town, D(2026, 2, 11))
    assert found.protest_on == D(2026, 2, 10)
    assert found.of("termination").sue_by_on == D(2026, 5, 10)
    assert next_deadlines([town.case.pk], D(2026, 5, 1))[town.case.pk].what == "suit"
    with refused("notice.protested"):
        town.draft("warning_c", D(2026, 6, 1))
    assert facts(town, D(2026, 5, 11)).carrying("termination") is None


def test_a_protest_gives_the_landlord_a_task_with_the_last_day_to_sue_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    answer(town, notice, received_on=D(2026, 1, 10), protest_on=D(2026, 2, 1))
    task = Task.objects.get(kind="protested")
    assert (task.due_on, task.party) == (D(2026, 5, 10), "landlord")
    assert "10.05.2026" in task_title(task.kind, task.title, task.facts)


def test_a_protest_without_documented_receipt_starts_the_landlords_months_too_9_8():
    town = build(due_on=None)
    notice = town.send("termination", D(2026, 1, 8), ground="breach", grounds="Mislighold.")
    answer(town, notice, protest_on=D(2026, 2, 1))
    assert Task.objects.get(kind="protested").due_on == D(2026, 5, 8)
    found = facts(town, D(2026, 2, 2)).of("termination")
    assert (found.protest_on, found.sue_by_on) == (D(2026, 2, 1), D(2026, 5, 8))


@pytest.mark.parametrize(
    ("kind", "answered", "code"),
    [
        ("reminder", {"protest_on": D(2026, 6, 5)}, "notice.no_protest_here"),
        ("reminder", {"reserved_on": D(2026, 6, 5)}, "notice.no_reservation_here"),
        ("reminder", {"received_on": D(2026, 5, 31)}, "notice.received_before_sent"),
        ("reminder", {"received_on": D(2027, 1, 1)}, "notice.sent_ahead"),
    ],
)
def test_an_answer_fits_the_notice(kind, answered, code):
    town = build()
    with refused(code):
        answer(town, town.send(kind, DAY), **answered)


# --- Nav ------------------------------------------------------------------------------------------


def test_nav_is_not_warned_when_the_tenant_has_reserved_9_11():
    town = build()
    warning = town.send("warning_a", DAY)
    answer(town, warning, reserved_on=D(2026, 6, 3))
    assert facts(town, D(2026, 6, 4)).reservation_on == D(2026, 6, 3)
    with refused("notice.reserved"):
        town.draft("nav_warning", D(2026, 6, 4))


def test_the_tenant_has_a_copy_of_what_nav_gets_on_the_same_day_9_11():
    town = build()
    town.send("warning_a", DAY)
    notice = town.send("nav_warning", D(2026, 6, 2))
    assert NoticeServing.objects.get(notice=notice).sent_on == D(2026, 6, 2)
    assert facts(town, D(2026, 6, 20)).nav_warned_on == D(2026, 6, 2)
    assert facts(town).of("nav_warning") is None


def test_nav_does_not_get_a_protected_address():
    town = build()
    town.send("warning_a", DAY)
    street = town.lease.dwelling.street
    assert street in town.draft("nav_warning", DAY).body
    Person.objects.update(protection=7)
    Lease.objects.update(is_protected=True)
    cleared = UserFactory(role="landlord", role__cleared=True)
    wanted = town.wanted("nav_warning", DAY)
    hidden = draft_notice(town.case.pk, wanted, by=cleared, on=DAY)
    assert street not in hidden.body
    assert str(town.lease.parties.get().person) in hidden.body
