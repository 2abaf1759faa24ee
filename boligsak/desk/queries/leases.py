"""The leases that a figure counts: by what they owe and since when, or by when they run out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, NullIf

from arrears.models import OpenCharge
from boligsak.dates import add_months
from boligsak.desk.queries.figures import AGES
from tenants.models import Lease
from tenants.queries.expiring import LastDayOfMinimumTerm
from tenants.queries.rents import rent_in_force

MOST_HITS = 10_000
ANY_AGE = "any"
FIXED, SHORT = "fixed", "short"


@dataclass(frozen=True, slots=True)
class LeaseChoice:
    """What a reader has asked to see. Empty fields choose every running lease.

    `age` (the name of one of `AGES`, or `ANY_AGE`) chooses whoever owes a charge of that age,
    former tenants too; `ends_in` is the first day of the month in which the term ends; `term` is
    `FIXED` or `SHORT`, and then the term has not run out.
    """

    office_id: int | None = None
    age: str = ""
    ends_in: datetime.date | None = None
    term: str = ""

    @property
    def is_everything(self) -> bool:
        return self == LeaseChoice()


class LeaseRow(NamedTuple):
    lease_id: int
    starts_on: datetime.date
    ends_on: datetime.date | None
    moved_out_on: datetime.date | None
    overdue_ore: int
    """Øre past due, of the chosen age."""
    oldest_due_on: datetime.date | None
    monthly_rent_ore: int


ORDERS: dict[str, tuple[Any, ...]] = {
    "number": ("number",),
    "-number": ("-number",),
    "owed": ("overdue_ore", "number"),
    "-owed": ("-overdue_ore", "number"),
    "ends": (F("ends_on").asc(nulls_last=True), "number"),
    "-ends": (F("ends_on").desc(nulls_last=True), "number"),
}


def usual_order(choice: LeaseChoice) -> str:
    if choice.age:
        return "-owed"
    return "ends" if choice.ends_in or choice.term else "number"


def chosen(user: Any, choice: LeaseChoice, day: datetime.date) -> QuerySet[Lease]:
    """Masked leases are left out of a choice of office: it would tell where they are."""
    leases = (
        Lease.objects.unmasked(user).filter(office_id=choice.office_id)
        if choice.office_id is not None
        else Lease.objects.visible_to(user)
    )
    leases = leases.filter(Exists(_overdue(choice, day))) if choice.age else leases.running(day)
    if choice.ends_in is not None:
        leases = leases.filter(
            moved_out_on__isnull=True,
            ends_on__gte=choice.ends_in,
            ends_on__lt=add_months(choice.ends_in, 1),
        )
    if choice.term:
        leases = leases.filter(ends_on__gte=day)
    if choice.term == SHORT:
        leases = leases.filter(ends_on__lt=LastDayOfMinimumTerm("starts_on"))
    return leases


def _overdue(choice: LeaseChoice, day: datetime.date) -> QuerySet[OpenCharge]:
    charges = OpenCharge.objects.filter(lease=OuterRef("pk"))
    for name, youngest, oldest in AGES:
        if name == choice.age:
            charges = charges.filter(due_on__lte=day - datetime.timedelta(days=youngest))
            if oldest is not None:
                charges = charges.filter(due_on__gte=day - datetime.timedelta(days=oldest))
            return charges
    return charges.filter(due_on__lt=day)


def ordered(
    leases: QuerySet[Lease], choice: LeaseChoice, order: str, user: Any, day: datetime.date
) -> QuerySet[Lease]:
    """In the named order, with what is owed. Masked leases stand last: where a row stands in an
    order by amount or by day would tell what it does not show."""
    total = _overdue(choice, day).values("lease_id").values_list(Sum("open_ore"))
    leases = leases.annotate(overdue_ore=Coalesce(Subquery(total), 0))
    terms = ORDERS[order]
    if not order.endswith("number") and not user.access.is_cleared:
        terms = ("is_protected", *terms)
    return leases.order_by(*terms)


def rows(leases: QuerySet[Any], day: datetime.date, offset: int, limit: int) -> list[LeaseRow]:
    """At most `limit` rows of an ordered choice, from place `offset` on."""
    rent = Coalesce(NullIf("account__monthly_rent_ore", 0), rent_in_force(day))
    fetched = leases.annotate(rent_ore=rent).values_list(
        "id",
        "starts_on",
        "ends_on",
        "moved_out_on",
        "overdue_ore",
        "account__oldest_due_on",
        "rent_ore",
    )[offset : offset + limit]
    found: list[tuple[Any, ...]] = list(fetched)
    return [LeaseRow._make(row) for row in found]


def in_parts(
    leases: QuerySet[Lease], day: datetime.date, size: int, most: int
) -> Iterator[list[LeaseRow]]:
    """The same, in lists of `size`, `most` rows at the most."""
    for offset in range(0, most, size):
        part = rows(leases, day, offset, size)
        if part:
            yield part
        if len(part) < size:
            return


def count(leases: QuerySet[Lease]) -> int:
    """How many, counted to one more than `MOST_HITS` and no further."""
    return leases.order_by()[: MOST_HITS + 1].count()
