"""Complaints: registered, the household spoken with, found to be so or not, closed or withdrawn.

The lease is locked before the complaint, as everywhere, and marked as changed: the night looks at
its flags again.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from boligsak.dates import add_months
from boligsak.rates.services import cite_policies
from boligsak.rule import RuleBroken
from tenants.complaint_policy import policy_of
from tenants.models import (
    Complaint,
    ComplaintAct,
    ComplaintState,
    Dwelling,
    HeadLandlordAction,
    Lease,
    LeaseParty,
    PartyRole,
    RentTerm,
)
from tenants.rules import complaints as rules
from tenants.rules.complaints import DWELLING, TENANCY, Reduction
from tenants.services.history import signed

_NUMBERS = 7_305_041
"""Advisory lock: numbers are given one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComplaint:
    """One complaint as it came in. Of a lease, or of a dwelling (then about whoever lives there).

    `from_name` and `from_contact`: who complained and how they are reached; `person_id` the tenant
    whose own complaint it is.
    """

    about: str
    kind: str
    source: str
    received_on: datetime.date
    text: str
    lease_id: int | None = None
    dwelling_id: int | None = None
    happened_on: datetime.date | None = None
    from_name: str = ""
    from_contact: str = ""
    person_id: int | None = None


@transaction.atomic
def register(new: NewComplaint, *, by: Any, on: datetime.date) -> Complaint:
    """A complaint has come in; from now on its clock runs: the household is to be spoken with.

    Of a dwelling it is about the tenancy there on the day it happened, also one the clerk may not
    know of. Raises `RuleBroken` "complaint.not_visible", "complaint.no_text",
    "complaint.not_a_tenant", or what `rules.check_new` refuses.
    """
    if not new.text.strip():
        raise RuleBroken("complaint.no_text")
    lease, dwelling = _home(new, by)
    rules.check_new(
        about=new.about,
        kind=new.kind,
        source=new.source,
        has_lease=lease is not None,
        happened_on=new.happened_on,
        received_on=new.received_on,
        starts_on=lease.starts_on if lease is not None else None,
        today=on,
    )
    if new.person_id is not None:
        _check_tenant(lease, new.person_id)
    policy = policy_of(dwelling.office_id, new.received_on)
    cite_policies([policy.id])
    row = Complaint.objects.create(
        number=_next_number(new.received_on.year),
        about=new.about,
        lease=lease,
        dwelling=dwelling,
        kind=new.kind,
        source=new.source,
        from_name=new.from_name.strip(),
        from_contact=new.from_contact.strip(),
        person_id=new.person_id,
        happened_on=new.happened_on,
        received_on=new.received_on,
        text=new.text.strip(),
        contact_by=rules.contact_by(new.received_on, policy.values.contact_days),
        by=by,
    )
    _looked_at(row)
    note_act(row, "registered", by=by, on=on)
    return row


@transaction.atomic
def note_contact(
    complaint_id: int,
    *,
    contacted_on: datetime.date,
    says: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Complaint:
    """Somebody has talked with the household, and what they say themselves. Said again, it is
    added to. Raises as `_at_work` does, or what `rules.check_contact` refuses."""
    row = _at_work(complaint_id, by, version)
    rules.check_contact(row.received_on, contacted_on, says, on)
    if row.contacted_on is None:
        row.contacted_on = contacted_on
    row.tenant_says = "\n\n".join(part for part in (row.tenant_says, says.strip()) if part)
    return _saved(row, by, on, "contacted", contacted_on=contacted_on.isoformat())


@transaction.atomic
def assess(
    complaint_id: int,
    *,
    is_upheld: bool,
    assessed: str,
    by: Any,
    on: datetime.date,
    reduction: Reduction | None = None,
    version: int | None = None,
) -> Complaint:
    """What the complaint was found to be. One about the dwelling may reduce the rent.

    Raises as `_at_work` does, "complaint.no_assessment", "reduction.not_upheld",
    "reduction.not_dwelling", "reduction.posted" (the credits are in the ledger already: only how
    long it goes on after them can change), or what `rules.check_reduction` refuses.
    """
    row = _at_work(complaint_id, by, version)
    if not assessed.strip():
        raise RuleBroken("complaint.no_assessment")
    was = (row.reduction_ore, row.reduction_from, row.reduction_to)
    now: tuple[Any, Any, Any] = (None, None, None)
    if reduction is not None:
        _check_reduction(row, reduction, is_upheld=is_upheld, on=on)
        now = (reduction.month_ore, reduction.from_on, reduction.to_on)
    if was != now:
        _check_not_posted(row, reduction)
    row.is_upheld, row.assessed = is_upheld, assessed.strip()
    row.reduction_ore, row.reduction_from, row.reduction_to = now
    if row.about == DWELLING:
        # Who complains is the household itself: the assessment is its answer.
        row.contact_by = None
    return _saved(row, by, on, "upheld" if is_upheld else "not_upheld")


@transaction.atomic
def close(
    complaint_id: int,
    *,
    outcome: str,
    by: Any,
    on: datetime.date,
    reduced_to: datetime.date | None = None,
    goes_on: bool = False,
    version: int | None = None,
) -> Complaint:
    """The complaint is done with. A reduction of the rent without a last day ends `reduced_to`, or
    it is said that it `goes_on`: nobody pays less for ever because a complaint was forgotten.

    Raises as `_at_work` does, what `rules.check_closing` and `_end_reduction` refuse, or
    "reduction.open_ended" (from_on, month_ore)."""
    row = _at_work(complaint_id, by, version)
    rules.check_closing(
        about=row.about, is_upheld=row.is_upheld, contacted_on=row.contacted_on, outcome=outcome
    )
    facts: dict[str, Any] = {}
    if rules.is_open_ended(row.reduction_ore, row.reduction_to, row.state):
        if reduced_to is not None:
            _end_reduction(row, reduced_to, on)
            facts["reduced_to"] = reduced_to.isoformat()
        elif goes_on:
            facts["goes_on"] = True
        else:
            raise RuleBroken(
                "reduction.open_ended", from_on=row.reduction_from, month_ore=row.reduction_ore
            )
    row.state, row.closed_on, row.outcome = ComplaintState.CLOSED, on, outcome.strip()
    return _saved(row, by, on, "closed", **facts)


@transaction.atomic
def end_reduction(
    complaint_id: int,
    *,
    to_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Complaint:
    """The defect is mended: a reduction that had no last day ends, also after the complaint was
    closed. Raises as `_at_work` does but for closed ones, "reduction.ended", or what
    `_end_reduction` refuses."""
    row = _at_work(complaint_id, by, version, may_be_closed=True)
    if not rules.is_open_ended(row.reduction_ore, row.reduction_to, row.state):
        raise RuleBroken("reduction.ended")
    _end_reduction(row, to_on, on)
    return _saved(row, by, on, "reduction_ended", reduced_to=to_on.isoformat())


@transaction.atomic
def withdraw(
    complaint_id: int,
    *,
    reason: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Complaint:
    """Who complained takes it back, or it was registered by mistake: it counts no more. Raises as
    `_at_work` does, or "complaint.no_reason"."""
    row = _at_work(complaint_id, by, version)
    if not reason.strip():
        raise RuleBroken("complaint.no_reason")
    if row.acts.filter(what="reduced").exists():
        raise RuleBroken("reduction.posted")
    row.state, row.closed_on, row.outcome = ComplaintState.WITHDRAWN, on, reason.strip()
    return _saved(row, by, on, "withdrawn")


@transaction.atomic
def name_head_action(
    complaint_id: int, action: HeadLandlordAction, *, by: Any, on: datetime.date
) -> Complaint:
    """The cooperative's or head landlord's own action came with this complaint. Raises as
    `_at_work` does."""
    row = _at_work(complaint_id, by, None)
    row.head_action = action
    return _saved(row, by, on, "head_action", kind=action.kind)


def note_reduced(
    complaint: Complaint, *, months: Collection[datetime.date], ore: int, by: Any, on: datetime.date
) -> ComplaintAct:
    """The reduction is in the ledger: for which months (their first days), and how much in all,
    øre."""
    facts = {"months": len(months), "last_month": max(months).isoformat()}
    return note_act(complaint, "reduced", by=by, on=on, ore=ore, **facts)


def note_act(
    complaint: Complaint, what: str, *, by: Any, on: datetime.date, **facts: Any
) -> ComplaintAct:
    return ComplaintAct.objects.create(complaint=complaint, what=what, facts=facts, on=on, by=by)


# --- Locks and looks ----------------------------------------------------------------------------


def _home(new: NewComplaint, by: Any) -> tuple[Lease | None, Dwelling]:
    """The lease (locked) and the dwelling it is about."""
    leases = Lease.objects.select_for_update(of=("self",)).select_related("dwelling")
    if new.lease_id is not None:
        seen = Lease.objects.unmasked(by).filter(pk=new.lease_id)
        lease = leases.filter(pk__in=seen).first()
        if lease is None:
            raise RuleBroken("complaint.not_visible")
        return lease, lease.dwelling
    dwelling = Dwelling.objects.visible_to(by).filter(pk=new.dwelling_id or 0).first()
    if dwelling is None:
        raise RuleBroken("complaint.not_visible")
    day = new.happened_on or new.received_on
    there = leases.filter(dwelling=dwelling, starts_on__lte=day).exclude(moved_out_on__lt=day)
    return there.order_by("-starts_on").first(), dwelling


def _check_tenant(lease: Lease | None, person_id: int) -> None:
    if lease is None:
        raise RuleBroken("complaint.not_a_tenant")
    parties = LeaseParty.objects.filter(lease=lease, role=PartyRole.TENANT, person=person_id)
    if not parties.exists():
        raise RuleBroken("complaint.not_a_tenant")


def _check_reduction(
    row: Complaint, reduction: Reduction, *, is_upheld: bool, on: datetime.date
) -> None:
    if row.about != DWELLING or row.lease is None:
        raise RuleBroken("reduction.not_dwelling")
    if not is_upheld:
        raise RuleBroken("reduction.not_upheld")
    rents = RentTerm.objects.filter(lease=row.lease, kind="rent")
    then = rents.filter(valid_from__lte=reduction.from_on).order_by("-valid_from")
    rent_ore = then.values_list("amount_ore", flat=True).first() or 0
    starts_on = row.lease.starts_on
    rules.check_reduction(reduction, rent_ore=rent_ore, starts_on=starts_on, today=on)


def _check_not_posted(row: Complaint, reduction: Reduction | None) -> None:
    """What is in the ledger stays as it was decided; how long it goes on from there may change."""
    posted_to = _posted_to(row)
    if posted_to is None:
        return
    if reduction is None or (reduction.month_ore, reduction.from_on) != (
        row.reduction_ore,
        row.reduction_from,
    ):
        raise RuleBroken("reduction.posted")
    for to_on in (reduction.to_on, row.reduction_to):
        if to_on is not None and to_on < posted_to:
            raise RuleBroken("reduction.posted")


def _posted_to(row: Complaint) -> datetime.date | None:
    """The last day of the last month that has its credit in the ledger; None without any. Acts from
    before the month was kept: of a charge that had come by their day, so of that month at most."""
    acts = row.acts.filter(what="reduced").values_list("on", "facts")
    months = [
        datetime.date.fromisoformat(facts["last_month"])
        if "last_month" in facts
        else on.replace(day=1)
        for on, facts in acts
    ]
    return add_months(max(months), 1) - datetime.timedelta(days=1) if months else None


def _end_reduction(row: Complaint, to_on: datetime.date, on: datetime.date) -> None:
    """Raises what `rules.check_end` refuses, or "reduction.end_posted" (posted_to)."""
    if row.reduction_from is None:
        raise RuleBroken("reduction.ended")
    rules.check_end(row.reduction_from, to_on, on)
    posted_to = _posted_to(row)
    if posted_to is not None and to_on < posted_to:
        raise RuleBroken("reduction.end_posted", posted_to=posted_to)
    row.reduction_to = to_on


def _at_work(
    complaint_id: int, by: Any, version: int | None, *, may_be_closed: bool = False
) -> Complaint:
    """The open complaint, locked after its lease.

    Raises `RuleBroken` "complaint.not_visible", "complaint.changed" (version),
    "complaint.closed" or "complaint.withdrawn".
    """
    seen = Complaint.objects.visible_to(by).filter(pk=complaint_id)
    lease_id = seen.values_list("lease_id", flat=True).first()
    if lease_id is not None:
        Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    rows = Complaint.objects.select_for_update(of=("self",)).filter(pk__in=seen)
    row = rows.first()
    if row is None:
        raise RuleBroken("complaint.not_visible")
    if version is not None and row.version != version:
        raise RuleBroken("complaint.changed", version=row.version)
    is_kept = may_be_closed and row.state == ComplaintState.CLOSED
    if row.state != ComplaintState.OPEN and not is_kept:
        rules.check_step(row.state, ComplaintState.CLOSED, row.closed_on)
    return row


def _saved(row: Complaint, by: Any, on: datetime.date, what: str, **facts: Any) -> Complaint:
    row.version += 1
    with signed(by):
        row.save()
    _looked_at(row)
    note_act(row, what, by=by, on=on, **facts)
    return row


def _looked_at(row: Complaint) -> None:
    """The night looks again at the tenancy it is about."""
    if row.about == TENANCY and row.lease_id is not None:
        Lease.objects.filter(pk=row.lease_id).update(changed_at=Now())


def _next_number(year: int) -> str:
    """ "K2026-00001". One at a time until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS])
    numbers = Complaint.objects.filter(number__startswith=f"K{year}-")
    last = numbers.order_by("-number").values_list("number", flat=True).first()
    return f"K{year}-{int(last.partition('-')[2]) + 1 if last else 1:05d}"
