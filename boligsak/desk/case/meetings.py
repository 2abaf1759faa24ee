"""The meetings that have taken a case up, or will."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day
from meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from meetings.words.agenda import why
from meetings.words.planning import title

_MOST = 10
_COMING = (MeetingState.PLANNED, MeetingState.RUNNING)


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The next meeting first, then those that were held, the newest first."""
    rows = list(
        _items(case, reader)
        .exclude(meeting__state=MeetingState.CANCELLED)
        .order_by("-meeting__held_on", "-pk")[:_MOST]
    )
    coming = [row for row in rows if row.meeting.state in _COMING]
    held = [row for row in rows if row.meeting.state == MeetingState.CLOSED]
    return {
        "coming": [_line(row) for row in reversed(coming) if row.state != ItemState.DROPPED],
        "held": [_line(row) for row in held],
        "for_meeting_on": format_day(case.for_meeting_on) if case.for_meeting_on else "",
    }


def _items(case: Case, reader: Reader) -> Any:
    seen = Meeting.objects.visible_to(reader.user)
    rows = AgendaItem.objects.filter(case=case, meeting__in=seen)
    return rows.select_related("meeting__office")


def _line(row: AgendaItem) -> dict[str, str]:
    is_over = row.meeting.state == MeetingState.CLOSED
    return {
        "title": title(row.meeting),
        "href": reverse("meetings:meeting", args=[row.meeting_id]),
        "when": format_day(row.meeting.held_on),
        "why": why(row.reasons, row.facts),
        "said": _said(row) if is_over else "",
        "note": row.note if is_over else "",
        "dropped": row.dropped_because,
        "minutes": reverse("meetings:minutes", args=[row.meeting_id]) if is_over else "",
    }


def _said(row: AgendaItem) -> str:
    """What was decided, or what became of it without a decision."""
    said = row.get_decision_display() if row.decision else row.get_state_display()
    return capfirst(str(said))


def events(case: Case, reader: Reader) -> list[Event]:
    """That a meeting has taken it up; what it decided stands with the decisions."""
    rows = _items(case, reader).filter(
        meeting__state=MeetingState.CLOSED, state__in=[ItemState.DISCUSSED, ItemState.CARRIED]
    )
    return [
        Event(
            row.meeting.held_on,
            row.meeting.closed_at or row.entered_at,
            {
                "when": format_day(row.meeting.held_on),
                "what": _("Taken up in meeting %(number)s") % {"number": row.meeting.number}
                if row.state == ItemState.DISCUSSED
                else _("Not reached in meeting %(number)s") % {"number": row.meeting.number},
                "text": "" if reader.is_masked else row.note,
                "tone": "info",
                "href": reverse("meetings:meeting", args=[row.meeting_id]),
            },
        )
        for row in rows
    ]
