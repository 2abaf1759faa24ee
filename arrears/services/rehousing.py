"""When the cooperative or the head landlord acts itself: the clock is on the dwelling, and the
search for another home begins the same day."""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, Task
from arrears.services.cases.base import note_act
from arrears.services.tasks import end_tasks_about, make_task
from tenants.models import HeadLandlordAction, Lease
from tenants.rules.head_landlord import Action, rehouse_by
from tenants.services.head_landlord import close_head_action, receive_head_action

TASK = "rehouse"
RECEIVED, CLOSED = "head_action", "head_action_closed"
"""What they are called in the history of the open case of who lives there."""


@transaction.atomic
def receive(
    dwelling_id: int,
    kind: str,
    *,
    received_on: datetime.date,
    deadline_on: datetime.date | None,
    by: Any,
    on: datetime.date,
    note: str = "",
) -> HeadLandlordAction:
    """An action has come in. Where the home may be lost, whoever works with the tenant gets the
    task of finding another one at once: on the open case, or on the lease where there is none.

    Raises as `receive_head_action` does.
    """
    lease = _lived_in(dwelling_id, on)
    case = _open_case(lease)
    row = receive_head_action(
        dwelling_id, kind, received_on=received_on, deadline_on=deadline_on, by=by, on=on, note=note
    )
    by_day = rehouse_by(Action(kind, received_on, deadline_on))
    if lease is not None and by_day is not None:
        make_task(
            kind=TASK,
            due_on=max(by_day, on),
            by=by,
            on=on,
            case=case,
            lease=lease,
            facts=_facts(row),
            about=about(row),
        )
    if case is not None:
        note_act(case, RECEIVED, by=by, on=on, facts=_facts(row))
    return row


@transaction.atomic
def close(
    action_id: int,
    *,
    closed_on: datetime.date,
    result: str,
    by: Any,
    on: datetime.date,
    version: int,
) -> HeadLandlordAction:
    """The action has ended, and with it the task. Raises as `close_head_action` does."""
    task = Task.objects.filter(kind=TASK, about=f"head:{action_id}").select_related("case").first()
    case = None
    if task is not None and task.case_id is not None:
        # The case first, then the rest: the order of locks everywhere.
        case = Case.objects.select_for_update(of=("self",)).get(pk=task.case_id)
    row = close_head_action(
        action_id, closed_on=closed_on, result=result, by=by, on=on, version=version
    )
    end_tasks_about(TASK, about(row), result=result.strip(), by=by, on=on)
    if case is not None and case.status == "open":
        note_act(case, CLOSED, by=by, on=on, facts=_facts(row))
    return row


def about(row: HeadLandlordAction) -> str:
    return f"head:{row.pk}"


def _facts(row: HeadLandlordAction) -> dict[str, Any]:
    days = {"deadline_on": row.deadline_on, "closed_on": row.closed_on}
    facts: dict[str, Any] = {name: day.isoformat() for name, day in days.items() if day}
    return facts | {"action": row.pk, "kind": row.kind, "received_on": row.received_on.isoformat()}


def _lived_in(dwelling_id: int, day: datetime.date) -> Lease | None:
    """The tenancy in the dwelling that day. Also one that the reader may not know of: its
    caseworker must act all the same."""
    rows = Lease.objects.filter(dwelling_id=dwelling_id, starts_on__lte=day)
    return rows.exclude(moved_out_on__lt=day).order_by("-starts_on").first()


def _open_case(lease: Lease | None) -> Case | None:
    if lease is None:
        return None
    rows = Case.objects.select_for_update(of=("self",)).open()
    return rows.filter(lease=lease).first()
