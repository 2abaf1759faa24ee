"""What has been tried before anything is referred: measures, their states, and the checklist.

"Utkastelse er siste utveg, og alt annet skal være prøvd først." A measure answers a line of the
checklist: every kind of the catalogue that is required for the triggers of its case. Days are
inclusive.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from arrears.rules.cases import LANDLORD, OTHER, WELFARE
from boligsak.rule import RuleBroken

# --- What can be done to a measure ----------------------------------------------------------------

PROPOSED, STARTED, DONE = "proposed", "started", "done"
DROPPED = "dropped"
"""Begun and broken off, or proposed by mistake; `why_not` says why."""
UNSUITABLE = "unsuitable"
"""Looked into and found not to fit, with the reason. An answer without a start."""


class Act(StrEnum):
    """Each is a page of its own, and a verb of the services."""

    START = "start"
    CHANGE = "change"
    TRY = "try"
    """On trial until a day: nothing may be referred before it is over."""
    FINISH = "finish"
    DROP = "drop"
    REJECT = "reject"
    """Find it unsuitable."""
    NOT_ENOUGH = "not_enough"
    """Say of support that goes on why it is not enough."""
    REOPEN = "reopen"
    """Take up again what was ended, by mistake or because something has changed."""


NEXT: Mapping[str, Mapping[Act, str]] = {
    PROPOSED: {
        Act.START: STARTED,
        Act.CHANGE: PROPOSED,
        Act.FINISH: DONE,
        Act.REJECT: UNSUITABLE,
        Act.DROP: DROPPED,
    },
    STARTED: {
        Act.CHANGE: STARTED,
        Act.TRY: STARTED,
        Act.FINISH: DONE,
        Act.DROP: DROPPED,
        Act.NOT_ENOUGH: STARTED,
    },
    DONE: {Act.REOPEN: STARTED},
    DROPPED: {Act.REOPEN: PROPOSED},
    UNSUITABLE: {Act.REOPEN: PROPOSED},
}
"""What can be done in each state, and the state it leads to."""

ENDED = frozenset({DONE, DROPPED, UNSUITABLE})

RESULTS = ("worked", "partly", "not")


def next_state(state: str, act: Act) -> str:
    """Raises `RuleBroken("measure.not_now", state, act)`."""
    if act not in NEXT[state]:
        raise RuleBroken("measure.not_now", state=state, act=str(act))
    return NEXT[state][act]


def check_may(
    act: Act, parties: Collection[str], party: str, *, is_social: bool, is_lasting: bool = False
) -> None:
    """The welfare office works on every measure; another party starts, changes and ends those it
    is responsible for itself. Why support is not enough is for the welfare office to say: it
    knows what the support is.

    `parties`: those of who acts; `party`: the one responsible for the measure. Raises
    `RuleBroken` "measure.not_yours" (party), "measure.for_welfare" or "measure.not_lasting".
    """
    if act is Act.NOT_ENOUGH and not is_lasting:
        raise RuleBroken("measure.not_lasting")
    if WELFARE in parties:
        return
    if is_social or act is Act.NOT_ENOUGH:
        raise RuleBroken("measure.for_welfare")
    if party not in parties:
        raise RuleBroken("measure.not_yours", party=party)


def acts(state: str, parties: Collection[str], party: str, kind: "Kind") -> tuple[Act, ...]:
    """What somebody of these parties can do to a measure in this state, in the order of `Act`."""
    found = []
    for act in Act:
        if act not in NEXT[state]:
            continue
        try:
            check_may(act, parties, party, is_social=kind.is_social, is_lasting=kind.is_lasting)
        except RuleBroken:
            continue
        found.append(act)
    return tuple(found)


def check_party(party: str, *, is_social: bool) -> None:
    """Who is to do it must be allowed to know what it is: social measures stay with the welfare
    office and those it works with. Raises `RuleBroken("measure.social_party", party)`."""
    if is_social and party not in (WELFARE, OTHER):
        raise RuleBroken("measure.social_party", party=party)


class Days(NamedTuple):
    """The days of a measure; None where there is none yet."""

    proposed_on: dt.date
    started_on: dt.date | None = None
    due_on: dt.date | None = None
    trial_to: dt.date | None = None
    ended_on: dt.date | None = None


def check_days(days: Days, today: dt.date, case_opened_on: dt.date) -> None:
    """What has happened lies in the past and in order; what is to come begins with the measure.

    A measure may have begun before the case was opened: what was tried then was tried. Raises
    `RuleBroken` "measure.started_ahead" (today), "measure.ended_ahead" (today),
    "measure.ended_before_start" (started_on), "measure.due_before_start" (from_on),
    "measure.trial_before_start" (from_on) or "measure.long_ago" (first).
    """
    start = days.started_on
    first = dt.date(case_opened_on.year - LONGEST_AGO_YEARS, 1, 1)
    if start is not None and start > today:
        raise RuleBroken("measure.started_ahead", today=today)
    if start is not None and start < first:
        raise RuleBroken("measure.long_ago", first=first)
    if days.ended_on is not None and days.ended_on > today:
        raise RuleBroken("measure.ended_ahead", today=today)
    if days.ended_on is not None and start is not None and days.ended_on < start:
        raise RuleBroken("measure.ended_before_start", started_on=start)
    if days.ended_on is not None and days.ended_on < first:
        raise RuleBroken("measure.long_ago", first=first)
    from_on = start or days.proposed_on
    if days.due_on is not None and days.due_on < from_on:
        raise RuleBroken("measure.due_before_start", from_on=from_on)
    if days.trial_to is not None and days.trial_to < from_on:
        raise RuleBroken("measure.trial_before_start", from_on=from_on)


LONGEST_AGO_YEARS = 5
"""What was tried longer before the case than this is a slip of the pen, or says nothing today."""


def is_on_trial(state: str, trial_to: dt.date | None, day: dt.date) -> bool:
    """Whether the trial period runs on `day`: its last day is a day of it."""
    return state == STARTED and trial_to is not None and day <= trial_to


def is_overdue(state: str, due_on: dt.date | None, day: dt.date) -> bool:
    """The day after its due day, a measure that is not ended is late."""
    return state in (PROPOSED, STARTED) and due_on is not None and due_on < day


# --- The checklist --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the catalogue, as the rules need it. Days inclusive; no `valid_to`: for good."""

    id: int
    code: str
    triggers: frozenset[str]
    valid_from: dt.date
    valid_to: dt.date | None = None
    is_required: bool = True
    needs_children: bool = False
    is_social: bool = False
    is_lasting: bool = False
    party: str = WELFARE
    position: int = 100

    def is_valid(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Tried:
    """A measure of a case, as the rules need it."""

    id: int
    kind_id: int
    state: str
    started_on: dt.date | None = None
    trial_to: dt.date | None = None
    insufficient_because: str = ""


class Answer(StrEnum):
    """How a line of the checklist stands, the best first."""

    TRIED = "tried"
    RUNNING = "running"
    UNSUITABLE = "unsuitable"
    ELSEWHERE = "elsewhere"
    """The case itself shows it: an attempt to reach the tenant, a plan, an assessment."""
    NONE = "none"

    @property
    def answers(self) -> bool:
        return self is not Answer.NONE


class Shows(StrEnum):
    """What is written down elsewhere on a case and answers a line of the checklist by itself."""

    CONTACT = "contact"
    VIEW = "view"
    PLAN = "plan"
    CHILDREN = "children"
    NUISANCE_WARNING = "nuisance_warning"
    NAV_WARNING = "nav_warning"


SHOWN_BY: Mapping[str, Shows] = {
    "early-contact": Shows.CONTACT,
    "tenants-view": Shows.VIEW,
    "repayment-plan": Shows.PLAN,
    "childrens-interest": Shows.CHILDREN,
    "nuisance-warning": Shows.NUISANCE_WARNING,
    "nav-warning": Shows.NAV_WARNING,
}
"""The kinds of the catalogue, by code, that nobody has to answer twice."""

NEEDS_A_CASE = frozenset(
    {
        *SHOWN_BY,
        "noise-mapping",
        "renewal",
        "another-home",
        "pay-up",
        "postponement",
        "nav-guarantee",
        "temporary-housing",
    }
)
"""Answers to something that has gone wrong in a tenancy. None of them can be help that is prepared
for a tenancy that has not begun."""

CHILDRENS_INTEREST = "childrens-interest"

ONLY_SHOWN = frozenset({"early-contact", "tenants-view", CHILDRENS_INTEREST})
"""Answered by what is written down and by nothing else: nobody ticks off that somebody was heard,
and no measure can be made of it."""


def is_asked(kind: Kind, triggers: Collection[str], day: dt.date, *, has_children: bool) -> bool:
    """Whether the checklist of a case with these running triggers asks for this kind on `day`."""
    return (
        kind.is_required
        and kind.is_valid(day)
        and not kind.triggers.isdisjoint(triggers)
        and (has_children or not kind.needs_children)
    )


def answer_of(kind: Kind, measures: Iterable[Tried], shown: Collection[Shows]) -> Answer:
    """How the line stands, by all measures of the kind on the case.

    Proposing is no answer. What was begun and broken off was tried; what was dropped before it
    began was not. An attempt to reach the tenant, the tenant's view and the children's best
    interest (barnekonvensjonen art. 3) are written down, never ticked off.
    """
    is_shown = SHOWN_BY.get(kind.code) in shown
    if kind.code in ONLY_SHOWN:
        return Answer.ELSEWHERE if is_shown else Answer.NONE
    own = [measure for measure in measures if measure.kind_id == kind.id]
    if any(one.state == DONE or (one.state == DROPPED and one.started_on) for one in own):
        return Answer.TRIED
    if any(one.state == STARTED for one in own):
        return Answer.RUNNING
    if any(one.state == UNSUITABLE for one in own):
        return Answer.UNSUITABLE
    return Answer.ELSEWHERE if is_shown else Answer.NONE


def is_undecided(kind: Kind, measure: Tried, day: dt.date) -> bool:
    """A proposal nobody has decided, a measure that runs without a result, or a trial period.

    Support that goes on has no result to wait for once its trial is over.
    """
    if measure.state == PROPOSED or is_on_trial(measure.state, measure.trial_to, day):
        return True
    return measure.state == STARTED and not kind.is_lasting


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What the gate, the next step and lists need to know of a case's measures on a day.

    `answered`: codes with an answer. `unanswered`: ids of the kinds the checklist still asks for,
    in its order, of `required` in all. `undecided`: ids of measures aimed at the case's triggers
    that are proposed, without a result or on trial. `running_support_without_reason`: ids of
    support that goes on and does not say why it is not enough.
    """

    answered: frozenset[str] = frozenset()
    unanswered: tuple[int, ...] = ()
    required: int = 0
    undecided: tuple[int, ...] = ()
    running_support_without_reason: tuple[int, ...] = ()
    children_assessed_on: dt.date | None = None
    has_children: bool = False

    @property
    def is_finished(self) -> bool:
        """Everything else has been tried, as far as measures go."""
        assessed = self.children_assessed_on is not None or not self.has_children
        return assessed and not (
            self.unanswered or self.undecided or self.running_support_without_reason
        )


def facts_of(
    kinds: Sequence[Kind],
    measures: Sequence[Tried],
    triggers: Collection[str],
    shown: Collection[Shows],
    day: dt.date,
    *,
    has_children: bool,
    children_assessed_on: dt.date | None = None,
) -> MeasureFacts:
    """The facts of one case. `triggers` are those that run; `kinds` the whole catalogue, also
    what has ended, for measures of those kinds may still run."""
    by_id = {kind.id: kind for kind in kinds}
    answers = {kind.id: answer_of(kind, measures, shown) for kind in kinds}
    asked = [
        kind
        for kind in sorted(kinds, key=lambda kind: (kind.position, kind.code))
        if is_asked(kind, triggers, day, has_children=has_children)
    ]
    aimed = [one for one in measures if not by_id[one.kind_id].triggers.isdisjoint(triggers)]
    undecided = tuple(one.id for one in aimed if is_undecided(by_id[one.kind_id], one, day))
    return MeasureFacts(
        answered=frozenset(by_id[id_].code for id_, answer in answers.items() if answer.answers),
        unanswered=tuple(kind.id for kind in asked if not answers[kind.id].answers),
        required=len(asked),
        undecided=undecided,
        running_support_without_reason=tuple(
            one.id
            for one in aimed
            if one.state == STARTED
            and by_id[one.kind_id].is_lasting
            and one.id not in undecided
            and not one.insufficient_because.strip()
        ),
        children_assessed_on=children_assessed_on,
        has_children=has_children,
    )


# --- What the other parties are told --------------------------------------------------------------


def is_hidden(kind: Kind, *, sees_social: bool) -> bool:
    """Whether the reader is told of "a measure from the welfare office" and no more: who is
    responsible and by when, never what it is, how it goes, or anything anyone wrote."""
    return kind.is_social and not sees_social


def check_catalogue(
    *,
    triggers: Collection[str],
    valid_from: dt.date,
    valid_to: dt.date | None,
    party: str,
    is_social: bool,
    needs_children: bool,
    code: str,
) -> None:
    """A row of the catalogue that makes sense.

    Raises `RuleBroken` "kind.no_trigger", "kind.days", "kind.social_party" or
    "kind.childrens_interest": the assessment is asked for wherever children live, and of nobody
    else.
    """
    if not triggers:
        raise RuleBroken("kind.no_trigger")
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken("kind.days", valid_from=valid_from)
    if is_social and party not in (WELFARE, OTHER):
        raise RuleBroken("kind.social_party")
    if code == CHILDRENS_INTEREST and not needs_children:
        raise RuleBroken("kind.childrens_interest")
    if code == CHILDRENS_INTEREST and party == LANDLORD:
        raise RuleBroken("kind.social_party")
