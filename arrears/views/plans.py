"""Repayment plans: drawn up with the household's economy in view, signed, looked at and ended."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.plans import EndForm, PlanForm, SignForm, chosen, told_before
from arrears.models import Case, CaseStatus, PlanState, RepaymentPlan
from arrears.queries.ledger import monthly_rent
from arrears.queries.plans import coverable, living_there
from arrears.rules.plans import EVERY, Rhythm
from arrears.services.plans import (
    Proposal,
    draft_plan,
    propose,
    repayment_policy,
    sign_plan,
)
from arrears.services.plans import end_plan as end
from arrears.views.case_steps import case_page, case_terms, done, find_case, step, trail
from arrears.views.plan_page import agreed, find_plan, schedule_columns
from arrears.words import cases as case_words
from arrears.words.plans import living_words, refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import fresh
from boligsak.web import page
from tenants.rules.economy import a_month

PART = "plans"

_FIELDS = {
    "plan.no_debt": "charges",
    "plan.charge_gone": "charges",
    "plan.debt_settlement": "charges",
    "plan.no_instalment": "instalment",
    "plan.too_long": "instalment",
    "plan.first_too_large": "first",
    "plan.first_day_past": "first_due_on",
    "plan.first_day_far": "first_due_on",
    "plan.tolerance": "tolerance",
    "plan.above": "above_because",
    "economy.nobody_lives_there": "adults",
}


# --- Drawing one up -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_plan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The plan's form. "Reckon" shows what it would be and writes nothing; "save" makes a draft."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    due = coverable(case.lease_id, day)
    earlier = _earlier(request, case)
    form = PlanForm(request.POST or None, due=due, initial=_first(case, earlier, day))
    replaces = earlier.pk if earlier is not None and earlier.state == PlanState.DRAFT else None

    def do() -> str:
        asked = form.cleaned_data
        plan = draft_plan(
            pk,
            **_terms(form),
            tolerance_days=asked["tolerance"],
            above_because=asked["above_because"],
            note=asked["note"],
            replaces=replaces,
            by=user,
            on=day,
            version=asked["version"],
        )
        return reverse("arrears:plan", args=[plan.pk])

    proposal = None
    if request.method == "POST" and "reckon" in request.POST:
        proposal = _reckoned(case, form, day)
    elif where := done(request, form, do, case_id=pk, fields=_FIELDS, refusal=refusal):
        messages.success(request, _("The plan is drawn up. It runs when it is signed."))
        return redirect(where)
    if refused := _refused(request, case, due):
        return step(
            request, case, form, title=_("Repayment plan"), about="", button="", refused=refused
        )
    context = {
        "title": _("Repayment plan"),
        "breadcrumb": trail(case),
        "facts": [*case_terms(request, case), (_("Fallen due"), kr(_sum(due)))],
        "form": form,
        "proposal": _proposed(proposal) if proposal else None,
        "back": case_page(pk, PART),
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "arrears/plan_new.html", context, status=status)


def _earlier(request: HttpRequest, case: Case) -> RepaymentPlan | None:
    """The plan this one is made from, or else the newest: its economy is a good beginning."""
    rows = RepaymentPlan.objects.filter(lease_id=case.lease_id)
    word = request.GET.get("from", "")
    if word.isdigit():
        return get_object_or_404(rows, pk=int(word), case=case)
    return rows.exclude(economy={}).order_by("-pk").first()


def _first(case: Case, earlier: RepaymentPlan | None, day: datetime.date) -> dict[str, Any]:
    """What the form starts with: what is registered, and what an earlier plan said."""
    first: dict[str, Any] = fresh(case)
    first["tolerance"] = repayment_policy(case.office_id, day).values.tolerance_days
    living = living_there(case.lease_id, day)
    first |= {"adults": living.adults, "children": living.children}
    if rent_ore := monthly_rent(case.lease, day):
        first["out_rent"] = rent_ore
    if earlier is None:
        return first
    first |= told_before(earlier.economy)
    if earlier.state == PlanState.DRAFT:
        first |= {
            "instalment": earlier.instalment_ore,
            "rhythm": earlier.rhythm,
            "first_due_on": earlier.first_due_on,
            "first": earlier.first_ore or None,
            "tolerance": earlier.tolerance_days,
            "above_because": earlier.above_because,
            "note": earlier.note,
        }
    return first


def _terms(form: PlanForm) -> dict[str, Any]:
    asked = form.cleaned_data
    return {
        "rhythm": Rhythm(asked["rhythm"]),
        "instalment_ore": asked["instalment"],
        "first_due_on": asked["first_due_on"],
        "first_ore": asked["first"] or 0,
        "line_ids": chosen(asked["charges"]),
        "told": form.told(),
    }


def _reckoned(case: Case, form: PlanForm, day: datetime.date) -> Proposal | None:
    if not form.is_valid():
        return None
    try:
        return propose(case, on=day, **_terms(form))
    except RuleBroken as broken:
        form.add_error(_FIELDS.get(broken.code), refusal(broken))
        return None


def _refused(request: HttpRequest, case: Case, due: Iterable[Any]) -> str:
    if case.status != CaseStatus.OPEN:
        return case_words.refusal(RuleBroken("case.closed", number=case.number))
    if request.method != "POST" and not due:
        return _("Nothing has fallen due on this lease, so there is nothing for a plan to cover.")
    return ""


def _sum(due: Iterable[Any]) -> int:
    return sum(one.open_ore for one in due)


def _proposed(proposal: Proposal) -> dict[str, Any]:
    """What "reckon" shows below the form."""
    terms, economy = proposal.terms, proposal.economy
    last = proposal.instalments[-1]
    return {
        "facts": [
            (_("Together"), kr(terms.total_ore)),
            (_("Instalments"), str(len(proposal.instalments))),
            (_("Last instalment"), f"{format_day(last.due_on)}: {kr(last.amount_ore)}"),
            (_("A month"), kr(a_month(terms.instalment_ore, EVERY[terms.rhythm]))),
        ],
        "columns": schedule_columns(with_state=False),
        "rows": [
            {"cells": [str(one.number), format_day(one.due_on), kr(one.amount_ore)]}
            for one in proposal.instalments
        ],
        "is_above": proposal.is_above,
        "affordable_ore": economy.affordable_ore if economy else None,
        "economy": economy
        and [
            (_("Income"), kr(economy.income_ore)),
            (_("Fixed expenses"), kr(economy.fixed_ore)),
            (_("Debts"), kr(economy.debt_ore)),
            (_("To live on"), living_words(economy.living_ore, economy.rate_ore)),
            (_("Left a month"), kr(economy.left_ore)),
            (_("Affordable a month"), kr(economy.affordable_ore)),
        ],
    }


# --- Signed, or ended ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def plan_sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The day of the signature; from it the plan runs."""
    user, day, plan = request.user, dates.today(), find_plan(request.user, pk)
    case = plan.case
    first = fresh(case, signed_on=day) | {"version": plan.version}
    form = SignForm(request.POST or None, initial=first)

    def do() -> str:
        asked = form.cleaned_data
        sign_plan(pk, signed_on=asked["signed_on"], by=user, on=day, version=asked["version"])
        return reverse("arrears:plan", args=[pk])

    fields = {
        "plan.signed_later": "signed_on",
        "plan.signed_before": "signed_on",
    }
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=refusal):
        messages.success(request, _("The plan runs. Dunning of what it covers rests."))
        return redirect(where)
    others = RepaymentPlan.objects.filter(
        lease_id=case.lease_id, state__in=[PlanState.RUNNING, PlanState.BROKEN]
    ).exclude(pk=pk)
    refused = ""
    if request.method != "POST" and plan.state != PlanState.DRAFT:
        refused = refusal(RuleBroken("plan.not_draft", state=plan.state))
    return step(
        request,
        case,
        form,
        title=_("Sign the repayment plan"),
        about=_(
            "From the day it is signed, reminders and notices of what it covers rest while it is "
            "kept. It is checked every night against the instalments and the rent."
        ),
        warning=_("The earlier plan ends when this one is signed.") if others.exists() else "",
        button=_("The plan is signed"),
        refused=refused,
        instead={"url": reverse("arrears:plan", args=[pk]), "label": _("See the plan")},
        facts=agreed(plan)[:3],
        part=PART,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def plan_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Dropping a draft, or withdrawing from a signed plan."""
    user, day, plan = request.user, dates.today(), find_plan(request.user, pk)
    case = plan.case
    form = EndForm(request.POST or None, initial=fresh(case) | {"version": plan.version})
    is_draft = plan.state == PlanState.DRAFT

    def do() -> str:
        asked = form.cleaned_data
        end(pk, reason=asked["reason"], by=user, on=day, version=asked["version"])
        return case_page(case.pk, PART)

    fields = {"plan.no_reason": "reason"}
    if where := done(request, form, do, case_id=case.pk, fields=fields, refusal=refusal):
        messages.success(request, _("The plan is ended."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and plan.state in (PlanState.ENDED, PlanState.KEPT):
        refused = refusal(RuleBroken("plan.ended", state=plan.state))
    return step(
        request,
        case,
        form,
        title=_("Drop the draft") if is_draft else _("End the repayment plan"),
        about="",
        warning=""
        if is_draft
        else _(
            "Dunning no longer rests: what is left of the debt can be followed up from tomorrow. "
            "A plan that was ended is not taken up again; make a new one instead."
        ),
        button=_("Drop the draft") if is_draft else _("End the plan"),
        refused=refused,
        instead={"url": reverse("arrears:plan", args=[pk]), "label": _("See the plan")},
        facts=agreed(plan)[:3],
        part=PART,
    )
