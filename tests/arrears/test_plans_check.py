"""What the night finds of plans: broken, kept, ended, and how long they last."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arrears.models import CaseAct, Flag, Task
from arrears.queries.plans import (
    broken_plans,
    coverable,
    dunning_rests,
    plan_facts,
    plan_survival,
    plans_of,
    survival_by_office,
)
from arrears.services.cases.closing import close_case
from arrears.services.flags import bring_flags_up_to_date
from arrears.services.ledger import NewLine, correct, move_payment, post
from arrears.services.plan_check import check_plans, record
from tests.arrears.plan_cases import RENT, TODAY, D, case_of, pay, plan_of, rent
from tests.arrears.test_plans import state
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db


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
