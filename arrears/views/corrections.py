"""Mending a line of the ledger: by a new line beside it, never in it."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms import CorrectionForm
from arrears.models import LedgerLine, LineKind
from arrears.services.ledger import correct
from arrears.words.ledger import refusal
from boligsak import dates
from boligsak.accounts.services import once
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.web import page
from tenants.models import Lease
from tenants.queries.cards import LeaseCard, lease_cards

# Money that came from outside is moved or reversed; only what we wrote ourselves is corrected.
_NOT_OURS = frozenset(
    {LineKind.PAYMENT, LineKind.REVERSAL, LineKind.MOVE_IN, LineKind.MOVE_OUT, LineKind.CORRECTION}
)


@require_http_methods(["GET", "POST"])
@page("arrears.correct_ledger")
def correct_line(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The line that was wrong, what else has been done to it, and the form that mends it.

    There is no version to hold against: lines are only ever added, and what may still be taken off
    a charge is asked again when the correction is written.
    """
    user, day = request.user, dates.today()
    line = _find(user, pk)
    card = lease_cards([line.lease_id], user, day)[line.lease_id]
    request.saw(card.person_ids)
    back = f"{reverse('desk:lease', args=[line.lease_id])}#ledger"
    refused = ""
    if line.kind in _NOT_OURS:
        refused = refusal(RuleBroken("correct.not_correctable", kind=line.kind))
    form = CorrectionForm(
        request.POST or None, initial={"submission_id": uuid4(), "on": line.effective_on}
    )
    if request.method == "POST" and not refused and form.is_valid():
        try:
            where = once(
                form.cleaned_data["submission_id"],
                by=user,
                path=request.path,
                do=lambda: _corrected(line, form, user, back),
            )
        except RuleBroken as broken:
            form.add_error(None, refusal(broken))
        else:
            messages.success(request, _("The correction is in the ledger."))
            return redirect(where)
    return render(
        request,
        "arrears/correct_line.html",
        {
            "title": _("Correct a line"),
            "breadcrumb": [{"label": _lease_label(card), "url": back}],
            "facts": _facts(line, card),
            "form": form,
            "refused": refused,
            "back": back,
        },
        status=422 if request.method == "POST" else 200,
    )


def _find(user: Any, pk: int) -> LedgerLine:
    try:
        return LedgerLine.objects.filter(lease__in=Lease.objects.visible_to(user)).get(pk=pk)
    except LedgerLine.DoesNotExist as missing:
        raise Http404 from missing


def _corrected(line: LedgerLine, form: CorrectionForm, user: Any, back: str) -> str:
    correct(
        line.pk,
        amount_ore=form.signed_ore,
        on=form.cleaned_data["on"],
        note=form.cleaned_data["reason"],
        by=user,
    )
    return back


def _lease_label(card: LeaseCard) -> str:
    return _("Lease %(number)s") % {"number": card.number}


def _facts(line: LedgerLine, card: LeaseCard) -> list[tuple[str, str]]:
    facts = [
        (_("Lease"), card.number),
        (_("Tenant"), card.name),
        (_("What"), capfirst(line.get_kind_display())),
        (_("Date"), format_day(line.effective_on)),
        (_("Due"), format_day(line.due_on) if line.due_on else ""),
        (_("Amount"), kr(line.amount_ore)),
    ]
    for earlier in LedgerLine.objects.filter(corrects=line).order_by("id"):
        on, amount = format_day(earlier.effective_on), kr(earlier.amount_ore)
        facts.append((_("Corrected before"), f"{on}: {amount}. {earlier.note}"))
    return [(term, value) for term, value in facts if value]
