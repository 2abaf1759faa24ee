"""What the ledger holds when a tenant moves out: the balance, and rent for days after the last."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from arrears.models import LeaseAccount, LedgerLine, LineKind
from tenants.models import Lease, RentTerm
from tenants.rules.move_out import rent_of_month

_MONTHLY = (LineKind.RENT, LineKind.UTILITIES)
_LESS = (LineKind.CREDIT, LineKind.CORRECTION, LineKind.WRITEOFF)


@dataclass(frozen=True, slots=True)
class RentBack:
    """What is taken off one charge because the tenancy ended before its days did. Øre."""

    line_id: int
    kind: str
    month: datetime.date
    charge_ore: int
    ore: int


def balance_of(lease_id: int) -> int:
    """What is owed by the ledger; negative: credit."""
    rows = LeaseAccount.objects.filter(pk=lease_id)
    return rows.values_list("balance_ore", flat=True).first() or 0


def rent_after(lease: Lease, last_on: datetime.date) -> list[RentBack]:
    """The charges for the month of the last day and later ones, as far as they are too high.

    What a month should cost is reckoned as it is charged; what was taken off a charge before (a
    reduction, a correction) is not taken off again. A month is lowered from its last charge on.
    """
    lines = list(
        LedgerLine.objects.filter(
            lease=lease, kind__in=_MONTHLY, due_on__gte=last_on.replace(day=1)
        ).order_by("due_on", "reference")
    )
    if not lines:
        return []
    terms = _terms(lease.pk)
    left = _left(lines)
    too_much: dict[tuple[str, datetime.date], int] = defaultdict(int)
    for line in lines:
        too_much[(line.kind, _month(line))] += line.amount_ore
    for (kind, month), charged in too_much.items():
        should = rent_of_month(terms.get(kind, ()), lease.starts_on, last_on, month)
        too_much[(kind, month)] = charged - should
    found = []
    for line in reversed(lines):
        key = (line.kind, _month(line))
        ore = min(too_much[key], left[line.pk])
        if ore > 0:
            too_much[key] -= ore
            found.append(RentBack(line.pk, line.kind, key[1], line.amount_ore, ore))
    return found[::-1]


def is_last_month_charged(lease: Lease, last_on: datetime.date) -> bool:
    """Whether the rent of the month of the last day is in the ledger, or none is to be paid."""
    month = last_on.replace(day=1)
    should = rent_of_month(_terms(lease.pk).get("rent", ()), lease.starts_on, last_on, month)
    rent = LedgerLine.objects.filter(lease=lease, kind=LineKind.RENT, due_on__gte=month)
    return should <= 0 or rent.exists()


def _month(line: LedgerLine) -> datetime.date:
    return line.due_on.replace(day=1)  # type: ignore[union-attr]


def _terms(lease_id: int) -> dict[str, list[tuple[datetime.date, int]]]:
    found: dict[str, list[tuple[datetime.date, int]]] = defaultdict(list)
    rows = RentTerm.objects.filter(lease=lease_id).order_by("kind", "valid_from")
    for kind, valid_from, ore in rows.values_list("kind", "valid_from", "amount_ore"):
        found[kind].append((valid_from, ore))
    return found


def _left(lines: Sequence[LedgerLine]) -> dict[int, int]:
    """What each charge still is after what was taken off it by name."""
    left = {line.pk: line.amount_ore for line in lines}
    rows = LedgerLine.objects.filter(names__in=lines, kind__in=_LESS)
    for line_id, ore in rows.values_list("names", "amount_ore"):
        left[line_id or 0] += ore
    return left
