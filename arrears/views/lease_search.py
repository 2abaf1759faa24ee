"""Looking for the lease a payment belongs to: the words are POSTed, the address holds a key."""

import secrets
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from arrears.forms.ledger import LeaseSearchForm
from arrears.models import LeaseAccount
from arrears.queries.lease_search import MOST_FOUND, find_leases
from boligsak import dates
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.queries.cards import LeaseCard, lease_cards

_SESSION_KEY = "lease_searches"
_MOST_KEPT = 20


def keep(request: HttpRequest, text: str) -> str:
    """Keeps the words in the session and returns the key they stand under."""
    kept = list(request.session.get(_SESSION_KEY, {}).items())[-(_MOST_KEPT - 1) :]
    key = secrets.token_urlsafe(9)
    request.session[_SESSION_KEY] = dict([*kept, (key, text)])
    return key


def lease_search(request: HttpRequest) -> dict[str, Any]:
    """What templates/arrears/_lease_search.html shows: the form, and what the kept words found.

    `found` is None before anything was searched for.
    """
    text = request.session.get(_SESSION_KEY, {}).get(request.GET.get("s", ""))
    form = LeaseSearchForm(initial={"q": text})
    if text is None:
        return {"form": form, "found": None}
    ids = find_leases(text, request.user)
    cards = lease_cards(ids, request.user, dates.today())
    see(request, cards.values())
    return {
        "form": form,
        "found": [lease_line(cards[pk]) for pk in ids if pk in cards],
        "is_cut": len(ids) >= MOST_FOUND,
    }


def see(request: HttpRequest, cards: Any) -> None:
    """Writes down whom these cards show."""
    request.saw(person for card in cards for person in card.person_ids)  # type: ignore[attr-defined]


def lease_line(card: LeaseCard) -> dict[str, Any]:
    """One lease to choose: number, tenant, address, and whether it is over."""
    if card.is_masked:
        return {"pk": card.lease_id, "number": card.number, "name": "", "where": ""}
    over = (
        _("moved out %(day)s") % {"day": format_day(card.moved_out_on)} if card.moved_out_on else ""
    )
    return {
        "pk": card.lease_id,
        "number": card.number,
        "name": card.name,
        "where": " · ".join(filter(None, [f"{card.address}, {card.unit}", over])),
    }


def lease_facts(card: LeaseCard, change_ore: int) -> dict[str, Any]:
    """The lease a payment is about to go to: who, where, and its balance before and after.

    `change_ore` is what the step adds to the balance; 0 when there is nothing left to do, and then
    there is no balance after it. Of a masked lease the number is all.
    """
    facts: dict[str, Any] = lease_line(card)
    if card.is_masked:
        return facts
    account = LeaseAccount.objects.filter(lease_id=card.lease_id).first()
    balance = account.balance_ore if account else 0
    return facts | {
        "people": ", ".join(name for _id, name in card.people),
        "rent": kr(account.monthly_rent_ore) if account and account.monthly_rent_ore else "",
        "before": owes(balance),
        "after": owes(balance + change_ore) if change_ore else "",
    }


def owes(balance_ore: int) -> str:
    """A balance in words: what is owed, what is to the good, or nothing."""
    if balance_ore > 0:
        return _("owes %(amount)s") % {"amount": kr(balance_ore)}
    if balance_ore < 0:
        return _("has %(amount)s to the good") % {"amount": kr(-balance_ore)}
    return _("owes nothing")
