"""Taking back what a coordination meeting decided about a case.

There is no page to record a decision: closing the meeting that made it does that, and nothing else.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.referrals import BecauseForm
from arrears.models import Case, CaseDecision
from arrears.services.decisions import withdraw_decision
from arrears.views.case_steps import case_page, done, find_case, step
from arrears.words.referrals import refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

_PART = "gate"

_FIELDS = {"decision.no_because": "because"}


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
