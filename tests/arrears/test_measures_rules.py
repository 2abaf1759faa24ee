"""Measures: what may follow what, who may do it, and when everything else has been tried."""

import contextlib
import datetime as dt
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
    Days,
    Kind,
    Tried,
    acts,
    check_days,
    check_may,
    check_party,
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
