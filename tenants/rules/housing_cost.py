"""What a rent comes to for a household: its share of the income, and what is left when it is paid.

Amounts are øre a month. The household's economy is reckoned as everywhere else
(`tenants.rules.economy`); here it is seen without the rent of today, so that any rent can be set
in its place. Nobody knows what housing allowance another home gives: what the household has today
is reckoned with, and a ceiling is a ceiling for what it can be worked out from.
"""

from collections.abc import Iterable
from typing import NamedTuple

from tenants.rules.economy import (
    Economy,
    ExpenseKind,
    IncomeKind,
    Line,
    LivingRates,
    People,
    a_month,
    work_out,
)
from tenants.rules.matching import share_of


class BeforeRent(NamedTuple):
    """A household's economy with no rent in it. `left_ore` may be negative.

    `rent_ore` is what is paid today, `allowance_ore` the housing allowance in the income.
    """

    income_ore: int
    left_ore: int
    rent_ore: int = 0
    allowance_ore: int = 0


class Burden(NamedTuple):
    """What one rent does to it. `share_permille` (rounded up) is None when there is no income;
    `fits`: everything can be paid."""

    rent_ore: int
    share_permille: int | None
    left_ore: int
    fits: bool


def before_rent(lines: Iterable[Line], economy: Economy) -> BeforeRent:
    """The economy that `work_out` made of these lines, without their rent."""
    rent = allowance = 0
    for line in lines:
        if line.kind is ExpenseKind.RENT:
            rent += a_month(line.amount_ore, line.every)
        elif line.kind is IncomeKind.HOUSING_ALLOWANCE:
            allowance += a_month(line.amount_ore, line.every)
    return BeforeRent(economy.income_ore, economy.left_ore + rent, rent, allowance)


def reckon(
    lines: Iterable[Line], people: People, rates: LivingRates, *, margin_permille: int
) -> tuple[Economy, BeforeRent]:
    """The economy with the rent of today and without it. Raises as `work_out` does."""
    told = list(lines)
    economy = work_out(told, people, rates, margin_permille=margin_permille)
    return economy, before_rent(told, economy)


def rent_burden(rent_ore: int, economy: BeforeRent) -> Burden:
    """What is left of the household's money when a home costs `rent_ore`."""
    left = economy.left_ore - rent_ore
    return Burden(rent_ore, share_of(rent_ore, economy.income_ore), left, left >= 0)


def highest_rent(economy: BeforeRent) -> int:
    """The highest rent, in whole kroner, that leaves the household with what it lives on; nought
    when it lacks that before any rent is paid."""
    return max(economy.left_ore, 0) // 100 * 100
