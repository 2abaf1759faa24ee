"""The list of cases: those of the reader's offices, in the order they should be worked."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.queries import cases as query
from arrears.queries.cases import CaseRow
from arrears.words.cases import outcome_name
from boligsak import dates
from boligsak.desk.case_rows import case_lines, cells, columns
from boligsak.desk.forms.cases import CaseFilter
from boligsak.desk.queries.caseworkers import caseworkers, offices
from boligsak.export import FORMATS, Cell, Ore, as_file
from boligsak.paging import Paging
from boligsak.show import LEVEL_WORDS
from boligsak.web import PageRequest, page

_AT_A_TIME = 500
_MOST_EXPORTED = 20_000


@require_GET
@page("arrears.view_case")
def cases(request: PageRequest) -> HttpResponseBase:
    """The list with its filter."""
    user, day = request.user, dates.today()
    form = CaseFilter(request.GET, offices=offices(user), workers=caseworkers(user, day))
    choice = form.choice(user.pk)
    order = _order(request)
    paging = Paging.asked(request.GET)
    found = query.chosen(user, choice, day)
    rows = query.rows(
        query.ordered(found, order, user, day), user, day, paging.offset, paging.limit
    )
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else query.count(found)
    lines = case_lines(rows[: paging.size], user, day, back=request.get_full_path())
    request.saw(person for line in lines for person in line.person_ids)
    may_open = user.has_perm("desk.view_worklist")
    return render(
        request,
        "desk/cases.html",
        {
            "title": _("Cases"),
            "form": form,
            "is_filtered": not choice.is_everything or not form.is_valid(),
            "columns": columns(),
            "rows": [{"id": f"c{line.row.case_id}", "cells": cells(line, day)} for line in lines],
            "empty": _("No cases fit this filter.")
            if not choice.is_everything
            else _("No cases are open. Open one from the worklist or from a lease."),
            "empty_action": {"url": request.path, "label": _("Clear the filter")}
            if not choice.is_everything
            else {"url": reverse("desk:worklist"), "label": _("Open the worklist")}
            if may_open
            else None,
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "may_export": user.has_perm("arrears.export_worklist"),
            "export": reverse("desk:cases_export"),
        },
    )


@require_GET
@page("arrears.export_worklist")
def cases_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file."""
    user, day = request.user, dates.today()
    form = CaseFilter(request.GET, offices=offices(user), workers=caseworkers(user, day))
    choice = form.choice(user.pk)
    found = query.ordered(query.chosen(user, choice, day), _order(request), user, day)
    parts = list(query.in_parts(found, user, day, _AT_A_TIME, _MOST_EXPORTED))
    for part in parts:
        # Written down before the file is sent: whoever got a part of it has seen them all.
        request.saw(
            person
            for line in case_lines(part, user, day, to_file=True)
            for person in line.person_ids
        )
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("cases") + f"-{day.isoformat()}",
        [
            _("Case"),
            _("Is about"),
            _("Level"),
            _("Tenant"),
            _("Address"),
            _("Office"),
            _("Caseworker"),
            _("Status"),
            _("Next step"),
            _("Due"),
            _("Legal deadline"),
            _("What ends then"),
            _("Last contact"),
            _("Past due"),
            _("Opened"),
            _("Closed"),
            _("Outcome"),
        ],
        _file_rows(parts, user, day),
    )


def _order(request: PageRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else "work"


def _file_rows(
    parts: Iterable[list[CaseRow]], user: Any, day: datetime.date
) -> Iterator[list[Cell]]:
    for part in parts:
        for line in case_lines(part, user, day, to_file=True):
            row = line.row
            is_hidden = line.overdue_ore is None
            yield [
                row.number,
                line.about,
                f"{row.level} {LEVEL_WORDS[row.level]}" if row.level else "",
                line.who,
                line.where,
                line.office,
                line.owner,
                line.status,
                line.step,
                None if is_hidden else row.step_due_on,
                row.deadline.on if row.deadline else None,
                line.deadline,
                None if is_hidden else row.last_contact_on,
                None if line.overdue_ore is None else Ore(line.overdue_ore),
                row.opened_on,
                row.closed_on,
                capfirst(outcome_name(row.outcome)) if row.outcome else "",
            ]
