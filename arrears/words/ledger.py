"""Refusals of the ledger in words."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day, kr

_SENTENCES: dict[str, Promise] = {
    "correct.zero": gettext_lazy("Write an amount that is not nought."),
    "correct.before_line": gettext_lazy(
        "The line is from %(from)s. It cannot be corrected from a day before that."
    ),
    "correct.no_reason": gettext_lazy("Say why the line is corrected."),
    "correct.too_much": gettext_lazy(
        "Only %(left)s is left of this charge. No more can be taken off it."
    ),
    "correct.not_correctable": gettext_lazy(
        "A payment is not corrected here. Move it to the lease it belongs to, or let the bank "
        "reverse it."
    ),
    "dispute.not_a_charge": gettext_lazy("Only a charge can be disputed."),
    "dispute.amount": gettext_lazy(
        "Write an amount above nought and no larger than the charge, which is %(charge)s."
    ),
    "dispute.before_lease": gettext_lazy(
        "The lease began %(starts)s. Nothing can have been deposited for it before that."
    ),
    "dispute.open_already": gettext_lazy(
        "A deposit from %(opened)s is noted on this charge already. Settle that dispute first."
    ),
    "dispute.closed": gettext_lazy("This dispute has been settled already."),
    "dispute.settled_before_opened": gettext_lazy(
        "The money was deposited %(opened)s. The dispute cannot have been settled before that."
    ),
    "charge.not_by_hand": gettext_lazy("Only fees, damage and loans are charged here."),
    "charge.before_lease": gettext_lazy(
        "The lease began %(starts)s. Nothing can fall due before that."
    ),
    "charge.too_far_ahead": gettext_lazy(
        "The due day can be %(last)s at the latest. Check the year."
    ),
}

_SHOWN: dict[str, Callable[[Any], tuple[str, str]]] = {
    "left_ore": lambda ore: ("left", kr(ore)),
    "charge_ore": lambda ore: ("charge", kr(ore)),
    "line_on": lambda on: ("from", day(on)),
    "opened_on": lambda on: ("opened", day(on)),
    "starts_on": lambda on: ("starts", day(on)),
    "last_on": lambda on: ("last", day(on)),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong. Raises KeyError for a code that is not the ledger's."""
    facts = dict(broken.facts)
    facts |= dict(show(facts[name]) for name, show in _SHOWN.items() if name in facts)
    return str(_SENTENCES[broken.code]) % facts
