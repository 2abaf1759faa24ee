"""Late interest: simple, actual days over 365, split where the rate changes, rounded once.

Forsinkelsesrenteloven §§ 2 and 3. Amounts are øre, rates percent a year. Days are inclusive:
a charge due 20 January and paid 30 January bears interest from the 21st to the 30th, ten days.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from arrears.rules.ledger import Charge, ChargeKey, ChargeKind, Dispute, Line, settle_on
from boligsak.rule import RuleBroken

DAYS_A_YEAR = 365
"""Actual days, also in a leap year: each day is a 365th."""

BEARING = frozenset({ChargeKind.RENT, ChargeKind.UTILITIES, ChargeKind.DAMAGE})
"""What bears late interest. A loan has its own terms, an opening balance no known due days, and
there is no interest on interest or on fees."""

_ONE_DAY = dt.timedelta(days=1)


class Rate(NamedTuple):
    """A dated rate, percent a year, from `valid_from` to `valid_to` (None: until the next)."""

    id: int
    percent: Decimal
    valid_from: dt.date
    valid_to: dt.date | None = None


class Span(NamedTuple):
    """`base_ore` was overdue from `from_on` to `to_on`, both inclusive."""

    from_on: dt.date
    to_on: dt.date
    base_ore: int


class Part(NamedTuple):
    """Interest on one base at one rate. `ore` is exact and not rounded."""

    from_on: dt.date
    to_on: dt.date
    base_ore: int
    rate_id: int
    percent: Decimal
    ore: Fraction

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1


def parts(spans: Iterable[Span], rates: Sequence[Rate]) -> list[Part]:
    """The spans cut where the rate changes, each with its interest.

    Raises RuleBroken("rate.missing", kind="late-interest", day=…) for a day without a rate: it is
    not guessed from the one before.
    """
    found: list[Part] = []
    in_force = sorted(rates, key=lambda rate: rate.valid_from)
    for span in spans:
        if span.base_ore <= 0 or span.to_on < span.from_on:
            continue
        day = span.from_on
        while day <= span.to_on:
            rate, last_on = _rate_on(in_force, day)
            to_on = span.to_on if last_on is None else min(span.to_on, last_on)
            days = (to_on - day).days + 1
            ore = Fraction(span.base_ore) * Fraction(rate.percent) * days / (100 * DAYS_A_YEAR)
            found.append(Part(day, to_on, span.base_ore, rate.id, rate.percent, ore))
            day = to_on + _ONE_DAY
    return found


def _rate_on(in_force: Sequence[Rate], day: dt.date) -> tuple[Rate, dt.date | None]:
    """The rate of a day and the last day it holds for (None: no end in sight)."""
    began = [rate for rate in in_force if rate.valid_from <= day]
    if not began or (began[-1].valid_to is not None and began[-1].valid_to < day):
        raise RuleBroken("rate.missing", kind="late-interest", day=day)
    rate = began[-1]
    later = [other.valid_from - _ONE_DAY for other in in_force if other.valid_from > day]
    ends = [day for day in (rate.valid_to, *later[:1]) if day is not None]
    return rate, min(ends, default=None)


def rounded(found: Iterable[Part]) -> int:
    """Whole øre of all the parts together, half up, rounded once: the amount of the line."""
    exact = sum((part.ore for part in found), Fraction(0))
    return int(exact + Fraction(1, 2)) if exact >= 0 else -int(-exact + Fraction(1, 2))


def open_spans(
    lines: Sequence[Line],
    disputes: Sequence[Dispute],
    key: ChargeKey,
    to_on: dt.date,
    from_on: dt.date | None = None,
) -> list[Span]:
    """What was open of a charge on each day after it fell due, to `to_on`, as the ledger knows it.

    A payment counts from its value date, whenever it came to us, and the deposited part of a
    dispute bears nothing while it lasts. `from_on` (else the day after the due day) is where an
    earlier reckoning stopped.
    """
    first_on = max(key.due_on + _ONE_DAY, from_on or dt.date.min)
    if first_on > to_on:
        return []
    # The base of a day is what is open at its beginning: money paid on the 30th bears for the 30th.
    changes = {first_on}
    changes.update(line.effective_on + _ONE_DAY for line in lines)
    for dispute in disputes:
        changes.add(dispute.opened_on + _ONE_DAY)
        if dispute.closed_on is not None:
            changes.add(dispute.closed_on + _ONE_DAY)
    days = sorted(day for day in changes if first_on <= day <= to_on)
    spans: list[Span] = []
    for day, after in pairwise([*days, to_on + _ONE_DAY]):
        open_ore = _open_of(lines, disputes, key, day - _ONE_DAY)
        if open_ore <= 0:
            continue
        if spans and spans[-1].base_ore == open_ore and spans[-1].to_on + _ONE_DAY == day:
            spans[-1] = Span(spans[-1].from_on, after - _ONE_DAY, open_ore)
        else:
            spans.append(Span(day, after - _ONE_DAY, open_ore))
    return spans


def _open_of(
    lines: Sequence[Line], disputes: Sequence[Dispute], key: ChargeKey, day: dt.date
) -> int:
    settled = settle_on(lines, disputes, day)
    return next((charge.open_ore for charge in settled.open if charge.key == key), 0)


def is_bearing(line: Line) -> bool:
    """Whether late interest runs on this line."""
    return isinstance(line, Charge) and line.key.kind in BEARING
