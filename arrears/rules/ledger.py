"""The rent ledger: what its lines mean. This is the reference; SQL that settles must agree with it.

Amounts are øre. A charge is positive, a payment or credit negative, a reversal positive. Lines are
never allocated to one another: with the balance, less what is disputed and deposited, oldest paid
first, the open charges are exactly the newest charges that together make it up. So the state
follows from the lines alone, and not from the order in which they arrived.
"""

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from boligsak.rule import RuleBroken


class ChargeKind(StrEnum):
    """What a tenant can be charged for. Values are stored and sorted by (code point order)."""

    RENT = "rent"
    UTILITIES = "utilities"  # electricity, fuel, water and sewage, husleieloven § 3-4
    FEE = "fee"
    INTEREST = "interest"
    DAMAGE = "damage"
    LOAN = "loan"
    OPENING = "opening"  # what stood when the ledger was taken over; its parts are not known


class MovementKind(StrEnum):
    """What changes a balance without being a charge. Values are stored."""

    PAYMENT = "payment"
    REVERSAL = "reversal"
    CREDIT = "credit"
    CORRECTION = "correction"
    MOVE_OUT = "move_out"  # a payment taken away to the lease it belonged to
    MOVE_IN = "move_in"  # … and given to this one, with its original value date
    WRITEOFF = "writeoff"


RENT_KINDS = frozenset({ChargeKind.RENT, ChargeKind.UTILITIES})


def month_of(kind: str, reference: str, due_on: dt.date) -> dt.date:
    """The month (its first day) that a rent or § 3-4 charge is for: the one it is named by
    ("rent:2026-11"), or the one it falls due in. What is charged late falls due later."""
    _, is_named, month = reference.rpartition(f"{kind}:")
    if is_named and len(month) == len("2026-11"):
        with suppress(ValueError):
            return dt.date.fromisoformat(f"{month}-01")
    return due_on.replace(day=1)


EVICTION_KINDS = RENT_KINDS
"""Only rent and § 3-4 charges can carry eviction on ground (a); fees, damages and loans cannot."""


class ChargeKey(NamedTuple):
    """What makes a charge itself, and its place among the others: oldest due first, ties by kind
    and the source's reference, compared by code point (collation "C"), never by a database id."""

    due_on: dt.date
    kind: ChargeKind
    reference: str


class Charge(NamedTuple):
    """`amount_ore` > 0 as it was charged. `effective_on` is the day it entered the balance."""

    key: ChargeKey
    amount_ore: int
    effective_on: dt.date


class Movement(NamedTuple):
    """A signed amount that counts from `effective_on` (a payment's value date).

    `names` is the charge it is meant for: a payment that names its month, a rent reduction, a
    correction of that charge, and the reversals of these. Without it, it pays the oldest first.
    """

    kind: MovementKind
    amount_ore: int
    effective_on: dt.date
    names: ChargeKey | None = None


Line = Charge | Movement


@dataclass(frozen=True, slots=True)
class Dispute:
    """§ 3-8: the part of a charge that the tenant has deposited as disputed.

    It counts from `opened_on` until the day before `closed_on` (None while it is open).
    """

    key: ChargeKey
    deposited_ore: int
    opened_on: dt.date
    closed_on: dt.date | None = None

    def is_open_on(self, day: dt.date) -> bool:
        return self.opened_on <= day and (self.closed_on is None or day < self.closed_on)


class OpenCharge(NamedTuple):
    """A charge that is not fully paid. 0 < `open_ore` ≤ `amount_ore`.

    `amount_ore` is what may be open of it: the charge with all that names it, less the deposit.
    """

    key: ChargeKey
    amount_ore: int
    open_ore: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What the ledger says of a lease.

    `balance_ore` = Σ open + `disputed_ore` + `unallocated_ore` − `credit_ore`. `unallocated_ore`
    is debt no charge answers for (a reversal whose payment is not here). `open` is oldest first.
    """

    balance_ore: int
    open: tuple[OpenCharge, ...]
    disputed_ore: int
    unallocated_ore: int
    credit_ore: int

    @property
    def open_ore(self) -> int:
        return sum(charge.open_ore for charge in self.open)


def settle(lines: Iterable[Line], disputes: Iterable[Dispute] = ()) -> Settled:
    """The state that follows from these lines and these (open) disputes, whatever their order.

    With r(c) = max(0, charge + what names it − deposit) and B = balance − Σ deposits: the open
    charges are the newest whose r make up B, the oldest of them perhaps in part. A deposit
    counts for no more than is left of its charge. Raises RuleBroken("ledger.charge_not_positive")
    or RuleBroken("ledger.charge_twice") for lines that cannot be a ledger.
    """
    charged: dict[ChargeKey, int] = {}
    named: dict[ChargeKey, int] = {}
    balance = 0
    for line in lines:
        balance += line.amount_ore
        if isinstance(line, Charge):
            if line.amount_ore <= 0:
                raise RuleBroken("ledger.charge_not_positive", key=line.key)
            if line.key in charged:
                raise RuleBroken("ledger.charge_twice", key=line.key)
            charged[line.key] = line.amount_ore
        elif line.names is not None:
            named[line.names] = named.get(line.names, 0) + line.amount_ore

    deposited: dict[ChargeKey, int] = {}
    for dispute in disputes:
        if dispute.key in charged:
            deposited[dispute.key] = deposited.get(dispute.key, 0) + dispute.deposited_ore

    disputed = 0
    may_be_open: list[tuple[ChargeKey, int]] = []
    for key in sorted(charged, reverse=True):
        rest = max(0, charged[key] + named.get(key, 0))
        part = min(rest, deposited.get(key, 0))
        disputed += part
        may_be_open.append((key, rest - part))

    left = balance - disputed
    credit = max(-left, 0)
    left = max(left, 0)
    open_charges: list[OpenCharge] = []
    for key, amount in may_be_open:
        if left == 0:
            break
        if amount == 0:
            continue
        part = min(amount, left)
        open_charges.append(OpenCharge(key, amount, part))
        left -= part
    open_charges.reverse()
    return Settled(balance, tuple(open_charges), disputed, left, credit)


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open amounts by days since the due day, that day itself being 0."""

    not_due_ore: int = 0
    days_0_14_ore: int = 0
    days_15_30_ore: int = 0
    days_31_60_ore: int = 0
    days_61_90_ore: int = 0
    days_91_ore: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """A lease's money on one day.

    `oldest_unpaid_on` is the due day of the oldest open charge that has fallen due, that day
    included. `months_permille` is all that has fallen due in thousandths of a month's rent,
    `rent_months_permille` the part of it that is rent (`EVICTION_KINDS`); both are rounded down,
    and None for a lease without rent.
    """

    settled: Settled
    oldest_unpaid_on: dt.date | None
    due_ore: int
    months_permille: int | None
    rent_months_permille: int | None
    ageing: Ageing


def settle_on(lines: Iterable[Line], disputes: Iterable[Dispute], day: dt.date) -> Settled:
    """What the ledger says of `day`, past or future: the lines effective and disputes open then."""
    return settle(
        [line for line in lines if line.effective_on <= day],
        [dispute for dispute in disputes if dispute.is_open_on(day)],
    )


def state_on(
    lines: Iterable[Line], disputes: Iterable[Dispute], day: dt.date, monthly_rent_ore: int
) -> State:
    """The settled ledger of `day` with what has fallen due, how old it is and how much it is.

    `monthly_rent_ore` is the rent that held on that day (0 when none).
    """
    settled = settle_on(lines, disputes, day)
    due = [charge for charge in settled.open if charge.key.due_on <= day]
    due_ore = sum(charge.open_ore for charge in due)
    rent_ore = sum(charge.open_ore for charge in due if charge.key.kind in EVICTION_KINDS)
    return State(
        settled=settled,
        oldest_unpaid_on=due[0].key.due_on if due else None,
        due_ore=due_ore,
        months_permille=months_permille(due_ore, monthly_rent_ore),
        rent_months_permille=months_permille(rent_ore, monthly_rent_ore),
        ageing=ageing(settled.open, day),
    )


def months_permille(owed_ore: int, monthly_rent_ore: int) -> int | None:
    """Thousandths of a month's rent, rounded down: 1 400 is 1.4 months. None without a rent."""
    if monthly_rent_ore <= 0:
        return None
    return owed_ore * 1000 // monthly_rent_ore


def ageing(open_charges: Iterable[OpenCharge], day: dt.date) -> Ageing:
    """Open amounts sorted by how long ago they fell due; they add up to all that is open."""
    sums = [0, 0, 0, 0, 0, 0]
    for charge in open_charges:
        sums[_bucket((day - charge.key.due_on).days)] += charge.open_ore
    return Ageing(*sums)


def _bucket(days: int) -> int:
    if days < 0:
        return 0
    for number, last_day in enumerate((14, 30, 60, 90), start=1):
        if days <= last_day:
            return number
    return 5
