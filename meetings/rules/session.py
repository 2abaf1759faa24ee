"""What a meeting may do while it is in session, and what it takes to close it."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from boligsak.rule import RuleBroken

PLANNED, RUNNING, CLOSED, CANCELLED = "planned", "running", "closed", "cancelled"
NEXT_STATES = {
    PLANNED: frozenset({RUNNING, CANCELLED}),
    RUNNING: frozenset({CLOSED}),
    CLOSED: frozenset[str](),
    CANCELLED: frozenset[str](),
}
"""What may become of a meeting. One that has begun is closed, never cancelled: it was held."""

WELFARE, LANDLORD, HOUSING_UNIT = "welfare", "landlord", "housing_unit"
REFERRALS = frozenset({"collection", "bailiff", "court", "tribunal", "distraint"})
AGAIN = "take_up_again"


def check_state(now: str, then: str) -> None:
    """Raises `RuleBroken("session.state", state)` when a meeting cannot become that."""
    if then not in NEXT_STATES[now]:
        raise RuleBroken("session.state", state=now)


def check_opening(held_on: dt.date, today: dt.date) -> None:
    """A meeting is opened on its day or, when somebody forgot, after it; never before.

    Raises `RuleBroken("session.too_early", held_on)`.
    """
    if today < held_on:
        raise RuleBroken("session.too_early", held_on=held_on)


@dataclass(frozen=True, slots=True)
class Draft:
    """An item as it stands when the meeting is to be closed. `may_decide`: whoever closes it sees
    whose case it is."""

    item_id: int
    place: int
    is_case: bool
    is_dropped: bool
    has_note: bool
    decision: str
    reason: str
    due_on: dt.date | None = None
    again_on: dt.date | None = None
    may_decide: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the meeting cannot be closed yet: the item's place and what is wrong with it."""

    place: int
    item_id: int
    code: str


def faults(
    drafts: Sequence[Draft], *, held_on: dt.date, present: Collection[str], asked: Collection[str]
) -> list[Fault]:
    """What has to be mended before the meeting can be closed, in the agenda's order.

    A case that was talked about needs a decision from the list, a decision needs its reasons, and
    one to refer needs landlord and welfare office in the room and the housing unit invited. A case
    nobody came to is no fault: it is carried over. One that is only a number to the room may be
    talked about without a decision.
    """
    found = []
    parties_are_there = {WELFARE, LANDLORD} <= set(present) and HOUSING_UNIT in asked
    for draft in drafts:
        if draft.is_dropped or not draft.is_case:
            continue
        code = ""
        if draft.has_note and not draft.decision and draft.may_decide:
            code = "undecided"
        elif draft.decision and not draft.reason.strip():
            code = "no_reason"
        elif draft.decision in REFERRALS and not parties_are_there:
            code = "parties"
        elif draft.decision == AGAIN and draft.again_on is None:
            code = "no_day"
        elif draft.again_on is not None and draft.again_on <= held_on:
            code = "day_past"
        elif draft.due_on is not None and draft.due_on < held_on:
            code = "due_before"
        if code:
            found.append(Fault(draft.place, draft.item_id, code))
    return found


def is_carried(draft: Draft) -> bool:
    """Nobody came to it: neither a word nor a decision."""
    return not (draft.is_dropped or draft.has_note or draft.decision)
