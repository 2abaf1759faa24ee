"""Moving out: the days of it, the rent of the last month, and what is left to settle. Øre."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from boligsak.dates import add_months
from boligsak.rule import RuleBroken

MOST_DAMAGES = 20
LONGEST_AHEAD_MONTHS = 24
"""A day of moving further ahead than this is mistyped."""
LONGEST_TO_PAY_MONTHS = 12
"""A last day to pay further ahead than this is mistyped; a plan is agreed on for longer."""

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that the inspection found, and what it costs."""

    what: str
    ore: int


def check_told(told_on: dt.date, moves_on: dt.date, starts_on: dt.date, today: dt.date) -> None:
    """Raises RuleBroken "move.told_ahead", "move.told_early" (first_on), "move.before_start"
    (starts_on) or "move.too_far" (last_on)."""
    if told_on > today:
        raise RuleBroken("move.told_ahead")
    first_on = add_months(starts_on, -LONGEST_AHEAD_MONTHS)
    if told_on < first_on:
        raise RuleBroken("move.told_early", first_on=first_on)
    if moves_on < starts_on:
        raise RuleBroken("move.before_start", starts_on=starts_on)
    last_on = add_months(today, LONGEST_AHEAD_MONTHS)
    if moves_on > last_on:
        raise RuleBroken("move.too_far", last_on=last_on)


def check_inspection(
    inspected_on: dt.date, starts_on: dt.date, damages: Sequence[Damage], today: dt.date
) -> None:
    """Raises RuleBroken "move.inspected_ahead", "move.before_start" (starts_on),
    "move.damage_what", "move.damage_amount" or "move.damages_many" (most)."""
    if inspected_on > today:
        raise RuleBroken("move.inspected_ahead")
    if inspected_on < starts_on:
        raise RuleBroken("move.before_start", starts_on=starts_on)
    if len(damages) > MOST_DAMAGES:
        raise RuleBroken("move.damages_many", most=MOST_DAMAGES)
    for one in damages:
        if not one.what.strip():
            raise RuleBroken("move.damage_what")
        if one.ore <= 0:
            raise RuleBroken("move.damage_amount")


def check_keys(keys_on: dt.date, last_on: dt.date, starts_on: dt.date, today: dt.date) -> None:
    """The keys are back, and the tenancy has a last day.

    Raises RuleBroken "move.keys_ahead", "move.before_start" (starts_on) or "move.too_far"
    (last_on).
    """
    if keys_on > today:
        raise RuleBroken("move.keys_ahead")
    if min(keys_on, last_on) < starts_on:
        raise RuleBroken("move.before_start", starts_on=starts_on)
    latest_on = add_months(today, LONGEST_AHEAD_MONTHS)
    if last_on > latest_on:
        raise RuleBroken("move.too_far", last_on=latest_on)


def last_day(moves_on: dt.date, keys_on: dt.date | None) -> dt.date:
    """The tenancy's last day as it is proposed: the day agreed, or the day the keys came back
    where that was later. Whoever has the keys has the dwelling."""
    return moves_on if keys_on is None else max(moves_on, keys_on)


# --- The rent of the months around the last day -------------------------------------------------


def rent_of_month(
    terms: Sequence[tuple[dt.date, int]], starts_on: dt.date, last_on: dt.date, month: dt.date
) -> int:
    """What a month (any day of it) costs when the tenancy lasts from `starts_on` to `last_on`.

    `terms` are (valid from, a month) oldest first, of one kind. A month in part costs its share of
    the days, of each rent that ran in it, rounded half up once: as the month is charged.
    """
    first = month.replace(day=1)
    last = add_months(first, 1) - _ONE_DAY
    days_of_month = (last - first).days + 1
    from_on, to_on = max(first, starts_on), min(last, last_on)
    sum_of_days = 0
    for place, (valid_from, ore) in enumerate(terms):
        begins = max(from_on, valid_from)
        ends = to_on
        if place + 1 < len(terms):
            ends = min(ends, terms[place + 1][0] - _ONE_DAY)
        sum_of_days += ore * max(0, (ends - begins).days + 1)
    return (2 * sum_of_days + days_of_month) // (2 * days_of_month)


def part_after(ore: int, price_ore: int, kept_ore: int) -> int:
    """How much of a month's charge, or of what was taken off it, is for days after the last: its
    days cost `price_ore`, those of the tenancy `kept_ore`. Rounded half up."""
    if price_ore <= kept_ore:
        return 0
    return (2 * ore * (price_ore - kept_ore) + price_ore) // (2 * price_ore)


def taken_back(charge_ore: int, after_ore: int, reduced_after_ore: int, left_ore: int) -> int:
    """What is taken off one charge for the days after the last: their part of it, less what those
    days were reduced by before. Never more than is left of the charge, or than those days cost.

    §§ 2-11, 2-15: of 9 000 kr for 30 days, reduced by 4 000 kr, ten days are 1 666.67 kr.
    """
    return max(0, min(after_ore - reduced_after_ore, after_ore, charge_ore, left_ore))


# --- The settlement -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is settled, øre. `balance_ore`: owed by the ledger (negative: credit), `rent_back_ore`:
    charged for days after the last one, `damages_ore`: what the inspection found, `rent_due_ore`:
    rent until the last day that is not charged yet, less its reductions (§ 2-11)."""

    balance_ore: int
    rent_back_ore: int = 0
    damages_ore: int = 0
    rent_due_ore: int = 0

    @property
    def net_ore(self) -> int:
        """What the tenant owes; negative: what the tenant is owed."""
        return self.balance_ore + self.rent_due_ore - self.rent_back_ore + self.damages_ore


def check_due(due_on: dt.date, rent_due_on: dt.date | None, today: dt.date) -> None:
    """The last day to pay. `rent_due_on`: when the rent that is charged with the settlement falls
    due by itself (§ 3-1); nobody is to pay it earlier.

    Raises RuleBroken "move.due", "move.due_before_rent" (due_on) or "move.due_far" (last_on).
    """
    if due_on <= today:
        raise RuleBroken("move.due")
    if rent_due_on is not None and due_on < rent_due_on:
        raise RuleBroken("move.due_before_rent", due_on=rent_due_on)
    last_on = add_months(today, LONGEST_TO_PAY_MONTHS)
    if due_on > last_on:
        raise RuleBroken("move.due_far", last_on=last_on)


def check_settling(
    keys_on: dt.date | None, last_on: dt.date | None, settled_on: dt.date | None, today: dt.date
) -> None:
    """Raises RuleBroken "move.settled" (settled_on), "move.no_keys" or "move.lives_there"
    (last_on): a tenancy is settled when it is over."""
    if settled_on is not None:
        raise RuleBroken("move.settled", settled_on=settled_on)
    if keys_on is None or last_on is None:
        raise RuleBroken("move.no_keys")
    if last_on > today:
        raise RuleBroken("move.lives_there", last_on=last_on)
