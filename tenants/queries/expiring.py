"""Contracts that run out or have run out, in the order they should be worked. Days inclusive."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from boligsak.show import MOST_HITS
from tenants.models import ContractState, Lease, LeaseContract, ServiceAgreement
from tenants.queries.masked import masked_last
from tenants.rules.leases import Expiry

WITHIN = (30, 60, 90, 180, 365)
USUAL_WITHIN = 180
UNSIGNED = "unsigned"
STATES = (Expiry.EXPIRED, Expiry.RUNNING, Expiry.OPEN_ENDED, Expiry.CLOCK_STOPPED)

ORDERS = {
    "work": ("rank", "ends_on", "id"),
    "ends": ("ends_on", "id"),
    "-ends": ("-ends_on", "-id"),
    "number": ("number",),
    "-number": ("-number",),
}


class _LastSafeDay(Func):
    """§ 9-2: three months after the term; the last day of the month where there is no such day,
    as `last_safe_day` has it."""

    template = "(%(expressions)s + interval '3 months')::date"
    output_field = DateField()


class LastDayOfMinimumTerm(Func):
    """§ 9-3: the last day of three years from the start, as `last_day_of_term` has it. The later of
    the two for a term that begins on 29 February."""

    template = (
        "greatest((%(expressions)s + interval '3 years')::date - 1,"
        " (%(expressions)s - 1 + interval '3 years')::date)"
    )
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class ExpiringChoice:
    """What to show. `state`: one of `STATES`, UNSIGNED, or "" for all but the renewed."""

    office_id: int | None = None
    within: int = USUAL_WITHIN
    state: str = ""
    only_short: bool = False

    @property
    def is_everything(self) -> bool:
        return self == ExpiringChoice()


def chosen(user: Any, choice: ExpiringChoice, day: datetime.date) -> QuerySet[Lease]:
    """The leases of a choice whose rows this user may see. A filter on anything that a masked row
    does not show leaves the masked out."""
    seen = Lease.objects.visible_to(user)
    leases: QuerySet[Lease] = (seen if choice.is_everything else seen.unmasked(user)).filter(
        starts_on__lte=day, moved_out_on__isnull=True
    )
    if choice.office_id is not None:
        leases = leases.filter(office_id=choice.office_id)
    if choice.state == UNSIGNED:
        waiting = LeaseContract.objects.filter(
            lease=OuterRef("pk"), state__in=(ContractState.DRAFT, ContractState.FOR_SIGNING)
        ).exclude(kind="first")
        leases = leases.filter(Exists(waiting))
    else:
        leases = _that_run_out(leases, choice, day)
    if choice.only_short:
        leases = leases.filter(ends_on__lt=LastDayOfMinimumTerm("starts_on"))
    return leases


def _that_run_out(
    leases: QuerySet[Lease], choice: ExpiringChoice, day: datetime.date
) -> QuerySet[Lease]:
    until = day + datetime.timedelta(days=choice.within)
    leases = with_state(leases.filter(ends_on__lte=until), day)
    return leases.filter(rank=STATES.index(Expiry(choice.state))) if choice.state else leases


def with_state(leases: QuerySet[Lease], day: datetime.date) -> QuerySet[Lease]:
    """With `rank`, the place of each lease's state in `STATES`: as `expiry_state` has it."""
    outside = ServiceAgreement.objects.filter(lease=OuterRef("pk"), lawyer_on__lte=day)
    asked = Q(move_requested_on__lte=F("safe_on"))
    return leases.annotate(safe_on=_LastSafeDay("ends_on"), outside=Exists(outside)).annotate(
        rank=Case(
            When(ends_on__gte=day, then=Value(STATES.index(Expiry.RUNNING))),
            When(outside=True, then=Value(STATES.index(Expiry.CLOCK_STOPPED))),
            When(
                asked & Q(move_requested_on__lte=day),
                then=Value(STATES.index(Expiry.CLOCK_STOPPED)),
            ),
            When(safe_on__gte=day, then=Value(STATES.index(Expiry.EXPIRED))),
            default=Value(STATES.index(Expiry.OPEN_ENDED)),
            output_field=IntegerField(),
        )
    )


def ordered(leases: QuerySet[Lease], order: str, user: Any, day: datetime.date) -> QuerySet[Lease]:
    """In the named order. Masked leases stand last: where a row stands would tell its day."""
    terms = ORDERS[order]
    if order == "work" and "rank" not in leases.query.annotations:
        leases = with_state(leases, day)
    if order.endswith("number"):
        return leases.order_by(*terms)
    return masked_last(leases, user, terms, protected="is_protected", number="number")


def ids(leases: QuerySet[Lease], offset: int, limit: int) -> list[int]:
    return list(leases.values_list("pk", flat=True)[offset : offset + limit])


def in_parts(leases: QuerySet[Lease], size: int, most: int) -> Iterator[list[int]]:
    """The same, in lists of `size`, `most` at the most."""
    for offset in range(0, most, size):
        part = ids(leases, offset, size)
        if part:
            yield part
        if len(part) < size:
            return


def count(leases: QuerySet[Lease]) -> int:
    """How many, counted to one more than `MOST_HITS` and no further."""
    return leases.order_by()[: MOST_HITS + 1].count()
