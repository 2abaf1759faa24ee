"""Holding a dwelling back for a while: a repair, or a purpose."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from boligsak.rule import RuleBroken
from tenants.models import Dwelling, DwellingHold, Offer
from tenants.rules.offers import ACTIVE
from tenants.services.history import signed

_ONE_DAY = datetime.timedelta(days=1)


@transaction.atomic
def hold_dwelling(
    dwelling_id: int,
    *,
    kind: str,
    note: str = "",
    from_on: datetime.date,
    to_on: datetime.date | None = None,
    by: Any,
) -> DwellingHold:
    """Holds a dwelling back, so that nobody is offered it.

    Raises `RuleBroken` "hold.days", "hold.reserved" (an application has it) or "hold.overlaps".
    """
    dwelling = Dwelling.objects.select_for_update(of=("self",)).get(pk=dwelling_id)
    _check(dwelling.pk, from_on, to_on)
    if Offer.objects.filter(dwelling=dwelling, state__in=ACTIVE).exists():
        raise RuleBroken("hold.reserved")
    row = DwellingHold(
        dwelling=dwelling, kind=kind, note=note.strip(), from_on=from_on, to_on=to_on, by=by
    )
    with signed(by):
        row.save()
    return row


@transaction.atomic
def change_hold(
    hold_id: int,
    *,
    kind: str,
    note: str,
    to_on: datetime.date | None,
    version: int,
    by: Any,
) -> DwellingHold:
    """Another reason or last day. Raises `RuleBroken` "hold.changed" (version), "hold.days" or
    "hold.overlaps"."""
    row = _locked(hold_id, version)
    _check(row.dwelling_id, row.from_on, to_on, besides=row.pk)
    row.kind, row.note, row.to_on = kind, note.strip(), to_on
    return _saved(row, by)


@transaction.atomic
def end_hold(hold_id: int, *, version: int, by: Any, on: datetime.date) -> DwellingHold:
    """The dwelling can be offered from `on`: yesterday was the last day it was held back, or, of
    one that begins today or later, its first day.

    Raises `RuleBroken` "hold.changed" (version) or "hold.over".
    """
    row = _locked(hold_id, version)
    if row.to_on is not None and row.to_on < on:
        raise RuleBroken("hold.over")
    row.to_on = max(row.from_on, on - _ONE_DAY)
    return _saved(row, by)


def _locked(hold_id: int, version: int) -> DwellingHold:
    dwelling_id = DwellingHold.objects.values_list("dwelling_id", flat=True).get(pk=hold_id)
    Dwelling.objects.select_for_update(of=("self",)).get(pk=dwelling_id)
    row = DwellingHold.objects.select_for_update(of=("self",)).get(pk=hold_id)
    if row.version != version:
        raise RuleBroken("hold.changed", version=row.version)
    return row


def _saved(row: DwellingHold, by: Any) -> DwellingHold:
    row.version += 1
    with signed(by):
        row.save()
    return row


def _check(
    dwelling_id: int,
    from_on: datetime.date,
    to_on: datetime.date | None,
    besides: int | None = None,
) -> None:
    if to_on is not None and to_on < from_on:
        raise RuleBroken("hold.days")
    there = DwellingHold.objects.filter(dwelling=dwelling_id).exclude(pk=besides or 0)
    there = there.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on))
    if to_on is not None:
        there = there.filter(from_on__lte=to_on)
    if there.exists():
        raise RuleBroken("hold.overlaps")
