"""What comes on the agenda by itself, as a table."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules.agenda import ORDER, CaseFacts, Reason, order, reasons

HELD, NEXT = dt.date(2026, 11, 25), dt.date(2026, 12, 9)
DAY = dt.timedelta(days=1)
QUIET: dict[str, Any] = {"opened_on": HELD - 60 * DAY, "reached_on": HELD - 5 * DAY}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, set()),
        ({"marked_on": HELD - DAY}, {Reason.MARKED}),
        ({"marked_on": HELD + DAY}, set()),
        ({"waits_for_decision": True}, {Reason.REFERRAL}),
        ({"clock_on": NEXT - DAY}, {Reason.CLOCK}),
        ({"clock_on": NEXT}, {Reason.CLOCK}),
        ({"clock_on": NEXT + DAY}, set()),
        ({"expiry_on": NEXT}, {Reason.EXPIRY}),
        ({"expiry_on": NEXT + DAY}, set()),
        ({"complaints": 1}, set()),
        ({"complaints": 2}, {Reason.COMPLAINTS}),
        ({"again_on": HELD}, {Reason.FOLLOW_UP}),
        ({"again_on": HELD + DAY}, set()),
        ({"late_since": HELD - DAY}, {Reason.FOLLOW_UP}),
        ({"late_since": HELD}, set()),
        ({"reached_on": HELD - 27 * DAY}, set()),
        ({"reached_on": HELD - 28 * DAY}, {Reason.NO_CONTACT}),
        ({"reached_on": None}, {Reason.NO_CONTACT}),
        ({"reached_on": None, "opened_on": HELD - 27 * DAY}, set()),
        ({"was_carried": True}, {Reason.CARRIED}),
        ({"has_head_action": True}, {Reason.HEAD_ACTION}),
        ({"has_referral": True, "complaints": 3, "reached_on": None}, set()),
        ({"has_referral": True, "waits_for_decision": True}, set()),
        ({"has_referral": True, "marked_on": HELD}, {Reason.MARKED}),
    ],
)
def test_a_case_comes_on_the_agenda(facts: dict[str, Any], expected: set[Reason]) -> None:
    found = reasons(CaseFacts(**(QUIET | facts)), held_on=HELD, next_on=NEXT)
    assert set(found) == expected


def test_without_a_next_meeting_every_running_deadline_counts() -> None:
    facts = CaseFacts(**(QUIET | {"clock_on": HELD + 300 * DAY}))
    assert set(reasons(facts, held_on=HELD, next_on=None)) == {Reason.CLOCK}


def test_a_reason_says_what_it_rests_on() -> None:
    facts = CaseFacts(**(QUIET | {"clock_on": NEXT, "reached_on": None}))
    assert reasons(facts, held_on=HELD, next_on=NEXT) == {
        Reason.CLOCK: {"on": "2026-12-09"},
        Reason.NO_CONTACT: {"days": 60, "since": "2026-09-26"},
    }


def test_the_gravest_reason_comes_first_and_the_nearest_day_before_others() -> None:
    items = [
        (1, {Reason.MARKED: {"on": "2026-11-01"}}),
        (2, {Reason.CLOCK: {"on": "2026-12-08"}}),
        (3, {Reason.CLOCK: {"on": "2026-12-01"}, Reason.MARKED: {"on": "2026-11-01"}}),
        (4, {Reason.REFERRAL: {}}),
        (5, {}),
    ]
    assert order(items) == [4, 3, 2, 1, 5]


@given(st.lists(st.sets(st.sampled_from(ORDER)), max_size=12))
def test_ordering_loses_and_repeats_nothing(found: list[set[Reason]]) -> None:
    items = [(key, {reason: {} for reason in one}) for key, one in enumerate(found)]
    assert sorted(order(items)) == list(range(len(items)))
