"""The order of the waiting list: published criteria, each with its points, ties by waiting."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.rules.ranking import (
    Criterion,
    Housing,
    RankFacts,
    RankPolicy,
    default_values,
    place,
    rank,
    whole_months,
)

DAY = dt.date(2026, 11, 20)
POLICY = RankPolicy.from_values(default_values())


def facts(**more: Any) -> RankFacts:
    return RankFacts(**{"number": "S2026-00001", "received_on": DAY} | more)


def reasons(**more: Any) -> dict[str, int]:
    found = rank(facts(**more), POLICY, DAY)
    assert found.points == sum(reason.points for reason in found.reasons)
    return {reason.criterion.value: reason.points for reason in found.reasons}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, {}),
        ({"housing": Housing.NONE}, {"no_home": 40}),
        ({"housing": Housing.TEMPORARY}, {"temporary": 30}),
        ({"must_leave_on": dt.date(2027, 2, 18)}, {"must_leave": 20}),
        ({"must_leave_on": dt.date(2027, 2, 19)}, {}),
        ({"must_leave_on": dt.date(2026, 11, 1)}, {"must_leave": 20}),
        ({"children": 1}, {"children": 25}),
        ({"children": 4}, {"children": 40}),
        ({"children": 7}, {"children": 40}),
        ({"needs_accessible": True}, {"accessible": 10}),
        ({"frees_accessible": True}, {"frees_accessible": 15}),
        ({"needs_accessible": True, "frees_accessible": True}, {"accessible": 10}),
        ({"received_on": dt.date(2026, 8, 20)}, {"waited": 3}),
        ({"received_on": dt.date(2020, 1, 1)}, {"waited": 24}),
        (
            {"housing": Housing.NONE, "children": 2, "received_on": dt.date(2026, 9, 21)},
            {"no_home": 40, "children": 30, "waited": 1},
        ),
    ],
)
def test_points_are_given_by_the_published_criteria(
    told: dict[str, Any], expected: dict[str, int]
) -> None:
    assert reasons(**told) == expected


@pytest.mark.parametrize(
    ("from_on", "day", "months"),
    [
        (dt.date(2026, 1, 31), dt.date(2026, 2, 27), 0),
        (dt.date(2026, 1, 31), dt.date(2026, 2, 28), 1),
        (dt.date(2026, 1, 15), dt.date(2026, 2, 14), 0),
        (dt.date(2026, 1, 15), dt.date(2027, 1, 15), 12),
        (dt.date(2026, 1, 15), dt.date(2026, 1, 10), 0),
    ],
)
def test_only_whole_months_count(from_on: dt.date, day: dt.date, months: int) -> None:
    assert whole_months(from_on, day) == months


def test_each_reason_says_what_it_counted() -> None:
    found = rank(facts(children=6, received_on=dt.date(2026, 5, 1)), POLICY, DAY).reasons
    assert [(one.criterion, one.counted) for one in found] == [
        (Criterion.CHILDREN, 6),
        (Criterion.WAITED, 6),
    ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"points_month": -1}, "policy.out_of_range"),
        ({"points_month": "1"}, "policy.not_a_whole_number"),
        ({"points_month": True}, "policy.not_a_whole_number"),
        ({"points_shoes": 1}, "policy.unknown_value"),
    ],
)
def test_a_policy_with_a_wrong_value_is_refused(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        RankPolicy.from_values(default_values() | changed)
    assert broken.value.code == code


def test_a_policy_without_a_value_is_refused() -> None:
    values = default_values()
    del values["points_month"]
    with pytest.raises(RuleBroken) as broken:
        RankPolicy.from_values(values)
    assert broken.value.code == "policy.missing_value"


days = st.dates(dt.date(2024, 1, 1), dt.date(2026, 11, 20))
applications = st.lists(
    st.builds(
        RankFacts,
        number=st.integers(1, 99_999).map(lambda serial: f"S2026-{serial:05d}"),
        received_on=days,
        housing=st.sampled_from(list(Housing)),
        must_leave_on=st.none() | days,
        children=st.integers(0, 8),
        needs_accessible=st.booleans(),
        frees_accessible=st.booleans(),
    ),
    unique_by=lambda one: one.number,
    max_size=12,
)


@given(applications, st.randoms())
def test_the_order_is_whole_and_does_not_depend_on_how_they_came(
    found: list[RankFacts], chance: Any
) -> None:
    def order(rows: list[RankFacts]) -> list[str]:
        return [one.number for one in sorted(rows, key=lambda o: place(o, rank(o, POLICY, DAY)))]

    places = {place(one, rank(one, POLICY, DAY)) for one in found}
    assert len(places) == len(found)
    mixed = list(found)
    chance.shuffle(mixed)
    assert order(mixed) == order(found)


@given(applications, st.integers(0, 2))
def test_more_points_come_first_and_equals_by_who_waited_longest(
    found: list[RankFacts], more: int
) -> None:
    ranked = sorted(found, key=lambda one: place(one, rank(one, POLICY, DAY)))
    for before, after in pairwise(ranked):
        first, second = rank(before, POLICY, DAY).points, rank(after, POLICY, DAY).points
        assert first >= second
        if first == second:
            assert (before.received_on, before.number) < (after.received_on, after.number)


@given(applications)
def test_waiting_a_day_longer_never_costs_points(found: list[RankFacts]) -> None:
    for one in found:
        today, tomorrow = rank(one, POLICY, DAY), rank(one, POLICY, DAY + dt.timedelta(days=1))
        assert tomorrow.points >= today.points
