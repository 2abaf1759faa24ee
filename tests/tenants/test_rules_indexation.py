"""Rent by the index and current rent: husleieloven §§ 4-2 and 4-3 as tables."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.rules.indexation import (
    CurrentRentFacts,
    RentFacts,
    by_index,
    check_current_rent,
    current_rent_from,
    earliest_on,
    first_valid_from,
    index_month,
    last_notice_day,
    plan_indexation,
)

DAY = dt.date
FIGURES = {
    DAY(2025, 1, 1): Decimal("135.0"),
    DAY(2025, 2, 1): Decimal("135.4"),
    DAY(2025, 12, 1): Decimal("138.6"),
    DAY(2026, 1, 1): Decimal("139.1"),
}
FACTS = RentFacts(900_000, DAY(2025, 3, 1))


@pytest.mark.parametrize(
    ("set_on", "earliest"),
    [
        (DAY(2025, 3, 1), DAY(2026, 3, 1)),
        (DAY(2025, 3, 2), DAY(2026, 4, 1)),
        (DAY(2024, 2, 29), DAY(2025, 3, 1)),
        (DAY(2025, 12, 15), DAY(2027, 1, 1)),
    ],
)
def test_the_rent_changes_a_year_after_the_last_change_at_the_earliest_4_2(set_on, earliest):
    assert earliest_on(set_on) == earliest


@pytest.mark.parametrize(
    ("valid_from", "sent_by"),
    [
        (DAY(2026, 3, 1), DAY(2026, 2, 1)),  # a Sunday: does not move
        (DAY(2026, 4, 1), DAY(2026, 3, 1)),
        (DAY(2027, 1, 1), DAY(2026, 12, 1)),
    ],
)
def test_a_months_written_notice_is_given_4_2(valid_from, sent_by):
    assert last_notice_day(valid_from) == sent_by
    assert first_valid_from(sent_by) == valid_from


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (DAY(2026, 2, 1), DAY(2025, 12, 1)),
        (DAY(2026, 2, 10), DAY(2025, 12, 1)),
        (DAY(2026, 2, 11), DAY(2026, 1, 1)),
        (DAY(2026, 1, 5), DAY(2025, 11, 1)),
        (DAY(2026, 1, 31), DAY(2025, 12, 1)),
    ],
)
def test_the_latest_figure_known_on_a_day_is_the_one_that_counts(day, month):
    assert index_month(day) == month


def test_last_in_effect_1_march_2025_is_9240_kr_from_1_march_2026_4_2():
    plan = plan_indexation(FACTS, DAY(2026, 3, 1), DAY(2026, 2, 1), FIGURES)
    assert plan.to_ore == 924_000  # 9000 * 138.6 / 135.0 = 9240.00
    assert (plan.from_month, plan.to_month) == (DAY(2025, 1, 1), DAY(2025, 12, 1))


def test_the_figure_of_the_last_indexation_is_where_the_next_one_begins():
    facts = FACTS._replace(set_index=Decimal("135.4"))
    plan = plan_indexation(facts, DAY(2026, 3, 1), DAY(2026, 1, 20), FIGURES)
    assert (plan.from_index, plan.from_month) == (Decimal("135.4"), None)
    assert plan.to_ore == 921_200  # 9212.70 and not a krone more


@pytest.mark.parametrize(
    ("facts", "valid_from", "notice_on", "code"),
    [
        (FACTS, DAY(2026, 3, 1), DAY(2026, 2, 2), "indexation.notice_too_late"),
        (FACTS, DAY(2026, 3, 2), DAY(2026, 2, 1), "rent.not_the_first"),
        (FACTS, DAY(2026, 2, 1), DAY(2026, 1, 1), "indexation.too_early"),
        (FACTS, DAY(2026, 6, 1), DAY(2026, 4, 1), "rate.missing"),
        (FACTS._replace(set_on=DAY(2024, 3, 1)), DAY(2026, 3, 1), DAY(2026, 2, 1), "rate.missing"),
        (
            FACTS._replace(moved_out_on=DAY(2026, 2, 28)),
            DAY(2026, 3, 1),
            DAY(2026, 2, 1),
            "indexation.moved_out",
        ),
        (
            FACTS._replace(coming_on=DAY(2026, 4, 1)),
            DAY(2026, 3, 1),
            DAY(2026, 2, 1),
            "indexation.coming",
        ),
        (FACTS._replace(rent_ore=0), DAY(2026, 3, 1), DAY(2026, 2, 1), "indexation.no_rent"),
        (
            FACTS._replace(set_index=Decimal("138.6")),
            DAY(2026, 3, 1),
            DAY(2026, 2, 1),
            "indexation.no_rise",
        ),
        (  # 2015 = 100 and 2025 = 100 are two series
            FACTS._replace(set_index=Decimal("100.2")),
            DAY(2026, 3, 1),
            DAY(2026, 2, 1),
            "indexation.not_one_series",
        ),
    ],
)
def test_a_rent_that_may_not_be_indexed_is_told_why_4_2(facts, valid_from, notice_on, code):
    with pytest.raises(RuleBroken) as broken:
        plan_indexation(facts, valid_from, notice_on, FIGURES)
    assert broken.value.code == code


INDEX = st.decimals(min_value=Decimal(50), max_value=Decimal(300), places=4)


@given(rent_ore=st.integers(1, 10**8), from_index=INDEX, to_index=INDEX)
def test_a_new_rent_never_rises_by_more_than_the_index(rent_ore, from_index, to_index):
    new = by_index(rent_ore, from_index, to_index)
    assert Fraction(new, rent_ore) <= Fraction(to_index) / Fraction(from_index)
    assert new % 100 == 0


@given(
    rents=st.integers(100_000, 5_000_000),
    set_on=st.dates(DAY(2020, 1, 1), DAY(2025, 12, 31)),
    months=st.integers(0, 40),
    figures=st.lists(INDEX, min_size=90, max_size=90),
)
def test_no_indexation_is_planned_before_its_year_or_above_its_index(
    rents, set_on, months, figures
):
    first = DAY(2019, 10, 1)
    known = {
        DAY(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1): figure
        for n, figure in enumerate(figures)
    }
    year, month = divmod(set_on.year * 12 + set_on.month - 1 + months, 12)
    valid_from = DAY(year, month + 1, 1)
    notice_on = last_notice_day(valid_from)
    facts = RentFacts(rents, set_on)
    try:
        plan = plan_indexation(facts, valid_from, notice_on, known)
    except RuleBroken:
        return
    assert valid_from >= earliest_on(set_on)
    assert plan.to_ore > rents
    assert plan.to_ore * known[index_month(set_on)] <= rents * known[index_month(notice_on)]


@pytest.mark.parametrize(
    ("starts_on", "changed_on", "demanded_on", "from_on"),
    [
        (DAY(2023, 1, 1), None, DAY(2025, 7, 1), DAY(2026, 1, 1)),
        (DAY(2023, 1, 1), None, DAY(2025, 7, 15), DAY(2026, 2, 1)),
        (DAY(2015, 1, 1), DAY(2023, 1, 1), DAY(2025, 7, 1), DAY(2026, 1, 1)),
        (DAY(2023, 1, 1), None, DAY(2025, 6, 30), None),
        (DAY(2015, 1, 1), DAY(2023, 1, 1), DAY(2025, 6, 30), None),
    ],
)
def test_current_rent_comes_six_months_after_a_demand_made_after_two_and_a_half_years_4_3(
    starts_on, changed_on, demanded_on, from_on
):
    facts = CurrentRentFacts(starts_on, changed_on)
    if from_on is None:
        with pytest.raises(RuleBroken) as broken:
            current_rent_from(facts, demanded_on)
        assert broken.value.code == "current_rent.too_early"
    else:
        assert current_rent_from(facts, demanded_on) == from_on


def test_a_current_rent_does_not_begin_before_its_six_months_4_3():
    facts = CurrentRentFacts(DAY(2023, 1, 1))
    with pytest.raises(RuleBroken) as broken:
        check_current_rent(facts, DAY(2025, 12, 1), DAY(2025, 7, 1))
    assert broken.value.code == "current_rent.too_soon"
    check_current_rent(facts, DAY(2026, 1, 1), DAY(2025, 7, 1))
