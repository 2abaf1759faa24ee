"""The package for Nav: arrears, lease and budget on one page to print, for an application for
support to keep the home (sosialtjenesteloven § 19)."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.plans import NavPackageForm
from arrears.models import Case, CaseStatus, ExpectedPayment, LineKind, PlanState, RepaymentPlan
from arrears.queries.ledger import monthly_rent
from arrears.queries.plans import coverable, living_there
from arrears.queries.recipients import tenants_on
from arrears.rules.ledger import months_permille
from arrears.services.case_letters import LANGUAGE, preview_nav, send_nav_package
from arrears.views.case_steps import (
    case_terms,
    done,
    find_case,
    refused_when_closed,
    step,
    trail,
)
from arrears.views.notices import pdf_response
from arrears.views.plan_page import agreed, economy_terms
from arrears.words.plans import payer_name, refusal, state_name
from boligsak import dates
from boligsak.letters import registry
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.show import months as in_months
from boligsak.step import fresh
from boligsak.web import page


@require_GET
@page("arrears.work_case")
def nav_package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What Nav asks about first. The budget is the newest that the tenant has told."""
    day, case = dates.today(), find_case(request.user, pk)
    due = coverable(case.lease_id, day)
    plan = _plan(case)
    told = _told(case)
    context = {
        "title": _("For an application to Nav"),
        "lead": _("Arrears, lease and budget as of %(day)s, for sosialtjenesteloven § 19.")
        % {"day": format_day(day)},
        "breadcrumb": trail(case),
        "who": case_terms(request, case),
        "lease": _lease(case, day),
        "owed_ore": sum(one.open_ore for one in due),
        "charges": [
            {
                "cells": [
                    capfirst(str(LineKind(one.kind).label)),
                    format_day(one.due_on),
                    kr(one.open_ore),
                ]
            }
            for one in due
        ],
        "columns": [
            {"label": _("What"), "header": True},
            {"label": _("Due"), "class": "nowrap"},
            {"label": _("Left to pay"), "align": "end"},
        ],
        "money": _money(case, sum(one.open_ore for one in due)),
        "payers": _payers(case, day),
        "plan": agreed(plan) if plan else None,
        "plan_state": state_name(plan.state) if plan else "",
        "budget": economy_terms(told) if told else None,
        "budget_on": told.made_on if told else None,
        "pdf": reverse("arrears:nav_package_pdf", args=[pk]),
        "send": reverse("arrears:nav_package_send", args=[pk])
        if case.status == CaseStatus.OPEN
        else "",
        "new_plan": reverse("arrears:new_plan", args=[pk])
        if case.status == CaseStatus.OPEN
        else "",
        "back": reverse("desk:case", args=[pk]),
        "today": day,
        "by": request.user,
    }
    return render(request, "arrears/nav_package.html", context)


def _plan(case: Case) -> RepaymentPlan | None:
    rows = RepaymentPlan.objects.filter(case=case).exclude(state=PlanState.ENDED)
    return rows.select_related("by", "ended_by").order_by("-pk").first()


def _told(case: Case) -> RepaymentPlan | None:
    """The newest plan that says what the household lives on."""
    rows = RepaymentPlan.objects.filter(case=case, economy__has_key="lines")
    return rows.order_by("-pk").first()


def _lease(case: Case, day: datetime.date) -> list[tuple[str, str]]:
    lease, living = case.lease, living_there(case.lease_id, day)
    rent_ore = monthly_rent(lease, day)
    terms: list[tuple[str, Any]] = [
        (_("Lease"), lease.number),
        (_("From"), format_day(lease.starts_on)),
        (_("To"), format_day(lease.ends_on) if lease.ends_on else _("open-ended")),
        (_("Rent a month"), kr(rent_ore) if rent_ore else ""),
        ("KID", lease.kid or ""),
        (_("Adults in the household"), str(living.adults)),
        (_("Children in the household"), str(living.children)),
    ]
    return [(term, value) for term, value in terms if value]


def _money(case: Case, owed_ore: int) -> list[tuple[str, str]]:
    account = getattr(case.lease, "account", None)
    terms = [(_("Fallen due and not paid"), kr(owed_ore))]
    if account is None:
        return terms
    permille = months_permille(owed_ore, account.monthly_rent_ore)
    terms.append((_("Months' rent owed"), in_months(permille)))
    if account.disputed_ore:
        terms.append((_("Disputed and deposited besides (§ 3-8)"), kr(account.disputed_ore)))
    if account.last_payment_on:
        terms.append((_("Last payment"), format_day(account.last_payment_on)))
    return terms


def _payers(case: Case, day: datetime.date) -> list[tuple[str, str]]:
    rows = ExpectedPayment.objects.filter(lease_id=case.lease_id, from_on__lte=day)
    return [
        (
            payer_name(row.payer, row.name),
            _("%(amount)s every month on day %(number)s")
            % {"amount": kr(row.amount_ore), "number": row.day},
        )
        for row in rows.exclude(to_on__lt=day).order_by("pk")
    ]


# --- As a letter --------------------------------------------------------------------------------


def _fields(case: Case, day: datetime.date) -> dict[str, str]:
    """The same as the page, as the fields of its template: in bokmål, whatever the reader chose."""
    with translation.override(LANGUAGE):
        due = coverable(case.lease_id, day)
        plan, told = _plan(case), _told(case)
        budget = economy_terms(told) if told else None
        people = [party.person for party in tenants_on([case.lease_id], day)[case.lease_id]]
        charges = [
            (capfirst(str(LineKind(one.kind).label)), format_day(one.due_on), kr(one.open_ore))
            for one in due
        ]
        lines = [*budget["lines"], *budget["sums"]] if budget else []
        return {
            "tenants": registry.items(str(person) for person in people),
            "lease": registry.table([(_("What"), _("Value")), *_lease(case, day)]),
            "money": registry.table(
                [(_("What"), _("Amount")), *_money(case, sum(one.open_ore for one in due))]
            ),
            "charges": registry.table([(_("What"), _("Due"), _("Left to pay")), *charges])
            if charges
            else "",
            "plan": registry.items(f"{term}: {value}" for term, value in agreed(plan))
            if plan
            else "",
            "payers": registry.items(f"{term}: {value}" for term, value in _payers(case, day)),
            "budget": registry.table([(_("What"), _("Amount")), *lines]) if lines else "",
            "budget_on": format_day(told.made_on) if told else "",
        }


@require_GET
@page("arrears.work_case")
def nav_package_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The package as PDF."""
    day, case = dates.today(), find_case(request.user, pk)
    case_terms(request, case)
    fields = _fields(case, day)
    try:
        content = preview_nav(case, fields, to_nav=False, by=request.user, on=day)
    except RuleBroken as broken:
        return HttpResponse(refusal(broken), status=409, content_type="text/plain; charset=utf-8")
    return pdf_response(content, f"{case.number}-nav.pdf")


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def nav_package_send(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The package as a letter in the outbox: to the tenant, or to Nav itself."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    form = NavPackageForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        letter = send_nav_package(
            pk,
            _fields(case, day),
            to_nav=asked["to"] == NavPackageForm.NAV,
            by=user,
            on=day,
            version=asked["version"],
        )
        return reverse("desk:document", args=[letter.pk])

    if where := done(request, form, do, case_id=case.pk, refusal=refusal):
        messages.success(request, _("The letter is in the outbox."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Send the package for Nav"),
        about=_("It goes on paper, with what is known today, and is kept in the journal."),
        button=_("Put it in the outbox"),
        refused=refused_when_closed(request, case),
    )
