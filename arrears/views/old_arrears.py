"""Old arrears of the people in an application: what is owed, the plans, and the condition they
meet."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from arrears.queries.old_debts import OldDebt, old_debts
from arrears.services.old_arrears import case_for_plan, meet_by_books
from arrears.words.old_arrears import refusal
from arrears.words.plans import state_tag as plan_tag
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import StepForm, done, fresh
from boligsak.web import page
from tenants.models import Application, Condition, ConditionKind, ConditionState, Lease
from tenants.queries.conditions import conditions_of
from tenants.services.conditions import why_fallen_away
from tenants.words.conditions import evidence_words
from tenants.words.conditions import state_tag as condition_tag


class PlanForm(StepForm):
    """On which lease a plan is to be made."""

    lease = forms.IntegerField(widget=forms.HiddenInput)


class MeetForm(StepForm):
    """What was checked besides the books."""

    condition = forms.IntegerField(widget=forms.HiddenInput)
    because = forms.CharField(
        label=gettext_lazy("What was checked"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.view_application")
def old_arrears(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Debts lease by lease, each with its plan or the way to one; and the condition they meet."""
    user, day = request.user, dates.today()
    seen = Application.objects.unmasked(user).select_related("applicant")
    application = get_object_or_404(seen, pk=pk)
    debts = old_debts(application, day)
    rows = [row for row in conditions_of(pk) if row.kind == ConditionKind.ARREARS]
    refused_on: PlanForm | None = None
    is_plan = request.method == "POST" and "lease" in request.POST
    meeting = [
        (row, _meet_form(request, row))
        for row in rows
        if row.state == ConditionState.OPEN and user.has_perm("tenants.settle_condition")
    ]
    if is_plan and user.has_perm("arrears.work_case"):
        refused_on = PlanForm(request.POST)
        if where := done(
            request, refused_on, lambda: _begin(pk, refused_on, user, day), refusal=refusal
        ):
            return redirect(where)
    for _row, form in meeting:
        if not form.is_bound:
            continue
        if where := done(
            request, form, lambda form=form: _meet(pk, form, user, day), refusal=refusal
        ):
            messages.success(request, _("The condition is met."))
            return redirect(where)
    request.saw([application.applicant_id])  # type: ignore[attr-defined]
    fallen = why_fallen_away([row for row in rows if row.state == ConditionState.MET], day)
    mine = set(Lease.objects.unmasked(user).values_list("pk", flat=True)) if debts else set()
    number = _("Application %(number)s") % {"number": application.number}
    back = reverse("desk:application", args=[pk]) + "#conditions"
    context = {
        "title": _("Old arrears"),
        "breadcrumb": [{"label": number, "url": back}],
        "lead": str(application.applicant),
        "columns": [
            {"key": "lease", "label": _("Lease"), "header": True},
            {"key": "balance", "label": _("Owed"), "align": "end"},
            {"key": "overdue", "label": _("Fallen due"), "align": "end"},
            {"key": "plan", "label": _("Repayment plan")},
        ],
        "rows": [{"cells": _cells(debt, mine)} for debt in debts],
        "begin": [
            {
                "number": debt.number,
                "form": PlanForm(initial=fresh(lease=debt.lease_id)),
                "href": reverse("arrears:new_plan", args=[debt.case_id]) if debt.case_id else "",
            }
            for debt in debts
            if not debt.is_planned and debt.lease_id in mine and user.has_perm("arrears.work_case")
        ],
        "elsewhere": [
            debt.number for debt in debts if not debt.is_planned and debt.lease_id not in mine
        ],
        "refused_on": refused_on,
        "owed": any(debt.overdue_ore > 0 for debt in debts),
        "lacking": _lacking(debts),
        "meeting": [{"row": row, "form": form} for row, form in meeting],
        "conditions": [
            {
                "what": row.what,
                "tag": condition_tag(row, fallen.get(row, "")),
                "evidence": evidence_words(row.evidence),
                "href": reverse("tenants:condition", args=[row.pk]),
            }
            for row in rows
        ],
        "back": back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/old_arrears.html", context, status=status)


def _lacking(debts: list[OldDebt]) -> list[str]:
    """What keeps the books from meeting the condition, in sentences."""
    owed = [debt for debt in debts if debt.overdue_ore > 0]
    without = {
        "old_arrears.no_plan": [debt.number for debt in owed if not debt.is_planned],
        "old_arrears.not_covered": [
            debt.number for debt in owed if debt.is_planned and not debt.is_covered
        ],
    }
    return [refusal(RuleBroken(code, leases=leases)) for code, leases in without.items() if leases]


def _meet_form(request: HttpRequest, row: Condition) -> MeetForm:
    """The form of one condition; bound when it is the one that was sent."""
    sent = request.method == "POST" and request.POST.get("condition") == str(row.pk)
    return MeetForm(request.POST if sent else None, initial=fresh(row, condition=row.pk))


def _begin(pk: int, form: Any, user: Any, day: Any) -> str:
    case = case_for_plan(pk, form.cleaned_data["lease"], by=user, on=day)
    return reverse("arrears:new_plan", args=[case.pk])


def _meet(pk: int, form: Any, user: Any, day: Any) -> str:
    asked = form.cleaned_data
    meet_by_books(
        asked["condition"], because=asked["because"], version=asked["version"], by=user, on=day
    )
    return reverse("desk:application", args=[pk]) + "#conditions"


def _cells(debt: OldDebt, mine: set[int]) -> list[Any]:
    number: Any = debt.number
    if debt.lease_id in mine:
        number = {"text": debt.number, "href": reverse("desk:lease", args=[debt.lease_id])}
    plan: Any = {"text": _("No plan"), "tag": "warning"}
    if debt.plan is not None:
        plan = {"text": plan_tag(debt.plan.state)["text"]}
        if debt.lease_id in mine:
            plan["href"] = reverse("arrears:plan", args=[debt.plan.plan_id])
        if debt.is_planned and not debt.is_covered:
            plan["sub"] = _("does not cover everything")
        elif debt.plan.signed_on:
            plan["sub"] = _("signed %(day)s") % {"day": format_day(debt.plan.signed_on)}
    return [number, kr(debt.balance_ore), kr(debt.overdue_ore), plan]
