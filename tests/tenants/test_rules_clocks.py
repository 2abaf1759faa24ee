"""The clocks of an application, as tables of days with their §."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.dates import is_working_day
from boligsak.rule import RuleBroken
from tenants.rules.application_policy import ApplicationPolicy, default_values
from tenants.rules.clocks import (
    ALLOCATION,
    APPEAL,
    APPEAL_LAST,
    CONDITION,
    DECISION,
    PRELIMINARY,
    RENEWAL,
    AppealFacts,
    ApplicationFacts,
    DecisionFacts,
    allocation_by,
    appeal_by,
    appeal_limit,
    dues,
    is_overdue,
    preliminary_by,
    renewal_by,
    running,
)

POLICY = ApplicationPolicy.from_values(default_values())
WITH_TARGET = ApplicationPolicy.from_values(default_values() | {"decision_months": 3})


def d(text: str) -> dt.date:
    day, month, year = map(int, text.split("."))
    return dt.date(year, month, day)


RECEIVED = d("5.10.2026")


def facts(**more: object) -> ApplicationFacts:
    return ApplicationFacts(received_on=RECEIVED, is_running=True)._replace(**more)


def codes(found: list) -> list[tuple[str, dt.date]]:
    return [(one.code, one.on) for one in found]


HOME = DecisionFacts(7, "allocation", True, d("20.10.2026"))


@pytest.mark.parametrize(
    ("received", "by"),
    [
        ("5.10.2026", "5.11.2026"),
        ("31.1.2026", "28.2.2026"),  # a Saturday: the municipality's own deadline does not move
        ("31.10.2026", "30.11.2026"),
        ("17.4.2026", "17.5.2026"),  # a holiday, and a Sunday
    ],
)
def test_a_preliminary_answer_is_due_in_a_month_fvl_11_a(received: str, by: str) -> None:
    assert preliminary_by(d(received), POLICY) == d(by)


@pytest.mark.parametrize(
    ("notified", "last"),
    [
        ("2.11.2026", "23.11.2026"),
        ("7.11.2026", "30.11.2026"),  # three weeks end on a Saturday: Monday
        ("4.12.2026", "28.12.2026"),  # on Christmas Day, a Friday: Monday the 28th
        ("26.4.2026", "18.5.2026"),  # on 17 May, a Sunday
    ],
)
def test_three_weeks_to_appeal_move_to_a_working_day_fvl_29(notified: str, last: str) -> None:
    assert appeal_by(d(notified), POLICY) == d(last)


@given(st.dates(dt.date(2024, 1, 1), dt.date(2035, 12, 31)))
def test_nobody_has_less_than_three_weeks_to_appeal(notified: dt.date) -> None:
    last = appeal_by(notified, POLICY)
    assert last >= notified + dt.timedelta(days=21)
    assert is_working_day(last)


def test_no_appeal_is_heard_after_a_year_fvl_31() -> None:
    assert appeal_limit(d("20.10.2026"), POLICY) == d("20.10.2027")


def test_a_home_is_to_be_allocated_within_a_month_of_the_decision() -> None:
    assert allocation_by(d("31.1.2026"), POLICY) == d("28.2.2026")


def test_a_draft_has_no_clocks() -> None:
    assert dues(ApplicationFacts(None, is_running=False), POLICY, d("1.12.2026")) == []


def test_without_a_target_only_the_laws_own_clock_runs() -> None:
    assert codes(running(facts(), POLICY, RECEIVED)) == [(PRELIMINARY, d("5.11.2026"))]


def test_the_municipalitys_target_is_a_clock_where_one_is_set() -> None:
    assert codes(running(facts(), WITH_TARGET, RECEIVED)) == [
        (PRELIMINARY, d("5.11.2026")),
        (DECISION, d("5.1.2027")),
    ]


def test_what_the_preliminary_answer_promised_is_the_clock_of_the_decision() -> None:
    told = facts(preliminary_sent_on=d("3.11.2026"), expected_on=d("15.12.2026"))
    assert codes(running(told, WITH_TARGET, d("4.11.2026"))) == [(DECISION, d("15.12.2026"))]


def test_a_decision_stops_both_clocks_and_starts_that_of_the_home() -> None:
    found = running(facts(decisions=(HOME,)), WITH_TARGET, d("21.10.2026"))
    assert codes(found) == [(ALLOCATION, d("20.11.2026"))]


@pytest.mark.parametrize(
    ("ends", "made", "by"),
    [
        ("30.4.2027", "20.10.2026", "30.4.2027"),  # however long there is left
        ("31.10.2026", "20.10.2026", "31.10.2026"),  # and however short: a Saturday does not move
        ("20.10.2026", "20.10.2026", "20.10.2026"),  # on the last day itself there is still time
        ("19.10.2026", "20.10.2026", "20.11.2026"),  # decided too late: within a month, as a home
        (None, "20.10.2026", "20.11.2026"),  # open-ended since
    ],
)
def test_a_renewal_is_to_be_signed_while_the_old_term_runs_9_2(
    ends: str | None, made: str, by: str
) -> None:
    assert renewal_by(d(ends) if ends else None, d(made), POLICY) == d(by)


def test_who_may_stay_waits_for_a_signature_and_for_no_home() -> None:
    granted = facts(stays=True, ends_on=d("31.12.2026"), decisions=(HOME,))
    assert codes(running(granted, POLICY, d("21.10.2026"))) == [(RENEWAL, d("31.12.2026"))]


def test_a_decision_on_help_starts_no_clock_for_a_home() -> None:
    helped = HOME._replace(kind="housing_help")
    assert running(facts(decisions=(helped,)), POLICY, d("21.10.2026")) == []


def test_who_has_been_housed_waits_for_nothing() -> None:
    housed = facts(is_running=False, decisions=(HOME,), conditions=((1, d("1.11.2026")),))
    assert running(housed, POLICY, d("1.12.2026")) == []


def test_the_citizens_own_deadline_is_shown_and_nobodys_to_miss() -> None:
    told = HOME._replace(notified_on=d("21.10.2026"), appeal_last_on=d("11.11.2026"))
    found = dues(facts(decisions=(told,)), POLICY, d("1.12.2026"))
    assert (APPEAL_LAST, d("11.11.2026")) in codes(found)
    assert not is_overdue(facts(decisions=(told,)), POLICY, d("20.11.2026"))


def test_an_appeal_is_answered_in_a_month_as_an_application_is_fvl_11_a() -> None:
    appealed = facts(
        decisions=(HOME._replace(kind="housing_help"),),
        appeals=(AppealFacts(3, d("10.11.2026")),),
    )
    assert codes(running(appealed, POLICY, d("11.11.2026"))) == [(APPEAL, d("10.12.2026"))]


def test_an_appeal_that_was_sent_on_waits_for_somebody_else() -> None:
    sent = facts(
        decisions=(HOME._replace(kind="housing_help"),),
        appeals=(AppealFacts(3, d("10.11.2026"), answered_on=d("20.11.2026")),),
    )
    assert running(sent, POLICY, d("21.11.2026")) == []


def test_an_unmet_condition_has_its_own_clock() -> None:
    waits = facts(decisions=(HOME,), conditions=((9, d("1.11.2026")),))
    assert (CONDITION, d("1.11.2026")) in codes(running(waits, POLICY, d("21.10.2026")))


@pytest.mark.parametrize(
    ("day", "late"), [("5.11.2026", False), ("6.11.2026", True), ("5.10.2026", False)]
)
def test_a_clock_is_overdue_the_day_after_its_last(day: str, late: bool) -> None:
    assert is_overdue(facts(), POLICY, d(day)) is late


@given(
    st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    st.integers(0, 400),
    st.integers(0, 400),
)
def test_a_later_day_never_makes_an_overdue_clock_whole(
    received: dt.date, first: int, more: int
) -> None:
    row = facts()._replace(received_on=received)
    day = received + dt.timedelta(days=first)
    if is_overdue(row, POLICY, day):
        assert is_overdue(row, POLICY, day + dt.timedelta(days=more))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"appeal_weeks": 2}, "policy.out_of_range"),
        ({"four_eyes": 2}, "policy.out_of_range"),
        ({"preliminary_months": "1"}, "policy.not_a_whole_number"),
        ({"four_eyes": True}, "policy.not_a_whole_number"),
        ({"body_allocation": " "}, "policy.not_a_name"),
        ({"body_allocation": "x" * 121}, "policy.not_a_name"),
        ({"more": 1}, "policy.unknown_value"),
    ],
)
def test_terms_that_the_law_does_not_allow_are_refused(
    changed: dict[str, object], code: str
) -> None:
    with pytest.raises(RuleBroken) as broken:
        ApplicationPolicy.from_values(default_values() | changed)
    assert broken.value.code == code


def test_a_missing_term_is_refused() -> None:
    values = default_values()
    del values["appeal_weeks"]
    with pytest.raises(RuleBroken) as broken:
        ApplicationPolicy.from_values(values)
    assert broken.value.code == "policy.missing_value"


def test_each_kind_of_decision_has_its_own_appeal_body() -> None:
    assert POLICY.appeal_body("housing_help") == "Statsforvalteren"
    assert POLICY.appeal_body("allocation") == "Kommunens klagenemnd"
