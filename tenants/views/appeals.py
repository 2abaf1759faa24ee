"""Appeals against decisions: registered, looked at again, sent on, and what came of them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from boligsak import dates
from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page
from tenants.forms.appeals import AppealForm, AssessForm, ReasonForm, ResultForm, WithdrawForm
from tenants.models import Appeal, AppealState, Application, Decision, DecisionState
from tenants.queries.terms import terms as terms_in_force
from tenants.rules.appeals import NEXT_STEPS
from tenants.rules.clocks import appeal_limit, preliminary_by
from tenants.services import appeals as service
from tenants.views.decision_steps import (
    decision_page,
    decision_terms,
    find_own_decision,
    may_read,
    step,
    trail,
)
from tenants.words.appeals import refusal, state_tag

_FIELDS = {
    "appeal.not_yet": "received_on",
    "appeal.before_decision": "received_on",
    "appeal.no_grounds": "grounds",
    "appeal.late": "late_because",
    "appeal.no_assessment": "assessment",
    "appeal.no_result": "because",
}


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def appeal_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An appeal has come. Whether it is late follows from the days."""
    user, day, row = request.user, dates.today(), find_own_decision(request.user, pk)
    form = AppealForm(request.POST or None, initial=fresh(row, received_on=day))

    def do() -> str:
        asked = form.cleaned_data
        new = service.register_appeal(
            pk,
            received_on=asked["received_on"],
            grounds=asked["grounds"],
            late_because=asked["late_because"],
            channel=asked["channel"],
            version=asked["version"],
            by=user,
            on=day,
        )
        return reverse("tenants:appeal", args=[new.pk])

    refused = ""
    if row.state != DecisionState.FINAL:
        refused = refusal(RuleBroken("decision.not_made", state=row.state))
    elif row.appeals.filter(state__in=(AppealState.RECEIVED, AppealState.SENT_ON)).exists():
        refused = refusal(RuleBroken("appeal.open"))
    return step(
        request,
        form,
        do,
        refusal=refusal,
        said=_("The appeal is registered."),
        fields=_FIELDS,
        title=_("Register an appeal"),
        breadcrumb=trail(row.application, row),
        facts=[*decision_terms(request, row), *_last_day(row)],
        facts_title=_("The decision"),
        about=_(
            "Register every appeal, late ones too. The decision is looked at again here first, and "
            "only then goes to %(body)s."
        )
        % {"body": row.appeal_body},
        button=_("Register the appeal"),
        refused=refused if request.method != "POST" else "",
        back=decision_page(pk),
    )


@require_GET
@page("tenants.view_application")
def appeal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One appeal: when it came, what it says, the new assessment, and what came of it."""
    user, day, row = request.user, dates.today(), find_appeal(request.user, pk)
    decision = row.decision
    policy = terms_in_force().policy(decision.application.office_id, row.received_on)
    documents = Document.objects.filter(source="appeal", source_id=row.pk).order_by("pk")
    new = decision.replaced_by.order_by("-pk").first()
    context = {
        "title": _("Appeal of %(day)s") % {"day": format_day(row.received_on)},
        "breadcrumb": trail(decision.application, decision),
        "facts": [*decision_terms(request, decision), *_last_day(decision)],
        "today": day,
        "row": row,
        "tag": state_tag(row),
        "body": decision.appeal_body,
        "answer_by": preliminary_by(row.received_on, policy)
        if row.state == AppealState.RECEIVED
        else None,
        "documents": documents,
        "new_decision": decision_page(new.pk) if new else "",
        "steps": _steps(user, row, new),
    }
    return render(request, "tenants/appeal.html", context)


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def appeal_assess(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Fvl. § 33: looked at again; the decision is changed, or the appeal goes on."""
    user, day, row = request.user, dates.today(), find_appeal(request.user, pk)
    form = AssessForm(
        request.POST or None,
        initial=fresh(row, late_because=row.late_because),
        is_late=row.is_late,
    )

    def do() -> str:
        asked = form.cleaned_data
        told = {
            "assessment": asked["assessment"],
            "late_because": asked.get("late_because", ""),
            "version": asked["version"],
            "by": user,
            "on": day,
        }
        if asked["what"] == AssessForm.CHANGE:
            new = service.change_on_appeal(pk, **told)
            return reverse("tenants:decision_draft", args=[new.pk])
        service.send_on(pk, channel=asked["channel"], **told)
        return _page(pk)

    made_on = row.decision.made_on or day
    policy = terms_in_force().policy(row.decision.application.office_id, made_on)
    warning = ""
    if row.is_late:
        limit = format_day(appeal_limit(made_on, policy))
        warning = _(
            "The appeal came after the last day. It is heard only with a written reason, and not "
            "at all after %(limit)s (fvl. § 31)."
        ) % {"limit": limit}
    return _step(
        request,
        row,
        form,
        do,
        to=AppealState.SENT_ON,
        title=_("Look at the decision again"),
        about=_("What the appeal says: %(grounds)s") % {"grounds": row.grounds},
        warning=warning,
        button=_("Save the new assessment"),
        said=_("The new assessment is saved."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def appeal_reject(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Fvl. § 31: it came too late."""
    user, day, row = request.user, dates.today(), find_appeal(request.user, pk)
    form = ReasonForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.reject_appeal(
            pk,
            because=asked["because"],
            channel=asked["channel"],
            version=asked["version"],
            by=user,
            on=day,
        )
        return _page(pk)

    refused = ""
    if row.state == AppealState.RECEIVED and not row.is_late:
        refused = refusal(RuleBroken("appeal.in_time"))
    return _step(
        request,
        row,
        form,
        do,
        to=AppealState.REJECTED,
        refused=refused,
        title=_("Reject the appeal as too late"),
        about=_("The appellant can appeal against the rejection too. Say so in the reasons."),
        button=_("Reject the appeal"),
        said=_("The appeal is rejected."),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def appeal_result(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the appeal body said."""
    user, day, row = request.user, dates.today(), find_appeal(request.user, pk)
    form = ResultForm(request.POST or None, initial=fresh(row, ended_on=day))

    def do() -> str:
        asked = form.cleaned_data
        service.note_result(
            pk,
            result=asked["result"],
            text=asked["text"],
            ended_on=asked["ended_on"],
            channel=asked["channel"],
            version=asked["version"],
            by=user,
            on=day,
        )
        return _page(pk)

    refused = ""
    if row.state != AppealState.SENT_ON:
        refused = refusal(RuleBroken("appeal.step", state=row.state))
    return _step(
        request,
        row,
        form,
        do,
        to=AppealState.UPHELD,
        refused=refused,
        title=_("Note the result of the appeal"),
        about=_("The answer of %(body)s.") % {"body": row.decision.appeal_body},
        button=_("Save the result"),
        said=_("The result is noted."),
        fields={
            "appeal.not_yet": "ended_on",
            "appeal.before_sent": "ended_on",
            "appeal.no_result": "text",
        },
    )


@require_http_methods(["GET", "POST"])
@page("tenants.decide")
def appeal_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The appellant has taken it back."""
    user, day, row = request.user, dates.today(), find_appeal(request.user, pk)
    form = WithdrawForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.withdraw_appeal(
            pk, because=asked["because"], version=asked["version"], by=user, on=day
        )
        return _page(pk)

    return _step(
        request,
        row,
        form,
        do,
        to=AppealState.WITHDRAWN,
        title=_("The appeal is withdrawn"),
        about=_("Only the appellant can take an appeal back."),
        button=_("Note that it is withdrawn"),
        said=_("The appeal is withdrawn."),
    )


def find_appeal(user: Any, pk: int) -> Appeal:
    """An appeal whose decision this user may read the grounds of; 404 for every other."""
    seen = Application.objects.unmasked(user)
    rows = Appeal.objects.select_related(
        "decision__application__office", "decision__application__applicant", "by"
    )
    row: Appeal = get_object_or_404(rows, pk=pk, decision__application__in=seen)
    if not may_read(user, row.decision):
        raise Http404
    return row


def _page(pk: int) -> str:
    return reverse("tenants:appeal", args=[pk])


def _last_day(row: Decision) -> list[tuple[str, str]]:
    last = format_day(row.appeal_last_on) if row.appeal_last_on else _("the decision is not sent")
    return [(_("Appeal body"), row.appeal_body), (_("Last day to appeal"), last)]


def _steps(user: Any, row: Appeal, new: Decision | None) -> list[dict[str, str]]:
    """What may be done with it now."""
    if not user.has_perm("tenants.decide"):
        return []
    found = []

    def link(name: str, label: str) -> None:
        found.append({"href": reverse(f"tenants:{name}", args=[row.pk]), "label": label})

    is_changing = new is not None and row.state in (AppealState.RECEIVED, AppealState.SENT_ON)
    if row.state == AppealState.RECEIVED and not is_changing:
        link("appeal_assess", _("Look at the decision again"))
        if row.is_late:
            link("appeal_reject", _("Reject it as too late"))
    if row.state == AppealState.SENT_ON and not is_changing:
        link("appeal_result", _("Note the result"))
    if NEXT_STEPS[row.state]:
        link("appeal_withdraw", _("The appeal is withdrawn"))
    return found


def _step(
    request: HttpRequest,
    row: Appeal,
    form: Any,
    do: Any,
    *,
    to: str,
    title: str,
    about: str,
    button: str,
    said: str,
    warning: str = "",
    refused: str = "",
    fields: dict[str, str] | None = None,
) -> HttpResponseBase:
    """A step on an appeal that can become `to`; refused at once where it cannot."""
    if not refused and to not in NEXT_STEPS[row.state]:
        refused = refusal(RuleBroken("appeal.step", state=row.state))
    return step(
        request,
        form,
        do,
        refusal=refusal,
        said=said,
        fields=fields or _FIELDS,
        title=title,
        breadcrumb=trail(row.decision.application, row.decision),
        facts=[*decision_terms(request, row.decision), *_last_day(row.decision)],
        facts_title=_("The decision"),
        about=about,
        warning=warning,
        button=button,
        refused=refused if request.method != "POST" else "",
        back=_page(row.pk),
    )
