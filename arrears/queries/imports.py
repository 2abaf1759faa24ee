"""Payment imports and unplaced payments as lists.

A file is the whole municipality's, and so is a payment that nobody can place yet: who may open
the list sees all of it. The leases that payments point at are another matter: they are fetched
through `visible_to`.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from arrears.models import PaymentImport, UnplacedPayment, UnplacedState
from boligsak.show import MOST_HITS

IMPORT_ORDERS = {
    "-received": ("-received_at", "-id"),
    "received": ("received_at", "id"),
    "-sum": ("-sum_ore", "-id"),
    "sum": ("sum_ore", "id"),
}
UNPLACED_ORDERS = {
    "paid": ("effective_on", "id"),
    "-paid": ("-effective_on", "-id"),
    "amount": ("amount_ore", "id"),
    "-amount": ("-amount_ore", "-id"),
}


@dataclass(frozen=True, slots=True)
class ImportChoice:
    """Which imports: in one state, received between two days, both inclusive."""

    state: str = ""
    from_on: datetime.date | None = None
    to_on: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class UnplacedChoice:
    """Which payments: in one state ("" for all), with or without a likely lease, of one file."""

    state: str = UnplacedState.OPEN
    is_likely: bool | None = None
    import_id: int | None = None


def imports(choice: ImportChoice) -> "QuerySet[PaymentImport]":
    found = PaymentImport.objects.select_related("by", "run")
    if choice.state:
        found = found.filter(state=choice.state)
    if choice.from_on:
        found = found.filter(received_at__date__gte=choice.from_on)
    if choice.to_on:
        found = found.filter(received_at__date__lte=choice.to_on)
    return found


def unplaced(choice: UnplacedChoice) -> "QuerySet[UnplacedPayment]":
    found = UnplacedPayment.objects.select_related("payment_import", "decided_by", "placed_line")
    if choice.state:
        found = found.filter(state=choice.state)
    if choice.is_likely is not None:
        found = found.filter(likely_lease__isnull=not choice.is_likely)
    if choice.import_id is not None:
        found = found.filter(payment_import_id=choice.import_id)
    return found


def count(rows: "QuerySet[PaymentImport] | QuerySet[UnplacedPayment]") -> int:
    """How many, counted to one more than is ever said."""
    return rows.order_by()[: MOST_HITS + 1].count()


def still_open(import_ids: Collection[int]) -> dict[int, int]:
    """How many payments of each import still wait; imports without any are left out."""
    return dict(
        UnplacedPayment.objects.filter(payment_import_id__in=import_ids, state=UnplacedState.OPEN)
        .order_by()
        .values("payment_import_id")
        .annotate(waiting=Count("id"))
        .values_list("payment_import_id", "waiting")
    )


def waiting_sum() -> tuple[int, int]:
    """How many payments wait to be placed, and what they come to in øre."""
    found = UnplacedPayment.objects.filter(state=UnplacedState.OPEN).aggregate(
        number=Count("id"), ore=Sum("amount_ore")
    )
    return int(found["number"]), int(found["ore"] or 0)
