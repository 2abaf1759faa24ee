"""The waiting list: who comes first, and why."""

import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.export import FORMATS, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.web import PageRequest, page
from tenants.forms.offers import WaitingFilter
from tenants.queries.offices import offices
from tenants.queries.waiting import RUN_OUT, Place, Policies, policies, seen, waiting
from tenants.views.home_rows import (
    waiting_columns,
    waiting_file_columns,
    waiting_file_row,
    waiting_row,
)

_LARGE = 5


@require_GET
@page("tenants.view_application")
def waiting_list(request: PageRequest) -> HttpResponseBase:
    """In order, with the reason for each place. A place is one on the municipality's whole list."""
    user, day = request.user, dates.today()
    form = WaitingFilter(request.GET, offices=offices(user))
    terms = policies(day)
    found = _chosen(seen(waiting(user, day, terms=terms)), form)
    paging = Paging.asked(request.GET)
    shown = found[paging.offset : paging.offset + paging.limit]
    request.saw(one.applicant_id for one in shown[: paging.size] if not one.is_masked)
    with_match = user.has_perm("tenants.allocate")
    return render(
        request,
        "tenants/waiting.html",
        {
            "title": _("Waiting list"),
            "lead": _lead(terms, user, day),
            "breadcrumb": trail(user),
            "form": form,
            "is_filtered": bool(form.chosen) or not form.is_valid(),
            "columns": waiting_columns(with_match=with_match),
            "rows": [waiting_row(one, day, with_match=with_match) for one in shown[: paging.size]],
            "empty": _("Nobody on the list fits this filter.")
            if form.chosen
            else _("Nobody waits. An application comes here when a decision grants a home."),
            "query": request.GET,
            "pager": paging.pager(len(shown), len(found)),
            "export": reverse("tenants:waiting_export"),
        },
    )


@require_GET
@page("tenants.view_application")
def waiting_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, as a file. Protected addresses are numbers only."""
    user, day = request.user, dates.today()
    form = WaitingFilter(request.GET, offices=offices(user))
    found = _chosen(seen(waiting(user, day)), form)
    request.saw(one.applicant_id for one in found if not one.is_protected)
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("waiting-list") + f"-{day.isoformat()}",
        waiting_file_columns(),
        (waiting_file_row(one) for one in found),
    )


def trail(user: Any) -> list[dict[str, Any]]:
    """The way back to the hub, for those who may open it."""
    if not user.has_perm("tenants.view_vacancies"):
        return []
    return [{"label": _("Homes"), "url": reverse("tenants:homes")}]


def _lead(terms: Policies, user: Any, day: datetime.date) -> str:
    """Which version of the criteria the order rests on."""
    del user, day
    version = terms.ranking[None].valid_from
    said = _(
        "Ranked by the municipality's criteria in force from %(day)s. Equal points: who has "
        "waited longest comes first."
    )
    return said % {"day": format_day(version)}


def _chosen(found: list[Place], form: WaitingFilter) -> list[Place]:
    """What the filter leaves. A masked row is left out of every choice: it would tell."""
    asked = form.chosen
    state = asked.get("state", "")
    if state:
        found = [one for one in found if one.state == state]
    else:
        found = [one for one in found if one.state != RUN_OUT]
    about = {name for name in asked if name != "state"}
    if about:
        found = [one for one in found if not one.is_masked]
    if form.office_id is not None:
        found = [one for one in found if one.office_id == form.office_id]
    if kind := asked.get("kind"):
        found = [one for one in found if one.kind == kind]
    if size := asked.get("size"):
        found = [one for one in found if min(one.people, _LARGE) == int(size)]
    if access := asked.get("access"):
        needed = access == "yes"
        found = [one for one in found if one.household.needs_accessible is needed]
    return found
