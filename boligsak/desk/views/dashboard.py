"""The coordinator's morning, on one screen: what is new, what to do first, what runs out."""

import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.queries import targets
from arrears.queries import worklist as query
from arrears.queries.figures import last_night, sums
from arrears.queries.worklist import Choice
from boligsak import dates
from boligsak.desk import next_meeting, overview, year
from boligsak.desk.clock_lines import clock_lines, in_order, questions
from boligsak.desk.filters import asked
from boligsak.desk.giving import for_reader
from boligsak.desk.queries.caseworkers import caseworkers_of, offices_of
from boligsak.desk.queries.deadlines import deadline_rows
from boligsak.desk.rows import deadline_lines, week_from, work_lines
from boligsak.together import Question, answered
from boligsak.web import PageRequest, page
from meetings.queries import next_meeting as meetings

_FILTER = "desk/_dashboard_filter.html"
TOP = 7
DEADLINES = 5
MOST_DUE = 8
"""Flags and the clocks of applications stand in one list, each with a part of its own."""


@require_GET
@page("desk.view_dashboard")
def dashboard(request: PageRequest) -> HttpResponseBase:
    """Figures are kept counters; the rows are the top of the same worklist they lead to."""
    user, day = request.user, dates.today()
    last = week_from(day)
    wanted = {
        "offices": offices_of(user),
        "workers": caseworkers_of(user, day),
        "night": last_night(),
        "targets": targets.in_force(day),
        **questions(user, day, last),
    }
    if not request.GET:  # nearly always, and then no office or caseworker is to be known first
        wanted |= _work(user, Choice(), day, last)
    told = answered(wanted)
    workers, ((counted,),) = told["workers"], told["night"]
    choice, form = asked(request, told["offices"], workers, day, template=_FILTER)
    if request.GET:
        told |= answered(_work(user, choice, day, last))
    top, due = told["top"], told["due"]
    here = request.get_full_path()
    shown = top[:TOP] + [row for row in due if row not in top[:TOP]]
    lines = work_lines(shown, user, day, back=here)
    request.saw(person for line in lines for person in line.person_ids)
    by_flag = {line.flag_id: line for line in lines}
    top_lines = [by_flag[row.flag_id] for row in top[:TOP] if row.flag_id in by_flag]

    clocks = clock_lines(told, user, day, last, choice.office_id, DEADLINES)
    link = overview.Links(choice.office_id)
    drawn = overview.drawn(dict(told["figures"]), choice.office_id, day, counted)
    most = targets.most_this_year(user, told["targets"], choice.office_id)
    return render(
        request,
        "desk/dashboard.html",
        {
            "title": _("Dashboard"),
            "lead": _lead(day, counted, get_language() or ""),
            "filter": form,
            "is_filtered": not choice.is_everything,
            "query": request.GET,
            "today": day,
            "overview": drawn,
            "year": year.line(user, told["year"][0], most, choice.office_id),
            "meeting": next_meeting.panel(user, told["meeting"], day)
            if user.has_perm("meetings.view")
            else "",
            "lines": top_lines,
            "has_more": len(top) > TOP,
            "all_work": link.worklist_like(request.GET),
            "deadlines": in_order([*deadline_lines(due, lines), *clocks])[:MOST_DUE],
            "all_deadlines": link.worklist(due="week"),
            "assign": for_reader(user, workers, back=here) if top_lines else None,
        },
    )


def _work(
    user: Any, choice: Choice, day: datetime.date, last: datetime.date
) -> dict[str, Question]:
    of_office = Choice(office_id=choice.office_id)
    asked = {
        "figures": sums(user, choice.office_id),
        "year": targets.so_far(user, day, choice.office_id),
        "top": query.chosen(user, choice, day).top(TOP + 1),
        "due": deadline_rows(user, day, last, of_office, DEADLINES),
    }
    if user.has_perm("meetings.view"):
        asked["meeting"] = meetings.next_meeting(user, day, choice.office_id)
    return asked


@lru_cache(maxsize=16)
def _lead(day: datetime.date, counted: datetime.date | None, _language: str) -> str:
    words = date_format(day, _("l j F Y"))
    today = words[:1].upper() + words[1:]
    if counted is None:
        return _("%(today)s. The figures have not been counted yet.") % {"today": today}
    if counted == day:
        return today
    return _("%(today)s. The figures are those of %(day)s.") % {
        "today": today,
        "day": dates.format_day(counted),
    }
