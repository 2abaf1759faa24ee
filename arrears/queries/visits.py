"""Home visits of a day, with what somebody needs to know at the door."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Q, Sum

from arrears.models import Case, ContactAttempt, ContactState, LeaseAccount, OpenCharge
from arrears.queries.case_access import sight
from arrears.queries.contacts import contact_facts
from arrears.rules.contacts import HOME_VISIT, ContactFacts
from tenants.queries.reach import Reach, reach


@dataclass(frozen=True, slots=True)
class Owing:
    """What a lease owes. `due_ore` has fallen due, the oldest of it on `oldest_on`."""

    balance_ore: int = 0
    due_ore: int = 0
    oldest_on: datetime.date | None = None
    last_payment_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One home visit, planned or made, and whom it is to."""

    row: ContactAttempt
    tenants: list[Reach]
    owing: Owing
    facts: ContactFacts

    @property
    def address(self) -> str:
        dwelling = self.row.case.lease.dwelling
        street = f"{dwelling.street} {dwelling.house_no}"
        return f"{street}, {dwelling.unit}" if dwelling.unit else street


def owing(lease_ids: Collection[int], day: datetime.date) -> dict[int, Owing]:
    """What each lease owes on `day` (today). Two queries."""
    due = {
        row["lease"]: (row["ore"], row["oldest"])
        for row in OpenCharge.objects.filter(lease__in=lease_ids, due_on__lte=day)
        .values("lease")
        .annotate(ore=Sum("open_ore"), oldest=Min("due_on"))
    }
    found = {lease_id: Owing() for lease_id in lease_ids}
    accounts = LeaseAccount.objects.filter(lease__in=lease_ids)
    for lease_id, balance, paid_on in accounts.values_list(
        "lease_id", "balance_ore", "last_payment_on"
    ):
        found[lease_id] = Owing(balance, *due.get(lease_id, (0, None)), paid_on)
    return found


def visits_on(
    user: Any, day: datetime.date, today: datetime.date, office_id: int | None = None
) -> tuple[list[Visit], list[Visit]]:
    """The visits of `day` in the order they are planned, and those of earlier days that nobody has
    reported yet; only of cases whose name this user sees. A constant number of queries."""
    cases = Case.objects.visible_to(user)
    if office_id is not None:
        cases = cases.filter(office_id=office_id)
    if not user.access.is_cleared:
        cases = cases.filter(lease__is_protected=False)
    is_of_day = Q(on=day, state__in=[ContactState.PLANNED, ContactState.DONE])
    is_late = Q(on__lt=min(day, today), state=ContactState.PLANNED)
    rows = ContactAttempt.objects.filter(is_of_day | is_late, channel=HOME_VISIT, case__in=cases)
    rows = rows.select_related("case__lease__dwelling", "person")
    shown = [
        row for row in rows.order_by("on", "at_time", "id") if not sight(row.case, user).is_masked
    ]
    leases = [row.case.lease_id for row in shown]
    tenants, owed = reach(leases, day), owing(leases, today)
    facts = contact_facts({row.case_id for row in shown}, today)
    visits = [
        Visit(row, tenants[row.case.lease_id], owed[row.case.lease_id], facts[row.case_id])
        for row in shown
    ]
    return (
        [visit for visit in visits if visit.row.on == day],
        [visit for visit in visits if visit.row.on != day],
    )
