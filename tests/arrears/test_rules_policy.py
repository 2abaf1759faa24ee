"""The thresholds of flags: read whole from a stored row, or refused with the field at fault."""

import json

import pytest

from arrears.rules.policy import ArrearsPolicy, Level, default_values
from boligsak.rule import RuleBroken


def test_the_default_values_are_a_policy_and_fit_in_json():
    values = json.loads(json.dumps(default_values()))
    assert ArrearsPolicy.from_values(values).levels[0] == Level(1, 1, None)


def test_a_policy_can_be_stored_and_read_back():
    policy = ArrearsPolicy.from_values(default_values())
    assert ArrearsPolicy.from_values(json.loads(json.dumps(policy.to_values()))) == policy
    assert policy.to_values() == default_values()


def test_a_level_may_leave_months_out():
    values = default_values() | {"levels": [{"level": 2, "days": 0}]}
    assert ArrearsPolicy.from_values(values).levels == (Level(2, 0, None),)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("colour", "red", "policy.unknown_value"),
        ("min_ore", "200", "policy.not_a_whole_number"),
        ("min_ore", 200.0, "policy.not_a_whole_number"),
        ("min_ore", True, "policy.not_a_whole_number"),
        ("min_ore", 0, "policy.out_of_range"),
        ("grace_days", -1, "policy.out_of_range"),
        ("grace_days", 61, "policy.out_of_range"),
        ("due_day", 0, "policy.out_of_range"),
        ("due_day", 26, "policy.out_of_range"),
        ("pattern_share_permille", 1001, "policy.out_of_range"),
        ("levels", [], "policy.levels_unreadable"),
        ("levels", {"level": 1}, "policy.levels_unreadable"),
        ("levels", [5], "policy.levels_unreadable"),
        ("levels", [{"level": 1}], "policy.levels_unreadable"),
        ("levels", [{"level": 1, "days": 1, "weeks": 1}], "policy.levels_unreadable"),
        ("levels", [{"level": 5, "days": 1}], "policy.out_of_range"),
        ("levels", [{"level": 1, "days": 1}] * 2, "policy.levels_not_rising"),
        (
            "levels",
            [{"level": 1, "days": 9}, {"level": 2, "days": 8}],
            "policy.levels_not_rising",
        ),
        (
            "former_levels",
            [
                {"level": 1, "days": 1, "months_permille": 2000},
                {"level": 2, "days": 2, "months_permille": 1000},
            ],
            "policy.levels_not_rising",
        ),
        ("expiry_days", [], "policy.days_not_falling"),
        ("expiry_days", [30, 60], "policy.days_not_falling"),
        ("expiry_days", [60, 60], "policy.days_not_falling"),
        ("expiry_days", [50, 40, 30, 20, 10], "policy.days_not_falling"),
        ("expired_days_left", [40, 30, 20, 10], "policy.days_not_falling"),
        ("expired_days_left", ["60"], "policy.not_a_whole_number"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(field, value, code):
    with pytest.raises(RuleBroken) as refusal:
        ArrearsPolicy.from_values(default_values() | {field: value})
    assert (refusal.value.code, refusal.value.facts["field"]) == (code, field)


@pytest.mark.parametrize("field", sorted(default_values()))
def test_a_missing_value_is_never_guessed(field):
    values = default_values()
    del values[field]
    with pytest.raises(RuleBroken) as refusal:
        ArrearsPolicy.from_values(values)
    assert (refusal.value.code, refusal.value.facts["field"]) == ("policy.missing_value", field)
