"""The lease that is made of an accepted offer, its contract and the signatures."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import done, fresh, step_page
from boligsak.web import PageRequest, page
from tenants.forms.contracts import LANDLORD, DropForm, LeaseForm, SignForm
from tenants.models import ContractState, Guarantee, Lease, LeaseContract, MemberRole, Offer
from tenants.queries.contracts import seen_contracts, short_terms, signatures, signers
from tenants.queries.vacancies import vacancies
from tenants.rules.contracts import SECURITY_MONTHS, Ground, first_charge
from tenants.services import contracts as service
from tenants.services.conditions import review_arrears_conditions
from tenants.services.making_leases import make_lease as make_lease_of
from tenants.views.home_rows import link
from tenants.views.offers import find_offer, offer_trail, unmet
from tenants.words.contracts import METHODS, contract_tag, kind_words, refusal, term_words
from tenants.words.offers import home_words

_LEASE_FIELDS = {
    "lease.starts_before_offer": "starts_on",
    "lease.not_free_yet": "starts_on",
    "lease.overlaps": "starts_on",
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
    "service.no_services": "services",
    "service.no_end": "ends_when",
    "service.no_review": "review_on",
    "service.review_past": "review_on",
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


def _initial(row: Offer, day: Any) -> dict[str, Any]:
    found = vacancies(None, day, coming_days=366, dwelling_ids=[row.dwelling_id])
    starts_on = max(found[0].free_on, day) if found else day
    return fresh(
        row,
        starts_on=starts_on,
        told_on=row.offered_on,
        rent=row.dwelling.rent_ore,
        tenants=[],
    )


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


# --- The contract ---------------------------------------------------------------------------------


@require_GET
@page("tenants.view_lease")
def contract(request: PageRequest, pk: int) -> HttpResponseBase:
    """A contract: its terms, its document, who has signed and who has not."""
    user = request.user
    row = _find(user, pk)
    people = signers(row.lease_id, row.starts_on)
    request.saw(party.person_id for party in people)
    signed = {one.person_id: one for one in signatures(pk)}
    is_open = row.state == ContractState.FOR_SIGNING
    may_work = user.has_perm("tenants.work_contract")
    return render(
        request,
        "tenants/contract.html",
        {
            "title": _("Contract for lease %(number)s") % {"number": row.lease.number},
            "status": contract_tag(row.state),
            "breadcrumb": lease_trail(row.lease),
            "facts": _facts(row),
            "document": link("desk:document", row.document_id) if row.document_id else "",
            "signers": [
                *(_signer(str(party.person), signed.get(party.person_id)) for party in people),
                _signer(_("The landlord"), signed.get(None)),
            ],
            "signer_columns": [
                {"label": _("Who"), "header": True},
                {"label": _("Signed on")},
                {"label": _("How")},
                {"label": _("Noted by")},
            ],
            "sign": reverse("tenants:contract_sign", args=[pk]) if is_open and may_work else "",
            "drop": _drop(row, user) if is_open and may_work else "",
            "guarantees": [_guarantee(one, user) for one in row.lease.guarantees.order_by("pk")],
            "new_guarantee": reverse("tenants:guarantee_new", args=[row.lease_id])
            if user.has_perm("tenants.make_lease")
            else "",
        },
    )


def _find(user: Any, pk: int) -> LeaseContract:
    return get_object_or_404(seen_contracts(user), pk=pk)


def lease_trail(lease: Lease) -> list[dict[str, Any]]:
    said = _("Lease %(number)s") % {"number": lease.number}
    return [{"label": said, "url": link("desk:lease", lease.pk)}]


def _facts(row: LeaseContract) -> list[tuple[str, str]]:
    lease, terms = row.lease, row.terms
    facts = [
        (_("Kind"), kind_words(row.kind)),
        (_("Dwelling"), home_words(lease.dwelling)),
        (_("Term"), term_words(row.starts_on, row.ends_on)),
    ]
    if row.is_short:
        ground = _("weighty grounds") if row.ground == Ground.WEIGHTY else _("special grounds")
        facts.append((_("Shorter than three years"), f"{capfirst(ground)}: {row.reason}"))
    if "rent_ore" in terms:
        facts.append((_("Rent a month"), kr(terms["rent_ore"])))
    facts += [
        (_("KID"), lease.kid or ""),
        (_("Written"), f"{format_day(row.on)}, {row.by}"),
        (_("Lease signed"), format_day(lease.signed_on) if lease.signed_on else _("not yet")),
    ]
    if row.minutes:
        facts.append((_("Time spent"), _("%(minutes)d minutes") % {"minutes": row.minutes}))
    return facts


def _signer(who: str, one: Any) -> dict[str, Any]:
    if one is None:
        return {"cells": [who, {"text": _("not signed"), "tag": "warning"}, "", ""]}
    how = str(METHODS.get(one.method, one.method))
    return {"cells": [who, format_day(one.signed_on), how, str(one.by)]}


def _guarantee(one: Guarantee, user: Any) -> dict[str, str]:
    said = _("%(who)s, up to %(amount)s, %(days)s") % {
        "who": one.guarantor,
        "amount": kr(one.amount_ore),
        "days": f"{format_day(one.from_on)}–{format_day(one.to_on)}"
        if one.to_on
        else _("from %(day)s") % {"day": format_day(one.from_on)},
    }
    may_end = one.to_on is None and user.has_perm("tenants.make_lease")
    return {
        "says": said,
        "note": one.note,
        "end": reverse("tenants:guarantee_end", args=[one.pk]) if may_end else "",
    }


@require_http_methods(["GET", "POST"])
@page("tenants.work_contract")
def contract_sign(request: PageRequest, pk: int) -> HttpResponseBase:
    """Somebody has signed. With the last of them the lease is signed."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    parties = signers(row.lease_id, row.starts_on)
    request.saw(party.person_id for party in parties)
    has = {one.person_id for one in signatures(pk)}
    people: list[tuple[str, Any]] = [
        (str(party.person_id), str(party.person))
        for party in parties
        if party.person_id not in has or request.method == "POST"
    ]
    if None not in has or request.method == "POST":
        people.append((LANDLORD, _("The landlord")))
    first = {"who": people[0][0]} if people else {}
    form = SignForm(request.POST or None, people=people, initial=fresh(row, signed_on=day, **first))
    here = reverse("tenants:contract", args=[pk])

    def do() -> str:
        asked = form.cleaned_data
        service.sign(
            pk,
            form.person_id,
            signed_on=asked["signed_on"],
            method=asked["method"],
            version=asked["version"],
            by=user,
            on=day,
        )
        return here

    fields = {
        "contract.signed_ahead": "signed_on",
        "contract.signed_before": "signed_on",
        "contract.not_a_party": "who",
        "contract.signed_already": "who",
    }
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The signature is recorded."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and row.state != ContractState.FOR_SIGNING:
        refused = refusal(RuleBroken("contract.not_for_signing", state=row.state))
    return step_page(
        request,
        form,
        title=_("Record a signature"),
        breadcrumb=[*lease_trail(row.lease), {"label": _("Contract"), "url": here}],
        about=_("The contract holds when every tenant and the landlord have signed it."),
        facts=[
            (_("Dwelling"), home_words(row.lease.dwelling)),
            (_("Term"), term_words(row.starts_on, row.ends_on)),
        ],
        button=_("Record it"),
        refused=refused,
        back=here,
    )


def _drop(row: LeaseContract, user: Any) -> str:
    """A new term is dropped with its last day, which only a first contract leaves as it is."""
    if row.kind == service.FIRST:
        return reverse("tenants:contract_drop", args=[row.pk])
    may_renew = user.has_perm("tenants.renew_lease")
    return reverse("tenants:term_drop", args=[row.pk]) if may_renew else ""


@require_http_methods(["GET", "POST"])
@page("tenants.work_contract")
def contract_drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A contract that is not to be signed after all."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    if row.kind != service.FIRST:
        return redirect("tenants:term_drop", pk)
    form = DropForm(request.POST or None, initial=fresh(row))
    here = reverse("tenants:contract", args=[pk])

    def do() -> str:
        service.drop_contract(pk, version=form.cleaned_data["version"], by=user, on=day)
        return here

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The contract is dropped."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and row.state != ContractState.FOR_SIGNING:
        refused = refusal(RuleBroken("contract.not_for_signing", state=row.state))
    return step_page(
        request,
        form,
        title=_("Drop a contract"),
        breadcrumb=[*lease_trail(row.lease), {"label": _("Contract"), "url": here}],
        warning=_("Nobody can sign it afterwards. The lease itself stays as it is."),
        facts=_facts(row),
        button=_("Drop the contract"),
        refused=refused,
        back=here,
    )
