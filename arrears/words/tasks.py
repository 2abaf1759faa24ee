"""Tasks in words: one line that says what is to be done, from the task's kind and its facts."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.models.plans import PayerKind
from arrears.models.referrals import DecisionKind
from boligsak.show import day, kr

_TASKS: dict[str, Promise] = {
    "give_case": gettext_lazy("Give the case to somebody: %(who)s is disqualified"),
    "temporary_home": gettext_lazy(
        "Have a temporary home ready: children live there, and the eviction is %(eviction_on)s"
    ),
    "rehouse": gettext_lazy("Find another home: the head landlord has set a deadline"),
    "promise_broken": gettext_lazy("Call again: %(ore)s was promised by %(by_on)s and not paid"),
    "emergency_act": gettext_lazy("See to what a manager decided because of danger to life"),
    "plan_broken": gettext_lazy("Talk with the tenant: the repayment plan is broken"),
    "plan_kept": gettext_lazy("The repayment plan is kept: see whether the case can be closed"),
    "protested": gettext_lazy(
        "Decide whether to go to court: the tenant has protested, and %(suit_on)s is the last day"
    ),
    "payer_missing": gettext_lazy(
        "Ask %(payer)s: %(short_ore)s expected %(expected_on)s is missing"
    ),
    "decision": gettext_lazy("Follow up what the meeting decided %(held_on)s: %(decision)s"),
}


def task_title(kind: str, title: str, facts: Mapping[str, Any]) -> str:
    """What is to be done: the words it was given, or the sentence of its kind.

    Facts kept by an earlier version may lack what the sentence needs: then it is said in general.
    """
    if title:
        return title
    sentence = _TASKS.get(kind)
    if sentence is None:
        return _("Something is to be done")
    try:
        return str(sentence) % {name: _shown(name, value) for name, value in facts.items()}
    except KeyError:
        return _("Something is to be done")


def _shown(name: str, value: Any) -> Any:
    if name.endswith("_on") and value:
        return day(datetime.date.fromisoformat(str(value)))
    if name == "ore" or name.endswith("_ore"):
        return kr(value)
    if name == "decision" and value in DecisionKind.values:
        return str(DecisionKind(value).label)
    if name == "payer" and value in PayerKind.values:
        return str(PayerKind(value).label)
    return value
