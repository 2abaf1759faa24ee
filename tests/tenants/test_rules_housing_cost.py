"""What a rent comes to for a household."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.rules.economy import Every, ExpenseKind, IncomeKind, Line, LivingRates, People
from tenants.rules.housing_cost import BeforeRent, highest_rent, reckon, rent_burden

RATES = LivingRates(single_ore=780_000)


def test_the_rent_of_today_is_taken_out_before_another_is_set_in_its_place() -> None:
    told = [
        Line(IncomeKind.BENEFIT, 2_000_000),
        Line(IncomeKind.HOUSING_ALLOWANCE, 200_000),
        Line(ExpenseKind.RENT, 100_000, Every.WEEK),
        Line(ExpenseKind.ELECTRICITY, 80_000),
    ]
    economy, before = reckon(told, People(), RATES, margin_permille=100)
    assert before.rent_ore == 433_333
    assert before.left_ore == economy.left_ore + 433_333
    assert before.allowance_ore == 200_000
    assert before.left_ore == 2_200_000 - 80_000 - 780_000


@pytest.mark.parametrize(
    ("income", "left", "rent", "share", "after", "fits"),
    [
        (2_000_000, 1_200_000, 900_000, 450, 300_000, True),
        (2_000_000, 900_000, 900_000, 450, 0, True),
        (2_000_000, 899_999, 900_000, 450, -1, False),
        (2_700_000, 900_000, 900_000, 334, 0, True),  # a third, rounded up
        (0, -50_000, 900_000, None, -950_000, False),
    ],
)
def test_a_rent_is_told_by_its_share_and_by_what_is_left(
    income: int, left: int, rent: int, share: int | None, after: int, fits: bool
) -> None:
    burden = rent_burden(rent, BeforeRent(income, left))
    assert burden == (rent, share, after, fits)


@pytest.mark.parametrize(
    ("left", "highest"), [(123_456, 123_400), (99, 0), (0, 0), (-1, 0), (100, 100)]
)
def test_the_highest_rent_is_what_is_left_in_whole_kroner(left: int, highest: int) -> None:
    assert highest_rent(BeforeRent(2_000_000, left)) == highest


@given(st.integers(-(10**9), 10**9))
def test_the_highest_rent_fits_and_a_krone_more_does_not(left: int) -> None:
    economy = BeforeRent(2_000_000, left)
    highest = highest_rent(economy)
    assert left < 0 or rent_burden(highest, economy).fits
    assert not rent_burden(highest + 100, economy).fits
