"""Moving out in words: refusals, and what was done to the lease."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day, kr
from tenants.words import party_changes

_SENTENCES: dict[str, Promise] = {
    "move.begun": gettext_lazy(
        "The moving out is registered already, with %(moves_on)s as the last day. Change the day "
        "there."
    ),
    "move.over": gettext_lazy("The tenancy ended %(moved_out_on)s."),
    "move.told_ahead": gettext_lazy("That day is yet to come."),
    "move.told_early": gettext_lazy(
        "The lease is newer than that: choose %(first_on)s or a later day."
    ),
    "move.inspected_ahead": gettext_lazy("That day is yet to come."),
    "move.keys_ahead": gettext_lazy("That day is yet to come."),
    "move.before_start": gettext_lazy("The tenancy began %(starts_on)s."),
    "move.too_far": gettext_lazy("The last day can be %(last_on)s at the latest. Check the year."),
    "move.damages_many": gettext_lazy("Write at most %(most)s lines; put small things together."),
    "move.damage_what": gettext_lazy("Say what the amount is for."),
    "move.damage_amount": gettext_lazy("Write what it costs, or leave the line empty."),
    "move.changed": gettext_lazy(
        "Somebody changed this moving out while you had the page open. Look at what is new and "
        "send again; what you have written is still here."
    ),
    "move.withdrawn": gettext_lazy(
        "The moving out was withdrawn. Register it anew if the tenant moves after all."
    ),
    "move.settled": gettext_lazy("It was settled %(settled_on)s."),
    "move.keys_back": gettext_lazy(
        "The keys came back %(keys_on)s. The tenancy is over; its last day was set with the keys."
    ),
    "move.no_reason": gettext_lazy("Say why."),
    "move.no_keys": gettext_lazy("Register first that the keys are back, and the last day."),
    "move.lives_there": gettext_lazy(
        "The tenancy lasts to %(last_on)s. It is settled when it is over."
    ),
    "move.secret_address": gettext_lazy(
        "Somebody in the tenancy has a protected address. Leave the new address empty here; who is "
        "cleared enters it on the person's page."
    ),
    "move.due_before_rent": gettext_lazy(
        "The rent of the last month falls due %(due_on)s. Choose that day or a later one."
    ),
    "move.due_far": gettext_lazy(
        "The last day to pay can be %(last_on)s at the latest. Check the year, or agree on a plan."
    ),
    "move.no_lease": gettext_lazy("Choose the lease the credit is moved to."),
    "move.not_own_lease": gettext_lazy(
        "The credit can be moved to another lease of the same tenant only."
    ),
    "move.no_credit": gettext_lazy("There is no credit to pay back or to move."),
    "move.due": gettext_lazy("The last day to pay must be after today."),
    "move.balance": gettext_lazy(
        "Something came into the ledger while you had the page open: the balance is "
        "%(balance_ore)s now. Look at the settlement anew and send again."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong, and how it is mended."""
    if broken.code not in _SENTENCES:
        return party_changes.refusal(broken)
    return str(_SENTENCES[broken.code]) % {
        name: _shown(name, value) for name, value in broken.facts.items()
    }


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, datetime.date):
        return day(value)
    return kr(value) if name.endswith("_ore") else value


def net_words(net_ore: int) -> str:
    """What remains: owed, in credit, or nothing."""
    if net_ore > 0:
        return _("The tenant owes %(sum)s") % {"sum": kr(net_ore)}
    if net_ore < 0:
        return _("The tenant has %(sum)s to their credit") % {"sum": kr(-net_ore)}
    return _("Nothing is owed either way")


# --- What was done to the lease -----------------------------------------------------------------

_ACTS: dict[str, Promise] = {
    "parties": gettext_lazy("The parties changed"),
    "member_asked": gettext_lazy("Asked for a new member of the household"),
    "member_yes": gettext_lazy("A new member of the household was agreed to"),
    "member_no": gettext_lazy("A new member of the household was refused"),
    "member_silence": gettext_lazy("Nobody answered within the month: a yes (§ 7-6)"),
    "member_over": gettext_lazy("A new member of the household was dropped: the tenancy ended"),
    "member_dead": gettext_lazy(
        "A new member of the household was dropped: who was to move in has died"
    ),
    "move_told": gettext_lazy("Moves out, last day %(moves_on)s"),
    "move_swap": gettext_lazy("Swaps the home by %(number)s, last day %(moves_on)s"),
    "move_changed": gettext_lazy("Moves out on another day: %(moves_on)s"),
    "move_withdrawn": gettext_lazy("Stays after all"),
    "move_inspected": gettext_lazy("The dwelling inspected"),
    "move_keys": gettext_lazy("Keys given back %(keys_on)s"),
    "move_settled": gettext_lazy("Moving out settled"),
}

TONES: Mapping[str, str] = {
    "move_told": "warning",
    "parties": "info",
    "member_asked": "info",
    "move_settled": "success",
}


def is_act(what: str) -> bool:
    """Whether it is one of ours; others note acts of their own on the lease."""
    return what in _ACTS


def act_words(what: str, facts: Mapping[str, Any]) -> str:
    """One entry of the lease's history."""
    shown = {
        name: day(datetime.date.fromisoformat(value)) if name.endswith("_on") else value
        for name, value in facts.items()
    }
    return str(_ACTS[what]) % shown
