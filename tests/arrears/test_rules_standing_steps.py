"""What becomes of the step that stands: a proposal follows the policy, a decision is kept."""

import datetime as dt
from dataclasses import replace

import pytest

from arrears.rules.next_steps import NO_STEP, propose
from arrears.rules.standing_steps import (
    LEAVES_TRACE,
    Standing,
    State,
    follow,
    is_carried_out,
    noted,
)
from arrears.rules.step_conditions import MissingPayment, NoticeState, Situation
from arrears.rules.step_policy import Action, PolicyStep, Since, StepPolicy

MONDAY = dt.date(2026, 3, 16)
DAY = dt.timedelta(days=1)
OWES = Situation(
    opened_on=MONDAY - 20 * DAY,
    triggers=frozenset({"arrears"}),
    overdue_since=MONDAY - 24 * DAY,
    overdue_ore=900_000,
    months_permille=1000,
)
URGENT = PolicyStep("urgent", Action.TO_MEETING, "welfare", 1, conditions={"promise": "broken"})
VISIT = PolicyStep("visit", Action.HOME_VISIT, "welfare", 5, conditions={"overdue_days": 10})
LETTER = PolicyStep("letter", Action.LETTER, "welfare", 7)
POLICY = StepPolicy((URGENT, VISIT, LETTER), 14, 7, 7, 30, 14)


def stands(state: State = State.PROPOSED, **changes: object) -> Standing:
    found = propose(OWES, POLICY, MONDAY)
    standing = Standing(found.step, found.action, state, found.due_on, MONDAY, facts=found.facts)
    return standing._replace(**changes)  # type: ignore[arg-type]


OWN = Standing(
    "", Action.DEBT_ADVICE, State.CONFIRMED, MONDAY + 9 * DAY, MONDAY, instead_of="visit"
)


def test_a_case_without_a_step_gets_one():
    found = follow(None, OWES, POLICY, MONDAY)
    assert found.ends_as is None
    assert found.proposal is not None
    assert found.proposal.step == "visit"


def test_a_proposal_stands_while_only_days_pass():
    assert follow(stands(), OWES, POLICY, MONDAY + 3 * DAY) == (None, None, None)


def test_a_proposal_that_is_past_its_day_stands_and_keeps_its_day():
    assert follow(stands(), OWES, POLICY, MONDAY + 30 * DAY) == (None, None, None)


def test_a_proposal_nobody_has_decided_on_tells_its_reason_anew_when_more_is_owed():
    found = follow(stands(), replace(OWES, overdue_ore=1_800_000), POLICY, MONDAY)
    assert found.ends_as is None
    assert found.proposal is None
    assert found.facts is not None
    assert found.facts["reasons"][0]["owed_ore"] == 1_800_000


@pytest.mark.parametrize("state", [State.CONFIRMED, State.POSTPONED])
def test_the_reason_of_what_somebody_decided_on_stays_as_they_read_it(state):
    standing = stands(state, until_on=MONDAY + 20 * DAY)
    assert follow(standing, replace(OWES, overdue_ore=1), POLICY, MONDAY) == (None, None, None)


def test_a_proposal_gives_way_to_whatever_the_policy_says_now():
    paid = replace(OWES, overdue_since=None, overdue_ore=0)
    found = follow(stands(), paid, POLICY, MONDAY + DAY)
    assert found.ends_as is State.LAPSED
    assert found.proposal is not None
    assert found.proposal.step == "letter"


def test_a_proposal_whose_day_is_another_is_made_anew():
    row = PolicyStep("call", Action.CALL, "welfare", 5, Since.CONTACT)
    policy = replace(POLICY, steps=(row,))
    called = replace(OWES, contacts={"letter": MONDAY - 3 * DAY})
    first = propose(called, policy, MONDAY)
    standing = Standing(first.step, first.action, State.PROPOSED, first.due_on, MONDAY)
    again = follow(standing, replace(called, contacts={"letter": MONDAY}), policy, MONDAY)
    assert again.proposal is not None
    assert again.proposal.due_on == MONDAY + 7 * DAY


@pytest.mark.parametrize(
    "standing", [stands(State.CONFIRMED), stands(State.POSTPONED, until_on=MONDAY + 30 * DAY), OWN]
)
def test_what_a_person_decided_gives_way_to_something_more_pressing(standing):
    broken = replace(OWES, promise="broken")
    found = follow(standing, broken, POLICY, MONDAY + DAY)
    assert found.ends_as is State.LAPSED
    assert found.proposal is not None
    assert found.proposal.step == "urgent"


def test_what_a_person_decided_does_not_give_way_to_something_less_pressing():
    confirmed_urgent = Standing("urgent", "to_meeting", State.CONFIRMED, MONDAY, MONDAY)
    broken = replace(OWES, promise="broken")
    assert follow(confirmed_urgent, broken, POLICY, MONDAY + DAY).ends_as is None


@pytest.mark.parametrize("state", [State.CONFIRMED, State.POSTPONED])
def test_what_a_person_confirmed_lapses_when_its_reason_is_gone(state):
    paid = replace(OWES, overdue_since=None, overdue_ore=0)
    standing = stands(state, until_on=MONDAY + 30 * DAY)
    assert follow(standing, paid, POLICY, MONDAY + DAY).ends_as is State.LAPSED


def test_a_caseworkers_own_step_stands_though_nothing_is_owed_any_more():
    paid = replace(OWES, overdue_since=None, overdue_ore=0)
    assert follow(OWN, paid, POLICY, MONDAY + DAY) == (None, None, None)


def test_a_postponed_step_comes_back_on_its_day_and_keeps_who_postponed_it():
    standing = stands(State.POSTPONED, until_on=MONDAY + 10 * DAY)
    assert follow(standing, OWES, POLICY, MONDAY + 9 * DAY).ends_as is None
    back = follow(standing, OWES, POLICY, MONDAY + 10 * DAY)
    assert back.ends_as is State.POSTPONED
    assert back.proposal is not None
    assert back.proposal.step == "visit"


def test_a_policy_that_no_longer_has_the_step_does_not_undo_what_a_person_decided():
    other = replace(POLICY, steps=(LETTER,))
    assert follow(stands(State.CONFIRMED), OWES, other, MONDAY + DAY).ends_as is None
    assert follow(OWN, OWES, other, MONDAY + DAY).ends_as is None
    assert follow(stands(), OWES, other, MONDAY + DAY).ends_as is State.LAPSED


def test_a_death_goes_before_everything_a_person_decided():
    found = follow(OWN, replace(OWES, died_on=MONDAY), POLICY, MONDAY)
    assert found.ends_as is State.LAPSED
    assert found.proposal is not None
    assert found.proposal.action == "contact_estate"


def test_a_step_that_was_carried_out_is_done_and_the_next_is_proposed():
    visited = replace(OWES, contacts={"home_visit": MONDAY + 2 * DAY})
    found = follow(stands(State.CONFIRMED), visited, POLICY, MONDAY + 2 * DAY)
    assert found.ends_as is State.DONE
    # The visit's own conditions still hold; it is not proposed again the day it is done.
    assert found.proposal is not None
    assert found.proposal.step == "letter"


def test_what_was_done_before_it_was_proposed_does_not_carry_it_out():
    visited = replace(OWES, contacts={"home_visit": MONDAY - DAY})
    assert follow(stands(), visited, POLICY, MONDAY).ends_as is None


def test_a_caseworkers_own_step_that_is_done_rests_the_step_it_stood_instead_of():
    own = OWN._replace(action=Action.CALL)
    called = replace(OWES, contacts={"phone": MONDAY})
    found = follow(own, called, POLICY, MONDAY)
    assert found.ends_as is State.DONE
    assert found.proposal is not None
    assert found.proposal.step == "letter"


def test_when_the_agency_has_paid_asking_it_lapses():
    missing = replace(OWES, missing_payment=MissingPayment("nav", MONDAY, 1))
    first = propose(missing, POLICY, MONDAY)
    standing = Standing(first.step, first.action, State.CONFIRMED, first.due_on, MONDAY)
    assert follow(standing, missing, POLICY, MONDAY + DAY).ends_as is None
    assert follow(standing, OWES, POLICY, MONDAY + DAY).ends_as is State.LAPSED


def test_to_look_again_gives_way_to_whatever_fits():
    standing = Standing(NO_STEP, Action.NOTHING, State.CONFIRMED, MONDAY, MONDAY)
    assert follow(standing, OWES, POLICY, MONDAY).ends_as is State.LAPSED


@pytest.mark.parametrize(
    ("action", "done"),
    [
        ("call", {"contacts": {"phone": MONDAY}}),
        ("letter", {"contacts": {"letter": MONDAY}}),
        ("home_visit", {"contacts": {"home_visit": MONDAY}}),
        ("reminder", {"notices": {"reminder": NoticeState(MONDAY)}}),
        ("collection_notice", {"notices": {"collection_notice": NoticeState(MONDAY)}}),
        ("payment_demand", {"notices": {"payment_demand": NoticeState(MONDAY)}}),
        ("warn_eviction", {"notices": {"warning_b": NoticeState(MONDAY)}}),
        ("ask_to_move", {"notices": {"move_request": NoticeState(MONDAY)}}),
        ("ask_to_move", {"move_requested_on": MONDAY}),
        ("offer_plan", {"plan": "running", "plan_on": MONDAY}),
        ("renew_lease", {"ends_on": dt.date(2029, 3, 31)}),
        ("renew_lease", {"ends_on": None}),
        ("record_view", {"is_view_missing": False}),
        ("answer_measures", {"unanswered": 0}),
        ("assess_children", {"children_assessed_on": MONDAY}),
        ("to_meeting", {"for_meeting_on": MONDAY}),
        ("refer", {"is_referral_running": True}),
    ],
)
def test_a_step_is_seen_to_be_done_where_it_is_registered(action, done):
    before = replace(OWES, is_view_missing=True, unanswered=2, ends_on=dt.date(2026, 3, 31))
    standing = Standing(
        "x", action, State.PROPOSED, MONDAY, MONDAY, facts={"ends_on": "2026-03-31"}
    )
    assert not is_carried_out(standing, before)
    assert is_carried_out(standing, replace(before, **done))


@pytest.mark.parametrize("action", sorted(set(Action) - LEAVES_TRACE))
def test_what_leaves_no_trace_of_its_own_can_be_said_to_be_done(action):
    assert action in {
        "offer_plan",
        "debt_advice",
        "check_housing_allowance",
        "renew_lease",
        "nothing",
        "contact_estate",
        "ask_payer",
        "cover_rent",
    }


def test_a_call_this_morning_is_not_the_call_that_is_proposed_this_afternoon():
    called = replace(OWES, contacts={"phone": MONDAY})
    facts = noted("call", {"reasons": []}, called, MONDAY)
    standing = Standing("x", "call", State.CONFIRMED, MONDAY, MONDAY, facts=facts)
    assert not is_carried_out(standing, called)
    assert is_carried_out(standing, replace(called, contacts={"phone": MONDAY + DAY}))


def test_what_was_seen_when_it_was_proposed_is_kept_when_the_reason_is_told_anew():
    row = PolicyStep("call", Action.CALL, "welfare", 5, conditions={"overdue_days": 1})
    policy = replace(POLICY, steps=(row,))
    called = replace(OWES, contacts={"phone": MONDAY})
    first = propose(called, policy, MONDAY)
    facts = noted("call", first.facts, called, MONDAY)
    standing = Standing("call", "call", State.PROPOSED, first.due_on, MONDAY, facts=facts)
    assert follow(standing, called, policy, MONDAY) == (None, None, None)
    told = follow(standing, replace(called, overdue_ore=1), policy, MONDAY)
    assert told.facts is not None
    assert told.facts["already"] == MONDAY.isoformat()
