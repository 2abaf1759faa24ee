"""What a household has left to pay with: income less what it must pay and must live on.

Amounts are øre a month unless a name says otherwise. The same arithmetic serves a repayment plan
and an application. What people live on is no less than the municipality's own rate, where it has
entered one; where it has not, that is said, and only what was told counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import NamedTuple

from boligsak.money import round_ore
from boligsak.rule import RuleBroken


class IncomeKind(StrEnum):
    """What comes in. Values are stored."""

    WAGE = "wage"
    BENEFIT = "benefit"  # sickness, work assessment, disability, pension, unemployment
    SOCIAL_SUPPORT = "social_support"  # sosialtjenesteloven §§ 18, 19
    INTRODUCTION = "introduction"  # introduksjonsstønad, kvalifiseringsstønad
    HOUSING_ALLOWANCE = "housing_allowance"  # bostøtte
    CHILD_BENEFIT = "child_benefit"
    MAINTENANCE = "maintenance"
    OTHER_INCOME = "other_income"


class ExpenseKind(StrEnum):
    """What must be paid. Values are stored."""

    RENT = "rent"
    ELECTRICITY = "electricity"
    INSURANCE = "insurance"
    CHILDCARE = "childcare"
    HEALTH = "health"
    TRAVEL_TO_WORK = "travel_to_work"
    MAINTENANCE_PAID = "maintenance_paid"
    LIVING = "living"  # food, clothes, phone and whatever else the rate is meant to cover
    OTHER_EXPENSE = "other_expense"


class DebtKind(StrEnum):
    """What is paid on debts. Values are stored."""

    DEDUCTION = "deduction"  # utleggstrekk, and what is deducted before it is paid out
    STUDENT_LOAN = "student_loan"
    CONSUMER_DEBT = "consumer_debt"
    FINE = "fine"
    OTHER_DEBT = "other_debt"


LineKind = IncomeKind | ExpenseKind | DebtKind


class Every(StrEnum):
    """How often an amount comes or goes. Values are stored."""

    MONTH = "month"
    FORTNIGHT = "fortnight"
    WEEK = "week"


_TIMES_A_YEAR = {Every.MONTH: 12, Every.FORTNIGHT: 26, Every.WEEK: 52}
MONTHS_A_YEAR = 12
PERMILLE = 1000


class Line(NamedTuple):
    """One line of the economy as it was told: `amount_ore` at a time, never negative."""

    kind: LineKind
    amount_ore: int
    every: Every = Every.MONTH


@dataclass(frozen=True, slots=True)
class People:
    """Who lives on it."""

    adults: int = 1
    children: int = 0


@dataclass(frozen=True, slots=True)
class LivingRates:
    """What the municipality reckons people need to live on besides what is entered as fixed.

    None where it has entered nothing.
    """

    single_ore: int | None = None
    couple_ore: int | None = None
    child_ore: int | None = None


@dataclass(frozen=True, slots=True)
class Economy:
    """The answer. `left_ore` may be negative; `affordable_ore` is never.

    `rate_ore` is what the rates say this household needs (None: no rate is entered for it) and
    `living_ore` what was reckoned with: the larger of the rate and what was told.
    """

    income_ore: int
    fixed_ore: int
    debt_ore: int
    living_ore: int
    rate_ore: int | None
    left_ore: int
    affordable_ore: int

    @property
    def is_without_rate(self) -> bool:
        return self.rate_ore is None


def a_month(amount_ore: int, every: Every) -> int:
    """What an amount comes to in a month: a year of it, a twelfth, rounded half up once."""
    if every is Every.MONTH:
        return amount_ore
    return round_ore(Decimal(amount_ore) * _TIMES_A_YEAR[every] / MONTHS_A_YEAR)


def living_rate(people: People, rates: LivingRates) -> int | None:
    """What the rates say the household needs a month; None when one it needs is not entered.

    One adult is single, two are a couple, and each one more lives with others and counts as half
    a couple (as the state's guiding rates for social support reckon). Halves are rounded up.
    """
    if people.adults < 1 or people.children < 0:
        raise RuleBroken("economy.nobody_lives_there")
    if people.children and rates.child_ore is None:
        return None
    children = people.children * (rates.child_ore or 0)
    if people.adults == 1:
        return None if rates.single_ore is None else rates.single_ore + children
    if rates.couple_ore is None:
        return None
    more = (people.adults - 2) * rates.couple_ore
    return rates.couple_ore + (more + 1) // 2 + children


def work_out(
    lines: Iterable[Line], people: People, rates: LivingRates, *, margin_permille: int
) -> Economy:
    """What is left a month, and how much of it an instalment may take.

    `margin_permille` of what is left stays with the household for what nobody foresaw; the rest,
    down to whole kroner, is affordable. Raises RuleBroken("economy.negative_amount") for an
    amount below nought and ("economy.nobody_lives_there") without an adult.
    """
    income = fixed = debt = told = 0
    for line in lines:
        if line.amount_ore < 0:
            raise RuleBroken("economy.negative_amount", kind=line.kind.value)
        amount = a_month(line.amount_ore, line.every)
        if isinstance(line.kind, IncomeKind):
            income += amount
        elif isinstance(line.kind, DebtKind):
            debt += amount
        elif line.kind is ExpenseKind.LIVING:
            told += amount
        else:
            fixed += amount
    rate = living_rate(people, rates)
    living = max(told, rate or 0)
    left = income - fixed - debt - living
    return Economy(
        income_ore=income,
        fixed_ore=fixed,
        debt_ore=debt,
        living_ore=living,
        rate_ore=rate,
        left_ore=left,
        affordable_ore=_whole_kroner(max(left, 0) * (PERMILLE - margin_permille), PERMILLE),
    )


def _whole_kroner(numerator: int, denominator: int) -> int:
    """Øre, cut down to whole kroner: nobody is reckoned able to pay more than there is."""
    kroner = (Decimal(numerator) / denominator / 100).quantize(Decimal(1), rounding=ROUND_DOWN)
    return int(kroner) * 100


def is_above(instalment_ore: int, every: Every, affordable_ore: int | None) -> bool:
    """Whether instalments come to more a month than the household can afford.

    False when nobody has reckoned what it can afford: that is said in its own place.
    """
    return affordable_ore is not None and a_month(instalment_ore, every) > affordable_ore
