"""Payers besides the tenant: who pays a part of the rent, from when and until when."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.plans import PayerForm, StopPayerForm
from arrears.models import Case, CaseStatus, ExpectedPayment
from arrears.services.expected import expect_payment, stop_expecting
from arrears.views.case_steps import case_page, done, find_case, step
from arrears.words import cases as case_words
from arrears.words.plans import payer_name, refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import kr
from boligsak.step import fresh
from boligsak.web import page

PART = "plans"


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def new_payer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Somebody else who pays a part of the rent every month."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    form = PayerForm(request.POST or None, initial=fresh(case, from_on=day))

    def do() -> str:
        asked = form.cleaned_data
        expect_payment(
            pk,
            payer=asked["payer"],
            name=asked["name"],
            amount_ore=asked["amount"],
            day=asked["day"],
            from_on=asked["from_on"],
            to_on=asked["to_on"],
            by=user,
            on=day,
            version=asked["version"],
        )
        return case_page(pk, PART)

    fields = {
        "payer.amount": "amount",
        "payer.above_rent": "amount",
        "payer.above_rent_together": "amount",
        "payer.day": "day",
        "payer.ends_before_start": "to_on",
    }
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("What they do not pay is now asked of them, by a task."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Somebody else pays a part of the rent"),
        about=_(
            "Nav, the housing allowance, a voluntary deduction or a guardian. When their payment "
            "does not come, somebody is to ask them: it is not the tenant's default, and it "
            "breaks no repayment plan."
        ),
        button=_("Save"),
        refused=_refused(request, case),
        part=PART,
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def stop_payer(request: HttpRequest, pk: int, payment_id: int) -> HttpResponseBase:
    """The agreement with another payer ends."""
    user, day, case = request.user, dates.today(), find_case(request.user, pk)
    row = ExpectedPayment.objects.filter(lease_id=case.lease_id, pk=payment_id).first()
    if row is None:
        raise Http404
    first: dict[str, Any] = fresh(case, last_on=row.to_on or day) | {"version": row.version}
    form = StopPayerForm(request.POST or None, initial=first)

    def do() -> str:
        asked = form.cleaned_data
        stop_expecting(
            pk, payment_id, last_on=asked["last_on"], by=user, on=day, version=asked["version"]
        )
        return case_page(pk, PART)

    fields = {"payer.ends_before_start": "last_on"}
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("The last day is noted."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Their payments end"),
        about=_("After the last day the whole rent is the tenant's own to pay again."),
        button=_("Save the last day"),
        refused=_refused(request, case),
        facts=[
            (_("Who pays"), payer_name(row.payer, row.name)),
            (_("Every month"), kr(row.amount_ore)),
        ],
        part=PART,
    )


def _refused(request: HttpRequest, case: Case) -> str:
    if request.method == "POST" or case.status == CaseStatus.OPEN:
        return ""
    return case_words.refusal(RuleBroken("case.closed", number=case.number))
