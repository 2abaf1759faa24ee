"""The journal: every document in and out, by number, without anybody's name."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.accounts.models import Office
from boligsak.export import FORMATS, Cell, as_file
from boligsak.letters.forms.documents import JournalFilter
from boligsak.letters.models import Document
from boligsak.letters.protected import protected_now
from boligsak.letters.queries import documents as query
from boligsak.letters.queries.documents import JournalChoice
from boligsak.letters.words.documents import DIRECTIONS, access_words, kind_name
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.web import PageRequest, page

_MOST_EXPORTED = 50_000
_AT_A_TIME = 1000


@require_GET
@page("letters.export_archive")
def journal(request: PageRequest) -> HttpResponseBase:
    """The list with its filter. It names nobody: the folder and what it is about is all."""
    access = request.user.access
    form = JournalFilter(request.GET, offices=_offices(access))
    choice = form.choice()
    order = _order(request)
    paging = Paging.asked(request.GET)
    found = query.journal_entries(access, choice)
    rows = list(found.order_by(*query.ORDERS[order])[paging.offset : paging.offset + paging.limit])
    shown = rows[: paging.size]
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else query.count(found)
    is_everything = choice == JournalChoice()
    return render(
        request,
        "letters/journal.html",
        {
            "title": _("Journal"),
            "lead": _(
                "Every document in and out. What it says of each is public: nobody is named."
            ),
            "form": form,
            "is_filtered": not is_everything or not form.is_valid(),
            "columns": _columns(),
            "rows": [
                {"id": f"d{one.pk}", "cells": _cells(one, hidden)}
                for one, hidden in _with(shown, access)
            ],
            "empty": _("Nothing has been journaled yet.")
            if is_everything
            else _("No document fits this filter."),
            "empty_action": None
            if is_everything
            else {"url": request.path, "label": _("Clear the filter")},
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "export": reverse("letters:journal_export"),
            "packages": reverse("letters:archive"),
        },
    )


@require_GET
@page("letters.export_archive")
def journal_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file."""
    access = request.user.access
    choice = JournalFilter(request.GET, offices=_offices(access)).choice()
    found = query.journal_entries(access, choice).order_by(*query.ORDERS[_order(request)])
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("journal") + f"-{dates.today().isoformat()}",
        [str(column["label"]) for column in _columns()],
        _file_rows(list(found.values_list("pk", flat=True)[:_MOST_EXPORTED]), access),
    )


def _order(request: PageRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else query.NEWEST


def _offices(access: Any) -> list[tuple[int, str]]:
    found = Office.objects.order_by("name")
    if access.office_ids is not None:
        found = found.filter(pk__in=access.office_ids)
    return list(found.values_list("pk", "name"))


def _with(rows: Sequence[Document], access: Any) -> list[tuple[Document, bool]]:
    """Each with whether its office stays hidden: it would tell in which district somebody lives."""
    if access.is_cleared:
        return [(one, False) for one in rows]
    hidden = protected_now(list({one.folder_id: one.folder for one in rows}.values()))
    return [(one, one.folder_id in hidden) for one in rows]


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "number", "label": _("Number"), "sort": "number", "header": True},
        {"key": "on", "label": _("Journaled")},
        {"key": "dated", "label": _("Dated"), "sort": "dated"},
        {"key": "direction", "label": _("Direction")},
        {"key": "title", "label": _("Title")},
        {"key": "kind", "label": _("Kind")},
        {"key": "folder", "label": _("Folder"), "sort": "folder"},
        {"key": "office", "label": _("Office")},
        {"key": "access", "label": _("Access")},
        {"key": "archive", "label": _("Archive")},
    ]


def _values(one: Document, is_hidden: bool) -> tuple[str, datetime.date, datetime.date, list[str]]:
    state = _("Withdrawn") if one.withdrawn_on else ""
    if not state:
        is_archived = hasattr(one, "archived")
        state = _("Archived") if is_archived else _("Not yet")
    return (
        str(one),
        one.on,
        one.dated_on,
        [
            str(DIRECTIONS[one.direction]),
            one.title,
            kind_name(one.kind),
            f"{one.folder.number} ({one.folder.title})",
            _("Protected address") if is_hidden else one.folder.office.name,
            access_words(one.access_code, one.access_section),
            capfirst(state),
        ],
    )


def _cells(one: Document, is_hidden: bool) -> list[Any]:
    number, on, dated_on, rest = _values(one, is_hidden)
    return [number, format_day(on), format_day(dated_on), *rest]


def _file_rows(ids: Sequence[int], access: Any) -> Iterator[list[Cell]]:
    for start in range(0, len(ids), _AT_A_TIME):
        some = ids[start : start + _AT_A_TIME]
        rows = Document.objects.select_related("folder", "folder__office", "archived").in_bulk(some)
        for one, is_hidden in _with([rows[pk] for pk in some], access):
            number, on, dated_on, rest = _values(one, is_hidden)
            yield [number, on, dated_on, *rest]
