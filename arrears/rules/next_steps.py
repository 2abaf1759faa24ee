"""What is to be done next on a case, by when, and why: the municipality's policy put to its facts.

`propose` is the only place that knows. It is called for one case after each change, for every open
case by the night, and for every open case with a policy that is not in force yet by the shadow
run. Days are Oslo days, inclusive; amounts øre.
"""

import datetime as dt
from typing import Any, NamedTuple

from arrears.rules.step_conditions import Facts, Situation, iso, reasons
from arrears.rules.step_policy import (
    DUNNING,
    Action,
    PolicyStep,
    Since,
    StepPolicy,
    notice_of,
)
from boligsak.dates import is_working_day, next_working_day

_ONE_DAY = dt.timedelta(days=1)

# What stands before the policy's rows, most pressing first, has no number among them.
ESTATE, COVER, PAYER = "guard:estate", "guard:cover", "guard:payer"
GUARD_RANK = {ESTATE: -3, COVER: -2, PAYER: -1}
NO_STEP = "rest"
"""The name of what is proposed when no row fits."""


class Proposal(NamedTuple):
    """A step and why. `facts` are JSON values: `reasons` (a list of {"kind": …, facts}), `party`,
    `note`, and `ends_on` where the term matters. `rank` is its place; guards are below zero."""

    step: str
    action: Action
    party: str
    due_on: dt.date
    rank: int
    facts: dict[str, Any]


def rests(step: PolicyStep, situation: Situation) -> str:
    """Why a step whose conditions may hold is passed over all the same; empty when it is not.

    While a repayment plan is kept the dunning for rent rests ("plan"), and so it does while the
    debt has been handed to somebody outside ("referral"); nobody is visited in a home where they
    are not ("absence"); an agency's payment that covers what is overdue is the agency's to make
    and no default of the tenant's ("payer").
    """
    if step.action in DUNNING and step.is_about_rent:
        if situation.plan == "running":
            return "plan"
        if situation.is_debt_referred:
            return "referral"
        if _covers(situation):
            return "payer"
    if step.action is Action.HOME_VISIT and situation.absence is not None:
        return "absence"
    return ""


def _covers(s: Situation) -> bool:
    return s.missing_payment is not None and s.missing_payment.amount_ore >= s.overdue_ore > 0


def _rested(step: PolicyStep, situation: Situation, day: dt.date) -> bool:
    done_on = situation.done.get(step.code)
    if done_on is None:
        return True
    return step.again_days is not None and (day - done_on).days >= step.again_days


def propose(situation: Situation, policy: StepPolicy, day: dt.date) -> Proposal:
    """The first thing to do on `day`: what a death, an absence or an agency's missing payment
    calls for, else the first row of the policy that fits, else to look at the case again."""
    guard = _guard(situation, policy, day)
    if guard is not None:
        return guard
    for rank, step in enumerate(policy.steps):
        if not _rested(step, situation, day):
            continue
        found = reasons(step, situation, day)
        if found is None or rests(step, situation):
            continue
        return Proposal(
            step.code,
            step.action,
            step.party,
            due_day(step, situation, day),
            rank,
            _facts(step, situation, found),
        )
    return _rest(policy, day, [])


def _rest(policy: StepPolicy, day: dt.date, why: list[Facts]) -> Proposal:
    due_on = _after(day, policy.rest_days, day)
    facts = {"reasons": why, "party": "welfare", "note": ""}
    return Proposal(NO_STEP, Action.NOTHING, "welfare", due_on, len(policy.steps), facts)


def _facts(step: PolicyStep, situation: Situation, found: list[Facts]) -> Facts:
    """What the conditions saw, and before it what anybody asks first: what is owed, and whether
    children live there."""
    seen = {reason["kind"] for reason in found}
    first: list[Facts] = []
    if situation.overdue_since is not None and "overdue_days" not in seen:
        first.append(
            {
                "kind": "overdue_days",
                "since": iso(situation.overdue_since),
                "owed_ore": situation.overdue_ore,
            }
        )
    if situation.children and "has_children" not in seen:
        first.append({"kind": "has_children", "is": True, "children": situation.children})
    facts: Facts = {"reasons": first + found, "party": step.party, "note": step.note}
    if situation.ends_on is not None:
        facts["ends_on"] = iso(situation.ends_on)
    return facts


def _guard(s: Situation, policy: StepPolicy, day: dt.date) -> Proposal | None:
    if s.died_on is not None:
        why: Facts = {"kind": "died", "on": iso(s.died_on)}
        if not _may_ask(ESTATE, s, policy, day):
            return _rest(policy, day, [why])  # nobody else is to be written to
        return _guarded(
            ESTATE, Action.CONTACT_ESTATE, _after(s.died_on, policy.estate_days, day), why
        )
    if s.absence is not None and s.overdue_ore > 0 and _may_ask(COVER, s, policy, day):
        why = {
            "kind": "absent",
            "absence": s.absence.kind,
            "until_on": iso(s.absence.until_on),
        }
        return _guarded(COVER, Action.COVER_RENT, _after(day, policy.cover_days, day), why)
    missing = s.missing_payment
    if missing is not None and _may_ask(PAYER, s, policy, day):
        why = {
            "kind": "payer",
            "payer": missing.payer,
            "name": missing.name,
            "expected_on": iso(missing.expected_on),
            "ore": missing.amount_ore,
        }
        return _guarded(PAYER, Action.ASK_PAYER, _after(day, policy.payer_days, day), why)
    return None


def _may_ask(step: str, s: Situation, policy: StepPolicy, day: dt.date) -> bool:
    done_on = s.done.get(step)
    return done_on is None or (day - done_on).days >= policy.ask_again_days


def _guarded(step: str, action: Action, due_on: dt.date, why: Facts) -> Proposal:
    facts = {"reasons": [why], "party": "welfare", "note": ""}
    return Proposal(step, action, "welfare", due_on, GUARD_RANK[step], facts)


def due_day(step: PolicyStep, situation: Situation, proposed_on: dt.date) -> dt.date:
    """The working day by which a step is to be done, never before the day it is proposed.

    A day that is counted backwards from a legal deadline moves to the working day *before* it.
    """
    anchor = _anchor(step, situation)
    if anchor is None:
        return _after(proposed_on, step.within_days, proposed_on)
    if step.since in (Since.BEFORE_END, Since.BEFORE_LAST_SAFE):
        due_on = anchor - step.within_days * _ONE_DAY
        while not is_working_day(due_on):
            due_on -= _ONE_DAY
        return max(due_on, min(next_working_day(proposed_on), max(anchor, proposed_on)))
    return _after(anchor, step.within_days, proposed_on)


def _anchor(step: PolicyStep, s: Situation) -> dt.date | None:
    if step.since is Since.OPENED:
        return s.opened_on
    if step.since is Since.OVERDUE:
        return s.overdue_since
    if step.since is Since.CONTACT:
        return s.last_contact_on
    if step.since is Since.BEFORE_END:
        return s.ends_on
    if step.since is Since.BEFORE_LAST_SAFE:
        return s.last_safe_on
    if step.since is Since.NOTICE:
        notice = s.notices.get(notice_of(step) or "")
        return None if notice is None else notice.over_on
    return None


def _after(since: dt.date, days: int, earliest: dt.date) -> dt.date:
    return next_working_day(max(since + days * _ONE_DAY, earliest))
