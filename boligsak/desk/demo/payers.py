"""How people pay: in time, late, in parts, or not at all; and how that changes for some of them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from boligsak.dates import add_months, next_working_day, rent_due_day
from boligsak.desk.demo.chance import Chance
from boligsak.desk.demo.leases import DemoLease

DUE_DAY = 20
_DAY = dt.timedelta(days=1)

_HABITS = {
    "punctual": 83.1,
    "late": 3.2,
    "two_payers": 5.0,
    "weaker": 1.4,
    "part": 3.0,
    "stopped": 3.3,
    "heavy": 1.0,
}
# Giro, standing order, direct, AvtaleGiro: transaction types of the OCR giro.
_WAYS = {15: 46.0, 12: 30.0, 10: 12.0, 11: 8.0, 13: 4.0}


class Paid(NamedTuple):
    """A payment as the bank sees it. `paid_on` is a working day; less than zero is a reversal."""

    paid_on: dt.date
    ore: int
    kid: str
    way: int
    account: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Bill:
    """A month's charge, as the tenant gets it."""

    due_on: dt.date
    ore: int

    @property
    def month(self) -> tuple[int, int]:
        return self.due_on.year, self.due_on.month


def bills(lease: DemoLease, months: list[dt.date]) -> Iterator[Bill]:
    """What the night will charge for each of these months (their first days)."""
    for first_on in months:
        last_on = add_months(first_on, 1) - _DAY
        from_on = max(first_on, lease.starts_on)
        to_on = last_on if lease.moved_out_on is None else min(last_on, lease.moved_out_on)
        days = (to_on - from_on).days + 1
        if days <= 0:
            continue
        ore = sum(
            _share(lease.rent_on(kind, last_on), days, last_on.day)
            for kind in ("rent", "utilities")
        )
        if ore:
            yield Bill(rent_due_day(first_on.replace(day=DUE_DAY)), ore)


def _share(ore: int, days: int, of: int) -> int:
    return (2 * ore * days + of) // (2 * of)


def payments(seed: int, today: dt.date, lease: DemoLease, months: list[dt.date]) -> list[Paid]:
    """Everything that was ever paid on the lease until today."""
    payer = _Payer(seed, today, lease)
    for place, bill in enumerate(bills(lease, months)):
        payer.meet(place, bill)
    payer.leave()
    return [paid for paid in payer.paid if paid.paid_on <= today]


class _Payer:
    def __init__(self, seed: int, today: dt.date, lease: DemoLease) -> None:
        person = Chance(seed, "payer", lease.household.number)
        self.habit = person.one_of(_HABITS)
        self.way = person.one_of(_WAYS)
        # No bank has the number 9990; the account says nothing about anybody.
        self.account = f"9990{person.randint(0, 9_999_999):07d}"
        self.offset = person.one_of({0: 60.0, -1: 9.0, -2: 8.0, -4: 8.0, 1: 10.0, 2: 5.0})
        self.lateness = person.randint(5, 15)
        self.change = person.random()
        # The older a trouble is, the fewer have it: most are helped or have moved by then.
        self.since = today - round(25 + 200 * person.random() ** 2) * _DAY
        self.chance = Chance(seed, "pays", lease.number)
        self.today = today
        self.lease = lease
        self.owed = lease.opening_ore - lease.opening_paid_ore
        self.paid: list[Paid] = []
        is_over = lease.moved_out_on is not None and lease.moved_out_on < today
        self.leaves_debt = (
            is_over and not lease.is_renewed and self.chance.happens(self._left_in_debt(lease))
        )
        if is_over and self.habit in ("stopped", "heavy", "weaker"):
            self.habit = "late"
        last = lease.moved_out_on or today
        self.stops_on = last - self.chance.randint(20, 75) * _DAY if self.leaves_debt else None

    def _left_in_debt(self, lease: DemoLease) -> float:
        """How many of those who moved out then still owe: old debt is paid or given up."""
        years = (self.today - (lease.moved_out_on or self.today)).days // 365
        return {0: 0.08, 1: 0.03}.get(years, 0.005)

    def meet(self, place: int, bill: Bill) -> None:
        self.owed += bill.ore
        dispute = self.lease.dispute
        if dispute is not None and (dispute[0].year, dispute[0].month) == bill.month:
            self.owed -= dispute[1]  # deposited: not paid, and not owed either
        if self.stops_on is not None and bill.due_on >= self.stops_on:
            return
        getattr(self, f"_{self.habit}")(place, bill)

    def leave(self) -> None:
        """A former tenant's last word: some pay what they owe long after, most never."""
        if self.leaves_debt and self.owed > 0 and self.chance.happens(0.45):
            out = self.lease.moved_out_on or self.today
            self._pay(out + self.chance.randint(35, 240) * _DAY, self.owed)
        if self.lease.damage is not None and self.chance.happens(0.75):
            due_on, ore = self.lease.damage
            self.owed += ore
            self._pay(due_on + self.chance.randint(-3, 20) * _DAY, ore)

    # Each habit answers one month's bill.

    def _punctual(self, place: int, bill: Bill) -> None:
        chance = self.chance.random()
        if chance < 0.009:
            self._pay(bill.due_on + self.chance.randint(6, 26) * _DAY, self.owed)
        elif chance < 0.011:
            half = self.owed // 200 * 100
            self._pay(bill.due_on, half)
            self._pay(bill.due_on + self.chance.randint(9, 20) * _DAY, self.owed)
        elif chance < 0.013:
            return  # forgotten; paid with the next
        else:
            self._pay(bill.due_on + self.offset * _DAY, self.owed)

    def _late(self, place: int, bill: Bill) -> None:
        days = max(1, self.lateness + self.chance.randint(-3, 4))
        self._pay(bill.due_on + days * _DAY, self.owed)

    def _two_payers(self, place: int, bill: Bill) -> None:
        agency = bill.ore * 11 // 20 // 100 * 100
        self._pay(bill.due_on - 2 * _DAY, agency, way=13, text="NAV HUSLEIE")
        if self.chance.happens(0.985):
            self._pay(bill.due_on + max(0, self.offset) * _DAY, self.owed)

    def _part(self, place: int, bill: Bill) -> None:
        if self.owed > 2 * bill.ore or self.chance.happens(0.3):
            self._pay(bill.due_on + self.chance.randint(0, 8) * _DAY, self.owed)
        else:
            share = self.chance.uniform(0.6, 0.9)
            self._pay(bill.due_on + max(0, self.offset) * _DAY, _hundreds(bill.ore * share))

    def _stopped(self, place: int, bill: Bill) -> None:
        if bill.due_on < self.since:
            self._punctual(place, bill)
        elif self.chance.happens(0.2):
            self._pay(bill.due_on + self.chance.randint(2, 15) * _DAY, bill.ore // 20000 * 10000)

    def _weaker(self, place: int, bill: Bill) -> None:
        if bill.due_on < max(self.since, self.today - 100 * _DAY):
            self._punctual(place, bill)
        elif self.change < 0.55:
            self._pay(bill.due_on + self.chance.randint(14, 24) * _DAY, self.owed)
        else:
            share = self.chance.uniform(0.45, 0.7)
            self._pay(bill.due_on + self.chance.randint(0, 3) * _DAY, _hundreds(bill.ore * share))

    def _heavy(self, place: int, bill: Bill) -> None:
        if bill.due_on < self.today - 540 * _DAY:
            self._late(place, bill)
        elif self.owed > 4 * bill.ore and self.chance.happens(0.5):
            rest = self.owed - bill.ore
            self._pay(bill.due_on + 9 * _DAY, rest, way=13, text="NAV SOSIALHJELP")
        elif self.chance.happens(0.62):
            self._pay(bill.due_on + self.chance.randint(0, 12) * _DAY, bill.ore)

    def _pay(self, on: dt.date, ore: int, *, way: int | None = None, text: str = "") -> None:
        if ore <= 0:
            return
        self.owed -= ore
        kind = way or self.way
        lease = self.lease
        if lease.pays_with_old_kid and lease.renews is not None and not self.paid:
            lease = lease.renews
        kid = lease.kid or ""
        self.paid.append(Paid(next_working_day(on), ore, kid, kind, self.account, text))


def _hundreds(ore: float) -> int:
    """Whole hundreds of kroner, as people pay in parts."""
    return int(ore / 10_000) * 10_000
