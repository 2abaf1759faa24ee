"""One application on one page: who, what is asked for, what was found out, decided and offered."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.desk.application.base import Event, Reader, reader_of
from boligsak.desk.application.page import MAIN, SIDE, Section
from boligsak.desk.trail import breadcrumb, here
from boligsak.web import PageRequest, page
from tenants.models import Application
from tenants.words.applications import state_tag

MOST_EVENTS = 80


@require_GET
@page("tenants.view_application")
def application(request: PageRequest, pk: int) -> HttpResponseBase:
    """Masked, for who may not know whose it is, it is number, kind, state and deadlines."""
    user, day = request.user, dates.today()
    rows = Application.objects.visible_to(user).select_related(
        "office", "owner", "applicant", "lease", "household"
    )
    row = get_object_or_404(rows, pk=pk)
    reader = reader_of(row, user)
    sections = {one.name: one.shown(row, reader, day) for one in (*MAIN, *SIDE)}
    context: dict[str, Any] = {
        "title": _("Application %(number)s") % {"number": row.number},
        "breadcrumb": breadcrumb(request, "desk:applications", "tenants.view_application"),
        "application": row,
        "today": day,
        "is_masked": reader.is_masked,
        "status": state_tag(row.state, row.kind),
        "main": _placed(MAIN, sections),
        "side": _placed(SIDE, sections),
        "summary": _summary(row, sections, reader),
        "primary": _first(sections, "primary"),
        "here": here(request),
        **_timeline(row, reader),
    }
    if reader.is_masked:
        context["lead"] = _(
            "Who it is about is shown to those who are cleared for protected addresses."
        )
        request.saw([])
    else:
        context["lead"] = " · ".join(
            str(part) for part in (row.applicant or "", row.office.name) if part
        )
        shown = {person for one in sections.values() if one for person in one.get("saw", ())}
        request.saw(shown | ({row.applicant_id} if row.applicant_id else set()))
    return render(request, "desk/application.html", context)


def _placed(places: tuple[Section, ...], sections: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"template": f"desk/application/_{one.name}.html", "section": sections[one.name]}
        for one in places
        if sections[one.name] is not None
    ]


def _first(sections: dict[str, Any], what: str) -> Any:
    return next((one[what] for one in sections.values() if one and one.get(what)), None)


def _summary(
    application: Application, sections: dict[str, Any], reader: Reader
) -> list[dict[str, Any]]:
    """What stands without scrolling: what it is, since when, whose it is, and what runs."""
    tiles: list[dict[str, Any]] = [
        {"term": _("Kind"), "text": capfirst(str(application.get_kind_display()))},
        {"term": _("Received"), "text": _("not yet"), "day": application.received_on},
    ]
    if not reader.is_masked:
        tiles.append({"term": _("Case handler"), "text": str(application.owner or _("Nobody"))})
    return tiles + [one["summary"] for one in sections.values() if one and one.get("summary")]


def _timeline(application: Application, reader: Reader) -> dict[str, Any]:
    """Everything that happened, newest first."""
    found: list[Event] = []
    for one in (*MAIN, *SIDE):
        found += one.happened(application, reader)
    found.sort(key=lambda event: (event.on, event.order), reverse=True)
    return {
        "timeline": [event.entry for event in found[:MOST_EVENTS]],
        "more_events": max(0, len(found) - MOST_EVENTS),
    }
