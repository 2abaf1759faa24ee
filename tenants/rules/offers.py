"""Offers of a home: what may follow what, how long one stands, and what must be in order first."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from boligsak.dates import deadline
from boligsak.rule import RuleBroken

RESERVED, OFFERED, ACCEPTED, LEASED = "reserved", "offered", "accepted", "leased"
DECLINED, EXPIRED, WITHDRAWN = "declined", "expired", "withdrawn"

ACTIVE = frozenset({RESERVED, OFFERED, ACCEPTED})
ENDED = frozenset({LEASED, DECLINED, EXPIRED, WITHDRAWN})

NEXT_STEPS: Mapping[str, frozenset[str]] = {
    RESERVED: frozenset({OFFERED, WITHDRAWN}),
    OFFERED: frozenset({ACCEPTED, DECLINED, EXPIRED, WITHDRAWN}),
    ACCEPTED: frozenset({LEASED, DECLINED, WITHDRAWN}),
    # An answer that was given in time counts, also when it reached us after the day.
    EXPIRED: frozenset({ACCEPTED}),
    DECLINED: frozenset(),
    LEASED: frozenset(),
    WITHDRAWN: frozenset(),
}


def check_step(state: str, to: str) -> None:
    """Raises RuleBroken("offer.step", state, to) when one state does not follow the other."""
    if to not in NEXT_STEPS[state]:
        raise RuleBroken("offer.step", state=state, to=to)


def answer_by(offered_on: dt.date, days: int) -> dt.date:
    """The last day to answer. It is the applicant's deadline, so it moves to a working day."""
    return deadline(offered_on, days, moves=True)


def check_expiry(offered_on: dt.date, expires_on: dt.date) -> None:
    """An offer gives at least a day to think, and is not for ever.

    Raises RuleBroken "offer.expires_too_soon" or "offer.expires_too_late" (last_on).
    """
    if expires_on <= offered_on:
        raise RuleBroken("offer.expires_too_soon")
    last_on = offered_on + dt.timedelta(days=_LONGEST_DAYS)
    if expires_on > last_on:
        raise RuleBroken("offer.expires_too_late", last_on=last_on)


_LONGEST_DAYS = 60


def check_answer(
    offered_on: dt.date, expires_on: dt.date, answered_on: dt.date, today: dt.date
) -> None:
    """An answer comes after the offer, not after today, and in time.

    Raises RuleBroken "offer.answered_ahead", "offer.answered_before" (offered_on) or
    "offer.answered_late" (expires_on).
    """
    if answered_on > today:
        raise RuleBroken("offer.answered_ahead")
    if answered_on < offered_on:
        raise RuleBroken("offer.answered_before", offered_on=offered_on)
    if answered_on > expires_on:
        raise RuleBroken("offer.answered_late", expires_on=expires_on)


class Unmet(NamedTuple):
    """A condition that is not met: what it asks, who checks it, and by when."""

    condition_id: int
    kind: str
    what: str
    party: str
    due_on: dt.date | None
