"""The list of applications: those of the reader's offices, the oldest first."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.desk.forms.applications import ApplicationFilter
from boligsak.desk.queries import applications as query
from boligsak.desk.queries.applications import ApplicationRow
from boligsak.desk.queries.caseworkers import caseworkers, offices
from boligsak.export import FORMATS, Cell, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import deadline
from boligsak.web import PageRequest, page
from tenants.words.applications import household_words, kind_name, rooms_words, state_tag
from tenants.words.clocks import name as clock_name

_AT_A_TIME = 500
_MOST_EXPORTED = 20_000


@require_GET
@page("tenants.view_application")
def applications(request: PageRequest) -> HttpResponseBase:
    """The list with its filter."""
    user, day = request.user, dates.today()
    form = ApplicationFilter(request.GET, offices=offices(user), workers=caseworkers(user, day))
    choice = form.choice(user.pk)
    order = _order(request)
    paging = Paging.asked(request.GET)
    found = query.chosen(user, choice, day)
    rows = query.fetched(query.ordered(found, order), user, day, paging.offset, paging.limit)
    shown = rows[: paging.size]
    request.saw(person for row in shown for person in row.person_ids)
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else query.count(found)
    back = f"?back={quote(request.get_full_path())}"
    may_begin = user.has_perm("tenants.work_application")
    new = reverse("tenants:application_new")
    empty = _("No applications fit this filter.")
    action = {"url": request.path, "label": _("Clear the filter")}
    if choice.is_everything:
        empty = _("No applications are under way.")
        action = {"url": new, "label": _("New application")} if may_begin else {}
    return render(
        request,
        "desk/applications.html",
        {
            "title": _("Applications"),
            "form": form,
            "is_filtered": not choice.is_everything or not form.is_valid(),
            "columns": _columns(),
            "rows": [
                {"id": f"a{row.application.pk}", "cells": _cells(row, day, back)} for row in shown
            ],
            "empty": empty,
            "empty_action": action or None,
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "new": new if may_begin else "",
            "may_export": user.has_perm("arrears.export_worklist"),
            "export": reverse("desk:applications_export"),
        },
    )


@require_GET
@page("arrears.export_worklist")
def applications_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file."""
    user, day = request.user, dates.today()
    form = ApplicationFilter(request.GET, offices=offices(user), workers=caseworkers(user, day))
    found = query.ordered(query.chosen(user, form.choice(user.pk), day), _order(request))
    parts = list(query.in_parts(found, user, day, _AT_A_TIME, _MOST_EXPORTED))
    for part in parts:
        # Written down before the file is sent: whoever got a part of it has seen them all.
        request.saw(person for row in part for person in row.person_ids)
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("applications") + f"-{day.isoformat()}",
        [
            _("Application"),
            _("Kind"),
            _("Status"),
            _("Applicant"),
            _("Household"),
            _("Rooms"),
            _("Step-free access"),
            _("Office"),
            _("Case handler"),
            _("Received"),
            _("Next deadline"),
            _("What is due then"),
        ],
        _file_rows(parts),
    )


def _order(request: PageRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else "received"


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Applicant"), "header": True, "class": "who"},
        {"label": _("Application"), "sort": "number"},
        {"label": _("Status")},
        {"label": _("Received"), "sort": "received", "class": "nowrap"},
        {"label": _("Next deadline")},
        {"label": _("Household")},
        {"label": _("Case handler")},
    ]


def _cells(row: ApplicationRow, day: datetime.date, back: str) -> list[Any]:
    one = row.application
    href = reverse("desk:application", args=[one.pk]) + back
    status = state_tag(one.state, one.kind)
    clock: Any = ""
    if row.clock is not None:
        clock = {
            "text": capfirst(clock_name(row.clock.code)),
            "sub": deadline(row.clock.on, day),
        }
    received = format_day(one.received_on) if one.received_on else ""
    number = {"text": one.number, "sub": capfirst(kind_name(one.kind))}
    tag = {"text": status["text"], "tag": status["color"]}
    if row.is_masked:
        who = {"text": _("Protected address"), "href": href}
        return [who, number, tag, received, clock, "", ""]
    household = ""
    if row.size is not None and row.size.people:
        household = household_words(row.size.adults, row.size.children, row.size.part_time)
    return [
        {"text": str(one.applicant or _("Nobody is chosen")), "href": href},
        number,
        tag,
        received,
        clock,
        {"text": household, "sub": rooms_words(one.rooms_from, one.rooms_to)},
        {"text": str(one.owner or _("Nobody")), "sub": one.office.name},
    ]


def _file_rows(parts: Iterable[list[ApplicationRow]]) -> Iterator[list[Cell]]:
    for part in parts:
        for row in part:
            one = row.application
            size = row.size
            is_hidden = row.is_masked
            yield [
                one.number,
                capfirst(kind_name(one.kind)),
                state_tag(one.state, one.kind)["text"],
                _("Protected address") if is_hidden else str(one.applicant or ""),
                household_words(size.adults, size.children, size.part_time) if size else "",
                "" if is_hidden else rooms_words(one.rooms_from, one.rooms_to),
                "" if is_hidden else (_("yes") if one.needs_accessible else _("no")),
                "" if is_hidden else one.office.name,
                "" if is_hidden else str(one.owner or ""),
                one.received_on,
                row.clock.on if row.clock else None,
                capfirst(clock_name(row.clock.code)) if row.clock else "",
            ]
