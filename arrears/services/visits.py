"""Home visits: planned, reported from the doorstep, or cancelled; and whether they count."""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, ContactAttempt, ContactState
from arrears.rules.contacts import HOME_VISIT
from arrears.services.cases.base import at_work, note_act, note_first_contact, touched
from arrears.services.contacts import (
    NewContact,
    check_contact,
    keep_first_contact,
    lock_contact,
    meant_by,
    told_of,
    why_not_counted,
)
from boligsak.rule import RuleBroken
from tenants.models import LeaseParty
from tenants.queries.reach import reach


@transaction.atomic
def plan_visit(
    case_id: int,
    visit_on: datetime.date,
    *,
    at_time: str = "",
    who_goes: str,
    person_id: int | None = None,
    by: Any,
    on: datetime.date,
) -> ContactAttempt:
    """Plans a visit to the tenant's home; `on` is today.

    Raises `RuleBroken` as `at_work` does, "visit.in_the_past", "visit.nobody_goes",
    "visit.planned_already" (visit_on), "contact.not_a_tenant" or "contact.dead".
    """
    case = at_work(case_id, by=by)
    if visit_on < on:
        raise RuleBroken("visit.in_the_past", today=on)
    if not who_goes.strip():
        raise RuleBroken("visit.nobody_goes")
    tenants = reach([case.lease_id], visit_on)[case.lease_id]
    meant_by(person_id, tenants, visit_on)
    same = case.contacts.filter(
        channel=HOME_VISIT, state=ContactState.PLANNED, on=visit_on, at_time=at_time.strip()
    )
    if same.exists():
        raise RuleBroken("visit.planned_already", visit_on=visit_on)
    row = ContactAttempt.objects.create(
        case=case,
        person_id=person_id,
        channel=HOME_VISIT,
        state=ContactState.PLANNED,
        on=visit_on,
        at_time=at_time.strip(),
        who_goes=who_goes.strip(),
        by=by,
    )
    touched(case)
    return row


@transaction.atomic
def report_visit(
    contact_id: int, told: NewContact, *, version: int, by: Any, on: datetime.date
) -> ContactAttempt:
    """What came of a planned visit, on the day it was made (`told.on`); `on` is today.

    Raises `RuleBroken` as `at_work` and `check_contact` do, "contact.changed" or
    "visit.not_planned".
    """
    row = _planned(contact_id, version, by)
    case = row.case
    tenants = check_contact(case.lease_id, told, case.lease.starts_on, on)
    because = why_not_counted(HOME_VISIT, told.result, told.on, told.person_id, tenants)
    for field, value in told_of(told).items():
        setattr(row, field, value)
    row.counts, row.counts_not_because = not because, because
    row.reported_by = by
    row.version += 1
    row.save()
    if row.counts:
        note_first_contact(case, row.on)
    touched(case)
    return row


@transaction.atomic
def cancel_visit(
    contact_id: int, reason: str, *, version: int, by: Any, on: datetime.date
) -> ContactAttempt:
    """The visit is not made. Raises `RuleBroken` as `at_work` does, "contact.no_reason",
    "contact.changed" or "visit.not_planned"."""
    if not reason.strip():
        raise RuleBroken("contact.no_reason")
    row = _planned(contact_id, version, by)
    row.state = ContactState.CANCELLED
    row.withdrawn_because = reason.strip()
    row.version += 1
    row.save(update_fields=["state", "withdrawn_because", "version"])
    facts = {"contact": row.pk, "on": row.on.isoformat()}
    note_act(row.case, "visit_cancelled", by=by, on=on, facts=facts, note=reason.strip())
    touched(row.case)
    return row


@transaction.atomic
def recount_visits(person_id: int, *, by: Any, on: datetime.date) -> int:
    """Asks anew which home visits to this person count, when their absences are known better.

    A visit to somebody who, it turns out, was in prison does not count; one to somebody who was at
    home after all does. Returns how many changed. It follows from what is known of the person, so
    it is done on every case of theirs, whoever may open it.
    """
    leases = LeaseParty.objects.filter(person_id=person_id).values("lease_id")
    visited = ContactAttempt.objects.filter(
        channel=HOME_VISIT, state=ContactState.DONE, case__lease__in=leases
    )
    changed = 0
    cases = Case.objects.filter(pk__in=visited.values("case_id")).order_by("pk")
    for case in cases.select_for_update(of=("self",)):
        changed += _recount(case, by=by, on=on)
    return changed


def _recount(case: Case, *, by: Any, on: datetime.date) -> int:
    changed = 0
    visits = case.contacts.select_for_update(of=("self",)).filter(
        channel=HOME_VISIT, state=ContactState.DONE
    )
    for row in visits.order_by("pk"):
        tenants = reach([case.lease_id], row.on)[case.lease_id]
        because = why_not_counted(HOME_VISIT, row.result, row.on, row.person_id, tenants)
        if because == row.counts_not_because:
            continue
        row.counts, row.counts_not_because = not because, because
        row.version += 1
        row.save(update_fields=["counts", "counts_not_because", "version"])
        facts = {"contact": row.pk, "on": row.on.isoformat(), "because": because}
        note_act(case, "visit_recounted", by=by, on=on, facts=facts, is_social=True)
        changed += 1
    if changed:
        keep_first_contact(case)
        touched(case)
    return changed


def _planned(contact_id: int, version: int, by: Any) -> ContactAttempt:
    row = lock_contact(contact_id, version, by)
    if row.state != ContactState.PLANNED:
        raise RuleBroken("visit.not_planned")
    return row
