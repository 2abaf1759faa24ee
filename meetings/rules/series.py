"""When the meetings of a series are held."""

import datetime as dt
from typing import NamedTuple

from boligsak.dates import is_working_day, next_working_day
from boligsak.rule import RuleBroken

_WEEK = dt.timedelta(weeks=1)


class Day(NamedTuple):
    """`planned_for` is the series' own day, `held_on` the day after a holiday has moved it."""

    planned_for: dt.date
    held_on: dt.date

    @property
    def is_moved(self) -> bool:
        return self.planned_for != self.held_on


def first_day(starts_on: dt.date, weekday: int) -> dt.date:
    """The series' first weekday on or after the day it starts."""
    return starts_on + dt.timedelta(days=(weekday - starts_on.weekday()) % 7)


def days(
    *,
    starts_on: dt.date,
    ends_on: dt.date | None,
    weekday: int,
    every_weeks: int,
    from_on: dt.date,
    to_on: dt.date,
) -> list[Day]:
    """The meetings planned for the days from `from_on` to `to_on`, both inclusive, in order.

    A meeting that would fall on a holiday is held on the next working day, and the following ones
    keep their own days. Raises `RuleBroken` "series.weekday" or "series.weeks".
    """
    if not 0 <= weekday <= 4:
        raise RuleBroken("series.weekday", weekday=weekday)
    if not 1 <= every_weeks <= 12:
        raise RuleBroken("series.weeks", weeks=every_weeks)
    step = every_weeks * _WEEK
    day = first_day(starts_on, weekday)
    if day < from_on:
        # Straight to the first one that is not before, however long the series has run.
        day += -(-(from_on - day).days // step.days) * step
    last = to_on if ends_on is None else min(to_on, ends_on)
    found = []
    while day <= last:
        found.append(Day(day, next_working_day(day)))
        day += step
    return found


def check_day(held_on: dt.date, today: dt.date) -> None:
    """A meeting is planned for a working day that has not passed.

    Raises `RuleBroken` "meeting.past" or "meeting.not_a_working_day" (next_on).
    """
    if held_on < today:
        raise RuleBroken("meeting.past", today=today)
    if not is_working_day(held_on):
        raise RuleBroken("meeting.not_a_working_day", next_on=next_working_day(held_on))
