"""Rents: what is set for each lease, since when and by which figure, and every change of it."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest

from boligsak.rates.models import Rate
from tenants.models import ChargeKind, Lease, RentChange, RentChangeKind, RentTerm
from tenants.rules.clocks import Clock
from tenants.rules.indexation import (
    CPI,
    CurrentRentFacts,
    RentFacts,
    last_notice_day,
)

RENT_NOTICE = "rent_notice"

RENT_IN_FORCE = """(
    SELECT sum(newest.amount_ore)::bigint FROM (
        SELECT DISTINCT ON (term.kind) term.amount_ore FROM tenants_rentterm AS term
        WHERE term.lease_id = lease.id
            AND term.valid_from <= greatest(%(day)s::date, lease.starts_on)
        ORDER BY term.kind, term.valid_from DESC
    ) AS newest
)"""
"""What a full month costs on a day, on its first day for a lease that has not begun, in øre: rent
and utilities of a lease called `lease`; NULL without any. For a lease whose account does not say
it yet, because no night has run."""


def rent_in_force(day: datetime.date) -> Combinable:
    """The same for a queryset of leases; 0 without any. A test holds the two together."""
    terms = RentTerm.objects.filter(
        lease=OuterRef("pk"), valid_from__lte=Greatest(OuterRef("starts_on"), Value(day))
    )
    newest = [
        Coalesce(
            Subquery(terms.filter(kind=kind).order_by("-valid_from").values("amount_ore")[:1]), 0
        )
        for kind in ChargeKind.values
    ]
    return sum(newest[1:], start=newest[0])


class RentRow(NamedTuple):
    """One lease as a change of its rent sees it."""

    lease_id: int
    number: str
    version: int
    office_id: int
    is_protected: bool
    facts: RentFacts


# What a lease costs on the day before the new rent; the figure of the indexation it came by, when
# it did; and what is set for later, or told of in a letter that can still be sent in time.
_ROWS = """
SELECT lease.id, lease.number, lease.version, lease.office_id, lease.is_protected,
    lease.moved_out_on, lease.starts_on, now.amount_ore, now.valid_from,
    (
        SELECT change.to_index FROM tenants_rentchange AS change
        WHERE change.lease_id = lease.id AND change.valid_from = now.valid_from
            AND change.kind = 'index' AND change.to_ore = now.amount_ore
    ),
    least(
        (
            SELECT min(term.valid_from) FROM tenants_rentterm AS term
            WHERE term.lease_id = lease.id AND term.kind = 'rent'
                AND term.valid_from >= %(valid_from)s AND term.valid_from > lease.starts_on
        ),
        (
            SELECT min(change.valid_from) FROM tenants_rentchange AS change
            WHERE change.lease_id = lease.id AND change.notice_sent_on IS NULL
                AND change.kind = 'index'
                AND (change.valid_from - interval '1 month')::date >= %(on)s
                AND EXISTS (
                    SELECT FROM letters_dispatch AS letter
                    WHERE letter.document_id = change.document_id AND letter.state <> 'cancelled'
                )
        )
    )
FROM tenants_lease AS lease
LEFT JOIN LATERAL (
    SELECT term.amount_ore, term.valid_from FROM tenants_rentterm AS term
    WHERE term.lease_id = lease.id AND term.kind = 'rent' AND term.valid_from < %(valid_from)s
    ORDER BY term.valid_from DESC LIMIT 1
) AS now ON true
WHERE lease.id = ANY(%(leases)s)
"""


def rent_rows(
    lease_ids: Collection[int], valid_from: datetime.date, on: datetime.date
) -> dict[int, RentRow]:
    """Each of these leases as a rent from `valid_from`, told of on `on`, sees it. One query."""
    if not lease_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"leases": list(lease_ids), "valid_from": valid_from, "on": on})
        return {row[0]: _row(row) for row in cursor.fetchall()}


def _row(row: tuple[Any, ...]) -> RentRow:
    lease_id, number, version, office_id, is_protected, moved_out_on = row[:6]
    starts_on, rent_ore, set_on, set_index, coming_on = row[6:]
    facts = RentFacts(rent_ore or 0, set_on or starts_on, set_index, coming_on, moved_out_on)
    return RentRow(lease_id, number, version, office_id, is_protected, facts)


def leases_with_rent(user: Any, valid_from: datetime.date, office_id: int | None) -> list[int]:
    """The leases whose rent can change from `valid_from` at all: those that run then and whose
    rent has stood for at least eleven months."""
    leases = Lease.objects.visible_to(user) if office_id is None else Lease.objects.unmasked(user)
    leases = leases.filter(starts_on__lt=valid_from).filter(
        Q(moved_out_on__isnull=True) | Q(moved_out_on__gte=valid_from)
    )
    if office_id is not None:
        leases = leases.filter(office_id=office_id)
    newest = Max("rent_terms__valid_from", filter=Q(rent_terms__kind="rent"))
    lately = valid_from - datetime.timedelta(days=334)
    leases = leases.annotate(newest=newest).filter(newest__lte=lately)
    return list(leases.order_by("pk").values_list("pk", flat=True))


class Figures(NamedTuple):
    """The index figures there are, by the first of their month, and the id of each row."""

    values: dict[datetime.date, Decimal]
    ids: dict[datetime.date, int]


def figures() -> Figures:
    rows = Rate.objects.filter(kind=CPI).values_list("valid_from", "value", "pk")
    found = list(rows)
    return Figures(
        {month: value for month, value, _pk in found}, {month: pk for month, _v, pk in found}
    )


def current_rent_facts(lease: Lease) -> CurrentRentFacts:
    """When the tenancy began, and when its rent was last changed by anything but the index.

    A rent that was set without a change of its own (in the register) counts as changed by
    something else, unless it is the first one.
    """
    by_index = RentChange.objects.filter(lease=lease, kind=RentChangeKind.INDEX)
    terms = RentTerm.objects.filter(lease=lease, kind="rent", valid_from__gt=lease.starts_on)
    other = terms.exclude(valid_from__in=by_index.values("valid_from"))
    changed_on = other.order_by("-valid_from").values_list("valid_from", flat=True).first()
    return CurrentRentFacts(lease.starts_on, changed_on)


class HistoryLine(NamedTuple):
    """One rent of a lease: from when, what it is, and the change it came by, when one is kept.

    `is_in_force` False: the change waits for its letter, or its letter was not sent in time.
    """

    valid_from: datetime.date
    amount_ore: int
    change: RentChange | None
    is_in_force: bool


def rent_history(lease_id: int) -> list[HistoryLine]:
    """Every rent the lease has had and is to have, newest first. Two queries."""
    return history(
        RentTerm.objects.filter(lease=lease_id, kind="rent"),
        RentChange.objects.filter(lease=lease_id).select_related("by", "document"),
    )


def history(terms: Iterable[RentTerm], rent_changes: Iterable[RentChange]) -> list[HistoryLine]:
    """The same of all the rents and changes of a lease, whoever has asked for them."""
    changes = {change.valid_from: change for change in rent_changes}
    found = [
        HistoryLine(term.valid_from, term.amount_ore, _of(changes, term), is_in_force=True)
        for term in terms
    ]
    set_on = {line.valid_from for line in found}
    found += [
        HistoryLine(day, change.to_ore, change, is_in_force=False)
        for day, change in changes.items()
        if day not in set_on
    ]
    return sorted(found, key=lambda line: line.valid_from, reverse=True)


def _of(changes: dict[datetime.date, RentChange], term: RentTerm) -> RentChange | None:
    change = changes.get(term.valid_from)
    return change if change is not None and change.to_ore == term.amount_ore else None


def deadlines(user: Any, first: datetime.date, last: datetime.date) -> list[Clock]:
    """Rent changes whose letter waits: the last day on which it can be sent (§ 4-2), from `first`
    to `last`."""
    rows = RentChange.objects.filter(
        lease__in=Lease.objects.visible_to(user),
        kind=RentChangeKind.INDEX,
        notice_sent_on__isnull=True,
        valid_from__gt=first,
    ).select_related("lease")
    clocks = [
        Clock(
            on=last_notice_day(row.valid_from),
            code=RENT_NOTICE,
            number=row.lease.number,
            office_id=row.lease.office_id,
            is_protected=row.lease.is_protected,
            lease_id=row.lease_id,
        )
        for row in rows
    ]
    return [clock for clock in clocks if first <= clock.on <= last]


def waiting(bulk_ids: Sequence[int]) -> dict[int, list[RentChange]]:
    """The changes of these steps whose letter has not been sent."""
    found: dict[int, list[RentChange]] = {}
    rows = RentChange.objects.filter(bulk__in=bulk_ids, notice_sent_on__isnull=True)
    for row in rows.select_related("lease").order_by("lease__number"):
        found.setdefault(row.bulk_id or 0, []).append(row)
    return found
