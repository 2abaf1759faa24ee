"""Steps on many leases: the latest ones, and the rows of one that a reader may see."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from tenants.models import BulkRow, BulkState, BulkStep, Lease

LATEST = 5


def latest(kind: str) -> list[BulkStep]:
    """The newest steps that were not dropped, with how many rows each has done and refused."""
    steps = BulkStep.objects.filter(kind=kind).exclude(state=BulkState.DROPPED)
    return list(counted(steps).order_by("-pk")[:LATEST])


def counted(steps: QuerySet[BulkStep]) -> QuerySet[BulkStep]:
    chosen = Q(rows__is_chosen=True)
    return steps.select_related("by", "run").annotate(
        chosen=Count("rows", filter=chosen),
        done_rows=Count("rows", filter=chosen & Q(rows__state="done")),
        refused_rows=Count("rows", filter=chosen & Q(rows__state="refused")),
    )


def rows_of(step: BulkStep, user: Any) -> list[BulkRow]:
    """Its rows on leases that this user may see, masked or not, by the lease's number."""
    seen = Lease.objects.visible_to(user)
    rows = BulkRow.objects.filter(bulk=step, lease__in=seen).select_related("lease")
    return list(rows.order_by("lease__number"))
