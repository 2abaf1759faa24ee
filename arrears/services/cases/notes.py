"""Notes on a case: added, never changed."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import CaseAct
from arrears.services.cases.base import at_work, note_act, touched
from boligsak.rule import RuleBroken

_MOST_MINUTES = 24 * 60


@transaction.atomic
def add_note(
    case_id: int,
    text: str,
    *,
    is_social: bool = False,
    minutes: int | None = None,
    by: Any,
    on: datetime.date,
) -> CaseAct:
    """Adds what somebody wants remembered; `is_social`: for the welfare side only.

    `minutes` spent, for the measuring of work. Two notes at once spoil nothing, so no version is
    asked for. Raises `RuleBroken` as `at_work` does, "note.empty", "note.social" (`by` may not
    write what they may not read) or "note.minutes" (most).
    """
    case = at_work(case_id, by=by)
    if not text.strip():
        raise RuleBroken("note.empty")
    if is_social and not by.has_perm("tenants.view_social"):
        raise RuleBroken("note.social")
    if minutes is not None and not 0 < minutes <= _MOST_MINUTES:
        raise RuleBroken("note.minutes", most=_MOST_MINUTES)
    act = note_act(
        case, "note", by=by, on=on, note=text.strip(), is_social=is_social, minutes=minutes
    )
    touched(case)
    return act
