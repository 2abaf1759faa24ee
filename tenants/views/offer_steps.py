"""Steps on an offer: sent, answered, given more time, taken back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.step import StepForm, done, fresh, step_page
from boligsak.web import page
from tenants.forms.offers import AnswerForm, DeclineForm, ExtendForm, OfferForm, WithdrawForm
from tenants.models import Offer, OfferState
from tenants.queries.conditions import open_conditions
from tenants.queries.waiting import policies
from tenants.rules.offers import NEXT_STEPS, answer_by
from tenants.services import offers as service
from tenants.views.offers import find_offer, offer_facts, offer_trail
from tenants.words.contracts import refusal
from tenants.words.offers import state_tag

_FIELDS = {
    "offer.expires_too_soon": "expires_on",
    "offer.expires_too_late": "expires_on",
    "offer.answered_ahead": "answered_on",
    "offer.answered_before": "answered_on",
    "offer.answered_late": "answered_on",
    "offer.no_reason": "because",
}


@require_http_methods(["GET", "POST"])
@page("tenants.allocate")
def offer_send(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The applicant is offered the home, by letter, with a day to answer by."""
    user, day = request.user, dates.today()
    row = find_offer(user, pk)
    days = policies(day).matching_of(row.application.office_id).answer_days
    first = fresh(row, expires_on=answer_by(day, days))
    form = OfferForm(request.POST or None, initial=first)

    def do(asked: dict[str, Any]) -> None:
        service.offer_home(
            pk,
            expires_on=asked["expires_on"],
            channel=asked["channel"],
            version=asked["version"],
            by=user,
            on=day,
        )

    return _step(
        request,
        row,
        form,
        do,
        to=OfferState.OFFERED,
        title=_("Offer the home"),
        about=_(
            "The letter is written now, lies on the application, and goes to the outbox. Without "
            "an answer in time the offer lapses in the night after."
        ),
        button=_("Write and send the offer"),
        said=_("The home is offered. The letter is in the outbox."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.allocate")
def offer_extend(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A later day to answer by."""
    user, day = request.user, dates.today()
    row = find_offer(user, pk)
    form = ExtendForm(request.POST or None, initial=fresh(row))

    def do(asked: dict[str, Any]) -> None:
        service.extend_offer(
            pk, expires_on=asked["expires_on"], version=asked["version"], by=user, on=day
        )

    return _step(
        request,
        row,
        form,
        do,
        stays_in=OfferState.OFFERED,
        title=_("More time to answer"),
        about=_("The home is held until then. Tell the applicant yourself: no letter is sent."),
        button=_("Give more time"),
        said=_("The applicant has more time."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.answer_offer")
def offer_accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The applicant says yes."""
    user, day = request.user, dates.today()
    row = find_offer(user, pk)
    initial = fresh(row, answered_on=row.expires_on if row.state == OfferState.EXPIRED else day)
    form = AnswerForm(request.POST or None, initial=initial)

    def do(asked: dict[str, Any]) -> None:
        service.accept_offer(
            pk, answered_on=asked["answered_on"], version=asked["version"], by=user, on=day
        )

    return _step(
        request,
        row,
        form,
        do,
        to=OfferState.ACCEPTED,
        title=_("The applicant says yes"),
        about=_("The home stays held. The lease is made next, when every condition is met."),
        button=_("Note the yes"),
        said=_("The offer is accepted. The lease can be made when every condition is met.")
        if open_conditions(row.application_id)
        else _("The offer is accepted. Now the lease can be made."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.answer_offer")
def offer_decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The applicant says no, and why."""
    user, day = request.user, dates.today()
    row = find_offer(user, pk)
    form = DeclineForm(request.POST or None, initial=fresh(row, answered_on=day))

    def do(asked: dict[str, Any]) -> None:
        service.decline_offer(
            pk,
            asked["because"],
            answered_on=asked["answered_on"],
            version=asked["version"],
            by=user,
            on=day,
        )

    return _step(
        request,
        row,
        form,
        do,
        to=OfferState.DECLINED,
        title=_("The applicant says no"),
        about=_("The application keeps its place on the waiting list, and the home is free again."),
        button=_("Note the no"),
        said=_("The offer is declined. The home can be offered to another."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.allocate")
def offer_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The municipality takes it back."""
    user, day = request.user, dates.today()
    row = find_offer(user, pk)
    form = WithdrawForm(request.POST or None, initial=fresh(row))

    def do(asked: dict[str, Any]) -> None:
        service.withdraw_offer(pk, asked["because"], version=asked["version"], by=user, on=day)

    warning = ""
    if row.state != OfferState.RESERVED:
        warning = _(
            "The applicant has been offered this home. Tell them before you take it back; no "
            "letter is sent."
        )
    return _step(
        request,
        row,
        form,
        do,
        to=OfferState.WITHDRAWN,
        title=_("Withdraw the offer"),
        about=_("The application keeps its place on the waiting list, and the home is free again."),
        warning=warning,
        button=_("Withdraw"),
        said=_("The offer is withdrawn. The home can be offered to another."),
    )


def _step(
    request: HttpRequest,
    row: Offer,
    form: StepForm,
    do: Callable[[dict[str, Any]], None],
    *,
    to: str = "",
    stays_in: str = "",
    title: str,
    about: str,
    button: str,
    said: str,
    warning: str = "",
) -> HttpResponseBase:
    """One step on an offer: refused at once where it cannot follow, and back to the offer."""
    request.saw([row.application.applicant_id])
    here = reverse("tenants:offer", args=[row.pk])

    def act() -> str:
        do(form.cleaned_data)
        return here

    if where := done(request, form, act, refusal=refusal, fields=_FIELDS):
        messages.success(request, said)
        return redirect(where)
    refused = ""
    may_follow = row.state == stays_in if stays_in else to in NEXT_STEPS[row.state]
    if request.method != "POST" and not may_follow:
        state = state_tag(row.state)["text"].lower()
        refused = _("That cannot follow now: the offer is “%(state)s”.") % {"state": state}
    who = str(row.application.applicant)
    return step_page(
        request,
        form,
        title=title,
        breadcrumb=[
            *offer_trail(request.user),
            {"label": _("Offer to %(who)s") % {"who": who}, "url": here},
        ],
        about=about,
        warning=warning,
        facts=[(_("Applicant"), who), *offer_facts(row, dates.today())],
        button=button,
        refused=refused,
        back=here,
    )
