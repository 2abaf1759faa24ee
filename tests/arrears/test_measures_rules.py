"""Measures: what may follow what, who may do it, and when everything else has been tried."""

import contextlib
import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.measures import (
    DONE,
    DROPPED,
    NEXT,
    PROPOSED,
    STARTED,
    UNSUITABLE,
    Act,
    Answer,
    Days,
    Kind,
    MeasureFacts,
    Shows,
    Tried,
    acts,
    answer_of,
    check_catalogue,
    check_days,
    check_may,
    check_party,
    facts_of,
    is_asked,
    is_hidden,
    is_on_trial,
    is_overdue,
    is_undecided,
    next_state,
)
from arrears.rules.occupants import check_days as occupant_days
from arrears.rules.occupants import must_be_heard
from boligsak.rule import RuleBroken

DAY = dt.date(2026, 11, 20)
LONG_AGO = dt.date(2020, 1, 1)
ONE = dt.timedelta(days=1)


def kind(id_: int = 1, code: str = "debt-advice", **more: Any) -> Kind:
    given_ = {"triggers": frozenset({"arrears"}), "valid_from": LONG_AGO} | more
    return Kind(id_, code, **given_)


# --- What may follow what -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act", "then"),
    [
        (PROPOSED, Act.START, STARTED),
        (PROPOSED, Act.CHANGE, PROPOSED),
        (PROPOSED, Act.FINISH, DONE),
        (PROPOSED, Act.REJECT, UNSUITABLE),
        (PROPOSED, Act.DROP, DROPPED),
        (PROPOSED, Act.TRY, None),
        (PROPOSED, Act.NOT_ENOUGH, None),
        (STARTED, Act.START, None),
        (STARTED, Act.CHANGE, STARTED),
        (STARTED, Act.TRY, STARTED),
        (STARTED, Act.FINISH, DONE),
        (STARTED, Act.DROP, DROPPED),
        (STARTED, Act.NOT_ENOUGH, STARTED),
        (STARTED, Act.REJECT, None),
    ],
)
def test_what_can_be_done_to_a_measure_depends_on_its_state(
    state: str, act: Act, then: str | None
) -> None:
    if then is not None:
        assert next_state(state, act) == then
        return
    with pytest.raises(RuleBroken, match=r"measure\.not_now"):
        next_state(state, act)


@pytest.mark.parametrize(
    ("state", "then"), [(DONE, STARTED), (DROPPED, PROPOSED), (UNSUITABLE, PROPOSED)]
)
def test_an_ended_measure_can_only_be_taken_up_again_and_is_undecided_then(
    state: str, then: str
) -> None:
    assert NEXT[state] == {Act.REOPEN: then}
    assert is_undecided(kind(), Tried(1, 1, then, DAY), DAY)


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
def test_no_order_of_acts_leads_out_of_the_table(order: list[Act]) -> None:
    state = PROPOSED
    for act in order:
        with contextlib.suppress(RuleBroken):
            state = next_state(state, act)
    assert state in NEXT


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parties", "party", "more", "code"),
    [
        ({"welfare"}, "welfare", {}, ""),
        ({"welfare"}, "landlord", {}, ""),
        ({"welfare"}, "other", {"is_social": True}, ""),
        ({"landlord"}, "landlord", {}, ""),
        ({"landlord"}, "welfare", {}, "measure.not_yours"),
        ({"landlord"}, "housing_unit", {}, "measure.not_yours"),
        ({"housing_unit"}, "housing_unit", {}, ""),
        ({"landlord"}, "landlord", {"is_social": True}, "measure.for_welfare"),
        (set(), "welfare", {}, "measure.not_yours"),
        ({"landlord", "welfare"}, "housing_unit", {}, ""),
    ],
)
def test_a_party_works_on_its_own_measures_and_welfare_on_all(
    parties: set[str], party: str, more: dict[str, bool], code: str
) -> None:
    asked = {"is_social": False} | more
    if not code:
        check_may(Act.START, parties, party, **asked)
        return
    with pytest.raises(RuleBroken) as refused:
        check_may(Act.START, parties, party, **asked)
    assert refused.value.code == code


def test_only_welfare_says_why_support_is_not_enough() -> None:
    check_may(Act.NOT_ENOUGH, {"welfare"}, "landlord", is_social=False, is_lasting=True)
    with pytest.raises(RuleBroken, match=r"measure\.for_welfare"):
        check_may(Act.NOT_ENOUGH, {"landlord"}, "landlord", is_social=False, is_lasting=True)
    with pytest.raises(RuleBroken, match=r"measure\.not_lasting"):
        check_may(Act.NOT_ENOUGH, {"welfare"}, "welfare", is_social=False)


def test_the_acts_offered_are_those_allowed() -> None:
    lasting = kind(is_lasting=True)
    assert acts(STARTED, {"welfare"}, "welfare", kind()) == (
        Act.CHANGE,
        Act.TRY,
        Act.FINISH,
        Act.DROP,
    )
    assert Act.NOT_ENOUGH in acts(STARTED, {"welfare"}, "welfare", lasting)
    assert acts(STARTED, {"landlord"}, "welfare", lasting) == ()
    assert acts(DONE, {"welfare"}, "welfare", lasting) == (Act.REOPEN,)


@pytest.mark.parametrize(
    ("party", "is_social", "is_refused"),
    [
        ("welfare", True, False),
        ("other", True, False),
        ("landlord", True, True),
        ("housing_unit", True, True),
        ("landlord", False, False),
    ],
)
def test_a_social_measure_is_given_to_nobody_who_may_not_know_of_it(
    party: str, is_social: bool, is_refused: bool
) -> None:
    if is_refused:
        with pytest.raises(RuleBroken, match=r"measure\.social_party"):
            check_party(party, is_social=is_social)
    else:
        check_party(party, is_social=is_social)


def test_who_sees_no_social_content_is_told_that_there_is_a_measure() -> None:
    social = kind(is_social=True)
    assert is_hidden(social, sees_social=False)
    assert not is_hidden(social, sees_social=True)
    assert not is_hidden(kind(), sees_social=False)


# --- Days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (Days(DAY), ""),
        (Days(DAY, DAY, DAY, DAY, DAY), ""),
        (Days(DAY, dt.date(2021, 1, 1)), ""),  # tried before the case was opened
        (Days(DAY, dt.date(2020, 12, 31)), "measure.long_ago"),
        (Days(DAY, DAY + ONE), "measure.started_ahead"),
        (Days(DAY, DAY, ended_on=DAY + ONE), "measure.ended_ahead"),
        (Days(DAY, DAY, ended_on=DAY - ONE), "measure.ended_before_start"),
        (Days(DAY, None, ended_on=DAY - ONE), ""),
        (Days(DAY, due_on=DAY - ONE), "measure.due_before_start"),
        (Days(DAY, DAY - 5 * ONE, due_on=DAY - ONE), ""),
        (Days(DAY, DAY, trial_to=DAY - ONE), "measure.trial_before_start"),
    ],
)
def test_the_days_of_a_measure_follow_one_another(days: Days, code: str) -> None:
    if not code:
        check_days(days, DAY, DAY)
        return
    with pytest.raises(RuleBroken) as refused:
        check_days(days, DAY, DAY)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("state", "trial_to", "on_trial"),
    [
        (STARTED, DAY, True),
        (STARTED, DAY - ONE, False),
        (STARTED, None, False),
        (DONE, DAY, False),
    ],
)
def test_a_trial_lasts_through_its_last_day(
    state: str, trial_to: dt.date | None, on_trial: bool
) -> None:
    assert is_on_trial(state, trial_to, DAY) is on_trial


@pytest.mark.parametrize(
    ("state", "due_on", "late"),
    [
        (PROPOSED, DAY - ONE, True),
        (STARTED, DAY, False),
        (DONE, DAY - ONE, False),
        (STARTED, None, False),
    ],
)
def test_a_measure_is_late_the_day_after_its_due_day(
    state: str, due_on: dt.date | None, late: bool
) -> None:
    assert is_overdue(state, due_on, DAY) is late


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


# --- Others who live there ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard_on", "left_on", "must"),
    [(None, None, True), (DAY, None, False), (None, DAY, False), (DAY, DAY, False)],
)
def test_who_lives_there_is_heard_before_they_are_put_out_13_6(
    heard_on: dt.date | None, left_on: dt.date | None, must: bool
) -> None:
    assert must_be_heard(heard_on, left_on) is must


@pytest.mark.parametrize(
    ("seen_on", "heard_on", "left_on", "code"),
    [
        (DAY, None, None, ""),
        (DAY, DAY, DAY, ""),
        (DAY + ONE, None, None, "occupant.ahead"),
        (DAY, DAY + ONE, None, "occupant.ahead"),
        (DAY, DAY - ONE, None, "occupant.heard_before"),
        (DAY, None, DAY - ONE, "occupant.left_before"),
    ],
)
def test_the_days_of_somebody_who_lives_there_follow_one_another(
    seen_on: dt.date, heard_on: dt.date | None, left_on: dt.date | None, code: str
) -> None:
    if not code:
        occupant_days(seen_on, heard_on, left_on, DAY)
        return
    with pytest.raises(RuleBroken) as refused:
        occupant_days(seen_on, heard_on, left_on, DAY)
    assert refused.value.code == code
