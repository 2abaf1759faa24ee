"""What puts the tenancy at risk, while the case is open: one more reason, or one less."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import CaseTrigger
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.cases.opening import NewTrigger, Opened, add_to_open
from boligsak.rule import RuleBroken


@transaction.atomic
def add_trigger(
    case_id: int,
    kind: str,
    *,
    note: str = "",
    flag_id: int | None = None,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Opened:
    """Adds a trigger that does not run on the case yet.

    Raises `RuleBroken` as `at_work` does, "case.no_trigger" or "case.nothing_new" (number).
    """
    case = at_work(case_id, by=by, version=version)
    return add_to_open(case, [NewTrigger(kind, flag_id, note.strip())], by=by, on=on)


@transaction.atomic
def close_trigger(
    case_id: int,
    kind: str,
    *,
    reason: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> CaseTrigger:
    """Ends one of the triggers of a case that has more: the contract is renewed, the rent is not
    paid. The last one ends with the case.

    Raises `RuleBroken` as `at_work` does, "trigger.no_reason", "trigger.not_running" or
    "trigger.last".
    """
    case = at_work(case_id, by=by, version=version)
    if not reason.strip():
        raise RuleBroken("trigger.no_reason")
    running = {row.kind: row for row in case.triggers.filter(closed_on__isnull=True)}
    if kind not in running:
        raise RuleBroken("trigger.not_running")
    if len(running) == 1:
        raise RuleBroken("trigger.last")
    row = running[kind]
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    note_act(case, "trigger_closed", by=by, on=on, facts={"triggers": [kind]}, note=reason.strip())
    touched(case)
    return row
