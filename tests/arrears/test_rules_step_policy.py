"""The order of next steps as data: read whole from a stored row, or refused with what is wrong."""

import json

import pytest

from arrears.rules.default_steps import default_values
from arrears.rules.step_conditions import TESTS
from arrears.rules.step_policy import CONDITIONS, GUARDS, StepPolicy
from boligsak.rule import RuleBroken


def one(**changes: object) -> dict[str, object]:
    return {"code": "call", "action": "call"} | changes


def values(*steps: object) -> dict[str, object]:
    return default_values() | {"steps": list(steps)}


def test_the_default_values_are_a_policy_and_fit_in_json():
    read = StepPolicy.from_values(json.loads(json.dumps(default_values())))
    assert [step.code for step in read.steps][:2] == ["carry-out-decision", "before-open-ended"]


def test_a_policy_can_be_stored_and_read_back():
    policy = StepPolicy.from_values(default_values())
    assert StepPolicy.from_values(json.loads(json.dumps(policy.to_values()))) == policy
    assert policy.to_values() == default_values()


def test_the_default_ends_with_a_step_that_always_fits():
    assert not StepPolicy.from_values(default_values()).steps[-1].conditions


def test_every_condition_that_can_be_set_can_be_answered():
    assert list(TESTS) == list(CONDITIONS)


def test_a_step_needs_no_more_than_a_name_and_an_action():
    (step,) = StepPolicy.from_values(values(one())).steps
    assert (step.party, step.within_days, step.since, step.again_days) == (
        "welfare",
        0,
        "proposed",
        30,
    )


def test_choices_are_kept_in_their_own_order_and_once():
    (step,) = StepPolicy.from_values(
        values(one(conditions={"plan": ["kept", "none", "kept"]}))
    ).steps
    assert step.conditions["plan"] == ("none", "kept")


@pytest.mark.parametrize(
    ("steps", "code", "field"),
    [
        ([], "steps.no_steps", "steps"),
        (["call"], "steps.step_unreadable", "steps"),
        ([{"code": "call"}], "steps.step_unreadable", "steps"),
        ([one(colour="red")], "steps.step_unreadable", "steps"),
        ([one(code="")], "steps.code_unreadable", "code"),
        ([one(), one()], "steps.code_twice", "code"),
        ([one(action="shout")], "steps.not_a_choice", "action"),
        ([one(party="police")], "steps.not_a_choice", "party"),
        ([one(since="yesterday")], "steps.not_a_choice", "since"),
        ([one(since="notice")], "steps.no_notice", "since"),
        ([one(within_days="3")], "steps.not_a_whole_number", "within_days"),
        ([one(within_days=-1)], "steps.out_of_range", "within_days"),
        ([one(again_days=True)], "steps.not_a_whole_number", "again_days"),
        ([one(note="x" * 301)], "steps.note_too_long", "note"),
        ([one(conditions=["contact"])], "steps.step_unreadable", "steps"),
        ([one(conditions={"weather": "rain"})], "steps.unknown_value", "weather"),
        ([one(conditions={"contact": "maybe"})], "steps.not_a_choice", "contact"),
        ([one(conditions={"plan": []})], "steps.not_a_choice", "plan"),
        ([one(conditions={"plan": "none"})], "steps.not_a_choice", "plan"),
        ([one(conditions={"has_children": 1})], "steps.not_a_choice", "has_children"),
        ([one(conditions={"overdue_days": 1.5})], "steps.not_a_whole_number", "overdue_days"),
        ([one(conditions={"months_permille": 0})], "steps.out_of_range", "months_permille"),
    ],
)
def test_a_fault_is_refused_with_the_field_it_is_in(steps, code, field):
    with pytest.raises(RuleBroken) as refused:
        StepPolicy.from_values(values(*steps))
    assert (refused.value.code, refused.value.facts["field"]) == (code, field)


@pytest.mark.parametrize("action", GUARDS)
def test_what_a_death_or_an_absence_calls_for_is_no_row_of_the_policy(action):
    with pytest.raises(RuleBroken, match=r"steps\.not_a_choice"):
        StepPolicy.from_values(values(one(action=action.value)))


def test_a_fault_says_in_which_step_it_is():
    with pytest.raises(RuleBroken) as refused:
        StepPolicy.from_values(values(one(), one(code="b", party="nobody")))
    assert refused.value.facts["number"] == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"speed": 3}, "steps.unknown_value"),
        ({"estate_days": 366}, "steps.out_of_range"),
        ({"rest_days": "7"}, "steps.not_a_whole_number"),
    ],
)
def test_the_days_of_what_stands_before_the_steps_are_checked_too(change, code):
    with pytest.raises(RuleBroken) as refused:
        StepPolicy.from_values(default_values() | change)
    assert refused.value.code == code


def test_a_missing_value_is_refused():
    short = default_values()
    del short["payer_days"]
    with pytest.raises(RuleBroken, match=r"steps\.missing_value"):
        StepPolicy.from_values(short)
