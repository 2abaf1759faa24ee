"""How complaints end: closed, withdrawn, and a reduction of the rent with its last day."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.step import done, fresh
from boligsak.web import PageRequest, page
from tenants.forms.complaints import CloseForm, EndReductionForm, WithdrawForm
from tenants.models import Complaint
from tenants.rules.complaints import TENANCY, is_open_ended
from tenants.services import complaints as service
from tenants.views.complaints import complaint_page, complaint_step, find_complaint
from tenants.words.complaints import refusal

_FIELDS = {
    "complaint.no_outcome": "outcome",
    "complaint.no_reason": "reason",
    "reduction.end_before": "reduced_to",
    "reduction.end_posted": "reduced_to",
    "reduction.too_long": "reduced_to",
}


@require_http_methods(["GET", "POST"])
@page("tenants.work_complaint")
def complaint_close(request: PageRequest, pk: int) -> HttpResponseBase:
    """How it ended."""
    user, day, row = request.user, dates.today(), find_complaint(request.user, pk)
    form = CloseForm(request.POST or None, reduces=_reduces(row), initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.close(
            pk,
            outcome=asked["outcome"],
            reduced_to=form.ends_on(),
            goes_on=form.goes_on(),
            by=user,
            on=day,
            version=asked["version"],
        )
        return complaint_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The complaint is closed."))
        return redirect(where)
    return complaint_step(
        request,
        row,
        form,
        title=_("Close the complaint"),
        about=_("It still counts in the pattern of the tenancy for as long as the terms say.")
        if row.about == TENANCY
        else "",
        button=_("Close it"),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_complaint")
def complaint_reduction_end(request: PageRequest, pk: int) -> HttpResponseBase:
    """The defect is mended: the rent is whole again."""
    user, day, row = request.user, dates.today(), find_complaint(request.user, pk)
    form = EndReductionForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.end_reduction(
            pk, to_on=asked["reduced_to"], by=user, on=day, version=asked["version"]
        )
        return complaint_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The reduction has a last day."))
        return redirect(where)
    return complaint_step(
        request,
        row,
        form,
        refused="" if _reduces(row) else refusal(RuleBroken("reduction.ended")),
        title=_("End the reduction of the rent"),
        about=_("From the day after, the whole rent is charged again."),
        button=_("End the reduction"),
    )


@require_http_methods(["GET", "POST"])
@page("tenants.work_complaint")
def complaint_withdraw(request: PageRequest, pk: int) -> HttpResponseBase:
    """It is taken back, or was a mistake."""
    user, day, row = request.user, dates.today(), find_complaint(request.user, pk)
    form = WithdrawForm(request.POST or None, initial=fresh(row))

    def do() -> str:
        asked = form.cleaned_data
        service.withdraw(pk, reason=asked["reason"], by=user, on=day, version=asked["version"])
        return complaint_page(pk)

    if where := done(request, form, do, refusal=refusal, fields=_FIELDS):
        messages.success(request, _("The complaint is withdrawn and counts no more."))
        return redirect(where)
    return complaint_step(
        request,
        row,
        form,
        title=_("Withdraw the complaint"),
        warning=_(
            "A withdrawn complaint counts in no pattern, and a flag that rested on it is taken "
            "down tonight. It stays in the history."
        ),
        button=_("Withdraw it"),
    )


def _reduces(row: Complaint) -> bool:
    return is_open_ended(row.reduction_ore, row.reduction_to, row.state)
