"""Old arrears of the people in an application, and whether what was agreed on them still holds."""

import datetime
from collections.abc import Collection, Mapping
from typing import NamedTuple

from arrears.models import Case, PlanState, RepaymentPlan
from arrears.queries.person_debts import debts_of, not_covered
from tenants.models import Application
from tenants.old_debts import PlanNow
from tenants.queries.conditions import adults_of


class OldDebt(NamedTuple):
    """What is owed on one old lease, the newest plan on it that is more than a draft, and the case
    that is open there. Amounts in øre."""

    lease_id: int
    number: str
    balance_ore: int
    overdue_ore: int
    plan: PlanNow | None
    case_id: int | None
    is_covered: bool
    """Nothing has fallen due that a running plan does not cover."""

    @property
    def is_planned(self) -> bool:
        """A plan runs; whether it covers everything is another matter."""
        return self.plan is not None and self.plan.state == PlanState.RUNNING


class Ledger:
    """Answers what `tenants.old_debts` asks."""

    def plans(self, plan_ids: Collection[int]) -> Mapping[int, PlanNow]:
        rows = RepaymentPlan.objects.filter(pk__in=plan_ids).select_related("lease")
        return {row.pk: _now(row) for row in rows}

    def who_owes(self, person_ids: Collection[int], day: datetime.date) -> Collection[int]:
        return {one.person_id for one in not_covered(person_ids, day)}


def people_of(application: Application) -> list[int]:
    """The applicant and the other adults of the household that applies."""
    return sorted(adults_of([application.pk])[application.pk])


def old_debts(application: Application, day: datetime.date) -> list[OldDebt]:
    """Lease by lease, the oldest first. A constant number of queries."""
    people = people_of(application)
    debts = debts_of(people, day)
    lacking = {one.lease_id for one in not_covered(people, day)}
    leases = [debt.lease_id for debt in debts]
    plans = dict(_newest(leases))
    cases = dict(Case.objects.open().filter(lease__in=leases).values_list("lease_id", "pk"))
    return [
        OldDebt(
            debt.lease_id,
            debt.number,
            debt.balance_ore,
            debt.overdue_ore,
            plans.get(debt.lease_id),
            cases.get(debt.lease_id),
            debt.lease_id not in lacking,
        )
        for debt in debts
    ]


def _newest(lease_ids: Collection[int]) -> list[tuple[int, PlanNow]]:
    rows = (
        RepaymentPlan.objects.filter(lease__in=lease_ids)
        .exclude(state=PlanState.DRAFT)
        .exclude(state=PlanState.ENDED, signed_on__isnull=True)
        .select_related("lease")
        .order_by("lease", "-pk")
        .distinct("lease")
    )
    return [(row.lease_id, _now(row)) for row in rows]


def _now(row: RepaymentPlan) -> PlanNow:
    return PlanNow(row.pk, row.lease.number, row.state, row.signed_on, row.broken_on)
