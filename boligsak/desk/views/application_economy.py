"""The household's economy on an application: told on one page, and what it comes to on another."""

import datetime
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.words.plans import living_words
from boligsak import dates
from boligsak.desk.application.economy import burden_row, burdens
from boligsak.desk.forms.applications import EconomyForm, RentForm, lines_before
from boligsak.desk.services.applications import assess, economy_terms, old_debts
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.web import PageRequest, page
from tenants.models import Application, ApplicationState, EconomyAssessment
from tenants.queries.allowance import ceiling_on
from tenants.queries.applications import members_of, newest_economy, size_of
from tenants.rules.applications import Step
from tenants.rules.economy import ExpenseKind
from tenants.rules.housing_cost import highest_rent, rent_burden
from tenants.services.applications.assessing import OldDebt, before_rent_of
from tenants.views.application_steps import (
    application_page,
    find_application,
    page_of,
    step_address,
    terms,
    trail,
)
from tenants.words.economy import EVERY_NAMES, LINE_NAMES, budget_sentence

_AT = {
    "economy.nobody_lives_there": "adults",
    "economy.nothing_told": "in_other_income",
    "economy.no_living": "out_living",
}


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def application_economy(request: PageRequest, pk: int) -> HttpResponseBase:
    """Income, expenses and debts as they are told; what is owed the municipality is looked up."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)

    def save(form: EconomyForm) -> None:
        assess(
            pk,
            form.lines(),
            form.people(),
            note=form.cleaned_data["note"],
            by=user,
            on=day,
            version=form.cleaned_data["version"],
        )

    def more(form: EconomyForm) -> dict[str, Any]:
        return {
            "parts": form.parts(),
            "debts": _debt_table(old_debts(row, day)),
            "rates": _rates(row, day),
        }

    return page_of(
        request,
        row,
        Step.ECONOMY,
        EconomyForm,
        _first(row, day),
        save,
        fields=_AT,
        said=_("The economy is assessed."),
        onwards=lambda: reverse("desk:application_budget", args=[pk]),
        more=more,
        template="desk/application_economy.html",
    )


def _first(row: Application, day: datetime.date) -> dict[str, Any]:
    """What the form starts with: what was told last, or who is to live there and today's rent."""
    newest = newest_economy(row.pk)
    size = size_of(members_of(row), day)
    first: dict[str, Any] = {"adults": size.adults or 1, "children": size.children}
    if newest is not None:
        return first | {"note": newest.note} | lines_before(newest.lines)
    if row.lease_id is not None:
        terms_now = row.lease.rent_terms.filter(kind="rent", valid_from__lte=day)  # type: ignore[union-attr]
        rent = terms_now.order_by("-valid_from").values_list("amount_ore", flat=True).first()
        if rent:
            first[f"out_{ExpenseKind.RENT.value}"] = rent
    return first


def _rates(row: Application, day: datetime.date) -> dict[str, Any]:
    """Whether the municipality has said what people live on."""
    rates = economy_terms(row.office_id, 1, day).rates
    values = (rates.single_ore, rates.couple_ore, rates.child_ore)
    return {"is_entered": all(value is not None for value in values)}


def _debt_table(debts: list[OldDebt]) -> dict[str, Any]:
    """Numbers and amounts; the lease's own page says the rest to those who may see it."""
    return {
        "columns": [
            {"label": _("Lease"), "header": True},
            {"label": _("Owed"), "align": "end"},
            {"label": _("Past due"), "align": "end"},
            {"label": _("Repayment plan")},
        ],
        "rows": [
            {
                "cells": [
                    {
                        "text": debt.number,
                        "href": reverse("desk:lease", args=[debt.lease_id]),
                    },
                    kr(debt.balance_ore),
                    kr(debt.overdue_ore),
                    _("runs") if debt.has_plan else _("none"),
                ]
            }
            for debt in debts
        ],
        "total_ore": sum(debt.balance_ore for debt in debts),
    }


# --- What it comes to -----------------------------------------------------------------------------


@require_GET
@page("tenants.view_social")
def application_budget(request: PageRequest, pk: int) -> HttpResponseBase:
    """A table and one sentence, and what each rent would come to."""
    user, day, row = request.user, dates.today(), find_application(request.user, pk)
    rows = EconomyAssessment.objects.filter(application=row).select_related("by")
    assessments = list(rows.order_by("-pk"))
    word = request.GET.get("of", "")
    if word.isdigit() and len(word) < 16:
        shown: EconomyAssessment | None = get_object_or_404(rows, pk=int(word))
    else:
        shown = assessments[0] if assessments else None
    form = RentForm(request.GET if "rent" in request.GET else None)
    context: dict[str, Any] = {
        "title": _("What the economy comes to"),
        "breadcrumb": trail(row),
        "facts": terms(request, row),
        "assess": step_address(pk, Step.ECONOMY)
        if user.has_perm("tenants.work_application")
        else "",
        "back": application_page(pk, "economy"),
        "form": form,
    }
    if shown is None:
        return render(request, "desk/application_budget.html", context)
    before = before_rent_of(shown)
    ceiling = ceiling_on(shown.adults + shown.children, day)
    ceiling_ore = int(ceiling.value) if ceiling else None
    found = burdens(row, before, day, ceiling_ore)
    if form.is_bound and form.is_valid():
        rent_ore = form.cleaned_data["rent"]
        tried = burden_row(_("The rent you tried"), rent_burden(rent_ore, before), ceiling_ore)
        found["rows"].insert(0, tried)
    is_draft = row.state == ApplicationState.DRAFT
    context |= {
        "assessment": shown,
        "assessed": _("Assessed %(day)s by %(who)s.")
        % {"day": format_day(shown.on), "who": shown.by},
        "sentence": budget_sentence(shown.left_ore, highest_rent(before), before.rent_ore),
        "sums": _sums(shown),
        "lines": [
            (LINE_NAMES[kind], f"{kr(ore)} {EVERY_NAMES[every]}")
            for kind, ore, every in shown.lines
        ],
        "burdens": found,
        "ceiling_ore": ceiling_ore,
        "rates_href": reverse("admin:rates_rate_changelist")
        if user.has_perm("rates.change_policies")
        else "",
        "policies_href": reverse("admin:rates_policy_changelist")
        if user.has_perm("rates.view_policies")
        else "",
        "no_rate": shown.result.get("rate_ore") is None,
        "debts": _debt_table(
            [
                OldDebt(
                    one["lease"],
                    one["number"],
                    one["balance_ore"],
                    one["overdue_ore"],
                    one["has_plan"],
                )
                for one in shown.debts
            ]
        ),
        "earlier": [
            {
                "href": f"{request.path}?of={one.pk}",
                "words": _("%(day)s by %(who)s: %(left)s left a month")
                % {"day": format_day(one.on), "who": one.by, "left": kr(one.left_ore)},
            }
            for one in assessments
            if one.pk != shown.pk
        ],
        "next": {"href": step_address(pk, Step.SUPPORT), "label": _("Go on")}
        if is_draft and user.has_perm("tenants.work_application")
        else None,
    }
    return render(request, "desk/application_budget.html", context)


def _sums(row: EconomyAssessment) -> list[tuple[str, str]]:
    result, before = row.result, before_rent_of(row)
    affordable = kr(row.affordable_ore)
    if not before.rent_ore:
        # What is left before any rent is not to be had for a plan: the rent will take it.
        affordable = _("Cannot be said: no rent is entered")
    living = living_words(result.get("living_ore", 0), result.get("rate_ore"))
    return [
        (_("Income"), kr(row.income_ore)),
        (_("Fixed expenses"), kr(result.get("fixed_ore"))),
        (_("Paid on debts"), kr(result.get("debt_ore"))),
        (_("To live on"), capfirst(living)),
        (_("Left a month"), kr(row.left_ore)),
        (_("Affordable a month for a repayment plan"), affordable),
        (_("Left before rent"), kr(before.left_ore)),
    ]
