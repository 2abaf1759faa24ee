"""Charging something besides the rent: a fee, damage, a loan."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.ledger import ChargeForm
from arrears.models import LeaseAccount
from arrears.services.ledger import add_charge
from arrears.views.steps import done, lease_page, lease_terms, trail
from boligsak import dates
from boligsak.show import kr
from boligsak.web import page
from tenants.models import Lease
from tenants.queries.cards import lease_cards


@require_http_methods(["GET", "POST"])
@page("arrears.correct_ledger")
def new_charge(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The lease, and the form that adds a charge to its ledger."""
    user, day = request.user, dates.today()
    lease = get_object_or_404(Lease.objects.visible_to(user), pk=pk)
    card = lease_cards([lease.pk], user, day)[lease.pk]
    request.saw(card.person_ids)  # type: ignore[attr-defined]
    form = ChargeForm(request.POST or None, initial={"submission_id": uuid4()})

    def do() -> str:
        asked = form.cleaned_data
        add_charge(
            lease.pk,
            asked["kind"],
            asked["amount"],
            due_on=asked["due_on"],
            on=day,
            reference=f"hand:{asked['submission_id'].hex}",
            note=asked["note"],
            by=user,
        )
        return lease_page(lease.pk)

    at = {"charge.before_lease": "due_on", "charge.too_far_ahead": "due_on"}
    if where := done(request, form, do, at):
        messages.success(request, _("The charge is in the ledger."))
        return redirect(where)
    account = LeaseAccount.objects.filter(pk=lease.pk).first()
    context = {
        "title": _("Add a charge"),
        "breadcrumb": trail(card),
        "facts_title": _("The lease"),
        "facts": [
            *lease_terms(card),
            (_("Balance"), kr(account.balance_ore if account else 0)),
        ],
        "about": _(
            "Rent is charged by itself every month. Fees, damage and loans count in the balance, "
            "but they cannot carry eviction: only rent and charges under § 3-4 can. A line cannot "
            "be taken back, only corrected by another one."
        ),
        "form": form,
        "button": _("Add the charge"),
        "back": lease_page(lease.pk),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)
