"""Old arrears as a condition of a new home: a plan is made right here, and the condition met by it.

A plan needs a case in arrears on the lease that is owed on; who makes one opens it, or uses the one
that is open. Locks: the application with its condition first, then the case.
"""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case
from arrears.queries.old_debts import OldDebt, old_debts, people_of
from arrears.rules.cases import ARREARS
from arrears.services.cases.opening import NewTrigger, open_case
from boligsak.rule import RuleBroken
from tenants.models import Condition
from tenants.rules.conditions import NO_DEBT, PLAN
from tenants.services.applications.base import at_work
from tenants.services.conditions import meet_condition


@transaction.atomic
def case_for_plan(application_id: int, lease_id: int, *, by: Any, on: datetime.date) -> Case:
    """The open case in which a plan for the old debt can be made; opened where there is none.

    Raises `RuleBroken` as `at_work` and `open_case` do, or "old_arrears.not_owed" for a lease on
    which the applicants owe nothing.
    """
    application = at_work(application_id, by=by)
    owed = {debt.lease_id: debt for debt in old_debts(application, on)}
    if lease_id not in owed:
        raise RuleBroken("old_arrears.not_owed")
    case = Case.objects.open().visible_to(by).filter(lease_id=lease_id).first()
    if case is not None:
        return case
    note = application.number
    return open_case(lease_id, [NewTrigger(ARREARS, note=note)], by=by, on=on).case


@transaction.atomic
def meet_by_books(
    condition_id: int, *, because: str, version: int, by: Any, on: datetime.date
) -> Condition:
    """The condition on old arrears is met by what the books say: nothing that has fallen due is
    owed, or a signed plan runs on every lease that is owed on. What was found is kept with it.

    Raises `RuleBroken` as `meet_condition` does, "old_arrears.no_plan" (leases: the numbers of
    those without a plan that runs) or "old_arrears.not_covered" (leases: those whose plan does not
    cover everything that has fallen due).
    """
    application_id = Condition.objects.values_list("decision__application_id", flat=True).get(
        pk=condition_id
    )
    application = at_work(application_id, by=by)
    debts = [debt for debt in old_debts(application, on) if debt.overdue_ore > 0]
    if lacking := [debt.number for debt in debts if not debt.is_planned]:
        raise RuleBroken("old_arrears.no_plan", leases=lacking)
    if lacking := [debt.number for debt in debts if not debt.is_covered]:
        raise RuleBroken("old_arrears.not_covered", leases=lacking)
    return meet_condition(
        condition_id,
        because=because,
        evidence=_evidence(debts, people_of(application), on),
        version=version,
        by=by,
        on=on,
    )


def _evidence(debts: list[OldDebt], people: list[int], on: datetime.date) -> dict[str, Any]:
    if not debts:
        return {"kind": NO_DEBT, "people": people, "on": on.isoformat()}
    plans = [
        {
            "plan": debt.plan.plan_id,
            "lease": debt.lease_id,
            "lease_number": debt.number,
            "owed_ore": debt.overdue_ore,
            "signed_on": debt.plan.signed_on.isoformat() if debt.plan.signed_on else None,
        }
        for debt in debts
        if debt.plan is not None
    ]
    return {"kind": PLAN, "plans": plans, "on": on.isoformat()}
