"""Away from home: which days it covers, and one absence at a time."""

import datetime as dt

import pytest

from boligsak.rule import RuleBroken
from tenants.rules.absence import Away, check_away, is_away

MARCH = Away(dt.date(2026, 3, 1), dt.date(2026, 3, 31))
FROM_MAY = Away(dt.date(2026, 5, 1))


@pytest.mark.parametrize(
    ("day", "away"),
    [
        ("2026-02-28", False),
        ("2026-03-01", True),
        ("2026-03-31", True),
        ("2026-04-01", False),
        ("2026-05-01", True),
        ("2036-05-01", True),
    ],
)
def test_both_days_of_an_absence_are_part_of_it(day: str, away: bool) -> None:
    assert is_away([MARCH, FROM_MAY], dt.date.fromisoformat(day)) is away


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (Away(dt.date(2026, 3, 31), dt.date(2026, 4, 30)), "absence.overlaps"),
        (Away(dt.date(2026, 4, 1)), "absence.overlaps"),  # until further notice, into May
        (Away(dt.date(2026, 6, 1), dt.date(2026, 6, 2)), "absence.overlaps"),
        (Away(dt.date(2026, 4, 2), dt.date(2026, 4, 1)), "absence.days"),
    ],
)
def test_nobody_is_away_in_two_places(new: Away, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_away(new, [MARCH, FROM_MAY])
    assert refused.value.code == code


def test_one_absence_may_follow_another() -> None:
    check_away(Away(dt.date(2026, 4, 1), dt.date(2026, 4, 30)), [MARCH, FROM_MAY])
