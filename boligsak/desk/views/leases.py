"""The leases behind the figures: who owes, of what age, and whose contract runs out when."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.addresses import address
from boligsak.desk.forms.leases import LeaseFilter
from boligsak.desk.queries import leases as query
from boligsak.desk.queries.caseworkers import offices
from boligsak.desk.queries.leases import LeaseChoice, LeaseRow
from boligsak.desk.rows import people_shown
from boligsak.export import FORMATS, Cell, Ore, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.web import PageRequest, page
from tenants.queries.cards import LeaseCard, lease_cards

_AT_A_TIME = 500
_MOST_EXPORTED = 100_000


@require_GET
@page("tenants.view_lease")
def leases(request: PageRequest) -> HttpResponseBase:
    user, day = request.user, dates.today()
    form = LeaseFilter(request.GET, offices=offices(user), day=day)
    choice = form.choice()
    order = _order(request, choice)
    paging = Paging.asked(request.GET)
    found = query.chosen(user, choice, day)
    ordered = query.ordered(found, choice, order, user, day)
    rows = query.rows(ordered, day, paging.offset, paging.limit)
    shown = rows[: paging.size]
    cards = lease_cards([row.lease_id for row in shown], user, day)
    request.saw(person for card in cards.values() for person in card.person_ids)
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else query.count(found)
    here = quote(request.get_full_path())
    return render(
        request,
        "desk/leases.html",
        {
            "title": _title(choice),
            "form": form,
            "is_filtered": not choice.is_everything,
            "columns": _columns(),
            "rows": [
                _row(row, cards[row.lease_id], f"{address('desk:lease', row.lease_id)}?back={here}")
                for row in shown
                if row.lease_id in cards
            ],
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "may_export": user.has_perm("arrears.export_worklist"),
            "export": reverse("desk:leases_export"),
        },
    )


@require_GET
@page("arrears.export_worklist")
def leases_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file."""
    user, day = request.user, dates.today()
    choice = LeaseFilter(request.GET, offices=offices(user), day=day).choice()
    order = _order(request, choice)
    found = query.ordered(query.chosen(user, choice, day), choice, order, user, day)
    parts = list(query.in_parts(found, day, _AT_A_TIME, _MOST_EXPORTED))
    for part in parts:
        request.saw(people_shown([row.lease_id for row in part], user, day))
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("leases") + f"-{day.isoformat()}",
        [
            _("Lease number"),
            _("Tenant"),
            _("Address"),
            _("Office"),
            _("From"),
            _("Term ends"),
            _("Moved out"),
            _("Rent a month"),
            _("Past due"),
            _("Oldest due day"),
        ],
        _file_rows(parts, user, day),
    )


def _title(choice: LeaseChoice) -> str:
    if choice.age:
        return _("Leases that owe something past due")
    if choice.ends_in:
        return _("Contracts that run out")
    return _("Leases")


def _order(request: PageRequest, choice: LeaseChoice) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else query.usual_order(choice)


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Tenant"), "header": True, "class": "who"},
        {"label": _("Lease number"), "sort": "number"},
        {"label": _("Office")},
        {"label": _("Rent a month"), "align": "end"},
        {"label": _("Past due"), "align": "end", "sort": "owed"},
        {"label": _("Oldest due day")},
        {"label": _("Term ends"), "sort": "ends"},
    ]


def _row(row: LeaseRow, card: LeaseCard, href: str) -> dict[str, Any]:
    if card.is_masked:
        who = {"text": _("Protected address"), "href": href}
        return {"cells": [who, card.number, "", "", "", "", ""]}
    where = f"{card.address}, {card.unit}" if card.unit else card.address
    ends = format_day(row.ends_on) if row.ends_on else _("open-ended")
    if row.moved_out_on:
        ends = _("moved out %(day)s") % {"day": format_day(row.moved_out_on)}
    owes = row.overdue_ore > 0
    return {
        "cells": [
            {"text": card.name or card.number, "href": href, "sub": where},
            card.number,
            card.office,
            kr(row.monthly_rent_ore) if row.monthly_rent_ore else "",
            kr(row.overdue_ore) if owes else "",
            format_day(row.oldest_due_on) if owes and row.oldest_due_on else "",
            ends,
        ]
    }


def _file_rows(
    parts: Iterable[list[LeaseRow]], user: Any, day: datetime.date
) -> Iterator[list[Cell]]:
    for part in parts:
        cards = lease_cards([row.lease_id for row in part], user, day, to_file=True)
        for row in part:
            card = cards.get(row.lease_id)
            if card is None:
                continue
            if card.is_masked:
                yield [card.number, _("Protected address"), *[None] * 8]
                continue
            yield [
                card.number,
                card.name,
                f"{card.address}, {card.unit}" if card.unit else card.address,
                card.office,
                row.starts_on,
                row.ends_on,
                row.moved_out_on,
                Ore(row.monthly_rent_ore),
                Ore(row.overdue_ore),
                row.oldest_due_on if row.overdue_ore > 0 else None,
            ]
