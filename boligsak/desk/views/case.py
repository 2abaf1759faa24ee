"""One case on one page: who and where, the money, the clock, what is tried, and the gate."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.models import Case, CaseStatus, TriggerKind
from arrears.queries import ledger as ledger_query
from boligsak import dates
from boligsak.desk.case.base import Event, Reader, reader_of
from boligsak.desk.case.page import MAIN, SIDE, Section
from boligsak.desk.case.visits import last_visit, note_visit
from boligsak.desk.queries import lease as lease_query
from boligsak.desk.trail import breadcrumb, here
from boligsak.desk.who import member_facts, who_and_where
from boligsak.web import page

MOST_EVENTS = 80


@require_GET
@page("arrears.view_case")
def case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Masked, for who may not know whose it is, it is number, triggers and deadlines."""
    user, day = request.user, dates.today()
    row = get_object_or_404(
        Case.objects.visible_to(user).select_related("lease", "office", "owner"), pk=pk
    )
    reader = reader_of(row, user)
    seen_at = last_visit(request, row.pk)
    sections = {one.name: one.shown(row, reader, day) for one in (*MAIN, *SIDE)}
    context: dict[str, Any] = {
        "title": _("Case %(number)s") % {"number": row.number},
        "breadcrumb": breadcrumb(request, "desk:cases", "arrears.view_case"),
        "case": row,
        "today": day,
        "is_masked": reader.is_masked,
        "status": _status(row),
        "main": _placed(MAIN, sections),
        "side": _placed(SIDE, sections),
        "summary": _summary(row, sections, reader, day),
        "primary": _first(sections, "primary"),
        "call": _first(sections, "call"),
        "here": here(request),
        **_timeline(row, reader, seen_at),
    }
    if reader.is_masked:
        context["lead"] = (
            _("Who it is about is shown to those who are cleared for protected addresses.")
            if row.lease.is_protected and not user.access.is_cleared
            else _("There is no basis for sharing this case with you, so it has no name here.")
        )
        request.saw([])  # type: ignore[attr-defined]
    else:
        lease = lease_query.of_case(row.lease_id, day)
        parties, members = lease_query.people(lease, day, household=reader.sees_social)
        request.saw(person.person_id for person in (*parties, *members))  # type: ignore[attr-defined]
        context |= {**who_and_where(lease, parties, user), "call": context["call"]}
        context |= {"lease": lease, "members": [member_facts(one, day) for one in members]}
    note_visit(request, row.pk)
    return render(request, "desk/case.html", context)


def _status(case: Case) -> dict[str, str]:
    if case.status == CaseStatus.OPEN:
        return {"text": _("Open"), "color": "info"}
    return {"text": capfirst(str(case.get_outcome_display())), "color": "neutral"}


def _placed(places: tuple[Section, ...], sections: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"template": f"desk/case/_{one.name}.html", "section": sections[one.name]}
        for one in places
        if sections[one.name] is not None
    ]


def _first(sections: dict[str, Any], what: str) -> Any:
    return next((one[what] for one in sections.values() if one and one.get(what)), None)


def _summary(
    case: Case, sections: dict[str, Any], reader: Reader, day: datetime.date
) -> list[dict[str, Any]]:
    """What stands without scrolling: what it is about, the money, the next step, the deadline.

    Masked there is no amount: whoever reads ledgers would know the lease by it.
    """
    labels = {str(kind): capfirst(str(label)) for kind, label in TriggerKind.choices}
    running = case.triggers.filter(closed_on__isnull=True).order_by("opened_on", "id")
    kinds = [labels[kind] for kind in running.values_list("kind", flat=True)]
    tiles: list[dict[str, Any]] = [
        {"term": _("Is about"), "text": ", ".join(kinds) or _("nothing that still runs")}
    ]
    if not reader.is_masked:
        tiles.append(_owed(case, day))
    return tiles + [one["summary"] for one in sections.values() if one and one.get("summary")]


def _owed(case: Case, day: datetime.date) -> dict[str, Any]:
    account = getattr(case.lease, "account", None)
    now = ledger_query.money_now(
        ledger_query.open_charges(case.lease_id),
        balance_ore=account.balance_ore if account else 0,
        disputed_ore=account.disputed_ore if account else 0,
        unallocated_ore=account.unallocated_ore if account else 0,
        monthly_rent_ore=account.monthly_rent_ore if account else 0,
        day=day,
    )
    return {"term": _("Fallen due"), "kr": now.due_ore, "months": now.months_permille}


def _timeline(case: Case, reader: Reader, seen_at: datetime.datetime | None) -> dict[str, Any]:
    """Everything that happened, newest first; what is new to this reader is marked."""
    found: list[Event] = []
    for one in (*MAIN, *SIDE):
        found += one.happened(case, reader)
    found.sort(key=lambda event: (event.on, event.order), reverse=True)
    shown = []
    for event in found[:MOST_EVENTS]:
        entry = dict(event.entry)
        if seen_at is not None and event.order > seen_at:
            entry["is_new"] = True
        shown.append(entry)
    return {
        "timeline": shown,
        "news": sum(1 for entry in shown if entry.get("is_new")),
        "seen_at": seen_at,
        "more_events": max(0, len(found) - MOST_EVENTS),
    }
