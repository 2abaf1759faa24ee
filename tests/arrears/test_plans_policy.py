"""The terms of repayment plans as stored values."""

import pytest

from arrears.rules.plan_policy import PlanPolicy, default_values
from boligsak.rule import RuleBroken


def test_the_first_values_are_read_back_the_same():
    assert PlanPolicy.from_values(default_values()).to_values() == default_values()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tolerance_days": 61}, "policy.out_of_range"),
        ({"tolerance_days": -1}, "policy.out_of_range"),
        ({"longest_months": 0}, "policy.out_of_range"),
        ({"margin_permille": 1001}, "policy.out_of_range"),
        ({"payer_days": "3"}, "policy.not_a_whole_number"),
        ({"payer_days": True}, "policy.not_a_whole_number"),
        ({"rent": 1}, "policy.unknown_value"),
    ],
)
def test_wrong_values_are_refused(change, code):
    with pytest.raises(RuleBroken, match=f"^{code}$"):
        PlanPolicy.from_values(default_values() | change)


def test_a_missing_value_is_refused():
    values = default_values()
    del values["payer_days"]
    with pytest.raises(RuleBroken, match=r"^policy.missing_value$"):
        PlanPolicy.from_values(values)


def test_a_rate_of_nought_is_one_nobody_has_entered():
    rates = PlanPolicy.from_values(default_values() | {"living_child_ore": 1}).living_rates
    assert (rates.single_ore, rates.couple_ore, rates.child_ore) == (None, None, 1)
