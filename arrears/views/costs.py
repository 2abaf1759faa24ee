"""Entering what a case has cost, and the act of an emergency."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.referrals import CostForm, EmergencyForm
from arrears.models import Case, EmergencyAct
from arrears.services.costs import add_cost
from arrears.services.gate import act_in_emergency
from arrears.views.case_steps import case_page, done, find_case, step
from arrears.words.referrals import refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

_FIELDS = {
    "cost.kind": "kind",
    "cost.zero": "amount",
    "cost.too_much": "amount",
    "cost.no_note": "note",
    "cost.ahead": "spent_on",
}


@require_http_methods(["GET", "POST"])
@page("arrears.send_notice")
def cost_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A cost that no other step has entered."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    first = fresh(case, spent_on=day, payer="municipality")
    form = CostForm(request.POST or None, initial=first)

    def do() -> str:
        asked = form.cleaned_data
        add_cost(
            pk,
            asked["kind"],
            asked["payer"],
            asked["amount"],
            spent_on=asked["spent_on"],
            note=asked["note"],
            by=user,
            on=day,
        )
        return case_page(pk, "costs")

    if where := done(request, form, do, case_id=pk, fields=_FIELDS, refusal=refusal):
        messages.success(request, _("The cost is entered."))
        return redirect(where)
    return step(
        request,
        case,
        form,
        title=_("Enter a cost"),
        about=_(
            "Fees and interest of our own notices, and court fees, are counted already. Enter the "
            "collector's bill, a locksmith, storage, lost rent."
        ),
        button=_("Enter the cost"),
        part="costs",
    )


@require_http_methods(["GET", "POST"])
@page("arrears.act_in_emergency")
def emergency(request: HttpRequest) -> HttpResponseBase:
    """A manager's act because life is in danger: named, reported, and no way through the gate."""
    user, day = request.user, dates.today()
    form = EmergencyForm(
        request.POST or None, initial={"submission_id": uuid4(), "reported_on": day}
    )

    def do() -> str:
        asked = form.cleaned_data
        seen = Case.objects.visible_to(user).filter(number=asked["number"].strip())
        found = seen.values_list("pk", flat=True).first()
        if found is None:
            raise RuleBroken("emergency.no_case")
        act_in_emergency(
            found,
            what=asked["what"],
            danger=asked["danger"],
            reported_to=asked["reported_to"],
            reported_on=asked["reported_on"],
            by=user,
            on=day,
        )
        return request.path

    fields = {
        "emergency.no_case": "number",
        "case.not_visible": "number",
        "emergency.reported_ahead": "reported_on",
    }
    if where := done(request, form, do, case_id=0, fields=fields, refusal=refusal):
        messages.success(request, _("The act is recorded. The coordinator has it as a task today."))
        return redirect(where)
    acts = EmergencyAct.objects.filter(case__in=Case.objects.visible_to(user))
    context = {
        "title": _("Emergency act"),
        "form": form,
        "acts": [
            {
                "number": one.case.number,
                "on": format_day(one.on),
                "by": str(one.by),
                "reported": f"{one.reported_to}, {format_day(one.reported_on)}",
            }
            for one in acts.select_related("case", "by").order_by("-on", "-id")[:50]
        ],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "arrears/referral_emergency.html", context, status=status)
