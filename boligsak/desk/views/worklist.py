"""The worklist: every open flag the reader may see, in the order it should be worked."""

import datetime
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.queries import worklist as query
from arrears.queries.figures import figures_for, sums
from boligsak import dates
from boligsak.desk.filters import asked
from boligsak.desk.giving import for_reader
from boligsak.desk.queries.caseworkers import (
    caseworkers,
    caseworkers_of,
    offices,
    offices_of,
)
from boligsak.desk.queries.figures import Figures, kept_count
from boligsak.desk.rows import WorkLine, came_from, people_shown, work_lines
from boligsak.export import FORMATS, Cell, Ore, as_file
from boligsak.paging import Paging
from boligsak.show import LEVEL_WORDS, table_row
from boligsak.together import answered
from boligsak.web import PageRequest, page

_AT_A_TIME = 500
_MOST_EXPORTED = 100_000
_BOX, _FORM = "flag", "assign"
# Stands in a row that is kept where the address goes that its reader returns to.
_BACK = "\ue000"


@require_GET
@page("desk.view_worklist")
def worklist(request: PageRequest) -> HttpResponseBase:
    """The list with its filter, and for the coordinator the form that gives flags away."""
    user, day = request.user, dates.today()
    told = answered(
        {"offices": offices_of(user), "workers": caseworkers_of(user, day), "figures": sums(user)}
    )
    workers = told["workers"]
    choice, form = asked(request, told["offices"], workers, day)
    order = _order(request)
    paging = Paging.asked(request.GET)
    flags = query.chosen(user, choice, day)
    rows = flags.rows(paging.offset, paging.limit, order)
    hits = _hits(user, choice, flags, paging, len(rows), dict(told["figures"]))
    here = request.get_full_path()
    lines = work_lines(rows[: paging.size], user, day)
    request.saw(person for line in lines for person in line.person_ids)
    assign = for_reader(user, workers, back=here) if lines else None
    return render(
        request,
        "desk/worklist.html",
        {
            "title": _("Worklist"),
            "filter": form,
            "empty": _("No open flags. The worklist fills itself in the night.")
            if choice.is_everything
            else _("No open flags fit this filter."),
            "empty_action": None
            if choice.is_everything
            else {"url": request.path, "label": _("Clear the filter")},
            "columns": _columns(),
            "rows": _rows(lines, here, bool(assign)),
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "may_export": user.has_perm("arrears.export_worklist"),
            "export": reverse("desk:worklist_export"),
            "select": _BOX if assign else "",
            "assign": assign,
        },
    )


@require_GET
@page("arrears.export_worklist")
def worklist_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file."""
    user, day = request.user, dates.today()
    choice, _form = asked(request, offices(user), caseworkers(user, day), day)
    flags = query.chosen(user, choice, day)
    found = flags.ids(_order(request), _MOST_EXPORTED)
    # Written down before the file is sent: whoever got a part of it has seen them all.
    lease_ids = list({lease_id for _id, lease_id in found})
    for part in query.in_parts(lease_ids, _AT_A_TIME):
        request.saw(people_shown(part, user, day))
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("worklist") + f"-{day.isoformat()}",
        _file_columns(),
        _file_rows([flag_id for flag_id, _lease in found], user, day),
    )


def _order(request: PageRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else "work"


def _hits(
    user: Any,
    choice: query.Choice,
    flags: query.Chosen,
    paging: Paging,
    fetched: int,
    figures: Figures,
) -> int:
    """How many there are: known from the last page itself, from a kept figure, or counted."""
    if fetched <= paging.size and (fetched or paging.offset == 0):
        return paging.offset + fetched
    if choice.office_id is not None:
        figures = figures_for(user, choice.office_id)
    kept = kept_count(choice, figures)
    if kept is not None and kept >= paging.offset + fetched:
        return kept
    return flags.count()


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Level")},
        {"label": _("Tenant"), "header": True, "class": "who"},
        {"label": _("Why"), "class": "why"},
        {"label": _("Past due"), "align": "end", "sort": "owed"},
        {"label": _("Office")},
        {"label": _("Caseworker")},
        {"label": _("Raised"), "sort": "since", "class": "nowrap"},
    ]


def _rows(lines: list[WorkLine], here: str, selects: bool) -> list[SafeString]:
    """The rows of the table. What is the reader's own, the way back, is put in last."""
    language, back = get_language() or "", came_from(quote(here))
    rows = (_row(line, selects, language) for line in lines)
    return [mark_safe(f"{before}{back}{after}") for before, after in rows]  # noqa: S308 - quoted


@lru_cache(maxsize=4_000)
def _row(line: WorkLine, selects: bool, _language: str) -> tuple[str, str]:
    """A row before and after the way back. Kept as long as its line is."""
    row = {
        "id": line.anchor,
        "value": line.select,
        "name": line.number,
        "cells": [
            {"text": "", "level": line.level},
            {"text": line.who, "href": f"{line.path}{_BACK}{line.anchor}", "sub": line.where},
            {"text": line.why, "sub": line.also},
            line.owed,
            line.office,
            {"text": line.owner, "sub": line.case},
            line.raised,
        ],
    }
    made = table_row(row, _columns(), _BOX if selects else "", _FORM)
    before, _back, after = made.partition(_BACK)
    return before, after


def _file_columns() -> list[str]:
    return [
        _("Level"),
        _("Trigger"),
        _("Lease number"),
        _("Tenant"),
        _("Address"),
        _("Office"),
        _("Why"),
        _("Past due"),
        _("Caseworker"),
        _("Raised"),
    ]


def _file_rows(flag_ids: list[int], user: Any, day: datetime.date) -> Iterator[list[Cell]]:
    for part in query.in_parts(flag_ids, _AT_A_TIME):
        for line in work_lines(query.rows_by_id(part), user, day, to_file=True):
            yield [
                f"{line.level} {LEVEL_WORDS[line.level]}",
                line.kind,
                line.number,
                line.who,
                "" if line.is_masked else line.where,
                line.office,
                line.why,
                None if line.owed_ore is None else Ore(line.owed_ore),
                line.owner,
                line.raised_on,
            ]
