"""Help to manage a tenancy while it runs: begun on the day of the keys, looked at again, ended.

Locks: the application where one is at hand, then the lease, then the measures.
"""

import datetime
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from tenants.models import Application, Lease, SupportMeasure, SupportState
from tenants.services.applications.base import note_act
from tenants.services.history import signed


@transaction.atomic
def start_measures(
    application: Application, lease: Lease, *, by: Any, on: datetime.date
) -> list[SupportMeasure]:
    """What was prepared begins with the lease, or on its own later day. In the transaction in which
    the lease is made; the caller holds the application and the lease."""
    waiting = SupportMeasure.objects.select_for_update(of=("self",)).filter(
        application=application, state=SupportState.PREPARED
    )
    begun = []
    for measure in waiting.order_by("pk"):
        measure.lease, measure.state = lease, SupportState.RUNNING
        measure.started_on = max(measure.starts_on or lease.starts_on, lease.starts_on)
        _keep(measure, by)
        begun.append(measure)
    if begun:
        told = {"measures": [one.pk for one in begun], "lease": lease.pk}
        note_act(application, "measures_started", told, by=by, on=on)
    return begun


@transaction.atomic
def review_measure(
    measure_id: int,
    *,
    found: str,
    next_on: datetime.date | None,
    version: int,
    by: Any,
    on: datetime.date,
) -> SupportMeasure:
    """Looked at again: what was found, and the next day it is looked at.

    Raises `RuleBroken` as `lock_running` does, "running_support.no_result" or
    "running_support.next_past" (today).
    """
    measure = lock_running(measure_id, version, by)
    if not found.strip():
        raise RuleBroken("running_support.no_result")
    if next_on is not None and next_on <= on:
        raise RuleBroken("running_support.next_past", today=on)
    measure.result, measure.review_on = found.strip()[:400], next_on
    return _keep(measure, by)


@transaction.atomic
def end_measure(
    measure_id: int,
    *,
    ended_on: datetime.date,
    result: str,
    version: int,
    by: Any,
    on: datetime.date,
) -> SupportMeasure:
    """It is over, and what came of it is written down.

    Raises `RuleBroken` as `lock_running` does, "running_support.no_result",
    "running_support.not_yet" (today) or "running_support.before_start" (started_on).
    """
    measure = lock_running(measure_id, version, by)
    if not result.strip():
        raise RuleBroken("running_support.no_result")
    if ended_on > on:
        raise RuleBroken("running_support.not_yet", today=on)
    if measure.started_on is not None and ended_on < measure.started_on:
        raise RuleBroken("running_support.before_start", started_on=measure.started_on)
    measure.state, measure.ended_on = SupportState.ENDED, ended_on
    measure.result, measure.review_on = result.strip()[:400], None
    return _keep(measure, by)


def lock_running(measure_id: int, version: int, by: Any) -> SupportMeasure:
    """A measure on a lease that `by` sees whole; the lease and the measure are locked.

    Raises `RuleBroken("running_support.missing")`, "running_support.changed" (version) or
    "running_support.over".
    """
    lease_id = SupportMeasure.objects.values_list("lease_id", flat=True).get(pk=measure_id)
    if lease_id is None or not Lease.objects.unmasked(by).filter(pk=lease_id).exists():
        raise RuleBroken("running_support.missing")
    Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    measure = SupportMeasure.objects.select_for_update(of=("self",)).get(pk=measure_id)
    if measure.version != version:
        raise RuleBroken("running_support.changed", version=measure.version)
    if measure.state != SupportState.RUNNING:
        raise RuleBroken("running_support.over")
    return measure


def _keep(measure: SupportMeasure, by: Any) -> SupportMeasure:
    measure.version += 1
    with signed(by):
        measure.save()
    return measure
