"""Repayment plans: the schedule, and whether it is kept.

Amounts are øre, days inclusive. Whether a plan is kept follows from the ledger as it stands and
from nothing else: not from the order in which payments arrived, nor from the nights on which
anybody looked. So a payment that came late from the bank with a value date in time counts as in
time, and a payment that is moved away never counted.

What is demanded is the schedule *and* the rent that falls due while it runs; a fee or another
charge is not. A payment that names a charge pays that charge; any other pays what is demanded.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from arrears.rules.payers import Incoming, Payer, months_of, short_by_month
from boligsak.dates import add_months, rent_due_day
from boligsak.rule import RuleBroken
from tenants.rules.economy import Every

_ONE_DAY = dt.timedelta(days=1)


class Rhythm(StrEnum):
    """How often an instalment falls due. Values are stored."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


EVERY = {
    Rhythm.WEEKLY: Every.WEEK,
    Rhythm.FORTNIGHTLY: Every.FORTNIGHT,
    Rhythm.MONTHLY: Every.MONTH,
}
_DAYS = {Rhythm.WEEKLY: 7, Rhythm.FORTNIGHTLY: 14}


class State(StrEnum):
    """Where a plan is. Values are stored."""

    DRAFT = "draft"
    RUNNING = "running"
    BROKEN = "broken"
    KEPT = "kept"
    ENDED = "ended"


NEXT_STATES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.RUNNING, State.ENDED}),
    State.RUNNING: frozenset({State.BROKEN, State.KEPT, State.ENDED}),
    # Only when the ledger turns out to have been in time, or not to have been.
    State.BROKEN: frozenset({State.RUNNING, State.KEPT, State.ENDED}),
    State.KEPT: frozenset({State.RUNNING, State.BROKEN}),
    State.ENDED: frozenset(),
}


# --- The schedule -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed: `first_ore` at once on the first day (0: none), then `instalment_ore` each
    time. The last takes the rest."""

    total_ore: int
    instalment_ore: int
    rhythm: Rhythm
    first_due_on: dt.date
    first_ore: int = 0


class Instalment(NamedTuple):
    """One line of the schedule. `due_on` is a working day."""

    number: int
    due_on: dt.date
    amount_ore: int


def schedule(terms: Terms, *, longest_months: int) -> tuple[Instalment, ...]:
    """The instalments, which add up to the total to the øre.

    A due day on a Saturday, a Sunday or a holiday moves to the next working day (as rent does,
    husleieloven § 3-1); the ones after it do not move along. Raises RuleBroken: "plan.no_debt",
    "plan.no_instalment", "plan.first_too_large" (total_ore), or "plan.too_long" (last_on,
    longest_months, needed_ore: the least instalment that is short enough).
    """
    if terms.total_ore <= 0:
        raise RuleBroken("plan.no_debt")
    if terms.instalment_ore <= 0:
        raise RuleBroken("plan.no_instalment")
    if not 0 <= terms.first_ore <= terms.total_ore:
        raise RuleBroken("plan.first_too_large", total_ore=terms.total_ore)
    rest = terms.total_ore - terms.first_ore
    count = -(-rest // terms.instalment_ore)
    lumps = 1 if terms.first_ore else 0
    last_on = add_months(terms.first_due_on, longest_months)
    most = _most(terms, last_on) - lumps
    if count > most:
        raise RuleBroken(
            "plan.too_long",
            last_on=last_on,
            longest_months=longest_months,
            needed_ore=-(-rest // max(most, 1)),
        )
    amounts = [terms.first_ore] * lumps + [terms.instalment_ore] * count
    amounts[-1] += terms.total_ore - sum(amounts)
    return tuple(
        Instalment(number + 1, rent_due_day(_agreed_day(terms, number)), amount)
        for number, amount in enumerate(amounts)
    )


def _agreed_day(terms: Terms, number: int) -> dt.date:
    if terms.rhythm is Rhythm.MONTHLY:
        return add_months(terms.first_due_on, number)
    return terms.first_due_on + number * _DAYS[terms.rhythm] * _ONE_DAY


def _most(terms: Terms, last_on: dt.date) -> int:
    """How many due days there are until `last_on`, the first included."""
    if terms.rhythm is Rhythm.MONTHLY:
        months = (last_on.year - terms.first_due_on.year) * 12
        return months + last_on.month - terms.first_due_on.month + 1
    return (last_on - terms.first_due_on).days // _DAYS[terms.rhythm] + 1


# --- Whether it is kept -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was signed. `covered`: charge → what was open of it on the day of signing."""

    signed_on: dt.date
    tolerance_days: int
    instalments: tuple[Instalment, ...]
    covered: Mapping[int, int]

    @property
    def total_ore(self) -> int:
        return sum(one.amount_ore for one in self.instalments)


class RentDue(NamedTuple):
    """Rent or a § 3-4 charge that fell due after the signing and that the plan does not cover."""

    id: int
    due_on: dt.date
    amount_ore: int


class Paid(NamedTuple):
    """A movement after the signing, by value date: positive is paid, negative was taken back.

    `names` is the charge it is meant for. `text` is what the bank wrote.
    """

    on: dt.date
    amount_ore: int
    names: int | None = None
    text: str = ""


class Deposit(NamedTuple):
    """§ 3-8: a part of a charge that the tenant deposited as disputed, while it stands."""

    charge: int
    amount_ore: int
    from_on: dt.date
    until_on: dt.date | None = None
    """The day it was settled: from then on it does not count."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What the ledger says happened. `before_ore`: paid before the signing, known only after it."""

    before_ore: int = 0
    rents: Sequence[RentDue] = ()
    paid: Sequence[Paid] = ()
    deposits: Sequence[Deposit] = ()
    payers: Sequence[Payer] = ()


class Verdict(NamedTuple):
    """Running, broken or kept, and since when. Broken: `due_on` was what was missed, `short_ore`
    by how much, and `paid_on` the day by which all was paid after all (None: not yet).
    `next_look_on`: the first day on which it can change without a movement."""

    state: State
    on: dt.date
    due_on: dt.date | None = None
    short_ore: int = 0
    next_look_on: dt.date | None = None
    paid_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class _Pots:
    """What had been paid by a day, sorted by what it was meant for."""

    free_ore: int
    to_plan_ore: int
    to_charge: Mapping[int, int] = field(default_factory=dict)


def judge(agreement: Agreement, happened: Happened, day: dt.date) -> Verdict:
    """Whether the plan is kept as seen on `day`, from the ledger alone.

    It is broken from the day after a due day and the days of tolerance have passed with less paid,
    by value date, than the instalments and the rent due by then. It is kept from the day on which
    all it covers and all rent due by then are paid. The earlier of the two stands.
    """
    kept_on = _kept_on(agreement, happened, day)
    tolerance = agreement.tolerance_days * _ONE_DAY
    for due_on in _due_days(agreement, happened):
        if kept_on is not None and due_on > kept_on:
            break
        last_on = due_on + tolerance
        if kept_on is not None and kept_on <= last_on:
            break
        if last_on >= day:
            return Verdict(State.RUNNING, agreement.signed_on, next_look_on=last_on + _ONE_DAY)
        short = _short(agreement, happened, due_on, last_on)
        if short > 0:
            return Verdict(State.BROKEN, last_on + _ONE_DAY, due_on, short, paid_on=kept_on)
    if kept_on is not None:
        return Verdict(State.KEPT, kept_on)
    return Verdict(State.RUNNING, agreement.signed_on)


def _due_days(agreement: Agreement, happened: Happened) -> list[dt.date]:
    days = {one.due_on for one in agreement.instalments}
    return sorted(days | {rent.due_on for rent in happened.rents})


def _kept_on(agreement: Agreement, happened: Happened, day: dt.date) -> dt.date | None:
    """The first day by which everything was paid; only a movement or a deposit can bring it."""
    happened = replace(happened, paid=_stayed(happened.paid, day))
    days = {agreement.signed_on, *(one.on for one in happened.paid)}
    days.update(one.from_on for one in happened.deposits)
    for on in sorted(days):
        if agreement.signed_on <= on <= day and _unpaid(agreement, happened, on) <= 0:
            return on
    return None


def _stayed(paid: Sequence[Paid], day: dt.date) -> Sequence[Paid]:
    """What had come by `day`, without the payments taken back or moved away by then: such a one
    is the newest before it of the same amount."""
    if all(one.amount_ore >= 0 for one in paid):
        return paid
    stayed: list[Paid] = []
    for one in sorted(paid, key=lambda one: (one.on, one.amount_ore < 0)):
        if one.on > day:
            break
        same = [
            place
            for place, other in enumerate(stayed)
            if one.amount_ore < 0
            and (other.amount_ore, other.names) == (-one.amount_ore, one.names)
        ]
        if same:
            del stayed[same[-1]]
        else:
            stayed.append(one)
    return stayed


def _short(agreement: Agreement, happened: Happened, due_on: dt.date, day: dt.date) -> int:
    """What lacked on `day` of all that was due by `due_on`. Nought or less: enough."""
    pots = _pots(agreement, happened, day)
    scheduled = sum(one.amount_ore for one in agreement.instalments if one.due_on <= due_on)
    return (
        max(scheduled - pots.to_plan_ore, 0)
        + _rent_short(happened, pots, due_on, day, agreement.signed_on)
        - pots.free_ore
    )


def _unpaid(agreement: Agreement, happened: Happened, day: dt.date) -> int:
    """What is left of the plan and of the rent due by `day`. Nought or less: nothing."""
    pots = _pots(agreement, happened, day)
    return (
        max(agreement.total_ore - pots.to_plan_ore, 0)
        + _rent_short(happened, pots, day, day, agreement.signed_on)
        - pots.free_ore
    )


def _rent_short(
    happened: Happened, pots: _Pots, due_on: dt.date, day: dt.date, since: dt.date
) -> int:
    """The tenant's part of the rent due by `due_on` that nothing meant for it has paid.

    What other payers have promised for these months and not paid by `day` is not the tenant's.
    """
    due = [rent for rent in happened.rents if rent.due_on <= due_on]
    owed = sum(max(rent.amount_ore - pots.to_charge.get(rent.id, 0), 0) for rent in due)
    if not due:
        return 0
    stayed = _stayed(happened.paid, day)
    incoming = [Incoming(one.on, one.amount_ore, one.text) for one in stayed]
    months = {rent.due_on.replace(day=1) for rent in due}
    for payer in happened.payers:
        last_on = add_months(due_on.replace(day=1), 1) - _ONE_DAY
        theirs = [m for m in months_of(payer, since.replace(day=1), last_on) if m in months]
        owed -= sum(one.short_ore for one in short_by_month(payer, incoming, theirs, day))
    return max(owed, 0)


def _pots(agreement: Agreement, happened: Happened, day: dt.date) -> _Pots:
    """Payments that name a charge are taken at their word, up to what it is; the rest is free."""
    named: dict[int, int] = {}
    free = 0
    for one in happened.paid:
        if one.on > day:
            continue
        if one.names is None:
            free += one.amount_ore
        else:
            named[one.names] = named.get(one.names, 0) + one.amount_ore
    for deposit in happened.deposits:
        if deposit.from_on <= day and (deposit.until_on is None or day < deposit.until_on):
            named[deposit.charge] = named.get(deposit.charge, 0) + deposit.amount_ore
    most = {rent.id: rent.amount_ore for rent in happened.rents} | dict(agreement.covered)
    to_charge: dict[int, int] = {}
    to_plan = happened.before_ore
    for charge, amount in named.items():
        # What the plan knows nothing of, older debt or a fee, is none of its money.
        if charge not in most:
            continue
        meant = min(max(amount, 0), most[charge])
        free += max(amount - most[charge], 0)
        if charge in agreement.covered:
            to_plan += meant
        else:
            to_charge[charge] = meant
    return _Pots(free, to_plan, to_charge)


# --- How far it has come ----------------------------------------------------------------------


class Progress(NamedTuple):
    """How a plan stands on a day. `paid_ore` is what has gone to the plan when rent due is taken
    first; `next` the first instalment that is not covered by it, with what is left of it."""

    paid_ore: int
    left_ore: int
    next: Instalment | None
    next_left_ore: int
    last_paid_number: int


def progress(agreement: Agreement, happened: Happened, day: dt.date) -> Progress:
    """What has been paid into the plan by `day`, the oldest instalment first."""
    pots = _pots(agreement, happened, day)
    rent = _rent_short(happened, pots, day, day, agreement.signed_on)
    paid = pots.to_plan_ore + max(pots.free_ore - rent, 0)
    paid = min(max(paid, 0), agreement.total_ore)
    left, done = paid, 0
    for one in agreement.instalments:
        if left < one.amount_ore:
            return Progress(paid, agreement.total_ore - paid, one, one.amount_ore - left, done)
        left -= one.amount_ore
        done = one.number
    return Progress(paid, 0, None, 0, done)


# --- What others ask of a plan ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A case's plan as other steps need it: the one that runs, or else the newest not ended.

    `state`: none, draft, running, broken or kept. While a plan runs, dunning of what it covers
    (`covered_line_ids`, ledger lines) rests. A broken one whose debt has been paid since is none.
    `next_due_on` and `next_due_ore` are the first instalment that is not paid in full, and what
    is left of it.
    """

    state: str = "none"
    plan_id: int | None = None
    running_plan_id: int | None = None
    signed_on: dt.date | None = None
    ended_on: dt.date | None = None
    broken_on: dt.date | None = None
    next_due_on: dt.date | None = None
    next_due_ore: int = 0
    covered_line_ids: frozenset[int] = frozenset()
