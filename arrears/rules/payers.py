"""Payers besides the tenant: Nav, housing allowance, a voluntary deduction, a guardian.

What an agency has promised and not paid is the agency's task, never the tenant's default.
"""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from boligsak.dates import add_months, next_working_day

_ONE_DAY = dt.timedelta(days=1)
EARLY_DAYS = 10
"""An agency's payment may come so many days before its day and still be that month's."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody who pays `amount_ore` a month on `day` (1–31), from one day to another, inclusive.

    `name` is what the bank writes of them; empty when it writes nothing.
    """

    id: int
    name: str
    amount_ore: int
    day: int
    from_on: dt.date
    to_on: dt.date | None = None


class Incoming(NamedTuple):
    """A payment that came in: its value date, øre (positive), and what the bank wrote of it."""

    on: dt.date
    amount_ore: int
    text: str = ""


class Missing(NamedTuple):
    """What has not come of one month: `month` is its first day, `expected_on` when it should."""

    month: dt.date
    expected_on: dt.date
    short_ore: int


def expected_on(payer: Payer, month: dt.date) -> dt.date:
    """The day the payment of `month` should be here: the agreed one, or the month's last, moved to
    a working day."""
    last = calendar.monthrange(month.year, month.month)[1]
    return next_working_day(month.replace(day=min(payer.day, last)))


def is_from(payer: Payer, payment: Incoming) -> bool:
    """Whether a payment looks like this payer's: by name, or by being the very amount agreed.

    OCR giro seldom says who paid, so the amount is often all there is.
    """
    by_name = bool(payer.name) and payer.name.casefold() in payment.text.casefold()
    return by_name or payment.amount_ore == payer.amount_ore


def months_of(payer: Payer, first_on: dt.date, last_on: dt.date) -> list[dt.date]:
    """First days of the months whose agreed day lies in the agreement and in these days."""
    found: list[dt.date] = []
    month = max(first_on, payer.from_on).replace(day=1)
    until = last_on if payer.to_on is None else min(last_on, payer.to_on)
    while month <= until:
        last = calendar.monthrange(month.year, month.month)[1]
        agreed = month.replace(day=min(payer.day, last))
        if max(first_on, payer.from_on) <= agreed <= until:
            found.append(month)
        month = add_months(month, 1)
    return found


def short_by_month(
    payer: Payer, payments: Iterable[Incoming], months: Sequence[dt.date], day: dt.date
) -> list[Missing]:
    """Which of these months lack something on `day`, and how much; payments after it do not count.

    A payment is for the month in whose time it comes: from ten days before the agreed day until
    the next month's begins. What is over fills the oldest month that lacks something.
    """
    if not months:
        return []
    begins = [expected_on(payer, month) - EARLY_DAYS * _ONE_DAY for month in months]
    ends = expected_on(payer, add_months(months[-1], 1)) - EARLY_DAYS * _ONE_DAY
    got = [0] * len(months)
    for payment in payments:
        if payment.on > day or not begins[0] <= payment.on < ends or not is_from(payer, payment):
            continue
        place = max(number for number, begin in enumerate(begins) if begin <= payment.on)
        got[place] += payment.amount_ore
    over = sum(max(sum_ore - payer.amount_ore, 0) for sum_ore in got)
    found: list[Missing] = []
    for month, sum_ore in zip(months, got, strict=True):
        short = max(payer.amount_ore - sum_ore, 0)
        filled = min(short, over)
        over -= filled
        if short > filled:
            found.append(Missing(month, expected_on(payer, month), short - filled))
    return found


def missing_payer(
    payer: Payer,
    payments: Iterable[Incoming],
    day: dt.date,
    *,
    grace_days: int,
    months_back: int = 3,
) -> list[Missing]:
    """The months, at most `months_back` of them, whose payment should be here on `day` and is not.

    The agreed day moved to a working day, and `grace_days` more for the bank, are over.
    """
    first_on = add_months(day.replace(day=1), 1 - months_back)
    months = months_of(payer, first_on, day)
    over = [m for m in months if expected_on(payer, m) + grace_days * _ONE_DAY < day]
    # The months that are not over yet still own the payments that came for them.
    return [one for one in short_by_month(payer, payments, months, day) if one.month in over]
