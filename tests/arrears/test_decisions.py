"""What meetings decide: recorded once, by a held meeting, and never changed."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from arrears.models import CaseDecision, Task
from arrears.services.cases.sharing import mark_for_meeting
from arrears.services.decisions import record_decision, withdraw_decision
from boligsak.rule import RuleBroken
from tests.arrears.gate_town import DAY, ONE, PARTIES, GateTown

pytestmark = pytest.mark.django_db


def decide(town: GateTown, kind: str = "bailiff", **changes: object) -> CaseDecision:
    facts = {
        "meeting": "Samarbeidsmøte 6/2026",
        "held_on": DAY,
        "present": PARTIES,
        "reason": "Alt annet er prøvd.",
        "by": town.coordinator,
        "on": DAY,
    } | changes
    return record_decision(town.case.pk, kind, **facts)


def refused(town: GateTown, kind: str = "bailiff", **changes: object) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken, transaction.atomic():
        decide(town, kind, **changes)
    return broken.value


@pytest.fixture
def town() -> GateTown:
    return GateTown(without=["contacts", "visit", "view", "checklist", "notices", "decision"])


def test_a_decision_keeps_who_was_there_and_becomes_a_task(town):
    row = decide(town, due_on=DAY + 7 * ONE, party="landlord")
    assert (row.welfare_present, row.landlord_present, row.housing_unit_invited) == (True,) * 3
    task = Task.objects.get(about=f"decision:{row.pk}")
    assert (task.party, task.due_on) == ("landlord", DAY + 7 * ONE)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"held_on": DAY + ONE}, "decision.not_held"),
        ({"held_on": datetime.date(2020, 1, 1)}, "decision.before_case"),
        ({"meeting": " "}, "decision.no_meeting"),
        ({"reason": " "}, "decision.no_reason"),
        ({"present": ("welfare",), "invited": ("housing_unit",)}, "decision.parties"),
        ({"present": ("landlord",), "invited": ("housing_unit",)}, "decision.parties"),
        ({"present": ("welfare", "landlord")}, "decision.parties"),
        ({"due_on": DAY - ONE}, "decision.due_before"),
        ({"kind": "nonsense"}, "decision.kind"),
        ({"kind": "take_up_again"}, "decision.no_day"),
        ({"kind": "take_up_again", "again_on": DAY}, "decision.day_past"),
    ],
)
def test_a_decision_that_no_meeting_can_have_made_is_refused(town, changes, code):
    kind = changes.pop("kind", "bailiff")
    assert refused(town, kind, **changes).code == code
    assert not town.case.decisions.exists()


def test_the_housing_unit_need_not_come_when_it_was_invited(town):
    row = decide(town, present=("welfare", "landlord"), invited=("housing_unit",))
    assert row.housing_unit_invited


def test_going_on_with_measures_needs_no_particular_party(town):
    assert decide(town, "continue", present=("welfare",)).pk


def test_a_case_taken_up_again_is_a_task_on_the_day(town):
    row = decide(town, "take_up_again", again_on=DAY + 30 * ONE)
    assert Task.objects.get(about=f"decision:{row.pk}").due_on == DAY + 30 * ONE


def test_nobody_is_reminded_of_a_decision_that_was_withdrawn(town):
    row = decide(town, due_on=DAY + 7 * ONE, party="landlord")
    withdraw_decision(row.pk, because="Betalt", by=town.coordinator, on=DAY + ONE)
    task = Task.objects.get(about=f"decision:{row.pk}")
    assert (task.state, task.result, task.ended_on) == ("dropped", "Betalt", DAY + ONE)


def test_the_case_is_no_longer_up_for_the_meeting(town):
    mark_for_meeting(town.case.pk, by=town.welfare, on=DAY)
    decide(town, "continue")
    town.case.refresh_from_db()
    assert town.case.for_meeting_on is None


def test_the_same_decision_of_the_same_meeting_is_recorded_once(town):
    decide(town)
    assert refused(town).code == "decision.recorded"


def test_two_who_record_at_once_are_told_of_each_other(town):
    version = town.case.version
    town.case.refresh_from_db()
    seen = town.case.version
    decide(town, "continue", version=seen)
    assert refused(town, "stop", version=seen).code == "case.changed"
    assert version <= seen


def test_a_withdrawn_decision_stays_with_its_reason_and_stays_withdrawn(town):
    row = decide(town)
    withdraw_decision(row.pk, because="Feil sak", by=town.coordinator, on=DAY)
    row.refresh_from_db()
    assert (row.withdrawn_because, row.withdrawn_by) == ("Feil sak", town.coordinator)
    with pytest.raises(RuleBroken) as broken:
        withdraw_decision(row.pk, because="Igjen", by=town.coordinator, on=DAY)
    assert broken.value.code == "decision.withdrawn"


def test_a_decision_is_not_withdrawn_without_saying_why(town):
    row = decide(town)
    with pytest.raises(RuleBroken) as broken:
        withdraw_decision(row.pk, because="", by=town.coordinator, on=DAY)
    assert broken.value.code == "decision.no_because"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "collection"},
        {"held_on": DAY - ONE},
        {"welfare_present": False},
        {"reason": "En annen"},
        {"meeting": "Et annet"},
        {"household": {}},
        {"party": "landlord"},
    ],
)
def test_a_decision_is_never_changed_whatever_hand_does_it(town, change):
    row = decide(town)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        CaseDecision.objects.filter(pk=row.pk).update(**change)


def test_a_withdrawal_is_not_taken_back(town):
    row = decide(town)
    withdraw_decision(row.pk, because="Feil sak", by=town.coordinator, on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseDecision.objects.filter(pk=row.pk).update(
            withdrawn_on=None, withdrawn_by=None, withdrawn_because=""
        )


def test_the_database_refuses_a_decision_to_refer_without_the_parties(town):
    with pytest.raises(IntegrityError, match="needs_the_parties"), transaction.atomic():
        CaseDecision.objects.create(
            case=town.case,
            kind="bailiff",
            meeting="Et møte",
            held_on=DAY,
            welfare_present=True,
            landlord_present=False,
            housing_unit_invited=True,
            reason="Fordi",
            by=town.coordinator,
        )
