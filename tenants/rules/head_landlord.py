"""What a housing cooperative or a head landlord does itself against a dwelling, and its clock.

The § here are in burettslagslova (LOV-2003-06-06-39). Nothing of this is the tenant's default
towards the municipality: the home may be lost all the same, so the day counts from receipt.
"""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from boligsak.dates import add_months
from boligsak.rule import RuleBroken

ORDER_TO_SELL, EVICTION, WARNING = "order_to_sell", "eviction", "warning"

LEAST_MONTHS_TO_SELL = 3

LOSES_THE_HOME = frozenset({ORDER_TO_SELL, EVICTION})
"""What ends with the home lost if nobody acts: rehousing begins the day it comes in."""

REHOUSING_STARTS_WITHIN_DAYS = 3
"""Days from receipt to the first step of rehousing: the municipality's own routine."""


class Clock(StrEnum):
    RUNNING = "running"
    OVER = "over"
    NO_DEADLINE = "no_deadline"
    CLOSED = "closed"


MOST_MONTHS = 24
"""A deadline longer than this after it was received is mistyped."""


class Action(NamedTuple):
    """One action; `deadline_on` is the last day to meet it, None where none was set."""

    kind: str
    received_on: dt.date
    deadline_on: dt.date | None = None
    closed_on: dt.date | None = None


def clock(action: Action, day: dt.date) -> Clock:
    """Where the deadline stands on `day`; its last day is a day of it."""
    if action.closed_on is not None and action.closed_on <= day:
        return Clock.CLOSED
    if action.deadline_on is None:
        return Clock.NO_DEADLINE
    return Clock.RUNNING if day <= action.deadline_on else Clock.OVER


def earliest_deadline(kind: str, received_on: dt.date) -> dt.date | None:
    """§ 5-22: an order to sell gives at least three months from when it was received. None: the
    act sets no shortest deadline (a warning, an eviction under § 5-23)."""
    if kind != ORDER_TO_SELL:
        return None
    return add_months(received_on, LEAST_MONTHS_TO_SELL)


def is_too_short(action: Action) -> bool:
    """§ 5-22: whether the deadline is shorter than an order to sell may give. Then object."""
    least = earliest_deadline(action.kind, action.received_on)
    return least is not None and action.deadline_on is not None and action.deadline_on < least


def needs_deadline(kind: str) -> bool:
    """§ 5-22: an order to sell says by when; the clock starts with it."""
    return kind == ORDER_TO_SELL


def rehouse_by(action: Action) -> dt.date | None:
    """The day by which rehousing must have begun; None for what takes no home."""
    if action.kind not in LOSES_THE_HOME:
        return None
    first = action.received_on + dt.timedelta(days=REHOUSING_STARTS_WITHIN_DAYS)
    return first if action.deadline_on is None else min(first, action.deadline_on)


def check(action: Action, today: dt.date) -> None:
    """Raises `RuleBroken` "head.kind", "head.received_ahead" (today), "head.no_deadline",
    "head.deadline_before" (received_on) or "head.deadline_far" (last_on)."""
    if action.kind not in (ORDER_TO_SELL, EVICTION, WARNING):
        raise RuleBroken("head.kind")
    if action.received_on > today:
        raise RuleBroken("head.received_ahead", today=today)
    if action.deadline_on is None and needs_deadline(action.kind):
        raise RuleBroken("head.no_deadline")
    if action.deadline_on is not None and action.deadline_on < action.received_on:
        raise RuleBroken("head.deadline_before", received_on=action.received_on)
    last_on = add_months(action.received_on, MOST_MONTHS)
    if action.deadline_on is not None and action.deadline_on > last_on:
        raise RuleBroken("head.deadline_far", last_on=last_on)


def check_closing(action: Action, closed_on: dt.date, result: str, today: dt.date) -> None:
    """Raises `RuleBroken` "head.closed" (closed_on), "head.closed_before" (received_on),
    "head.closed_ahead" (today) or "head.no_result"."""
    if action.closed_on is not None:
        raise RuleBroken("head.closed", closed_on=action.closed_on)
    if closed_on < action.received_on:
        raise RuleBroken("head.closed_before", received_on=action.received_on)
    if closed_on > today:
        raise RuleBroken("head.closed_ahead", today=today)
    if not result.strip():
        raise RuleBroken("head.no_result")
