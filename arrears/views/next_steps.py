"""The next step of a case: confirming it, putting it off, choosing another, saying it is done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.next_steps import FinishForm, OverrideForm, PostponeForm
from arrears.models import Case, NextStep
from arrears.queries.next_steps import steps_of
from arrears.rules.standing_steps import LEAVES_TRACE
from arrears.rules.step_policy import Action
from arrears.services import next_steps as service
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    step,
    trail,
)
from arrears.views.step_pages import place_of
from arrears.words import next_steps as words
from boligsak import dates
from boligsak.dates import format_day
from boligsak.rule import RuleBroken
from boligsak.step import StepForm, fresh
from boligsak.web import page

_PART = "next-step"


@require_GET
@page("arrears.view_case")
def next_steps(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every step there has been on a case, why, what became of it, and which version said so."""
    case = find_case(request.user, pk)
    who = [value for _term, value in case_terms(request, case)[1:]]
    sees_social = request.user.has_perm("tenants.view_social")
    day = dates.today()
    return render(
        request,
        "arrears/next_steps.html",
        {
            "title": _("Next steps in case %(number)s") % {"number": case.number},
            "lead": " · ".join(who),
            "breadcrumb": trail(case),
            "columns": [
                {"label": _("Proposed"), "header": True},
                {"label": _("What")},
                {"label": _("By when")},
                {"label": _("Why")},
                {"label": _("What became of it")},
                {"label": _("According to")},
            ],
            "rows": [
                {"cells": _cells(row, day, sees_social=sees_social)} for row in steps_of(case.pk)
            ],
        },
    )


def _cells(row: NextStep, day: Any, *, sees_social: bool) -> list[Any]:
    who = str(row.decided_by) if row.decided_by else ""
    ended = format_day(row.ended_on) if row.ended_on else ""
    return [
        format_day(row.proposed_on),
        words.action_name(row.action, sees_social=sees_social),
        format_day(row.due_on) if row.due_on else "",
        words.why(row.facts, row.ended_on or day, sees_social=sees_social)
        or words.note_of(row.facts)
        or (row.reason if sees_social else ""),
        {
            "text": " ".join(
                part for part in (capfirst(words.state_name(row.state)), ended) if part
            ),
            "sub": " · ".join(part for part in (who, row.reason if sees_social else "") if part),
        },
        words.according_to(row.policy),
    ]


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def step_confirm(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody says that they will do what is proposed."""
    row, case = _find(request, pk)
    form = StepForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        service.confirm(pk, by=request.user, on=dates.today(), version=form.cleaned_data["version"])
        return case_page(case.pk, _PART)

    if where := done(request, form, do, case_id=case.pk, refusal=words.refusal):
        messages.success(request, _("The step is confirmed."))
        return redirect(where)
    return _shown(
        request,
        row,
        case,
        form,
        title=_("Confirm the next step"),
        about=_(
            "It stands until it is done. If something more pressing happens, another step is "
            "proposed instead."
        ),
        button=_("Confirm"),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def step_postpone(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The step is put off until a day, with a reason."""
    row, case = _find(request, pk)
    form = PostponeForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        service.postpone(
            pk,
            reason=asked["reason"],
            until=asked["until"],
            by=request.user,
            on=dates.today(),
            version=asked["version"],
        )
        return case_page(case.pk, _PART)

    fields = dict.fromkeys(
        ("step.until_not_later", "step.until_too_far", "step.until_after_last_safe"), "until"
    )
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=words.refusal):
        messages.success(request, _("The step is put off and comes back on its day."))
        return redirect(where)
    return _shown(
        request,
        row,
        case,
        form,
        title=_("Put the next step off"),
        about=_(
            "Nothing is proposed before that day, unless something more pressing happens. Legal "
            "deadlines run all the same."
        ),
        button=_("Put it off"),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def step_override(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A caseworker chooses another step, with a reason."""
    row, case = _find(request, pk)
    actions = [
        (action.value, words.action_name(action)) for action in Action if action != row.action
    ]
    form = OverrideForm(request.POST or None, actions=actions, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        service.override(
            pk,
            action=asked["action"],
            reason=asked["reason"],
            due_on=asked["due_on"],
            by=request.user,
            on=dates.today(),
            version=asked["version"],
        )
        return case_page(case.pk, _PART)

    fields = {"step.due_before_today": "due_on"} | dict.fromkeys(
        (
            "step.same_action",
            "step.dead",
            "step.done_already",
            "step.rests_plan",
            "step.rests_referral",
            "step.rests_payer",
            "step.rests_absence",
        ),
        "action",
    )
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=words.refusal):
        messages.success(request, _("Your step stands on the case now."))
        return redirect(where)
    return _shown(
        request,
        row,
        case,
        form,
        title=_("Choose another next step"),
        about=_("Your step stands until it is done, or until something more pressing happens."),
        button=_("Choose this instead"),
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def step_finish(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What leaves no trace elsewhere is said to be done, and what came of it."""
    row, case = _find(request, pk)
    form = FinishForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        service.finish(
            pk,
            result=asked["result"],
            by=request.user,
            on=dates.today(),
            version=asked["version"],
        )
        return case_page(case.pk, _PART)

    if where := done(request, form, do, case_id=case.pk, refusal=words.refusal):
        messages.success(request, _("The step is done, and the next one is proposed."))
        return redirect(where)
    refused, instead = "", None
    if row.ended_on is None and row.action in LEAVES_TRACE:
        refused = words.refusal(RuleBroken("step.leaves_trace", action=row.action))
        place = place_of(row, case.lease_id, request.user)
        instead = {"url": place["href"], "label": place["label"]} if place else None
    return _shown(
        request,
        row,
        case,
        form,
        title=words.action_name(row.action),
        about=_("Say what came of it. Then the next step is proposed."),
        button=_("The step is done"),
        refused=refused,
        instead=instead,
    )


def _find(request: HttpRequest, pk: int) -> tuple[NextStep, Case]:
    row = get_object_or_404(NextStep, pk=pk)
    return row, find_case(request.user, row.case_id)


def _shown(
    request: HttpRequest,
    row: NextStep,
    case: Case,
    form: StepForm,
    *,
    title: str,
    about: str,
    button: str,
    refused: str = "",
    instead: dict[str, str] | None = None,
) -> HttpResponseBase:
    refused = refused_when_closed(request, case) or refused
    if not refused and request.method != "POST" and row.ended_on is not None:
        refused = words.refusal(RuleBroken("step.replaced"))
    due = format_day(row.due_on) if row.due_on else ""
    facts = [
        (_("Next step"), words.action_name(row.action)),
        (_("By when"), due),
        (_("Why"), words.why(row.facts, dates.today()) or words.note_of(row.facts) or row.reason),
    ]
    return step(
        request,
        case,
        form,
        title=title,
        about=about,
        button=button,
        refused=refused,
        instead=instead,
        facts=[(term, value) for term, value in facts if value],
        part=_PART,
    )
