"""Changes of rent in words."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from tenants.words import bulk


def decimal(value: Decimal | str) -> str:
    """ "139,1"."""
    text = f"{Decimal(value):f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def figure(value: Decimal, month: datetime.date | None) -> str:
    """An index figure and the month it is for: "139,1 (January 2026)"."""
    if month is None:
        return decimal(value)
    return f"{decimal(value)} ({date_format(month, 'F Y')})"


def month(first: datetime.date) -> str:
    """January 2026."""
    return date_format(first, "F Y")


def percent(from_index: Decimal | str, to_index: Decimal | str) -> str:
    """How much the index has changed, cut off after one decimal: "2,6 %"."""
    change = (Decimal(to_index) / Decimal(from_index) - 1) * 100
    return f"{decimal(change.quantize(Decimal('0.1'), rounding='ROUND_DOWN'))}\u00a0%"


_KINDS: dict[str, Promise] = {
    "index": gettext_lazy("by the consumer price index (§ 4-2)"),
    "current": gettext_lazy("to the current rent (§ 4-3)"),
    "agreed": gettext_lazy("agreed with the tenant"),
    "correction": gettext_lazy("corrected in the register"),
}


def kind(code: str) -> str:
    """What a rent was changed by."""
    return str(_KINDS.get(code, code))


_SENTENCES: dict[str, Promise] = {
    "indexation.notice_too_late": gettext_lazy(
        "The notice must be sent by %(last_on)s for the new rent to begin %(valid_from)s (§ 4-2)."
        " Choose a later month."
    ),
    "indexation.moved_out": gettext_lazy("The tenant moved out %(moved_out_on)s."),
    "indexation.no_rent": gettext_lazy("No rent is set for this lease. Enter it first."),
    "indexation.coming": gettext_lazy("Another change of the rent is coming %(coming_on)s."),
    "indexation.too_early": gettext_lazy(
        "The rent was last set %(set_on)s. It can change from %(earliest_on)s (§ 4-2)."
    ),
    "indexation.not_one_series": gettext_lazy(
        "From %(from_index)s to %(to_index)s is more than prices change in a year: the two figures"
        " are hardly of one series. An administrator looks at them under Rates."
    ),
    "indexation.no_rise": gettext_lazy(
        "The index has not risen enough for a whole krone (%(from_index)s to %(to_index)s): the"
        " rent stays."
    ),
    "indexation.nobody": gettext_lazy("No rent can follow the index from %(valid_from)s."),
    "indexation.replaced": gettext_lazy("A newer notice has been written instead of this one."),
    "current_rent.too_early": gettext_lazy(
        "The rent has been the same, but for the index, since %(since)s. Current rent can be"
        " demanded from %(from_on)s, after two years and six months (§ 4-3)."
    ),
    "current_rent.too_soon": gettext_lazy(
        "It was demanded %(demanded_on)s, so it can begin %(earliest_on)s at the earliest: six"
        " months after (§ 4-3)."
    ),
    "rent.not_the_first": gettext_lazy("A rent begins on the first of a month."),
    "rent.too_soon": gettext_lazy(
        "It can begin %(first_on)s at the earliest. A month that is charged already is corrected in"
        " the ledger."
    ),
    "rent.day_taken": gettext_lazy("The rent changes %(valid_from)s already. Choose another day."),
    "rent.same_amount": gettext_lazy("That is what the rent is already."),
    "rent.no_amount": gettext_lazy("Write the new rent a month."),
    "rent.no_reason": gettext_lazy("Say what the new rent rests on."),
    "rent.no_demand": gettext_lazy(
        "Say which day the written demand was sent: six months run from it (§ 4-3)."
    ),
    "rent.demanded_later": gettext_lazy("The day of the demand has not come yet."),
    "rent.lease_changed": gettext_lazy(
        "Somebody has changed this lease since you opened the page. Look at it once more."
    ),
    "rent.changed_since": gettext_lazy(
        "The rent has been changed in another way since the notice was written. Write a new one."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how it is mended."""
    return sentence(broken.code, broken.facts)


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The same from a stored code; days and figures in `facts` may be texts there."""
    if code not in _SENTENCES:
        return bulk.sentence(code, facts)
    told = bulk.shown(facts)
    told |= {name: decimal(facts[name]) for name in ("from_index", "to_index") if name in facts}
    return str(_SENTENCES[code]) % told
