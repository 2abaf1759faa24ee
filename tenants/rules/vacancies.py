"""How long dwellings stand empty. Days are inclusive; a dwelling is empty from the day after the
last tenancy, or from the day it was taken into use."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

_ONE_DAY = dt.timedelta(days=1)


class Length(NamedTuple):
    """How long a number of dwellings have been empty, in days. `average` is rounded to whole."""

    dwellings: int
    average: int
    longest: int


def empty_since(in_use_from: dt.date, moved_out_on: dt.date | None) -> dt.date:
    """The first day without a tenant: `moved_out_on` is the last tenancy's last day, if any."""
    if moved_out_on is None:
        return in_use_from
    return max(in_use_from, moved_out_on + _ONE_DAY)


def days_empty(since: dt.date, day: dt.date) -> int:
    """Days gone since it became empty; 0 on the first and for a day that has not come."""
    return max(0, (day - since).days)


def lengths(found: Iterable[int]) -> Length:
    """The average and the longest of these numbers of days."""
    days = list(found)
    if not days:
        return Length(0, 0, 0)
    return Length(len(days), (2 * sum(days) + len(days)) // (2 * len(days)), max(days))
