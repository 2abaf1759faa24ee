"""The list of conditions: what is to be in order before a home is taken over, and who checks."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.export import FORMATS, Cell, as_file
from boligsak.paging import Paging
from boligsak.show import deadline
from boligsak.web import PageRequest, page
from tenants.forms.decisions import ConditionFilter
from tenants.models import Condition, ConditionState
from tenants.queries import conditions as query
from tenants.queries.offices import offices
from tenants.views.conditions import is_masked
from tenants.words.conditions import kind_name, party_name, state_tag

_MOST_EXPORTED = 20_000


@require_GET
@page("tenants.settle_condition")
def condition_list(request: PageRequest) -> HttpResponseBase:
    """What has to be in order before somebody gets a home, the first deadline first."""
    user, day = request.user, dates.today()
    form = ConditionFilter(request.GET, offices=offices(user))
    choice, order, paging = form.choice(), _order(request), Paging.asked(request.GET)
    found = query.chosen(user, choice, day)
    sorted_rows = query.ordered(found, order, user)
    rows = list(sorted_rows[paging.offset : paging.offset + paging.limit])
    shown = rows[: paging.size]
    request.saw(_people(shown, user))
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else found.count()
    return render(
        request,
        "tenants/conditions.html",
        {
            "title": _("Conditions"),
            "form": form,
            "is_filtered": not choice.is_everything or not form.is_valid(),
            "columns": _columns(),
            "rows": [{"cells": _cells(row, user, day)} for row in shown],
            "empty": _("No condition waits to be checked.")
            if choice.is_everything
            else _("No conditions fit this filter."),
            "empty_action": None
            if choice.is_everything
            else {"url": request.path, "label": _("Clear the filter")},
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "export": reverse("tenants:conditions_export"),
        },
    )


@require_GET
@page("tenants.settle_condition")
def conditions_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, as a file. Protected addresses are numbers only."""
    user, day = request.user, dates.today()
    choice = ConditionFilter(request.GET, offices=offices(user)).choice()
    found = query.ordered(query.chosen(user, choice, day), _order(request), user)
    rows = list(found[:_MOST_EXPORTED])
    request.saw(
        row.decision.application.applicant_id
        for row in rows
        if not row.decision.application.is_protected
    )
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("conditions") + f"-{day.isoformat()}",
        [str(column["label"]) for column in _columns()],
        _file_rows(rows),
    )


def _people(rows: Iterable[Condition], user: Any) -> list[int]:
    return [row.decision.application.applicant_id for row in rows if not is_masked(row, user)]


def _order(request: HttpRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else "due"


def _columns() -> list[dict[str, Any]]:
    return [
        {"key": "number", "label": _("Application"), "sort": "number", "header": True},
        {"key": "who", "label": pgettext("an application", "Applicant")},
        {"key": "what", "label": _("Condition")},
        {"key": "kind", "label": _("Kind")},
        {"key": "party", "label": _("Who checks")},
        {"key": "due", "label": _("To be met by"), "sort": "due"},
        {"key": "state", "label": _("State")},
        {"key": "office", "label": _("Office")},
    ]


def _state(row: Condition) -> dict[str, str]:
    tag = state_tag(row)
    return {"text": tag["text"], "tag": tag["color"]}


def _cells(row: Condition, user: Any, day: Any) -> list[Any]:
    application = row.decision.application
    if is_masked(row, user):
        return [
            application.number,
            _("Protected address"),
            "",
            "",
            "",
            "",
            _state(row),
            "",
        ]
    is_due = row.due_on is not None and row.state == ConditionState.OPEN
    return [
        application.number,
        str(application.applicant),
        {"text": row.what, "href": reverse("tenants:condition", args=[row.pk])},
        kind_name(row.kind),
        party_name(row.party),
        deadline(row.due_on, day) if is_due else "",
        _state(row),
        application.office.name,
    ]


def _file_rows(rows: Iterable[Condition]) -> Iterator[list[Cell]]:
    for row in rows:
        application = row.decision.application
        tag = state_tag(row)["text"]
        if application.is_protected:
            yield [application.number, _("Protected address"), "", "", "", None, tag, ""]
            continue
        yield [
            application.number,
            str(application.applicant),
            row.what,
            kind_name(row.kind),
            party_name(row.party),
            row.due_on,
            tag,
            application.office.name,
        ]
