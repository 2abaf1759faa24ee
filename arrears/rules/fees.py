"""Fees of reminders and demands, and what an external collector would cost the tenant.

Inkassoforskriften kap. 1 and 2. Amounts are øre; the inkassosats and the ratios are dated rates
and come in as values. A fee is rounded once, half up, to the øre.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from arrears.rules.notices import KINDS, Kind, OpenCharge
from boligsak.money import round_ore


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """What holds on the day a notice is sent. `base_ore` is the inkassosats; `most` fees a claim,
    none before `after_days` days after the due day."""

    base_ore: Decimal
    ratio: Decimal
    most: int
    after_days: int


class Fee(NamedTuple):
    """`amount_ore` is 0 when no claim can carry a fee; `line_ids` are those that do. `from_on` is
    the first day on which one could, None when that day has come or never will."""

    amount_ore: int
    line_ids: frozenset[int]
    from_on: dt.date | None


def fee_from(due_on: dt.date, after_days: int) -> dt.date:
    """No fee before fourteen days after the due day: due 20 January, from 3 February."""
    return due_on + dt.timedelta(days=after_days)


def fee(kind: Kind, named: Collection[OpenCharge], on: dt.date, terms: FeeTerms) -> Fee:
    """One fee for a letter, however many claims it names: 1/20 of the inkassosats for a reminder
    or an inkassovarsel, 3/20 for a payment demand; at most two a claim.

    Claims that have had two, or fell due too lately, carry none; when all are so, there is none.
    """
    if not KINDS[kind].fee:
        return Fee(0, frozenset(), None)
    left = [charge for charge in named if charge.fees < terms.most]
    due = [charge for charge in left if fee_from(charge.due_on, terms.after_days) <= on]
    if not due:
        days = [fee_from(charge.due_on, terms.after_days) for charge in left]
        return Fee(0, frozenset(), min(days, default=None))
    amount = round_ore(terms.base_ore * terms.ratio)
    return Fee(amount, frozenset(charge.line_id for charge in due), None)


class Step(NamedTuple):
    """The collector's fee for claims up to and with `up_to_ore` (None: above all the others)."""

    up_to_ore: int | None
    ratio: Decimal


COLLECTOR_STEPS: tuple[tuple[int | None, str], ...] = (
    (50_000, "collector-fee-500"),
    (100_000, "collector-fee-1000"),
    (250_000, "collector-fee-2500"),
    (1_000_000, "collector-fee-10000"),
    (5_000_000, "collector-fee-50000"),
    (25_000_000, "collector-fee-250000"),
    (None, "collector-fee-above"),
)
"""The steps of the regulation, kroner in øre, with the rate that holds the ratio of each."""


def steps(ratios: Iterable[Decimal]) -> tuple[Step, ...]:
    """The steps with the ratios that hold on a day, in the order of `COLLECTOR_STEPS`."""
    return tuple(
        Step(up_to, ratio) for (up_to, _), ratio in zip(COLLECTOR_STEPS, ratios, strict=True)
    )


class ExternalCost(NamedTuple):
    """What a claim costs the tenant once it is sent to a collector: the municipality's own fee, the
    collector's, and as much again when it doubles."""

    own_ore: int
    collector_ore: int
    doubled_ore: int

    @property
    def total_ore(self) -> int:
        return self.own_ore + self.collector_ore + self.doubled_ore


def collector_fee(claim_ore: int, base_ore: Decimal, by_size: Sequence[Step]) -> int:
    """The collector's fee by the size of the claim; a claim of just the limit is below it."""
    for up_to_ore, ratio in by_size:
        if up_to_ore is None or claim_ore <= up_to_ore:
            return round_ore(base_ore * ratio)
    raise ValueError("the last step has no limit")


def doubles_on(demand_sent_on: dt.date, days: int) -> dt.date:
    """The day the collector's fee doubles, so many days after the payment demand."""
    return demand_sent_on + dt.timedelta(days=days)


def external_cost(
    claim_ore: int,
    *,
    base_ore: Decimal,
    own_ratio: Decimal,
    by_size: Sequence[Step],
    is_doubled: bool = True,
) -> ExternalCost:
    """What sending a claim to a collector costs the tenant in the end.

    One month's rent of 9000 kr with the rates of 2020: 35 + 560 + 560 = 1155 kr. Nothing owed
    costs nothing.
    """
    if claim_ore <= 0:
        return ExternalCost(0, 0, 0)
    collector = collector_fee(claim_ore, base_ore, by_size)
    return ExternalCost(round_ore(base_ore * own_ratio), collector, collector if is_doubled else 0)
