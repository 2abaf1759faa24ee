"""The checklist of what is tried first: what it asks for, and what answers a line."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.measures import (
    DONE,
    DROPPED,
    PROPOSED,
    STARTED,
    UNSUITABLE,
    Answer,
    MeasureFacts,
    Shows,
    Tried,
    answer_of,
    check_catalogue,
    facts_of,
    is_asked,
    is_undecided,
)
from boligsak.rule import RuleBroken
from tests.arrears.test_measures_rules import DAY, LONG_AGO, ONE, kind

# --- The checklist --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "children", "asked"),
    [
        ({}, False, True),
        ({"is_required": False}, False, False),
        ({"triggers": frozenset({"complaint"})}, False, False),
        ({"triggers": frozenset({"complaint", "arrears"})}, False, True),
        ({"needs_children": True}, False, False),
        ({"needs_children": True}, True, True),
        ({"valid_from": DAY + ONE}, False, False),
        ({"valid_to": DAY - ONE}, False, False),
        ({"valid_to": DAY}, False, True),
    ],
)
def test_the_checklist_asks_for_what_is_aimed_at_the_triggers_that_run(
    more: dict[str, Any], children: bool, asked: bool
) -> None:
    assert is_asked(kind(**more), {"arrears"}, DAY, has_children=children) is asked


@pytest.mark.parametrize(
    ("measures", "answer"),
    [
        ([], Answer.NONE),
        ([Tried(1, 1, PROPOSED)], Answer.NONE),
        ([Tried(1, 1, STARTED, DAY)], Answer.RUNNING),
        ([Tried(1, 1, DONE, DAY)], Answer.TRIED),
        ([Tried(1, 1, UNSUITABLE)], Answer.UNSUITABLE),
        ([Tried(1, 1, DROPPED, DAY)], Answer.TRIED),
        ([Tried(1, 1, DROPPED)], Answer.NONE),
        ([Tried(1, 2, DONE, DAY)], Answer.NONE),
        ([Tried(1, 1, UNSUITABLE), Tried(2, 1, STARTED, DAY)], Answer.RUNNING),
        ([Tried(1, 1, DONE, DAY), Tried(2, 1, PROPOSED)], Answer.TRIED),
    ],
)
def test_a_line_is_answered_by_what_was_tried_runs_or_does_not_fit(
    measures: list[Tried], answer: Answer
) -> None:
    assert answer_of(kind(), measures, ()) is answer
    assert answer.answers is (answer is not Answer.NONE)


def test_what_stands_elsewhere_in_the_case_need_not_be_answered_twice() -> None:
    plan = kind(code="repayment-plan")
    assert answer_of(plan, [], {Shows.PLAN}) is Answer.ELSEWHERE
    assert answer_of(plan, [], {Shows.CONTACT}) is Answer.NONE
    assert answer_of(plan, [Tried(1, 1, UNSUITABLE)], ()) is Answer.UNSUITABLE
    assert answer_of(kind(), [], set(Shows)) is Answer.NONE


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("early-contact", Shows.CONTACT),
        ("tenants-view", Shows.VIEW),
        ("childrens-interest", Shows.CHILDREN),
    ],
)
def test_that_somebody_was_heard_is_written_down_and_never_ticked_off(
    code: str, shown: Shows
) -> None:
    row = kind(code=code)
    assert answer_of(row, [Tried(1, 1, DONE, DAY)], ()) is Answer.NONE
    assert answer_of(row, [Tried(1, 1, UNSUITABLE)], ()) is Answer.NONE
    assert answer_of(row, [], {shown}) is Answer.ELSEWHERE


@pytest.mark.parametrize(
    ("measure", "is_lasting", "undecided"),
    [
        (Tried(1, 1, PROPOSED), False, True),
        (Tried(1, 1, PROPOSED), True, True),
        (Tried(1, 1, STARTED, DAY), False, True),
        (Tried(1, 1, STARTED, DAY, DAY), False, True),
        (Tried(1, 1, STARTED, DAY, DAY - ONE), False, True),  # over, and no result written
        (Tried(1, 1, STARTED, DAY), True, False),
        (Tried(1, 1, STARTED, DAY, DAY), True, True),
        (Tried(1, 1, STARTED, DAY, DAY - ONE), True, False),
        (Tried(1, 1, DONE, DAY), False, False),
        (Tried(1, 1, UNSUITABLE), False, False),
        (Tried(1, 1, DROPPED), False, False),
    ],
)
def test_a_proposal_a_run_without_a_result_and_a_trial_are_undecided(
    measure: Tried, is_lasting: bool, undecided: bool
) -> None:
    assert is_undecided(kind(is_lasting=is_lasting), measure, DAY) is undecided


CATALOGUE = [
    kind(1, "early-contact", position=1),
    kind(2, "debt-advice", position=2),
    kind(3, "practical-help", position=3, is_lasting=True),
    kind(4, "noise-mapping", position=4, triggers=frozenset({"complaint"})),
    kind(5, "childrens-interest", position=5, needs_children=True),
]


def facts(measures: list[Tried], shown: set[Shows] | None = None, **more: Any) -> MeasureFacts:
    asked = {"has_children": False} | more
    return facts_of(CATALOGUE, measures, {"arrears"}, shown or set(), DAY, **asked)


def test_an_untouched_case_asks_for_everything_in_order() -> None:
    found = facts([], has_children=True)
    assert found.unanswered == (1, 2, 3, 5)
    assert found.required == 4
    assert not found.is_finished


def test_a_case_is_finished_when_every_line_has_an_answer() -> None:
    measures = [Tried(1, 2, DONE, DAY), Tried(2, 3, UNSUITABLE)]
    found = facts(measures, {Shows.CONTACT})
    assert found.answered == {"early-contact", "debt-advice", "practical-help"}
    assert found.is_finished


def test_running_support_must_say_why_it_is_not_enough() -> None:
    help_ = Tried(2, 3, STARTED, DAY)
    done = [Tried(1, 2, DONE, DAY)]
    found = facts([*done, help_], {Shows.CONTACT})
    assert (found.undecided, found.running_support_without_reason) == ((), (2,))
    said = replace(help_, insufficient_because="Betaler ikke, tross hjelp hver uke.")
    assert facts([*done, said], {Shows.CONTACT}).is_finished
    blank = replace(help_, insufficient_because="  ")
    assert not facts([*done, blank], {Shows.CONTACT}).is_finished


def test_support_on_trial_is_undecided_whatever_somebody_wrote() -> None:
    trial = Tried(2, 3, STARTED, DAY, DAY + ONE, "ikke nok")
    found = facts([trial])
    assert (found.undecided, found.running_support_without_reason) == ((2,), ())


def test_a_measure_aimed_at_another_trigger_holds_up_nothing() -> None:
    assert facts([Tried(1, 4, PROPOSED)]).undecided == ()


def test_children_must_be_assessed_in_writing() -> None:
    measures = [Tried(1, 2, DONE, DAY), Tried(2, 3, UNSUITABLE)]
    shown = {Shows.CONTACT}
    assert not facts(measures, shown, has_children=True).is_finished
    shown |= {Shows.CHILDREN}
    assert facts(measures, shown, has_children=True, children_assessed_on=DAY).is_finished


_STATES = st.sampled_from([PROPOSED, STARTED, DONE, DROPPED, UNSUITABLE])
_MEASURES = st.lists(
    st.builds(
        Tried,
        id=st.integers(1, 10**6),
        kind_id=st.sampled_from([one.id for one in CATALOGUE]),
        state=_STATES,
        started_on=st.none() | st.just(DAY),
        trial_to=st.none() | st.just(DAY - ONE) | st.just(DAY),
        insufficient_because=st.sampled_from(["", "fordi"]),
    ),
    max_size=8,
)


@given(_MEASURES, st.sets(st.sampled_from(list(Shows))), st.booleans())
def test_the_order_of_measures_never_matters(
    measures: list[Tried], shown: set[Shows], children: bool
) -> None:
    one, other = (
        facts(order, shown, has_children=children) for order in (measures, measures[::-1])
    )
    assert (one.answered, one.unanswered) == (other.answered, other.unanswered)
    assert set(one.undecided) == set(other.undecided)


@given(_MEASURES, st.sets(st.sampled_from(list(Shows))))
def test_a_finished_case_leaves_no_required_line_open_and_no_proposal(
    measures: list[Tried], shown: set[Shows]
) -> None:
    found = facts(measures, shown)
    if found.is_finished:
        assert {"early-contact", "debt-advice", "practical-help"} <= found.answered
        aimed = [one for one in measures if one.kind_id != 4]
        assert all(one.state != PROPOSED for one in aimed)


# --- The catalogue --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, ""),
        ({"triggers": set()}, "kind.no_trigger"),
        ({"valid_to": LONG_AGO - ONE}, "kind.days"),
        ({"valid_to": LONG_AGO}, ""),
        ({"is_social": True, "party": "landlord"}, "kind.social_party"),
        ({"is_social": True, "party": "other"}, ""),
        ({"code": "childrens-interest"}, "kind.childrens_interest"),
        ({"code": "childrens-interest", "needs_children": True}, ""),
        (
            {"code": "childrens-interest", "needs_children": True, "party": "landlord"},
            "kind.social_party",
        ),
    ],
)
def test_a_row_of_the_catalogue_makes_sense(change: dict[str, Any], code: str) -> None:
    row: dict[str, Any] = {
        "triggers": {"arrears"},
        "valid_from": LONG_AGO,
        "valid_to": None,
        "party": "welfare",
        "is_social": False,
        "needs_children": False,
        "code": "debt-advice",
    }
    if not code:
        check_catalogue(**row | change)
        return
    with pytest.raises(RuleBroken) as refused:
        check_catalogue(**row | change)
    assert refused.value.code == code
