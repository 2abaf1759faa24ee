"""What cooperatives and head landlords do against dwellings: the list, by what is asked for."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from tenants.models import Dwelling, HeadLandlordAction

MOST_HITS = 10_000
OPEN, CLOSED, ALL = "open", "closed", "all"

ORDERS: dict[str, tuple[Any, ...]] = {
    "deadline": (F("deadline_on").asc(nulls_last=True), "pk"),
    "-deadline": (F("deadline_on").desc(nulls_last=True), "pk"),
    "received": ("received_on", "pk"),
    "-received": ("-received_on", "-pk"),
    "dwelling": ("dwelling__sort_address", "dwelling__unit", "pk"),
    "-dwelling": ("-dwelling__sort_address", "-dwelling__unit", "pk"),
}
USUAL = "deadline"


@dataclass(frozen=True, slots=True)
class HeadActionChoice:
    """What a reader has asked to see; those that are not closed, when nothing is said. Days are
    inclusive."""

    state: str = OPEN
    kind: str = ""
    office_id: int | None = None
    from_on: datetime.date | None = None
    to_on: datetime.date | None = None

    @property
    def is_usual(self) -> bool:
        return self == HeadActionChoice()


def chosen(user: Any, choice: HeadActionChoice) -> QuerySet[HeadLandlordAction]:
    """Against dwellings this user may see; who lives in them is not told here."""
    rows = HeadLandlordAction.objects.filter(dwelling__in=Dwelling.objects.visible_to(user))
    if choice.state != ALL:
        rows = rows.filter(closed_on__isnull=choice.state == OPEN)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.office_id is not None:
        rows = rows.filter(dwelling__office_id=choice.office_id)
    if choice.from_on is not None:
        rows = rows.filter(received_on__gte=choice.from_on)
    if choice.to_on is not None:
        rows = rows.filter(received_on__lte=choice.to_on)
    return rows.select_related("dwelling__office", "dwelling__building")


def ordered(rows: QuerySet[HeadLandlordAction], order: str) -> QuerySet[HeadLandlordAction]:
    return rows.order_by(*ORDERS[order])


def count(rows: QuerySet[HeadLandlordAction]) -> int:
    """How many, counted to one more than `MOST_HITS` and no further."""
    return rows.order_by()[: MOST_HITS + 1].count()
