"""What the ledger holds when a tenant moves out: the balance, rent for days after the last, and
rent until the last that is not charged yet."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from arrears.models import LeaseAccount, LedgerLine, LineKind
from arrears.queries import flags as facts
from arrears.queries.complaints import (
    begun_reductions,
    changes_of,
    reduced_months,
    reduction_of,
)
from arrears.rules.facts import charge_due_on
from arrears.rules.ledger import month_of
from boligsak.dates import OSLO, add_months
from tenants.models import Complaint, Lease, RentTerm
from tenants.rules.complaints import reduced_in
from tenants.rules.move_out import part_after, rent_of_month, taken_back

_MONTHLY = (LineKind.RENT, LineKind.UTILITIES)
_PRICE = (LineKind.CREDIT, LineKind.CORRECTION)
_FOREVER = datetime.date(9999, 1, 1)
_ONE_DAY = datetime.timedelta(days=1)
_NAMED_AHEAD = datetime.timedelta(days=62)
"""A charge that is named by a month may fall due this much before it."""

Terms = Mapping[str, Sequence[tuple[datetime.date, int]]]
Month = tuple[str, datetime.date]


@dataclass(frozen=True, slots=True)
class RentBack:
    """What is taken off one charge because the tenancy ended before its days did. Øre."""

    line_id: int
    kind: str
    month: datetime.date
    charge_ore: int
    ore: int


@dataclass(frozen=True, slots=True)
class RentDue:
    """Rent until the last day that is not charged yet. Øre; `reduced_ore` is taken off it (§ 2-11).

    `is_whole`: the night would charge the month, and falling due by itself on `due_on`. Else the
    month was charged for fewer days than the tenancy came to have, and this is the rest.
    """

    kind: str
    month: datetime.date
    ore: int
    due_on: datetime.date
    is_whole: bool
    reduced_ore: int = 0


def balance_of(lease_id: int) -> int:
    """What is owed by the ledger; negative: credit."""
    rows = LeaseAccount.objects.filter(pk=lease_id)
    return rows.values_list("balance_ore", flat=True).first() or 0


# --- Charged, and for days after the last -------------------------------------------------------


def rent_after(lease: Lease, last_on: datetime.date) -> list[RentBack]:
    """What the charges for the month of the last day and later ones hold for days after it.

    Each charge gives back those days' part of what it is after reductions and corrections. A
    reduction that was decided for certain days is taken by its days; everything else that was
    taken off follows the charge. What is written off is no price: no more than is left is given.
    """
    first = last_on.replace(day=1)
    lines = [line for line in _charges(lease, first) if _month(line) >= first]
    if not lines:
        return []
    terms = _terms(lease.pk)
    charged = _charged(lines)
    named = changes_of(lines)
    reduced = _Reductions(lease, last_on)
    found = []
    for line in lines:
        month = _month(line)
        of_kind = terms.get(line.kind, ())
        kept = rent_of_month(of_kind, lease.starts_on, last_on, month)
        whole = rent_of_month(of_kind, lease.starts_on, _FOREVER, month)
        # Charged by its days already, the month costs no more than that.
        price = min(charged[(line.kind, month)], whole) if whole else charged[(line.kind, month)]
        mine = named.get(line.pk, [])
        raised = sum(ore for kind, _, ore in mine if kind in _PRICE and ore > 0)
        less_after = sum(
            reduced.after(reference, month, -ore, part_after(-ore, price, kept))
            for kind, reference, ore in mine
            if kind in _PRICE and ore < 0
        )
        ore = taken_back(
            line.amount_ore + raised,
            part_after(line.amount_ore + raised, price, kept),
            less_after,
            line.amount_ore + sum(ore for _, _, ore in mine),
        )
        if ore > 0:
            found.append(RentBack(line.pk, line.kind, month, line.amount_ore, ore))
    return found


class _Reductions:
    """How much of a reduction is for days after the last: the decision on it says its days."""

    def __init__(self, lease: Lease, last_on: datetime.date) -> None:
        self.rows = {row.pk: row for row in Complaint.objects.filter(lease=lease)}
        for row in self.rows.values():
            row.lease = lease
        self.last_on = last_on
        self.until: dict[tuple[int, datetime.date], int] = {}

    def after(self, reference: str, month: datetime.date, ore: int, by_share: int) -> int:
        kind, _, rest = reference.partition(":")
        number = rest.partition(":")[0]
        row = self.rows.get(int(number)) if kind == "reduction" and number.isdigit() else None
        decided = reduction_of(row) if row is not None else None
        if row is None or decided is None:
            return by_share
        # Of a month with two charges, the first takes what it can of the days of the tenancy.
        left = self.until.setdefault((row.pk, month), reduced_in(decided, month))
        kept = min(left, ore)
        self.until[(row.pk, month)] = left - kept
        return ore - kept


# --- Not charged yet ----------------------------------------------------------------------------


def rent_due(
    lease: Lease, told_on: datetime.date, last_on: datetime.date, on: datetime.date
) -> list[RentDue]:
    """Rent and § 3-4 charges until the last day that are not in the ledger on `on`, oldest first.

    The month of the last day, when the night would charge it after `on`, or should have: never a
    month that another system has asked for. And from the month the moving out was told, the days
    that came to it after it had been charged by its days. Raises RuleBroken "policy.missing".
    """
    months = list(_months(min(told_on, last_on), last_on))
    lines = _charges(lease, months[0])
    charged = _charged(lines)
    ours = {line.reference for line in lines}
    terms = _terms(lease.pk)
    found = []
    for month in months:
        due_on = charge_due_on(month, facts.arrears_policies(on).of(lease.office_id).values)
        is_last = month == months[-1]
        comes = is_last and _comes(lease, lines, month, due_on, on)
        for kind in _MONTHLY:
            should = rent_of_month(terms.get(kind, ()), lease.starts_on, last_on, month)
            there = charged.get((kind, month))
            if there is None:
                if comes and should > 0:
                    found.append(RentDue(kind, month, should, due_on, is_whole=True))
            elif (
                there < should
                and f"{kind}:{month:%Y-%m}" in ours
                and _is_by_days(terms.get(kind, ()), lease.starts_on, last_on, month, there)
            ):
                found.append(RentDue(kind, month, should - there, due_on, is_whole=False))
    return _reduced(lease, found, on)


def has_rent_of(lease: Lease, last_on: datetime.date) -> bool:
    """Whether the rent of the month of the last day is in the ledger, or none is to be paid."""
    month = last_on.replace(day=1)
    rents = _terms(lease.pk).get(LineKind.RENT, ())
    if rent_of_month(rents, lease.starts_on, last_on, month) <= 0:
        return True
    return (str(LineKind.RENT), month) in _charged(_charges(lease, month))


def _comes(
    lease: Lease,
    lines: Iterable[LedgerLine],
    month: datetime.date,
    due_on: datetime.date,
    on: datetime.date,
) -> bool:
    """Whether the charge of a month is ours to make: it falls due yet, or a lease of ours was
    passed by when it did (as the night's late-comers)."""
    if due_on >= on:
        return True
    if any(_month(line) >= month for line in lines):
        return False
    if lease.starts_on >= month:
        return True
    before = LedgerLine.objects.filter(
        lease=lease,
        reference=f"rent:{add_months(month, -1):%Y-%m}",
        entered_at__lt=datetime.datetime.combine(due_on, datetime.time(), OSLO),
    )
    return before.exists()


def _is_by_days(
    terms: Sequence[tuple[datetime.date, int]],
    starts_on: datetime.date,
    last_on: datetime.date,
    month: datetime.date,
    ore: int,
) -> bool:
    """Whether a charge is what the month cost until an earlier day than the last."""
    day = month
    while day < min(last_on, add_months(month, 1) - _ONE_DAY):
        if rent_of_month(terms, starts_on, day, month) == ore:
            return True
        day += _ONE_DAY
    return False


def _reduced(lease: Lease, found: list[RentDue], on: datetime.date) -> list[RentDue]:
    """§§ 2-11, 2-15: a reduction that the landlord has begun to credit goes on to the last day,
    however long afterwards it is settled."""
    rents = [one for one in found if one.kind == LineKind.RENT]
    if not rents:
        return found
    rows = begun_reductions().filter(lease=lease).order_by("pk")
    taken = {one.month: 0 for one in rents}
    for row in rows:
        row.lease = lease
        decided = reduction_of(row)
        credited: dict[datetime.date, int] = defaultdict(int)
        for month in reduced_months(row, on):
            credited[month.month] += month.ore
        for one in rents:
            wanted = reduced_in(decided, one.month) - credited[one.month] if decided else 0
            taken[one.month] += max(0, min(wanted, one.ore - taken[one.month]))
    return [
        RentDue(one.kind, one.month, one.ore, one.due_on, one.is_whole, taken[one.month])
        if one.kind == LineKind.RENT
        else one
        for one in found
    ]


# --- What they share ----------------------------------------------------------------------------


def _charges(lease: Lease, first: datetime.date) -> list[LedgerLine]:
    """Rent and § 3-4 charges for the month `first` and later, and some before."""
    rows = LedgerLine.objects.filter(
        lease=lease, kind__in=_MONTHLY, due_on__gte=first - _NAMED_AHEAD
    )
    return list(rows.order_by("due_on", "reference"))


def _charged(lines: Iterable[LedgerLine]) -> dict[Month, int]:
    found: dict[Month, int] = defaultdict(int)
    for line in lines:
        found[(line.kind, _month(line))] += line.amount_ore
    return dict(found)


def _month(line: LedgerLine) -> datetime.date:
    return month_of(line.kind, line.reference, line.due_on)  # type: ignore[arg-type]


def _months(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = add_months(month, 1)


def _terms(lease_id: int) -> dict[str, list[tuple[datetime.date, int]]]:
    found: dict[str, list[tuple[datetime.date, int]]] = defaultdict(list)
    rows = RentTerm.objects.filter(lease=lease_id).order_by("kind", "valid_from")
    for kind, valid_from, ore in rows.values_list("kind", "valid_from", "amount_ore"):
        found[kind].append((valid_from, ore))
    return found
