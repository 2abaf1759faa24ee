"""Closing a meeting: what is still missing, what will happen, and then it is locked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from arrears.models import Party
from boligsak import dates
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page
from meetings.forms.session import ButtonForm
from meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from meetings.queries.session import drafts, items_of
from meetings.rules.session import faults, is_carried
from meetings.services.closing import close_meeting
from meetings.services.session import parties
from meetings.views.session import at_item, holds_pen, session_page
from meetings.views.steps import done, find_meeting, trail
from meetings.words import session as words


@require_http_methods(["GET", "POST"])
@page("meetings.hold")
def closing(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is missing, what the closing does, and the button that does it."""
    user, day = request.user, dates.today()
    meeting = find_meeting(user, pk)
    if meeting.state == MeetingState.CLOSED and request.method == "GET":
        return redirect("meetings:minutes", pk)
    form = ButtonForm(request.POST or None, initial=fresh())

    def do() -> str:
        close_meeting(pk, by=user, on=day)
        return reverse("meetings:minutes", args=[pk])

    if where := done(request, form, do, refusal=words.refusal):
        messages.success(request, _("The meeting is closed, and its minutes are locked."))
        return redirect(where)
    return render(
        request,
        "meetings/closing.html",
        {
            "title": _("Close the meeting"),
            "breadcrumb": [
                *trail(meeting),
                {"label": _("In the meeting"), "url": session_page(pk)},
            ],
            "form": form,
            "back": session_page(pk),
            "is_running": meeting.state == MeetingState.RUNNING,
            "has_pen": holds_pen(meeting, user),
            "secretary": str(meeting.secretary or ""),
            **_list(meeting, user),
        },
        status=422 if request.method == "POST" else 200,
    )


def _list(meeting: Meeting, user: Any) -> dict[str, Any]:
    """The check list, and what follows of the closing in numbers."""
    items = items_of(meeting)
    found = drafts(items, user)
    present, asked = parties(meeting)
    wrong = {
        fault.item_id: str(words.FAULTS[fault.code])
        for fault in faults(found, held_on=meeting.held_on, present=present, asked=asked)
    }
    carried = {draft.item_id for draft in found if is_carried(draft)}
    kept = [item for item in items if item.state != ItemState.DROPPED]
    decisions = [item for item in kept if item.decision]
    tasks = [item for item in decisions if item.due_on or item.again_on]
    names = {str(value): str(label) for value, label in Party.choices}
    return {
        "rows": [
            _row(meeting, item, place, wrong.get(item.pk, ""), item.pk in carried)
            for place, item in enumerate(kept, start=1)
        ],
        "wrong": len(wrong),
        "nobody": not present,
        "present": ", ".join(names[party] for party in sorted(present)),
        "effects": [
            ngettext(
                "%(count)d decision is written on its case",
                "%(count)d decisions are written on their cases",
                len(decisions),
            )
            % {"count": len(decisions)},
            ngettext("%(count)d task is made", "%(count)d tasks are made", len(tasks))
            % {"count": len(tasks)},
            ngettext(
                "%(count)d item is carried over to the next meeting",
                "%(count)d items are carried over to the next meeting",
                len(carried),
            )
            % {"count": len(carried)},
            _("the minutes are locked and made as PDF, with and without names"),
        ],
    }


def _row(
    meeting: Meeting, item: AgendaItem, place: int, wrong: str, is_carried: bool
) -> dict[str, Any]:
    days = [format_day(day) for day in (item.due_on, item.again_on) if day is not None]
    return {
        "place": place,
        "name": words.item_name(item),
        "href": at_item(meeting.pk, item.pk),
        "decided": words.decided(item),
        "who": ", ".join([one for one in (words.responsible(item), *days) if one]),
        "wrong": wrong,
        "is_carried": is_carried,
    }
