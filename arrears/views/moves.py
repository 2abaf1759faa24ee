"""Moving a payment that stands on the wrong lease."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arrears.forms.ledger import LeaseSearchForm, ReasonForm
from arrears.models import LedgerLine, LineKind
from arrears.services import ledger as service
from arrears.views.lease_search import keep, lease_facts, lease_search, see
from arrears.words.imports import reason_of
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.rule import RuleBroken
from boligsak.show import kr
from boligsak.web import page
from tenants.models import Lease
from tenants.queries.cards import lease_cards


@require_GET
@page("arrears.correct_ledger")
def move_payment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The payment, and the search for the lease it belongs to."""
    line = _line(request, pk)
    return render(
        request, "arrears/move_payment.html", _about(line) | {"search": lease_search(request)}
    )


@require_POST
@page("arrears.correct_ledger")
def move_search(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Keeps what is searched for, and back to the payment with what was found."""
    where = reverse("arrears:move_payment", args=[_line(request, pk).pk])
    form = LeaseSearchForm(request.POST)
    key = keep(request, form.cleaned_data["q"]) if form.is_valid() else ""
    return redirect(f"{where}?s={key}#search")


@require_http_methods(["GET", "POST"])
@page("arrears.correct_ledger")
def move_to(request: HttpRequest, pk: int, lease_id: int) -> HttpResponseBase:
    """The last look before a payment is moved. Two lines are added to the ledger, none changed."""
    line = _line(request, pk)
    get_object_or_404(Lease.objects.visible_to(request.user), pk=lease_id)
    form = ReasonForm(request.POST or None, initial={"submission_id": uuid4()})
    refused = ""
    if request.method == "POST" and form.is_valid():

        def do() -> str:
            note = form.cleaned_data["reason"]
            service.move_payment(line.pk, to_lease_id=lease_id, by=request.user, note=note)
            return reverse("desk:lease", args=[lease_id])

        try:
            where = once(
                form.cleaned_data["submission_id"], by=request.user, path=request.path, do=do
            )
        except RuleBroken as broken:
            refused = reason_of(broken)
        else:
            messages.success(request, _("The payment has been moved to this lease."))
            return redirect(where)
    leases = [line.lease_id, lease_id]
    cards = lease_cards(leases, request.user, dates.today())
    see(request, cards.values())
    context = _about(line) | {
        "title": _("Move the payment"),
        "form": form,
        "refused": refused,
        "from_lease": lease_facts(cards[line.lease_id], -line.amount_ore),
        "lease": lease_facts(cards[lease_id], line.amount_ore),
    }
    status = 409 if refused else 422 if form.is_bound else 200
    return render(request, "arrears/move_payment_to.html", context, status=status)


def _line(request: HttpRequest, pk: int) -> LedgerLine:
    """A payment on a lease this reader may see; other lines are not found here."""
    payments = LedgerLine.objects.filter(
        kind__in=[LineKind.PAYMENT, LineKind.MOVE_IN],
        amount_ore__lt=0,
        lease__in=Lease.objects.visible_to(request.user),
    )
    return get_object_or_404(payments.select_related("lease", "payment_import"), pk=pk)


def _about(line: LedgerLine) -> dict[str, Any]:
    return {
        "title": _("Move a payment of %(amount)s") % {"amount": kr(-line.amount_ore)},
        "breadcrumb": [
            {
                "label": _("Lease %(number)s") % {"number": line.lease.number},
                "url": reverse("desk:lease", args=[line.lease_id]),
            }
        ],
        "line": line,
        "amount_ore": -line.amount_ore,
        "is_moved": line.corrected_by.exists(),
    }
