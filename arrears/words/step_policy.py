"""The policy of next steps in words: its conditions, their choices, and what was wrong with one."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from arrears.models import NoticeKind, TriggerKind
from arrears.models.contacts import Channel, ContactResult
from arrears.rules.step_policy import CONDITIONS, PLANS, PolicyStep, Since, StepPolicy
from arrears.words.next_steps import action_name, notice_name, party_name
from boligsak.rule import RuleBroken

CONDITION_NAMES: dict[str, Promise] = {
    "triggers": gettext_lazy("What the case is about"),
    "overdue_days": gettext_lazy("Days overdue, at least"),
    "months_permille": gettext_lazy("Months' rent owed, at least"),
    "has_children": gettext_lazy("Children in the household"),
    "contact": gettext_lazy("Contact so far"),
    "no_contact_days": gettext_lazy("Days without any contact, at least"),
    "not_reached_days": gettext_lazy("Days since the tenant was reached, at least"),
    "reached_within_days": gettext_lazy("Reached within the last days"),
    "channel_untried": gettext_lazy("Way of contact not tried yet"),
    "last_result": gettext_lazy("What came of the last contact"),
    "promise": gettext_lazy("Promise to pay"),
    "view_missing": gettext_lazy("The tenant's own view is missing"),
    "measures_unanswered": gettext_lazy("The checklist has unanswered lines"),
    "measures_undecided": gettext_lazy("A measure is not finished"),
    "children_unassessed": gettext_lazy("The children's best interest is not assessed"),
    "plan": gettext_lazy("Repayment plan"),
    "notice_sent": gettext_lazy("This has been sent"),
    "notice_not_sent": gettext_lazy("This has not been sent"),
    "notice_over": gettext_lazy("The deadline of this is over"),
    "days_to_end": gettext_lazy("Days left of the contract, at most"),
    "has_expired": gettext_lazy("The contract has run out"),
    "expired_days": gettext_lazy("Days since the contract ran out, at least"),
    "days_to_last_safe": gettext_lazy("Days left until the last safe day (§ 9-2), at most"),
    "move_requested": gettext_lazy("The tenant has been asked to move"),
    "for_meeting": gettext_lazy("Marked for the meeting"),
    "decision_waiting": gettext_lazy("A decision to refer is waiting"),
    "referral_running": gettext_lazy("A referral is running"),
}

GROUPS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        gettext_lazy("The case and the money"),
        ("triggers", "overdue_days", "months_permille", "promise", "plan"),
    ),
    (
        gettext_lazy("Contact"),
        (
            "contact",
            "last_result",
            "channel_untried",
            "no_contact_days",
            "not_reached_days",
            "reached_within_days",
            "view_missing",
        ),
    ),
    (
        gettext_lazy("Household and measures"),
        ("has_children", "children_unassessed", "measures_unanswered", "measures_undecided"),
    ),
    (gettext_lazy("Letters and warnings"), ("notice_sent", "notice_not_sent", "notice_over")),
    (
        gettext_lazy("The contract"),
        ("days_to_end", "has_expired", "expired_days", "days_to_last_safe", "move_requested"),
    ),
    (
        gettext_lazy("Meeting and referral"),
        ("for_meeting", "decision_waiting", "referral_running"),
    ),
)
"""The conditions as a form shows them. A test holds that none is forgotten."""

SINCE: dict[str, Promise] = {
    Since.PROPOSED: gettext_lazy("days after it is proposed"),
    Since.OPENED: gettext_lazy("days after the case was opened"),
    Since.OVERDUE: gettext_lazy("days after the oldest unpaid due day"),
    Since.CONTACT: gettext_lazy("days after the last contact"),
    Since.NOTICE: gettext_lazy("days after the notice's deadline"),
    Since.BEFORE_END: gettext_lazy("days before the contract runs out"),
    Since.BEFORE_LAST_SAFE: gettext_lazy("days before the last safe day (§ 9-2)"),
}

_CONTACTS: dict[str, Promise] = {
    "none": gettext_lazy("nobody has tried to reach the tenant"),
    "not_reached": gettext_lazy("the tenant has not been reached"),
    "tried": gettext_lazy("tried, but not reached"),
    "reached": gettext_lazy("the tenant has been reached"),
}
_PROMISES: dict[str, Promise] = {
    "open": gettext_lazy("a promise is running"),
    "broken": gettext_lazy("a promise was broken"),
    "none": gettext_lazy("no promise"),
}
_PLANS: dict[str, Promise] = {
    "none": gettext_lazy("no plan"),
    "draft": gettext_lazy("a plan not signed yet"),
    "running": gettext_lazy("a plan is being kept"),
    "broken": gettext_lazy("a plan was broken"),
    "kept": gettext_lazy("an earlier plan was kept"),
}

VALUE_NAMES: dict[str, Promise] = {
    "estate_days": gettext_lazy("After a death: days to get in touch with the estate"),
    "payer_days": gettext_lazy("A missing payment from Nav or others: days to ask for it"),
    "cover_days": gettext_lazy("A tenant who is away: days to find out who covers the rent"),
    "ask_again_days": gettext_lazy("Days before the three above are proposed again"),
    "rest_days": gettext_lazy("When no step fits: days until the case is looked at again"),
}

_STEP_FIELDS: dict[str, Promise] = {
    "steps": gettext_lazy("The steps"),
    "code": gettext_lazy("Name"),
    "action": gettext_lazy("What is to be done"),
    "party": gettext_lazy("Who does it"),
    "within_days": gettext_lazy("Days"),
    "since": gettext_lazy("Counted from"),
    "again_days": gettext_lazy("Days before it is proposed again"),
    "note": gettext_lazy("Explanation"),
}


def field_name(field: str) -> str:
    """What people call a value, a field of a step or a condition."""
    known = {**VALUE_NAMES, **_STEP_FIELDS, **CONDITION_NAMES}
    return str(known.get(field, field))


def option_names(condition: str) -> list[tuple[str, Any]]:
    """The choices of a condition, with what they are called."""
    known: Mapping[str, Mapping[str, Any]] = {
        "triggers": dict(TriggerKind.choices),
        "contact": _CONTACTS,
        "channel_untried": dict(Channel.choices),
        "last_result": dict(ContactResult.choices),
        "promise": _PROMISES,
        "plan": _PLANS,
    }
    labels = known.get(condition, dict(NoticeKind.choices))
    return [(option, labels[option]) for option in CONDITIONS[condition].options]


def months(permille: int) -> str:
    """1500 → "1,5"."""
    return f"{permille / 1000:g}".replace(".", ",")


def condition(name: str, value: Any) -> str:
    """One condition as a phrase: "at least 18 days overdue"."""
    if name == "overdue_days":
        return ngettext("at least %(n)d day overdue", "at least %(n)d days overdue", value) % {
            "n": value
        }
    if name == "months_permille":
        return _("at least %(months)s months' rent is owed") % {"months": months(value)}
    if name == "no_contact_days":
        return ngettext("no contact for %(n)d day", "no contact for %(n)d days", value) % {
            "n": value
        }
    if name == "not_reached_days":
        return ngettext("not reached for %(n)d day", "not reached for %(n)d days", value) % {
            "n": value
        }
    if name == "reached_within_days":
        return ngettext(
            "reached within the last %(n)d day", "reached within the last %(n)d days", value
        ) % {"n": value}
    if name == "expired_days":
        return ngettext(
            "the contract ran out at least %(n)d day ago",
            "the contract ran out at least %(n)d days ago",
            value,
        ) % {"n": value}
    if name == "last_result":
        return _("last time: %(result)s") % {"result": ContactResult(value).label}
    if name == "days_to_end":
        return ngettext(
            "at most %(n)d day left of the contract",
            "at most %(n)d days left of the contract",
            value,
        ) % {"n": value}
    if name == "days_to_last_safe":
        return ngettext(
            "at most %(n)d day until the last safe day (§ 9-2)",
            "at most %(n)d days until the last safe day (§ 9-2)",
            value,
        ) % {"n": value}
    if name == "notice_sent":
        return _("%(notice)s has been sent") % {"notice": notice_name(value)}
    if name == "notice_not_sent":
        return _("%(notice)s has not been sent") % {"notice": notice_name(value)}
    if name == "notice_over":
        return _("the deadline of the %(notice)s is over") % {"notice": notice_name(value)}
    if name == "channel_untried":
        return _("not tried: %(channel)s") % {"channel": Channel(value).label}
    if isinstance(value, bool):
        return str(_SO[name] if value else _NOT_SO[name])
    chosen = [value] if isinstance(value, str) else list(value)
    if name == "plan" and set(PLANS) - set(chosen) == {"running"}:
        return _("no plan is being kept")
    names = [str(label) for option, label in option_names(name) if option in chosen]
    return _(" or ").join(names)


_SO: dict[str, Promise] = {
    "has_children": gettext_lazy("children live there"),
    "view_missing": gettext_lazy("the tenant's own view is missing"),
    "measures_unanswered": gettext_lazy("the checklist has unanswered lines"),
    "measures_undecided": gettext_lazy("a measure is not finished"),
    "children_unassessed": gettext_lazy("the children's best interest is not assessed"),
    "has_expired": gettext_lazy("the contract has run out"),
    "move_requested": gettext_lazy("the tenant has been asked to move"),
    "for_meeting": gettext_lazy("marked for the meeting"),
    "decision_waiting": gettext_lazy("a decision to refer is waiting"),
    "referral_running": gettext_lazy("a referral is running"),
}
_NOT_SO: dict[str, Promise] = {
    "has_children": gettext_lazy("no children live there"),
    "view_missing": gettext_lazy("the tenant's own view is recorded"),
    "measures_unanswered": gettext_lazy("the checklist is answered"),
    "measures_undecided": gettext_lazy("every measure is finished"),
    "children_unassessed": gettext_lazy("the children's best interest is assessed"),
    "has_expired": gettext_lazy("the contract has not run out"),
    "move_requested": gettext_lazy("the tenant has not been asked to move"),
    "for_meeting": gettext_lazy("not marked for the meeting"),
    "decision_waiting": gettext_lazy("no decision to refer is waiting"),
    "referral_running": gettext_lazy("no referral is running"),
}


def when(step: PolicyStep) -> str:
    """The conditions of a step in one line; that it always fits when it has none."""
    if not step.conditions:
        return _("Always")
    return capfirst("; ".join(condition(name, asked) for name, asked in step.conditions.items()))


def by_when(step: PolicyStep) -> str:
    """ "3 days after it is proposed"."""
    return f"{step.within_days} {SINCE[step.since]}"


def again(step: PolicyStep) -> str:
    if step.again_days is None:
        return _("never again in the same case")
    if step.again_days == 0:
        return _("at once")
    return ngettext("after %(n)d day", "after %(n)d days", step.again_days) % {"n": step.again_days}


def shown(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A version of the policy as (what it is called, how people read it)."""
    policy = StepPolicy.from_values(values)
    lines = [
        (
            _("%(number)d. %(action)s") % {"number": number, "action": action_name(step.action)},
            f"{when(step)}. {capfirst(party_name(step.party))}, {by_when(step)}.",
        )
        for number, step in enumerate(policy.steps, start=1)
    ]
    return lines + [(str(label), str(getattr(policy, name))) for name, label in VALUE_NAMES.items()]


# --- Refusals ---------------------------------------------------------------------------------


def refusal(broken: RuleBroken) -> str:
    """One sentence for a "steps.…" refusal; a fault in a step says in which."""
    facts = {**broken.facts, "field": field_name(broken.facts["field"])}
    sentence = str(_SENTENCES[broken.code]) % facts
    if "number" not in facts:
        return sentence
    return _("Step %(number)d: %(sentence)s") % {"number": facts["number"], "sentence": sentence}


_SENTENCES: dict[str, Promise] = {
    "steps.unknown_value": gettext_lazy("“%(field)s” is not a value this policy has."),
    "steps.missing_value": gettext_lazy("“%(field)s” is missing."),
    "steps.no_steps": gettext_lazy("There must be at least one step."),
    "steps.too_many": gettext_lazy("There can be at most %(most)d steps."),
    "steps.step_unreadable": gettext_lazy("the step cannot be read."),
    "steps.code_unreadable": gettext_lazy("the step has no name."),
    "steps.code_twice": gettext_lazy("two steps have the same name (%(step)s)."),
    "steps.not_a_choice": gettext_lazy("“%(field)s” has a value that is not among its choices."),
    "steps.not_a_whole_number": gettext_lazy("“%(field)s” must be a whole number."),
    "steps.out_of_range": gettext_lazy(
        "“%(field)s” must be between %(lowest)s and %(highest)s; %(found)s was given."
    ),
    "steps.note_too_long": gettext_lazy("the explanation can have at most %(most)d characters."),
    "steps.no_notice": gettext_lazy(
        "the days are counted from a notice. Say which under “Letters and warnings”."
    ),
}
