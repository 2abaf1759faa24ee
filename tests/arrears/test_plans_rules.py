"""Repayment plans: the schedule, and whether it is kept, as tables and as properties."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.payers import Payer
from arrears.rules.plan_survival import Life, survival
from arrears.rules.plans import (
    Agreement,
    Deposit,
    Happened,
    Instalment,
    Paid,
    RentDue,
    Rhythm,
    State,
    Terms,
    judge,
    progress,
    schedule,
)
from boligsak.dates import is_working_day
from boligsak.rule import RuleBroken

D = dt.date
DAY = dt.timedelta(days=1)


# --- The schedule -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        (
            Terms(1_000_000, 400_000, Rhythm.MONTHLY, D(2026, 1, 20)),
            [
                (D(2026, 1, 20), 400_000),
                (D(2026, 2, 20), 400_000),
                (D(2026, 3, 20), 200_000),
            ],
        ),
        # 20 June 2026 is a Saturday and moves; July's does not move along.
        (
            Terms(200_000, 100_000, Rhythm.MONTHLY, D(2026, 6, 20)),
            [(D(2026, 6, 22), 100_000), (D(2026, 7, 20), 100_000)],
        ),
        # The 31st is a month's last day, and comes back.
        (
            Terms(300_000, 100_000, Rhythm.MONTHLY, D(2026, 3, 31)),
            [
                (D(2026, 3, 31), 100_000),
                (D(2026, 4, 30), 100_000),
                (D(2026, 6, 1), 100_000),  # 31 May is a Sunday
            ],
        ),
        # A lump sum first, then every fortnight; Easter moves.
        (
            Terms(350_000, 100_000, Rhythm.FORTNIGHTLY, D(2026, 3, 19), first_ore=150_000),
            [
                (D(2026, 3, 19), 150_000),
                (D(2026, 4, 7), 100_000),  # Maundy Thursday → Tuesday
                (D(2026, 4, 16), 100_000),
            ],
        ),
        # All of it at once.
        (
            Terms(350_000, 100_000, Rhythm.WEEKLY, D(2026, 3, 19), first_ore=350_000),
            [(D(2026, 3, 19), 350_000)],
        ),
        (
            Terms(50_000, 100_000, Rhythm.WEEKLY, D(2026, 3, 19)),
            [(D(2026, 3, 19), 50_000)],
        ),
    ],
)
def test_the_schedule_moves_to_working_days_and_the_last_takes_the_rest(terms, rows):
    found = schedule(terms, longest_months=24)
    assert [(one.due_on, one.amount_ore) for one in found] == rows


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (Terms(0, 100, Rhythm.WEEKLY, D(2026, 1, 5)), "plan.no_debt"),
        (Terms(100, 0, Rhythm.WEEKLY, D(2026, 1, 5)), "plan.no_instalment"),
        (Terms(100, 10, Rhythm.WEEKLY, D(2026, 1, 5), first_ore=101), "plan.first_too_large"),
        (Terms(100, 10, Rhythm.WEEKLY, D(2026, 1, 5), first_ore=-1), "plan.first_too_large"),
        (Terms(1_400_000, 100_000, Rhythm.MONTHLY, D(2026, 1, 5)), "plan.too_long"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused(terms, code):
    with pytest.raises(RuleBroken) as refused:
        schedule(terms, longest_months=12)
    assert refused.value.code == code


def test_a_plan_that_is_too_long_says_what_would_be_enough():
    terms = Terms(1_400_000, 100_000, Rhythm.MONTHLY, D(2026, 1, 5))
    with pytest.raises(RuleBroken) as refused:
        schedule(terms, longest_months=12)
    enough = Terms(1_400_000, refused.value.facts["needed_ore"], Rhythm.MONTHLY, D(2026, 1, 5))
    assert len(schedule(enough, longest_months=12)) <= 13


TERMS = st.builds(
    Terms,
    st.integers(min_value=1, max_value=20_000_000),
    st.integers(min_value=100_000, max_value=3_000_000),
    st.sampled_from(Rhythm),
    st.dates(min_value=D(2024, 1, 1), max_value=D(2030, 12, 31)),
)


@given(TERMS, st.integers(min_value=0, max_value=1000))
def test_a_schedule_adds_up_to_the_ore_on_rising_working_days(terms, first_permille):
    terms = Terms(
        terms.total_ore,
        terms.instalment_ore,
        terms.rhythm,
        terms.first_due_on,
        first_ore=terms.total_ore * first_permille // 1000,
    )
    rows = schedule(terms, longest_months=600)
    assert sum(one.amount_ore for one in rows) == terms.total_ore
    assert all(one.amount_ore > 0 for one in rows)
    assert all(is_working_day(one.due_on) for one in rows)
    assert all(one.due_on < other.due_on for one, other in pairwise(rows))
    assert rows[0].due_on >= terms.first_due_on
    usual = rows[1:-1] if terms.first_ore else rows[:-1]
    assert {one.amount_ore for one in usual} <= {terms.instalment_ore}
    assert len(rows) == 1 or rows[-1].amount_ore <= terms.instalment_ore
    assert [one.number for one in rows] == list(range(1, len(rows) + 1))


# --- Whether it is kept -----------------------------------------------------------------------

SIGNED = D(2026, 1, 5)
OLD, FEE, JAN, FEB, MAR = 1, 2, 11, 12, 13
PLAN = Agreement(
    signed_on=SIGNED,
    tolerance_days=3,
    instalments=(
        Instalment(1, D(2026, 1, 26), 100_000),
        Instalment(2, D(2026, 2, 26), 100_000),
        Instalment(3, D(2026, 3, 26), 50_000),
    ),
    covered={OLD: 250_000},
)
RENTS = (
    RentDue(JAN, D(2026, 1, 20), 900_000),
    RentDue(FEB, D(2026, 2, 20), 900_000),
    RentDue(MAR, D(2026, 3, 20), 900_000),
)
GOOD = (
    Paid(D(2026, 1, 20), 900_000),
    Paid(D(2026, 1, 26), 100_000),
    Paid(D(2026, 2, 20), 900_000),
    Paid(D(2026, 2, 26), 100_000),
    Paid(D(2026, 3, 20), 900_000),
    Paid(D(2026, 3, 26), 50_000),
)
NAV = Payer(7, "NAV", 700_000, 25, D(2025, 1, 1))


def seen(day, paid=GOOD, **more):
    return judge(PLAN, Happened(rents=RENTS, paid=paid, **more), day)


@pytest.mark.parametrize(
    ("paid", "day", "state", "on"),
    [
        (GOOD, D(2026, 1, 10), State.RUNNING, SIGNED),
        (GOOD, D(2026, 3, 25), State.RUNNING, SIGNED),
        (GOOD, D(2026, 3, 26), State.KEPT, D(2026, 3, 26)),
        (GOOD, D(2027, 3, 26), State.KEPT, D(2026, 3, 26)),
        # Nothing is paid: the rent of 20 January is missed first, broken from the 24th.
        ((), D(2026, 1, 23), State.RUNNING, SIGNED),
        ((), D(2026, 1, 24), State.BROKEN, D(2026, 1, 24)),
        ((), D(2026, 6, 1), State.BROKEN, D(2026, 1, 24)),
        # Rent, but no instalment.
        (GOOD[:1], D(2026, 1, 29), State.RUNNING, SIGNED),
        (GOOD[:1], D(2026, 1, 30), State.BROKEN, D(2026, 1, 30)),
        # On the last day of tolerance, and the day after it.
        ((GOOD[0], Paid(D(2026, 1, 29), 100_000)), D(2026, 2, 1), State.RUNNING, SIGNED),
        ((GOOD[0], Paid(D(2026, 1, 30), 100_000)), D(2026, 2, 1), State.BROKEN, D(2026, 1, 30)),
        # All of it at once, paid before it is due.
        ((Paid(D(2026, 1, 12), 250_000),), D(2026, 1, 13), State.KEPT, D(2026, 1, 12)),
        ((Paid(D(2026, 1, 21), 1_150_000),), D(2026, 3, 1), State.KEPT, D(2026, 1, 21)),
        # One øre too little.
        ((GOOD[0], Paid(D(2026, 1, 26), 99_999)), D(2026, 2, 1), State.BROKEN, D(2026, 1, 30)),
        # Paid, and taken back by the bank.
        ((*GOOD, Paid(D(2026, 1, 28), -100_000)), D(2026, 4, 1), State.BROKEN, D(2026, 1, 30)),
    ],
)
def test_a_plan_is_kept_or_broken_by_value_date_with_tolerance(paid, day, state, on):
    assert seen(day, paid)[:2] == (state, on)


def test_a_last_instalment_the_bank_takes_back_keeps_no_plan():
    back = (*GOOD, Paid(D(2026, 3, 30), -50_000))
    assert seen(D(2026, 3, 29), back)[:2] == (State.KEPT, D(2026, 3, 26))
    assert seen(D(2026, 3, 30), back).state is State.RUNNING
    again = (*back, Paid(D(2026, 4, 2), 50_000))
    assert seen(D(2026, 4, 2), again)[:2] == (State.KEPT, D(2026, 4, 2))


def test_a_rent_taken_back_after_the_plan_was_kept_leaves_it_kept():
    back = (*GOOD, Paid(D(2026, 4, 20), 900_000), Paid(D(2026, 4, 22), -900_000))
    assert seen(D(2026, 5, 30), back)[:2] == (State.KEPT, D(2026, 3, 26))


def test_an_agencys_payment_moved_to_another_lease_was_never_this_ones():
    moved = Paid(D(2026, 1, 23), 700_000, None, "NAV"), Paid(D(2026, 1, 23), -700_000)
    paid = (Paid(D(2026, 1, 20), 200_000), *moved, Paid(D(2026, 1, 26), 100_000))
    assert seen(D(2026, 2, 1), paid, payers=(NAV,)).state is State.RUNNING


@pytest.mark.parametrize(
    ("paid", "state"),
    [
        # The instalment names the old charge, the rent names its month.
        ((Paid(D(2026, 1, 20), 900_000, JAN), Paid(D(2026, 1, 26), 100_000, OLD)), State.RUNNING),
        # Too much for the plan does not pay the rent …
        ((Paid(D(2026, 1, 20), 250_000, OLD), Paid(D(2026, 1, 20), 800_000)), State.BROKEN),
        # … but what is more than its charge is free.
        ((Paid(D(2026, 1, 20), 350_000, OLD), Paid(D(2026, 1, 20), 800_000)), State.KEPT),
        # What names a fee or debt outside the plan is none of the plan's.
        ((GOOD[0], Paid(D(2026, 1, 26), 100_000, FEE)), State.BROKEN),
        # A rent reduction names its month.
        ((Paid(D(2026, 1, 2), 300_000, JAN), Paid(D(2026, 1, 20), 700_000)), State.RUNNING),
    ],
)
def test_a_payment_that_names_its_charge_is_honoured(paid, state):
    assert seen(D(2026, 2, 1), paid).state is state


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({}, State.BROKEN),
        # Paid before the signing, but only known later.
        ({"before_ore": 100_000}, State.RUNNING),
        ({"before_ore": 99_999}, State.BROKEN),
        # Part of the old charge, or of the rent, is deposited as disputed: § 3-8.
        ({"deposits": (Deposit(OLD, 100_000, D(2026, 1, 27)),)}, State.RUNNING),
        ({"deposits": (Deposit(JAN, 100_000, D(2026, 1, 27)),)}, State.RUNNING),
        ({"deposits": (Deposit(OLD, 100_000, D(2026, 1, 30)),)}, State.BROKEN),
        ({"deposits": (Deposit(OLD, 100_000, D(2026, 1, 6), D(2026, 1, 29)),)}, State.BROKEN),
        ({"deposits": (Deposit(OLD, 100_000, D(2026, 1, 6), D(2026, 1, 30)),)}, State.RUNNING),
    ],
)
def test_what_came_to_light_later_and_what_is_disputed_is_not_demanded(more, state):
    # The rent is paid, the first instalment is not.
    assert seen(D(2026, 2, 1), GOOD[:1], **more).state is state


@pytest.mark.parametrize(
    ("paid", "state"),
    [
        # The tenant pays a part, Nav should pay the rest and does not: no default of the tenant's.
        ((Paid(D(2026, 1, 20), 200_000), Paid(D(2026, 1, 26), 100_000)), State.RUNNING),
        # Not even the tenant's own part.
        ((Paid(D(2026, 1, 20), 199_999),), State.BROKEN),
        # Nav pays on the 25th, five days after the rent was due, as it always does.
        (
            (
                Paid(D(2026, 1, 20), 200_000),
                Paid(D(2026, 1, 25), 700_000, text="Nav Heimdal"),
                Paid(D(2026, 1, 26), 100_000),
            ),
            State.RUNNING,
        ),
        # Nav has paid half.
        (
            (
                Paid(D(2026, 1, 20), 200_000),
                Paid(D(2026, 1, 25), 350_000, text="NAV"),
                Paid(D(2026, 1, 26), 100_000),
            ),
            State.RUNNING,
        ),
        (
            (Paid(D(2026, 1, 20), 200_000), Paid(D(2026, 1, 25), 700_000, text="NAV")),
            State.BROKEN,
        ),
    ],
)
def test_what_an_agency_has_not_paid_is_not_the_tenants_default(paid, state):
    assert seen(D(2026, 2, 1), paid, payers=(NAV,)).state is state


def test_a_breach_says_what_was_missed_and_by_how_much():
    found = seen(D(2026, 2, 1), (GOOD[0], Paid(D(2026, 1, 26), 30_000)))
    assert (found.due_on, found.short_ore) == (D(2026, 1, 26), 70_000)


def test_a_payment_that_came_late_from_the_bank_with_a_value_date_in_time_restores_the_plan():
    assert seen(D(2026, 1, 30), GOOD[:1]).state is State.BROKEN
    assert seen(D(2026, 2, 1), (GOOD[0], Paid(D(2026, 1, 29), 100_000))).state is State.RUNNING


def test_a_payment_moved_to_another_lease_never_counted():
    # It was entered in March, with the value date of the payment it takes away.
    paid = (*GOOD, Paid(D(2026, 1, 26), -100_000))
    assert seen(D(2026, 4, 1), paid)[:2] == (State.BROKEN, D(2026, 1, 30))


def test_the_next_look_is_the_day_the_next_breach_can_be_seen():
    assert seen(D(2026, 1, 10), ()).next_look_on == D(2026, 1, 24)
    assert seen(D(2026, 1, 24), GOOD[:1]).next_look_on == D(2026, 1, 30)


@pytest.mark.parametrize(
    ("day", "paid", "paid_ore", "number", "left"),
    [
        (D(2026, 1, 10), GOOD, 0, 1, 100_000),
        (D(2026, 1, 26), GOOD, 100_000, 2, 100_000),
        (D(2026, 2, 26), GOOD, 200_000, 3, 50_000),
        (D(2026, 3, 26), GOOD, 250_000, None, 0),
        # Rent that is due comes first, unless a payment says otherwise.
        (D(2026, 1, 26), (Paid(D(2026, 1, 20), 930_000),), 30_000, 1, 70_000),
        (D(2026, 1, 26), (Paid(D(2026, 1, 20), 30_000),), 0, 1, 100_000),
        (D(2026, 1, 26), (Paid(D(2026, 1, 20), 30_000, OLD),), 30_000, 1, 70_000),
    ],
)
def test_progress_counts_rent_first_and_the_oldest_instalment_first(
    day, paid, paid_ore, number, left
):
    found = progress(PLAN, Happened(rents=RENTS, paid=paid), day)
    assert found.paid_ore == paid_ore
    assert (found.next.number if found.next else None, found.next_left_ore) == (number, left)
    assert found.paid_ore + found.left_ore == PLAN.total_ore


DAYS = st.dates(min_value=SIGNED, max_value=D(2026, 5, 1))
PAYMENTS = st.lists(
    st.builds(
        Paid,
        DAYS,
        st.integers(min_value=-300_000, max_value=1_200_000).filter(bool),
        st.sampled_from([None, None, OLD, JAN, FEB, FEE]),
    ),
    max_size=10,
)
DEPOSITS = st.lists(
    st.builds(
        Deposit,
        st.sampled_from([OLD, JAN, FEB]),
        st.integers(min_value=1, max_value=900_000),
        DAYS,
        st.none() | DAYS,
    ),
    max_size=2,
)


@given(PAYMENTS, DEPOSITS, st.randoms(use_true_random=False), DAYS)
def test_the_order_in_which_payments_arrive_does_not_matter(paid, deposits, chance, day):
    mixed = list(paid)
    chance.shuffle(mixed)
    one = seen(day, tuple(paid), deposits=tuple(deposits), payers=(NAV,))
    assert one == seen(day, tuple(mixed), deposits=tuple(deposits), payers=(NAV,))


@given(PAYMENTS, DEPOSITS)
def test_looking_every_night_says_the_same_as_looking_once(paid, deposits):
    """What a night saw, with the payments of that day's value date, is what is seen afterwards."""
    settled: tuple[State, dt.date] | None = None
    for number in range(120):
        day = SIGNED + number * DAY
        known = tuple(one for one in paid if one.on <= day)
        found = seen(day, known, deposits=tuple(deposits))
        assert found == seen(day, tuple(paid), deposits=tuple(deposits))
        if settled is not None:
            assert found[:2] == settled
        elif found.state is not State.RUNNING:
            settled = found[:2]
            assert found.on <= day


@given(PAYMENTS, st.integers(min_value=1, max_value=500_000), DAYS, DAYS)
def test_paying_more_never_breaks_a_plan(paid, more, on, day):
    before = seen(day, tuple(paid))
    after = seen(day, (*paid, Paid(on, more)))
    assert before.state is State.BROKEN or after.state is not State.BROKEN
    if before.state is State.BROKEN and after.state is State.BROKEN:
        assert after.on >= before.on


# --- Survival ---------------------------------------------------------------------------------


def test_survival_counts_breaches_as_deaths_and_the_rest_for_as_long_as_they_lived():
    lives = [
        Life(State.BROKEN, 10),
        Life(State.RUNNING, 20),
        Life(State.BROKEN, 40),
        Life(State.KEPT, 100),
        Life(State.RUNNING, 200),
    ]
    found = survival(lives)
    # One of five after 10 days; one of the three left after 40.
    assert found.alive_permille == {30: 800, 90: 533, 180: 533}
    assert (found.signed, found.kept, found.broken, found.running) == (5, 1, 2, 2)
    assert (found.kept_permille, found.median_days) == (333, 40)


def test_without_plans_nothing_is_known_of_their_survival():
    found = survival([])
    assert (found.kept_permille, found.median_days) == (None, None)
    assert set(found.alive_permille.values()) == {None}
