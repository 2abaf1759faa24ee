"""What a household can afford a month, as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.rules.economy import (
    DebtKind,
    Every,
    ExpenseKind,
    IncomeKind,
    Line,
    LivingRates,
    People,
    a_month,
    is_above,
    living_rate,
    work_out,
)

NO_RATES = LivingRates()
RATES = LivingRates(single_ore=780_000, couple_ore=1_310_000, child_ore=300_000)
HOME = (
    Line(IncomeKind.BENEFIT, 1_900_000),
    Line(IncomeKind.HOUSING_ALLOWANCE, 250_000),
    Line(ExpenseKind.RENT, 900_000),
    Line(ExpenseKind.ELECTRICITY, 80_000),
    Line(DebtKind.DEDUCTION, 50_000),
)


@pytest.mark.parametrize(
    ("amount", "every", "month"),
    [
        (100_000, Every.MONTH, 100_000),
        (100_000, Every.FORTNIGHT, 216_667),  # 26 times a year: 216 666.67
        (100_000, Every.WEEK, 433_333),
        (3, Every.FORTNIGHT, 7),  # 6.5 øre, half up
        (0, Every.WEEK, 0),
    ],
)
def test_weeks_come_to_a_twelfth_of_a_year(amount, every, month):
    assert a_month(amount, every) == month


@pytest.mark.parametrize(
    ("people", "rates", "needed"),
    [
        (People(1, 0), RATES, 780_000),
        (People(1, 2), RATES, 1_380_000),
        (People(2, 0), RATES, 1_310_000),
        (People(2, 1), RATES, 1_610_000),
        (People(3, 0), RATES, 1_965_000),
        (People(4, 0), LivingRates(couple_ore=3), 6),
        (People(3, 0), LivingRates(couple_ore=3), 5),  # half an øre is rounded up
        (People(1, 0), NO_RATES, None),
        (People(2, 0), LivingRates(single_ore=780_000), None),
        (People(1, 1), LivingRates(single_ore=780_000), None),
        (People(1, 0), LivingRates(single_ore=780_000), 780_000),
    ],
)
def test_a_household_needs_what_the_rates_say_or_nobody_knows(people, rates, needed):
    assert living_rate(people, rates) == needed


@pytest.mark.parametrize(
    ("more", "people", "rates", "margin", "left", "affordable"),
    [
        # Nothing entered: only what was told counts, and it is said.
        ((), People(1), NO_RATES, 0, 1_120_000, 1_120_000),
        ((), People(1), RATES, 0, 340_000, 340_000),
        # A tenth stays with the household.
        ((), People(1), RATES, 100, 340_000, 306_000),
        # What was told is less than the rate, and more than it.
        ((Line(ExpenseKind.LIVING, 500_000),), People(1), RATES, 0, 340_000, 340_000),
        ((Line(ExpenseKind.LIVING, 900_000),), People(1), RATES, 0, 220_000, 220_000),
        # Down to whole kroner.
        ((Line(DebtKind.FINE, 33),), People(1), RATES, 0, 339_967, 339_900),
        # There is nothing to pay with.
        ((), People(1, 2), RATES, 100, -260_000, 0),
    ],
)
def test_what_is_left_and_what_of_it_is_affordable(more, people, rates, margin, left, affordable):
    found = work_out((*HOME, *more), people, rates, margin_permille=margin)
    assert (found.left_ore, found.affordable_ore) == (left, affordable)
    assert found.is_without_rate == (rates == NO_RATES)


@pytest.mark.parametrize(
    ("instalment", "every", "affordable", "above"),
    [
        (100_000, Every.MONTH, 100_000, False),
        (100_100, Every.MONTH, 100_000, True),
        (50_000, Every.WEEK, 200_000, True),  # 2 166.67 kr a month
        (1, Every.MONTH, 0, True),
        (900_000, Every.MONTH, None, False),  # nobody has reckoned it
    ],
)
def test_an_instalment_is_above_when_a_month_of_it_is(instalment, every, affordable, above):
    assert is_above(instalment, every, affordable) is above


@pytest.mark.parametrize(
    ("lines", "people", "code"),
    [
        ((Line(IncomeKind.WAGE, -1),), People(1), "economy.negative_amount"),
        ((), People(0), "economy.nobody_lives_there"),
        ((), People(1, -1), "economy.nobody_lives_there"),
    ],
)
def test_an_impossible_economy_is_refused(lines, people, code):
    with pytest.raises(RuleBroken) as refused:
        work_out(lines, people, RATES, margin_permille=0)
    assert refused.value.code == code


AMOUNTS = st.integers(min_value=0, max_value=10_000_000)
LINES = st.lists(
    st.builds(
        Line,
        st.sampled_from([*IncomeKind, *ExpenseKind, *DebtKind]),
        AMOUNTS,
        st.sampled_from(Every),
    ),
    max_size=8,
)


@given(LINES, st.permutations(range(8)), st.integers(min_value=0, max_value=1000))
def test_the_order_of_the_lines_does_not_matter(lines, order, margin):
    mixed = [lines[place] for place in order if place < len(lines)]
    one = work_out(lines, People(1), RATES, margin_permille=margin)
    assert one == work_out(mixed, People(1), RATES, margin_permille=margin)


@given(LINES, AMOUNTS, st.integers(min_value=0, max_value=1000))
def test_more_income_never_makes_less_affordable(lines, more, margin):
    before = work_out(lines, People(1), RATES, margin_permille=margin)
    after = work_out(
        [*lines, Line(IncomeKind.WAGE, more)], People(1), RATES, margin_permille=margin
    )
    assert after.affordable_ore >= before.affordable_ore
    assert 0 <= after.affordable_ore <= max(after.left_ore, 0)
