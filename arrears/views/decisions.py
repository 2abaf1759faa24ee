"""What a coordination meeting decided about a case: recording it, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.referrals import BecauseForm, DecisionForm
from arrears.models import Case, CaseDecision
from arrears.services.decisions import record_decision, withdraw_decision
from arrears.views.case_steps import case_page, done, find_case, fresh, step
from arrears.words.referrals import refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.web import page

_PART = "gate"

_FIELDS = {
    "decision.kind": "kind",
    "decision.no_meeting": "meeting",
    "decision.recorded": "meeting",
    "decision.not_held": "held_on",
    "decision.before_case": "held_on",
    "decision.no_reason": "reason",
    "decision.parties": "present",
    "decision.no_day": "again_on",
    "decision.day_past": "again_on",
    "decision.due_before": "due_on",
    "decision.no_because": "because",
}


@require_http_methods(["GET", "POST"])
@page("arrears.record_decision")
def decision_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A decision of a meeting that has been held."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    form = DecisionForm(request.POST or None, initial=fresh(case, held_on=day))

    def do() -> str:
        asked = form.cleaned_data
        record_decision(
            pk,
            asked["kind"],
            meeting=asked["meeting"],
            held_on=asked["held_on"],
            present=asked["present"],
            invited=asked["invited"],
            reason=asked["reason"],
            party=asked["party"],
            due_on=asked["due_on"],
            again_on=asked["again_on"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return case_page(pk, _PART)

    if where := done(request, form, do, case_id=pk, fields=_FIELDS, refusal=refusal):
        messages.success(request, _("The decision is recorded on the case."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Record a meeting's decision"),
        about=_(
            "A decision to refer can be used for thirty days, and only while nothing else has "
            "happened: a payment, a plan, an application or a change in the household sends the "
            "case back to the meeting."
        ),
        button=_("Record the decision"),
        refused=_closed(case),
        part=_PART,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.record_decision")
def decision_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Takes a decision back, with the reason."""
    user, day = request.user, dates.today()
    seen = CaseDecision.objects.filter(case__in=Case.objects.visible_to(user))
    row = get_object_or_404(seen, pk=pk)
    case = find_case(user, row.case_id)
    form = BecauseForm(request.POST or None, initial=fresh(case))

    def do() -> str:
        asked = form.cleaned_data
        withdraw_decision(pk, because=asked["because"], by=user, on=day, version=asked["version"])
        return case_page(case.pk, _PART)

    if where := done(request, form, do, case_id=case.pk, fields=_FIELDS, refusal=refusal):
        messages.success(request, _("The decision is withdrawn."))
        return redirect(where)
    refused = _closed(case)
    if request.method != "POST" and row.withdrawn_on is not None:
        refused = refusal(RuleBroken("decision.withdrawn", withdrawn_on=row.withdrawn_on))
    return step(
        request,
        case,
        form,
        title=_("Withdraw a decision"),
        about=_("It stays in the file with your reason, and nothing can rest on it any more."),
        button=_("Withdraw the decision"),
        refused=refused,
        facts=[
            (_("Decision"), str(row.get_kind_display())),
            (_("Meeting"), f"{row.meeting}, {format_day(row.held_on)}"),
        ],
        part=_PART,
    )


def _closed(case: Case) -> str:
    if case.status == "open":
        return ""
    return _("Case %(number)s is closed. Open it again first, with a reason.") % {
        "number": case.number
    }
