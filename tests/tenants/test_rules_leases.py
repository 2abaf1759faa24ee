"""The term of a lease: husleieloven §§ 9-2, 9-3 and 11-1 as tables of dates."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.rules.leases import (
    Expiry,
    LeaseFacts,
    check_term,
    expiry_state,
    is_short_term,
    last_day_of_term,
    last_safe_day,
    open_ended_from,
)

DAY = dt.date
DAYS = st.dates(min_value=DAY(2020, 1, 1), max_value=DAY(2030, 12, 31))
LEASE = LeaseFacts(starts_on=DAY(2023, 6, 1), ends_on=DAY(2026, 5, 31))


@pytest.mark.parametrize(
    ("ends_on", "last_safe_on", "open_ended_on"),
    [
        (DAY(2026, 5, 31), DAY(2026, 8, 31), DAY(2026, 9, 1)),
        (DAY(2026, 5, 30), DAY(2026, 8, 30), DAY(2026, 8, 31)),  # a Sunday: does not move
        (DAY(2026, 11, 30), DAY(2027, 2, 28), DAY(2027, 3, 1)),
        (DAY(2027, 11, 30), DAY(2028, 2, 29), DAY(2028, 3, 1)),
        (DAY(2026, 9, 25), DAY(2026, 12, 25), DAY(2026, 12, 26)),  # Christmas Day: does not move
    ],
)
def test_the_lease_becomes_open_ended_the_day_after_three_months(
    ends_on, last_safe_on, open_ended_on
):
    assert last_safe_day(ends_on) == last_safe_on
    assert open_ended_from(ends_on) == open_ended_on


@pytest.mark.parametrize(
    ("changes", "day", "expiry"),
    [
        ({}, DAY(2023, 5, 31), Expiry.NONE),
        ({}, DAY(2023, 6, 1), Expiry.RUNNING),
        ({}, DAY(2026, 5, 31), Expiry.RUNNING),
        ({}, DAY(2026, 6, 1), Expiry.EXPIRED),
        ({}, DAY(2026, 8, 31), Expiry.EXPIRED),
        ({}, DAY(2026, 9, 1), Expiry.OPEN_ENDED),
        ({"ends_on": None}, DAY(2026, 9, 1), Expiry.NONE),
        # Asked to move on the last safe day, and one day too late.
        ({"move_requested_on": DAY(2026, 8, 31)}, DAY(2026, 8, 30), Expiry.EXPIRED),
        ({"move_requested_on": DAY(2026, 8, 31)}, DAY(2026, 8, 31), Expiry.CLOCK_STOPPED),
        ({"move_requested_on": DAY(2026, 8, 31)}, DAY(2027, 8, 31), Expiry.CLOCK_STOPPED),
        ({"move_requested_on": DAY(2026, 9, 1)}, DAY(2026, 9, 1), Expiry.OPEN_ENDED),
        ({"move_requested_on": DAY(2026, 5, 1)}, DAY(2026, 6, 1), Expiry.CLOCK_STOPPED),
        # Leaves with the term, later, and had not left yet on the day asked about.
        ({"moved_out_on": DAY(2026, 5, 31)}, DAY(2026, 5, 1), Expiry.NONE),
        ({"moved_out_on": DAY(2026, 6, 15)}, DAY(2026, 5, 31), Expiry.RUNNING),
        ({"moved_out_on": DAY(2026, 6, 15)}, DAY(2026, 6, 15), Expiry.EXPIRED),
        ({"moved_out_on": DAY(2026, 6, 15)}, DAY(2026, 6, 16), Expiry.NONE),
        # The tenancy act's clocks run for a service agreement unless a lawyer has said otherwise.
        ({"is_service_agreement": True}, DAY(2026, 9, 1), Expiry.OPEN_ENDED),
        (
            {"is_service_agreement": True, "is_outside_tenancy_act": True},
            DAY(2026, 9, 1),
            Expiry.CLOCK_STOPPED,
        ),
    ],
)
def test_where_a_fixed_term_stands(changes, day, expiry):
    assert expiry_state(LEASE._replace(**changes), day).expiry is expiry


@st.composite
def leases(draw):
    starts_on = draw(DAYS)
    length = draw(st.integers(0, 1500))
    later = st.none() | st.integers(0, 1800)
    moved = draw(later)
    asked = draw(later)
    return LeaseFacts(
        starts_on=starts_on,
        ends_on=draw(st.sampled_from([None, starts_on + dt.timedelta(days=length)])),
        moved_out_on=None if moved is None else starts_on + dt.timedelta(days=moved),
        move_requested_on=None if asked is None else starts_on + dt.timedelta(days=asked),
        is_outside_tenancy_act=draw(st.booleans()),
    )


@given(leases(), DAYS)
def test_the_state_stays_the_same_until_the_day_it_says(lease, day):
    state = expiry_state(lease, day)
    assert state.next_on is None or state.next_on > day
    until = state.next_on or day + dt.timedelta(days=2000)
    for passed in range((until - day).days):
        assert expiry_state(lease, day + dt.timedelta(days=passed)).expiry is state.expiry


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_short"),
    [
        (DAY(2026, 1, 1), DAY(2028, 12, 31), False),
        (DAY(2026, 1, 1), DAY(2028, 12, 30), True),
        (DAY(2024, 2, 29), DAY(2027, 2, 28), False),
        (DAY(2024, 2, 29), DAY(2027, 2, 27), True),
        (DAY(2025, 3, 1), DAY(2028, 2, 29), False),
        (DAY(2025, 3, 1), DAY(2028, 2, 28), True),
        (DAY(2026, 6, 15), DAY(2036, 6, 14), False),
    ],
)
def test_three_years_to_the_day_is_not_short(starts_on, ends_on, is_short):
    assert is_short_term(starts_on, ends_on) is is_short


@pytest.mark.parametrize(
    ("starts_on", "months", "last_on"),
    [
        (DAY(2026, 1, 1), 36, DAY(2028, 12, 31)),
        (DAY(2024, 2, 29), 12, DAY(2025, 2, 28)),
        (DAY(2024, 2, 29), 36, DAY(2027, 2, 28)),
        (DAY(2024, 2, 29), 48, DAY(2028, 2, 28)),
        (DAY(2028, 2, 29), 120, DAY(2038, 2, 28)),
        (DAY(2025, 3, 1), 36, DAY(2028, 2, 29)),  # ends on the leap day
        (DAY(2028, 3, 1), 36, DAY(2031, 2, 28)),  # … and the term after it
        (DAY(2027, 3, 1), 12, DAY(2028, 2, 29)),
        (DAY(2026, 8, 31), 6, DAY(2027, 2, 28)),
        (DAY(2026, 8, 30), 18, DAY(2028, 2, 29)),
        (DAY(2026, 8, 29), 18, DAY(2028, 2, 28)),
    ],
)
def test_9_3_a_term_of_whole_months_ends_the_day_before_the_same_day(starts_on, months, last_on):
    assert last_day_of_term(starts_on, months) == last_on


@given(DAYS, st.integers(1, 30))
def test_terms_that_follow_each_other_are_as_long_as_one(starts_on, years):
    """On other days than the last of a month, which are not in every month."""
    starts_on = starts_on.replace(day=min(starts_on.day, 28))
    one = last_day_of_term(starts_on, 12 * years)
    other = last_day_of_term(one + dt.timedelta(days=1), 12 * years)
    assert other == last_day_of_term(starts_on, 24 * years)


@given(DAYS, st.integers(1, 240))
def test_a_whole_term_is_over_when_the_day_of_its_start_comes_again(starts_on, months):
    last_on = last_day_of_term(starts_on, months)
    assert last_on < add_months(starts_on + dt.timedelta(days=1), months)
    assert (last_on + dt.timedelta(days=1)).day in (starts_on.day, 1)


@pytest.mark.parametrize(
    ("ends_on", "last_safe_on"),
    [(DAY(2028, 2, 29), DAY(2028, 5, 29)), (DAY(2027, 2, 28), DAY(2027, 5, 28))],
)
def test_9_2_three_months_after_the_end_of_february(ends_on, last_safe_on):
    assert last_safe_day(ends_on) == last_safe_on


TERM = {
    "told_in_writing": True,
    "short_terms_before": 0,
    "has_special_grounds": True,
    "has_weighty_grounds": False,
}


@pytest.mark.parametrize(
    ("ends_on", "changes", "is_short"),
    [
        (None, {"told_in_writing": False}, False),
        (DAY(2028, 12, 31), {"told_in_writing": False, "has_special_grounds": False}, False),
        (DAY(2026, 12, 31), {}, True),
        (DAY(2026, 12, 31), {"short_terms_before": 1, "has_weighty_grounds": True}, True),
        (DAY(2026, 12, 31), {"has_special_grounds": False, "has_weighty_grounds": True}, True),
    ],
)
def test_a_term_the_law_allows_is_let_through(ends_on, changes, is_short):
    assert check_term(DAY(2026, 1, 1), ends_on, **TERM | changes) is is_short


@pytest.mark.parametrize(
    ("ends_on", "changes", "code"),
    [
        (DAY(2025, 12, 31), {}, "term.ends_before_start"),
        (DAY(2026, 12, 31), {"told_in_writing": False}, "term.not_told_in_writing"),
        (DAY(2026, 12, 31), {"has_special_grounds": False}, "term.no_special_grounds"),
        (DAY(2026, 12, 31), {"short_terms_before": 1}, "term.no_weighty_grounds"),
    ],
)
def test_a_short_term_is_refused_with_what_is_missing(ends_on, changes, code):
    with pytest.raises(RuleBroken) as refusal:
        check_term(DAY(2026, 1, 1), ends_on, **TERM | changes)
    assert refusal.value.code == code
