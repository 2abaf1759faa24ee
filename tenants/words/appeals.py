"""Appeals against decisions in words. An appeal is never called a complaint."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day
from tenants.models import Appeal, AppealState
from tenants.words import decisions

_SENTENCES: dict[str, Promise] = {
    "appeal.not_yet": gettext_lazy("That day is yet to come. Today is %(today)s."),
    "appeal.before_decision": gettext_lazy(
        "The decision was made %(made_on)s. The appeal cannot have come before it."
    ),
    "appeal.before_sent": gettext_lazy(
        "The appeal was sent on %(sent_on)s. The answer cannot have come before it."
    ),
    "appeal.no_grounds": gettext_lazy("Write what is appealed, and why."),
    "appeal.open": gettext_lazy(
        "An appeal against this decision is open already. Note what is new on that one."
    ),
    "appeal.over_limit": gettext_lazy(
        "The last day on which an appeal could be heard at all was %(limit_on)s (fvl. § 31). "
        "Reject it as too late."
    ),
    "appeal.late": gettext_lazy(
        "The appeal came too late. Write why it is heard all the same (fvl. § 31), or reject it."
    ),
    "appeal.in_time": gettext_lazy("The appeal came in time, so it cannot be rejected as late."),
    "appeal.step": gettext_lazy("The appeal is %(state)s, so this cannot be done now."),
    "appeal.no_assessment": gettext_lazy("Write the new assessment."),
    "appeal.no_result": gettext_lazy("Write the result with its reasons."),
    "appeal.changed_meanwhile": gettext_lazy(
        "Somebody changed this appeal while you had it open: now it is %(state)s. What you have "
        "written is still here."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how to mend it."""
    if broken.code not in _SENTENCES:
        return decisions.refusal(broken)
    shown = {name: _shown(name, fact) for name, fact in broken.facts.items()}
    return str(_SENTENCES[broken.code]) % shown


def _shown(name: str, fact: Any) -> Any:
    if isinstance(fact, datetime.date):
        return day(fact)
    return AppealState(fact).label if name == "state" else fact


def state_tag(row: Appeal) -> dict[str, str]:
    colors = {
        AppealState.RECEIVED: "warning",
        AppealState.SENT_ON: "info",
        AppealState.CHANGED: "success",
    }
    color = colors.get(AppealState(row.state), "neutral")
    return {"text": capfirst(str(row.get_state_display())), "color": color}


def late_in_letter(row: Appeal) -> str:
    """What the receipt says of an appeal that came after the last day; empty for one in time."""
    if not row.is_late:
        return ""
    last = row.decision.appeal_last_on
    return _(
        "The appeal came after the last day to appeal, which was %(day)s. We look at whether it "
        "can be heard all the same."
    ) % {"day": day(last)}


def result_in_letter(row: Appeal) -> str:
    """The result in one sentence to the appellant."""
    sentences = {
        AppealState.UPHELD: _("The decision stands as it is."),
        AppealState.CHANGED: _("The decision has been changed."),
        AppealState.REJECTED: _("The appeal is rejected, because it came too late."),
        AppealState.WITHDRAWN: _("The appeal has been withdrawn."),
    }
    return sentences[AppealState(row.state)]


_ACTS: dict[str, tuple[Promise, str]] = {
    "appeal_received": (pgettext_lazy("what was done", "Appeal received"), "warning"),
    "appeal_sent_on": (pgettext_lazy("what was done", "Appeal sent to the appeal body"), ""),
    "appeal_to_be_changed": (
        pgettext_lazy("what was done", "Looked at again: the decision is to be changed"),
        "accent",
    ),
    "appeal_changed": (pgettext_lazy("what was done", "The decision is changed on appeal"), ""),
    "appeal_upheld": (pgettext_lazy("what was done", "Decision upheld by the appeal body"), ""),
    "appeal_rejected": (pgettext_lazy("what was done", "Appeal rejected as too late"), ""),
    "appeal_withdrawn": (pgettext_lazy("what was done", "Appeal withdrawn"), ""),
}
ACTS = frozenset(_ACTS)


def act(what: str, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    """Title, text and tone of what was done."""
    title, tone = _ACTS[what]
    kind = facts.get("kind")
    return str(title), decisions.kind_name(str(kind)) if kind else "", tone
