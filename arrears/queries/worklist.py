"""The worklist: open flags in the order they should be worked, for one reader and one choice.

Everything is asked in sets: fifty rows cost the same number of queries as one.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from arrears.models import Flag, OpenCharge
from arrears.rules.flags import FlagKind
from boligsak.dates import add_months
from tenants.rules.leases import MONTHS_TO_ACT_AFTER_EXPIRY

TRIGGERS: Mapping[str, frozenset[str]] = {
    "arrears": frozenset(
        {FlagKind.ARREARS, FlagKind.FIRST_ARREARS, FlagKind.PATTERN, FlagKind.FORMER_TENANT}
    ),
    "expiry": frozenset({FlagKind.EXPIRING, FlagKind.EXPIRED, FlagKind.OPEN_ENDED}),
    "data": frozenset({FlagKind.NO_CHARGE, FlagKind.NO_KID, FlagKind.LOOKALIKE}),
}
"""The kinds of flag under each of the triggers people speak of."""

MOST_HITS = 10_000
# Three months back from a day may be any of the last days of a month: 31 Aug ← 29, 30, 31 May.
_MONTH_END = datetime.timedelta(days=3)

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has asked to see. Empty fields choose everything.

    `owner` is a user's id or `NOBODY`; `least_level` 1–4; `raised_from` the first day a flag may
    have been raised on; `due_by` the last day of a deadline that has not passed.
    """

    office_id: int | None = None
    kinds: frozenset[str] = field(default_factory=frozenset)
    least_level: int = 1
    owner: int | str | None = None
    raised_from: datetime.date | None = None
    due_by: datetime.date | None = None

    @property
    def is_everything(self) -> bool:
        return self == Choice()

    def with_deadline_by(self, last: datetime.date) -> Choice:
        """The same choice, of flags with a deadline no later than `last`."""
        return replace(self, due_by=last)


ORDERS: Mapping[str, tuple[Any, ...]] = {
    "work": (F("level").desc(), "anchor_on", "id"),
    "owed": ("owed_ore", "id"),
    "-owed": ("-owed_ore", "id"),
    "since": ("raised_on", "id"),
    "-since": ("-raised_on", "-id"),
}
"""By name in the address. "work" is the order in which it should be worked."""


class WorkRow(NamedTuple):
    """One flag as stored, and its owner's name."""

    flag_id: int
    lease_id: int
    kind: str
    level: int
    anchor_on: datetime.date
    facts: dict[str, Any]
    raised_on: datetime.date
    changed_on: datetime.date
    resolved_on: datetime.date | None
    version: int
    owner_id: int | None
    owner_given_name: str | None
    owner_family_name: str | None


_COLUMNS = (
    "id",
    "lease_id",
    "kind",
    "level",
    "anchor_on",
    "facts",
    "raised_on",
    "changed_on",
    "resolved_on",
    "version",
    "owner_id",
    "owner__first_name",
    "owner__last_name",
)


def chosen(user: Any, choice: Choice, day: datetime.date) -> QuerySet[Flag]:
    """The open flags of this choice that the user may see a row of.

    A choice that would tell where somebody lives (the office, a caseworker who works at one)
    leaves out the leases this user sees masked. Everything else does not.
    """
    flags = Flag.objects.open()
    tells_where = choice.office_id is not None or (
        isinstance(choice.owner, int) and choice.owner != user.pk
    )
    flags = flags.unmasked(user) if tells_where else flags.visible_to(user)
    if choice.office_id is not None:
        flags = flags.filter(lease__office_id=choice.office_id)
    if choice.kinds:
        flags = flags.filter(kind__in=choice.kinds)
    if choice.least_level > 1:
        flags = flags.filter(level__gte=choice.least_level)
    if choice.owner == NOBODY:
        flags = flags.filter(owner__isnull=True)
    elif choice.owner is not None:
        flags = flags.filter(owner_id=choice.owner)
    if choice.raised_from is not None:
        # Raised is also changed, and there is an index on the latter.
        flags = flags.filter(changed_on__gte=choice.raised_from, raised_on__gte=choice.raised_from)
    if choice.due_by is not None:
        flags = flags.filter(_deadline_between(day, choice.due_by))
    return flags


def _deadline_between(first: datetime.date, last: datetime.date) -> Q:
    """Flags with a deadline from `first` to `last`, inclusive: § 9-2's last safe day while its
    clock runs, and the day a contract runs out."""
    back = -MONTHS_TO_ACT_AFTER_EXPIRY
    expired = Q(
        kind=FlagKind.EXPIRED,
        lease__ends_on__gte=add_months(first, back),
        lease__ends_on__lte=add_months(last, back) + _MONTH_END,
        facts__last_safe_on__gte=first.isoformat(),
        facts__last_safe_on__lte=last.isoformat(),
        lease__move_requested_on__isnull=True,
    )
    expiring = Q(kind=FlagKind.EXPIRING, lease__ends_on__gte=first, lease__ends_on__lte=last)
    return expired | expiring


def ordered(flags: QuerySet[Flag], order: str, user: Any, day: datetime.date) -> QuerySet[Flag]:
    """In the named order (see `ORDERS`). By what is past due on `day`, masked leases stand last:
    the order would otherwise tell what the row does not."""
    terms = ORDERS.get(order, ORDERS["work"])
    if order.endswith("owed"):
        overdue = (
            OpenCharge.objects.filter(lease=OuterRef("lease_id"), due_on__lt=day)
            .values("lease_id")
            .values_list(Sum("open_ore"))
        )
        flags = flags.annotate(owed_ore=Coalesce(Subquery(overdue), 0))
        if not user.access.is_cleared:
            terms = ("lease__is_protected", *terms)
    return flags.order_by(*terms)


def rows(flags: QuerySet[Flag], offset: int, limit: int) -> list[WorkRow]:
    """At most `limit` rows from place `offset` on (0: the first)."""
    return [WorkRow(*row) for row in flags.values_list(*_COLUMNS)[offset : offset + limit]]


def rows_by_id(flag_ids: Collection[int]) -> list[WorkRow]:
    """The rows of these flags, in the order of `flag_ids`. Who may see them was asked before."""
    found = {
        row[0]: WorkRow(*row) for row in Flag.objects.filter(pk__in=flag_ids).values_list(*_COLUMNS)
    }
    return [found[flag_id] for flag_id in flag_ids if flag_id in found]


def in_parts(ids: list[int], size: int) -> Iterator[list[int]]:
    """`ids` in lists of at most `size`, so that a long list is never fetched at once."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def count(flags: QuerySet[Flag]) -> int:
    """How many, counted to one more than `MOST_HITS` and no further."""
    return flags.order_by()[: MOST_HITS + 1].count()


class Owed(NamedTuple):
    """What is past due today, and what a month costs, in øre."""

    overdue_ore: int
    monthly_rent_ore: int

    @property
    def months_permille(self) -> int | None:
        if self.monthly_rent_ore <= 0:
            return None
        return self.overdue_ore * 1000 // self.monthly_rent_ore


def owed(lease_ids: Collection[int], day: datetime.date) -> dict[int, Owed]:
    """What each of these leases owes past due on `day`; those that owe nothing are left out."""
    sums = (
        OpenCharge.objects.filter(lease_id__in=lease_ids, due_on__lt=day)
        .values("lease_id", "lease__account__monthly_rent_ore")
        .annotate(ore=Sum("open_ore"))
        .values_list("lease_id", "ore", "lease__account__monthly_rent_ore")
    )
    return {lease_id: Owed(ore, rent or 0) for lease_id, ore, rent in sums}


def kinds_open(lease_ids: Collection[int]) -> dict[int, list[str]]:
    """The kinds of all open flags on these leases, gravest first."""
    found: dict[int, list[str]] = {}
    flags = (
        Flag.objects.open()
        .filter(lease_id__in=lease_ids)
        .order_by("-level", "anchor_on", "id")
        .values_list("lease_id", "kind")
    )
    for lease_id, kind in flags:
        found.setdefault(lease_id, []).append(kind)
    return found


def resolved_since(user: Any, owner_id: int, since: datetime.date) -> QuerySet[Flag]:
    """This owner's flags that were resolved on `since` or later, newest first."""
    return (
        Flag.objects.visible_to(user)
        .filter(owner_id=owner_id, resolved_on__gte=since, changed_on__gte=since)
        .order_by("-resolved_on", "-id")
    )
