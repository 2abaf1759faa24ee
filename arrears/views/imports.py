"""Payment files: the list, sending one in, following it, and what became of it."""

import datetime
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import uuid4

from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.ledger import ImportFilter, UploadForm
from arrears.models import ImportState, PaymentImport
from arrears.queries import imports as query
from arrears.services.imports import first_import, receive
from arrears.tasks import import_payments
from arrears.views.unplaced import likely_cards, unplaced_columns, unplaced_row
from arrears.words.imports import reason
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.export import FORMATS, Cell, Ore, as_file
from boligsak.jobs.models import JobRun, RunState
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import grouped, kr, moment
from boligsak.web import page

STATE_COLORS = {
    ImportState.WAITING: "info",
    ImportState.DONE: "success",
    ImportState.REFUSED: "danger",
    ImportState.REPEATED: "neutral",
}
_NEWEST = "-received"
_SHOWN_UNPLACED = 50
_AT_A_TIME = 500


@require_GET
@page("arrears.view_imports")
def imports(request: HttpRequest) -> HttpResponseBase:
    """The list, or the whole of it as a file (?export=xlsx, ?export=csv)."""
    form = ImportFilter(request.GET)
    choice = form.choice()
    asked = request.GET.get("sort", "")
    order = asked if asked in query.IMPORT_ORDERS else _NEWEST
    found = query.imports(choice).order_by(*query.IMPORT_ORDERS[order])
    if request.GET.get("export") in FORMATS:
        name = _("payment-imports") + f"-{dates.today().isoformat()}"
        return as_file(request.GET["export"], name, _file_columns(), _file_rows(found))
    paging = Paging.asked(request.GET)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    shown = rows[: paging.size]
    waiting = query.still_open([row.pk for row in shown])
    may_import = request.user.has_perm("arrears.import_payments")
    action = {
        "label": _("Import a payment file"),
        "url": reverse("arrears:import_new"),
        "icon": "import",
    }
    return render(
        request,
        "arrears/imports.html",
        {
            "title": _("Payment imports"),
            "action": action if may_import else None,
            "form": form,
            "is_filtered": choice != query.ImportChoice(),
            "columns": _columns(),
            "rows": [_row(row, waiting.get(row.pk, 0)) for row in shown],
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), query.count(found)),
        },
    )


@require_http_methods(["GET", "POST"])
@page("arrears.import_payments")
def import_new(request: HttpRequest) -> HttpResponseBase:
    """Sending in a file. The worker imports it; the next page follows how far it has come."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, initial={"submission_id": uuid4()})
    if form.is_bound and form.is_valid():
        day = dates.today()

        def do() -> str:
            row = receive(form.cleaned_data["file"], by=request.user, today=day)
            transaction.on_commit(partial(import_payments.delay, row.pk, day.isoformat()))
            return reverse("arrears:import", args=[row.pk])

        where = once(form.cleaned_data["submission_id"], by=request.user, path=request.path, do=do)
        return redirect(where)
    return render(
        request,
        "arrears/import_new.html",
        {
            "title": _("Import a payment file"),
            "breadcrumb": [_back()],
            "form": form,
        },
        status=422 if form.is_bound else 200,
    )


@require_GET
@page("arrears.view_imports")
def import_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """How far the import has come; afterwards what was done, what was refused and why."""
    row = get_object_or_404(query.imports(query.ImportChoice()), pk=pk)
    context: dict[str, Any] = {
        "title": row.filename or _("Payment file"),
        "breadcrumb": [_back()],
        "status": _status(row),
        "row": row,
        "unplaced_count": row.payments - row.placed if row.state == ImportState.DONE else 0,
        "timeline": _timeline(row),
    }
    if row.state == ImportState.WAITING:
        context["job"] = _job(row)
    elif row.state == ImportState.REFUSED:
        context["reason"] = _reason(row)
    elif row.state == ImportState.REPEATED:
        context["first"] = first_import(row)
    else:
        context |= _unplaced_part(request, row)
    return render(request, "arrears/import.html", context)


@require_GET
@page("arrears.view_imports")
def import_progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The part of the page that asks every second; when it is over the whole page is fetched."""
    if not request.htmx:  # type: ignore[attr-defined]
        raise BadRequest
    row = get_object_or_404(query.imports(query.ImportChoice()), pk=pk)
    response = render(request, "parts/_progress.html", {"job": _job(row), "status": _status(row)})
    if row.state != ImportState.WAITING:
        response["HX-Refresh"] = "true"
    return response


def _status(row: PaymentImport) -> dict[str, Any]:
    state, text = ImportState(row.state), row.get_state_display()
    if state == ImportState.WAITING and row.run and row.run.state == RunState.RUNNING:
        text = _("being imported")
    return {"text": text, "color": STATE_COLORS[state]}


def _job(row: PaymentImport) -> dict[str, Any]:
    run: JobRun | None = row.run
    state = run.state if run else RunState.WAITING
    text = _("Nothing is booked before the whole file has been read and found in order.")
    if run and run.total and run.done == run.total:
        text = _("The whole file has been read and is in order. Its payments are being booked.")
    return {
        "id": row.pk,
        "title": _("Importing %(file)s") % {"file": row.filename},
        "state": "failed" if state in (RunState.FAILED, RunState.REFUSED) else state,
        "done": run.done if run else 0,
        "total": run.total if run else None,
        "text": text,
        "url": reverse("arrears:import_progress", args=[row.pk]),
        "page": reverse("arrears:import", args=[row.pk]),
    }


def _unplaced_part(request: HttpRequest, row: PaymentImport) -> dict[str, Any]:
    found = query.unplaced(query.UnplacedChoice(state="", import_id=row.pk))
    payments = list(found.order_by("file_line")[: _SHOWN_UNPLACED + 1])
    shown = payments[:_SHOWN_UNPLACED]
    cards = likely_cards(request, shown)
    back = request.path
    return {
        "columns": unplaced_columns(of_one_file=True),
        "rows": [unplaced_row(payment, cards, back, of_one_file=True) for payment in shown],
        "has_more": len(payments) > _SHOWN_UNPLACED,
        "all_unplaced": f"{reverse('arrears:unplaced')}?state=all&file={row.pk}",
        "may_place": request.user.has_perm("arrears.place_payments"),
    }


def _timeline(row: PaymentImport) -> list[dict[str, Any]]:
    """What happened to the file, newest first."""
    run = row.run
    who = str(row.by) if row.by else _("the inbox or the command line")
    events = [{"when": moment(row.received_at), "what": _("File received"), "who": who}]
    if run and run.started_at:
        events.append({"when": moment(run.started_at), "what": _("Import started")})
    if run and run.ended_at and row.state != ImportState.WAITING:
        events.append({"when": moment(run.ended_at), "what": row.get_state_display().capitalize()})
    return events[::-1]


def _reason(row: PaymentImport) -> str:
    return reason(row.refusal["code"], row.refusal["facts"]) if row.refusal else ""


def _back() -> dict[str, str]:
    return {"label": _("Payment imports"), "url": reverse("arrears:imports")}


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Received"), "sort": "received", "class": "nowrap"},
        {"label": _("File"), "header": True},
        {"label": _("State")},
        {"label": _("Paid"), "class": "nowrap"},
        {"label": _("Payments"), "align": "end"},
        {"label": _("Sum"), "align": "end", "sort": "sum"},
        {"label": _("Still unplaced"), "align": "end"},
    ]


def _row(row: PaymentImport, waiting: int) -> dict[str, Any]:
    state = ImportState(row.state)
    return {
        "id": f"import-{row.pk}",
        "cells": [
            {"text": moment(row.received_at), "sub": str(row.by or "")},
            {
                "text": row.filename or _("Payment file"),
                "href": reverse("arrears:import", args=[row.pk]),
                "sub": _reason(row),
            },
            {"text": state.label, "tag": STATE_COLORS[state]},
            _days(row.first_on, row.last_on),
            grouped(row.payments) if row.sha256 else "",
            kr(row.sum_ore) if row.sha256 else "",
            {
                "text": grouped(waiting),
                "href": f"{reverse('arrears:unplaced')}?file={row.pk}",
            }
            if waiting
            else "",
        ],
    }


def _days(first_on: datetime.date | None, last_on: datetime.date | None) -> str:
    if first_on is None or last_on is None:
        return ""
    if first_on == last_on:
        return format_day(first_on)
    return f"{format_day(first_on)}–{format_day(last_on)}"


def _file_columns() -> list[str]:
    return [
        _("Received"),
        _("File"),
        _("State"),
        _("Sender"),
        _("Transmission number"),
        _("First day"),
        _("Last day"),
        _("Payments"),
        _("Sum"),
        _("Unplaced at first"),
        _("Still unplaced"),
        _("Reason"),
    ]


def _file_rows(found: Any) -> Iterator[list[Cell]]:
    part: list[PaymentImport] = []
    for row in found.iterator(chunk_size=_AT_A_TIME):
        part.append(row)
        if len(part) == _AT_A_TIME:
            yield from _file_part(part)
            part = []
    yield from _file_part(part)


def _file_part(rows: list[PaymentImport]) -> Iterator[list[Cell]]:
    waiting = query.still_open([row.pk for row in rows])
    for row in rows:
        yield [
            moment(row.received_at),
            row.filename,
            str(ImportState(row.state).label),
            row.sender,
            row.transmission_no,
            row.first_on,
            row.last_on,
            row.payments,
            Ore(row.sum_ore),
            row.payments - row.placed if row.state == ImportState.DONE else 0,
            waiting.get(row.pk, 0),
            _reason(row),
        ]
