"""The Oslo day, what people type as a day, working days, and how deadlines are counted."""

import datetime as dt
from contextlib import suppress

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from boligsak import dates
from boligsak.rule import RuleBroken

TODAY = dt.date(2026, 11, 20)
DAYS = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2060, 12, 31))


@time_machine.travel("2026-06-30T22:30:00+00:00", tick=False)
def test_the_day_is_the_one_in_oslo():
    assert dates.today() == dt.date(2026, 7, 1)
    assert dates.now().utcoffset() == dt.timedelta(hours=2)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("05.01.2026", dt.date(2026, 1, 5)),
        ("5.1.2026", dt.date(2026, 1, 5)),
        ("5.1.26", dt.date(2026, 1, 5)),
        ("5. 1. 2026", dt.date(2026, 1, 5)),
        ("5/1-26", dt.date(2026, 1, 5)),
        ("2026-01-05", dt.date(2026, 1, 5)),
        ("050126", dt.date(2026, 1, 5)),
        ("05012026", dt.date(2026, 1, 5)),
        ("5.1.47", dt.date(1947, 1, 5)),
        ("5.1.46", dt.date(2046, 1, 5)),
        ("20.11", dt.date(2026, 11, 20)),
        ("5.1", dt.date(2027, 1, 5)),
        ("20.12.", dt.date(2026, 12, 20)),
        ("i dag", TODAY),
        ("I  Dag", TODAY),
        ("i går", dt.date(2026, 11, 19)),
        ("i morgen", dt.date(2026, 11, 21)),
        ("today", TODAY),
        ("yesterday", dt.date(2026, 11, 19)),
        ("tomorrow", dt.date(2026, 11, 21)),
        ("29.2.2028", dt.date(2028, 2, 29)),
    ],
)
def test_a_day_is_read_the_way_people_write_it(typed, day):
    assert dates.parse(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed", ["", "snart", "31.2.2026", "29.2.2026", "29.2", "0.1.26", "2026-13-01", "5.1.026", "1"]
)
def test_a_day_that_does_not_exist_is_refused(typed):
    with pytest.raises(RuleBroken) as refusal:
        dates.parse(typed, TODAY)
    assert (refusal.value.code, refusal.value.facts) == ("date.unreadable", {"text": typed})


@given(st.text())
def test_no_text_does_worse_than_be_refused(text):
    with suppress(RuleBroken):
        dates.parse(text, TODAY)


@given(DAYS, DAYS)
def test_a_day_that_is_shown_can_be_typed_back(day, today):
    assert dates.parse(dates.format_day(day), today) == day
    assert dates.parse(day.isoformat(), today) == day


def test_a_day_is_shown_with_two_digits_for_day_and_month():
    assert dates.format_day(dt.date(2026, 1, 5)) == "05.01.2026"


@pytest.mark.parametrize(
    ("day", "is_working_day"),
    [
        (dt.date(2026, 11, 20), True),  # a Friday
        (dt.date(2026, 11, 21), False),
        (dt.date(2026, 11, 22), False),
        (dt.date(2026, 12, 24), True),  # Christmas Eve is no holiday by law
        (dt.date(2026, 12, 25), False),
        (dt.date(2026, 12, 31), True),
        (dt.date(2027, 1, 1), False),
        (dt.date(2026, 4, 2), False),  # Maundy Thursday
        (dt.date(2026, 4, 3), False),
        (dt.date(2026, 4, 6), False),
        (dt.date(2026, 5, 1), False),
        (dt.date(2026, 5, 14), False),  # Ascension Day
        (dt.date(2027, 5, 17), False),  # 1927 and 2027: also Whit Monday
        (dt.date(2026, 5, 25), False),
    ],
)
def test_working_days_are_those_of_the_norwegian_calendar(day, is_working_day):
    assert dates.is_working_day(day) is is_working_day


@pytest.mark.parametrize(
    ("agreed", "due"),
    [
        (dt.date(2026, 11, 20), dt.date(2026, 11, 20)),
        (dt.date(2026, 6, 20), dt.date(2026, 6, 22)),  # a Saturday
        (dt.date(2026, 9, 20), dt.date(2026, 9, 21)),  # a Sunday
        (dt.date(2026, 5, 1), dt.date(2026, 5, 4)),  # 1 May, a Friday
        (dt.date(2028, 5, 17), dt.date(2028, 5, 18)),  # 17 May, a Wednesday
        (dt.date(2000, 4, 20), dt.date(2000, 4, 25)),  # Maundy Thursday: over the whole of Easter
    ],
)
def test_rent_falls_due_on_the_next_working_day(agreed, due):
    assert dates.rent_due_day(agreed) == due


@given(DAYS)
def test_the_next_working_day_is_a_working_day_and_none_is_passed_by(day):
    found = dates.next_working_day(day)
    assert dates.is_working_day(found)
    between = (day + dt.timedelta(days=n) for n in range((found - day).days))
    assert not any(dates.is_working_day(skipped) for skipped in between)


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (dt.date(2026, 5, 31), 3, dt.date(2026, 8, 31)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 30), 3, dt.date(2028, 2, 29)),
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 3, 1), 12, dt.date(2027, 3, 1)),
        (dt.date(2026, 3, 31), -1, dt.date(2026, 2, 28)),
        (dt.date(2026, 1, 15), -1, dt.date(2025, 12, 15)),
        (dt.date(2026, 1, 15), 0, dt.date(2026, 1, 15)),
    ],
)
def test_months_are_added_by_the_calendar_and_stop_at_the_last_day(day, months, result):
    assert dates.add_months(day, months) == result


@pytest.mark.parametrize(
    ("start", "days", "moves", "last"),
    [
        (dt.date(2026, 6, 1), 14, True, dt.date(2026, 6, 15)),
        (dt.date(2026, 6, 6), 14, True, dt.date(2026, 6, 22)),  # ends on a Saturday
        (dt.date(2026, 6, 6), 14, False, dt.date(2026, 6, 20)),  # inkassovarsel: never moves
        (dt.date(2026, 12, 11), 14, True, dt.date(2026, 12, 28)),  # Christmas and a weekend
    ],
)
def test_a_deadline_moves_to_a_working_day_only_where_it_may(start, days, moves, last):
    assert dates.deadline(start, days, moves=moves) == last


def test_a_warning_sent_on_1_june_carries_a_petition_from_16_june():
    assert dates.first_day_after_waiting(dt.date(2026, 6, 1), 14) == dt.date(2026, 6, 16)
