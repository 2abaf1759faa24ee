"""When the meetings of a series are held."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.dates import is_working_day
from boligsak.rule import RuleBroken
from meetings.rules.series import check_day, days, first_day


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("starts_on", "weekday", "expected"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-23", 2, "2026-11-25"),
        ("2026-11-26", 2, "2026-12-02"),
    ],
)
def test_a_series_begins_on_its_weekday(starts_on: str, weekday: int, expected: str) -> None:
    assert first_day(d(starts_on), weekday) == d(expected)


def held(**more: object) -> list[str]:
    facts = {
        "starts_on": d("2026-01-07"),
        "ends_on": None,
        "weekday": 2,
        "every_weeks": 2,
        "from_on": d("2026-03-01"),
        "to_on": d("2026-04-30"),
    }
    return [day.held_on.isoformat() for day in days(**(facts | more))]  # type: ignore[arg-type]


def test_meetings_are_held_every_second_week_from_the_first() -> None:
    assert held() == ["2026-03-04", "2026-03-18", "2026-04-01", "2026-04-15", "2026-04-29"]


def test_a_meeting_on_a_holiday_is_held_on_the_next_working_day() -> None:
    # Maundy Thursday, Good Friday and Easter Monday 2026 are 2, 3 and 6 April.
    found = held(weekday=3, starts_on=d("2026-04-02"), every_weeks=1, from_on=d("2026-04-01"))
    assert found[:2] == ["2026-04-07", "2026-04-09"]


def test_a_series_ends_on_its_last_day() -> None:
    assert held(ends_on=d("2026-03-18")) == ["2026-03-04", "2026-03-18"]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"weekday": 5}, "series.weekday"), ({"every_weeks": 0}, "series.weeks")],
)
def test_a_series_that_cannot_be_is_refused(more: dict[str, int], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        held(**more)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("on", "code"),
    [("2026-11-20", "meeting.past"), ("2026-11-28", "meeting.not_a_working_day")],
)
def test_a_meeting_is_not_planned_for_the_past_or_a_day_off(on: str, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_day(d(on), d("2026-11-23"))
    assert refused.value.code == code


dates = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))


@given(dates, st.integers(0, 4), st.integers(1, 12), dates, st.integers(0, 400))
def test_every_meeting_is_on_a_working_day_and_the_same_however_one_asks(
    starts_on: dt.date, weekday: int, weeks: int, from_on: dt.date, length: int
) -> None:
    to_on = from_on + dt.timedelta(days=length)
    facts = {"starts_on": starts_on, "ends_on": None, "weekday": weekday, "every_weeks": weeks}
    asked = days(**facts, from_on=from_on, to_on=to_on)  # type: ignore[arg-type]
    everything = days(**facts, from_on=starts_on, to_on=to_on)  # type: ignore[arg-type]
    assert asked == [day for day in everything if day.planned_for >= from_on]
    assert all(
        is_working_day(day.held_on) and day.planned_for.weekday() == weekday for day in asked
    )
