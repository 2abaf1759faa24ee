"""The targets for petitions and evictions: at the most so many a year."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.targets import Most, Targets, default_values, most_for
from boligsak.rule import RuleBroken


def targets(petitions: int = 0, evictions: int = 0) -> Targets:
    values = default_values() | {"petitions_before": petitions, "evictions_before": evictions}
    return Targets.from_values(values)


@pytest.mark.parametrize(
    ("before", "petitions", "evictions"),
    [(0, None, None), (1, 0, 0), (10, 5, 7), (101, 50, 70), (120, 60, 84)],
)
def test_half_the_petitions_and_thirty_percent_fewer_evictions(
    before, petitions, evictions
) -> None:
    assert targets(before, before).most == Most(petitions, evictions)


@given(st.integers(1, 100_000), st.integers(0, 1000))
def test_a_target_is_met_only_by_at_least_so_many_fewer(before, permille) -> None:
    values = default_values() | {"petitions_before": before, "petitions_fewer_permille": permille}
    most = Targets.from_values(values).most.petitions
    assert (before - most) * 1000 >= before * permille
    assert (before - most - 1) * 1000 < before * permille


def test_targets_outlive_being_stored() -> None:
    assert Targets.from_values(targets(3, 4).to_values()) == targets(3, 4)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "policy.missing_value"),
        (default_values() | {"petitions_fewer_permille": 1001}, "policy.out_of_range"),
        (default_values() | {"evictions_before": -1}, "policy.out_of_range"),
        (default_values() | {"other": 1}, "policy.unknown_value"),
    ],
)
def test_targets_that_cannot_be_are_refused(values, code) -> None:
    with pytest.raises(RuleBroken) as refused:
        Targets.from_values(values)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("offices", "most"),
    [
        (None, Most(50, 70)),
        ([1], Most(5, 7)),
        ([2], Most(10, None)),
        ([1, 2], Most(15, None)),
        ([1, 3], Most()),
        ([3], Most()),
        ([], Most()),
    ],
)
def test_offices_have_their_own_targets_and_together_only_when_all_have(offices, most) -> None:
    versions = {None: targets(100, 100), 1: targets(10, 10), 2: targets(20)}
    assert most_for(versions, offices) == most


def test_without_a_version_there_is_no_target() -> None:
    assert most_for({}, None) == Most()
