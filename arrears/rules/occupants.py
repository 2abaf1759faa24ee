"""Adults in the dwelling who are no party to the lease. Days inclusive."""

import datetime as dt

from boligsak.rule import RuleBroken


def check_days(
    seen_on: dt.date, heard_on: dt.date | None, left_on: dt.date | None, today: dt.date
) -> None:
    """They were seen, were heard after somebody knew of them, and left after they were seen.

    Raises `RuleBroken` "occupant.ahead" (today), "occupant.heard_before" (seen_on) or
    "occupant.left_before" (seen_on).
    """
    for day in (seen_on, heard_on, left_on):
        if day is not None and day > today:
            raise RuleBroken("occupant.ahead", today=today)
    if heard_on is not None and heard_on < seen_on:
        raise RuleBroken("occupant.heard_before", seen_on=seen_on)
    if left_on is not None and left_on < seen_on:
        raise RuleBroken("occupant.left_before", seen_on=seen_on)


def must_be_heard(heard_on: dt.date | None, left_on: dt.date | None) -> bool:
    """Tvangsfullbyrdelsesloven § 13-6: whoever lives there is heard before they are put out; who
    has left is not put out."""
    return heard_on is None and left_on is None
