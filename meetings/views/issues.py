"""System issues: the list, one issue with what was done about it, and raising one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.export import FORMATS, as_file
from boligsak.paging import Paging
from boligsak.show import day as format_day
from boligsak.show import deadline
from boligsak.step import fresh
from boligsak.step import step_page as step
from boligsak.web import page
from meetings.forms.issues import IssueFilter, RaiseForm, WorkForm
from meetings.models import IssueState, SystemIssue
from meetings.queries.calendar import may_be_invited
from meetings.queries.issues import OPEN, IssueChoice
from meetings.queries.issues import issues as chosen
from meetings.services.issues import raise_issue, work_issue
from meetings.views.calendar import offices
from meetings.views.steps import calendar_step, done
from meetings.words.issues import STATE_COLORS, refusal

_MOST_EXPORTED = 5_000


def _trail() -> list[dict[str, Any]]:
    return [calendar_step(), {"label": _("System issues"), "url": reverse("meetings:issues")}]


@require_GET
@page("meetings.view")
def issues(request: HttpRequest) -> HttpResponseBase:
    """The list; with `export` the whole of it as a file."""
    user, day = request.user, dates.today()
    form = IssueFilter(request.GET, offices=offices(user))
    choice = form.choice()
    found = chosen(user, choice)
    if (file_format := request.GET.get("export")) in FORMATS:
        return as_file(
            file_format,
            _("system-issues") + f"-{day.isoformat()}",
            [_("What fails"), _("Office"), _("State"), _("Responsible"), _("Who"), _("Due")]
            + [_("Raised"), _("Result")],
            (
                [
                    row.title,
                    row.office.name if row.office else _("All offices"),
                    row.get_state_display(),
                    row.get_party_display(),
                    str(row.owner or ""),
                    row.due_on,
                    row.raised_on,
                    row.result,
                ]
                for row in found[:_MOST_EXPORTED]
            ),
        )
    paging = Paging.asked(request.GET)
    rows = list(found[paging.offset : paging.offset + paging.limit])
    is_last = len(rows) <= paging.size and (rows or paging.offset == 0)
    hits = paging.offset + len(rows) if is_last else found.count()
    may_raise = user.has_perm("meetings.raise_issue")
    new = {"label": _("Raise an issue"), "url": reverse("meetings:issue_new")}
    return render(
        request,
        "meetings/issues.html",
        {
            "title": _("System issues"),
            "lead": _("Routines that fail between the parties, until they are mended."),
            "breadcrumb": [calendar_step()],
            "action": new if may_raise else None,
            "form": form,
            "is_filtered": choice != IssueChoice(),
            "columns": [
                {"label": _("What fails"), "header": True, "class": "who"},
                {"label": _("Office")},
                {"label": _("Responsible")},
                {"label": _("Due")},
                {"label": _("State")},
            ],
            "rows": [
                {"id": f"i{row.pk}", "cells": _cells(row, day)} for row in rows[: paging.size]
            ],
            "empty": _("No routine is reported as failing.")
            if choice == IssueChoice()
            else _("No issues fit this filter."),
            "empty_action": new if may_raise else None,
            "query": request.GET,
            "pager": paging.pager(len(rows), hits),
            "export": request.path,
        },
    )


def _cells(row: SystemIssue, day: Any) -> list[Any]:
    is_open = row.state in OPEN
    return [
        {
            "text": row.title,
            "href": reverse("meetings:issue", args=[row.pk]),
            "sub": _("Raised %(day)s") % {"day": format_day(row.raised_on)},
        },
        row.office.name if row.office else _("All offices"),
        {"text": capfirst(str(row.get_party_display())), "sub": str(row.owner or "")},
        deadline(row.due_on, day) if is_open and row.due_on else format_day(row.due_on),
        {
            "text": capfirst(str(row.get_state_display())),
            "tag": STATE_COLORS[IssueState(row.state)],
        },
    ]


@require_http_methods(["GET", "POST"])
@page("meetings.raise_issue")
def issue_new(request: HttpRequest) -> HttpResponseBase:
    """A routine that fails, told by whoever met it."""
    user, day = request.user, dates.today()
    own = offices(user)
    form = RaiseForm(
        request.POST or None,
        initial=fresh(),
        offices=own,
        may_all=user.access.office_ids is None,
        workers=may_be_invited([pk for pk, _name in own], day),
    )

    def do() -> str:
        asked = form.cleaned_data
        row = raise_issue(
            title=asked["title"],
            text=asked["text"],
            office_id=form.office_id,
            party=asked["party"],
            owner_id=form.owner_id,
            due_on=asked["due_on"],
            by=user,
            on=day,
        )
        return reverse("meetings:issue", args=[row.pk])

    if where := done(request, form, do, {"issue.office": "office"}, refusal):
        messages.success(request, _("The issue comes on the agenda of the next meeting."))
        return redirect(where)
    return step(
        request,
        form,
        title=_("Raise a system issue"),
        breadcrumb=_trail(),
        button=_("Raise the issue"),
        back=reverse("meetings:issues"),
    )


@require_http_methods(["GET", "POST"])
@page("meetings.work_issue")
def issue(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One issue: what it is, what was done, and the form for the next note."""
    user, day = request.user, dates.today()
    rows = SystemIssue.objects.visible_to(user).select_related("office", "owner", "raised_by")
    row = get_object_or_404(rows, pk=pk)
    own = offices(user)
    form = WorkForm(
        request.POST or None,
        initial=fresh(
            version=row.version,
            to_state=row.state,
            party=row.party,
            owner=str(row.owner_id or ""),
            due_on=row.due_on,
        ),
        state=row.state,
        workers=may_be_invited([one for one, _name in own], day),
    )

    def do() -> str:
        asked = form.cleaned_data
        work_issue(
            pk,
            text=asked["text"],
            to_state=asked["to_state"],
            party=asked["party"],
            owner_id=form.owner_id,
            due_on=asked["due_on"],
            version=asked["version"] or 0,
            by=user,
            on=day,
        )
        return reverse("meetings:issue", args=[pk])

    fields = {"issue.no_text": "text", "issue.no_result": "text", "issue.state": "to_state"}
    if where := done(request, form, do, fields, refusal):
        messages.success(request, _("The note is kept."))
        return redirect(where)
    states = {str(value): str(label) for value, label in IssueState.choices}
    context = {
        "title": row.title,
        "breadcrumb": _trail(),
        "status": {
            "text": capfirst(str(row.get_state_display())),
            "color": STATE_COLORS[IssueState(row.state)],
        },
        "facts": [
            (_("Office"), row.office.name if row.office else _("All offices")),
            (_("Responsible"), capfirst(str(row.get_party_display()))),
            (_("Who sees to it"), str(row.owner or _("Nobody yet"))),
            (_("Deadline"), deadline(row.due_on, day) if row.due_on else _("none")),
            (_("Raised"), f"{format_day(row.raised_on)}, {row.raised_by}"),
        ],
        "text": row.text,
        "form": form,
        "timeline": [
            {
                "when": format_day(note.on),
                "who": str(note.by),
                "what": capfirst(states.get(note.to_state, "")) or _("Note"),
                "text": note.text,
            }
            for note in row.notes.select_related("by").order_by("-pk")
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "meetings/issue.html", context, status=status)
