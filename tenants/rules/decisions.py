"""Decisions on applications: what has to be in one before it is made, and what may follow.

Forvaltningsloven is "fvl.". Two kinds: housing help (boligsosialloven) and a municipal home.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.rules.applications import DECIDED, HOUSED, WAITING


class Outcome(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"


DRAFT, FOR_APPROVAL, FINAL, REPLACED = "draft", "approval", "final", "replaced"

NEXT_STEPS: Mapping[str, frozenset[str]] = {
    DRAFT: frozenset({FOR_APPROVAL, FINAL}),
    FOR_APPROVAL: frozenset({DRAFT, FINAL}),
    FINAL: frozenset({REPLACED}),
    REPLACED: frozenset(),
}
"""What a decision can become. One that has been made is never a draft again."""

ON_THE_MERITS = (Outcome.GRANTED, Outcome.REFUSED)
"""Outcomes that answer the criteria. An application that is dismissed or withdrawn is not tried."""

HOME = "allocation"

LONGEST_MONTHS = 120
"""How long a decision may be good for: a family's lease may be of ten years. Longer is mistyped."""

LONGEST_CONDITION_MONTHS = 24
"""How long somebody may have to meet a condition. Longer is mistyped."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One criterion and how it was answered. `is_met` None: not answered yet."""

    code: str
    is_required: bool
    is_met: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewCondition:
    """A condition as it stands in a draft."""

    kind: str
    what: str
    party: str
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """What a decision rests on when it is to be made.

    `other_ground`: why a home is refused although every required criterion is met. `has_support`
    and `has_economy`: the assessments are concluded. `is_current`: the answers are to the criteria
    in force on the day.
    """

    kind: str
    outcome: str
    content: str
    reasons: str
    participation: str
    answers: Sequence[Answer]
    conditions: Sequence[NewCondition] = ()
    other_ground: str = ""
    has_support: bool = False
    has_economy: bool = False
    is_current: bool = True
    lasts_to: dt.date | None = None


def check_step(state: str, to: str) -> None:
    """A made decision stays. Raises RuleBroken "decision.step" (state, to)."""
    if to not in NEXT_STEPS[state]:
        raise RuleBroken("decision.step", state=state, to=to)


def missing(facts: DecisionFacts, day: dt.date) -> list[RuleBroken]:
    """Everything that keeps a decision from being made on `day`; empty when it is whole.

    - fvl. §§ 24, 25: reasons are given together with the decision. Boligsosialloven: help that is
      granted is named by its main content, and the applicant has taken part.
    - A home or housing help is granted when every required criterion is met, and refused when one
      is not or when another ground is given.
    - Finances and the need for help are assessed together with the application for a home.
    """
    return [
        *_texts(facts),
        *_answers(facts),
        *_assessments(facts),
        *_lasts(facts, day),
        *_conditions(facts, day),
    ]


def check_whole(facts: DecisionFacts, day: dt.date) -> None:
    """Raises the first of what `missing` finds."""
    for broken in missing(facts, day):
        raise broken


def _texts(facts: DecisionFacts) -> Iterable[RuleBroken]:
    if facts.outcome not in list(Outcome):
        yield RuleBroken("decision.no_outcome")
    if not facts.reasons.strip():
        yield RuleBroken("decision.no_reasons")
    if facts.outcome == Outcome.GRANTED and not facts.content.strip():
        yield RuleBroken("decision.no_content")
    if facts.outcome in ON_THE_MERITS and not facts.participation.strip():
        yield RuleBroken("decision.no_participation")


def _answers(facts: DecisionFacts) -> Iterable[RuleBroken]:
    if facts.outcome not in ON_THE_MERITS:
        return
    if not facts.answers:
        yield RuleBroken("decision.no_criteria", kind=facts.kind)
        return
    if not facts.is_current:
        yield RuleBroken("decision.criteria_changed")
    unanswered = [one.code for one in facts.answers if one.is_met is None]
    if unanswered:
        yield RuleBroken("decision.unanswered", criteria=unanswered)
    unexplained = [
        one.code for one in facts.answers if one.is_met is False and not one.reason.strip()
    ]
    if unexplained:
        yield RuleBroken("decision.unexplained", criteria=unexplained)
    unmet = [one.code for one in facts.answers if one.is_required and one.is_met is False]
    if facts.outcome == Outcome.GRANTED and unmet:
        yield RuleBroken("decision.granted_unmet", criteria=unmet)
    is_all_met = not unmet and not unanswered
    if facts.outcome == Outcome.REFUSED and is_all_met and not facts.other_ground.strip():
        yield RuleBroken("decision.refused_met")


def _assessments(facts: DecisionFacts) -> Iterable[RuleBroken]:
    if facts.kind != HOME or facts.outcome not in ON_THE_MERITS:
        return
    if not facts.has_support:
        yield RuleBroken("decision.no_support")
    if not facts.has_economy:
        yield RuleBroken("decision.no_economy")


def _lasts(facts: DecisionFacts, day: dt.date) -> Iterable[RuleBroken]:
    if facts.lasts_to is None:
        return
    if facts.outcome != Outcome.GRANTED:
        yield RuleBroken("decision.lasts_of_refusal")
    elif facts.lasts_to < day:
        yield RuleBroken("decision.lasts_past", lasts_to=facts.lasts_to)
    elif facts.lasts_to > (last_on := add_months(day, LONGEST_MONTHS)):
        yield RuleBroken("decision.lasts_far", last_on=last_on)


def _conditions(facts: DecisionFacts, day: dt.date) -> Iterable[RuleBroken]:
    longest_on = add_months(day, LONGEST_CONDITION_MONTHS)
    if facts.conditions and facts.outcome != Outcome.GRANTED:
        yield RuleBroken("decision.conditions_of_refusal")
    for number, one in enumerate(facts.conditions, start=1):
        if not one.what.strip():
            yield RuleBroken("decision.condition_empty", number=number)
        if one.due_on is not None and one.due_on < day:
            yield RuleBroken("decision.condition_past", number=number, due_on=one.due_on)
        elif one.due_on is not None and one.due_on > longest_on:
            yield RuleBroken("decision.condition_far", number=number, last_on=longest_on)
        elif one.due_on and facts.lasts_to and one.due_on > facts.lasts_to:
            yield RuleBroken("decision.condition_after", number=number, lasts_to=facts.lasts_to)


def check_second_person(by_id: int, approver_id: int) -> None:
    """Four eyes: who made a decision does not approve it. Raises "decision.same_person"."""
    if by_id == approver_id:
        raise RuleBroken("decision.same_person")


def state_after(kind: str, outcome: str, state: str) -> str:
    """Where a made decision leaves the application: a granted home waits for one, and the rest is
    decided. Who waits stays so when help is decided on as well. Who has moved in stays housed
    whatever an appeal leads to: a tenancy is ended by the law of tenancies, not by a decision."""
    if state == HOUSED:
        return HOUSED
    if kind == HOME:
        return WAITING if outcome == Outcome.GRANTED else DECIDED
    return WAITING if state == WAITING else DECIDED
