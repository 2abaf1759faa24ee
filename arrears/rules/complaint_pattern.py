"""When complaints about a tenancy are a pattern, and when nobody has talked with the household."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from arrears.rules.flags import FlagKind, Part, Verdict
from boligsak.dates import add_months
from tenants.rules.complaints import ComplaintPolicy, is_contact_missed

MISSED_LEVEL, PATTERN_LEVEL, SERIOUS_LEVEL = 1, 2, 3

_ONE_DAY = dt.timedelta(days=1)
_NOTHING: Part = ((), None)


class Told(NamedTuple):
    """A complaint about the tenancy that counts: neither withdrawn nor found not to be so.

    `contact_by` is the last day to talk with the household, None when they have been spoken with
    or the complaint is closed.
    """

    received_on: dt.date
    contact_by: dt.date | None = None


def counts_to(received_on: dt.date, months: int) -> dt.date:
    """The first day on which a complaint counts no more: the same date so many months later.
    Received 15 May, six months: it counts to 14 November."""
    return add_months(received_on, months)


def decide_complaints(
    told: Sequence[Told],
    policy: ComplaintPolicy,
    day: dt.date,
    *,
    moved_out_on: dt.date | None = None,
) -> Part:
    """The flag of several complaints: a pattern, or a household that nobody has talked with.

    `facts`: `count`, `first_on` and `last_on` of those that count on `day`, `months`, and
    `contact_by`, the oldest last day that is over, or None. With a missed day a pattern is a level
    graver. The anchor is the day of the oldest complaint that counts in the pattern, else the
    missed day. Who has moved out disturbs nobody: no flag, and what is owed has flags of its own.
    """
    if not told or (moved_out_on is not None and moved_out_on < day):
        return _NOTHING
    received = sorted(
        one.received_on
        for one in told
        if one.received_on <= day < counts_to(one.received_on, policy.pattern_months)
    )
    waiting = sorted(one.contact_by for one in told if one.contact_by is not None)
    missed = [by for by in waiting if is_contact_missed(by, None, day)]
    looks = [counts_to(on, policy.pattern_months) for on in received]
    looks += [one.received_on for one in told if one.received_on > day]
    looks += [by + _ONE_DAY for by in waiting if by >= day]
    look_on = min(looks, default=None)
    level = _level(len(received), policy, is_missed=bool(missed))
    if level == 0:
        return (), look_on
    is_pattern = len(received) >= policy.pattern_count
    facts: dict[str, Any] = {
        "count": len(received),
        "first_on": received[0].isoformat() if received else None,
        "last_on": received[-1].isoformat() if received else None,
        "months": policy.pattern_months,
        "is_pattern": is_pattern,
        "contact_by": missed[0].isoformat() if missed else None,
    }
    anchor_on = received[0] if is_pattern else missed[0]
    return (Verdict(FlagKind.COMPLAINTS, level, anchor_on, facts),), look_on


def _level(count: int, policy: ComplaintPolicy, *, is_missed: bool) -> int:
    if count < policy.pattern_count:
        return MISSED_LEVEL if is_missed else 0
    level = SERIOUS_LEVEL if count >= policy.serious_count else PATTERN_LEVEL
    return level + 1 if is_missed else level
