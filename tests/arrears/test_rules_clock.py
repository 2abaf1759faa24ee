"""The clock of a case: what runs, to which day, and what is lawful from when."""

import datetime as dt

import pytest

from arrears.rules.clock import ClockFacts, clock, next_deadline, petition_from
from arrears.rules.notices import Kind, Sent, Standing, term
from tenants.rules.leases import LeaseFacts

D = dt.date
OPEN_ENDED = LeaseFacts(D(2020, 1, 1))
FIXED = LeaseFacts(D(2023, 6, 1), D(2026, 5, 31))


def standing(kind, sent_on, is_carrying=True):
    found = term(kind, sent_on, 14)
    return {kind.value: Standing(1, kind, sent_on, found.last_on, found.allowed_from, is_carrying)}


def one(running, what):
    return next((found for found in running if found.what == what), None)


def test_a_warning_of_1_june_lets_a_petition_be_filed_on_16_june_4_18():
    facts = ClockFacts(OPEN_ENDED, standing=standing(Kind.WARNING_A, D(2026, 6, 1)))
    running = one(clock(facts, D(2026, 6, 10)), "warning_a")
    assert (running.last_on, running.then, running.then_from) == (
        D(2026, 6, 15),
        "petition",
        D(2026, 6, 16),
    )
    assert not running.is_over
    assert one(clock(facts, D(2026, 6, 16)), "warning_a").is_over
    assert petition_from(clock(facts, D(2026, 6, 16))) == D(2026, 6, 16)


def test_a_warning_that_no_longer_carries_starts_no_clock_4_18():
    facts = ClockFacts(OPEN_ENDED, standing=standing(Kind.WARNING_A, D(2026, 6, 1), False))
    assert clock(facts, D(2026, 6, 10)) == []
    assert petition_from([]) is None


def test_a_petition_waits_for_the_two_weeks_of_nav_too_9_11():
    both = {
        **standing(Kind.WARNING_A, D(2026, 6, 1)),
        **standing(Kind.NAV_WARNING, D(2026, 6, 8)),
    }
    running = clock(ClockFacts(OPEN_ENDED, standing=both), D(2026, 6, 10))
    assert petition_from(running) == D(2026, 6, 23)


def test_the_clock_of_inkassovarsel_ends_on_a_holiday_9():
    facts = ClockFacts(OPEN_ENDED, standing=standing(Kind.COLLECTION_NOTICE, D(2026, 12, 11)))
    running = one(clock(facts, D(2026, 12, 12)), "collection_notice")
    assert (running.last_on, running.then, running.then_from) == (
        D(2026, 12, 25),
        "payment_demand",
        D(2026, 12, 26),
    )


@pytest.mark.parametrize(
    ("day", "what", "last_on"),
    [
        (D(2025, 12, 1), None, None),
        (D(2025, 12, 2), "term", D(2026, 5, 31)),
        (D(2026, 5, 31), "term", D(2026, 5, 31)),
        (D(2026, 6, 1), "move_request", D(2026, 8, 31)),
        (D(2026, 8, 31), "move_request", D(2026, 8, 31)),
        (D(2026, 9, 1), None, None),
    ],
)
def test_a_term_that_ends_31_may_is_safe_to_31_august_9_2(day, what, last_on):
    running = clock(ClockFacts(FIXED), day)
    assert [found.what for found in running] == ([what] if what else [])
    if running:
        assert running[0].last_on == last_on


def test_open_ended_from_1_september_when_nobody_has_asked_9_2():
    running = clock(ClockFacts(FIXED), D(2026, 7, 1))[0]
    assert (running.then, running.then_from, running.whose) == (
        "open_ended",
        D(2026, 9, 1),
        "landlord",
    )


RECEIVED = (D(2026, 1, 10),)


def terminated(protests=(), received=RECEIVED):
    notice = Sent(
        5, Kind.TERMINATION, D(2026, 1, 8), None, None, frozenset(), received, tuple(protests)
    )
    return ClockFacts(OPEN_ENDED, sent=(notice,))


def test_received_10_january_protest_by_10_february_suit_by_10_may_9_8():
    waiting = one(clock(terminated(), D(2026, 1, 15)), "protest")
    assert (waiting.last_on, waiting.then, waiting.then_from) == (
        D(2026, 2, 10),
        "warning_c",
        D(2026, 5, 1),
    )
    protested = clock(terminated([D(2026, 2, 1)]), D(2026, 2, 2))
    assert one(protested, "protest") is None
    suit = one(protested, "suit")
    assert (suit.last_on, suit.whose, suit.then_from) == (
        D(2026, 5, 10),
        "landlord",
        D(2026, 5, 11),
    )
    assert clock(terminated([D(2026, 2, 1)]), D(2026, 5, 11)) == []


def test_without_receipt_the_month_to_protest_has_not_begun_9_8():
    running = clock(terminated(received=(None,)), D(2026, 1, 15))
    assert one(running, "receipt").last_on is None
    assert one(running, "protest") is None


def test_the_notice_period_ends_with_april_9_6():
    assert one(clock(terminated(), D(2026, 1, 15)), "notice_period").last_on == D(2026, 4, 30)


@pytest.mark.parametrize(
    ("day", "shows", "is_over"),
    [
        (D(2025, 7, 24), False, None),
        (D(2025, 7, 25), True, False),
        (D(2026, 1, 20), True, False),
        (D(2026, 1, 21), True, True),
    ],
)
def test_a_limitation_is_shown_half_a_year_ahead_foreldelsesloven_2(day, shows, is_over):
    facts = ClockFacts(OPEN_ENDED, oldest_due_on=D(2023, 1, 20), limitation_years=3)
    running = one(clock(facts, day), "limitation")
    assert (running is not None) is shows
    if shows:
        assert running.is_over is is_over


def test_a_death_starts_the_clocks_of_the_estate_8_2_and_9_10():
    running = clock(ClockFacts(OPEN_ENDED, died_on=D(2026, 6, 1)), D(2026, 6, 1))
    assert [found.what for found in running] == ["estate"]


def test_the_next_deadline_is_the_one_that_ends_first_and_is_not_over():
    facts = ClockFacts(
        FIXED,
        standing={
            **standing(Kind.COLLECTION_NOTICE, D(2026, 6, 1)),
            **standing(Kind.WARNING_A, D(2026, 6, 20)),
        },
    )
    assert next_deadline(clock(facts, D(2026, 6, 2))).what == "collection_notice"
    assert next_deadline(clock(facts, D(2026, 6, 21))).what == "warning_a"
    assert next_deadline([]) is None


def test_a_protest_shows_the_landlords_last_day_even_where_receipt_was_never_documented_9_8():
    running = clock(terminated([D(2026, 2, 1)], received=(None,)), D(2026, 2, 2))
    assert one(running, "receipt") is None
    assert one(running, "suit").last_on == D(2026, 5, 8)
