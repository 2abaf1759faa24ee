"""Registering an application as received, whose it is, and withdrawing it."""

import datetime
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from tenants.models import ACTIVE_OFFERS, Application, SupportState
from tenants.queries.applications import found_on, handlers_at
from tenants.queries.duplicates import open_of_applicant
from tenants.rules.applications import (
    DRAFT,
    RECEIVED,
    WITHDRAWN,
    check_next,
    check_received,
)
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.history import signed


@transaction.atomic
def register(
    application_id: int,
    *,
    received_on: datetime.date,
    is_apart: bool = False,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> Application:
    """The application is whole, and was received that day: its clocks run from then.

    `is_apart`: the applicant has another one open, and the two are dealt with each by itself.
    Raises `RuleBroken` as `at_work` and `check_received` do, "application.state" when it is
    registered already, or "application.open_already" (other, its number).
    """
    row = at_work(application_id, by=by, version=version)
    if row.state != DRAFT:
        raise RuleBroken("application.state", state=row.state)
    check_next(row.state, RECEIVED)
    check_received(found_on(row), received_on, on)
    other = open_of_applicant(row.applicant_id, but=row.pk) if row.applicant_id else None
    if other is not None and not is_apart:
        raise RuleBroken("application.open_already", other=other.number)
    with signed(by):
        row.state, row.received_on, row.typed = RECEIVED, received_on, {}
        row.save(update_fields=["state", "received_on", "typed"])
    facts: dict[str, Any] = {"received_on": received_on.isoformat()}
    if other is not None:
        facts["apart_from"] = other.pk
    note_act(row, "registered", facts, by=by, on=on)
    touched(row)
    return row


@transaction.atomic
def withdraw(
    application_id: int, reason: str, *, by: Any, on: datetime.date, version: int | None
) -> Application:
    """The applicant takes it back, or it should not have been entered. What was prepared of help is
    dropped with it.

    Raises `RuleBroken` as `at_work` does, "application.no_reason", or "application.offer_stands"
    while a home is held for it.
    """
    row = at_work(application_id, by=by, version=version)
    if not reason.strip():
        raise RuleBroken("application.no_reason")
    check_next(row.state, WITHDRAWN)
    if row.offers.filter(state__in=ACTIVE_OFFERS).exists():
        raise RuleBroken("application.offer_stands")
    because = reason.strip()
    with signed(by):
        row.state, row.ended_on, row.ended_because, row.typed = WITHDRAWN, on, because, {}
        row.save(update_fields=["state", "ended_on", "ended_because", "typed"])
        for measure in row.measures.select_for_update().filter(state=SupportState.PREPARED):
            measure.state, measure.ended_on, measure.result = SupportState.DROPPED, on, because
            measure.version += 1
            measure.save(update_fields=["state", "ended_on", "result", "version"])
    note_act(row, "withdrawn", {"because": because}, by=by, on=on)
    touched(row)
    return row


@transaction.atomic
def give(
    application_id: int,
    owner: Any | None,
    *,
    by: Any,
    on: datetime.date,
    version: int | None,
) -> Application:
    """Whose application it is to work on; None: nobody's yet.

    Raises `RuleBroken` as `at_work` does, "application.owner_office" or
    "application.owner_not_cleared" (who).
    """
    row = at_work(application_id, by=by, version=version)
    if owner is not None:
        if owner.pk not in {one.id for one in handlers_at(row.office_id, on)}:
            raise RuleBroken("application.owner_office", who=str(owner))
        if row.is_protected and not owner.access.is_cleared:
            raise RuleBroken("application.owner_not_cleared", who=str(owner))
    if row.owner_id == (owner.pk if owner else None):
        return row
    with signed(by):
        row.owner = owner
        row.save(update_fields=["owner"])
    note_act(row, "owner", {"who": str(owner) if owner else ""}, by=by, on=on)
    touched(row)
    return row
