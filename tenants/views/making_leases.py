"""The lease that is made of an accepted offer."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import kr
from boligsak.step import done, fresh
from boligsak.web import PageRequest, page
from tenants.forms.contracts import LeaseForm
from tenants.models import MemberRole, Offer
from tenants.queries.contracts import short_terms
from tenants.queries.move_outs import tenants_of
from tenants.queries.vacancies import vacancies
from tenants.rules.contracts import SECURITY_MONTHS, first_charge
from tenants.services.conditions import review_arrears_conditions
from tenants.services.making_leases import make_lease as make_lease_of
from tenants.views.offers import find_offer, offer_trail, unmet
from tenants.words.contracts import refusal
from tenants.words.offers import home_words

_LEASE_FIELDS = {
    "lease.starts_before_offer": "starts_on",
    "lease.not_free_yet": "starts_on",
    "lease.overlaps": "starts_on",
    "lease.starts_far": "starts_on",
    "contract.ends_far": "ends_on",
    "contract.told_ahead": "told_on",
    "contract.old_ends_far": "old_ends_on",
    "contract.no_last_day": "ends_on",
    "term.ends_before_start": "ends_on",
    "term.not_told_in_writing": "told_on",
    "term.no_special_grounds": "ground",
    "term.no_weighty_grounds": "ground",
    "contract.no_reason": "reason",
    "contract.tenant_not_in_household": "tenants",
    "contract.tenant_dead": "tenants",
    "contract.no_old_end": "old_ends_on",
    "contract.old_ends_early": "old_ends_on",
    "guarantee.no_guarantor": "guarantor",
    "guarantee.amount": "guarantee",
    "guarantee.too_high": "guarantee",
    "guarantee.days": "guarantee_to",
    "guarantee.far": "guarantee_to",
    "service.no_services": "services",
    "service.no_end": "ends_when",
    "service.no_review": "review_on",
    "service.review_past": "review_on",
    "service.review_far": "review_on",
}


@require_http_methods(["GET", "POST"])
@page("tenants.make_lease")
def make_lease(request: PageRequest, pk: int) -> HttpResponseBase:
    """The terms are chosen under the rules, and everything that follows from a lease happens.

    While a condition is not met there is no form: the page says which, and who mends it."""
    user, day = request.user, dates.today()
    row = find_offer(user, pk)
    application = row.application
    request.saw([application.applicant_id])
    if request.method == "POST" and row.state == "accepted":
        # In a transaction of its own: what is found broken stays open though the lease is refused.
        review_arrears_conditions(application.pk, by=user, on=day)
    missing = unmet(row, user)
    form = LeaseForm(
        request.POST or None,
        adults=_adults(row),
        is_swap=_is_swap(row),
        initial=_initial(row, day),
    )

    def do() -> str:
        lease = make_lease_of(
            pk, form.terms(), version=form.cleaned_data["version"], by=user, on=day
        )
        made = lease.contracts.order_by("-pk").values_list("pk", flat=True)[0]
        return reverse("tenants:contract", args=[made])

    fields = {code: name for code, name in _LEASE_FIELDS.items() if name in form.fields}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The lease is made. Now the contract is to be signed."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and row.state != "accepted":
        refused = refusal(RuleBroken("offer.not_accepted"))
    elif missing:
        refused = refusal(RuleBroken("offer.conditions_open", count=len(missing)))
    back = reverse("tenants:offer", args=[pk])
    return render(
        request,
        "tenants/offer_lease.html",
        {
            "title": _("Lease for %(who)s") % {"who": application.applicant},
            "breadcrumb": [
                *offer_trail(user),
                {"label": _("Offer to %(who)s") % {"who": application.applicant}, "url": back},
            ],
            "form": form,
            "facts": _lease_facts(row, day),
            "refused": refused,
            "unmet": missing,
            "today": day,
            "back": back,
            "months": SECURITY_MONTHS,
        },
        status=422 if request.method == "POST" else 200,
    )


def _is_swap(row: Offer) -> bool:
    old = row.application.lease
    return row.application.kind == "swap" and old is not None and old.moved_out_on is None


def _adults(row: Offer) -> list[tuple[str, str]]:
    """Adults on the application besides the applicant."""
    members = row.application.members.filter(role=MemberRole.ADULT, person__died_on__isnull=True)
    rows = members.exclude(person=row.application.applicant_id).select_related("person")
    return [(str(one.person_id), str(one.person)) for one in rows.order_by("pk")]


def _initial(row: Offer, day: datetime.date) -> dict[str, Any]:
    found = vacancies(None, day, coming_days=366, dwelling_ids=[row.dwelling_id])
    starts_on = max(found[0].free_on, day) if found else day
    return fresh(
        row,
        starts_on=starts_on,
        told_on=row.offered_on,
        rent=row.dwelling.rent_ore,
        tenants=[str(person_id) for person_id in _joint_tenants(row, day)],
    )


def _joint_tenants(row: Offer, day: datetime.date) -> list[int]:
    """Who is a tenant of the home that is swapped away: they stay so in the new one unless
    somebody chooses otherwise. The form offers those alone who are on the application."""
    old = row.application.lease if _is_swap(row) else None
    return [person_id for person_id, _name in tenants_of(old, day)] if old is not None else []


def _lease_facts(row: Offer, day: Any) -> list[tuple[str, str]]:
    rent = row.dwelling.rent_ore
    people = [row.application.applicant_id] if row.application.applicant_id else []
    before = short_terms(row.dwelling_id, people)
    facts = [
        (_("Applicant"), str(row.application.applicant)),
        (_("Dwelling"), home_words(row.dwelling)),
        (_("Rent when vacant"), kr(rent)),
        (_("First month, from today"), kr(first_charge(rent, day))),
        (_("Guarantee, at most"), kr(SECURITY_MONTHS * rent)),
    ]
    if before:
        said = _("one or more: another needs weighty grounds (§ 11-1)")
        facts.append((_("Short terms in this home before"), said))
    return facts
