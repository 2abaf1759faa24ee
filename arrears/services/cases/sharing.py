"""The basis on which the parties share a case, and whether a meeting is to take it up."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case
from arrears.models.cases import SharingBasis
from arrears.rules.cases import check_sharing
from arrears.services.cases.base import at_work, note_act, touched
from boligsak.rule import RuleBroken


@transaction.atomic
def set_sharing(
    case_id: int,
    basis: str,
    *,
    source: str = "",
    since: datetime.date | None = None,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Case:
    """Records the tenant's consent, the statute that allows sharing, or that there is neither.

    `source`: who consented and how, or the statute; `since` the day of it. A basis that is taken
    away makes the case anonymous to the other parties from now on. Raises `RuleBroken` as
    `at_work` and `check_sharing` do.
    """
    case = at_work(case_id, by=by, version=version)
    check_sharing(basis, source, since, on)
    is_none = basis == SharingBasis.NONE
    case.sharing_basis = basis
    case.sharing_source = "" if is_none else source.strip()
    case.sharing_on = None if is_none else since
    case.save(update_fields=["sharing_basis", "sharing_source", "sharing_on"])
    facts = {"basis": basis, "since": since.isoformat() if since and not is_none else ""}
    note_act(case, "sharing", by=by, on=on, facts=facts, note=case.sharing_source)
    touched(case)
    return case


@transaction.atomic
def mark_for_meeting(
    case_id: int, *, note: str = "", by: Any, on: datetime.date, version: int | None = None
) -> Case:
    """Puts the case up for the next coordination meeting.

    Raises `RuleBroken` as `at_work` does, or "meeting.marked" (marked_on).
    """
    case = at_work(case_id, by=by, version=version)
    if case.for_meeting_on is not None:
        raise RuleBroken("meeting.marked", marked_on=case.for_meeting_on)
    case.for_meeting_on = on
    case.save(update_fields=["for_meeting_on"])
    note_act(case, "for_meeting", by=by, on=on, note=note.strip())
    touched(case)
    return case


@transaction.atomic
def unmark(
    case_id: int, *, reason: str, by: Any, on: datetime.date, version: int | None = None
) -> Case:
    """Takes it off again. Raises as `at_work` does, "meeting.not_marked" or "meeting.no_reason"."""
    case = at_work(case_id, by=by, version=version)
    if case.for_meeting_on is None:
        raise RuleBroken("meeting.not_marked")
    if not reason.strip():
        raise RuleBroken("meeting.no_reason")
    case.for_meeting_on = None
    case.save(update_fields=["for_meeting_on"])
    note_act(case, "not_for_meeting", by=by, on=on, note=reason.strip())
    touched(case)
    return case
