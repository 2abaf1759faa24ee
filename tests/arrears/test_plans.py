"""Repayment plans through their services: drafted, signed, checked by night, replaced, ended."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.models import CaseAct, DebtSettlement, Flag, RepaymentPlan, Task
from arrears.queries.plans import (
    broken_plans,
    coverable,
    dunning_rests,
    leases_at_rest,
    plan_facts,
    plan_survival,
    plans_of,
    survival_by_office,
)
from arrears.rules.plans import Rhythm
from arrears.services.cases.closing import close_case
from arrears.services.flags import bring_flags_up_to_date
from arrears.services.ledger import NewLine, correct, dispute, move_payment, post
from arrears.services.plan_check import check_plans, record
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


# --- By night ---------------------------------------------------------------------------------


def test_a_breach_flags_the_lease_and_gives_the_owner_a_task():
    case = case_of()
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT, D(2026, 1, 20), "p1")
    assert check_plans(D(2026, 1, 29))["broken"] == 0
    assert check_plans(D(2026, 1, 30)) == {"looked": 1, "broken": 1, "kept": 0, "restored": 0}
    assert state(plan) == ("broken", D(2026, 1, 30))
    assert plan.broken_facts == {
        "due_on": "2026-01-26",
        "short_ore": 600_000,
        "paid_on": None,
        "found_on": "2026-01-30",
    }
    task = Task.objects.get(kind="plan_broken")
    assert (task.owner, task.case, task.about) == (case.owner, case, f"plan:{plan.pk}")
    bring_flags_up_to_date(D(2026, 1, 30))
    flag = Flag.objects.get(kind="plan_broken")
    assert (flag.level, flag.anchor_on) == (3, D(2026, 1, 30))
    assert not dunning_rests(case.lease_id)
    assert check_plans(D(2026, 1, 31))["broken"] == 0
    assert Task.objects.filter(kind="plan_broken").count() == 1


def test_a_payment_that_comes_late_with_a_value_date_in_time_restores_the_plan():
    case = case_of()
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT, D(2026, 1, 20), "p1")
    check_plans(D(2026, 1, 30))
    bring_flags_up_to_date(D(2026, 1, 30))
    pay(case.lease, 600_000, D(2026, 1, 29), "p2")
    assert check_plans(D(2026, 2, 2))["restored"] == 1
    assert state(plan) == ("running", None)
    assert Task.objects.get(kind="plan_broken").state == "done"
    acts = CaseAct.objects.filter(case=case, what__startswith="plan_").order_by("pk")
    assert [act.what for act in acts] == ["plan_signed", "plan_broken", "plan_restored"]
    bring_flags_up_to_date(D(2026, 2, 2))
    assert Flag.objects.get(kind="plan_broken").resolved_on == D(2026, 2, 2)


def test_a_payment_a_day_too_late_does_not():
    case = case_of()
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT, D(2026, 1, 20), "p1")
    check_plans(D(2026, 1, 30))
    pay(case.lease, 600_000, D(2026, 1, 30), "p2")
    check_plans(D(2026, 2, 2))
    assert state(plan) == ("broken", D(2026, 1, 30))


def test_a_payment_moved_to_another_lease_was_never_the_plans():
    case, other = case_of(), LeaseFactory()
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    line = pay(case.lease, RENT + 600_000, D(2026, 1, 20), "p1")
    check_plans(D(2026, 1, 30))
    assert state(plan)[0] == "running"
    move_payment(line.pk, to_lease_id=other.pk, by=case.owner, note="Feil KID")
    check_plans(D(2026, 2, 2))
    assert state(plan) == ("broken", D(2026, 1, 24))


def test_what_was_paid_before_the_signing_but_comes_after_it_counts():
    case = case_of()
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT, D(2026, 1, 20), "p1")
    pay(case.lease, 600_000, D(2026, 1, 2), "p2")
    check_plans(D(2026, 2, 2))
    assert state(plan)[0] == "running"


def test_a_correction_that_lowers_a_covered_charge_counts_and_one_that_raises_it_does_not():
    case = case_of()
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT, D(2026, 1, 20), "p1")
    line = case.lease.ledger_lines.get(reference="rent:2025-12")
    correct(line.pk, amount_ore=-600_000, on=D(2026, 1, 26), note="Mangel", by=case.owner)
    check_plans(D(2026, 2, 2))
    assert state(plan)[0] == "running"
    correct(line.pk, amount_ore=100_000, on=D(2026, 1, 26), note="For mye", by=case.owner)
    check_plans(D(2026, 2, 2))
    assert state(plan)[0] == "running"


def test_a_fee_does_not_break_a_plan():
    case = case_of()
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT + 600_000, D(2026, 1, 20), "p1")
    due_on = D(2026, 1, 21)
    post([NewLine(case.lease_id, "fee", 3_500, due_on, "fee:1", due_on=due_on)])
    check_plans(D(2026, 2, 2))
    assert state(plan)[0] == "running"


def test_a_plan_that_is_paid_is_kept_and_the_owner_is_told():
    case = case_of(owed=("2025-12",))
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT, D(2026, 1, 20), "p1")
    pay(case.lease, 600_000, D(2026, 1, 26), "p2")
    pay(case.lease, 300_000, D(2026, 2, 10), "p3")
    assert check_plans(D(2026, 2, 11))["kept"] == 1
    assert state(plan) == ("kept", D(2026, 2, 10))
    assert Task.objects.get(kind="plan_kept").owner == case.owner
    assert plan_facts([case.pk], D(2026, 2, 11))[case.pk].state == "kept"
    assert not dunning_rests(case.lease_id)


def test_a_broken_plan_whose_debt_is_paid_since_is_no_matter_any_more():
    case = case_of()
    plan = plan_of(case)
    check_plans(D(2026, 1, 30))
    bring_flags_up_to_date(D(2026, 1, 30))
    assert set(broken_plans([case.lease_id])) == {case.lease_id}
    pay(case.lease, 2 * RENT, D(2026, 2, 1), "p1")
    check_plans(D(2026, 2, 2))
    assert state(plan) == ("broken", D(2026, 1, 30))
    assert plan.broken_facts["paid_on"] == "2026-02-01"
    assert broken_plans([case.lease_id]) == {}
    assert plan_facts([case.pk], D(2026, 2, 2))[case.pk].state == "none"
    assert Task.objects.get(kind="plan_broken").state == "done"
    bring_flags_up_to_date(D(2026, 2, 2))
    assert not Flag.objects.filter(kind="plan_broken", resolved_on=None).exists()


def _taken_back(case, ore, on):
    post([NewLine(case.lease_id, "reversal", ore, on, f"back:{on}")])


def test_a_kept_plan_whose_last_payment_bounces_runs_again_and_nobody_is_asked_to_close():
    case = case_of(owed=("2025-12",))
    plan = plan_of(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT, D(2026, 1, 20), "p1")
    pay(case.lease, 600_000, D(2026, 1, 26), "p2")
    pay(case.lease, 300_000, D(2026, 2, 26), "p3")
    assert check_plans(D(2026, 2, 27))["kept"] == 1
    _taken_back(case, 300_000, D(2026, 3, 2))
    check_plans(D(2026, 3, 3))
    assert state(plan) == ("running", None)
    assert Task.objects.get(kind="plan_kept").state == "done"
    rent(case.lease, "2026-03")
    pay(case.lease, RENT, D(2026, 3, 20), "p4")
    assert check_plans(D(2026, 3, 24))["broken"] == 1


def test_a_late_payment_that_bounces_gives_the_owner_the_task_again():
    case = case_of()
    plan = plan_of(case)
    check_plans(D(2026, 1, 30))
    pay(case.lease, 2 * RENT, D(2026, 2, 1), "p1")
    check_plans(D(2026, 2, 2))
    assert not Task.objects.filter(kind="plan_broken", state="open").exists()
    _taken_back(case, 2 * RENT, D(2026, 2, 4))
    check_plans(D(2026, 2, 5))
    assert state(plan) == ("broken", D(2026, 1, 30))
    assert Task.objects.filter(kind="plan_broken", state="open").count() == 1
    check_plans(D(2026, 2, 6))
    assert Task.objects.filter(kind="plan_broken", state="open").count() == 1


def test_a_broken_plan_stays_a_flag_when_later_payments_only_pay_the_oldest_rent():
    case = case_of(owed=("2025-12",))
    plan_of(case, instalment_ore=300_000)
    rent(case.lease, "2026-01")
    check_plans(D(2026, 1, 30))
    pay(case.lease, RENT, D(2026, 2, 1), "p1")
    check_plans(D(2026, 2, 2))
    assert [one.due_on for one in coverable(case.lease_id, D(2026, 2, 2))] == [D(2026, 1, 20)]
    assert set(broken_plans([case.lease_id])) == {case.lease_id}


def test_a_broken_plan_ends_with_its_case():
    case = case_of()
    plan = plan_of(case)
    check_plans(D(2026, 1, 30))
    close_case(case.pk, "moved_out", by=case.owner, on=D(2026, 2, 1))
    check_plans(D(2026, 2, 2))
    assert (state(plan)[0], plan.ended_because) == ("ended", "case_closed")


def test_a_broken_plan_that_another_replaced_stays_ended():
    case = case_of()
    old = plan_of(case)
    check_plans(D(2026, 1, 30))
    new = plan_of(case, on=D(2026, 2, 2), first_due_on=D(2026, 2, 26))
    pay(case.lease, 600_000, D(2026, 1, 26), "p1")
    assert record(old.pk, D(2026, 2, 3)) is None
    assert (state(old)[0], state(new)[0]) == ("ended", "running")
    assert Task.objects.get(kind="plan_broken").state == "done"


def test_the_check_asks_the_database_as_often_for_many_plans_as_for_one(
    django_assert_num_queries, django_assert_max_num_queries
):
    plan_of(case_of())
    with django_assert_max_num_queries(10) as one:
        check_plans(TODAY)
    for _ in range(5):
        plan_of(case_of())
    with django_assert_num_queries(len(one)):
        check_plans(TODAY)


MOVES = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=100),  # value date, days after the signing
        st.integers(min_value=0, max_value=20),  # how much later the bank told
        st.sampled_from([100_000, 300_000, 600_000, RENT, RENT + 600_000]),
        st.sampled_from(["", "", "old", "rent"]),
    ),
    max_size=7,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MOVES)
def test_nights_over_payments_that_come_late_end_where_one_look_from_scratch_does(db, moves):
    """Every night is run; then the same plan on another lease, with everything there at once."""
    nights, at_once = case_of(), case_of()
    by_night, once = plan_of(nights), plan_of(at_once)
    last = TODAY + datetime.timedelta(days=125)
    told = [
        (TODAY + datetime.timedelta(days=after + late), after, ore, names, f"p{number}")
        for number, (after, late, ore, names) in enumerate(moves)
    ]
    for case in (nights, at_once):
        for month in ("2026-01", "2026-02", "2026-03", "2026-04"):
            rent(case.lease, month)

    def enter(case, row):
        _told_on, after, ore, names, name = row
        meant = {"old": "rent:2025-12", "rent": "rent:2026-02"}.get(names)
        line = case.lease.ledger_lines.get(reference=meant) if meant else None
        pay(case.lease, ore, TODAY + datetime.timedelta(days=after), name, line)

    day = TODAY
    while day <= last:
        for row in told:
            if row[0] == day:
                enter(nights, row)
        record(by_night.pk, day)
        day += datetime.timedelta(days=5)
    for row in told:
        if (row[0] - TODAY).days % 5:
            enter(nights, row)
        enter(at_once, row)
    record(by_night.pk, last)
    record(once.pk, last)
    assert state(by_night) == state(once)


# --- Survival ---------------------------------------------------------------------------------


def test_survival_counts_the_plans_signed_in_the_period():
    broken, kept = case_of(), case_of(owed=("2025-12",))
    plan_of(broken)
    plan_of(kept)
    pay(kept.lease, RENT, D(2026, 1, 15), "p1")
    check_plans(D(2026, 2, 10))
    draft = case_of()
    plan_of(draft, sign=False)
    found = plan_survival(D(2026, 1, 1), D(2026, 1, 31), D(2026, 2, 10))
    assert (found.signed, found.broken, found.kept, found.kept_permille) == (2, 1, 1, 500)
    assert plan_survival(D(2026, 2, 1), D(2026, 2, 28), D(2026, 2, 28)).signed == 0
    offices = [broken.lease.office_id]
    assert plan_survival(D(2026, 1, 1), D(2026, 1, 31), D(2026, 2, 10), offices).signed == 1


def test_survival_by_office_counts_protected_leases_in_the_whole_only():
    case, secret = (
        case_of(),
        case_of(
            LeaseFactory(is_protected=True), UserFactory(role="caseworker", role__cleared=True)
        ),
    )
    plan_of(case)
    plan_of(secret)
    manager = UserFactory(role="manager")
    found = survival_by_office(D(2026, 1, 1), D(2026, 1, 31), manager)
    assert {key: one.signed for key, one in found.items()} == {None: 2, case.lease.office_id: 1}
    cleared = UserFactory(role="manager", role__cleared=True)
    assert secret.lease.office_id in survival_by_office(D(2026, 1, 1), D(2026, 1, 31), cleared)
    bound = UserFactory(role="manager", role__offices=[secret.lease.office])
    assert survival_by_office(D(2026, 1, 1), D(2026, 1, 31), bound) == {}


def test_a_plan_of_an_earlier_case_that_still_runs_is_the_leases():
    case = case_of()
    plan = plan_of(case)
    close_case(case.pk, "moved_out", by=case.owner, on=TODAY)
    rent(case.lease, "2026-01")
    new = case_of(case.lease, case.owner, owed=())
    assert new.pk != case.pk
    assert plan_facts([new.pk], TODAY)[new.pk].running_plan_id == plan.pk
    assert [one.pk for one in plans_of(new)] == [plan.pk]
