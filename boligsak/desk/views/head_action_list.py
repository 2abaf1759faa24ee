"""Every action of a cooperative or a head landlord, with its clock: counted apart from our own."""

import datetime
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.words.measures import head_kind_name
from boligsak import dates
from boligsak.desk.forms.head_actions import HeadActionFilter
from boligsak.desk.queries import head_actions as query
from boligsak.desk.queries.caseworkers import offices
from boligsak.export import FORMATS, Cell, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import distance
from boligsak.web import PageRequest, page
from tenants.models import HeadLandlordAction
from tenants.rules.head_landlord import Action, Clock, clock

_MOST_EXPORTED = 100_000


@require_GET
@page("arrears.work_measure")
def head_actions(request: PageRequest) -> HttpResponseBase:
    user, day = request.user, dates.today()
    form = HeadActionFilter(request.GET, offices=offices(user))
    choice = form.choice()
    order = _order(request)
    paging = Paging.asked(request.GET)
    found = query.chosen(user, choice)
    rows = list(query.ordered(found, order)[paging.offset : paging.offset + paging.limit])
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else query.count(found)
    here = quote(request.get_full_path())
    return render(
        request,
        "desk/head_actions.html",
        {
            "title": _("From cooperatives and head landlords"),
            "lead": _(
                "Orders to sell, evictions and warnings that are not the municipality's own."
            ),
            "form": form,
            "is_filtered": not choice.is_usual,
            "columns": [
                {"label": _("Dwelling"), "header": True, "sort": "dwelling"},
                {"label": _("What")},
                {"label": _("Received"), "sort": "received"},
                {"label": _("Deadline"), "sort": "deadline"},
                {"label": _("State")},
                {"label": _("Office")},
            ],
            "rows": [_row(row, day, here) for row in rows[: paging.size]],
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "may_export": user.has_perm("arrears.export_worklist"),
            "export": reverse("desk:head_actions_export"),
        },
    )


@require_GET
@page("arrears.export_worklist")
def head_actions_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file."""
    user, day = request.user, dates.today()
    choice = HeadActionFilter(request.GET, offices=offices(user)).choice()
    rows = query.ordered(query.chosen(user, choice), _order(request))[:_MOST_EXPORTED]
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("head-landlords") + f"-{day.isoformat()}",
        [
            _("Dwelling"),
            _("Number"),
            _("Building"),
            _("Office"),
            _("What"),
            _("Received"),
            _("Deadline"),
            _("Closed"),
            _("How it ended"),
        ],
        _file_rows(rows),
    )


def _order(request: PageRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else query.USUAL


def _row(row: HeadLandlordAction, day: datetime.date, here: str) -> dict[str, Any]:
    dwelling = row.dwelling
    where = clock(Action(row.kind, row.received_on, row.deadline_on, row.closed_on), day)
    state: Any = {"text": _("Open"), "tag": "info"}
    if where is Clock.OVER:
        state = {"text": _("The deadline is over"), "tag": "danger"}
    elif where is Clock.CLOSED:
        state = {"text": _("Closed"), "sub": row.result}
    deadline: Any = ""
    if row.deadline_on is not None:
        gone = "" if where is Clock.CLOSED else distance(row.deadline_on, day)
        deadline = {"text": format_day(row.deadline_on), "sub": gone}
    address = reverse("desk:dwelling", args=[dwelling.pk])
    return {
        "cells": [
            {
                "text": str(dwelling),
                "href": f"{address}?back={here}#head-actions",
                "sub": dwelling.building.name,
            },
            capfirst(head_kind_name(row.kind)),
            format_day(row.received_on),
            deadline,
            state,
            dwelling.office.name,
        ]
    }


def _file_rows(rows: Any) -> Iterator[list[Cell]]:
    for row in rows:
        yield [
            str(row.dwelling),
            row.dwelling.number,
            row.dwelling.building.name,
            row.dwelling.office.name,
            head_kind_name(row.kind),
            row.received_on,
            row.deadline_on,
            row.closed_on,
            row.result,
        ]
