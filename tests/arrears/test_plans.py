"""Repayment plans through their services: drafted, signed, checked by night, replaced, ended."""

import datetime

import pytest

from arrears.models import DebtSettlement, RepaymentPlan
from arrears.queries.plans import (
    coverable,
    dunning_rests,
    leases_at_rest,
    plan_facts,
)
from arrears.rules.plans import Rhythm
from arrears.services.ledger import dispute
from arrears.services.plans import Told, draft_plan, end_plan, sign_plan
from boligsak.rates.models import Policy
from boligsak.rates.services import enter_policy
from boligsak.rule import RuleBroken
from tenants.rules.economy import ExpenseKind, IncomeKind, Line, People
from tests.arrears.plan_cases import RENT, TODAY, D, case_of, pay, plan_of, rent
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db

POOR = Told(
    (Line(IncomeKind.BENEFIT, 1_500_000), Line(ExpenseKind.RENT, RENT)),
    People(1),
)


def refused(code: str):
    return pytest.raises(RuleBroken, match=f"^{code}$")


def state(plan: RepaymentPlan) -> tuple[str, datetime.date | None]:
    plan.refresh_from_db()
    return plan.state, plan.broken_on or plan.ended_on


# --- Drafting ---------------------------------------------------------------------------------


def test_a_draft_covers_what_is_due_and_adds_up():
    case = case_of()
    plan = plan_of(case, sign=False, first_ore=100_000)
    assert plan.total_ore == 2 * RENT
    assert [row.amount_ore for row in plan.instalments.order_by("number")] == [
        100_000,
        600_000,
        600_000,
        500_000,
    ]
    assert sum(plan.charges.values_list("open_ore", flat=True)) == plan.total_ore
    assert (plan.state, plan.tolerance_days) == ("draft", 3)


def test_a_draft_covers_the_chosen_charges_only():
    case = case_of()
    first, second = coverable(case.lease_id, TODAY)
    plan = plan_of(case, sign=False, line_ids=[second.line_id])
    assert list(plan.charges.values_list("line_id", flat=True)) == [second.line_id]
    assert plan.total_ore == RENT
    pay(case.lease, RENT, TODAY, "p1")
    with refused("plan.charge_gone"):
        plan_of(case, sign=False, line_ids=[first.line_id])


def test_what_is_not_due_or_deposited_as_disputed_is_not_covered():
    case = case_of()
    rent(case.lease, "2026-01")
    line = case.lease.ledger_lines.get(reference="rent:2025-11")
    dispute(line.pk, 300_000, on=TODAY, note="Vinduet", by=case.owner)
    assert [one.open_ore for one in coverable(case.lease_id, TODAY)] == [600_000, RENT]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"first_due_on": D(2026, 1, 4)}, "plan.first_day_past"),
        # Dunning would rest for years on a mistyped year.
        ({"first_due_on": D(2026, 7, 6)}, "plan.first_day_far"),
        ({"first_due_on": D(9999, 12, 31)}, "plan.first_day_far"),
        ({"instalment_ore": 10_000}, "plan.too_long"),
        ({"first_ore": 2 * RENT + 1}, "plan.first_too_large"),
        ({"tolerance_days": 61}, "plan.tolerance"),
        ({"line_ids": [0]}, "plan.charge_gone"),
        ({"line_ids": []}, "plan.no_debt"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(terms, code):
    case = case_of()
    with refused(code):
        plan_of(case, sign=False, **terms)


def test_a_plan_needs_a_tenant_who_lives():
    case = case_of()
    person = case.lease.parties.get().person
    person.died_on = D(2026, 1, 2)
    person.save()
    with refused("plan.nobody_to_sign"):
        plan_of(case, sign=False)


def test_debt_that_a_debt_settlement_covers_is_not_in_a_plan():
    case = case_of()
    person = case.lease.parties.get().person
    DebtSettlement.objects.create(
        person=person, opened_on=D(2026, 1, 2), covers_to=D(2025, 11, 30), by=case.owner
    )
    with refused("plan.debt_settlement"):
        plan_of(case, sign=False)
    later = [one.line_id for one in coverable(case.lease_id, TODAY) if one.due_on > D(2025, 11, 30)]
    assert plan_of(case, sign=False, line_ids=later).total_ore == RENT


def test_an_instalment_above_what_the_household_can_afford_needs_a_reason():
    case = case_of()
    # 6 000 kr is left, a tenth of it stays with the household.
    with refused("plan.above"):
        plan_of(case, sign=False, told=POOR)
    plan = plan_of(case, sign=False, told=POOR, above_because="Søker § 19 for resten")
    assert (plan.affordable_ore, plan.above_because) == (540_000, "Søker § 19 for resten")
    assert plan.economy["left_ore"] == 600_000
    fits = plan_of(case, sign=False, told=POOR, instalment_ore=540_000, above_because="…")
    assert fits.above_because == ""


def test_without_a_rate_what_was_told_counts_and_it_is_kept_that_there_was_none():
    case = case_of()
    plan = plan_of(case, sign=False, told=POOR, instalment_ore=540_000)
    assert plan.economy["rate_ore"] is None
    general = Policy.objects.get(kind="repayment")
    enter_policy(
        "repayment",
        office_id=case.office_id,
        valid_from=TODAY,
        values=general.values | {"living_single_ore": 400_000},
    )
    with refused("plan.above"):
        plan_of(case, sign=False, told=POOR, instalment_ore=540_000)


def test_the_policy_a_plan_rests_on_is_cited():
    plan_of(case_of(), sign=False)
    assert Policy.objects.get(kind="repayment").cited_at is not None


def test_a_draft_that_replaces_another_ends_it():
    case = case_of()
    first = plan_of(case, sign=False)
    second = plan_of(case, sign=False, replaces=first.pk)
    assert (state(first)[0], state(second)[0]) == ("ended", "draft")
    with refused("plan.ended"):
        plan_of(case, sign=False, replaces=first.pk)


# --- Signing ----------------------------------------------------------------------------------


def test_a_signed_plan_runs_and_dunning_rests():
    case = case_of()
    plan = plan_of(case, sign=False)
    assert not dunning_rests(case.lease_id)
    sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=TODAY)
    assert dunning_rests(case.lease_id)
    assert leases_at_rest([case.lease_id, 0]) == {case.lease_id}
    facts = plan_facts([case.pk, 0], TODAY)
    assert facts[0].state == "none"
    found = facts[case.pk]
    assert (found.state, found.running_plan_id, found.signed_on) == ("running", plan.pk, TODAY)
    assert (found.next_due_on, found.next_due_ore) == (D(2026, 1, 26), 600_000)
    assert found.covered_line_ids == set(plan.charges.values_list("line_id", flat=True))


@pytest.mark.parametrize(
    ("signed_on", "code"),
    [
        (D(2026, 1, 4), "plan.signed_before"),
        (D(2026, 1, 7), "plan.signed_later"),
    ],
)
def test_a_plan_is_signed_between_its_drafting_and_today(signed_on, code):
    case = case_of()
    plan = plan_of(case, sign=False)
    with refused(code):
        sign_plan(plan.pk, signed_on=signed_on, by=case.owner, on=D(2026, 1, 6))


def test_a_plan_is_not_signed_on_another_debt_than_it_says():
    case = case_of()
    plan = plan_of(case, sign=False)
    pay(case.lease, 100_000, TODAY, "p1")
    with refused("plan.debt_changed") as found:
        sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=TODAY)
    assert found.value.facts == {"total_ore": 2 * RENT, "now_ore": 2 * RENT - 100_000}


def test_nobody_signs_for_who_has_died_since_the_plan_was_drawn_up():
    plan = plan_of(case_of(), sign=False)
    person = plan.lease.parties.get().person
    person.died_on = TODAY
    person.save()
    with refused("plan.nobody_to_sign"):
        sign_plan(plan.pk, signed_on=TODAY, by=plan.case.owner, on=TODAY)


def test_a_debt_settlement_opened_since_the_plan_was_drawn_up_stops_the_signing():
    plan = plan_of(case_of(), sign=False)
    person = plan.lease.parties.get().person
    DebtSettlement.objects.create(
        person=person, opened_on=TODAY, covers_to=D(2025, 11, 30), by=plan.case.owner
    )
    with refused("plan.debt_settlement"):
        sign_plan(plan.pk, signed_on=TODAY, by=plan.case.owner, on=TODAY)


def test_what_is_paid_between_the_signing_and_its_entering_does_not_hinder():
    case = case_of()
    plan = plan_of(case, sign=False)
    pay(case.lease, 600_000, D(2026, 1, 7), "p1")
    sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=D(2026, 1, 8))
    found = plan_facts([case.pk], D(2026, 1, 8))[case.pk]
    assert (found.next_due_on, found.next_due_ore) == (D(2026, 2, 26), 600_000)


def test_a_new_plan_replaces_the_one_that_runs():
    case = case_of()
    old = plan_of(case)
    new = plan_of(case, instalment_ore=300_000)
    assert (state(old)[0], old.ended_because) == ("ended", "replaced")
    assert state(new)[0] == "running"


def test_a_signed_plan_is_not_signed_again_or_on_another_version():
    case = case_of()
    plan = plan_of(case)
    with refused("plan.not_draft"):
        sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=TODAY)
    with refused("plan.changed"):
        end_plan(plan.pk, reason="Feil", by=case.owner, on=TODAY, version=plan.version - 1)


def test_a_withdrawn_plan_says_why_and_dunning_goes_on():
    case = case_of()
    plan = plan_of(case)
    with refused("plan.no_reason"):
        end_plan(plan.pk, reason="  ", by=case.owner, on=TODAY)
    end_plan(plan.pk, reason="Leietakeren flytter", by=case.owner, on=TODAY)
    assert state(plan) == ("ended", TODAY)
    assert not dunning_rests(case.lease_id)
    with refused("plan.ended"):
        end_plan(plan.pk, reason="En gang til", by=case.owner, on=TODAY)


def test_nobody_draws_up_a_plan_on_a_case_they_may_not_see():
    case = case_of()
    stranger = UserFactory(role="caseworker", role__offices=[LeaseFactory().office])
    with refused("case.not_visible"):
        draft_plan(
            case.pk,
            rhythm=Rhythm.MONTHLY,
            instalment_ore=600_000,
            first_due_on=D(2026, 1, 26),
            by=stranger,
            on=TODAY,
        )
