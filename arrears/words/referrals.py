"""Decisions, referrals, costs and emergencies in words."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from arrears.models import Ground, Party, PetitionReason, ReferralKind, ReferralState
from arrears.rules.referrals import Step
from arrears.words.gate import names_of
from boligsak.rule import RuleBroken
from boligsak.show import day, kr

_SENTENCES: dict[str, Promise] = {
    # Decisions
    "decision.kind": gettext_lazy("Choose what was decided."),
    "decision.no_meeting": gettext_lazy("Write which meeting it was."),
    "decision.not_held": gettext_lazy(
        "The meeting is %(held)s. Record its decision when it has been held."
    ),
    "decision.before_case": gettext_lazy(
        "The case was opened %(opened)s. The meeting cannot have decided before that."
    ),
    "decision.no_reason": gettext_lazy("Write the reasons the meeting gave."),
    "decision.parties": gettext_lazy(
        "A referral needs landlord and welfare office in the room, and the housing unit invited. "
        "Missing: %(missing)s. Take it up again in a meeting where they take part."
    ),
    "decision.no_day": gettext_lazy("Write the day it is to be taken up again."),
    "decision.day_past": gettext_lazy(
        "The day must be after the meeting, which was held %(held)s."
    ),
    "decision.due_before": gettext_lazy(
        "The deadline cannot be before the meeting, which was held %(held)s."
    ),
    "decision.recorded": gettext_lazy(
        "This decision of %(meeting)s, %(held)s, has been recorded already."
    ),
    "decision.no_because": gettext_lazy("Say why the decision is withdrawn."),
    "decision.withdrawn": gettext_lazy("The decision was withdrawn %(withdrawn)s already."),
    "decision.referral_runs": gettext_lazy(
        "A referral rests on this decision. Withdraw the referral first."
    ),
    # The gate
    "gate.closed": gettext_lazy("This is not met yet: %(conditions)s."),
    "answer.condition": gettext_lazy("This is not something a person answers for."),
    "answer.no_note": gettext_lazy("Say what you have looked into, and what you found."),
    "settlement.not_a_tenant": gettext_lazy("Choose one of the tenants."),
    "settlement.ahead": gettext_lazy("%(opened)s is yet to come."),
    "settlement.runs": gettext_lazy(
        "A debt settlement of %(opened)s is registered already. End that one first."
    ),
    "settlement.ended": gettext_lazy("It ended %(ended)s already."),
    "settlement.before": gettext_lazy("It was opened %(opened)s and cannot have ended before."),
    # Emergencies
    "emergency.not_manager": gettext_lazy("Only a manager decides this. Call your manager."),
    "emergency.no_case": gettext_lazy("You see no case with this number. Check it."),
    "emergency.incomplete": gettext_lazy("Write this too: it is reported."),
    "emergency.reported_ahead": gettext_lazy("Report it first. %(reported)s is yet to come."),
    # Referrals
    "referral.not_yours": gettext_lazy(
        "The coordinator or the landlord refers a case. Ask one of them."
    ),
    "referral.ground": gettext_lazy("%(kind)s can only rest on: %(grounds)s."),
    "referral.reason": gettext_lazy("With this ground the reason can only be: %(reasons)s."),
    "referral.runs_already": gettext_lazy(
        "A referral of %(made)s runs already. Withdraw or end that one first."
    ),
    "referral.changed": gettext_lazy(
        "Somebody changed the referral while you had this page open. It is now: %(state)s. "
        "Look at it, and send again if it still fits."
    ),
    "referral.step": gettext_lazy(
        "This does not follow from where the referral stands (%(state)s)."
    ),
    "referral.pay_up_other_ground": gettext_lazy(
        "A payment stops an eviction on ground (a) only. Withdraw the petition instead, if you "
        "do not want it carried out."
    ),
    "referral.before": gettext_lazy("The day cannot be before %(latest)s."),
    "referral.comment_runs": gettext_lazy(
        "The tenant has fourteen days to comment. It can be from %(allowed)s."
    ),
    "referral.before_eviction_date": gettext_lazy(
        "The bailiff has set %(eviction)s. If the day was changed, enter the new one first."
    ),
    "referral.no_temporary_home": gettext_lazy(
        "Children live there. A temporary home must be ready first: enter it on the referral."
    ),
    "referral.lock_changed": gettext_lazy(
        "The lock was changed %(on)s. A payment does not stop the eviction after that."
    ),
    "referral.date_past": gettext_lazy("%(eviction)s is over. Write a day to come."),
    "referral.no_home": gettext_lazy("Write what is ready, and from when."),
    "referral.no_note": gettext_lazy("Say why, or what came of it."),
    "referral.still_owes": gettext_lazy(
        "%(owed)s is still unpaid. It stops when all that has fallen due is paid."
    ),
    "petition.attachments": gettext_lazy(
        "A petition must have all its enclosures (tvangsfullbyrdelsesloven § 5-2). Missing: "
        "%(enclosures)s."
    ),
    "petition.lost": gettext_lazy(
        "The file of document %(number)s cannot be read. Choose another, or enclose it on paper."
    ),
    "petition.numbers": gettext_lazy(
        "The petition must hold every tenant's identity number. Have it entered on the person "
        "first."
    ),
    "petition.nothing_claimed": gettext_lazy(
        "Nothing that the notice names is open any more, so there is nothing to claim."
    ),
    "referral.fee_unknown": gettext_lazy(
        "The fee of %(on)s is not entered among the rates. Write the amount from the bill, or have "
        "the rate entered."
    ),
    # Costs
    "cost.kind": gettext_lazy("Choose a kind of cost."),
    "cost.zero": gettext_lazy("Write an amount that is not nought."),
    "cost.no_note": gettext_lazy("Say what it was for."),
    "cost.ahead": gettext_lazy("%(spent)s is yet to come."),
    "cost.too_much": gettext_lazy("Only %(there)s is registered. No more can be taken off it."),
    "cost.other_case": gettext_lazy("That referral belongs to another case."),
}

ENCLOSURES: dict[str, Promise] = {
    "lease": gettext_lazy("the signed lease, with its clause"),
    "warning": gettext_lazy("the warning or notice"),
    "proof": gettext_lazy("proof that it was sent"),
    "specification": gettext_lazy("specification of the arrears"),
    "move_request": gettext_lazy("the request to move"),
    "termination": gettext_lazy("the termination"),
    "receipt": gettext_lazy("proof that the termination was received"),
}

STEPS: dict[str, Promise] = {
    Step.FILE: gettext_lazy("Send the referral"),
    Step.SET_DATE: gettext_lazy("Enter the eviction date"),
    Step.POSTPONE: gettext_lazy("Postpone"),
    Step.PAY_UP: gettext_lazy("Everything is paid"),
    Step.WITHDRAW: gettext_lazy("Withdraw"),
    Step.CARRY_OUT: gettext_lazy("The eviction is carried out"),
    Step.END: gettext_lazy("Enter the result"),
    "ready_home": gettext_lazy("A temporary home is ready"),
}
"""What somebody does; `HAPPENED` is the same afterwards."""

HAPPENED: dict[str, Promise] = {
    Step.FILE: pgettext_lazy("referral", "Sent"),
    Step.SET_DATE: pgettext_lazy("referral", "Eviction date set"),
    Step.POSTPONE: pgettext_lazy("referral", "Postponed"),
    Step.PAY_UP: pgettext_lazy("referral", "Stopped: everything is paid"),
    Step.WITHDRAW: pgettext_lazy("referral", "Withdrawn"),
    Step.CARRY_OUT: pgettext_lazy("referral", "Eviction carried out"),
    Step.END: pgettext_lazy("referral", "Ended"),
    "ready_home": pgettext_lazy("referral", "Temporary home ready"),
}

_PARTIES = {"landlord": Party.LANDLORD, "welfare": Party.WELFARE}

_SHOWN: dict[str, Callable[[Any], tuple[str, str]]] = {
    "held_on": lambda on: ("held", day(on)),
    "opened_on": lambda on: ("opened", day(on)),
    "withdrawn_on": lambda on: ("withdrawn", day(on)),
    "ended_on": lambda on: ("ended", day(on)),
    "reported_on": lambda on: ("reported", day(on)),
    "made_on": lambda on: ("made", day(on)),
    "allowed_from": lambda on: ("allowed", day(on)),
    "eviction_on": lambda on: ("eviction", day(on)),
    "spent_on": lambda on: ("spent", day(on)),
    "latest": lambda on: ("latest", day(on)),
    "on": lambda on: ("on", day(on)),
    "day": lambda on: ("on", day(on)),
    "owed_ore": lambda ore: ("owed", kr(ore)),
    "there_ore": lambda ore: ("there", kr(ore)),
    "state": lambda state: ("state", str(ReferralState(state).label)),
    "conditions": lambda codes: ("conditions", names_of(codes)),
}


def knows(code: str) -> bool:
    return code in _SENTENCES


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and what helps. Raises KeyError for another's code."""
    facts = dict(broken.facts)
    code = broken.code
    if code == "referral.ground":
        facts["grounds"] = ", ".join(str(Ground(one).label) for one in facts["may"])
        facts["kind"] = ReferralKind(facts["kind"]).label
    elif code == "referral.reason":
        facts["reasons"] = ", ".join(str(PetitionReason(one).label) for one in facts["may"])
    elif code == "petition.attachments":
        facts["enclosures"] = ", ".join(str(ENCLOSURES[one]) for one in facts["missing"])
    elif code == "decision.parties":
        missing = [str(_PARTIES[party].label) for party in facts["absent"]]
        if not facts["is_asked"]:
            missing.append(str(Party.HOUSING_UNIT.label))
        facts["missing"] = ", ".join(missing)
    facts |= dict(show(facts[name]) for name, show in _SHOWN.items() if name in facts)
    return str(_SENTENCES[code]) % facts


def way(kind: str, ground: str) -> str:
    """To whom and on what, in one line: "the bailiff: eviction, (a) unpaid rent"."""
    if ground == Ground.NONE:
        return str(ReferralKind(kind).label)
    return f"{ReferralKind(kind).label}, {Ground(ground).label}"
