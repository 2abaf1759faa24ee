"""What people type as an amount, what they see, and how a calculated amount is rounded."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak import money
from boligsak.rule import RuleBroken

AMOUNTS = st.integers(min_value=-(10**14), max_value=10**14)


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("12345,5", 1_234_550),
        ("12345,50", 1_234_550),
        ("12345.50", 1_234_550),
        ("12 345,00 kr", 1_234_500),
        ("12\u00a0345,00\u00a0kr", 1_234_500),
        ("12.345,50", 1_234_550),
        ("1.234.567", 123_456_700),
        ("1.234", 123_400),
        ("kr 500", 50_000),
        ("kr. 500,-", 50_000),
        ("500 NOK", 50_000),
        ("-5", -500),
        ("- 5 kr", -500),
        ("-kr 5", -500),
        ("\u22125,00 kr", -500),
        ("  0 ", 0),
        ("0,05", 5),
    ],
)
def test_an_amount_is_read_the_way_people_write_it(typed, ore):
    assert money.parse(typed) == ore


@pytest.mark.parametrize(
    "typed",
    ["", " ", "kr", "-", "fem", "12,345", "1,234.50", "12 34", "1.23.4", "1,", ",5", "--5", "5-",
     "1e3", "٣", "12345678901234", "5 kr 10"],
)  # fmt: skip
def test_what_may_mean_something_else_is_refused(typed):
    with pytest.raises(RuleBroken) as refusal:
        money.parse(typed)
    assert refusal.value.code == "money.unreadable"
    assert refusal.value.facts == {"text": typed}


@pytest.mark.parametrize(
    ("ore", "shown"),
    [
        (1_234_500, "12\u00a0345,00\u00a0kr"),
        (123_456_789, "1\u00a0234\u00a0567,89\u00a0kr"),
        (5, "0,05\u00a0kr"),
        (0, "0,00\u00a0kr"),
        (-50_000, "\u2212500,00\u00a0kr"),
    ],
)
def test_an_amount_is_shown_with_no_break_spaces_and_a_real_minus(ore, shown):
    assert money.format_kr(ore) == shown


def test_an_amount_for_a_spreadsheet_has_a_comma_and_nothing_else():
    assert money.plain(-1_234_550) == "-12345,50"


@given(AMOUNTS)
def test_what_is_shown_can_be_typed_back(ore):
    assert money.parse(money.format_kr(ore)) == ore
    assert money.parse(money.plain(ore)) == ore


@given(st.text())
def test_no_text_does_worse_than_be_refused(text):
    with suppress(RuleBroken):
        money.parse(text)


@pytest.mark.parametrize(
    ("calculated", "ore"),
    [("0.4", 0), ("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.49", 2), ("-0.5", -1), ("-2.4", -2)],
)
def test_a_calculated_amount_is_rounded_half_up_to_the_ore(calculated, ore):
    assert money.round_ore(Decimal(calculated)) == ore


@pytest.mark.parametrize(
    ("rate", "kroner"),
    # Rettsgebyr 2024: R = 1277; filing 1.25 R, carrying out 1.35 R.
    [("1.25", 1596), ("1.35", 1723)],
)
def test_a_court_fee_is_rounded_down_to_whole_kroner(rate, kroner):
    assert money.whole_kroner_down(Decimal(rate) * 1277) == kroner * 100
