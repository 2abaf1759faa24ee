"""The calendar: coming and held meetings, their series, and entries for other calendars."""

import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.accounts.models import Office
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.web import page
from meetings.forms.planning import CalendarFilter
from meetings.models import Meeting, MeetingState
from meetings.queries.calendar import MeetingChoice, meetings, series_of
from meetings.rules.ics import Entry
from meetings.rules.ics import calendar as ics_calendar
from meetings.views.steps import find_meeting, meeting_page
from meetings.words.planning import STATE_COLORS, rhythm, why_changed

_MOST_ENTRIES = 200


def offices(user: Any) -> list[tuple[int, str]]:
    """(id, name) of the offices this user works for and that are open, by name."""
    found = Office.objects.filter(closed_on__isnull=True)
    if user.access.office_ids is not None:
        found = found.filter(pk__in=user.access.office_ids)
    return list(found.order_by("name").values_list("pk", "name"))


@require_GET
@page("meetings.view")
def calendar(request: HttpRequest) -> HttpResponseBase:
    """The list of meetings, and the series they come from."""
    user, day = request.user, dates.today()
    form = CalendarFilter(request.GET, offices=offices(user))
    choice = form.choice()
    paging = Paging.asked(request.GET)
    found = meetings(user, choice, day)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    may_plan = user.has_perm("meetings.plan")
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else found.count()
    return render(
        request,
        "meetings/calendar.html",
        {
            "title": _("Coordination meetings"),
            "action": {"label": _("New series"), "url": reverse("meetings:series_new")}
            if may_plan
            else None,
            "form": form,
            "is_filtered": choice != MeetingChoice(),
            "columns": [
                {"label": _("Day"), "header": True, "class": "nowrap"},
                {"label": _("Time"), "class": "nowrap"},
                {"label": _("Office")},
                {"label": pgettext("meeting", "Place")},
                {"label": _("On the agenda"), "align": "end"},
                {"label": _("State")},
            ],
            "rows": [_row(meeting, day) for meeting in rows[: paging.size]],
            "empty": _("No meetings are planned.")
            if choice == MeetingChoice()
            else _("No meetings fit this filter."),
            "empty_action": {"url": reverse("meetings:series_new"), "label": _("New series")}
            if may_plan
            else None,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "series": [_series(one, may_plan) for one in series_of(user)],
            "may_plan": may_plan,
        },
    )


def _row(meeting: Any, day: datetime.date) -> dict[str, Any]:
    weekday = capfirst(date_format(meeting.held_on, "l"))
    return {
        "id": f"m{meeting.pk}",
        "cells": [
            {
                "text": f"{weekday} {format_day(meeting.held_on)}",
                "href": meeting_page(meeting.pk),
                "sub": why_changed(meeting),
            },
            f"{meeting.at_time:%H.%M}",
            meeting.office.name,
            meeting.place,
            str(meeting.topics) if meeting.topics or meeting.agenda_made_at else "",
            {
                "text": capfirst(str(meeting.get_state_display())),
                "tag": STATE_COLORS[MeetingState(meeting.state)],
                "sub": meeting.number,
            },
        ],
    }


def _series(one: Any, may_plan: bool) -> dict[str, Any]:
    weekday = str(one.get_weekday_display()).lower()
    said = _("%(weekday)s %(rhythm)s at %(time)s, %(place)s") % {
        "weekday": weekday,
        "rhythm": rhythm(one.every_weeks),
        "time": f"{one.at_time:%H.%M}",
        "place": one.place,
    }
    return {
        "name": one.name,
        "office": one.office.name,
        "said": capfirst(said),
        "until": format_day(one.ends_on) if one.ends_on else "",
        "href": reverse("meetings:series", args=[one.pk]) if may_plan else "",
    }


@require_GET
@page("meetings.view")
def meeting_ics(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One meeting as a calendar entry."""
    meeting = find_meeting(request.user, pk)
    return _file([meeting], f"samarbeidsmote-{meeting.number}")


@require_GET
@page("meetings.view")
def calendar_ics(request: HttpRequest) -> HttpResponseBase:
    """The coming meetings of the reader's offices as calendar entries, cancelled ones too."""
    day = dates.today()
    found = meetings(request.user, MeetingChoice(), day)
    return _file(list(found[:_MOST_ENTRIES]), f"samarbeidsmoter-{day.isoformat()}")


def _file(found: list[Meeting], name: str) -> HttpResponse:
    entries = [
        Entry(
            uid=f"meeting-{meeting.pk}@{settings.MUNICIPALITY['name'].lower()}.boligsak",
            sequence=meeting.version - 1,
            title=_("Coordination meeting – %(office)s") % {"office": meeting.office.name},
            place=meeting.place,
            held_on=meeting.held_on,
            at_time=meeting.at_time,
            minutes=meeting.minutes,
            is_cancelled=meeting.state == MeetingState.CANCELLED,
            stamp=dates.now().astimezone(datetime.UTC),
        )
        for meeting in found
    ]
    text = ics_calendar(entries, _("Coordination meetings"))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response
