"""A step on one ledger: what it is about, one form, one button, and back to the lease."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import LedgerLine
from arrears.words.ledger import refusal
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.step import done as take
from tenants.models import Lease
from tenants.queries.cards import LeaseCard


def find_line(user: Any, pk: int) -> LedgerLine:
    """The line, on a lease this user may see; 404 for every other."""
    lines = LedgerLine.objects.filter(lease__in=Lease.objects.visible_to(user))
    return get_object_or_404(lines, pk=pk)


def lease_page(lease_id: int, part: str = "ledger") -> str:
    return f"{reverse('desk:lease', args=[lease_id])}#{part}"


def trail(card: LeaseCard) -> list[dict[str, Any]]:
    """The breadcrumb of a step: the lease it is taken on."""
    label = _("Lease %(number)s") % {"number": card.number}
    return [{"label": label, "url": reverse("desk:lease", args=[card.lease_id])}]


def done(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[], str],
    fields: Mapping[str, str] | None = None,
) -> str:
    """`boligsak.step.done` with the words of the ledger."""
    return take(request, form, do, refusal=refusal, fields=fields)


def lease_terms(card: LeaseCard) -> list[tuple[str, str]]:
    """Which lease, and whose; masked, its number only."""
    terms = [(_("Lease"), card.number), (_("Tenant"), card.name)]
    return [(term, value) for term, value in terms if value]


def line_terms(line: LedgerLine, card: LeaseCard) -> list[tuple[str, str]]:
    """The line, its lease, and what has been done to it before."""
    terms = [
        *lease_terms(card),
        (_("What"), capfirst(line.get_kind_display())),
        (_("Date"), format_day(line.effective_on)),
        (_("Due"), format_day(line.due_on) if line.due_on else ""),
        (_("Amount"), kr(line.amount_ore)),
    ]
    for earlier in LedgerLine.objects.filter(corrects=line).order_by("id"):
        said = f"{format_day(earlier.effective_on)}: {kr(earlier.amount_ore)}"
        terms.append((_("Corrected before"), said if card.is_masked else f"{said}. {earlier.note}"))
    return [(term, value) for term, value in terms if value]
