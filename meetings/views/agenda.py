"""The meeting: when and where, who is invited, and what is on the agenda."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.models import Party
from boligsak.web import page
from meetings.models import MeetingState
from meetings.views.steps import calendar_step, find_meeting
from meetings.words.planning import STATE_COLORS, title, when, why_changed


@require_GET
@page("meetings.view")
def meeting(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What those who are invited need to know before it begins."""
    row = find_meeting(request.user, pk)
    people = row.attendances.select_related("user").order_by("party", "pk")
    may_plan = request.user.has_perm("meetings.plan") and row.state == MeetingState.PLANNED
    words = {str(value): str(label) for value, label in Party.choices}
    return render(
        request,
        "meetings/meeting.html",
        {
            "title": title(row),
            "breadcrumb": [calendar_step()],
            "status": {
                "text": capfirst(str(row.get_state_display())),
                "color": STATE_COLORS[MeetingState(row.state)],
            },
            "lead": f"{capfirst(when(row))} · {row.place} · {row.office.name}",
            "changed": why_changed(row),
            "people": [
                {"name": one.guest or str(one.user), "party": words[one.party]} for one in people
            ],
            "links": [
                (_("Move"), reverse("meetings:meeting_move", args=[pk])),
                (_("Cancel the meeting"), reverse("meetings:meeting_cancel", args=[pk])),
            ]
            if may_plan
            else [],
            "ics": reverse("meetings:meeting_ics", args=[pk]),
        },
    )
