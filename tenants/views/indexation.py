"""Rents that follow the index: a new run, the runs there have been, and the rent of one lease."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import done, fresh, step_page
from boligsak.web import page
from tenants.forms.indexation import NewRunForm, RentForm
from tenants.models import BulkKind
from tenants.queries.bulk import latest
from tenants.queries.offices import offices
from tenants.queries.rents import (
    current_rent_facts,
    figures,
    rent_rows,
    waiting,
)
from tenants.rules.indexation import (
    current_rent_from,
    first_valid_from,
    index_month,
    last_notice_day,
)
from tenants.services.bulk_indexation import prepare_indexation
from tenants.services.rent_changes import change_rent
from tenants.views.bulk_rows import bulk_line
from tenants.views.lease_steps import back_of, find_lease, lease_page, lease_terms, lease_trail
from tenants.words import indexation as words
from tenants.words.indexation import refusal

FIGURES_SHOWN = 15

_RUN_FIELDS = {
    "rent.not_the_first": "valid_from",
    "indexation.notice_too_late": "valid_from",
    "indexation.nobody": "valid_from",
}

_RENT_FIELDS = {
    "rent.not_the_first": "valid_from",
    "rent.too_soon": "valid_from",
    "rent.day_taken": "valid_from",
    "rent.same_amount": "to_ore",
    "rent.no_amount": "to_ore",
    "rent.no_reason": "reason",
    "rent.no_demand": "demanded_on",
    "rent.demanded_later": "demanded_on",
    "current_rent.too_early": "demanded_on",
    "current_rent.too_soon": "valid_from",
}


@require_http_methods(["GET", "POST"])
@page("tenants.change_rent")
def indexation(request: HttpRequest) -> HttpResponseBase:
    """From which month rents are to follow the index; the figures; and earlier runs."""
    user, day = request.user, dates.today()
    first = {"valid_from": first_valid_from(day)}
    form = NewRunForm(request.POST or None, initial=fresh(**first), offices=offices(user))

    def do() -> str:
        valid_from, office_id = form.asked()
        step = prepare_indexation(valid_from, office_id, by=user, on=day)
        return reverse("tenants:index_run", args=[step.pk])

    if where := done(request, form, do, refusal=refusal, fields=_RUN_FIELDS):
        return redirect(where)
    known = figures().values
    newest = sorted(known, reverse=True)[:FIGURES_SHOWN]
    month = index_month(day)
    runs = latest(BulkKind.INDEXATION)
    unsent = waiting([run.pk for run in runs])
    missing = refusal(RuleBroken("rate.missing", kind="cpi", day=month))
    context = {
        "title": _("Indexation of rents"),
        "lead": _(
            "A rent may follow the consumer price index once a year, with a month's written notice"
            " (§ 4-2)."
        ),
        "form": form,
        "missing": "" if month in known else missing,
        "may_enter": user.has_perm("rates.change_policies"),  # type: ignore[union-attr]
        "month": words.month(month),
        "figures": [(words.month(one), words.decimal(known[one])) for one in newest],
        "runs": [
            {**bulk_line(run), "unsent": _unsent(unsent.get(run.pk, []), day)} for run in runs
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "tenants/indexation.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page("tenants.change_rent")
def rent(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another rent for one lease: current rent (§ 4-3), agreed, or corrected."""
    lease, day = find_lease(request.user, pk), dates.today()
    next_month = add_months(day.replace(day=1), 1)
    now = rent_rows([pk], next_month, day)[pk].facts
    form = RentForm(request.POST or None, initial=fresh(lease, valid_from=next_month))

    def do() -> str:
        version = form.cleaned_data["version"] or 0
        change_rent(pk, form.new(), version=version, by=request.user, on=day)
        return back_of(request) or lease_page(pk, "contracts")

    if where := done(request, form, do, refusal=refusal, fields=_RENT_FIELDS):
        messages.success(request, _("The new rent is set."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("Change the rent"),
        breadcrumb=lease_trail(lease),
        facts=[
            *lease_terms(request, lease),  # type: ignore[arg-type]
            (_("Rent a month"), kr(now.rent_ore) if now.rent_ore else _("none is set")),
            (_("Last set"), format_day(now.set_on)),
            (_("Current rent, if demanded today"), _current(pk, lease, day)),
        ],
        facts_title=_("The lease"),
        about=_(
            "Months that are charged already stay as they are. To follow the index, use the page"
            " for indexation: it writes the notices."
        ),
        button=_("Set the new rent"),
        back=back_of(request) or lease_page(pk, "contracts"),
    )


def _current(pk: int, lease: Any, day: datetime.date) -> str:
    try:
        from_on = current_rent_from(current_rent_facts(lease), day)
    except RuleBroken as broken:
        return refusal(broken)
    return _("from %(day)s (§ 4-3)") % {"day": format_day(from_on)}


def _unsent(changes: list[Any], day: datetime.date) -> str:
    """How many notices of a run wait, and until when they can be sent; how many are too late."""
    if not changes:
        return ""
    last_on = last_notice_day(changes[0].valid_from)
    told = {"count": len(changes), "day": format_day(last_on)}
    if last_on < day:
        return _("%(count)s notices were not sent by %(day)s: those rents stay.") % told
    return _("%(count)s notices wait in the outbox. Send them by %(day)s.") % told
