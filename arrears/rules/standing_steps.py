"""What becomes of the next step that stands, when something has happened or a night has passed.

What a person has decided is kept until it is done, no longer fits, or something more pressing has
come; what nobody has decided on follows the policy.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, NamedTuple

from arrears.rules.next_steps import (
    COVER,
    ESTATE,
    GUARD_RANK,
    NO_STEP,
    PAYER,
    Proposal,
    due_day,
    propose,
    rests,
)
from arrears.rules.step_conditions import Situation, reasons
from arrears.rules.step_policy import Action, PolicyStep, StepPolicy


class State(StrEnum):
    """Of a step that stands or has stood. Values are stored."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    POSTPONED = "postponed"
    DONE = "done"
    OVERRIDDEN = "overridden"
    LAPSED = "lapsed"


ALREADY = "already"
"""The fact that the same thing had been done earlier on the day a step was proposed."""


class Standing(NamedTuple):
    """The step that stands. `step` is empty for a caseworker's own; then `instead_of` names the
    step they set aside."""

    step: str
    action: str
    state: State
    due_on: dt.date | None
    proposed_on: dt.date
    until_on: dt.date | None = None
    instead_of: str = ""
    facts: Mapping[str, Any] = {}


class Follow(NamedTuple):
    """What becomes of the step that stands. `ends_as` None: it stands on (with `facts`, where they
    have changed, when nobody has decided on it); else `proposal` follows it."""

    ends_as: State | None
    proposal: Proposal | None
    facts: dict[str, Any] | None = None


def follow(
    standing: Standing | None, situation: Situation, policy: StepPolicy, day: dt.date
) -> Follow:
    """What the night and every change of a case do with its next step.

    A proposal stands while the policy says the same by the same day. What a person has confirmed,
    postponed or put in its place stands until it has been carried out, until its own conditions no
    longer hold, until the day it was postponed to, or until something that stands *before* it in
    the order calls.
    """
    if standing is None:
        return Follow(None, propose(situation, policy, day))
    if is_carried_out(standing, situation):
        done = {**situation.done, (standing.step or standing.instead_of): day}
        return Follow(State.DONE, propose(_with_done(situation, done), policy, day))
    proposal = propose(situation, policy, day)
    if standing.state is State.PROPOSED:
        if not _is_same(standing, proposal, situation, policy):
            return Follow(State.LAPSED, proposal)
        kept = {ALREADY: standing.facts[ALREADY]} if ALREADY in standing.facts else {}
        told = {**proposal.facts, **kept}
        return Follow(None, None, None if told == standing.facts else told)
    if standing.state is State.POSTPONED and standing.until_on and day >= standing.until_on:
        # It keeps its state: who postponed it, and why, is what is worth reading later.
        return Follow(State.POSTPONED, proposal)
    if proposal.rank < _rank(standing, policy) or not _still_fits(standing, situation, policy, day):
        return Follow(State.LAPSED, proposal)
    return Follow(None, None)


def _with_done(situation: Situation, done: Mapping[str, dt.date]) -> Situation:
    return replace(situation, done=done)


def _step(code: str, policy: StepPolicy) -> PolicyStep | None:
    return next((step for step in policy.steps if step.code == code), None)


def _is_same(
    standing: Standing, proposal: Proposal, situation: Situation, policy: StepPolicy
) -> bool:
    if (standing.step, standing.action) != (proposal.step, proposal.action):
        return False
    step = _step(proposal.step, policy)
    if step is None:
        return True  # what stands before the policy, or nothing at all: the day was set once
    return due_day(step, situation, standing.proposed_on) == standing.due_on


def _rank(standing: Standing, policy: StepPolicy) -> int:
    """The place of what a person has decided on, or set aside; the first row's where the policy
    no longer has it, so that only what stands before the policy goes before it."""
    code = standing.step or standing.instead_of
    if code in GUARD_RANK:
        return GUARD_RANK[code]
    if code == NO_STEP:
        return len(policy.steps)
    return next((rank for rank, step in enumerate(policy.steps) if step.code == code), 0)


def _still_fits(standing: Standing, situation: Situation, policy: StepPolicy, day: dt.date) -> bool:
    if not standing.step or standing.step == NO_STEP:
        return True
    if standing.step == ESTATE:
        return situation.died_on is not None
    if standing.step == COVER:
        return situation.absence is not None
    if standing.step == PAYER:
        return situation.missing_payment is not None
    step = _step(standing.step, policy)
    if step is None:
        return True
    return not rests(step, situation) and reasons(step, situation, day) is not None


_CONTACT_CHANNELS = {
    Action.CALL: ("phone", "sms", "meeting", "home_visit", "guardian"),
    Action.LETTER: ("letter", "email", "sms"),
    Action.HOME_VISIT: ("home_visit",),
}
_NOTICES = {
    Action.REMINDER: ("reminder",),
    Action.COLLECTION_NOTICE: ("collection_notice",),
    Action.PAYMENT_DEMAND: ("payment_demand",),
    Action.WARN_EVICTION: ("warning_a", "warning_b", "warning_c"),
    Action.ASK_TO_MOVE: ("move_request",),
}

LEAVES_TRACE = frozenset(
    {
        *_CONTACT_CHANNELS,
        *_NOTICES,
        Action.RECORD_VIEW,
        Action.ANSWER_MEASURES,
        Action.ASSESS_CHILDREN,
        Action.TO_MEETING,
        Action.REFER,
    }
)
"""What is done by registering it where it belongs; saying that it is done is not enough."""


def trace_on(action: str, s: Situation) -> dt.date | None:
    """The newest day on which the case shows that something was done; None where it shows none."""
    if action in _CONTACT_CHANNELS:
        tried = [s.contacts.get(channel) for channel in _CONTACT_CHANNELS[Action(action)]]
        return _newest(tried)
    if action in _NOTICES:
        sent = [s.notices[kind].sent_on for kind in _NOTICES[Action(action)] if kind in s.notices]
        asked = s.move_requested_on if action == Action.ASK_TO_MOVE else None
        return _newest([*sent, asked])
    if action == Action.OFFER_PLAN:
        return s.plan_on if s.plan == "running" else None
    if action == Action.ASSESS_CHILDREN:
        return s.children_assessed_on
    return s.for_meeting_on if action == Action.TO_MEETING else None


def _newest(days: Sequence[dt.date | None]) -> dt.date | None:
    return max((day for day in days if day is not None), default=None)


def noted(
    action: str, facts: Mapping[str, Any], situation: Situation, day: dt.date
) -> dict[str, Any]:
    """The facts of a step that is proposed on `day`, with what the day has already seen: a call
    this morning is not the call that is proposed this afternoon."""
    already = trace_on(action, situation)
    return {**facts, ALREADY: day.isoformat()} if already == day else dict(facts)


def is_carried_out(standing: Standing, s: Situation) -> bool:
    """Whether what stands has been done since it was proposed, as far as the case shows it."""
    on = trace_on(standing.action, s)
    if on is not None:
        already = standing.facts.get(ALREADY)
        return on >= standing.proposed_on and (already is None or on.isoformat() > already)
    if standing.action == Action.RENEW_LEASE:
        before = standing.facts.get("ends_on")
        return before is not None and (s.ends_on is None or s.ends_on.isoformat() > before)
    return is_done_already(standing.action, s)


def is_done_already(action: str, s: Situation) -> bool:
    """Whether there is nothing left of an action that is about a state and not about a day."""
    return {
        Action.RECORD_VIEW.value: not s.is_view_missing,
        Action.ANSWER_MEASURES.value: s.unanswered == 0,
        Action.REFER.value: s.is_referral_running,
    }.get(str(action), False)
