"""Writing a notice: choosing its kind, what it names and says, and writing a draft anew."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arrears.forms.notices import NoticeForm
from arrears.models import Case, NoticeState
from arrears.queries.claims import open_charges
from arrears.queries.notices import lease_facts, limitation_years
from arrears.rules.notices import KINDS, Kind, OpenCharge
from arrears.rules.sending import nameable
from arrears.services.notices.drafting import draft_notice, rewrite_notice
from arrears.services.notices.making import Choice, choices, costs, restored
from arrears.views.case_steps import (
    case_page,
    case_terms,
    done,
    find_case,
    refused_when_closed,
    step,
    trail,
)
from arrears.views.notices import find_notice, letter_page
from arrears.words.notices import kind_name, law_name, refusal
from boligsak import dates
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import fresh
from boligsak.web import page
from tenants.queries.service_agreements import outside_the_act
from tenants.rules.leases import Expiry, expiry_state

_PART = "notices"

AT = {
    "notice.names_nothing": "line_ids",
    "notice.wrong_charge": "line_ids",
    "notice.not_due": "line_ids",
    "notice.rests": "line_ids",
    "notice.charge_gone": "line_ids",
    "notice.not_warned": "line_ids",
    "notice.debt_settlement": "line_ids",
    "notice.barred": "interrupted",
    "notice.dated": "dated_on",
    "notice.fixed_term": "is_termination_agreed",
}
"""The field that mends each refusal."""


# --- Choosing -----------------------------------------------------------------------------------


@require_GET
@page("arrears.send_notice")
def notice_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every kind of notice, with what the law says of sending it today."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    found = choices(case, day)
    context = {
        "title": _("New notice"),
        "breadcrumb": trail(case),
        "facts": case_terms(request, case),
        "refused": refused_when_closed(request, case),
        "may": [_choice(case, one) for one in found if one.refused is None],
        "may_not": [_choice(case, one) for one in found if one.refused is not None],
        "back": case_page(case.pk, _PART),
    }
    return render(request, "arrears/notice_new.html", context)


def _choice(case: Case, one: Choice) -> dict[str, Any]:
    return {
        "name": kind_name(one.kind),
        "law": law_name(KINDS[one.kind].law),
        "href": reverse("arrears:notice_write", args=[case.pk, one.kind]),
        "why": refusal(one.refused) if one.refused else "",
        # Sometimes something in the form mends it: an agreed right to terminate, an interruption.
        "is_mendable": one.refused is not None
        and one.refused.code in ("notice.fixed_term", "notice.names_nothing", "notice.barred"),
    }


# --- Writing ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@page("arrears.send_notice")
def notice_write(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """A notice of one kind, written and kept as a draft to be looked at."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    which = _kind(kind)
    offered = next(one for one in choices(case, day) if one.kind is which)
    form = _form(request, case, which, day, {**fresh(case), "line_ids": offered.line_ids})

    def do() -> str:
        version = form.cleaned_data["version"]
        notice = draft_notice(case.pk, form.wanted(), by=user, on=day, version=version)
        return letter_page(notice.pk)

    if where := _done(request, form, do, case):
        messages.success(request, _("The letter is written. Read it before you send it."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not refused and request.method != "POST" and offered.refused:
        is_in_the_form = AT.get(offered.refused.code) in form.fields
        refused = "" if is_in_the_form else refusal(offered.refused)
    return _page(request, case, form, which, day, refused, button=_("Write the letter"))


@require_http_methods(["GET", "POST"])
@page("arrears.send_notice")
def notice_rewrite(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A draft written anew: with other charges, another day or other words."""
    user, day = request.user, dates.today()
    notice = find_notice(user, pk)
    case, which = notice.case, Kind(notice.kind)
    before = restored(notice.facts["wanted"])
    initial = {name: getattr(before, name) for name in before.__dataclass_fields__}
    initial |= {**fresh(case), "version": notice.version, "dated_on": max(before.dated_on, day)}
    form = _form(request, case, which, day, initial)

    def do() -> str:
        version = form.cleaned_data["version"]
        rewrite_notice(notice.pk, form.wanted(), by=user, on=day, version=version)
        return letter_page(notice.pk)

    if where := _done(request, form, do, case):
        messages.success(request, _("The letter is written anew."))
        return redirect(where)
    refused = refused_when_closed(request, case)
    if not refused and request.method != "POST" and notice.state != NoticeState.DRAFT:
        refused = _("The notice has been sent or withdrawn already.")
    return _page(request, case, form, which, day, refused, button=_("Write the letter anew"))


def _kind(kind: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        raise Http404 from None


def _may_name(case: Case, kind: Kind, day: datetime.date) -> list[OpenCharge]:
    return nameable(kind, open_charges(case.lease_id, day), day)


def _form(
    request: HttpRequest, case: Case, kind: Kind, day: datetime.date, initial: dict[str, Any]
) -> NoticeForm:
    outside = outside_the_act([case.lease], day)
    state = expiry_state(lease_facts(case.lease, outside=outside), day)
    charges = _may_name(case, kind, day)
    found = costs(case, kind, charges, day)
    return NoticeForm(
        request.POST or None,
        kind=kind,
        charges=charges,
        # What cannot be claimed is not offered; the facts above the form say why.
        has_fee=found.fee is not None and bool(found.fee.amount_ore or found.fee.from_on),
        has_interest=bool(found.interest_ore),
        years=limitation_years(day),
        day=day,
        is_running_term=state.expiry is Expiry.RUNNING,
        initial={"dated_on": day, **initial},
    )


def _done(request: HttpRequest, form: NoticeForm, do: Any, case: Case) -> str:
    fields = {code: name for code, name in AT.items() if name in form.fields}
    return done(request, form, do, case_id=case.pk, fields=fields, refusal=refusal)


def _page(
    request: HttpRequest,
    case: Case,
    form: NoticeForm,
    kind: Kind,
    day: datetime.date,
    refused: str,
    *,
    button: str,
) -> HttpResponseBase:
    return step(
        request,
        case,
        form,
        title=kind_name(kind),
        about=_ABOUT[kind]() if not refused else "",
        button=button,
        refused=refused,
        facts=[(_("Legal basis"), law_name(KINDS[kind].law)), *_cost_facts(case, kind, day)],
        part=_PART,
    )


def _cost_facts(case: Case, kind: Kind, day: datetime.date) -> list[tuple[str, str]]:
    """What the letter would cost the tenant today, for who decides whether to claim it."""
    if not KINDS[kind].names:
        return []
    named = _may_name(case, kind, day)
    found, terms = costs(case, kind, named, day), []
    if found.fee is not None:
        if found.fee.amount_ore:
            said = kr(found.fee.amount_ore)
        elif found.fee.from_on:
            said = _("none before %(day)s") % {"day": format_day(found.fee.from_on)}
        else:
            said = _("none: two fees have been taken already")
        terms.append((_("Fee"), said))
    if found.interest_ore is not None:
        told = {"ore": kr(found.interest_ore), "day": format_day(day)}
        terms.append((_("Late interest"), _("%(ore)s until %(day)s") % told))
    elif found.missing is not None:
        terms.append((_("Late interest"), refusal(found.missing)))
    return terms


_ABOUT = {
    Kind.REMINDER: lambda: _("A friendly letter that rent is not paid, with a day to pay by."),
    Kind.COLLECTION_NOTICE: lambda: _(
        "Gives fourteen days from the sending. They never move for holidays. After them a payment "
        "demand can follow."
    ),
    Kind.PAYMENT_DEMAND: lambda: _(
        "Gives fourteen days more. It names what a debt collection notice has named before."
    ),
    Kind.WARNING_A: lambda: _(
        "A petition can be filed two weeks after it is sent, as long as rent that it names is not "
        "paid or deferred by a plan. Rent that falls due later needs a new warning."
    ),
    Kind.WARNING_B: lambda: _(
        "Sent after the contract has run out. If the tenant has not been asked to move, the same "
        "letter asks."
    ),
    Kind.WARNING_C: lambda: _(
        "Sent when nobody has protested within the month and the notice period is over."
    ),
    Kind.MOVE_REQUEST: lambda: _(
        "Stops the contract from becoming open-ended three months after it has run out. It does "
        "not hinder that it is renewed."
    ),
    Kind.TERMINATION: lambda: _(
        "Ends an open-ended contract. The tenant has a month from documented receipt to protest; "
        "then the landlord must go to court."
    ),
    Kind.NUISANCE_WARNING: lambda: _(
        "A written warning, which must come before the lease can be cancelled by the court."
    ),
    Kind.NAV_WARNING: lambda: _(
        "Lets Nav help before it is too late. The tenant gets a copy at the latest at the same "
        "time. The petition waits two weeks."
    ),
}
