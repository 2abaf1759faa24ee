"""Why a rate or policy was refused, and what their units are called, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.dates import format_day
from boligsak.rates import registry
from boligsak.rule import RuleBroken

UNITS: dict[str, Promise] = {
    "øre": gettext_lazy("øre"),
    "% a year": gettext_lazy("per cent a year"),
    "ratio": gettext_lazy("share of the rate it is reckoned from"),
    "days": gettext_lazy("days"),
    "number": gettext_lazy("number"),
}


def unit(name: str) -> str:
    return str(UNITS.get(name, name))


def kind_label(name: str) -> str:
    """What a policy's kind is called; its name when no app has registered it."""
    found = {kind.name: kind.label for kind in registry.kinds()}
    return str(found.get(name, name))


def refusal(broken: RuleBroken, kind: str = "") -> str:
    """One sentence. What is wrong with a policy's values is said by the app that owns the kind."""
    if broken.code in _SENTENCES:
        return str(_SENTENCES[broken.code]) % _shown(broken.facts)
    return registry.kind(kind).refusal(broken)


def _shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: format_day(fact) if hasattr(fact, "isoformat") else fact
        for name, fact in facts.items()
    }


_SENTENCES: dict[str, Promise] = {
    "policy.day_taken": gettext_lazy(
        "There is a version from %(valid_from)s already. Choose another day."
    ),
    "policy.in_use": gettext_lazy(
        "This version has been used and is never changed again. Make a new version from a day on."
    ),
    "rate.day_taken": gettext_lazy(
        "There is a rate of this kind from %(valid_from)s already. Choose another day."
    ),
    "rate.in_use": gettext_lazy(
        "This rate has been used and is never changed again. Enter the new rate with its own day."
    ),
    "rate.ends_before_start": gettext_lazy("The last day must be after the first."),
}
