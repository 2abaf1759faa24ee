"""Steps on a decision: made, approved or sent back by a second person, notified; and the
preliminary answer while there is none."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import StepForm, fresh
from boligsak.web import page
from tenants.forms.decisions import ChannelForm, PreliminaryForm, SendBackForm
from tenants.models import ApplicationState, Decision, DecisionState
from tenants.queries.conditions import open_conditions
from tenants.queries.terms import terms as terms_in_force
from tenants.rules.clocks import appeal_by, preliminary_by
from tenants.services import decisions as service
from tenants.services.decision_letters import (
    notify,
    remind_of_conditions,
    send_preliminary_answer,
)
from tenants.views.decision_steps import (
    application_page,
    decision_page,
    decision_terms,
    find_application,
    find_own_decision,
    step,
    terms,
    trail,
)
from tenants.words.conditions import kind_name
from tenants.words.conditions import refusal as condition_refusal
from tenants.words.decision_letters import condition
from tenants.words.decisions import refusal


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def decision_make(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The draft becomes a decision; its text is never changed after."""
    user, day, row = request.user, dates.today(), find_own_decision(request.user, pk)
    form = StepForm(request.POST or None, initial=fresh(row))
    version = terms_in_force().policy(row.application.office_id, day)

    def do() -> str:
        service.make_decision(pk, version=form.cleaned_data["version"], by=user, on=day)
        return decision_page(pk)

    lacking = service.missing(row, day) if row.state == DecisionState.DRAFT else []
    refused = refusal(lacking[0]) if lacking else ""
    if version.four_eyes:
        about = _("A second person looks at it before it holds. You cannot approve it yourself.")
        button = _("Send to a second person")
    else:
        about = _("The decision holds from today. Its text is never changed after; an appeal can.")
        button = _("Make the decision")
    return _step(
        request,
        row,
        form,
        do,
        stays=DecisionState.DRAFT,
        refused=refused,
        title=_("Make the decision"),
        about=about,
        button=button,
        said=_("The decision waits for a second person.")
        if version.four_eyes
        else _("The decision is made. Now send the letter."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.approve_decision")
def decision_approve(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The second person makes it final."""
    user, day, row = request.user, dates.today(), find_own_decision(request.user, pk)
    form = StepForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        service.approve_decision(pk, version=form.cleaned_data["version"], by=user, on=day)
        return decision_page(pk)

    return _step(
        request,
        row,
        form,
        do,
        stays=DecisionState.FOR_APPROVAL,
        refused=_own(row, user),
        title=_("Approve the decision"),
        about=_("You have read it, and answer for it together with %(who)s.") % {"who": row.by},
        button=_("Approve"),
        said=_("The decision is made. Now send the letter."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.approve_decision")
def decision_send_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    """It is a draft again, with what should be changed."""
    user, day, row = request.user, dates.today(), find_own_decision(request.user, pk)
    form = SendBackForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.send_back(pk, asked["because"], version=asked["version"], by=user, on=day)
        return decision_page(pk)

    return _step(
        request,
        row,
        form,
        do,
        stays=DecisionState.FOR_APPROVAL,
        title=_("Send the decision back"),
        about=_("It becomes a draft again, and who wrote it sees what you want changed."),
        button=_("Send back"),
        said=_("The decision is a draft again."),
        fields={"decision.no_because": "because"},
    )


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def decision_notify(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter is written from its template, journaled and sent; the time to appeal begins."""
    user, day, row = request.user, dates.today(), find_own_decision(request.user, pk)
    form = ChannelForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        notify(pk, channel=asked["channel"], version=asked["version"], by=user, on=day)
        return decision_page(pk)

    policy = terms_in_force().policy(row.application.office_id, row.made_on or day)
    last = format_day(appeal_by(day, policy))
    return _step(
        request,
        row,
        form,
        do,
        stays=DecisionState.FINAL,
        title=_("Send the decision"),
        about=_(
            "The letter goes to the applicant, and to a guardian in copy. Sent today, the last day "
            "to appeal is %(last)s. The time runs from the day it is really sent."
        )
        % {"last": last},
        button=_("Write and send the letter"),
        said=_("The letter is written and journaled."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_application")
def preliminary_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Fvl. § 11 a: why it takes time, and when a decision can be expected."""
    user, day, application = request.user, dates.today(), find_application(request.user, pk)
    form = PreliminaryForm(request.POST or None, initial=fresh(application))

    def do() -> str:
        asked = form.cleaned_data
        send_preliminary_answer(
            pk,
            why=asked["why"],
            expected_on=asked["expected_on"],
            channel=asked["channel"],
            version=asked["version"],
            by=user,
            on=day,
        )
        return application_page(pk, "")

    refused, due = "", ""
    if application.received_on is None:
        refused = refusal(RuleBroken("preliminary.not_received"))
    elif application.state != ApplicationState.RECEIVED:
        refused = refusal(RuleBroken("preliminary.decided"))
    else:
        policy = terms_in_force().policy(application.office_id, application.received_on)
        due = format_day(preliminary_by(application.received_on, policy))
    return step(
        request,
        form,
        do,
        refusal=refusal,
        said=_("The preliminary answer is written and journaled."),
        fields={
            "preliminary.no_reason": "why",
            "preliminary.past": "expected_on",
            "preliminary.far": "expected_on",
        },
        title=_("Preliminary answer"),
        breadcrumb=trail(application),
        facts=terms(request, application),
        facts_title=_("The application"),
        about=_("Without a decision, it is due %(due)s (fvl. § 11 a).") % {"due": due},
        button=_("Write and send the letter"),
        refused=refused if request.method != "POST" else "",
        back=application_page(pk, ""),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def conditions_remind(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A letter about the conditions that are not met."""
    user, day, application = request.user, dates.today(), find_application(request.user, pk)
    form = ChannelForm(request.POST or None, initial=fresh(application))
    waiting = open_conditions(pk)

    def do() -> str:
        asked = form.cleaned_data
        remind_of_conditions(
            pk, channel=asked["channel"], version=asked["version"], by=user, on=day
        )
        return application_page(pk, "conditions")

    refused = "" if waiting else condition_refusal(RuleBroken("condition.none_open"))
    return step(
        request,
        form,
        do,
        refusal=condition_refusal,
        said=_("The reminder is written and journaled."),
        title=_("Remind of the conditions"),
        breadcrumb=trail(application),
        facts=[
            *terms(request, application),
            *((kind_name(one.kind), condition(one)) for one in waiting),
        ],
        facts_title=_("The application"),
        about=_("The letter says what is not met yet, and by when it should be."),
        button=_("Write and send the letter"),
        refused=refused if request.method != "POST" else "",
        back=application_page(pk, "conditions"),
    )


def _own(row: Decision, user: Any) -> str:
    if row.by_id == user.pk:
        return refusal(RuleBroken("decision.same_person"))
    return ""


def _step(
    request: HttpRequest,
    row: Decision,
    form: StepForm,
    do: Any,
    *,
    stays: str,
    title: str,
    about: str,
    button: str,
    said: str,
    refused: str = "",
    fields: dict[str, str] | None = None,
) -> HttpResponseBase:
    """A step on a decision that stands in the state `stays`; refused at once in every other."""
    if row.state != stays:
        refused = refusal(RuleBroken("decision.step", state=row.state, to=stays))
    return step(
        request,
        form,
        do,
        refusal=refusal,
        said=said,
        fields=fields,
        title=title,
        breadcrumb=trail(row.application, row),
        facts=decision_terms(request, row),
        facts_title=_("The decision"),
        about=about,
        button=button,
        refused=refused if request.method != "POST" else "",
        back=decision_page(row.pk),
    )
