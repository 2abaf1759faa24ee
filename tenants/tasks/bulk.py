"""The worker's part of a step on many leases."""

import datetime

from celery import shared_task

from boligsak.rule import RuleBroken
from tenants.services import bulk
from tenants.services.bulk_indexation import INDEXATION
from tenants.services.bulk_renewal import RENEWALS


@shared_task(name="tenants.renew_leases")
def renew_leases(step_id: int, today: str) -> dict[str, int]:
    """Renews the contracts of a step. Safe to run twice."""
    return _work(RENEWALS, step_id, today)


@shared_task(name="tenants.index_rents")
def index_rents(step_id: int, today: str) -> dict[str, int]:
    """Indexes the rents of a step and writes the notices. Safe to run twice."""
    return _work(INDEXATION, step_id, today)


def _work(kind: bulk.Kind, step_id: int, today: str) -> dict[str, int]:
    try:
        run = bulk.work(kind, step_id, on=datetime.date.fromisoformat(today))
    except RuleBroken:
        return {"refused": 1}  # it is at work already; the run says so
    return {name: int(count) for name, count in run.counts.items()}
