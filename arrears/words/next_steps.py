"""The next step in words: what is to be done, by which party, why, and what a refusal means."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from arrears.models import NoticeKind
from arrears.models.contacts import ContactResult
from arrears.rules.step_policy import Action
from boligsak.dates import format_day
from boligsak.money import format_kr
from boligsak.rule import RuleBroken

Facts = Mapping[str, Any]

ACTIONS: dict[str, Promise] = {
    Action.CALL: gettext_lazy("Call the tenant"),
    Action.LETTER: gettext_lazy("Write to the tenant"),
    Action.HOME_VISIT: gettext_lazy("Visit the tenant at home"),
    Action.REMINDER: gettext_lazy("Send a reminder"),
    Action.COLLECTION_NOTICE: gettext_lazy("Send a debt collection notice"),
    Action.PAYMENT_DEMAND: gettext_lazy("Send a payment demand"),
    Action.OFFER_PLAN: gettext_lazy("Make a repayment plan"),
    Action.DEBT_ADVICE: gettext_lazy("Offer debt advice"),
    Action.HOUSING_ALLOWANCE: gettext_lazy("Check housing allowance and other rights"),
    Action.RECORD_VIEW: gettext_lazy("Record the tenant's own view"),
    Action.ANSWER_MEASURES: gettext_lazy("Answer the checklist of measures"),
    Action.ASSESS_CHILDREN: gettext_lazy("Assess the children's best interest"),
    Action.RENEW_LEASE: gettext_lazy("Decide whether the contract is to be renewed"),
    Action.ASK_TO_MOVE: gettext_lazy("Renew the contract or send a request to move"),
    Action.WARN_EVICTION: gettext_lazy("Send an eviction warning"),
    Action.TO_MEETING: gettext_lazy("Mark the case for the coordination meeting"),
    Action.REFER: gettext_lazy("Carry out the meeting's decision"),
    Action.NOTHING: gettext_lazy("Look at the case again"),
    Action.CONTACT_ESTATE: gettext_lazy("Get in touch with the estate"),
    Action.ASK_PAYER: gettext_lazy("Ask the payer for the missing payment"),
    Action.COVER_RENT: gettext_lazy("Find out who covers the rent"),
}

# What these are about is for the welfare side only; the others see that something is to be done.
_SOCIAL_ACTIONS = frozenset(
    {
        Action.DEBT_ADVICE,
        Action.HOUSING_ALLOWANCE,
        Action.ASSESS_CHILDREN,
        Action.ASK_PAYER,
        Action.COVER_RENT,
    }
)
_SOCIAL_REASONS = frozenset(
    {"has_children", "children_unassessed", "last_result", "promise", "payer"}
)

PARTIES: dict[str, Promise] = {
    "welfare": gettext_lazy("the welfare office"),
    "housing_unit": gettext_lazy("the housing unit"),
    "landlord": gettext_lazy("the landlord"),
    "other": gettext_lazy("somebody else"),
}

STATES: dict[str, Promise] = {
    "proposed": gettext_lazy("proposed"),
    "confirmed": gettext_lazy("confirmed"),
    "postponed": gettext_lazy("put off"),
    "done": gettext_lazy("done"),
    "overridden": gettext_lazy("replaced by another"),
    "lapsed": gettext_lazy("no longer proposed"),
}

_AWAY: dict[str, Promise] = {
    "prison": gettext_lazy("the tenant is in prison"),
    "hospital": gettext_lazy("the tenant is in hospital"),
    "treatment": gettext_lazy("the tenant is in treatment"),
}

_UNTRIED: dict[str, Promise] = {
    "letter": gettext_lazy("no letter has been sent"),
    "phone": gettext_lazy("nobody has called"),
    "sms": gettext_lazy("no SMS has been sent"),
    "email": gettext_lazy("no e-mail has been sent"),
    "home_visit": gettext_lazy("nobody has been at the door"),
    "meeting": gettext_lazy("there has been no meeting"),
    "guardian": gettext_lazy("the guardian has not been contacted"),
}

_PAYERS: dict[str, Promise] = {
    "nav": gettext_lazy("Nav"),
    "allowance": gettext_lazy("the housing allowance"),
    "deduction": gettext_lazy("the voluntary deduction"),
    "guardian": gettext_lazy("the guardian"),
    "other": gettext_lazy("another payer"),
}


def action_name(action: str, *, sees_social: bool = True) -> str:
    """What is to be done; for others than the welfare side, no more than that something is."""
    if not sees_social and action in _SOCIAL_ACTIONS:
        return _("Follow-up by the welfare office")
    return str(ACTIONS.get(action, action))


def party_name(party: str) -> str:
    return str(PARTIES.get(party, party))


def state_name(state: str) -> str:
    return str(STATES[state])


def notice_name(kind: str) -> str:
    return str(NoticeKind(kind).label)


def note_of(facts: Facts) -> str:
    """The municipality's own explanation of the step, as its policy has it."""
    return str(facts.get("note") or "")


def according_to(policy: Any | None) -> str:
    """Which version of the policy said so; without one it was a caseworker's own."""
    if policy is None:
        return _("a caseworker's own choice")
    shown = {"day": format_day(policy.valid_from), "office": policy.office}
    if policy.office is None:
        return _("the policy from %(day)s") % shown
    return _("the policy of %(office)s from %(day)s") % shown


# --- Why --------------------------------------------------------------------------------------


def why(facts: Facts, day: dt.date, *, sees_social: bool = True) -> str:
    """One sentence, without full stop, that says why a step is proposed, as seen on `day`.

    Empty when nothing but the order of the policy calls for it. What only the welfare side may
    know is left out for others.
    """
    parts: list[str] = []
    for reason in facts.get("reasons", ()):
        if not sees_social and reason["kind"] in _SOCIAL_REASONS:
            continue
        if not sees_social and reason["kind"] == "absent":
            reason = {"kind": "absent", "absence": "other"}
        text = _CLAUSES[reason["kind"]](reason, day)
        if text and text not in parts:
            parts.append(text)
    return capfirst(", ".join(parts))


def _on(reason: Facts, name: str = "on") -> str:
    value = reason.get(name)
    return format_day(dt.date.fromisoformat(value)) if value else ""


def _overdue(reason: Facts, day: dt.date) -> str:
    days = (day - dt.date.fromisoformat(reason["since"])).days
    return ngettext(
        "%(amount)s is overdue, the oldest by %(days)d day",
        "%(amount)s is overdue, the oldest by %(days)d days",
        days,
    ) % {"amount": format_kr(reason["owed_ore"]), "days": days}


def _months(reason: Facts, _day: dt.date) -> str:
    whole, tenth = divmod(reason["months_permille"] // 100, 10)
    months = f"{whole}{get_format('DECIMAL_SEPARATOR')}{tenth}" if tenth else str(whole)
    return _("%(months)s months' rent is owed") % {"months": months}


def _children(reason: Facts, _day: dt.date) -> str:
    count = reason.get("children", 0)
    if not count:
        return ""
    return ngettext("%(count)d child lives there", "%(count)d children live there", count) % {
        "count": count
    }


def _contact(reason: Facts, _day: dt.date) -> str:
    if reason["is"] == "reached":
        return ""
    if reason.get("last_on"):
        return _("last tried %(day)s, not reached") % {"day": _on(reason, "last_on")}
    return _("no contact yet")


def _no_contact(reason: Facts, _day: dt.date) -> str:
    if not reason.get("last_on"):
        return _("no contact yet")
    return _("last contact %(day)s") % {"day": _on(reason, "last_on")}


def _not_reached(reason: Facts, _day: dt.date) -> str:
    if not reason.get("last_on"):
        return _("the tenant has not been reached")
    return _("last reached %(day)s") % {"day": _on(reason, "last_on")}


def _reached(reason: Facts, _day: dt.date) -> str:
    return _("reached %(day)s") % {"day": _on(reason, "last_on")}


def _last_result(reason: Facts, _day: dt.date) -> str:
    return _("last time: %(result)s") % {"result": ContactResult(reason["result"]).label}


def _promise(reason: Facts, _day: dt.date) -> str:
    if not reason.get("on") or reason["is"] == "none":
        return ""
    shown = {"amount": format_kr(reason["ore"] or 0), "day": _on(reason)}
    if reason["is"] == "broken":
        return _("the promise of %(amount)s by %(day)s was not kept") % shown
    return _("%(amount)s is promised by %(day)s") % shown


def _plan(reason: Facts, _day: dt.date) -> str:
    state = reason["is"]
    if state == "broken" and reason.get("on"):
        return _("the repayment plan was broken %(day)s") % {"day": _on(reason)}
    return str(_PLANS[state])


_PLANS: dict[str, Promise] = {
    "none": gettext_lazy("there is no repayment plan"),
    "draft": gettext_lazy("a repayment plan is not signed yet"),
    "running": gettext_lazy("a repayment plan is being kept"),
    "broken": gettext_lazy("the repayment plan was broken"),
    "kept": gettext_lazy("an earlier repayment plan was kept"),
}


def _notice_sent(reason: Facts, _day: dt.date) -> str:
    return _("%(notice)s sent %(day)s") % {
        "notice": notice_name(reason["notice"]),
        "day": _on(reason, "sent_on"),
    }


def _notice_not_sent(reason: Facts, _day: dt.date) -> str:
    return _("%(notice)s not sent") % {"notice": notice_name(reason["notice"])}


def _notice_over(reason: Facts, _day: dt.date) -> str:
    return _("the deadline of the %(notice)s from %(day)s is over") % {
        "notice": notice_name(reason["notice"]),
        "day": _on(reason, "sent_on"),
    }


def _ends(reason: Facts, day: dt.date) -> str:
    if not reason.get("ends_on"):
        return ""
    shown = {"day": _on(reason, "ends_on")}
    if dt.date.fromisoformat(reason["ends_on"]) < day:
        return _("the contract ran out %(day)s") % shown
    return _("the contract runs out %(day)s") % shown


def _last_safe(reason: Facts, _day: dt.date) -> str:
    return _("%(day)s is the last safe day before the contract becomes open-ended (§ 9-2)") % {
        "day": _on(reason, "last_safe_on")
    }


def _move_requested(reason: Facts, _day: dt.date) -> str:
    if not reason["is"]:
        return ""
    return _("asked to move %(day)s") % {"day": _on(reason)}


def _died(reason: Facts, _day: dt.date) -> str:
    return _("the tenant died %(day)s; letters and dunning have stopped") % {"day": _on(reason)}


def _absent(reason: Facts, _day: dt.date) -> str:
    away = str(_AWAY.get(reason["absence"], _("the tenant is away")))
    if not reason.get("until_on"):
        return away
    return _("%(away)s until %(day)s") % {"away": away, "day": _on(reason, "until_on")}


def _payer(reason: Facts, _day: dt.date) -> str:
    name = reason.get("name") or str(_PAYERS.get(reason["payer"], _("another payer")))
    return _("%(amount)s from %(payer)s should have come %(day)s") % {
        "amount": format_kr(reason["ore"]),
        "payer": name,
        "day": _on(reason, "expected_on"),
    }


def _when_so(sentence: Any) -> Callable[[Facts, dt.date], str]:
    return lambda reason, _day: str(sentence) if reason["is"] else ""


_CLAUSES: dict[str, Callable[[Facts, dt.date], str]] = {
    "triggers": lambda _reason, _day: "",
    "overdue_days": _overdue,
    "months_permille": _months,
    "has_children": _children,
    "contact": _contact,
    "no_contact_days": _no_contact,
    "not_reached_days": _not_reached,
    "reached_within_days": _reached,
    "channel_untried": lambda reason, _day: str(_UNTRIED[reason["channel"]]),
    "last_result": _last_result,
    "promise": _promise,
    "view_missing": _when_so(gettext_lazy("the tenant's own view is missing")),
    "measures_unanswered": _when_so(gettext_lazy("the checklist of measures is not answered")),
    "measures_undecided": _when_so(gettext_lazy("a measure is not finished")),
    "children_unassessed": _when_so(
        gettext_lazy("the children's best interest has not been assessed")
    ),
    "plan": _plan,
    "notice_sent": _notice_sent,
    "notice_not_sent": _notice_not_sent,
    "notice_over": _notice_over,
    "days_to_end": _ends,
    "has_expired": _ends,
    "expired_days": _ends,
    "days_to_last_safe": _last_safe,
    "move_requested": _move_requested,
    "for_meeting": _when_so(gettext_lazy("marked for the meeting")),
    "decision_waiting": _when_so(gettext_lazy("the meeting has decided to refer the case")),
    "referral_running": _when_so(gettext_lazy("the case is referred")),
    "died": _died,
    "absent": _absent,
    "payer": _payer,
}


# --- Refusals ---------------------------------------------------------------------------------


def refusal(broken: RuleBroken) -> str:
    """One sentence, which says how to mend it."""
    facts = {name: _shown(fact) for name, fact in broken.facts.items()}
    if "action" in broken.facts:
        facts["action"] = action_name(broken.facts["action"])
    return str(_SENTENCES[broken.code]) % facts


def _shown(fact: Any) -> Any:
    return format_day(fact) if isinstance(fact, dt.date) else fact


_SENTENCES: dict[str, Promise] = {
    "step.replaced": gettext_lazy(
        "This step no longer stands on the case. Open the case and see what is proposed now."
    ),
    "step.confirmed_already": gettext_lazy("This step is confirmed already."),
    "step.until_not_later": gettext_lazy("Choose a day after today, so that the step comes back."),
    "step.until_too_far": gettext_lazy(
        "A step can be put off until %(last_on)s at the latest. Put it off anew if that day comes."
    ),
    "step.until_after_last_safe": gettext_lazy(
        "%(last_safe_on)s is the last safe day before the contract becomes open-ended (§ 9-2). "
        "Choose an earlier day."
    ),
    "step.same_action": gettext_lazy(
        "This is what is proposed already. Confirm it, or put it off to another day."
    ),
    "step.due_before_today": gettext_lazy("Choose today or a later day."),
    "step.rests_plan": gettext_lazy(
        "A repayment plan is being kept, so dunning rests. Choose something else; if the plan is "
        "broken, the night will find it."
    ),
    "step.rests_referral": gettext_lazy(
        "The debt has been handed to somebody outside, so our own dunning rests. Choose something "
        "else, or withdraw the referral first."
    ),
    "step.rests_payer": gettext_lazy(
        "What is overdue is a payment that somebody else should have made. Ask them first."
    ),
    "step.rests_absence": gettext_lazy(
        "The tenant is away, so a home visit would not count. Choose another way to reach them."
    ),
    "step.dead": gettext_lazy("The tenant is dead. Only the estate is to be contacted."),
    "step.done_already": gettext_lazy(
        "“%(action)s” is done on this case already. Choose something else."
    ),
    "step.leaves_trace": gettext_lazy(
        "“%(action)s” is done when it is registered where it belongs; then this step is done too."
    ),
}
