"""Applications on their way, for tests: made through the services."""

import datetime
from typing import Any

from tenants.models import Application
from tenants.rules.economy import ExpenseKind, IncomeKind, Line, LivingRates, People
from tenants.services.applications.assessing import Terms, assess_economy, assess_support
from tenants.services.applications.beginning import begin
from tenants.services.applications.need import Need, describe
from tenants.services.applications.people import Somebody
from tenants.services.applications.registering import register
from tests.factories import OfficeFactory, PersonFactory, UserFactory

TODAY = datetime.date(2026, 6, 1)
RATES = LivingRates(single_ore=780_000, couple_ore=1_310_000, child_ore=300_000)
LINES = (
    Line(IncomeKind.BENEFIT, 2_000_000),
    Line(ExpenseKind.RENT, 900_000),
    Line(ExpenseKind.ELECTRICITY, 80_000),
)


def terms() -> Terms:
    """Rates of the office's own; the policy's row is the seeded one."""
    from boligsak.rates.models import Policy

    row = Policy.objects.filter(kind="repayment").order_by("valid_from").first()
    assert row is not None
    return Terms(RATES, 100, row.pk)


def begun(by: Any = None, *, on: datetime.date = TODAY, **more: Any) -> Application:
    """A draft for a new home, for somebody registered, at an office of `by`."""
    by = by or UserFactory(role="caseworker")
    asked = {"kind": "new", "office_id": more.pop("office", None) or OfficeFactory().pk} | more
    applicant = asked.pop("applicant", None) or PersonFactory()
    return begin(applicant=Somebody(person_id=applicant.pk), by=by, on=on, **asked)


def assessed(by: Any = None, *, needs_help: bool = False, **more: Any) -> Application:
    """A draft on which everything is found out, and which is not registered."""
    row = begun(by, **more)
    by = row.by
    need = Need(present_housing="homeless", need="Har ingen bolig", rooms_from=1, rooms_to=2)
    describe(row.pk, need, by=by, on=TODAY, version=None)
    assess_economy(row.pk, LINES, People(), debts=[], terms=terms(), by=by, on=TODAY, version=None)
    assess_support(
        row.pk,
        needs_help=needs_help,
        reasons="Har bodd alene før",
        tenant_says="Jeg klarer meg",
        by=by,
        on=TODAY,
        version=None,
    )
    row.refresh_from_db()
    return row


def received(by: Any = None, **more: Any) -> Application:
    row = assessed(by, **more)
    return register(row.pk, received_on=TODAY, by=row.by, on=TODAY, version=None)
