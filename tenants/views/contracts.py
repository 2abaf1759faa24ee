"""The contract of a lease, who signs it, and what becomes of it when the parties change."""

import datetime
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
from tenants.forms.contracts import LANDLORD, DropForm, SignForm
from tenants.models import ContractState, Guarantee, Lease, LeaseContract
from tenants.queries.contracts import (
    seen_contracts,
    signatures,
    signers,
    since_written,
)
from tenants.rules.contracts import (
    Ground,
    check_anew,
    is_signed,
)
from tenants.services import contracts as service
from tenants.views.home_rows import link
from tenants.words.contracts import METHODS, contract_tag, kind_words, refusal, term_words
from tenants.words.offers import home_words

# --- The contract ---------------------------------------------------------------------------------


@require_GET
@page("tenants.view_lease")
def contract(request: PageRequest, pk: int) -> HttpResponseBase:
    """A contract: its terms, its document, who has signed and who has not."""
    user = request.user
    row = _find(user, pk)
    is_open, day = row.state == ContractState.FOR_SIGNING, dates.today()
    signed = {one.person_id: one for one in signatures(pk)}
    # Of one that is not open any more: who did sign.
    people = (
        [(party.person_id, str(party.person)) for party in signers(row, day)]
        if is_open
        else [(who, str(one.person)) for who, one in signed.items() if who is not None]
    )
    since = since_written(row, day) if is_open else []
    request.saw([*(person_id for person_id, _name in people), *(one.pk for one in since)])
    may_work = user.has_perm("tenants.work_contract")
    is_whole = is_open and is_signed([person_id for person_id, _name in people], signed.keys())
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
                *(_signer(name, signed.get(person_id)) for person_id, name in people),
                _signer(_("The landlord"), signed.get(None)),
            ],
            "signer_columns": [
                {"label": _("Who"), "header": True},
                {"label": _("Signed on")},
                {"label": _("How")},
                {"label": _("Noted by")},
            ],
            "since": ", ".join(str(one) for one in since),
            "sign": reverse("tenants:contract_sign", args=[pk])
            if is_open and may_work and not is_whole
            else "",
            "finish": reverse("tenants:contract_finish", args=[pk])
            if is_whole and may_work
            else "",
            "anew": reverse("tenants:contract_anew", args=[pk])
            if may_work and not _refused_anew(row, day)
            else "",
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
    """A renewal is signed apart from the contract before it: the lease's own day is not its day."""
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
    if lease.kid:
        facts.append((_("KID"), lease.kid))
    facts += [
        (_("Written"), f"{format_day(row.on)}, {row.by}"),
    ]
    signed_on = [one.signed_on for one in signatures(row.pk)]
    if row.state == ContractState.SIGNED and signed_on:
        facts.append((_("Signed by everybody"), format_day(max(signed_on))))
    elif row.state == ContractState.FOR_SIGNING:
        facts.append((_("Signed by everybody"), _("not yet")))
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
    parties = signers(row, day)
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


@require_http_methods(["GET", "POST"])
@page("tenants.work_contract")
def contract_finish(request: PageRequest, pk: int) -> HttpResponseBase:
    """Who had not signed has left or died: everybody else has."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    parties = signers(row, day)
    request.saw(party.person_id for party in parties)
    form = DropForm(request.POST or None, initial=fresh(row))
    here = reverse("tenants:contract", args=[pk])

    def do() -> str:
        service.finish_signing(pk, version=form.cleaned_data["version"], by=user, on=day)
        return here

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The contract is signed."))
        return redirect(where)
    broken = None
    if row.state != ContractState.FOR_SIGNING:
        broken = RuleBroken("contract.not_for_signing", state=row.state)
    elif not is_signed(
        [party.person_id for party in parties], [one.person_id for one in signatures(pk)]
    ):
        broken = RuleBroken("contract.not_signed")
    return step_page(
        request,
        form,
        title=_("Everybody has signed"),
        breadcrumb=[*lease_trail(row.lease), {"label": _("Contract"), "url": here}],
        about=_(
            "Those who are tenants now have signed, and so has the landlord. Who has left or died "
            "need not."
        ),
        facts=[
            *_facts(row),
            (_("Tenants now"), ", ".join(str(party.person) for party in parties)),
        ],
        button=_("The contract is signed"),
        refused=refusal(broken) if broken and request.method != "POST" else "",
        back=here,
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_contract")
def contract_anew(request: PageRequest, pk: int) -> HttpResponseBase:
    """The same contract written for those who are tenants now."""
    user, day = request.user, dates.today()
    row = _find(user, pk)
    parties = signers(row, day)
    request.saw(party.person_id for party in parties)
    form = DropForm(request.POST or None, initial=fresh(row))
    here = reverse("tenants:contract", args=[pk])

    def do() -> str:
        new = service.write_anew(pk, version=form.cleaned_data["version"], by=user, on=day)
        return reverse("tenants:contract", args=[new.pk])

    if where := done(request, form, do, refusal=refusal):
        messages.success(request, _("The contract is written anew. Now it is to be signed."))
        return redirect(where)
    broken = _refused_anew(row, day)
    if broken is None and not parties:
        broken = RuleBroken("contract.nobody")
    return step_page(
        request,
        form,
        title=_("Write the contract anew"),
        breadcrumb=[*lease_trail(row.lease), {"label": _("Contract"), "url": here}],
        about=_(
            "The terms stay as they are, and the new contract names those who are tenants now."
        ),
        warning=_("The old contract is dropped. Everybody signs the new one, also who had signed."),
        facts=[
            *_facts(row),
            (_("Tenants now"), ", ".join(str(party.person) for party in parties)),
        ],
        button=_("Write the contract anew"),
        refused=refusal(broken) if broken and request.method != "POST" else "",
        back=here,
    )


def _refused_anew(row: LeaseContract, day: datetime.date) -> RuleBroken | None:
    newest = row.lease.contracts.order_by("-pk").values_list("pk", flat=True)[0]
    try:
        check_anew(row.state, row.kind, row.lease.moved_out_on, day, is_newest=newest == row.pk)
    except RuleBroken as broken:
        return broken
    return None


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
