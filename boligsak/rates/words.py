"""Why a rate or policy was refused, and what their units are called, in words."""

from collections.abc import Callable, Mapping
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
    "index": gettext_lazy("index figure"),
}

RATES: dict[str, Promise] = {
    "collection-notice": gettext_lazy("Debt collection notice, time to pay"),
    "collection-rate": gettext_lazy("Debt collection rate"),
    "collector-fee-500": gettext_lazy("Collector's fee, claim up to 500"),
    "collector-fee-1000": gettext_lazy("Collector's fee, claim up to 1000"),
    "collector-fee-2500": gettext_lazy("Collector's fee, claim up to 2500"),
    "collector-fee-10000": gettext_lazy("Collector's fee, claim up to 10 000"),
    "collector-fee-50000": gettext_lazy("Collector's fee, claim up to 50 000"),
    "collector-fee-250000": gettext_lazy("Collector's fee, claim up to 250 000"),
    "collector-fee-above": gettext_lazy("Collector's fee, claim above 250 000"),
    "collector-fee-doubles": gettext_lazy("Collector's fee doubles after"),
    "court-fee": gettext_lazy("Court fee (R)"),
    "eviction-carried-out": gettext_lazy("Eviction carried out, share of the court fee"),
    "eviction-comment": gettext_lazy("Eviction, the tenant's time to comment"),
    "eviction-filed": gettext_lazy("Eviction petition, share of the court fee"),
    "eviction-goods-kept": gettext_lazy("Eviction, goods are kept"),
    "eviction-warning": gettext_lazy("Eviction, from warning to petition"),
    "email-used-within": gettext_lazy("E-mail counts when the address was used within"),
    "fee-after-due": gettext_lazy("First fee, days after the due day"),
    "fees-a-claim": gettext_lazy("Fees for a claim, at most"),
    "late-interest": gettext_lazy("Late interest"),
    "limitation-years": gettext_lazy("Limitation of rent, years"),
    "nav-warning": gettext_lazy("Warning to Nav, to petition"),
    "own-collection-notice": gettext_lazy("Own debt collection notice, 1 on, 0 off"),
    "payment-demand": gettext_lazy("Payment demand, time to pay"),
    "payment-demand-fee": gettext_lazy("Payment demand, fee"),
    "referral-decision-lapses": gettext_lazy("Decision on referral lapses after"),
    "reminder-deadline": gettext_lazy("Reminder, time to pay"),
    "reminder-fee": gettext_lazy("Reminder, fee"),
}


def rate(name: str) -> str:
    """What a rate is called; its name in code when it has no words."""
    registered = registry.rates().get(name)
    return str(RATES.get(name) or (registered.label if registered else name))


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


def policy_refusal(
    broken: RuleBroken,
    names: Mapping[str, Promise],
    more: Mapping[str, Promise] | None = None,
    shown: Callable[[str, Any], Any] = lambda _field, fact: fact,
) -> str:
    """One sentence for a value that cannot be read. `names` is what people call the values of the
    kind, `more` the sentences of what only this kind refuses, `shown` how a fact about a field is
    written."""
    field = broken.facts["field"]
    facts = {name: shown(field, fact) for name, fact in broken.facts.items()}
    sentence = (more or {}).get(broken.code) or _UNREADABLE[broken.code]
    return str(sentence) % {**facts, "field": policy_field(field, names)}


def policy_field(field: str, names: Mapping[str, Promise]) -> str:
    """What people call a value of a policy; the name itself when it has no other."""
    return str(names.get(field, field))


_UNREADABLE: dict[str, Promise] = {
    "policy.unknown_value": gettext_lazy("“%(field)s” is not a value this policy has."),
    "policy.missing_value": gettext_lazy("“%(field)s” is missing."),
    "policy.not_a_whole_number": gettext_lazy("“%(field)s” must be a whole number."),
    "policy.out_of_range": gettext_lazy(
        "“%(field)s” must be between %(lowest)s and %(highest)s; %(found)s was given."
    ),
}


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
