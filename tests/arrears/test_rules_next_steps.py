"""Which step is proposed, by when and why; what keeps still, and what goes before everything."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.default_steps import default_values
from arrears.rules.next_steps import NO_STEP, propose, rests
from arrears.rules.standing_steps import Standing, State, follow, noted
from arrears.rules.step_conditions import (
    Absence,
    MissingPayment,
    NoticeState,
    Situation,
    reasons,
)
from arrears.rules.step_policy import DUNNING, Action, PolicyStep, Since, StepPolicy
from boligsak.dates import is_working_day

MONDAY = dt.date(2026, 3, 16)
DAY = dt.timedelta(days=1)
POLICY = StepPolicy.from_values(default_values())
QUIET = Situation(opened_on=MONDAY - 5 * DAY, triggers=frozenset({"arrears"}))
OWES = replace(
    QUIET, overdue_since=MONDAY - 24 * DAY, overdue_ore=1_350_000, months_permille=1500, plan="none"
)


def ago(days: int) -> dt.date:
    return MONDAY - days * DAY


def policy(*steps: PolicyStep) -> StepPolicy:
    return replace(POLICY, steps=steps)


def step(action: str = "call", **fields: object) -> PolicyStep:
    fields = {"code": action, "party": "welfare", "within_days": 3} | fields
    return PolicyStep(action=Action(action), **fields)  # type: ignore[arg-type]


# --- One condition at a time ------------------------------------------------------------------

SENT = {"reminder": NoticeState(ago(20), ago(5)), "warning_a": NoticeState(ago(10), MONDAY + DAY)}


@pytest.mark.parametrize(
    ("condition", "asked", "situation", "holds"),
    [
        ("triggers", ("expiry", "arrears"), {}, True),
        ("triggers", ("complaint",), {}, False),
        ("overdue_days", 24, {"overdue_since": ago(24)}, True),
        ("overdue_days", 25, {"overdue_since": ago(24)}, False),
        ("overdue_days", 0, {}, False),
        ("months_permille", 1500, {"months_permille": 1500}, True),
        ("months_permille", 1500, {"months_permille": 1499}, False),
        ("months_permille", 1, {"months_permille": None}, False),
        ("has_children", True, {"children": 2}, True),
        ("has_children", True, {}, False),
        ("has_children", False, {}, True),
        ("contact", "none", {}, True),
        ("contact", "none", {"contacts": {"sms": ago(1)}}, False),
        ("contact", "not_reached", {}, True),
        ("contact", "tried", {}, False),
        ("contact", "tried", {"contacts": {"sms": ago(1)}}, True),
        (
            "contact",
            "tried",
            {"contacts": {"phone": ago(1)}, "last_reached_on": ago(1)},
            False,
        ),
        ("contact", "reached", {"contacts": {"phone": ago(9)}, "last_reached_on": ago(9)}, True),
        ("no_contact_days", 14, {}, True),
        ("no_contact_days", 14, {"contacts": {"sms": ago(14), "letter": ago(30)}}, True),
        ("no_contact_days", 14, {"contacts": {"sms": ago(13), "letter": ago(30)}}, False),
        ("not_reached_days", 14, {"contacts": {"sms": ago(1)}}, True),
        ("not_reached_days", 14, {"last_reached_on": ago(13)}, False),
        ("reached_within_days", 14, {"last_reached_on": ago(14)}, True),
        ("reached_within_days", 14, {"last_reached_on": ago(15)}, False),
        ("reached_within_days", 14, {}, False),
        ("channel_untried", "home_visit", {"contacts": {"phone": ago(1)}}, True),
        ("channel_untried", "home_visit", {"contacts": {"home_visit": ago(1)}}, False),
        ("last_result", "refused", {"last_result": "refused"}, True),
        ("last_result", "refused", {"last_result": "talked"}, False),
        ("promise", "broken", {"promise": "broken"}, True),
        ("promise", "none", {"promise": "kept"}, True),
        ("promise", "none", {"promise": "open"}, False),
        ("view_missing", True, {"is_view_missing": True}, True),
        ("view_missing", False, {"is_view_missing": True}, False),
        ("measures_unanswered", True, {"unanswered": 3}, True),
        ("measures_unanswered", False, {"unanswered": 3}, False),
        ("measures_undecided", False, {"undecided": 1}, False),
        ("children_unassessed", True, {"children": 1}, True),
        ("children_unassessed", True, {"children": 1, "children_assessed_on": ago(3)}, False),
        ("children_unassessed", True, {}, False),
        ("plan", ("none", "broken"), {"plan": "broken"}, True),
        ("plan", ("none", "broken"), {"plan": "running"}, False),
        ("notice_sent", "reminder", {"notices": SENT}, True),
        ("notice_sent", "collection_notice", {"notices": SENT}, False),
        ("notice_not_sent", "collection_notice", {"notices": SENT}, True),
        ("notice_not_sent", "reminder", {"notices": SENT}, False),
        ("notice_over", "reminder", {"notices": SENT}, True),
        ("notice_over", "warning_a", {"notices": SENT}, False),
        ("days_to_end", 30, {"ends_on": MONDAY + 30 * DAY}, True),
        ("days_to_end", 30, {"ends_on": MONDAY + 31 * DAY}, False),
        ("days_to_end", 30, {"ends_on": ago(5)}, True),
        ("days_to_end", 30, {}, False),
        ("has_expired", True, {"ends_on": ago(1)}, True),
        ("has_expired", True, {"ends_on": MONDAY}, False),
        ("has_expired", False, {}, True),
        ("expired_days", 30, {"ends_on": ago(30)}, True),
        ("expired_days", 30, {"ends_on": ago(29)}, False),
        ("expired_days", 0, {"ends_on": MONDAY}, False),
        ("days_to_last_safe", 14, {"last_safe_on": MONDAY + 14 * DAY}, True),
        ("days_to_last_safe", 14, {"last_safe_on": MONDAY + 15 * DAY}, False),
        ("days_to_last_safe", 14, {"last_safe_on": MONDAY}, True),
        ("days_to_last_safe", 14, {"last_safe_on": ago(1)}, False),
        ("move_requested", True, {"move_requested_on": ago(4)}, True),
        ("move_requested", False, {"move_requested_on": ago(4)}, False),
        ("for_meeting", True, {"for_meeting_on": ago(1)}, True),
        ("decision_waiting", True, {"is_decision_waiting": True}, True),
        ("referral_running", False, {"is_referral_running": True}, False),
    ],
)
def test_a_condition_holds_from_its_first_day_and_not_before(condition, asked, situation, holds):
    row = step(conditions={condition: asked})
    assert (reasons(row, replace(QUIET, **situation), MONDAY) is not None) is holds


def test_every_condition_must_hold():
    row = step(conditions={"overdue_days": 10, "has_children": True})
    assert reasons(row, OWES, MONDAY) is None
    assert reasons(row, replace(OWES, children=1), MONDAY) is not None


def test_the_reason_holds_days_and_never_a_count_of_days():
    row = step(conditions={"overdue_days": 10, "no_contact_days": 7})
    first, later = reasons(row, OWES, MONDAY), reasons(row, OWES, MONDAY + 3 * DAY)
    assert first == later
    assert first == [
        {"kind": "overdue_days", "since": ago(24).isoformat(), "owed_ore": 1_350_000},
        {"kind": "no_contact_days", "last_on": None},
    ]


def test_what_is_owed_and_the_children_stand_first_whatever_the_conditions_are():
    found = propose(replace(OWES, children=2), policy(step(conditions={"contact": "none"})), MONDAY)
    kinds = [reason["kind"] for reason in found.facts["reasons"]]
    assert kinds == ["overdue_days", "has_children", "contact"]


# --- The order --------------------------------------------------------------------------------


def test_the_first_step_that_fits_is_proposed():
    rows = (
        step("home_visit", conditions={"contact": "tried"}),
        step("call", conditions={"overdue_days": 5}),
        step("letter"),
    )
    found = propose(OWES, policy(*rows), MONDAY)
    assert (found.action, found.rank) == ("call", 1)


def test_when_no_step_fits_somebody_is_to_look_again():
    found = propose(QUIET, policy(step(conditions={"overdue_days": 5})), MONDAY)
    assert (found.step, found.action, found.due_on) == (NO_STEP, "nothing", MONDAY + 14 * DAY)


@pytest.mark.parametrize(
    ("situation", "proposed"),
    [
        ({}, "first-contact"),
        ({"children": 1}, "first-contact-children"),
        ({"contacts": {"phone": ago(2)}}, "write"),
        ({"contacts": {"phone": ago(9), "letter": ago(4)}}, "visit"),
        (
            {"contacts": {"phone": ago(2)}, "last_reached_on": ago(2), "is_view_missing": True},
            "tenants-view",
        ),
        ({"contacts": {"phone": ago(2)}, "last_reached_on": ago(2)}, "make-a-plan"),
        ({"contacts": {"phone": ago(2)}, "last_reached_on": ago(2), "plan": "running"}, "remind"),
        ({"contacts": {"phone": ago(2)}, "promise": "broken"}, "promise-broken"),
        ({"contacts": {"phone": ago(8)}, "plan": "broken"}, "plan-broken"),
        ({"is_decision_waiting": True}, "carry-out-decision"),
    ],
)
def test_the_default_goes_from_a_call_to_what_weighs_more(situation, proposed):
    found = propose(replace(OWES, **situation), POLICY, MONDAY)
    if proposed == "remind":
        # The plan is kept: the reminder rests, and what helps goes on.
        assert found.step == "housing-allowance"
    else:
        assert found.step == proposed


def test_a_lease_about_to_become_open_ended_goes_before_the_first_call_9_2():
    expired = replace(
        QUIET,
        triggers=frozenset({"expiry"}),
        ends_on=dt.date(2025, 12, 31),
        last_safe_on=dt.date(2026, 3, 31),
    )
    found = propose(expired, POLICY, MONDAY)
    assert (found.step, found.due_on) == ("before-open-ended", dt.date(2026, 3, 24))


def test_a_step_that_has_been_done_is_not_proposed_again_before_its_days_have_passed():
    row = step("debt_advice", again_days=30)
    done = replace(OWES, done={"debt_advice": ago(29)})
    assert propose(done, policy(row), MONDAY).step == NO_STEP
    assert propose(done, policy(row), MONDAY + DAY).step == "debt_advice"


def test_a_step_that_is_done_once_and_for_all_never_comes_back():
    row = step("debt_advice", again_days=None)
    assert propose(replace(OWES, done={"debt_advice": ago(999)}), policy(row), MONDAY).rank == 1


# --- The day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "within", "situation", "due"),
    [
        (Since.PROPOSED, 3, {}, dt.date(2026, 3, 19)),
        (Since.PROPOSED, 5, {}, dt.date(2026, 3, 23)),  # a Saturday: the Monday after
        (Since.PROPOSED, 0, {}, MONDAY),
        (Since.OPENED, 7, {}, dt.date(2026, 3, 18)),
        (Since.OPENED, 2, {}, MONDAY),  # three days ago: today, nothing is late from the start
        (Since.OVERDUE, 30, {"overdue_since": ago(24)}, dt.date(2026, 3, 23)),
        (Since.OVERDUE, 4, {}, dt.date(2026, 3, 20)),  # nothing overdue: from today
        (Since.CONTACT, 7, {"contacts": {"phone": ago(2), "sms": ago(6)}}, dt.date(2026, 3, 23)),
        (
            Since.NOTICE,
            3,
            {"notices": {"reminder": NoticeState(ago(20), MONDAY)}},
            MONDAY + 3 * DAY,
        ),
        (Since.BEFORE_END, 30, {"ends_on": dt.date(2026, 5, 31)}, dt.date(2026, 4, 30)),
        # 1 May and a weekend: the working day before, for the deadline is the landlord's own.
        (Since.BEFORE_END, 0, {"ends_on": dt.date(2026, 5, 3)}, dt.date(2026, 4, 30)),
        (Since.BEFORE_LAST_SAFE, 7, {"last_safe_on": dt.date(2026, 8, 31)}, dt.date(2026, 8, 24)),
        (Since.BEFORE_LAST_SAFE, 7, {"last_safe_on": dt.date(2026, 3, 18)}, MONDAY),
        # Palm Sunday's Saturday as last safe day, asked on that day itself.
        (Since.BEFORE_END, 90, {"ends_on": dt.date(2026, 3, 20)}, MONDAY),
    ],
)
def test_a_step_is_due_on_a_working_day_counted_from_its_own_start(since, within, situation, due):
    row = step(since=since, within_days=within, conditions={"notice_sent": "reminder"})
    if since is not Since.NOTICE:
        row = replace(row, conditions={})
    assert propose(replace(QUIET, **situation), policy(row), MONDAY).due_on == due


def test_on_a_weekend_the_last_safe_day_is_never_passed_by_moving():
    saturday = dt.date(2026, 3, 21)
    row = step("ask_to_move", since=Since.BEFORE_LAST_SAFE, within_days=0)
    found = propose(replace(QUIET, last_safe_on=saturday), policy(row), saturday)
    assert found.due_on == saturday


# --- What rests, and what goes before everything ----------------------------------------------


@pytest.mark.parametrize("action", sorted(DUNNING))
def test_dunning_rests_while_a_plan_is_kept(action):
    rows = policy(step(action), step("call"))
    assert propose(replace(OWES, plan="running"), rows, MONDAY).action == "call"
    for state in ("none", "draft", "broken", "kept"):
        assert propose(replace(OWES, plan=state), rows, MONDAY).action == action


def test_a_plan_for_the_rent_does_not_stop_what_concerns_the_contract_alone():
    rows = policy(step("warn_eviction", conditions={"triggers": ("expiry",)}))
    both = replace(OWES, plan="running", triggers=frozenset({"arrears", "expiry"}))
    assert propose(both, rows, MONDAY).action == "warn_eviction"


def test_after_a_death_only_the_estate_is_contacted():
    dead = replace(OWES, died_on=ago(3), children=2, promise="broken")
    found = propose(dead, POLICY, MONDAY)
    assert (found.action, found.due_on) == ("contact_estate", dt.date(2026, 3, 27))
    assert propose(replace(dead, done={"guard:estate": ago(1)}), POLICY, MONDAY).action == "nothing"


def test_an_agencys_missing_payment_is_asked_of_the_agency():
    missing = MissingPayment("nav", ago(4), 900_000, "Nav Lerkendal")
    found = propose(replace(OWES, missing_payment=missing), POLICY, MONDAY)
    assert (found.action, found.facts["reasons"][0]["name"]) == ("ask_payer", "Nav Lerkendal")


@pytest.mark.parametrize(("ore", "rests"), [(1_350_000, True), (1_349_999, False)])
def test_a_missing_payment_that_covers_the_arrears_is_no_default_of_the_tenants(ore, rests):
    asked = replace(
        OWES, missing_payment=MissingPayment("nav", ago(4), ore), done={"guard:payer": ago(1)}
    )
    found = propose(asked, policy(step("reminder"), step("call")), MONDAY)
    assert found.action == ("call" if rests else "reminder")


@pytest.mark.parametrize("action", sorted(DUNNING))
def test_dunning_for_rent_rests_while_the_debt_is_with_somebody_outside(action):
    gone = replace(OWES, is_referral_running=True, is_debt_referred=True)
    assert propose(gone, policy(step(action), step("call")), MONDAY).action == "call"
    other = replace(gone, is_debt_referred=False)
    assert propose(other, policy(step(action), step("call")), MONDAY).action == action


def test_nobody_is_visited_in_a_home_where_they_are_not():
    away = replace(OWES, absence=Absence("prison"), done={"guard:cover": ago(1)})
    assert propose(away, policy(step("home_visit"), step("letter")), MONDAY).action == "letter"


def test_for_somebody_who_is_away_the_rent_is_to_be_covered():
    away = replace(OWES, absence=Absence("hospital", MONDAY + 30 * DAY))
    found = propose(away, POLICY, MONDAY)
    assert found.action == "cover_rent"
    assert found.facts["reasons"][0] == {
        "kind": "absent",
        "absence": "hospital",
        "until_on": "2026-04-15",
    }
    assert propose(replace(away, overdue_ore=0), POLICY, MONDAY).action != "cover_rent"


# --- For any case -----------------------------------------------------------------------------

days = st.integers(-60, 400).map(lambda n: MONDAY - n * DAY)
maybe = st.one_of(st.none(), days)
situations = st.builds(
    Situation,
    opened_on=days,
    triggers=st.sets(st.sampled_from(["arrears", "expiry", "complaint"])).map(frozenset),
    overdue_since=maybe,
    overdue_ore=st.integers(0, 10**7),
    months_permille=st.one_of(st.none(), st.integers(0, 9000)),
    children=st.integers(0, 3),
    contacts=st.dictionaries(st.sampled_from(["phone", "letter", "home_visit"]), days),
    last_reached_on=maybe,
    promise=st.sampled_from(["", "open", "kept", "broken"]),
    is_view_missing=st.booleans(),
    unanswered=st.integers(0, 2),
    undecided=st.integers(0, 2),
    plan=st.sampled_from(["none", "draft", "running", "broken", "kept"]),
    notices=st.dictionaries(
        st.sampled_from(["reminder", "collection_notice", "payment_demand", "warning_a"]),
        st.builds(NoticeState, days, maybe),
    ),
    ends_on=maybe,
    last_safe_on=maybe,
    move_requested_on=maybe,
    for_meeting_on=maybe,
    is_decision_waiting=st.booleans(),
    is_referral_running=st.booleans(),
    is_debt_referred=st.booleans(),
    died_on=st.one_of(st.none(), st.none(), days),
    absence=st.one_of(st.none(), st.none(), st.builds(Absence, st.just("prison"), maybe)),
    missing_payment=st.one_of(
        st.none(), st.builds(MissingPayment, st.just("nav"), days, st.integers(1, 10**7))
    ),
    done=st.dictionaries(
        st.sampled_from([row.code for row in POLICY.steps] + ["guard:payer", "guard:estate"]), days
    ),
)


@given(situations, st.integers(0, 365).map(lambda n: MONDAY + n * DAY))
def test_any_case_gets_a_step_with_a_day_that_has_not_passed(situation, day):
    found = propose(situation, POLICY, day)
    assert found.due_on >= day
    assert is_working_day(found.due_on) or found.due_on in (
        situation.last_safe_on,
        situation.ends_on,
        day,
    )
    json.dumps(found.facts)
    if (situation.plan == "running" or situation.is_debt_referred) and found.action in DUNNING:
        assert {"kind": "triggers", "triggers": ["expiry"]} in found.facts["reasons"]
    if situation.died_on is not None:
        assert found.action in ("contact_estate", "nothing")
    if situation.absence is not None:
        assert found.action != "home_visit"


@given(situations, st.integers(0, 365).map(lambda n: MONDAY + n * DAY))
def test_a_second_look_on_the_same_day_never_says_anything_else(situation, day):
    # Nobody has been visited tomorrow.
    known = {how: min(on, day) for how, on in situation.contacts.items()}
    situation = replace(situation, contacts=known)
    first = propose(situation, POLICY, day)
    standing = Standing(
        first.step,
        first.action,
        State.PROPOSED,
        first.due_on,
        day,
        facts=noted(first.action, first.facts, situation, day),
    )
    assert follow(standing, situation, POLICY, day) == (None, None, None)


@given(
    situations,
    situations,
    st.sampled_from([State.PROPOSED, State.CONFIRMED, State.POSTPONED]),
    st.integers(0, 60),
)
def test_whatever_happens_a_case_has_one_step_and_nobodys_decision_ends_without_a_reason(
    before, after, state, later
):
    first = propose(before, POLICY, MONDAY)
    day = MONDAY + later * DAY
    standing = Standing(
        first.step,
        first.action,
        state,
        first.due_on,
        MONDAY,
        until_on=MONDAY + 30 * DAY,
        facts=noted(first.action, first.facts, before, MONDAY),
    )
    found = follow(standing, after, POLICY, day)
    assert (found.ends_as is None) == (found.proposal is None)
    if state is not State.PROPOSED:
        assert found.facts is None
    if state is State.CONFIRMED and found.ends_as is State.LAPSED:
        row = next((row for row in POLICY.steps if row.code == first.step), None)
        still = row is not None and reasons(row, after, day) is not None and not rests(row, after)
        more_pressing = found.proposal is not None and found.proposal.rank < first.rank
        assert more_pressing or not still
