"""Away from home for a while: prison, hospital, treatment. Days are inclusive at both ends."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from boligsak.rule import RuleBroken

_NEVER = dt.date.max


class Away(NamedTuple):
    """From one day until another; without a last day, until further notice."""

    from_on: dt.date
    to_on: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        return self.from_on <= day <= (self.to_on or _NEVER)


def is_away(absences: Iterable[Away], day: dt.date) -> bool:
    """Whether somebody is away from home on `day`: a home visit then and there does not count."""
    return any(away.covers(day) for away in absences)


def check_away(new: Away, others: Iterable[Away]) -> None:
    """One absence at a time, and its last day not before its first.

    Raises RuleBroken "absence.days", or "absence.overlaps" with the days of the other one.
    """
    if new.to_on is not None and new.to_on < new.from_on:
        raise RuleBroken("absence.days", from_on=new.from_on, to_on=new.to_on)
    for other in others:
        if new.from_on <= (other.to_on or _NEVER) and other.from_on <= (new.to_on or _NEVER):
            raise RuleBroken("absence.overlaps", from_on=other.from_on, to_on=other.to_on)
