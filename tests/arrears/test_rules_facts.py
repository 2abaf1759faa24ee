"""Which facts a verdict can need on a day, as tables."""

import datetime

import pytest

from arrears.rules.facts import (
    PastLine,
    charge_due_on,
    charge_missing_from,
    had_arrears,
    newest_month_due,
    pattern_from,
)
from arrears.rules.policy import ArrearsPolicy, default_values

D = datetime.date
POLICY = ArrearsPolicy.from_values(default_values())


@pytest.mark.parametrize(
    ("month", "due_on"),
    [
        (D(2026, 10, 1), D(2026, 10, 20)),
        (D(2026, 9, 1), D(2026, 9, 21)),  # the 20th is a Sunday
        (D(2025, 4, 30), D(2025, 4, 22)),  # the 20th is Easter Sunday
    ],
)
def test_rent_falls_due_on_the_20th_or_the_next_working_day(month, due_on):
    assert charge_due_on(month, POLICY) == due_on


def test_a_charge_is_missing_from_the_day_after_the_days_it_may_take():
    assert charge_missing_from(D(2026, 10, 1), POLICY) == D(2026, 10, 24)


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (D(2026, 10, 23), D(2026, 9, 1)),
        (D(2026, 10, 24), D(2026, 10, 1)),
        (D(2026, 11, 1), D(2026, 10, 1)),
        (D(2027, 1, 3), D(2026, 12, 1)),
    ],
)
def test_the_newest_month_that_ought_to_have_its_charge(day, month):
    assert newest_month_due(POLICY, day) == month


def test_a_pattern_cannot_change_before_the_shortest_of_its_waits():
    assert pattern_from(D(2026, 10, 20), POLICY) == D(2026, 10, 31)


def rent(due_on: D, ore: int = 900_000, kind: str = "rent") -> PastLine:
    return PastLine(kind, ore, due_on, due_on)


def payment(on: D, ore: int = 900_000) -> PastLine:
    return PastLine("payment", -ore, on, None)


AUGUST, SEPTEMBER, OCTOBER = D(2026, 8, 20), D(2026, 9, 21), D(2026, 10, 20)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([rent(OCTOBER)], False),
        ([rent(AUGUST), payment(AUGUST), rent(OCTOBER)], False),
        ([rent(AUGUST), payment(D(2026, 8, 24))], False),  # within grace
        ([rent(AUGUST), payment(D(2026, 8, 25))], True),
        ([rent(AUGUST), payment(AUGUST, 881_000)], False),  # too little to matter
        ([rent(AUGUST), payment(AUGUST, 880_000)], True),
        ([rent(AUGUST), rent(SEPTEMBER), payment(AUGUST, 1_800_000)], False),  # paid ahead
        ([rent(AUGUST, kind="opening"), payment(AUGUST)], None),
        ([rent(AUGUST, kind="opening"), payment(OCTOBER)], True),
    ],
)
def test_earlier_arrears_are_what_was_overdue_when_its_grace_had_run_out(lines, expected):
    assert had_arrears(lines, POLICY, OCTOBER) is expected
    assert had_arrears(reversed(lines), POLICY, OCTOBER) is expected
