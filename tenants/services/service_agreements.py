"""Service agreements (bo- og tjenesteavtaler): what they hold, what ends them, when they are looked
at again, and the lawyer's assessment that stops husleieloven's clocks.

Locks: the lease, then the agreement. Each step changes the lease's own row as well, so that the
night looks at its clocks again.
"""

import datetime
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from tenants.models import Lease, LeaseKind, ServiceAgreement
from tenants.rules import service_agreements as rules
from tenants.services.history import signed


@transaction.atomic
def write_agreement(
    lease_id: int,
    *,
    services: str,
    ends_when: str,
    review_on: datetime.date | None,
    version: int | None,
    by: Any,
    on: datetime.date,
) -> ServiceAgreement:
    """What the agreement holds besides the use of the dwelling. The first time it is written down,
    and every time it is changed.

    Raises `RuleBroken` as `lock_lease`, `check_content` and `check_review_day` do, or
    "service.changed" (version).
    """
    lease = lock_lease(lease_id, by)
    rules.check_content(services, ends_when, review_on, None)
    rules.check_review_day(review_on, on)
    row = ServiceAgreement.objects.select_for_update(of=("self",)).filter(lease=lease).first()
    if row is None:
        row = ServiceAgreement(lease=lease, by=by)
    elif version is not None and row.version != version:
        raise RuleBroken("service.changed", version=row.version)
    else:
        row.version += 1
    row.services, row.ends_when, row.review_on = services.strip(), ends_when.strip(), review_on
    with signed(by):
        row.save()
    return row


@transaction.atomic
def note_review(
    lease_id: int,
    *,
    reviewed_on: datetime.date,
    note: str,
    next_on: datetime.date,
    version: int,
    by: Any,
    on: datetime.date,
) -> ServiceAgreement:
    """It has been looked at again together with the tenant, and a new day is set.

    Raises `RuleBroken` as `lock_agreement`, `check_reviewed`, `check_content` and
    `check_review_day` do, or "service.no_note".
    """
    row = lock_agreement(lease_id, version, by)
    rules.check_reviewed(reviewed_on, row.lease.starts_on, on)
    if not note.strip():
        raise RuleBroken("service.no_note")
    rules.check_content(row.services, row.ends_when, next_on, reviewed_on)
    rules.check_review_day(next_on, on)
    row.reviewed_on, row.review_note, row.review_on = reviewed_on, note.strip(), next_on
    return _keep(row, by)


@transaction.atomic
def record_assessment(
    lease_id: int,
    *,
    lawyer: str,
    reasons: str,
    assessed_on: datetime.date,
    version: int,
    by: Any,
    on: datetime.date,
) -> ServiceAgreement:
    """A lawyer's assessment that something other than the use of the dwelling is the agreement's
    essence: from that day husleieloven's clocks stand (§§ 1-1, 1-2).

    Raises `RuleBroken` as `lock_agreement` and `check_assessment` do.
    """
    row = lock_agreement(lease_id, version, by)
    rules.check_assessment(lawyer, reasons, assessed_on, on)
    row.lawyer, row.lawyer_reasons, row.lawyer_on = lawyer.strip(), reasons.strip(), assessed_on
    return _keep(row, by)


@transaction.atomic
def withdraw_assessment(
    lease_id: int, *, because: str, version: int, by: Any, on: datetime.date
) -> ServiceAgreement:
    """The assessment no longer holds: the clocks run again. What it said stays in the history.

    Raises `RuleBroken` as `lock_agreement` does, "service.not_assessed" or "service.no_reasons".
    """
    row = lock_agreement(lease_id, version, by)
    if row.lawyer_on is None:
        raise RuleBroken("service.not_assessed")
    if not because.strip():
        raise RuleBroken("service.no_reasons")
    row.lawyer_on = None
    row.lawyer_reasons = because.strip()
    return _keep(row, by)


def lock_lease(lease_id: int, by: Any) -> Lease:
    """A service agreement's lease that `by` sees whole, locked.

    Raises `RuleBroken("service.lease_missing")` or "service.not_service" (number).
    """
    if not Lease.objects.unmasked(by).filter(pk=lease_id).exists():
        raise RuleBroken("service.lease_missing")
    lease = Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    if lease.kind != LeaseKind.SERVICE_AGREEMENT:
        raise RuleBroken("service.not_service", number=lease.number)
    return lease


def lock_agreement(lease_id: int, version: int, by: Any) -> ServiceAgreement:
    """The agreement on a lease, both locked. Raises `RuleBroken` as `lock_lease` does,
    "service.not_written" or "service.changed" (version)."""
    lease = lock_lease(lease_id, by)
    row = ServiceAgreement.objects.select_for_update(of=("self",)).filter(lease=lease).first()
    if row is None:
        raise RuleBroken("service.not_written")
    if row.version != version:
        raise RuleBroken("service.changed", version=row.version)
    row.lease = lease
    return row


def _keep(row: ServiceAgreement, by: Any) -> ServiceAgreement:
    row.version += 1
    with signed(by):
        row.save()
        # The database marks the lease as changed, and the night looks at its clocks.
        Lease.objects.filter(pk=row.lease_id).update(version=row.lease.version + 1)
    return row
