"""Late interest: simple, actual days over 365, split at rate changes, rounded once."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.interest import Rate, Span, is_bearing, open_spans, parts, rounded
from arrears.rules.ledger import Charge, ChargeKey, ChargeKind, Dispute, Movement, MovementKind
from boligsak.rule import RuleBroken

D = dt.date
RATES = [
    Rate(number, Decimal(percent), valid_from, valid_to)
    for number, percent, valid_from, valid_to in [
        (1, "8.50", D(2022, 1, 1), None),
        (2, "9.25", D(2022, 7, 1), None),
        (3, "10.75", D(2023, 1, 1), None),
        (4, "11.75", D(2023, 7, 1), None),
        (5, "12.50", D(2024, 1, 1), None),
        (6, "12.50", D(2024, 7, 1), None),
        (7, "12.50", D(2025, 1, 1), None),
        (8, "12.25", D(2025, 7, 1), None),
        (9, "12.00", D(2026, 1, 1), D(2026, 6, 30)),
    ]
]
KEY = ChargeKey(D(2026, 1, 20), ChargeKind.RENT, "rent:2026-01")
CHARGE = Charge(KEY, 900_000, D(2026, 1, 20))


def pay(amount_ore, on, names=None):
    return Movement(MovementKind.PAYMENT, -amount_ore, on, names)


def interest(spans):
    return rounded(parts(spans, RATES))


@pytest.mark.parametrize(
    ("base_ore", "from_on", "to_on", "expected"),
    [
        # 9000 kr, 30 days at 12 %: 9000 × 0,12 × 30/365 = 88,767 …
        (900_000, D(2026, 1, 21), D(2026, 2, 19), 8_877),
        # A whole year is the rate itself …
        (900_000, D(2023, 1, 1), D(2023, 6, 30), 47_977),
        # … and a leap year has a day more: 366/365 of it.
        (1_000_000, D(2024, 1, 1), D(2024, 12, 31), 125_342),
        # One day: 9000 × 12 % / 365 = 2,9589
        (900_000, D(2026, 1, 21), D(2026, 1, 21), 296),
    ],
)
def test_simple_interest_over_actual_days_forsinkelsesrenteloven_2(
    base_ore, from_on, to_on, expected
):
    assert interest([Span(from_on, to_on, base_ore)]) == expected


def test_a_period_over_a_change_of_rate_is_split_forsinkelsesrenteloven_3():
    found = parts([Span(D(2025, 6, 21), D(2026, 1, 10), 900_000)], RATES)
    assert [(part.from_on, part.to_on, part.days, part.rate_id) for part in found] == [
        (D(2025, 6, 21), D(2025, 6, 30), 10, 7),
        (D(2025, 7, 1), D(2025, 12, 31), 184, 8),
        (D(2026, 1, 1), D(2026, 1, 10), 10, 9),
    ]
    exact = Fraction(900_000, 36_500) * (
        Fraction(25, 2) * 10 + Fraction(49, 4) * 184 + Fraction(12) * 10
    )
    assert sum(part.ore for part in found) == exact
    assert rounded(found) == 61_619  # 616,191 … kr


def test_interest_is_rounded_once_for_all_its_parts_and_half_up():
    # Three parts of 0.4 øre each are 1 øre together and 0 apart.
    third = parts([Span(D(2026, 1, 1), D(2026, 1, 1), 1217)], RATES)
    assert rounded(third) == 0
    assert rounded(third * 3) == 1
    # Exactly half an øre goes up: 36 500 øre at 0,5 % for a day.
    half = parts(
        [Span(D(2026, 1, 1), D(2026, 1, 1), 36_500)], [Rate(1, Decimal("0.5"), D(2020, 1, 1))]
    )
    assert half[0].ore == Fraction(1, 2)
    assert rounded(half) == 1


@pytest.mark.parametrize("day", [D(2026, 7, 1), D(2021, 12, 31)])
def test_a_missing_rate_refuses_and_guesses_nothing(day):
    with pytest.raises(RuleBroken, match=r"^rate\.missing$") as broken:
        parts([Span(day, day, 900_000)], RATES)
    assert broken.value.facts["day"] == day


def test_a_period_that_runs_into_a_time_without_a_rate_is_refused():
    with pytest.raises(RuleBroken, match=r"^rate\.missing$") as broken:
        parts([Span(D(2026, 6, 1), D(2026, 7, 15), 900_000)], RATES)
    assert broken.value.facts["day"] == D(2026, 7, 1)


def test_due_the_20th_and_paid_the_30th_bears_for_ten_days():
    spans = open_spans([CHARGE, pay(900_000, D(2026, 1, 30))], [], KEY, D(2026, 3, 1))
    assert spans == [Span(D(2026, 1, 21), D(2026, 1, 30), 900_000)]


def test_a_part_payment_lowers_the_base_from_the_day_after():
    spans = open_spans([CHARGE, pay(400_000, D(2026, 1, 30))], [], KEY, D(2026, 2, 9))
    assert spans == [
        Span(D(2026, 1, 21), D(2026, 1, 30), 900_000),
        Span(D(2026, 1, 31), D(2026, 2, 9), 500_000),
    ]


def test_a_payment_counts_from_its_value_date_whenever_it_came():
    early = open_spans([CHARGE, pay(900_000, D(2026, 1, 20))], [], KEY, D(2026, 3, 1))
    assert early == []


def test_a_deposited_part_bears_nothing_while_it_is_disputed_3_8():
    dispute = Dispute(KEY, 300_000, D(2026, 1, 31), D(2026, 2, 10))
    spans = open_spans([CHARGE], [dispute], KEY, D(2026, 2, 20))
    assert spans == [
        Span(D(2026, 1, 21), D(2026, 1, 31), 900_000),
        Span(D(2026, 2, 1), D(2026, 2, 10), 600_000),
        Span(D(2026, 2, 11), D(2026, 2, 20), 900_000),
    ]


def test_a_rent_reduction_for_the_month_lowers_its_base_2_11():
    credit = Movement(MovementKind.CREDIT, -200_000, D(2026, 1, 20), KEY)
    assert open_spans([CHARGE, credit], [], KEY, D(2026, 1, 22)) == [
        Span(D(2026, 1, 21), D(2026, 1, 22), 700_000)
    ]


def test_what_an_earlier_reckoning_took_is_not_taken_again():
    spans = open_spans([CHARGE], [], KEY, D(2026, 2, 28), from_on=D(2026, 2, 20))
    assert spans == [Span(D(2026, 2, 20), D(2026, 2, 28), 900_000)]
    assert open_spans([CHARGE], [], KEY, D(2026, 2, 28), from_on=D(2026, 3, 1)) == []


@pytest.mark.parametrize(
    ("kind", "bears"),
    [("rent", True), ("utilities", True), ("damage", True), ("fee", False), ("interest", False),
     ("loan", False), ("opening", False)],
)  # fmt: skip
def test_there_is_no_interest_on_interest_or_fees(kind, bears):
    key = ChargeKey(D(2026, 1, 20), ChargeKind(kind), "x")
    assert is_bearing(Charge(key, 100, D(2026, 1, 20))) is bears


FIRST, LAST = D(2022, 1, 1), D(2026, 6, 30)
SPAN_DAYS = st.dates(min_value=FIRST, max_value=LAST)


@given(st.integers(1, 10**9), SPAN_DAYS, SPAN_DAYS, SPAN_DAYS)
def test_where_a_period_is_cut_changes_nothing(base_ore, one, two, three):
    first, middle, last = sorted((one, two, three))
    whole = parts([Span(first, last, base_ore)], RATES)
    cut = parts([Span(first, middle, base_ore)], RATES)
    if middle < last:
        cut += parts([Span(middle + dt.timedelta(days=1), last, base_ore)], RATES)
    assert sum(part.ore for part in whole) == sum(part.ore for part in cut)
    assert sum(part.days for part in whole) == (last - first).days + 1


PAYMENTS = st.lists(st.tuples(st.integers(1, 1_000_000), st.integers(0, 60)), max_size=6)


@given(PAYMENTS, st.randoms())
def test_interest_does_not_depend_on_the_order_payments_arrived_in(payments, shuffler):
    lines = [CHARGE] + [
        pay(amount, D(2026, 1, 20) + dt.timedelta(days=days)) for amount, days in payments
    ]
    other = list(lines)
    shuffler.shuffle(other)
    to_on = D(2026, 3, 31)
    spans = open_spans(lines, [], KEY, to_on)
    assert spans == open_spans(other, [], KEY, to_on)
    # Day by day the base is what is left of the charge, never more, and it never rises.
    bases = [span.base_ore for span in spans]
    assert bases == sorted(bases, reverse=True)
    for span in spans:
        paid = sum(
            amount
            for amount, days in payments
            if D(2026, 1, 20) + dt.timedelta(days=days) < span.from_on
        )
        assert span.base_ore == max(0, 900_000 - paid)
