"""What the cooperative or the head landlord does itself against a dwelling: in, and closed."""

import datetime
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from tenants.models import Dwelling, HeadLandlordAction
from tenants.rules.head_landlord import Action, check, check_closing
from tenants.services.history import signed


@transaction.atomic
def receive_head_action(
    dwelling_id: int,
    kind: str,
    *,
    received_on: datetime.date,
    deadline_on: datetime.date | None,
    by: Any,
    on: datetime.date,
    note: str = "",
) -> HeadLandlordAction:
    """An order to sell, an eviction or a warning has come in.

    Raises `RuleBroken` "dwelling.not_visible", "head.open_already" (received_on: one of the kind
    is open on the dwelling), or what the rules refuse.
    """
    check(Action(kind, received_on, deadline_on), on)
    # Two clerks with the same letter meet at the dwelling.
    rows = Dwelling.objects.visible_to(by).filter(pk=dwelling_id)
    dwelling = Dwelling.objects.select_for_update(of=("self",)).filter(pk__in=rows).first()
    if dwelling is None:
        raise RuleBroken("dwelling.not_visible")
    standing = dwelling.head_actions.filter(kind=kind, closed_on__isnull=True).first()
    if standing is not None:
        raise RuleBroken("head.open_already", received_on=standing.received_on)
    return HeadLandlordAction.objects.create(
        dwelling=dwelling,
        kind=kind,
        received_on=received_on,
        deadline_on=deadline_on,
        note=note.strip(),
        by=by,
    )


@transaction.atomic
def change_head_action(
    action_id: int,
    *,
    deadline_on: datetime.date | None,
    note: str,
    by: Any,
    on: datetime.date,
    version: int,
) -> HeadLandlordAction:
    """Another deadline, or more to say. Raises as `close_head_action` does."""
    row = _open(action_id, by, version)
    check(Action(row.kind, row.received_on, deadline_on), on)
    if row.closed_on is not None:
        raise RuleBroken("head.closed", closed_on=row.closed_on)
    row.deadline_on, row.note = deadline_on, note.strip()
    return _saved(row, by)


@transaction.atomic
def close_head_action(
    action_id: int,
    *,
    closed_on: datetime.date,
    result: str,
    by: Any,
    on: datetime.date,
    version: int,
) -> HeadLandlordAction:
    """It has ended: withdrawn, met, or carried out.

    Raises `RuleBroken` "dwelling.not_visible", "head.changed" (version), or what the rules refuse.
    """
    row = _open(action_id, by, version)
    action = Action(row.kind, row.received_on, row.deadline_on, row.closed_on)
    check_closing(action, closed_on, result, on)
    row.closed_on, row.result, row.closed_by = closed_on, result.strip(), by
    return _saved(row, by)


def _open(action_id: int, by: Any, version: int) -> HeadLandlordAction:
    rows = HeadLandlordAction.objects.select_for_update(of=("self",)).select_related("dwelling")
    row = rows.filter(pk=action_id, dwelling__in=Dwelling.objects.visible_to(by)).first()
    if row is None:
        raise RuleBroken("dwelling.not_visible")
    if row.version != version:
        raise RuleBroken("head.changed", version=row.version)
    return row


def _saved(row: HeadLandlordAction, by: Any) -> HeadLandlordAction:
    row.version += 1
    with signed(by):
        row.save()
    return row
