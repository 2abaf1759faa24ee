"""Complaints where they meet the case and the ledger: taken up in a case, and a rent reduced."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from arrears.models import Case, Flag, FlagKind, LedgerLine, LineKind
from arrears.queries.complaints import (
    ReducedMonth,
    begun_reductions,
    reduced_months,
    reductions_that_run,
)
from arrears.rules.cases import COMPLAINT
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.cases.complaints import link_complaints
from arrears.services.cases.opening import NewTrigger, Opened, begin_opening, open_case
from arrears.services.ledger import NewLine, post
from arrears.services.plans import lock_account
from boligsak.jobs.services import Counts
from boligsak.rule import RuleBroken
from tenants.models import Complaint, ComplaintAbout, ComplaintState, Lease
from tenants.services.complaints import note_reduced

LINKED = "complaints_linked"
"""What it is called in the history of a case that is about complaints already."""


# --- The case -----------------------------------------------------------------------------------


@transaction.atomic
def take_up(
    complaint_id: int,
    *,
    by: Any,
    on: datetime.date,
    owner: Any | None = None,
    note: str = "",
) -> Opened:
    """A case is opened about the complaint, or it is added to the one that is open on the lease;
    the other complaints of the pattern come with it.

    Raises `RuleBroken` "complaint.not_visible", "complaint.about_dwelling", "complaint.withdrawn"
    (closed_on), "complaint.unfounded", "complaint.on_case" (number), or what `open_case` raises.
    """
    begin_opening()
    row = _visible(complaint_id, by)
    if row.about != ComplaintAbout.TENANCY or row.lease is None:
        raise RuleBroken("complaint.about_dwelling")
    if row.state == ComplaintState.WITHDRAWN:
        raise RuleBroken("complaint.withdrawn", closed_on=row.closed_on)
    if row.is_upheld is False:
        raise RuleBroken("complaint.unfounded")
    if (linked := getattr(row, "on_case", None)) is not None:
        raise RuleBroken("complaint.on_case", number=linked.case.number)
    flags = Flag.objects.open().filter(lease=row.lease, kind=FlagKind.COMPLAINTS)
    flag_id = flags.values_list("pk", flat=True).first()
    try:
        opened = open_case(
            row.lease.pk,
            [NewTrigger(COMPLAINT, flag_id, note.strip())],
            by=by,
            on=on,
            owner=owner,
        )
    except RuleBroken as broken:
        if broken.code != "case.nothing_new":
            raise
        return _added(row, by=by, on=on, note=note)
    link_complaints(opened.case, by=by, on=on, also=row.pk)
    return opened


def _added(row: Complaint, *, by: Any, on: datetime.date, note: str) -> Opened:
    """The open case is about complaints already: this one too."""
    open_cases = Case.objects.open().filter(lease=row.lease)
    case = at_work(open_cases.values_list("pk", flat=True)[0], by=by)
    new = link_complaints(case, by=by, on=on, also=row.pk)
    facts = {"numbers": [one.number for one in new]}
    note_act(case, LINKED, by=by, on=on, facts=facts, note=note.strip())
    touched(case)
    return Opened(case, is_new=False)


# --- The rent -----------------------------------------------------------------------------------


@transaction.atomic
def reduce_rent(complaint_id: int, *, by: Any, on: datetime.date) -> list[ReducedMonth]:
    """§§ 2-11, 2-15: the reduction that was decided is credited, month by month, on the charges it
    is for, from their own due days: interest and fees that rested on them are taken off in the
    night. Months that are not charged yet follow as they are (`reduce_newly_charged`).

    Returns the months credited. Raises `RuleBroken` "complaint.not_visible", "reduction.none" or
    "reduction.nothing_left".
    """
    row = _locked(_visible(complaint_id, by))
    is_withdrawn = row.state == ComplaintState.WITHDRAWN
    if is_withdrawn or row.reduction_ore is None or not row.is_upheld or row.lease_id is None:
        raise RuleBroken("reduction.none")
    months = _credit(row, by, on)
    if not months:
        raise RuleBroken("reduction.nothing_left")
    return months


def reduce_newly_charged(day: datetime.date) -> Counts:
    """The night: rent charged since, in months of a reduction that the landlord has begun.

    Safe to run twice: a month that has its credit is left out.
    """
    counts = {"looked": 0, "credited": 0, "ore": 0}
    for pk in reductions_that_run(day):
        with transaction.atomic():
            months = _credit(_locked(Complaint.objects.get(pk=pk)), None, day)
        counts["looked"] += 1
        counts["credited"] += len(months)
        counts["ore"] += sum(month.ore for month in months)
    return counts


def reduce_charged(lease_id: int, line_ids: Collection[int], *, by: Any, on: datetime.date) -> None:
    """The reductions that the landlord has begun on a lease go on in these charges of it, at once.
    Inside the transaction that made the charges, the lease locked."""
    for row in begun_reductions().filter(lease=lease_id).order_by("pk"):
        _credit(_locked(row), by, on, line_ids)


def _credit(
    row: Complaint, by: Any, on: datetime.date, line_ids: Collection[int] | None = None
) -> list[ReducedMonth]:
    """`line_ids` None: every charge the reduction is for."""
    if row.lease_id is None:
        return []
    lock_account(row.lease_id)
    months = [
        month
        for month in reduced_months(row, on)
        if not month.is_credited and month.ore and (line_ids is None or month.line_id in line_ids)
    ]
    added = post(list(_lines(row, months)), by=by)
    if added:
        note_reduced(
            row,
            months={month.month for month in months},
            ore=-sum(line.amount_ore for line in added),
            by=by,
            on=on,
        )
    return months if added else []


def _lines(row: Complaint, months: Iterable[ReducedMonth]) -> Iterable[NewLine]:
    for month in months:
        charge = LedgerLine.objects.get(pk=month.line_id)
        yield NewLine(
            charge.lease_id,
            LineKind.CREDIT,
            -month.ore,
            charge.effective_on,
            month.reference,
            names_id=charge.pk,
            note=row.number,
        )


def _locked(row: Complaint) -> Complaint:
    """The complaint as it is now, after its lease as everywhere: nobody decides on another
    reduction, or withdraws it, while this one is credited."""
    if row.lease_id is not None:
        Lease.objects.select_for_update(of=("self",)).get(pk=row.lease_id)
    return Complaint.objects.select_for_update(of=("self",)).get(pk=row.pk)


def _visible(complaint_id: int, by: Any) -> Complaint:
    rows = Complaint.objects.visible_to(by).select_related("lease", "on_case__case")
    row = rows.filter(pk=complaint_id).first()
    if row is None:
        raise RuleBroken("complaint.not_visible")
    return row
