"""Which dwelling suits which household, test by test."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.rules.matching import (
    Home,
    Household,
    MatchPolicy,
    Test,
    default_values,
    match,
    rooms_for,
    share_of,
    suits,
)

POLICY = MatchPolicy.from_values(default_values() | {"burden_permille": 350})
WITHOUT_LIMIT = MatchPolicy.from_values(default_values())


def answer(test: Test, household: dict[str, Any], home: dict[str, Any]) -> bool | None:
    dwelling = Home(
        **{"rooms": 2, "is_accessible": False, "office_id": 1, "rent_ore": 900_000} | home
    )
    found = {one.test: one.suits for one in match(Household(**household), dwelling, POLICY)}
    return found[test]


@pytest.mark.parametrize(
    ("people", "least", "most"), [(0, 1, 2), (1, 1, 2), (2, 2, 3), (5, 4, 5), (6, 5, 6), (8, 6, 7)]
)
def test_rooms_follow_the_size_of_the_household(people: int, least: int, most: int) -> None:
    assert rooms_for(people, POLICY) == (least, most)


@pytest.mark.parametrize(
    ("household", "rooms", "expected"),
    [
        ({"people": 1}, 2, True),
        ({"people": 1}, 3, False),
        ({"people": 4}, 2, False),
        ({"people": 4, "rooms_from": 2}, 2, True),
        ({"people": 1, "rooms_to": 3}, 3, True),
        ({"people": 1, "rooms_from": 3}, 2, False),
    ],
)
def test_rooms_are_those_asked_for_or_those_of_the_household(
    household: dict[str, Any], rooms: int, expected: bool
) -> None:
    assert answer(Test.ROOMS, household, {"rooms": rooms}) is expected


@pytest.mark.parametrize(
    ("needs", "has", "expected"),
    [(True, True, True), (True, False, False), (False, True, True), (False, False, True)],
)
def test_step_free_access_is_asked_for_only_where_it_is_needed(
    needs: bool, has: bool, expected: bool
) -> None:
    found = answer(Test.ACCESSIBLE, {"needs_accessible": needs}, {"is_accessible": has})
    assert found is expected


@pytest.mark.parametrize(("wished", "expected"), [((), True), ((1, 2), True), ((2,), False)])
def test_a_district_suits_when_it_is_wished_for_or_none_is(
    wished: tuple[int, ...], expected: bool
) -> None:
    assert answer(Test.DISTRICT, {"wished_offices": wished}, {"office_id": 1}) is expected


@pytest.mark.parametrize(
    ("household", "expected"),
    [
        ({}, None),
        ({"income_ore": 2_600_000}, True),  # 34,7 %
        ({"income_ore": 2_500_000}, False),  # 36 %
        ({"income_ore": 0}, False),
        ({"income_ore": 2_600_000, "left_ore": 899_999}, False),
        ({"income_ore": 2_600_000, "left_ore": 900_000}, True),
    ],
)
def test_a_rent_suits_that_the_household_can_bear(
    household: dict[str, Any], expected: bool | None
) -> None:
    assert answer(Test.BURDEN, household, {"rent_ore": 900_000}) is expected


def test_without_a_limit_or_a_reckoned_rest_nobody_says_that_the_rent_is_too_high() -> None:
    home = Home(2, False, 1, 900_000)
    found = match(Household(income_ore=1_000_000), home, WITHOUT_LIMIT)[-1]
    assert found.suits is None
    assert found.facts["share"] == 900


@given(st.integers(0, 10_000_000), st.integers(1, 20_000_000))
def test_the_share_is_rounded_up_to_the_permille(rent: int, income: int) -> None:
    share = share_of(rent, income)
    assert share is not None
    assert (share - 1) * income < rent * 1000 <= share * income


homes = st.builds(
    Home, st.integers(1, 8), st.booleans(), st.integers(1, 3), st.integers(0, 3_000_000)
)
households = st.builds(
    Household,
    people=st.integers(1, 9),
    needs_accessible=st.booleans(),
    wished_offices=st.lists(st.integers(1, 3), max_size=3).map(tuple),
    income_ore=st.none() | st.integers(0, 10_000_000),
    left_ore=st.none() | st.integers(-1_000_000, 5_000_000),
)


@given(households, homes)
def test_every_test_is_answered_and_what_is_unknown_rules_nothing_out(
    household: Household, home: Home
) -> None:
    answers = match(household, home, POLICY)
    assert [one.test for one in answers] == list(Test)
    assert suits(answers) is not any(one.suits is False for one in answers)


@given(households, homes)
def test_a_home_that_suits_suits_at_a_lower_rent_too(household: Household, home: Home) -> None:
    if suits(match(household, home, POLICY)):
        assert suits(match(household, home._replace(rent_ore=home.rent_ore // 2), POLICY))


@pytest.mark.parametrize(
    "changed",
    [
        {"rooms_least": [2, 1], "rooms_most": [2, 3]},
        {"rooms_least": [1, 2], "rooms_most": [2]},
        {"rooms_least": [3], "rooms_most": [2]},
        {"rooms_least": [], "rooms_most": []},
        {"rooms_least": "1, 2"},
        {"rooms_least": [0], "rooms_most": [1]},
    ],
)
def test_a_table_of_rooms_that_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken) as broken:
        MatchPolicy.from_values(default_values() | changed)
    assert broken.value.code == "policy.rooms_unreadable"
