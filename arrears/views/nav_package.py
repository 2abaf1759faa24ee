"""The package for Nav: arrears, lease and budget on one page to print, for an application for
support to keep the home (sosialtjenesteloven § 19)."""

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.models import Case, CaseStatus, ExpectedPayment, LineKind, PlanState, RepaymentPlan
from arrears.queries.plans import coverable, living_there
from arrears.rules.ledger import months_permille
from arrears.views.case_steps import case_terms, find_case, trail
from arrears.views.plan_page import agreed, economy_terms
from arrears.words.plans import payer_name, state_name
from boligsak import dates
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.show import months as in_months
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
    account = getattr(lease, "account", None)
    terms: list[tuple[str, Any]] = [
        (_("Lease"), lease.number),
        (_("From"), format_day(lease.starts_on)),
        (_("To"), format_day(lease.ends_on) if lease.ends_on else _("open-ended")),
        (_("Rent a month"), kr(account.monthly_rent_ore) if account else ""),
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
