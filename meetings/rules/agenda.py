"""Why a case comes on the agenda of a meeting by itself, and in which order.

`reasons` is the only place that knows. What it rests on comes as facts; a person may add, drop or
move what it proposes, and what a person did stays.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why an item is there. Values are stored. The order is the agenda's."""

    REFERRAL = "referral"
    """A referral waits for the meeting's decision: everything else in the gate is met."""
    CLOCK = "clock"
    """A legal deadline runs out before the next meeting."""
    HEAD_ACTION = "head_action"
    """The cooperative or head landlord acts against the dwelling itself."""
    MARKED = "marked"
    """Somebody marked the case for the meeting."""
    FOLLOW_UP = "follow_up"
    """An earlier meeting wanted it again by now, or its decision was not carried out in time."""
    CARRIED = "carried"
    """The last meeting did not reach it."""
    EXPIRY = "expiry"
    """The contract ends, or goes open-ended, before the next meeting but one."""
    COMPLAINTS = "complaints"
    """Complaints have been repeated."""
    NO_CONTACT = "no_contact"
    """Nobody has reached the tenant for long."""
    ADDED = "added"
    """Added by hand."""
    ISSUE = "issue"
    """A system issue: a routine that fails between the parties."""


ORDER: Sequence[Reason] = tuple(Reason)
NO_CONTACT_DAYS = 28
REPEATED_COMPLAINTS = 2


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the agenda needs to know of an open case, on the day it is made.

    `clock_on`: the nearest last day of a running legal deadline. `expiry_on`: the last day of the
    contract's term, or § 9-2's last safe day when the term is over. `again_on`: the day an earlier
    decision wanted it back, `late_since` the due day of a decision that was not carried out.
    `reached_on`: the last day the tenant was reached.
    """

    opened_on: dt.date
    marked_on: dt.date | None = None
    waits_for_decision: bool = False
    clock_on: dt.date | None = None
    expiry_on: dt.date | None = None
    head_deadline_on: dt.date | None = None
    has_head_action: bool = False
    complaints: int = 0
    again_on: dt.date | None = None
    late_since: dt.date | None = None
    reached_on: dt.date | None = None
    was_carried: bool = False
    has_referral: bool = False


def reasons(
    case: CaseFacts, *, held_on: dt.date, next_on: dt.date | None
) -> dict[Reason, dict[str, str | int]]:
    """Why this case is to be taken up in the meeting of `held_on`, each with the facts behind it.

    `next_on` is the following meeting (None: none is planned, then everything that runs counts).
    Days in the facts are ISO text. A case whose referral is out already comes back only when a
    person or an earlier decision wants it.
    """
    found: dict[Reason, dict[str, str | int]] = {}
    if case.waits_for_decision and not case.has_referral:
        found[Reason.REFERRAL] = {}
    if case.clock_on is not None and _before_next(case.clock_on, next_on):
        found[Reason.CLOCK] = {"on": case.clock_on.isoformat()}
    if case.has_head_action:
        on = case.head_deadline_on
        found[Reason.HEAD_ACTION] = {"on": on.isoformat()} if on else {}
    if case.marked_on is not None and case.marked_on <= held_on:
        found[Reason.MARKED] = {"on": case.marked_on.isoformat()}
    if case.again_on is not None and case.again_on <= held_on:
        found[Reason.FOLLOW_UP] = {"again_on": case.again_on.isoformat()}
    elif case.late_since is not None and case.late_since < held_on:
        found[Reason.FOLLOW_UP] = {"late_since": case.late_since.isoformat()}
    if case.was_carried:
        found[Reason.CARRIED] = {}
    if case.has_referral:
        return found
    if case.expiry_on is not None and _before_next(case.expiry_on, next_on):
        found[Reason.EXPIRY] = {"on": case.expiry_on.isoformat()}
    if case.complaints >= REPEATED_COMPLAINTS:
        found[Reason.COMPLAINTS] = {"count": case.complaints}
    silent_since = case.reached_on or case.opened_on
    if (days := (held_on - silent_since).days) >= NO_CONTACT_DAYS:
        found[Reason.NO_CONTACT] = {"days": days, "since": silent_since.isoformat()}
    return found


def _before_next(on: dt.date, next_on: dt.date | None) -> bool:
    # A deadline on the day of the next meeting may be over before anybody has opened the case.
    return next_on is None or on <= next_on


def order(
    items: Sequence[tuple[int, Mapping[Reason, Mapping[str, str | int]]]],
) -> list[int]:
    """The keys of the items in the order they are proposed: the gravest reason first, the one
    with the nearest day before the others, then as they came."""

    def grave(item: tuple[int, Mapping[Reason, Mapping[str, str | int]]]) -> tuple[int, str]:
        first = min(item[1], key=ORDER.index, default=Reason.ADDED)
        return ORDER.index(first), str(item[1].get(first, {}).get("on", "9999"))

    return [key for key, _ in sorted(items, key=grave)]
