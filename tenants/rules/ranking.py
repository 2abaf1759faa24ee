"""The order of the waiting list: published criteria, each with the points it gives and why.

Nobody's health, diagnosis or history is looked at: only what the housing unit may know. The same
facts, policy and day always give the same points, and no two applications share a place.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from boligsak.dates import add_months
from boligsak.terms import read_numbers

_MONTHS_A_YEAR = 12

# Lowest and highest of each value.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "points_no_home": (0, 1000),
    "points_temporary": (0, 1000),
    "points_must_leave": (0, 1000),
    "must_leave_days": (0, 730),
    "points_children": (0, 1000),
    "points_each_child": (0, 1000),
    "counted_children": (0, 20),
    "points_accessible": (0, 1000),
    "points_frees_accessible": (0, 1000),
    "points_month": (0, 1000),
    "counted_months": (0, 240),
}


@dataclass(frozen=True, slots=True)
class RankPolicy:
    """One version of the municipality's criteria: points, and where a criterion ends."""

    points_no_home: int
    """Has no home at all."""
    points_temporary: int
    """Lives where nobody can stay: temporary housing or an institution."""
    points_must_leave: int
    must_leave_days: int
    """Must leave the present home within so many days, or should have left."""
    points_children: int
    """Children are to live in the home."""
    points_each_child: int
    counted_children: int
    """Each child, up to so many."""
    points_accessible: int
    """Needs a home with step-free access."""
    points_frees_accessible: int
    """A swap that leaves a step-free home to somebody who needs one."""
    points_month: int
    counted_months: int
    """Each whole month since the application was received, up to so many."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "RankPolicy":
        """The policy in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number" or "policy.out_of_range".
        """
        return cls(**read_numbers(values, _BOUNDS))

    def to_values(self) -> dict[str, Any]:
        return asdict(self)


def default_values() -> dict[str, Any]:
    """What a new installation starts with, until the municipality has adopted its own points."""
    return {
        "points_no_home": 40,
        "points_temporary": 30,
        "points_must_leave": 20,
        "must_leave_days": 90,
        "points_children": 20,
        "points_each_child": 5,
        "counted_children": 4,
        "points_accessible": 10,
        "points_frees_accessible": 15,
        "points_month": 1,
        "counted_months": 24,
    }


class Housing(StrEnum):
    """How somebody lives, as far as the order of the list asks."""

    NONE = "none"
    TEMPORARY = "temporary"
    LASTING = "lasting"


class RankFacts(NamedTuple):
    """What the criteria look at. `received_on` and `number` decide between equals."""

    number: str
    received_on: dt.date
    housing: Housing = Housing.LASTING
    must_leave_on: dt.date | None = None
    children: int = 0
    """Those under age who are to live there, also part of the time."""
    needs_accessible: bool = False
    frees_accessible: bool = False


class Criterion(StrEnum):
    """Why points are given. Values are stored with an offer."""

    NO_HOME = "no_home"
    TEMPORARY = "temporary"
    MUST_LEAVE = "must_leave"
    CHILDREN = "children"
    ACCESSIBLE = "accessible"
    FREES_ACCESSIBLE = "frees_accessible"
    WAITED = "waited"


class Reason(NamedTuple):
    """A criterion that is met, its points, and the number it counted (children, months)."""

    criterion: Criterion
    points: int
    counted: int = 0


class Rank(NamedTuple):
    """The points of an application on a day, and what they are given for, in the criteria's
    order."""

    points: int
    reasons: tuple[Reason, ...]


def rank(facts: RankFacts, policy: RankPolicy, day: dt.date) -> Rank:
    """The points of one application. A criterion that gives none is not among the reasons."""
    found: list[Reason] = []
    if facts.housing is Housing.NONE:
        found.append(Reason(Criterion.NO_HOME, policy.points_no_home))
    elif facts.housing is Housing.TEMPORARY:
        found.append(Reason(Criterion.TEMPORARY, policy.points_temporary))
    must_leave_on = facts.must_leave_on
    if must_leave_on is not None and (must_leave_on - day).days <= policy.must_leave_days:
        found.append(Reason(Criterion.MUST_LEAVE, policy.points_must_leave))
    if facts.children > 0:
        counted = min(facts.children, policy.counted_children)
        points = policy.points_children + counted * policy.points_each_child
        found.append(Reason(Criterion.CHILDREN, points, facts.children))
    if facts.needs_accessible:
        found.append(Reason(Criterion.ACCESSIBLE, policy.points_accessible))
    elif facts.frees_accessible:
        found.append(Reason(Criterion.FREES_ACCESSIBLE, policy.points_frees_accessible))
    months = whole_months(facts.received_on, day)
    waited = min(months, policy.counted_months) * policy.points_month
    found.append(Reason(Criterion.WAITED, waited, months))
    reasons = tuple(one for one in found if one.points)
    return Rank(sum(one.points for one in reasons), reasons)


def whole_months(from_on: dt.date, day: dt.date) -> int:
    """Whole calendar months from one day to another; none when the day has not come.

    31 January to 28 February is one: the month has no later day.
    """
    if day <= from_on:
        return 0
    months = (day.year - from_on.year) * _MONTHS_A_YEAR + day.month - from_on.month
    return months if add_months(from_on, months) <= day else months - 1


def place(facts: RankFacts, found: Rank) -> tuple[int, dt.date, str]:
    """What applications are sorted by: most points, then longest wait, then number."""
    return -found.points, facts.received_on, facts.number
