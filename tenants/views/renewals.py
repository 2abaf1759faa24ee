"""Renewing one contract, making one open-ended, and dropping a new term that nobody has signed."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import deadline, kr
from boligsak.step import done, fresh, step_page
from boligsak.web import page
from tenants.forms.renewals import ConvertForm, DropForm, RenewForm
from tenants.models import ContractState, Lease, LeaseContract
from tenants.queries.renewals import Plans, RenewalRow
from tenants.rules.leases import Expiry, expiry_state
from tenants.rules.renewal import (
    Renewal,
    Term,
    Wish,
    check_may_renew,
    opens_when_dropped,
    plan_conversion,
)
from tenants.services.renewals import convert as convert_contract
from tenants.services.renewals import drop_unsigned, old_term
from tenants.services.renewals import renew as renew_contract
from tenants.views.lease_steps import back_of, find_lease, lease_page, lease_terms, lease_trail
from tenants.words import renewals as words
from tenants.words.renewals import refusal

PART = "contracts"

FIELDS = {
    "renewal.no_end": "until",
    "renewal.too_far": "until",
    "renewal.no_reason": "reason",
    "renewal.over_already": "until",
    "renewal.dwelling_leaves": "term",
    "renewal.has_changed": "has_looked",
    "renewal.asked_to_move": "despite_request",
    "renewal.no_reason_to_drop": "reason",
    "renewal.drop_opens": "accepts_open",
    "term.ends_before_start": "until",
    "term.no_special_grounds": "ground",
    "term.no_weighty_grounds": "ground",
    "term.not_told_in_writing": "term",
}


@require_http_methods(["GET", "POST"])
@page("tenants.renew_lease")
def renew(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything is proposed: one button, and no new application when nothing has changed."""
    lease, day = find_lease(request.user, pk), dates.today()
    plans = Plans([pk], day)
    row = plans.rows[pk]
    refused = _refused(plans, row)
    ends = {
        term: plan.ends_on
        for term in (Term.USUAL, Term.CHILDREN, Term.OPEN_ENDED)
        if (term is not Term.CHILDREN or row.facts.children)
        and isinstance(plan := plans.of(row, _agreed_wish(term)), Renewal)
    }
    form = RenewForm(
        request.POST or None,
        initial=fresh(lease, term=str(Term.USUAL)),
        row=row,
        policy=plans.policy(row).values,
        ends=ends,
    )

    def do() -> str:
        version = form.cleaned_data["version"]
        renew_contract(pk, form.new(), version=version, by=request.user, on=day)
        return back_of(request) or lease_page(pk, PART)

    if where := done(request, form, do, refusal=refusal, fields=_fields(form)):
        messages.success(request, _said(pk))
        return redirect(where)
    return step_page(
        request,
        None if refused else form,
        title=_("Renew the contract"),
        breadcrumb=_trail(request, lease),
        facts=[*lease_terms(request, lease), *_facts(row, day)],  # type: ignore[arg-type]
        facts_title=_("The lease"),
        about=_("No new application is needed. The tenant gets a letter about the new term."),
        warning=_warning(row),
        button=_("Renew"),
        refused=words.refusal(refused) if refused else "",
        instead=_instead(refused, pk, request),
        other=_other(request, pk),
        template="tenants/renew.html",
        back=back_of(request) or lease_page(pk, PART),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.renew_lease")
def convert(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The contract made open-ended, by agreement or as the law has done it (§ 9-2)."""
    lease, day = find_lease(request.user, pk), dates.today()
    row = Plans([pk], day).rows[pk]
    refused, by_law = None, False
    try:
        plan = plan_conversion(row.facts, _agreed_wish(Term.OPEN_ENDED), day)
        by_law = plan.why == "law"
    except RuleBroken as broken:
        refused = broken
    form = ConvertForm(request.POST or None, initial=fresh(lease), row=row)

    def do() -> str:
        version = form.cleaned_data["version"]
        convert_contract(pk, form.new(), version=version, by=request.user, on=day)
        return back_of(request) or lease_page(pk, PART)

    if where := done(request, form, do, refusal=refusal, fields=_fields(form)):
        messages.success(request, _said(pk))
        return redirect(where)
    return step_page(
        request,
        None if refused else form,
        title=_("Note as open-ended") if by_law else _("Make the contract open-ended"),
        breadcrumb=_trail(request, lease),
        facts=[*lease_terms(request, lease), *_facts(row, day)],  # type: ignore[arg-type]
        facts_title=_("The lease"),
        about=_("The law has made the contract open-ended (§ 9-2). The tenant gets a letter.")
        if by_law
        else _("The contract then runs until somebody ends it. The tenant gets a letter."),
        warning="" if by_law else _warning(row),
        button=_("Note as open-ended") if by_law else _("Make open-ended"),
        refused=words.refusal(refused) if refused else "",
        instead=_instead(refused, pk, request),
        back=back_of(request) or lease_page(pk, PART),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.renew_lease")
def term_drop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new term that the tenant does not want: the old last day stands again."""
    seen = Lease.objects.unmasked(request.user)
    rows = LeaseContract.objects.filter(lease__in=seen).exclude(kind="first")
    contract = get_object_or_404(rows, pk=pk)
    lease = find_lease(request.user, contract.lease_id)
    day = dates.today()
    is_open = contract.state in (ContractState.DRAFT, ContractState.FOR_SIGNING)
    opens_on = None
    if is_open and contract.terms.get("old_ends_on"):
        facts = Plans([lease.pk], day).rows[lease.pk].facts
        opens_on = opens_when_dropped(facts.lease, *old_term(contract), day)
    form = DropForm(request.POST or None, opens=opens_on is not None, initial=fresh(contract))

    def do() -> str:
        asked = form.cleaned_data
        drop_unsigned(
            pk,
            asked["reason"],
            version=asked["version"],
            accepts_open=asked.get("accepts_open", False),
            by=request.user,
            on=day,
        )
        return lease_page(lease.pk, PART)

    if where := done(request, form, do, refusal=refusal, fields=_fields(form)):
        said = _("The new term is dropped, and the old last day stands again.")
        if opens_on is not None:
            said = _("The new term is dropped, and the contract is open-ended.")
        messages.success(request, said)
        return redirect(where)
    old = contract.terms.get("old_ends_on")
    told = format_day(datetime.date.fromisoformat(old)) if old else ""
    return step_page(
        request,
        form if is_open else None,
        title=_("Drop the new term"),
        breadcrumb=lease_trail(lease),
        facts=[
            *lease_terms(request, lease),
            (_("New term"), f"{format_day(contract.starts_on)}–{_last(contract.ends_on)}"),
            (_("The old last day"), told),
        ],
        facts_title=_("The lease"),
        about="",
        warning=_drop_warning(opens_on),
        button=_("Drop the new term"),
        refused="" if is_open else words.refusal(RuleBroken("contract.signed")),
        back=lease_page(lease.pk, PART),
    )


def _drop_warning(opens_on: datetime.date | None) -> str:
    if opens_on is None:
        return _(
            "The clock of § 9-2 runs from the old last day. A letter that has been sent stays sent:"
            " tell the tenant."
        )
    return _(
        "The old term ran out more than three months ago, and the tenant lives there still. Without"
        " the new term the contract has been open-ended since %(day)s (§ 9-2), and can be ended by"
        " notice only. A letter that has been sent stays sent: tell the tenant."
    ) % {"day": format_day(opens_on)}


def _agreed_wish(term: Term) -> Wish:
    """What would be proposed once somebody has ticked what there is to tick."""
    return Wish(term, despite_request=True, has_looked=True)


def _refused(plans: Plans, row: RenewalRow) -> RuleBroken | None:
    """Why there is no term to renew at all."""
    wish, policy = _agreed_wish(Term.USUAL), plans.policy(row).values
    try:
        check_may_renew(row.facts, wish, policy, plans.day)
    except RuleBroken as broken:
        return broken
    return None


def _fields(form: Any) -> dict[str, str]:
    """At which field a refusal stands, of those that this form has."""
    return {code: name for code, name in FIELDS.items() if name in form.fields}


def _facts(row: RenewalRow, day: datetime.date) -> list[tuple[str, Any]]:
    facts, lease = row.facts, row.facts.lease
    state = expiry_state(lease, day)
    told: list[tuple[str, Any]] = []
    if lease.ends_on is not None:
        told.append(
            (_("Agreed term"), f"{format_day(lease.starts_on)}–{format_day(lease.ends_on)}")
        )
    if state.expiry is Expiry.EXPIRED:
        told.append((_("Last safe day, § 9-2"), deadline(state.last_safe_on, day)))
    elif state.expiry is not Expiry.RUNNING:
        outside = lease.is_outside_tenancy_act
        told.append((_("The clock of § 9-2"), words.state(state.expiry, outside_the_act=outside)))
    if row.rent_ore:
        told.append((_("Rent a month"), kr(row.rent_ore)))
    if facts.short_terms_before:
        told.append((_("Short terms in the dwelling before"), str(facts.short_terms_before)))
    since = _("Changed since %(day)s") % {"day": format_day(row.made_on)}
    told.append((since, words.changes(facts.changed) if facts.changed else _("nothing")))
    return told


def _warning(row: RenewalRow) -> str:
    """What somebody should know before the button."""
    asked_on = row.facts.lease.move_requested_on
    if asked_on is not None:
        return _(
            "The tenant was asked in writing to move %(day)s. With a new term that request is taken"
            " back."
        ) % {"day": format_day(asked_on)}
    if row.unsigned_id is not None:
        return _("The contract before this one has not been signed yet.")
    return ""


def _instead(refused: RuleBroken | None, pk: int, request: HttpRequest) -> dict[str, str] | None:
    """The link that mends what is in the way."""
    if refused is None:
        return None
    if refused.code == "renewal.open_ended":
        return {"url": reverse("tenants:convert", args=[pk]), "label": _("Note as open-ended")}
    if refused.code in ("renewal.tenant_dead", "renewal.no_tenant") and request.user.has_perm(
        "tenants.change_parties"
    ):
        return {
            "url": reverse("tenants:party_change", args=[pk]),
            "label": _("Change the parties"),
        }
    if refused.code == "renewal.moving" and request.user.has_perm("tenants.settle_move_out"):
        return {"url": reverse("tenants:move_out", args=[pk]), "label": _("The moving out")}
    return None


def _other(request: HttpRequest, pk: int) -> dict[str, str] | None:
    """Ending it instead: a written request to move goes through a case (§ 9-2)."""
    if not request.user.has_perm("arrears.work_case"):
        return None
    return {
        "url": reverse("arrears:case_new", args=[pk]),
        "label": _("Not to be renewed? Open a case about it"),
    }


def _trail(request: HttpRequest, lease: Lease) -> list[dict[str, Any]]:
    listed = {"label": _("Contracts that run out"), "url": reverse("tenants:expiring")}
    return [{**listed, "url": back_of(request) or listed["url"]}, *lease_trail(lease)]


def _said(pk: int) -> str:
    contract = LeaseContract.objects.filter(lease=pk).select_related("lease").latest("pk")
    told = {"number": contract.lease.number}
    if contract.ends_on is None:
        return _("Contract %(number)s is open-ended, and the letter is in the outbox.") % told
    told["day"] = str(format_day(contract.ends_on))
    return (
        _("Contract %(number)s is renewed until %(day)s, and the letter is in the outbox.") % told
    )


def _last(ends_on: datetime.date | None) -> str:
    return str(format_day(ends_on)) if ends_on else _("open-ended")
