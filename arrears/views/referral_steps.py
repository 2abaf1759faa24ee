"""The steps of a referral, one page each: sending it, and what comes of it."""

import datetime
from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from arrears.forms.referrals import (
    CarriedOutForm,
    EvictionDateForm,
    FileForm,
    HomeForm,
    NoteForm,
    PostponeForm,
    ReasonedForm,
)
from arrears.models import Referral
from arrears.queries.enclosures import Candidate, candidates
from arrears.queries.gate import gate as look
from arrears.queries.referrals import respondents, standing_of
from arrears.rules.referrals import ATTACHMENTS, Ground, ReferralKind, Step, steps
from arrears.services import referrals as service
from arrears.views.case_steps import done, step
from arrears.views.referrals import find_referral, referral_terms
from arrears.words.referrals import ENCLOSURES, HAPPENED, STEPS, refusal, way
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

_ENCLOSURE = "enclosure_"
_FIELDS = {
    "petition.attachments": "attachments",
    "referral.fee_unknown": "fee",
    "referral.comment_runs": "eviction_on",
    "referral.no_home": "home",
    "referral.no_note": "note",
}


class _Step(NamedTuple):
    """One step: its form, what it does with what was typed, and what it means."""

    form: Callable[..., forms.Form]
    do: Callable[..., Any]
    about: Any = ""
    warning: Any = ""


def _file(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.file_petition(
        pk,
        attachments=asked.get("attachments", ()),
        enclosures={
            name.removeprefix(_ENCLOSURE): chosen
            for name, chosen in asked.items()
            if name.startswith(_ENCLOSURE)
        },
        fee_ore=asked.get("fee"),
        note=asked["note"],
        **by,
    )


def _set_date(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.set_eviction_date(pk, asked["eviction_on"], note=asked["note"], **by)


def _postpone(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.postpone(pk, note=asked["note"], until=asked["until"], **by)


def _pay_up(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.pay_up(pk, note=asked["note"], **by)


def _withdraw(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.withdraw(pk, note=asked["note"], **by)


def _carry_out(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.carry_out(pk, note=asked["note"], fee_ore=asked["fee"], **by)


def _end(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.end(pk, result=asked["note"], **by)


def _ready_home(pk: int, asked: dict[str, Any], **by: Any) -> None:
    service.ready_home(pk, asked["home"], **by)


_STEPS: dict[str, _Step] = {
    Step.FILE: _Step(
        FileForm,
        _file,
        gettext_lazy("Every condition of the gate is looked at once more when you send it."),
        gettext_lazy("When it is sent, others decide what happens next, and costs begin to run."),
    ),
    Step.SET_DATE: _Step(
        EvictionDateForm, _set_date, gettext_lazy("The day the bailiff has told you.")
    ),
    Step.POSTPONE: _Step(
        PostponeForm,
        _postpone,
        gettext_lazy("A postponement needs the landlord's consent. The bailiff sets a new day."),
    ),
    Step.PAY_UP: _Step(
        NoteForm,
        _pay_up,
        gettext_lazy("Tell the receiver at once. Court fees that were laid out are noted as paid."),
    ),
    Step.WITHDRAW: _Step(
        ReasonedForm,
        _withdraw,
        gettext_lazy("It cannot be sent again: another referral needs a new decision."),
    ),
    Step.CARRY_OUT: _Step(
        CarriedOutForm,
        _carry_out,
        gettext_lazy("The household is out, and the lock is changed. Goods are kept four weeks."),
        gettext_lazy("This cannot be undone. A payment no longer stops anything."),
    ),
    Step.END: _Step(
        ReasonedForm, _end, gettext_lazy("What came of it: a judgment, an agreement, closed …")
    ),
    "ready_home": _Step(
        HomeForm, _ready_home, gettext_lazy("Ready before the eviction, where children live.")
    ),
}


@require_http_methods(["GET", "POST"])
@page("arrears.refer")
def referral_step(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One step on one referral."""
    if name not in _STEPS:
        raise Http404
    user, day = request.user, dates.today()
    row = find_referral(user, pk)
    case, this = row.case, _STEPS[name]
    form = _form(this, request, row, name)
    back = reverse("arrears:referral", args=[row.pk])

    def do() -> str:
        asked = form.cleaned_data
        this.do(pk, asked, by=user, on=day, version=asked["version"])
        return back

    if where := done(request, form, do, case_id=case.pk, fields=_at(form), refusal=refusal):
        if name == Step.FILE and row.kind != ReferralKind.COLLECTION:
            # The petition that is kept holds the identity numbers: that too is written down.
            why = _("Identity number: %(why)s") % {"why": way(row.kind, row.ground)}
            people = respondents(case, day, with_numbers=False, keeps_addresses=True)
            request.saw([one.person_id for one in people], why)  # type: ignore[attr-defined]
        messages.success(request, f"{HAPPENED[name]}.")
        return redirect(where)
    refused, instead = _refused(request, row, name, day), None
    if refused:
        instead = {"url": back, "label": _("Go to the referral")}
    return step(
        request,
        case,
        form,
        title=str(STEPS[name]),
        about=str(this.about),
        warning=str(this.warning),
        button=str(STEPS[name]),
        refused=refused,
        instead=instead,
        facts=[(_("To"), capfirst(way(row.kind, row.ground))), *_terms(row, user)],
        part="referrals",
    )


def _form(this: _Step, request: HttpRequest, row: Referral, name: str) -> forms.Form:
    more: dict[str, Any] = {}
    if name == Step.FILE:
        names = ATTACHMENTS[ReferralKind(row.kind), Ground(row.ground)]
        more = {
            "attachments": [(one, ENCLOSURES[one]) for one in names],
            "enclosures": {
                one: [(each.document.pk, _named(each), each.is_usual) for each in offered]
                for one, offered in candidates(row).items()
            },
            "asks_fee": row.kind != ReferralKind.COLLECTION,
        }
    return this.form(
        request.POST or None, initial=fresh(row.case) | {"version": row.version}, **more
    )


def _named(one: Candidate) -> str:
    document = one.document
    return f"{document.title}, {format_day(document.dated_on)} ({document})"


def _terms(row: Referral, user: Any) -> list[tuple[str, str]]:
    return referral_terms(row, sees_social=user.has_perm("tenants.view_social"))


def _at(form: forms.Form) -> dict[str, str]:
    """Where a refusal is shown: at its field, when the form has it."""
    return {code: field for code, field in _FIELDS.items() if field in form.fields}


def _refused(request: HttpRequest, row: Referral, name: str, day: datetime.date) -> str:
    """Why the step cannot be taken at all, before anything is typed."""
    if request.method == "POST":
        return ""
    if row.case.status != "open":
        return _("Case %(number)s is closed. Open it again first, with a reason.") % {
            "number": row.case.number
        }
    at = standing_of(row, day)
    if name != "ready_home" and Step(name) not in steps(at):
        broken = RuleBroken("referral.step", step=name, state=row.state, kind=row.kind)
        return refusal(broken)
    if name == Step.FILE:
        found = look(row.case_id, at.kind, at.ground, day, referral_id=row.pk)
        if not found.is_open:
            codes = [one.code for one in found.unmet]
            return refusal(RuleBroken("gate.closed", conditions=codes))
    return ""
