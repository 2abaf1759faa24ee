"""Closing a meeting: the only thing that writes its decisions on the cases.

One transaction: what was decided stands on the cases with tasks for those who are to do it and the
next step that follows of it, what was noted for the welfare side alone stands there as such a note,
what was not reached is carried over, the minutes are made in two versions, and everything is
locked.
"""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, Party
from arrears.services.cases.notes import add_note
from arrears.services.decisions import record_decision
from arrears.services.next_steps import refresh
from boligsak import dates
from boligsak.rule import RuleBroken
from meetings.models import (
    AgendaItem,
    IssueNote,
    IssueState,
    ItemState,
    Meeting,
    MeetingState,
    Minutes,
    SystemIssue,
)
from meetings.queries.session import drafts, items_of, may_decide
from meetings.rules.session import check_state, faults, is_carried
from meetings.services.minutes import make_minutes
from meetings.services.session import at_pen, parties


@transaction.atomic
def close_meeting(meeting_id: int, *, by: Any, on: datetime.date) -> Meeting:
    """Ends the meeting. Only who holds the pen closes it.

    Raises `RuleBroken` as `at_pen` does, "closing.faults" (faults: a list of
    `meetings.rules.session.Fault`), "closing.nobody" when nobody was marked as present, or
    "closing.refused" (number, why: the refusal itself) when a decision cannot be written on its
    case; then nothing is closed.
    """
    meeting = at_pen(meeting_id, by)
    check_state(meeting.state, MeetingState.CLOSED)
    items = items_of(meeting)
    present, asked = parties(meeting)
    if not present:
        raise RuleBroken("closing.nobody")
    found = drafts(items, by)
    if wrong := faults(found, held_on=meeting.held_on, present=present, asked=asked):
        raise RuleBroken("closing.faults", faults=wrong)
    # Cases in one order, whatever the agenda's: two meetings closing must not wait in a ring.
    for item in sorted(items, key=lambda item: item.case_id or 0):
        case = item.case
        if case is None or item.state == ItemState.DROPPED:
            continue
        if item.decision:
            _record(meeting, item, case, present, asked, by=by, on=on)
        if item.social_note.strip() and case.status == "open" and may_decide(case, by):
            add_note(case.pk, item.social_note, is_social=True, by=by, on=on)
        if item.decision:
            refresh(case.pk, on)
    for item, draft in zip(items, found, strict=True):
        if is_carried(draft):
            item.state = ItemState.CARRIED
            item.save(update_fields=["state"])
        elif item.issue is not None and item.note.strip():
            _note_issue(item, item.issue, by=by, on=on)
    minutes = make_minutes(meeting, items_of(meeting), by=by, on=on)
    Minutes.objects.bulk_create([minutes])
    # Last: from here on the database refuses every change of the meeting and its items.
    meeting.state, meeting.closed_at, meeting.closed_by = MeetingState.CLOSED, dates.now(), by
    meeting.version += 1
    meeting.save()
    return meeting


def _record(
    meeting: Meeting,
    item: AgendaItem,
    case: Case,
    present: frozenset[str],
    asked: frozenset[str],
    *,
    by: Any,
    on: datetime.date,
) -> None:
    try:
        item.recorded = record_decision(
            case.pk,
            item.decision,
            meeting=meeting.number,
            held_on=meeting.held_on,
            present=present,
            invited=asked,
            reason=item.reason,
            party=item.party or Party.WELFARE,
            owner=item.owner,
            due_on=item.due_on,
            again_on=item.again_on,
            decided_at=item.saved_at,
            by=by,
            on=on,
        )
    except RuleBroken as broken:
        raise RuleBroken("closing.refused", number=case.number, why=broken) from broken
    item.save(update_fields=["recorded"])


def _note_issue(item: AgendaItem, issue: SystemIssue, *, by: Any, on: datetime.date) -> None:
    if issue.state == IssueState.OPEN:
        issue.state = IssueState.WORKING
    if item.owner_id is not None:
        issue.owner_id = item.owner_id
    if item.due_on is not None:
        issue.due_on = item.due_on
    issue.version += 1
    issue.save()
    IssueNote.objects.create(issue=issue, text=item.note, to_state=issue.state, on=on, by=by)
