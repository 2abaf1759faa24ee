"""Offers of homes in words: refusals, states, steps, and what the letter says."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boligsak.letters import registry
from boligsak.rule import RuleBroken
from boligsak.show import day, kr
from tenants.models import HoldKind, Offer, OfferState
from tenants.words.ranking import TESTS

_SENTENCES: dict[str, Promise] = {
    "offer.no_decision": gettext_lazy(
        "No decision that is still good grants application %(number)s a municipal home. Make the "
        "decision first."
    ),
    "offer.application_has_one": gettext_lazy(
        "The application has a home already (%(state)s). Withdraw that offer first."
    ),
    "offer.dwelling_not_visible": gettext_lazy(
        "The dwelling belongs to another office. Ask that office to offer it."
    ),
    "offer.dwelling_taken": gettext_lazy(
        "The dwelling has just been held for %(number)s. Choose another one."
    ),
    "offer.dwelling_let": gettext_lazy(
        "Somebody lives in the dwelling, and no moving day is entered. Choose another one."
    ),
    "offer.dwelling_held": gettext_lazy(
        "The dwelling is held back: %(kind)s%(until)s. End the hold first, or choose another one."
    ),
    "offer.not_suited": gettext_lazy(
        "The dwelling does not suit in every way (%(tests)s). Say why it is offered all the same."
    ),
    "offer.not_first": gettext_lazy(
        "The dwelling suits %(number)s, which is number %(place)s on the list and comes before. "
        "Say why this application gets it."
    ),
    "offer.step": gettext_lazy(
        "That cannot follow now: the offer is “%(state)s”. Open it again to see what can be done."
    ),
    "offer.changed": gettext_lazy(
        "Somebody else took a step on this offer while you had it open: now it is “%(state)s”. "
        "What you have written is still here."
    ),
    "offer.expires_too_soon": gettext_lazy(
        "Choose a later day: the applicant needs at least until tomorrow to answer, and more time "
        "than before when the deadline is moved."
    ),
    "offer.expires_too_late": gettext_lazy("The answer can be due on %(last)s at the latest."),
    "offer.answered_ahead": gettext_lazy("That day is yet to come."),
    "offer.answered_before": gettext_lazy("The home was offered on %(offered)s. Check the day."),
    "offer.answered_late": gettext_lazy(
        "The answer was due on %(expires)s. Give more time first, or withdraw the offer."
    ),
    "offer.no_reason": gettext_lazy("Say why."),
    "offer.conditions_open": gettext_lazy(
        "The lease cannot be made yet: %(count)s of the decision's conditions are not met."
    ),
    "offer.not_accepted": gettext_lazy(
        "The applicant has not accepted the offer. Note the answer first."
    ),
    "hold.days": gettext_lazy("The last day must be after the first."),
    "hold.overlaps": gettext_lazy(
        "The dwelling is held back in some of these days already. Change that hold instead."
    ),
    "hold.reserved": gettext_lazy(
        "The dwelling is held for an application. Withdraw the offer first."
    ),
    "hold.over": gettext_lazy("The hold is over already."),
    "hold.changed": gettext_lazy(
        "Somebody else changed this hold while you had it open. What you have written is still "
        "here."
    ),
    "policy.missing": gettext_lazy(
        "No terms for the waiting list are in force. An administrator enters them under Policies."
    ),
}


def offer_refusal(broken: RuleBroken) -> str:
    """One sentence for what an offer or a hold is refused for. Raises KeyError for other codes."""
    facts = dict(broken.facts)
    if "state" in facts:
        facts["state"] = OfferState(facts["state"]).label
    if facts.get("number") == "":
        facts["number"] = _("an application with a protected address")
    if "kind" in facts and broken.code == "offer.dwelling_held":
        facts["kind"] = HoldKind(facts["kind"]).label
        to_on = facts.get("to_on")
        facts["until"] = " " + _("until %(day)s") % {"day": day(to_on)} if to_on else ""
    if "tests" in facts:
        facts["tests"] = ", ".join(str(TESTS[test]).lower() for test in facts["tests"])
    facts |= {
        name.removesuffix("_on"): day(value)
        for name, value in facts.items()
        if isinstance(value, datetime.date)
    }
    return str(_SENTENCES[broken.code]) % facts


_COLORS = {
    OfferState.RESERVED: "info",
    OfferState.OFFERED: "warning",
    OfferState.ACCEPTED: "success",
    OfferState.LEASED: "success",
}


def state_tag(state: str) -> dict[str, str]:
    """An offer's state as a tag."""
    return {
        "text": capfirst(str(OfferState(state).label)),
        "color": _COLORS.get(OfferState(state), "neutral"),
    }


VACANCY_STATES: dict[str, Promise] = {
    "free": pgettext_lazy("dwelling", "Free"),
    "coming": pgettext_lazy("dwelling", "Coming free"),
    "reserved": pgettext_lazy("dwelling", "Held for somebody"),
    "held": pgettext_lazy("dwelling", "Held back"),
}
_VACANCY_COLORS = {"free": "success", "coming": "info", "reserved": "warning", "held": "neutral"}


def vacancy_tag(state: str) -> dict[str, str]:
    return {"text": str(VACANCY_STATES[state]), "color": _VACANCY_COLORS[state]}


def hold_words(kind: str, to_on: datetime.date | None, note: str = "") -> str:
    """ "being repaired until 20.11.2026"."""
    said = str(HoldKind(kind).label)
    if to_on is not None:
        said = _("%(why)s until %(day)s") % {"why": said, "day": day(to_on)}
    return f"{said}: {note}" if note else said


# --- The timeline ---------------------------------------------------------------------------------

ACTS: dict[str, tuple[Promise, str]] = {
    "offer_reserved": (gettext_lazy("A home was held for the application"), ""),
    "offer_sent": (gettext_lazy("A home was offered, with an answer due %(expires)s"), "accent"),
    "offer_extended": (gettext_lazy("More time to answer the offer, until %(expires)s"), ""),
    "offer_accepted": (gettext_lazy("The offer was accepted"), "accent"),
    "offer_declined": (gettext_lazy("The offer was declined"), ""),
    "offer_withdrawn": (gettext_lazy("The offer was withdrawn"), ""),
    "offer_expired": (gettext_lazy("The offer ran out without an answer"), ""),
    "lease_made": (gettext_lazy("The home became a lease"), "accent"),
    "lease_extended": (gettext_lazy("The contract was extended"), "accent"),
}


def act(what: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """One of `ACTS` in one line, and its tone."""
    said, tone = ACTS[what]
    expires = facts.get("expires_on")
    shown = {"expires": day(datetime.date.fromisoformat(expires)) if expires else ""}
    return str(said) % shown, tone


# --- The letter -----------------------------------------------------------------------------------


def letter_fields(
    offer: Offer, *, conditions: Sequence[str], free_on: datetime.date, language: str
) -> dict[str, str]:
    """The fields of the letter "offer", in the language it is written in."""
    dwelling, application = offer.dwelling, offer.application
    with translation.override(language):
        access = _("The dwelling has step-free access.") if dwelling.is_accessible else ""
        return {
            "application": application.number,
            "received_on": day(application.received_on),
            "dwelling": home_words(dwelling),
            "rooms": str(dwelling.rooms),
            "area": str(dwelling.area_m2),
            "access": access,
            "rent": kr(dwelling.rent_ore),
            "available_from": day(free_on),
            "expires_on": day(offer.expires_on),
            "conditions": registry.items(list(conditions)) if conditions else "",
        }


def home_words(dwelling: Any) -> str:
    """ "Innherredsveien 3 B, H0201, 7043 Trondheim"."""
    home = f"{dwelling.street} {dwelling.house_no}, {dwelling.unit}"
    return f"{home}, {dwelling.postcode} {dwelling.place}"
