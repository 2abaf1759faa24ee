"""Which steps of an application follow which, and what must be there when it is registered."""

import datetime
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.models import ApplicationState
from tenants.rules.applications import (
    NEXT_STATES,
    OPEN,
    STEPS,
    Found,
    Step,
    application_number,
    check_kind,
    check_next,
    check_received,
    check_rooms,
    missing,
    next_step,
    place_in_year,
    step_before,
)

DAY = datetime.date(2026, 6, 1)
WHOLE = Found(
    has_applicant=True, has_need=True, has_housing=True, has_economy=True, has_support=True
)


def test_every_state_is_in_the_table_and_what_has_ended_leads_nowhere() -> None:
    assert set(NEXT_STATES) == set(ApplicationState.values)
    for state, after in NEXT_STATES.items():
        assert bool(after) == (state in OPEN)


@pytest.mark.parametrize(
    ("now", "then", "may"),
    [
        ("draft", "received", True),
        ("draft", "decided", False),
        ("received", "draft", False),
        ("received", "decided", True),
        ("waiting", "housed", True),
        ("received", "housed", False),
        ("withdrawn", "received", False),
        ("housed", "withdrawn", False),
    ],
)
def test_one_state_follows_another_by_the_table(now: str, then: str, may: bool) -> None:
    if may:
        check_next(now, then)
    else:
        with pytest.raises(RuleBroken, match=r"^application\.state$"):
            check_next(now, then)


@given(st.integers(2000, 2100), st.integers(1, 99_999))
def test_a_number_is_read_back_to_its_place(year: int, place: int) -> None:
    number = application_number(year, place)
    assert number.startswith(f"S{year}-")
    assert place_in_year(number) == place


def test_the_pages_follow_each_other_both_ways() -> None:
    assert next_step(STEPS[-1]) is None
    assert step_before(STEPS[0]) is None
    for before, after in pairwise(STEPS):
        assert next_step(before) is after
        assert step_before(after) is before


@pytest.mark.parametrize(
    ("lacks", "gone"),
    [
        ({}, []),
        ({"has_need": False}, [Step.NEED]),
        ({"has_housing": False}, [Step.NEED]),
        ({"has_economy": False}, [Step.ECONOMY]),
        ({"has_support": False}, [Step.SUPPORT]),
        (
            {"has_applicant": False, "has_economy": False, "has_support": False},
            [Step.HOUSEHOLD, Step.ECONOMY, Step.SUPPORT],
        ),
    ],
)
def test_home_economy_and_help_are_found_out_together(
    lacks: dict[str, bool], gone: list[Step]
) -> None:
    assert missing(replace(WHOLE, **lacks)) == gone


@pytest.mark.parametrize(
    ("received_on", "code"),
    [
        (DAY, ""),
        (datetime.date(2026, 6, 2), "application.received_ahead"),
        (datetime.date(2025, 5, 31), ""),
        (datetime.date(2025, 5, 30), "application.received_long_ago"),
    ],
)
def test_an_application_came_in_within_the_last_year(received_on: datetime.date, code: str) -> None:
    if not code:
        check_received(WHOLE, received_on, DAY)
        return
    with pytest.raises(RuleBroken) as raised:
        check_received(WHOLE, received_on, DAY)
    assert raised.value.code == code


def test_the_dead_have_no_application_received() -> None:
    with pytest.raises(RuleBroken, match=r"^application\.applicant_dead$"):
        check_received(replace(WHOLE, is_applicant_dead=True), DAY, DAY)


@pytest.mark.parametrize(
    ("kind", "has_lease", "code"),
    [
        ("new", False, ""),
        ("new", True, "application.has_lease"),
        ("swap", True, ""),
        ("swap", False, "application.needs_lease"),
        ("extension", True, ""),
        ("extension", False, "application.needs_lease"),
    ],
)
def test_a_swap_and_an_extension_are_about_the_present_home(
    kind: str, has_lease: bool, code: str
) -> None:
    if not code:
        check_kind(kind, has_lease=has_lease)
        return
    with pytest.raises(RuleBroken) as raised:
        check_kind(kind, has_lease=has_lease)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("least", "most", "may"),
    [(None, None, True), (2, None, True), (None, 2, True), (2, 2, True), (3, 2, False)],
)
def test_the_largest_is_no_smaller_than_the_smallest(
    least: int | None, most: int | None, may: bool
) -> None:
    if may:
        check_rooms(least, most)
    else:
        with pytest.raises(RuleBroken, match=r"^application\.rooms$"):
            check_rooms(least, most)
