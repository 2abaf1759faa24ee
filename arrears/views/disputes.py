"""What the tenant has deposited as disputed (§ 3-8): noting it, and noting how it ended."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.ledger import DisputeForm, SettleForm
from arrears.models import CHARGE_KINDS, ChargeDispute
from arrears.services import ledger as service
from arrears.views.steps import done, find_line, lease_page, line_terms, trail
from arrears.words.ledger import refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.web import page
from tenants.models import Lease
from tenants.queries.cards import lease_cards

_PART = "charges"


@require_http_methods(["GET", "POST"])
@page("arrears.correct_ledger")
def dispute_charge(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The charge, and the form that sets the deposited part of it aside."""
    user, day = request.user, dates.today()
    line = find_line(user, pk)
    card = lease_cards([line.lease_id], user, day)[line.lease_id]
    request.saw(card.person_ids)  # type: ignore[attr-defined]
    back = lease_page(line.lease_id, _PART)
    form = DisputeForm(request.POST or None, initial={"submission_id": uuid4(), "on": day})

    def do() -> str:
        asked = form.cleaned_data
        service.dispute(line.pk, asked["deposited"], on=asked["on"], note=asked["note"], by=user)
        return back

    if where := done(request, form, do, {"dispute.amount": "deposited"}):
        messages.success(request, _("The deposited part is set aside until it is settled."))
        return redirect(where)
    refused, instead = "", None
    # A form that was sent says itself what is wrong; one that cannot be sent is not shown.
    if request.method != "POST" and line.kind not in CHARGE_KINDS:
        refused = refusal(RuleBroken("dispute.not_a_charge", kind=line.kind))
    elif request.method != "POST" and (earlier := _open(line.pk)):
        refused = refusal(RuleBroken("dispute.open_already", opened_on=earlier.opened_on))
        url = reverse("arrears:settle_dispute", args=[earlier.pk])
        instead = {"url": url, "label": _("Settle the dispute")}
    context = {
        "title": _("Disputed charge"),
        "breadcrumb": trail(card),
        "facts_title": _("The disputed charge"),
        "facts": line_terms(line, card),
        "about": _(
            "Rent that the tenant has deposited as disputed is protected (husleieloven § 3-8): the "
            "deposited part counts neither as arrears nor towards eviction while the dispute "
            "lasts. An objection without a deposit does not belong here."
        ),
        "form": form,
        "button": _("Set the deposited part aside"),
        "refused": refused,
        "instead": instead,
        "back": back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)


@require_http_methods(["GET", "POST"])
@page("arrears.correct_ledger")
def settle_dispute(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The dispute, and the form that says how it ended."""
    user, day = request.user, dates.today()
    seen = ChargeDispute.objects.filter(line__lease__in=Lease.objects.visible_to(user))
    dispute = get_object_or_404(seen.select_related("line"), pk=pk)
    lease_id = dispute.line.lease_id
    card = lease_cards([lease_id], user, day)[lease_id]
    request.saw(card.person_ids)  # type: ignore[attr-defined]
    back = lease_page(lease_id, _PART)
    form = SettleForm(request.POST or None, initial={"submission_id": uuid4(), "on": day})

    def do() -> str:
        asked = form.cleaned_data
        service.close_dispute(pk, on=asked["on"], outcome=asked["outcome"])
        return back

    if where := done(request, form, do, {"dispute.settled_before_opened": "on"}):
        messages.success(request, _("The dispute is settled. What is still owed is open again."))
        return redirect(where)
    refused = ""
    if request.method != "POST" and dispute.closed_on is not None:
        refused = refusal(RuleBroken("dispute.closed", closed_on=dispute.closed_on))
    facts = [
        *line_terms(dispute.line, card),
        (_("Deposited"), kr(dispute.deposited_ore)),
        (_("Deposited on"), format_day(dispute.opened_on)),
    ]
    if dispute.note and not card.is_masked:
        facts.append((_("What is disputed"), dispute.note))
    context = {
        "title": _("Settle a dispute"),
        "breadcrumb": trail(card),
        "facts_title": _("The disputed charge"),
        "facts": facts,
        "about": _(
            "What is left of the charge is open again and counts as before. If the tenant was "
            "right, correct the charge; if the deposit is paid out to the landlord, it comes in "
            "as a payment."
        ),
        "form": form,
        "button": _("Settle the dispute"),
        "refused": refused,
        "back": back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)


def _open(line_id: int) -> ChargeDispute | None:
    return ChargeDispute.objects.filter(line_id=line_id, closed_on__isnull=True).first()
