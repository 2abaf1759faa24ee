"""Guarantees instead of deposits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from boligsak import dates
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import done, fresh, step_page
from boligsak.web import page
from tenants.forms.contracts import EndGuaranteeForm, GuaranteeForm
from tenants.models import Guarantee, Lease
from tenants.rules.contracts import SECURITY_MONTHS
from tenants.services.guarantees import end_guarantee, give_guarantee, monthly_rent
from tenants.views.contracts import lease_trail
from tenants.views.home_rows import link
from tenants.words.contracts import refusal
from tenants.words.offers import home_words


@require_http_methods(["GET", "POST"])
@page("tenants.make_lease")
def guarantee_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A guarantee instead of a deposit."""
    user, day = request.user, dates.today()
    lease = get_object_or_404(Lease.objects.unmasked(user).select_related("dwelling"), pk=pk)
    form = GuaranteeForm(
        request.POST or None, initial=fresh(None, from_on=max(day, lease.starts_on))
    )
    back = link("desk:lease", pk)

    def do() -> str:
        asked = form.cleaned_data
        give_guarantee(
            pk,
            guarantor=asked["guarantor"],
            amount_ore=asked["amount"],
            from_on=asked["from_on"],
            to_on=asked["to_on"],
            note=asked["note"],
            by=user,
            on=day,
        )
        return back

    fields = {
        "guarantee.no_guarantor": "guarantor",
        "guarantee.amount": "amount",
        "guarantee.too_high": "amount",
        "guarantee.days": "from_on",
        "guarantee.far": "to_on",
    }
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The guarantee is entered."))
        return redirect(where)
    most = SECURITY_MONTHS * monthly_rent(pk, day)
    return step_page(
        request,
        form,
        title=_("Enter a guarantee"),
        breadcrumb=lease_trail(lease),
        about=_("A guarantee stands instead of a deposit."),
        facts=[(_("Dwelling"), home_words(lease.dwelling)), (_("Six months' rent"), kr(most))],
        button=_("Enter it"),
        back=back,
    )


@require_http_methods(["GET", "POST"])
@page("tenants.make_lease")
def guarantee_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The last day of a guarantee."""
    user, day = request.user, dates.today()
    rows = Guarantee.objects.filter(lease__in=Lease.objects.unmasked(user))
    row = get_object_or_404(rows.select_related("lease__dwelling"), pk=pk)
    form = EndGuaranteeForm(request.POST or None, initial=fresh(None, to_on=day))
    back = link("desk:lease", row.lease_id)

    def do() -> str:
        end_guarantee(pk, to_on=form.cleaned_data["to_on"], by=user)
        return back

    fields = {"guarantee.days": "to_on", "guarantee.far": "to_on"}
    if where := done(request, form, do, refusal=refusal, fields=fields):
        messages.success(request, _("The guarantee has its last day."))
        return redirect(where)
    return step_page(
        request,
        form,
        title=_("End a guarantee"),
        breadcrumb=lease_trail(row.lease),
        facts=[
            (_("Who guarantees"), row.guarantor),
            (_("Guaranteed"), kr(row.amount_ore)),
            (_("From"), format_day(row.from_on)),
        ],
        button=_("End it"),
        back=back,
    )
