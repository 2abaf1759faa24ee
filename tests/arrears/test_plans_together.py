"""Two people, or a person and the night, at one plan at the same time."""

from collections.abc import Callable
from typing import Any

import pytest

from arrears.models import CaseAct, RepaymentPlan, Task
from arrears.services.plan_check import record
from arrears.services.plans import end_plan, sign_plan
from tests.arrears.plan_cases import TODAY, D, case_of, pay, plan_of
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_sign_two_drafts_leave_one_plan_that_runs() -> None:
    case = case_of()
    plans = [plan_of(case, sign=False), plan_of(case, sign=False, instalment_ore=300_000)]

    def sign(plan: RepaymentPlan) -> Callable[[], Any]:
        return lambda: sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=TODAY)

    assert at_once(*map(sign, plans)) == ["done", "done"]
    states = RepaymentPlan.objects.filter(case=case).values_list("state", flat=True)
    assert sorted(states) == ["ended", "running"]


def test_two_who_sign_one_draft_sign_it_once() -> None:
    case = case_of()
    plan = plan_of(case, sign=False)

    def sign() -> None:
        sign_plan(plan.pk, signed_on=TODAY, by=case.owner, on=TODAY)

    assert at_once(sign, sign) == ["done", "plan.not_draft"]
    assert CaseAct.objects.filter(case=case, what="plan_signed").count() == 1


def test_the_night_and_somebody_who_ends_the_plan_do_not_undo_each_other() -> None:
    case = case_of()
    plan = plan_of(case)

    def end() -> None:
        end_plan(plan.pk, reason="Flytter", by=case.owner, on=D(2026, 2, 1))

    assert at_once(end, lambda: record(plan.pk, D(2026, 2, 1))) == ["done", "done"]
    plan.refresh_from_db()
    assert plan.state == "ended"
    assert not Task.objects.filter(kind="plan_broken", state="open").exists()


def test_a_payment_and_the_night_end_in_what_the_ledger_says() -> None:
    case = case_of()
    plan = plan_of(case)
    at_once(
        lambda: pay(case.lease, 600_000, D(2026, 1, 26), "p1"),
        lambda: record(plan.pk, D(2026, 2, 1)),
    )
    record(plan.pk, D(2026, 2, 2))
    plan.refresh_from_db()
    assert plan.state == "running"


def test_two_nights_at_once_say_a_breach_once() -> None:
    case = case_of()
    plan = plan_of(case)

    def night() -> None:
        record(plan.pk, D(2026, 2, 1))

    assert at_once(night, night) == ["done", "done"]
    assert CaseAct.objects.filter(case=case, what="plan_broken").count() == 1
    assert Task.objects.filter(kind="plan_broken").count() == 1
