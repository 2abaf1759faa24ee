"""The case's own rules, as tables: how it ends, whose it is, and how much of it each party sees."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.cases import (
    OUTCOMES,
    TASK_NEXT,
    TRANSFER_NEXT,
    TRIGGERS,
    Ending,
    Worker,
    case_number,
    check_ending,
    check_owner,
    check_sharing,
    check_task_step,
    check_transfer_step,
    is_anonymous_to,
    parties_of,
    place_in_year,
    unanswered,
)
from boligsak.rule import RuleBroken

DAY = dt.date(2026, 11, 23)


def ending(*running: str, ever: tuple[str, ...] = (), **facts) -> Ending:
    return Ending(frozenset({*running, *ever}), frozenset(running), **facts)


def refused(do, *args, **kwargs) -> tuple[str, dict]:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code, broken.value.facts


# --- How a case ends --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "running", "left"),
    [
        ("paid", ["arrears"], []),
        ("paid", ["arrears", "expiry"], ["expiry"]),
        ("paid", ["complaint"], ["complaint"]),
        ("plan_kept", ["arrears"], []),
        ("written_off", ["expiry"], ["expiry"]),
        ("renewed", ["expiry"], []),
        ("renewed", ["arrears", "expiry"], ["arrears"]),
        ("converted", ["expiry", "complaint"], ["complaint"]),
        ("calm", ["complaint"], []),
        ("calm", ["arrears"], ["arrears"]),
        ("moved_home", ["arrears", "expiry", "complaint"], []),
        ("moved_out", ["arrears", "complaint"], []),
        ("service_agreement", ["expiry", "complaint"], []),
        ("evicted", ["arrears"], []),
        ("died", ["arrears", "expiry"], []),
        ("mistake", ["complaint"], []),
    ],
)
def test_an_outcome_answers_every_trigger_that_runs(outcome, running, left) -> None:
    assert unanswered(outcome, ending(*running)) == set(left)


@pytest.mark.parametrize(
    ("outcome", "ever", "left"),
    [("paid", ["arrears", "expiry"], []), ("calm", ["arrears"], ["arrears"])],
)
def test_when_no_trigger_runs_an_outcome_answers_one_the_case_has_had(outcome, ever, left) -> None:
    assert unanswered(outcome, ending(ever=tuple(ever))) == set(left)


@pytest.mark.parametrize(
    ("outcome", "facts", "code"),
    [
        ("paid", {"overdue_ore": 1}, "close.owes"),
        ("plan_kept", {}, "close.no_kept_plan"),
        ("plan_kept", {"has_running_plan": True}, "close.plan_runs"),
        ("evicted", {}, "close.no_eviction"),
        ("died", {}, "close.nobody_died"),
        ("moved_out", {"has_running_referral": True}, "close.referral_runs"),
        ("moved_out", {"has_waiting_transfer": True}, "close.transfer_waits"),
        ("moved_out", {"visit_on": DAY}, "close.visit_planned"),
        ("gone", {}, "close.outcome"),
    ],
)
def test_a_case_is_not_closed_on_what_has_not_happened(outcome, facts, code) -> None:
    assert refused(check_ending, outcome, ending("arrears", **facts))[0] == code


@pytest.mark.parametrize(
    ("outcome", "facts"),
    [
        ("paid", {"overdue_ore": 0}),
        ("plan_kept", {"has_kept_plan": True}),
        ("evicted", {"has_eviction": True, "overdue_ore": 5_000_00}),
        ("died", {"has_death": True, "overdue_ore": 5_000_00}),
        ("moved_home", {"overdue_ore": 5_000_00, "has_running_plan": True}),
        ("written_off", {"overdue_ore": 5_000_00}),
    ],
)
def test_a_case_is_closed_on_what_has_happened(outcome, facts) -> None:
    check_ending(outcome, ending("arrears", **facts))


def test_the_refusal_names_the_triggers_that_have_no_answer() -> None:
    code, facts = refused(check_ending, "paid", ending("arrears", "expiry", "complaint"))
    assert (code, facts["triggers"]) == ("close.unanswered", ["complaint", "expiry"])


def test_every_outcome_answers_some_trigger() -> None:
    assert all(answers and answers <= set(TRIGGERS) for answers in OUTCOMES.values())


@given(
    st.sampled_from(sorted(OUTCOMES)),
    st.sets(st.sampled_from(TRIGGERS), min_size=1),
    st.sets(st.sampled_from(TRIGGERS)),
)
def test_an_outcome_that_answers_more_triggers_answers_fewer(outcome, many, few) -> None:
    fewer = many & few
    if fewer and not unanswered(outcome, ending(*many)):
        assert not unanswered(outcome, ending(*fewer))


# --- From hand to hand ------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["accepted", "declined", "withdrawn"])
def test_an_offer_that_waits_gets_one_answer(answer) -> None:
    check_transfer_step("waiting", answer)
    for again in ("accepted", "declined", "withdrawn", "waiting"):
        code, facts = refused(check_transfer_step, answer, again)
        assert (code, facts["state"]) == ("transfer.answered", answer)


def test_every_state_an_offer_can_get_is_in_the_table() -> None:
    assert {state for then in TRANSFER_NEXT.values() for state in then} < set(TRANSFER_NEXT)
    assert {state for then in TASK_NEXT.values() for state in then} < set(TASK_NEXT)


@pytest.mark.parametrize(("now", "then"), [("done", "dropped"), ("dropped", "done")])
def test_a_task_that_is_over_stays_so(now, then) -> None:
    assert refused(check_task_step, now, then)[0] == "task.ended"
    check_task_step("open", then)


@pytest.mark.parametrize(
    ("worker", "is_protected", "code"),
    [
        (Worker(1, frozenset({7}), is_cleared=False), False, ""),
        (Worker(1, frozenset({None}), is_cleared=False), False, ""),
        (Worker(1, frozenset({8}), is_cleared=False), False, "owner.no_role"),
        (Worker(1, frozenset(), is_cleared=True), False, "owner.no_role"),
        (Worker(1, frozenset({7}), is_cleared=False, is_active=False), False, "owner.no_role"),
        (Worker(1, frozenset({7}), is_cleared=False), True, "owner.not_cleared"),
        (Worker(1, frozenset({7}), is_cleared=True), True, ""),
        (
            Worker(1, frozenset({None}), is_cleared=True, is_disqualified=True),
            False,
            "owner.disqualified",
        ),
    ],
)
def test_fvl_6_a_case_belongs_to_who_works_there_may_see_it_and_judge_in_it(
    worker, is_protected, code
) -> None:
    if not code:
        check_owner(worker, 7, is_protected=is_protected)
    else:
        assert refused(check_owner, worker, 7, is_protected=is_protected)[0] == code


# --- Who sees how much ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "parties"),
    [
        ([], set()),
        (["caseworker"], {"welfare"}),
        (["coordinator", "landlord"], {"welfare", "landlord"}),
        (["housing_unit"], {"housing_unit"}),
        (["manager", "privacy_officer", "administrator"], set()),
    ],
)
def test_each_role_works_for_its_party(roles, parties) -> None:
    assert parties_of(roles) == parties


@pytest.mark.parametrize(
    ("parties", "basis", "more", "is_anonymous"),
    [
        ({"welfare"}, "none", {}, False),
        ({"landlord"}, "none", {}, True),
        ({"housing_unit"}, "none", {}, True),
        (set(), "none", {}, True),
        ({"landlord"}, "consent", {}, False),
        ({"landlord"}, "statute", {}, False),
        (set(), "consent", {}, False),
        ({"landlord"}, "consent", {"has_reservation": True}, True),
        ({"welfare"}, "none", {"has_reservation": True}, False),
        ({"welfare"}, "consent", {"is_protected": True}, True),
        ({"welfare"}, "none", {"is_protected": True, "is_cleared": True}, False),
        ({"landlord"}, "none", {"is_protected": True, "is_cleared": True}, True),
        ({"landlord", "welfare"}, "none", {}, False),
    ],
)
def test_husll_9_11_without_a_basis_a_case_is_anonymous_outside_its_own_party(
    parties, basis, more, is_anonymous
) -> None:
    facts = {"is_protected": False, "is_cleared": False} | more
    assert is_anonymous_to(parties, opened_by="welfare", basis=basis, **facts) is is_anonymous


@pytest.mark.parametrize(
    ("basis", "source", "on", "code"),
    [
        ("none", "", None, ""),
        ("consent", "Ola Hansen, skriftlig", DAY, ""),
        ("statute", "sosialtjenesteloven § 43", DAY, ""),
        ("consent", "  ", DAY, "sharing.no_source"),
        ("statute", "", DAY, "sharing.no_source"),
        ("consent", "Ola Hansen", None, "sharing.no_day"),
        ("consent", "Ola Hansen", DAY + dt.timedelta(days=1), "sharing.later"),
        ("habit", "x", DAY, "sharing.basis"),
    ],
)
def test_a_basis_for_sharing_says_where_it_comes_from(basis, source, on, code) -> None:
    if not code:
        check_sharing(basis, source, on, DAY)
    else:
        assert refused(check_sharing, basis, source, on, DAY)[0] == code


# --- Numbers ----------------------------------------------------------------------------------


def test_a_case_is_numbered_within_its_year() -> None:
    assert case_number(2026, 123) == "2026-00123"


@given(st.integers(2000, 2999), st.integers(1, 999_999))
def test_a_number_tells_its_place_again(year, place) -> None:
    assert place_in_year(case_number(year, place)) == place
