"""Conditions of decisions in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day
from tenants.models import Condition, ConditionKind, ConditionState
from tenants.words import decisions

_SENTENCES: dict[str, Promise] = {
    "condition.settled": gettext_lazy("The condition is already %(state)s."),
    "condition.not_yours": gettext_lazy(
        "The %(party)s checks this condition. Ask them, or let them hand it over to you."
    ),
    "condition.open": gettext_lazy("The condition is open already."),
    "condition.no_because": gettext_lazy("Say why."),
    "condition.not_on_the_books": gettext_lazy(
        "A condition on old arrears is met by a repayment plan that runs, or by nothing being "
        "owed. Choose one of them under Old arrears."
    ),
    "condition.may_not_waive": gettext_lazy(
        "Only who approves decisions may let a condition go. Ask the coordinator or the housing "
        "unit."
    ),
    "condition.not_in_force": gettext_lazy(
        "The decision that set this condition holds no more, so the condition does not either."
    ),
    "condition.none_open": gettext_lazy("Every condition is met or waived."),
    "condition.changed": gettext_lazy(
        "Somebody changed this condition while you had it open: now it is %(state)s. What you "
        "have written is still here."
    ),
}

PARTIES: dict[str, Promise] = {
    "welfare": gettext_lazy("welfare office"),
    "housing_unit": gettext_lazy("housing unit"),
    "landlord": gettext_lazy("landlord"),
}

_FALLEN: dict[str, Promise] = {
    "plan_broken": gettext_lazy("The repayment plan is broken."),
    "plan_ended": gettext_lazy("The repayment plan has ended."),
    "plan_draft": gettext_lazy("The repayment plan is not signed."),
    "debt_again": gettext_lazy("There is debt again."),
    "debt_not_covered": gettext_lazy("There is debt that no repayment plan covers."),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how to mend it."""
    if broken.code not in _SENTENCES:
        return decisions.refusal(broken)
    facts = dict(broken.facts)
    if "state" in facts:
        facts["state"] = ConditionState(facts["state"]).label
    if "party" in facts:
        facts["party"] = party_name(facts["party"])
    return str(_SENTENCES[broken.code]) % facts


def party_name(party: str) -> str:
    return str(PARTIES.get(party, party))


def kind_name(kind: str) -> str:
    return capfirst(str(ConditionKind(kind).label))


def because_words(because: str) -> str:
    """Why a condition was settled or opened: a code of ours, or what somebody wrote."""
    return str(_FALLEN.get(because, because))


def state_tag(row: Condition, fallen: str = "") -> dict[str, str]:
    """`fallen`: the code of why what it was met by no longer holds."""
    if fallen:
        return {"text": because_words(fallen).rstrip("."), "color": "danger"}
    colors = {"open": "warning", "met": "success", "waived": "neutral"}
    return {"text": capfirst(str(row.get_state_display())), "color": colors[row.state]}


def evidence_words(evidence: Mapping[str, Any]) -> str:
    """What a condition was found met by."""
    if evidence.get("kind") == "plan":
        numbers = ", ".join(str(one["lease_number"]) for one in evidence.get("plans", []))
        return _("A repayment plan on lease %(number)s") % {"number": numbers}
    if evidence.get("kind") == "no_debt":
        return _("Nothing was owed")
    if evidence.get("kind") == "document":
        return _("Document %(number)s") % {"number": evidence.get("number", "")}
    return ""


_ACTS: dict[str, tuple[Promise, str]] = {
    "condition_met": (pgettext_lazy("what was done", "Condition met"), "success"),
    "condition_waived": (pgettext_lazy("what was done", "Condition waived"), "warning"),
    "condition_reopened": (pgettext_lazy("what was done", "Condition opened again"), "warning"),
    "condition_handed_over": (pgettext_lazy("what was done", "Condition handed over"), ""),
    "condition_reminded": (pgettext_lazy("what was done", "Reminder of conditions sent"), ""),
}
ACTS = frozenset(_ACTS)


def act(what: str, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Title, text and tone of what was done."""
    title, tone = _ACTS[what]
    text = kind_name(str(facts["kind"])) if facts.get("kind") else ""
    if what == "condition_reopened" and facts.get("because") in _FALLEN:
        text = because_words(str(facts["because"]))
    return str(title), text, tone


def due_words(row: Any) -> str:
    """ "by 01.12.2026"; empty without a day."""
    return _("by %(day)s") % {"day": day(row.due_on)} if row.due_on else ""
