"""The list of complaints: those nobody has talked with the household about stand first."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.desk.complaint_lines import complaint_tag, named_cases
from boligsak.desk.forms.complaints import ComplaintFilter
from boligsak.desk.queries.caseworkers import offices
from boligsak.export import FORMATS, Cell, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import deadline
from boligsak.web import PageRequest, page
from tenants.models import Complaint
from tenants.queries import complaints as query
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.rules.complaints import OPEN
from tenants.words.complaints import about_name, kind_name, source_name, state_name, upheld_name

_AT_A_TIME = 500
_MOST_EXPORTED = 20_000


@require_GET
@page("tenants.view_complaint")
def complaints(request: PageRequest) -> HttpResponseBase:
    """The list with its filter."""
    user, day = request.user, dates.today()
    form = ComplaintFilter(request.GET, offices=offices(user))
    choice = form.choice()
    order = _order(request)
    paging = Paging.asked(request.GET)
    found = query.chosen(user, choice, day)
    rows = list(query.ordered(found, order)[paging.offset : paging.offset + paging.limit])
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else query.count(found)
    shown = rows[: paging.size]
    cards = _cards(shown, user, day)
    named = named_cases(shown, user)
    request.saw(person for card in cards.values() for person in card.person_ids)
    back = f"?back={quote(request.get_full_path())}"
    return render(
        request,
        "desk/complaints.html",
        {
            "title": _("Complaints"),
            "lead": _("About tenancies, and about dwellings. Appeals against decisions are not."),
            "form": form,
            "is_filtered": not choice.is_usual or not form.is_valid(),
            "columns": [
                {"label": _("Complaint"), "header": True, "sort": "number"},
                {"label": _("Is about")},
                {"label": _("Tenant"), "class": "who"},
                {"label": _("From")},
                {"label": _("Received"), "sort": "received", "class": "nowrap"},
                {"label": _("Talk by"), "sort": "contact"},
                {"label": _("Status")},
                {"label": _("Case")},
            ],
            "rows": [_row(row, cards.get(row.lease_id or 0), named, day, back) for row in shown],
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "export": reverse("desk:complaints_export"),
        },
    )


@require_GET
@page("tenants.view_complaint")
def complaints_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file. Without who complained,
    and without anybody at a protected address."""
    user, day = request.user, dates.today()
    choice = ComplaintFilter(request.GET, offices=offices(user)).choice()
    found = query.ordered(query.chosen(user, choice, day), _order(request))[:_MOST_EXPORTED]
    rows = list(found)
    parts = [rows[at : at + _AT_A_TIME] for at in range(0, len(rows), _AT_A_TIME)]
    cards: dict[int, LeaseCard] = {}
    for part in parts:
        cards |= _cards(part, user, day, to_file=True)
    # Written down before the file is sent: whoever got a part of it has seen them all.
    request.saw(person for card in cards.values() for person in card.person_ids)
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("complaints-file") + f"-{day.isoformat()}",
        [
            _("Complaint"),
            _("Is about"),
            _("What kind"),
            _("From"),
            _("Lease"),
            _("Tenant"),
            _("Address"),
            _("Office"),
            _("Received"),
            _("Talk by"),
            _("Talked on"),
            _("Assessed"),
            _("Status"),
            _("Closed"),
            _("Case"),
        ],
        _file_rows(rows, cards, named_cases(rows, user)),
    )


def _order(request: PageRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else query.USUAL


def _cards(
    rows: Sequence[Complaint], user: Any, day: datetime.date, *, to_file: bool = False
) -> dict[int, LeaseCard]:
    return lease_cards(
        [row.lease_id for row in rows if row.lease_id is not None], user, day, to_file=to_file
    )


def _row(
    row: Complaint,
    card: LeaseCard | None,
    named: Collection[int],
    day: datetime.date,
    back: str,
) -> dict[str, Any]:
    is_masked = card is not None and card.is_masked
    who: Any = ""
    if card is not None:
        who = {
            "text": card.name or card.number,
            "href": reverse("desk:lease", args=[card.lease_id]) + back,
            "sub": "" if is_masked else str(row.dwelling),
        }
    elif not is_masked:
        who = {"text": str(row.dwelling), "sub": _("no tenant")}
    waits = row.state == OPEN and row.contacted_on is None and row.contact_by is not None
    talk: Any = format_day(row.contacted_on) if row.contacted_on else ""
    if waits:
        talk = deadline(row.contact_by, day)
    elif row.contacted_on:
        talk = {"text": _("Talked"), "sub": format_day(row.contacted_on)}
    status = complaint_tag(row, day)
    case = _case(row, named)
    return {
        "id": f"k{row.pk}",
        "cells": [
            {"text": row.number, "href": reverse("desk:complaint", args=[row.pk]) + back},
            {"text": kind_name(row.kind), "sub": capfirst(about_name(row.about))},
            who,
            capfirst(source_name(row.source)),
            format_day(row.received_on),
            talk,
            {"text": status["text"], "tag": status["color"]},
            {"text": case.case.number, "href": reverse("desk:case", args=[case.case_id]) + back}
            if case
            else "",
        ],
    }


def _case(row: Complaint, named: Collection[int]) -> Any:
    linked = getattr(row, "on_case", None)
    return linked if linked is not None and linked.case_id in named else None


def _file_rows(
    rows: Sequence[Complaint], cards: dict[int, LeaseCard], named: Collection[int]
) -> Iterator[list[Cell]]:
    for row in rows:
        card = cards.get(row.lease_id or 0)
        is_hidden = row.lease_id is not None and (card is None or card.is_masked)
        case = _case(row, named)
        yield [
            row.number,
            "" if is_hidden else about_name(row.about),
            "" if is_hidden else kind_name(row.kind),
            "" if is_hidden else source_name(row.source),
            row.lease.number if row.lease else "",
            "" if is_hidden or card is None else card.name,
            "" if is_hidden else str(row.dwelling),
            "" if is_hidden else row.dwelling.office.name,
            row.received_on,
            row.contact_by,
            row.contacted_on,
            "" if is_hidden else upheld_name(row.is_upheld),
            state_name(row.state),
            row.closed_on,
            case.case.number if case else "",
        ]
