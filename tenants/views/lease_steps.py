"""A step on one lease: what it is about, one form, one button, and back to where it was opened."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from boligsak import dates
from boligsak.web import PageRequest
from tenants.models import Lease
from tenants.queries.cards import LeaseCard, lease_cards


def find_lease(user: Any, pk: int) -> Lease:
    """A lease whose row and whose address this user sees; 404 for every other."""
    rows = Lease.objects.unmasked(user).select_related("dwelling", "office")
    return get_object_or_404(rows, pk=pk)


def lease_page(lease_id: int, part: str = "") -> str:
    """The address of the lease's page, at one of its sections."""
    return reverse("desk:lease", args=[lease_id]) + (f"#{part}" if part else "")


def back_of(request: HttpRequest) -> str:
    """The list that the reader came from; "" when it is none of ours."""
    back = request.GET.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return back if back and is_ours else ""


def lease_trail(lease: Lease) -> list[dict[str, Any]]:
    """The breadcrumb of a step: the lease it is taken on."""
    label = _("Lease %(number)s") % {"number": lease.number}
    return [{"label": label, "url": lease_page(lease.pk)}]


def lease_terms(request: PageRequest, lease: Lease) -> list[tuple[str, str]]:
    """Which lease, whose and where; writes down who was shown."""
    card = lease_cards([lease.pk], request.user, dates.today())[lease.pk]
    request.saw(card.person_ids)
    terms = [
        (_("Lease"), lease.number),
        (_("Tenant"), ", ".join(name for _pk, name in card.people)),
        (_("Address"), where(card)),
    ]
    return [(term, value) for term, value in terms if value]


def where(card: LeaseCard) -> str:
    """The address of a card in one line."""
    return f"{card.address}, {card.unit}" if card.unit else card.address
