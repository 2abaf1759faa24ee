"""Three complaints in six months are a pattern; a household nobody has called is a duty missed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.complaint_pattern import Told, counts_to, decide_complaints
from boligsak.dates import add_months
from tenants.rules.complaints import ComplaintPolicy

D = dt.date
ONE = dt.timedelta(days=1)
POLICY = ComplaintPolicy(contact_days=5, pattern_count=3, pattern_months=6, serious_count=6)
DAY = D(2026, 11, 23)
DAYS = st.dates(D(2025, 1, 1), D(2027, 12, 31))


def told(*days: dt.date) -> list[Told]:
    return [Told(on) for on in days]


def level(found) -> int:
    return max((verdict.level for verdict in found[0]), default=0)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], 0),
        ([D(2026, 11, 20)], 0),
        ([D(2026, 11, 20), D(2026, 11, 21)], 0),
        ([D(2026, 6, 1), D(2026, 9, 1), D(2026, 11, 20)], 2),
        ([D(2026, 5, 23), D(2026, 9, 1), D(2026, 11, 20)], 0),
        ([D(2026, 5, 24), D(2026, 9, 1), D(2026, 11, 20)], 2),
        ([D(2026, 11, 20)] * 3, 2),
        ([D(2026, 11, 20)] * 6, 3),
        ([D(2026, 11, 20)] * 5, 2),
    ],
)
def test_three_in_six_months_are_a_pattern_and_six_a_serious_one(days, expected) -> None:
    assert level(decide_complaints(told(*days), POLICY, DAY)) == expected


def test_the_pattern_counts_from_its_oldest_complaint() -> None:
    days = [D(2026, 11, 20), D(2026, 6, 1), D(2026, 9, 1)]
    ((verdict,), _look) = decide_complaints(told(*days), POLICY, DAY)
    assert verdict.anchor_on == D(2026, 6, 1)
    assert verdict.facts["count"] == 3


def test_it_is_looked_at_again_on_the_day_the_oldest_counts_no_more() -> None:
    days = [D(2026, 6, 1), D(2026, 9, 1), D(2026, 11, 20)]
    _verdicts, look_on = decide_complaints(told(*days), POLICY, DAY)
    assert look_on == D(2026, 12, 1)
    assert level(decide_complaints(told(*days), POLICY, look_on - ONE)) == 2
    assert level(decide_complaints(told(*days), POLICY, look_on)) == 0


def test_the_last_of_a_long_month_counts_to_the_last_of_a_short_one() -> None:
    assert counts_to(D(2026, 8, 31), 6) == D(2027, 2, 28)


def test_a_household_nobody_has_talked_with_in_time_is_a_flag_of_its_own() -> None:
    one = [Told(D(2026, 11, 13), contact_by=D(2026, 11, 20))]
    assert level(decide_complaints(one, POLICY, D(2026, 11, 20))) == 0
    assert decide_complaints(one, POLICY, D(2026, 11, 20))[1] == D(2026, 11, 21)
    ((verdict,), _look) = decide_complaints(one, POLICY, D(2026, 11, 21))
    assert (verdict.level, verdict.anchor_on) == (1, D(2026, 11, 20))
    assert verdict.facts["contact_by"] == "2026-11-20"


def test_a_pattern_that_nobody_has_talked_about_is_graver() -> None:
    days = [Told(D(2026, 11, 2), D(2026, 11, 9)), *told(D(2026, 9, 1), D(2026, 11, 20))]
    assert level(decide_complaints(days, POLICY, DAY)) == 3


def test_who_has_moved_out_disturbs_nobody() -> None:
    days = told(*[D(2026, 11, 20)] * 3)
    assert level(decide_complaints(days, POLICY, DAY, moved_out_on=DAY)) == 2
    assert decide_complaints(days, POLICY, DAY, moved_out_on=DAY - ONE) == ((), None)


@given(st.lists(DAYS, max_size=8), DAYS)
def test_between_two_looks_the_verdict_is_the_same(days, day) -> None:
    """Whatever the days: the night need not look before the day the rule has asked for."""
    verdicts, look_on = decide_complaints(told(*days), POLICY, day)
    until = look_on or day + 400 * ONE
    between = {day + n * ONE for n in (1, 2, 7, 30, 90, 180, 365) if day + n * ONE < until}
    for later in {until - ONE} | between:
        if later > day:
            assert decide_complaints(told(*days), POLICY, later)[0] == verdicts


@given(st.lists(DAYS, max_size=8), DAYS, DAYS)
def test_one_more_complaint_never_makes_it_milder(days, more, day) -> None:
    before = level(decide_complaints(told(*days), POLICY, day))
    assert level(decide_complaints(told(*days, more), POLICY, day)) >= before


@given(st.permutations([D(2026, 6, 1), D(2026, 9, 1), D(2026, 11, 20), D(2026, 11, 20)]))
def test_the_order_in_which_they_are_told_means_nothing(days) -> None:
    assert decide_complaints(told(*days), POLICY, DAY) == decide_complaints(
        told(*sorted(days)), POLICY, DAY
    )


@given(DAYS, st.integers(1, 24))
def test_a_complaint_counts_for_its_months_and_not_a_day_more(on, months) -> None:
    assert counts_to(on, months) == add_months(on, months)
