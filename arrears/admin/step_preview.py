"""What a draft of the order of next steps would change, and saving it as a version."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.admin.step_draft import KEPT_AS, draft_of, fits, values_of, version_form
from arrears.admin.step_policy import CHANGE
from arrears.forms.step_policy import VersionForm
from arrears.models import Case
from arrears.policy_kinds import NEXT_STEPS
from arrears.queries.step_shadow import Change, Shadow, Stood, shadow
from arrears.rules.step_policy import StepPolicy
from arrears.words import next_steps as step_words
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.administration import log
from boligsak.administration.site import crumbs
from boligsak.rates import services
from boligsak.rates import words as rates_words
from boligsak.rates.admin import PolicyRegister
from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.web import page

_MOST_SHOWN = 500


@require_http_methods(["GET", "POST"])
@page(CHANGE)
def step_policy_preview(request: HttpRequest) -> HttpResponseBase:
    """How many open cases would get another next step, and which; then it can be saved."""
    draft = draft_of(request)
    form = version_form(draft, sent=True)
    if not form.is_valid() or not fits(form, draft):
        return redirect(reverse("admin:step_policy"))
    refused = ""
    if request.method == "POST":
        try:
            where = _saved(request, draft, form)
        except RuleBroken as broken:
            refused = rates_words.refusal(broken, NEXT_STEPS)
        else:
            request.session.pop(KEPT_AS, None)
            messages.success(
                request, _("The version is saved. The night proposes by it from its day on.")
            )
            return redirect(where)
    asked = form.cleaned_data
    office_id = _office(draft, asked)
    found = shadow(
        StepPolicy.from_values(values_of(draft, form.days())),
        office_id=office_id,
        valid_from=asked["valid_from"],
        day=dates.today(),
    )
    request.saw([])  # type: ignore[attr-defined]
    context = {
        "title": _("What it would change"),
        "breadcrumb": crumbs(
            (_("Policies"), "admin:rates_policy_changelist"),
            (_("Order of next steps"), "admin:step_policy"),
        ),
        "found": found,
        "valid_from": asked["valid_from"],
        "is_later": asked["valid_from"] > dates.today(),
        "facts": _facts(form, asked, office_id),
        "columns": [
            {"label": _("Case"), "header": True},
            {"label": _("Now")},
            {"label": _("Then")},
        ],
        "rows": _rows(found, request.user),
        "most": _MOST_SHOWN,
        "has_more": len(found.changes) > _MOST_SHOWN,
        "refused": refused,
        "submission_id": uuid4(),
        "back": reverse("admin:step_policy"),
    }
    status = 422 if refused else 200
    return render(request, "arrears/step_policy_preview.html", context, status=status)


def _office(draft: Mapping[str, Any], asked: Mapping[str, Any]) -> int | None:
    if draft["corrects"] is not None:
        row = Policy.objects.filter(pk=draft["corrects"]).first()
        return row.office_id if row else None
    return int(asked["office"]) if asked["office"] else None


def _saved(request: HttpRequest, draft: Mapping[str, Any], form: VersionForm) -> str:
    """Saves the version once, with a line in the log, and returns its page."""
    asked, values = form.cleaned_data, values_of(draft, form.days())
    corrects = draft["corrects"]

    def do() -> str:
        if corrects is None:
            row = services.enter_policy(
                NEXT_STEPS,
                office_id=_office(draft, asked),
                valid_from=asked["valid_from"],
                values=values,
                source=asked["source"],
            )
            log.write(row, PolicyRegister.add_step, row, request.user)
        else:
            row = services.change_policy(
                corrects,
                valid_from=asked["valid_from"],
                values=values,
                source=asked["source"],
            )
            log.write(row, PolicyRegister.steps[0], row, request.user)
        return reverse("admin:rates_policy_change", args=[row.pk])

    return once(
        request.POST.get("submission_id") or uuid4(),  # type: ignore[arg-type]
        by=request.user,
        path=request.path,
        do=do,
    )


def _facts(
    form: VersionForm, asked: Mapping[str, Any], office_id: int | None
) -> list[tuple[str, str]]:
    names = dict(VersionForm().fields["office"].choices)  # type: ignore[attr-defined]
    facts = [
        (_("Office"), str(names.get(str(office_id or ""), ""))),
        (_("Valid from"), format_day(asked["valid_from"])),
        (_("Why"), asked["source"]),
    ]
    return [(term, value) for term, value in facts if value]


def _rows(found: Shadow, user: Any) -> list[dict[str, Any]]:
    """The cases by number only; the number leads to the case for who may open it."""
    shown = found.changes[:_MOST_SHOWN]
    ids = [change.case_id for change in shown]
    may_open = set()
    if user.has_perm("arrears.view_case"):
        rows = Case.objects.visible_to(user).filter(pk__in=ids)
        may_open = set(rows.values_list("pk", flat=True))
    return [_row(change, change.case_id in may_open) for change in shown]


def _row(change: Change, may_open: bool) -> dict[str, Any]:
    number: dict[str, Any] = {"text": change.number}
    if may_open:
        number["href"] = reverse("desk:case", args=[change.case_id])
    return {"cells": [number, _stood(change.now), _stood(change.then)]}


def _stood(stood: Stood) -> dict[str, str]:
    due = format_day(stood.due_on) if stood.due_on else ""
    by_hand = _("decided by a caseworker") if stood.by_hand else ""
    return {
        "text": step_words.action_name(stood.action),
        "sub": " · ".join(part for part in (due, by_hand) if part),
    }
