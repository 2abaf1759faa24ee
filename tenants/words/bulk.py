"""Steps on many leases in words: how far they have come, and what both kinds are refused for."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rates import words as rates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from tenants.models import BulkState

STATES: dict[str, Promise] = {
    BulkState.PREVIEW: gettext_lazy("To be looked through"),
    BulkState.ASKED: gettext_lazy("Waits for its turn"),
    BulkState.RUNNING: gettext_lazy("At work"),
    BulkState.DONE: gettext_lazy("Done"),
    BulkState.DROPPED: gettext_lazy("Dropped"),
}

STATE_COLORS: dict[str, str] = {
    BulkState.PREVIEW: "info",
    BulkState.ASKED: "info",
    BulkState.RUNNING: "info",
    BulkState.DONE: "success",
    BulkState.DROPPED: "neutral",
}

_SENTENCES: dict[str, Promise] = {
    "template.missing": gettext_lazy(
        "There is no letter template in use for this. An administrator can approve one."
    ),
    "template.field_missing": gettext_lazy(
        "The letter lacks something that the law asks for (%(fields)s). Enter it first."
    ),
    "bulk.changed": gettext_lazy(
        "%(who)s has changed this list since you opened it. Look at it once more."
    ),
    "bulk.plan_changed": gettext_lazy(
        "What would be done has changed since you looked at the list. Look at it once more."
    ),
    "bulk.not_preview": gettext_lazy("This has been started already."),
    "bulk.nothing_chosen": gettext_lazy("No row is left that can be done. Take some in again."),
    "bulk.none": gettext_lazy("Tick at least one lease."),
    "bulk.too_many": gettext_lazy(
        "That is %(count)s leases. At most %(most)s can be taken at once: filter the list first."
    ),
    "bulk.over": gettext_lazy("Everything is done: there is nothing to start again."),
    "bulk.at_work": gettext_lazy("It is being done already."),
    "bulk.lease_changed": gettext_lazy(
        "The lease was changed after you looked at the list, so nothing was done. Look at it by"
        " itself."
    ),
    "bulk.fault": gettext_lazy(
        "Something went wrong in Boligsak, and nothing was done. Start again, or look at it by"
        " itself."
    ),
    "lease.gone": gettext_lazy("You may no longer see this lease, so nothing was done."),
    "rate.missing": gettext_lazy(
        "There is no figure for “%(kind)s” on %(day)s, and none is guessed. An administrator enters"
        " it under Rates."
    ),
    "policy.missing": gettext_lazy(
        "There is no policy for this on %(day)s. An administrator enters it under Policies."
    ),
}


def refusal(broken: RuleBroken) -> str:
    return sentence(broken.code, broken.facts)


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """One sentence for a code and its facts, whose days may be ISO texts (from a stored row)."""
    return str(_SENTENCES.get(code, _OTHER)) % shown(facts)


_OTHER = gettext_lazy("It was refused. Look at the lease by itself.")

_DAYS = ("day", "in_use_to", "valid_from", "since")


def shown(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as people read them."""
    return {name: _shown(name, fact) for name, fact in facts.items()}


def _shown(name: str, fact: Any) -> Any:
    if name == "kind":
        return rates.rate(fact)
    if isinstance(fact, datetime.date):
        return format_day(fact)
    if isinstance(fact, str) and (name.endswith("_on") or name in _DAYS):
        try:
            return format_day(datetime.date.fromisoformat(fact))
        except ValueError:
            return fact
    if isinstance(fact, list | tuple):
        return ", ".join(map(str, fact))
    return fact
