"""Mending a line of the ledger: by a new line beside it, never in it."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from arrears.forms.ledger import CorrectionForm
from arrears.models import LineKind
from arrears.services.ledger import correct
from arrears.views.steps import done, find_line, lease_page, line_terms, trail
from arrears.words.ledger import refusal
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.web import page
from tenants.queries.cards import lease_cards

# Money that came from outside is moved or reversed; only what we wrote ourselves is corrected.
_NOT_OURS = frozenset(
    {LineKind.PAYMENT, LineKind.REVERSAL, LineKind.MOVE_IN, LineKind.MOVE_OUT, LineKind.CORRECTION}
)
_FIELDS = {"correct.before_line": "on", "correct.too_much": "amount"}


@require_http_methods(["GET", "POST"])
@page("arrears.correct_ledger")
def correct_line(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The line that was wrong, what else has been done to it, and the form that mends it.

    There is no version to hold against: lines are only ever added, and what may still be taken off
    a charge is asked again when the correction is written.
    """
    user, day = request.user, dates.today()
    line = find_line(user, pk)
    card = lease_cards([line.lease_id], user, day)[line.lease_id]
    request.saw(card.person_ids)  # type: ignore[attr-defined]
    refused = ""
    if line.kind in _NOT_OURS:
        refused = refusal(RuleBroken("correct.not_correctable", kind=line.kind))
    form = CorrectionForm(
        request.POST or None,
        initial={"submission_id": uuid4(), "on": line.effective_on},
        latest_on=max(day, line.effective_on),
    )

    def do() -> str:
        correct(
            line.pk,
            amount_ore=form.signed_ore,
            on=form.cleaned_data["on"],
            note=form.cleaned_data["reason"],
            by=user,
        )
        return lease_page(line.lease_id)

    if not refused and (where := done(request, form, do, fields=_FIELDS)):
        messages.success(request, _("The correction is in the ledger."))
        return redirect(where)
    context = {
        "title": _("Correct a line"),
        "breadcrumb": trail(card),
        "facts_title": _("The line that was wrong"),
        "facts": line_terms(line, card),
        "about": _(
            "Nothing is changed in the ledger. A new line is added that says what was wrong, and "
            "it cannot be taken back other than by yet another line."
        ),
        "form": form,
        "button": _("Add the correcting line"),
        "refused": refused,
        "back": lease_page(line.lease_id),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "step.html", context, status=status)
