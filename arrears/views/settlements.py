"""Debt settlements (gjeldsordning) of the tenants of a case: they stop collection at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.referrals import SettlementEndForm, SettlementForm
from arrears.models import DebtSettlement
from arrears.queries.recipients import tenants_on
from arrears.services.gate import end_settlement, register_settlement
from arrears.views.case_steps import done, find_case, step
from arrears.words.referrals import refusal
from boligsak import dates
from boligsak.show import day as format_day
from boligsak.step import fresh
from boligsak.web import page

_FIELDS = {
    "settlement.not_a_tenant": "person",
    "settlement.runs": "person",
    "settlement.ahead": "opened_on",
}


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def settlement_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A debt settlement that was opened for one of the tenants."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    tenants = [one.person for one in tenants_on([case.lease_id], day)[case.lease_id]]
    people = [(str(person.pk), str(person)) for person in tenants]
    first = {"person": people[0][0]} if len(people) == 1 else {}
    form = SettlementForm(request.POST or None, people=people, initial=fresh(case, **first))

    def do() -> str:
        asked = form.cleaned_data
        register_settlement(
            pk,
            int(asked["person"]),
            opened_on=asked["opened_on"],
            covers_to=asked["covers_to"],
            note=asked["note"],
            by=user,
            on=day,
        )
        return reverse("arrears:gate", args=[pk])

    if where := done(request, form, do, case_id=pk, fields=_FIELDS, refusal=refusal):
        messages.success(request, _("The debt settlement is registered. What it covers rests."))
        return redirect(where)
    standing = DebtSettlement.objects.filter(person__in=tenants, ended_on__isnull=True)
    running = standing.select_related("person").first()
    refused, instead = "", None
    if request.method != "POST" and running is not None and len(people) == 1:
        refused = _("A debt settlement of %(opened)s runs already.") % {
            "opened": format_day(running.opened_on)
        }
        url = reverse("arrears:settlement_end", args=[case.pk, running.pk])
        instead = {"url": url, "label": _("Note that it has ended")}
    return step(
        request,
        case,
        form,
        title=_("Register a debt settlement"),
        about=_("While it runs, nobody may collect the debt it covers, by letter or otherwise."),
        button=_("Register"),
        refused=refused,
        instead=instead,
        part="gate",
    )


@require_http_methods(["GET", "POST"])
@page("arrears.work_case")
def settlement_end(request: HttpRequest, pk: int, settlement: int) -> HttpResponseBase:
    """It has ended, or was set aside."""
    user, day = request.user, dates.today()
    case = find_case(user, pk)
    rows = DebtSettlement.objects.filter(person__lease_parties__lease=case.lease_id).distinct()
    row = get_object_or_404(rows.select_related("person"), pk=settlement)
    form = SettlementEndForm(request.POST or None, initial=fresh(case, ended_on=day))

    def do() -> str:
        end_settlement(pk, row.pk, ended_on=form.cleaned_data["ended_on"], by=user, on=day)
        return reverse("arrears:gate", args=[pk])

    fields = {"settlement.before": "ended_on", "settlement.ahead": "ended_on"}
    if where := done(request, form, do, case_id=pk, fields=fields, refusal=refusal):
        messages.success(request, _("The debt settlement has ended."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and row.ended_on is not None:
        refused = _("It ended %(ended)s already.") % {"ended": format_day(row.ended_on)}
    return step(
        request,
        case,
        form,
        title=_("A debt settlement has ended"),
        about=_("What it covered can be claimed again, unless the court has cancelled it."),
        button=_("Note the end"),
        refused=refused,
        facts=[
            (_("Tenant"), str(row.person)),
            (_("Opened on"), format_day(row.opened_on)),
            (_("Covers debt fallen due up to"), format_day(row.covers_to)),
        ],
        part="gate",
    )
