"""A case about arrears and a plan on it, for tests."""

import datetime

from arrears.models import Case, LedgerLine, RepaymentPlan
from arrears.rules.plans import Rhythm
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.ledger import NewLine, post
from arrears.services.plans import draft_plan, sign_plan
from tests.factories import LeaseFactory, UserFactory

D = datetime.date
TODAY = D(2026, 1, 5)
RENT = 900_000


def rent(lease, month: str, amount: int = RENT, day: int = 20) -> LedgerLine:
    due_on = D.fromisoformat(f"{month}-{day:02d}")
    (line,) = post([NewLine(lease.pk, "rent", amount, due_on, f"rent:{month}", due_on=due_on)])
    return line


def pay(lease, ore: int, on: datetime.date, name: str, names=None, **more) -> LedgerLine:
    names_id = names.pk if names else None
    (line,) = post([NewLine(lease.pk, "payment", -ore, on, name, names_id=names_id, **more)])
    return line


def case_of(lease=None, by=None, owed=("2025-11", "2025-12")) -> Case:
    """An open case on a lease that owes the rent of some months."""
    lease = lease or LeaseFactory()
    by = by or UserFactory(role="caseworker")
    for month in owed:
        rent(lease, month)
    return open_case(lease.pk, [NewTrigger("arrears")], by=by, on=TODAY, owner=by).case


def plan_of(case: Case, *, sign: bool = True, on: datetime.date = TODAY, **terms) -> RepaymentPlan:
    """6000 kr every month from 26 January, signed at once."""
    chosen = {
        "rhythm": Rhythm.MONTHLY,
        "instalment_ore": 600_000,
        "first_due_on": D(2026, 1, 26),
    } | terms
    plan = draft_plan(case.pk, by=case.owner, on=on, **chosen)
    return sign_plan(plan.pk, signed_on=on, by=case.owner, on=on) if sign else plan
