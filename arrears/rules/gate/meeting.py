"""(a) The case was taken up in a held coordination meeting, whose decision is that referral."""

import datetime as dt
from collections.abc import Iterator

from arrears.rules.gate.facts import Condition, GateFacts, Group

_ONE_DAY = dt.timedelta(days=1)

_ROUTINE = "samarbeidsmøte"


def decision(facts: GateFacts, day: dt.date) -> Iterator[Condition]:
    """The case was taken up in a held coordination meeting whose decision is that referral, made
    by the parties, and nothing has happened since that the meeting did not know of."""
    made = facts.decision
    group, mend = Group.DECISION, "decide"
    if made is None:
        yield Condition("decision.made", group, _ROUTINE, False, {"why": "none"}, mend)
        for code in _AFTER_THE_DECISION:
            yield Condition(code, group, _ROUTINE, False, {"waits": True})
        return
    why = (
        "withdrawn"
        if made.is_withdrawn
        else "used"
        if made.is_used
        else "overtaken"
        if made.overtaken_on is not None
        else "closed"
        if made.closed_on is not None
        else "ahead"
        if made.held_on > day
        else ""
    )
    seen = {"held_on": made.held_on}
    since_on = made.overtaken_on or made.closed_on
    told = seen | {"why": why, "since_on": since_on}
    yield Condition("decision.made", group, _ROUTINE, not why, told, mend)
    absent = {"welfare", "landlord"} - made.present
    yield Condition(
        "decision.parties",
        group,
        _ROUTINE,
        not absent and "housing_unit" in made.invited | made.present,
        {"absent": sorted(absent), "asked": "housing_unit" in made.invited | made.present},
        mend,
    )
    lasts_to = made.held_on + facts.lapses_days * _ONE_DAY
    yield Condition(
        "decision.fresh", group, _ROUTINE, day <= lasts_to, seen | {"lasts_to": lasts_to}, mend
    )
    since = (made.paid_on, made.planned_on, made.applied_on, made.household_on)
    for code, happened_on in zip(_AFTER_THE_DECISION[2:], since, strict=True):
        yield Condition(
            code, group, _ROUTINE, happened_on is None, seen | {"on": happened_on}, mend
        )


_AFTER_THE_DECISION = (
    "decision.parties",
    "decision.fresh",
    "decision.no_payment_since",
    "decision.no_plan_since",
    "decision.no_application_since",
    "decision.no_household_change_since",
)
