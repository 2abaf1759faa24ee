"""Which facts a verdict can need on a day, and those that must be worked out from the ledger.

Gathering facts costs more than deciding. These functions say when a fact cannot matter yet.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from arrears.rules.ledger import ChargeKind
from arrears.rules.policy import ArrearsPolicy
from boligsak.dates import add_months, rent_due_day

_ONE_DAY = dt.timedelta(days=1)


def charge_due_on(month: dt.date, policy: ArrearsPolicy) -> dt.date:
    """The day the rent of `month` (any day of it) falls due, moved to a working day (§ 3-1)."""
    return rent_due_day(month.replace(day=policy.due_day))


def charge_missing_from(month: dt.date, policy: ArrearsPolicy) -> dt.date:
    """The first day on which the charge of `month` is missing if it is not in the ledger."""
    return charge_due_on(month, policy) + (policy.charge_missing_days + 1) * _ONE_DAY


def newest_month_due(policy: ArrearsPolicy, day: dt.date) -> dt.date:
    """First day of the newest month whose charge is missing on `day` if it is not there."""
    month = day.replace(day=1)
    while charge_missing_from(month, policy) > day:
        month = add_months(month, -1)
    return month


def pattern_from(oldest_due_on: dt.date, policy: ArrearsPolicy) -> dt.date:
    """The first day on which a payment pattern can be seen to change, whatever the usual is.

    `oldest_due_on` is the due day of the lease's oldest open charge.
    """
    days = min(max(policy.pattern_days_later, policy.grace_days), policy.pattern_share_days)
    return oldest_due_on + (days + 1) * _ONE_DAY


class Past(NamedTuple):
    """What `had_arrears` says of a lease's charges due before `until`, by one policy's measure."""

    until: dt.date
    had: bool | None
    policy_id: int


def known_of_past(past: Past | None, policy_id: int, before: dt.date) -> Past | None:
    """`past` as far as it answers for the charges due before `before`; None when it says nothing.

    Once in arrears is in arrears before any later day, and never before one day is never before
    an earlier one. Its `until` is then `before`, or earlier: the charges from there on are unread.
    """
    if past is None or past.policy_id != policy_id:
        return None
    if past.until <= before:
        return past._replace(until=before) if past.had else past
    return past._replace(until=before) if past.had is False else None


class PastLine(NamedTuple):
    """A ledger line as far as the question of earlier arrears goes. Only charges have a due day."""

    kind: str
    amount_ore: int
    effective_on: dt.date
    due_on: dt.date | None


def had_arrears(lines: Iterable[PastLine], policy: ArrearsPolicy, before: dt.date) -> bool | None:
    """Whether a charge due before `before` was once overdue by the policy's own measure.

    Looked at when the grace of each charge had run out: what had fallen due by then against what
    had been paid by then. None when the ledger was taken over with an opening balance and shows
    nothing: nobody knows what is in it.
    """
    due: list[tuple[dt.date, int]] = []
    paid: list[tuple[dt.date, int]] = []
    is_taken_over = False
    for line in lines:
        if line.due_on is None:
            paid.append((line.effective_on, line.amount_ore))
        elif line.due_on < before:
            due.append((line.due_on, line.amount_ore))
            is_taken_over = is_taken_over or line.kind == ChargeKind.OPENING
    due.sort()
    paid.sort()
    after_grace = (policy.grace_days + 1) * _ONE_DAY
    owed = place = 0
    for index, (due_on, amount_ore) in enumerate(due):
        owed += amount_ore
        if index + 1 < len(due) and due[index + 1][0] == due_on:
            continue
        looked_on = due_on + after_grace
        while place < len(paid) and paid[place][0] <= looked_on:
            owed += paid[place][1]
            place += 1
        if owed >= policy.min_ore:
            return True
    return None if is_taken_over else False
