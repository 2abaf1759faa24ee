"""Complaints (klage på leietaker, never an appeal): by when the household is spoken with, what may
follow what, and what a complaint about the dwelling can give."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from boligsak.dates import add_months, is_working_day
from boligsak.rule import RuleBroken
from boligsak.terms import read_numbers

TENANCY, DWELLING = "tenancy", "dwelling"

KINDS: Mapping[str, tuple[str, ...]] = {
    TENANCY: ("noise", "threats", "visitors", "rubbish", "damage", "animals", "other"),
    DWELLING: ("defect", "moisture", "cold", "pests", "damage", "noise", "other"),
}
"""What people complain of, by what the complaint is about."""

SOURCES: Mapping[str, tuple[str, ...]] = {
    TENANCY: ("neighbour", "cooperative", "police", "other"),
    DWELLING: ("tenant", "other"),
}

OPEN, CLOSED, WITHDRAWN = "open", "closed", "withdrawn"
NEXT_STEPS: Mapping[str, frozenset[str]] = {
    OPEN: frozenset({CLOSED, WITHDRAWN}),
    CLOSED: frozenset(),
    WITHDRAWN: frozenset(),
}
"""A complaint that is closed or withdrawn stays so: what comes later is a new complaint."""

LONGEST_REDUCTION_MONTHS = 36
"""A reduction for longer than this is mistyped; older rent is checked for limitation first."""

LONGEST_AGO_DAYS = 366
"""A complaint registered later than this after it was received is a slip of the finger …"""

LONGEST_AGO_MONTHS = 120
"""… and so is one about what happened longer before that."""

FURTHEST_MONTHS = 12
"""A reduction of the rent does not begin later than this from today."""

_ONE_DAY = dt.timedelta(days=1)


# --- The municipality's own terms ---------------------------------------------------------------

_BOUNDS: Mapping[str, tuple[int, int]] = {
    "contact_days": (1, 60),
    "pattern_count": (2, 20),
    "pattern_months": (1, 24),
    "serious_count": (2, 50),
}


@dataclass(frozen=True, slots=True)
class ComplaintPolicy:
    """One version of the terms, of one office or of every one."""

    contact_days: int
    """Working days from receipt within which somebody talks with the household."""
    pattern_count: int
    """So many complaints about one tenancy …"""
    pattern_months: int
    """… received within so many months are a pattern."""
    serious_count: int
    """So many in the same time are a serious one."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "ComplaintPolicy":
        """The policy in a stored row.

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number" or "policy.out_of_range" (lowest,
        highest, found).
        """
        found = cls(**read_numbers(values, _BOUNDS))
        if found.serious_count < found.pattern_count:
            raise RuleBroken(
                "policy.out_of_range",
                field="serious_count",
                found=found.serious_count,
                lowest=found.pattern_count,
                highest=_BOUNDS["serious_count"][1],
            )
        return found

    def to_values(self) -> dict[str, Any]:
        return asdict(self)


def default_values() -> dict[str, Any]:
    """What a new installation starts with; the municipality changes them by a dated row."""
    return {"contact_days": 5, "pattern_count": 3, "pattern_months": 6, "serious_count": 6}


# --- The duty to talk with the household --------------------------------------------------------


def contact_by(received_on: dt.date, working_days: int) -> dt.date:
    """The last day to talk with the household: so many working days after the day of receipt,
    which is not counted. Received on Friday 20 November 2026, five days: Friday the 27th."""
    day = received_on
    for _ in range(working_days):
        day += _ONE_DAY
        while not is_working_day(day):
            day += _ONE_DAY
    return day


def is_contact_missed(by: dt.date | None, contacted_on: dt.date | None, day: dt.date) -> bool:
    """Whether nobody has talked with the household though the last day is over."""
    return by is not None and contacted_on is None and by < day


# --- What may be registered, and what may follow ------------------------------------------------


def check_new(
    *,
    about: str,
    kind: str,
    source: str,
    has_lease: bool,
    happened_on: dt.date | None,
    received_on: dt.date,
    starts_on: dt.date | None,
    today: dt.date,
) -> None:
    """Raises RuleBroken "complaint.kind", "complaint.source", "complaint.no_lease",
    "complaint.received_ahead", "complaint.received_long_ago" (earliest),
    "complaint.happened_after" (received_on), "complaint.before_lease" (starts_on) or
    "complaint.happened_long_ago" (earliest)."""
    if kind not in KINDS[about]:
        raise RuleBroken("complaint.kind")
    if source not in SOURCES[about]:
        raise RuleBroken("complaint.source")
    if about == TENANCY and not has_lease:
        raise RuleBroken("complaint.no_lease")
    if received_on > today:
        raise RuleBroken("complaint.received_ahead")
    if received_on < (earliest := today - dt.timedelta(days=LONGEST_AGO_DAYS)):
        raise RuleBroken("complaint.received_long_ago", earliest=earliest)
    if happened_on is not None and happened_on > received_on:
        raise RuleBroken("complaint.happened_after", received_on=received_on)
    if starts_on is not None and (happened_on or received_on) < starts_on:
        raise RuleBroken("complaint.before_lease", starts_on=starts_on)
    earliest = add_months(received_on, -LONGEST_AGO_MONTHS)
    if happened_on is not None and happened_on < earliest:
        raise RuleBroken("complaint.happened_long_ago", earliest=earliest)


def check_step(now: str, then: str, closed_on: dt.date | None) -> None:
    """Raises RuleBroken "complaint.closed" or "complaint.withdrawn" (closed_on)."""
    if then not in NEXT_STEPS[now]:
        code = "complaint.withdrawn" if now == WITHDRAWN else "complaint.closed"
        raise RuleBroken(code, closed_on=closed_on)


def check_contact(received_on: dt.date, contacted_on: dt.date, says: str, today: dt.date) -> None:
    """Raises RuleBroken "complaint.contact_before" (received_on), "complaint.contact_ahead" or
    "complaint.nothing_said": the household's own view is the point of the talk."""
    if contacted_on < received_on:
        raise RuleBroken("complaint.contact_before", received_on=received_on)
    if contacted_on > today:
        raise RuleBroken("complaint.contact_ahead")
    if not says.strip():
        raise RuleBroken("complaint.nothing_said")


def check_closing(
    *, about: str, is_upheld: bool | None, contacted_on: dt.date | None, outcome: str
) -> None:
    """A complaint is closed when it has been assessed, the household has been heard where it is
    about them, and something is said of how it ended.

    Raises RuleBroken "complaint.not_assessed", "complaint.not_heard" or "complaint.no_outcome".
    """
    if is_upheld is None:
        raise RuleBroken("complaint.not_assessed")
    if about == TENANCY and is_upheld and contacted_on is None:
        raise RuleBroken("complaint.not_heard")
    if not outcome.strip():
        raise RuleBroken("complaint.no_outcome")


def counts(state: str, is_upheld: bool | None) -> bool:
    """Whether a complaint counts in a pattern: not one that was withdrawn, nor one that was found
    not to be so."""
    return state != WITHDRAWN and is_upheld is not False


# --- A reduction of the rent (§§ 2-11, 2-15) ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reduction:
    """What the rent is lowered by a month (øre), from one day to another, inclusive; no last day:
    until further notice."""

    month_ore: int
    from_on: dt.date
    to_on: dt.date | None = None


def check_reduction(
    reduction: Reduction, *, rent_ore: int, starts_on: dt.date, today: dt.date
) -> None:
    """§ 2-11: the rent is reduced in proportion to what the defect takes from the dwelling's worth.

    `rent_ore`: the rent a month. Raises RuleBroken "reduction.amount" (rent_ore), "reduction.days",
    "reduction.before_lease" (starts_on), "reduction.far" (last_on) or "reduction.too_long"
    (months).
    """
    if not 0 < reduction.month_ore <= rent_ore:
        raise RuleBroken("reduction.amount", rent_ore=rent_ore)
    if reduction.from_on < starts_on:
        raise RuleBroken("reduction.before_lease", starts_on=starts_on)
    if reduction.from_on > (last_on := add_months(today, FURTHEST_MONTHS)):
        raise RuleBroken("reduction.far", last_on=last_on)
    if reduction.to_on is not None:
        if reduction.to_on < reduction.from_on:
            raise RuleBroken("reduction.days")
        if reduction.to_on >= add_months(reduction.from_on, LONGEST_REDUCTION_MONTHS):
            raise RuleBroken("reduction.too_long", months=LONGEST_REDUCTION_MONTHS)


def is_open_ended(reduction_ore: int | None, to_on: dt.date | None, state: str) -> bool:
    """Whether a reduction was decided that nobody has set a last day for."""
    return reduction_ore is not None and to_on is None and state != WITHDRAWN


def check_end(from_on: dt.date, to_on: dt.date, today: dt.date) -> None:
    """The last day of a reduction that had none: not before its first, and one that is yet to come
    no later than a reduction may run.

    Raises RuleBroken "reduction.end_before" (from_on) or "reduction.too_long" (months).
    """
    if to_on < from_on:
        raise RuleBroken("reduction.end_before", from_on=from_on)
    if to_on > today and to_on >= add_months(from_on, LONGEST_REDUCTION_MONTHS):
        raise RuleBroken("reduction.too_long", months=LONGEST_REDUCTION_MONTHS)


def reduced_in(reduction: Reduction, month: dt.date) -> int:
    """How much of the reduction falls in a month (any day of it), øre: the share of its days,
    rounded half up. Never more than a month's whole reduction."""
    first = month.replace(day=1)
    last = add_months(first, 1) - _ONE_DAY
    from_on = max(first, reduction.from_on)
    to_on = last if reduction.to_on is None else min(last, reduction.to_on)
    days = (to_on - from_on).days + 1
    if days <= 0:
        return 0
    of = (last - first).days + 1
    return (2 * reduction.month_ore * days + of) // (2 * of)
