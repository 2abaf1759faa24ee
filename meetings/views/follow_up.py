"""What became of earlier decisions: those that are late, and how the cases went."""

import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.models import Case, DecisionKind, Task
from arrears.queries.case_access import sights
from boligsak import dates
from boligsak.dates import add_months
from boligsak.export import FORMATS, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import deadline, grouped
from boligsak.web import PageRequest, page
from meetings.forms.follow_up import FollowFilter
from meetings.queries.follow_up import FollowChoice, became, discussed, late_tasks, of_kind
from meetings.views.calendar import offices
from meetings.views.steps import calendar_step
from tenants.queries.cards import LeaseCard, lease_cards

_MONTHS = 6
_MOST_EXPORTED = 5_000


@require_GET
@page("meetings.view")
def follow_up(request: PageRequest) -> HttpResponseBase:
    """Late decisions first, then the count of how discussed cases went; each figure is a list."""
    user, day = request.user, dates.today()
    form = FollowFilter(
        request.GET, offices=offices(user), first_on=add_months(day, -_MONTHS), today=day
    )
    choice = form.choice()
    late = late_tasks(user, choice.office_id, day)
    if (file_format := request.GET.get("export")) in FORMATS:
        return _late_file(request, file_format, list(late[:_MOST_EXPORTED]), day)
    paging = Paging.asked(request.GET)
    tasks = list(late[paging.offset : paging.offset + paging.limit])
    is_last = len(tasks) <= paging.size and (tasks or paging.offset == 0)
    hits = paging.offset + len(tasks) if is_last else late.count()
    cases = discussed(user, choice)
    return render(
        request,
        "meetings/follow_up.html",
        {
            "title": _("What became of it"),
            "lead": _("Decisions that are late, and how cases went after a meeting."),
            "breadcrumb": [calendar_step()],
            "form": form,
            "figures": _figures(cases, request, choice),
            "columns": [
                {"label": _("Case"), "header": True, "class": "who"},
                {"label": _("Decision")},
                {"label": _("Responsible")},
                {"label": _("Deadline")},
            ],
            "rows": _rows(request, tasks[: paging.size], day),
            "query": request.GET,
            "pager": paging.pager(len(tasks), hits),
            "export": request.path,
            "chosen": _chosen(request, cases, form, day),
        },
    )


def _figures(cases: Any, request: PageRequest, choice: FollowChoice) -> list[dict[str, str]]:
    told = became(cases)
    asked = request.GET.copy()
    asked.pop("page", None)

    def link(which: str) -> str:
        asked["kind"] = which
        return f"{request.path}?{asked.urlencode()}#chosen"

    figures = [
        (_("Cases discussed"), told.discussed, "all"),
        (_("Solved without a referral"), told.solved, "solved"),
        (_("Still being worked on"), told.running, "running"),
        (_("Referred"), told.referred, "referred"),
        (_("Ended otherwise"), told.ended_otherwise, "otherwise"),
    ]
    return [
        {"label": label, "value": grouped(value), "href": link(which)}
        for label, value, which in figures
    ]


def _known(request: PageRequest, cases: list[Case], day: datetime.date) -> dict[int, LeaseCard]:
    """The cards of the cases whose name this reader may see, by case id."""
    user = request.user
    open_ones = {case_id for case_id, one in sights(cases, user).items() if not one.is_masked}
    leases = {case.lease_id for case in cases if case.pk in open_ones}
    cards = lease_cards(leases, user, day, also=leases)
    found = {
        case.pk: cards[case.lease_id]
        for case in cases
        if case.pk in open_ones and case.lease_id in cards and not cards[case.lease_id].is_masked
    }
    request.saw(person for card in found.values() for person in card.person_ids)
    return found


def _case_cell(case: Case, cards: dict[int, LeaseCard]) -> dict[str, str]:
    card = cards.get(case.pk)
    number = _("Case %(number)s") % {"number": case.number}
    return {
        "text": number,
        "href": reverse("desk:case", args=[case.pk]),
        "sub": f"{card.name} · {card.address}" if card else "",
    }


def _rows(request: PageRequest, tasks: list[Task], day: datetime.date) -> list[dict[str, Any]]:
    cards = _known(request, [task.case for task in tasks if task.case], day)
    return [
        {
            "id": f"k{task.pk}",
            "cells": [
                _case_cell(task.case, cards) if task.case else "",
                _decision(task),
                {
                    "text": capfirst(str(task.get_party_display())),
                    "sub": str(task.owner or "") if task.case_id in cards else "",
                },
                deadline(task.due_on, day),
            ],
        }
        for task in tasks
    ]


def _decision(task: Task) -> str:
    kind = task.facts.get("decision", "")
    return capfirst(str(DecisionKind(kind).label)) if kind in DecisionKind.values else ""


def _chosen(
    request: PageRequest, cases: Any, form: FollowFilter, day: datetime.date
) -> dict[str, Any] | None:
    """The rows behind the figure that was clicked."""
    which = form.cleaned_data.get("kind") or ""
    if not which:
        return None
    rows = list(of_kind(cases, which).select_related("lease").order_by("-opened_on", "-pk")[:200])
    cards = _known(request, rows, day)
    return {
        "columns": [
            {"label": _("Case"), "header": True, "class": "who"},
            {"label": _("Status")},
            {"label": _("Opened")},
            {"label": _("Closed")},
        ],
        "rows": [
            {
                "id": f"c{case.pk}",
                "cells": [
                    _case_cell(case, cards),
                    capfirst(str(case.get_outcome_display() or case.get_status_display())),
                    format_day(case.opened_on),
                    format_day(case.closed_on),
                ],
            }
            for case in rows
        ],
        "title": dict(form.KINDS).get(which, ""),
    }


def _late_file(
    request: PageRequest, file_format: str, tasks: list[Task], day: datetime.date
) -> HttpResponseBase:
    request.saw([])
    cases = [task.case for task in tasks if task.case]
    masked = {pk for pk, one in sights(cases, request.user).items() if one.is_masked}
    masked |= {case.pk for case in cases if case.lease.is_protected}
    return as_file(
        file_format,
        _("late-decisions") + f"-{day.isoformat()}",
        [_("Case"), _("Office"), _("Decision"), _("Responsible"), _("Who"), _("Deadline")],
        (
            [
                task.case.number if task.case else "",
                # Where somebody with a protected address lives, and who works there, is not told.
                "" if task.case_id in masked else task.office.name,
                _decision(task),
                str(task.get_party_display()),
                "" if task.case_id in masked else str(task.owner or ""),
                task.due_on,
            ]
            for task in tasks
        ),
    )
