"""Complaints where they meet the case and the ledger."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from arrears.models import CaseComplaint, LedgerLine, LineKind
from arrears.rules.ledger import month_of
from tenants.models import Complaint, ComplaintAct, ComplaintState
from tenants.rules.complaints import Reduction, reduced_in

_NAMED_AHEAD = datetime.timedelta(days=62)
"""A charge that is named by a month may fall due this much before it."""

_CREDITS = (LineKind.CREDIT, LineKind.CORRECTION, LineKind.WRITEOFF)


@dataclass(frozen=True, slots=True)
class ReducedMonth:
    """What a reduction takes off one rent charge. `ore` is less than the month's whole reduction
    when no more is left of the charge."""

    line_id: int
    month: datetime.date
    charge_ore: int
    ore: int
    reference: str
    is_credited: bool


def reduced_months(row: Complaint, day: datetime.date) -> list[ReducedMonth]:
    """The rent charges that the reduction touches, of those there are on `day`, oldest first.

    Of a month with two rent charges the first is reduced as far as it reaches, then the next.
    """
    reduction = reduction_of(row)
    if reduction is None:
        return []
    first, last = reduction.from_on.replace(day=1), reduction.to_on or datetime.date.max
    charges = LedgerLine.objects.filter(
        lease=row.lease_id,
        kind=LineKind.RENT,
        due_on__gte=first - _NAMED_AHEAD,
        effective_on__lte=day,
    ).order_by("due_on", "reference")
    lines = [line for line in charges if first <= _month(line) <= last]
    changes = changes_of(lines)
    mine = _references(row)
    left: dict[datetime.date, int] = {}
    found = []
    for line in lines:
        month = _month(line)
        reference = f"reduction:{row.pk}:{line.pk}"
        if reference in mine:
            found.append(
                ReducedMonth(line.pk, month, line.amount_ore, mine[reference], reference, True)
            )
            left[month] = left.get(month, reduced_in(reduction, month)) - mine[reference]
            continue
        wanted = left.get(month, reduced_in(reduction, month))
        rest = line.amount_ore + sum(ore for _, _, ore in changes[line.pk])
        ore = max(0, min(wanted, rest))
        left[month] = wanted - ore
        found.append(ReducedMonth(line.pk, month, line.amount_ore, ore, reference, False))
    return found


def reduction_of(row: Complaint) -> Reduction | None:
    """The reduction that was decided, as far as the tenancy lasts: no day after the last of it is
    paid for, and so none is reduced."""
    if row.reduction_ore is None or row.reduction_from is None:
        return None
    ends = [row.reduction_to, row.lease.moved_out_on if row.lease else None]
    return Reduction(
        row.reduction_ore,
        row.reduction_from,
        min((end for end in ends if end is not None), default=None),
    )


def _month(line: LedgerLine) -> datetime.date:
    return month_of(line.kind, line.reference, line.due_on)  # type: ignore[arg-type]


def changes_of(charges: Sequence[LedgerLine]) -> dict[int, list[tuple[str, str, int]]]:
    """(kind, reference, øre) of what changed each charge, as it is after its own corrections."""
    rows = list(
        LedgerLine.objects.filter(
            Q(names__in=charges) | Q(corrects__in=charges), kind__in=_CREDITS
        ).order_by("pk")
    )
    undone: dict[int, int] = defaultdict(int)
    later = LedgerLine.objects.filter(corrects__in=rows, kind=LineKind.CORRECTION)
    for corrects, ore in later.values_list("corrects", "amount_ore"):
        undone[corrects or 0] += ore
    found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for row in rows:
        charge = row.names_id or row.corrects_id or 0
        found[charge].append((row.kind, row.reference, row.amount_ore + undone[row.pk]))
    return found


def _references(row: Complaint) -> dict[str, int]:
    """The credits of this complaint by reference, øre taken off."""
    lines = LedgerLine.objects.filter(
        lease=row.lease_id, reference__startswith=f"reduction:{row.pk}:"
    )
    return {reference: -ore for reference, ore in lines.values_list("reference", "amount_ore")}


def begun_reductions() -> QuerySet[Complaint]:
    """Complaints whose reduction the landlord has begun to credit."""
    begun = ComplaintAct.objects.filter(what="reduced").values("complaint")
    return Complaint.objects.filter(pk__in=begun, reduction_ore__isnull=False).exclude(
        state=ComplaintState.WITHDRAWN
    )


def reductions_that_run(day: datetime.date) -> list[int]:
    """Those of them that may have months left, for the night.

    Two months after its last day every charge of it has come.
    """
    since = day - datetime.timedelta(days=62)
    running = begun_reductions().filter(Q(reduction_to__isnull=True) | Q(reduction_to__gte=since))
    return list(running.order_by("lease_id", "pk").values_list("pk", flat=True))


def of_case(case_id: int) -> list[Complaint]:
    """The complaints a case is about, newest first."""
    rows = CaseComplaint.objects.filter(case=case_id).select_related("complaint__head_action")
    found = [row.complaint for row in rows]
    return sorted(found, key=lambda one: (one.received_on, one.pk), reverse=True)
