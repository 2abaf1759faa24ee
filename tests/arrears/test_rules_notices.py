"""Notices: the wait each starts, what it may name, what must precede it, how long it carries."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.notices import (
    KINDS,
    Kind,
    OpenCharge,
    Sent,
    carries,
    carrying_lines,
    newest,
    notice_period_ends,
    protest_by,
    sue_by,
    term,
    termination_term,
)
from arrears.rules.sending import (
    barred_from,
    check_named,
    nameable,
)
from boligsak.dates import is_working_day
from boligsak.rule import RuleBroken
from tenants.rules.leases import LeaseFacts

D = dt.date
DAY = dt.timedelta(days=1)
DAYS = st.dates(min_value=D(2020, 1, 1), max_value=D(2040, 12, 31))
RENT = OpenCharge(1, "rent", D(2026, 4, 20), 900_000)
OPEN_ENDED = LeaseFacts(D(2020, 1, 1))
FIXED = LeaseFacts(D(2023, 6, 1), D(2026, 5, 31))


def refused(code):
    return pytest.raises(RuleBroken, match=f"^{code}$")


JUNE = D(2026, 6, 1)


def sent(kind, on=JUNE, **facts):
    found = term(kind, on, 14)
    return Sent(1, kind, on, found.last_on, found.allowed_from, **facts)


# --- Waits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sent_on", "last_on", "allowed_from"),
    [
        # The example of the sources: sent 1 June, petition at the earliest 16 June.
        (Kind.WARNING_A, D(2026, 6, 1), D(2026, 6, 15), D(2026, 6, 16)),
        (Kind.WARNING_B, D(2026, 6, 1), D(2026, 6, 15), D(2026, 6, 16)),
        (Kind.WARNING_C, D(2026, 6, 1), D(2026, 6, 15), D(2026, 6, 16)),
        # A last day on a Sunday moves in the tenant's favour …
        (Kind.WARNING_A, D(2025, 6, 1), D(2025, 6, 16), D(2025, 6, 17)),
        # … over Easter, from Maundy Thursday 2 April to the Tuesday …
        (Kind.WARNING_A, D(2026, 3, 19), D(2026, 4, 7), D(2026, 4, 8)),
        # … and over 17 May and Whit Monday.
        (Kind.WARNING_A, D(2024, 5, 3), D(2024, 5, 21), D(2024, 5, 22)),
        (Kind.PAYMENT_DEMAND, D(2026, 3, 19), D(2026, 4, 7), D(2026, 4, 8)),
        # The fourteen days of § 9 never move: Maundy Thursday is the last day all the same.
        (Kind.COLLECTION_NOTICE, D(2026, 3, 19), D(2026, 4, 2), D(2026, 4, 3)),
        (Kind.COLLECTION_NOTICE, D(2026, 12, 11), D(2026, 12, 25), D(2026, 12, 26)),
        (Kind.COLLECTION_NOTICE, D(2026, 6, 1), D(2026, 6, 15), D(2026, 6, 16)),
        (Kind.NAV_WARNING, D(2026, 6, 1), D(2026, 6, 15), D(2026, 6, 16)),
    ],
)
def test_the_wait_of_a_notice_to_the_day_inkassoloven_9_10_tvfbl_4_18_husll_9_11(
    kind, sent_on, last_on, allowed_from
):
    assert term(kind, sent_on, 14) == (last_on, allowed_from)


@given(DAYS, st.sampled_from([kind for kind in Kind if KINDS[kind].wait]))
def test_a_wait_is_never_shorter_than_its_days_and_moves_only_in_the_tenants_favour_149(on, kind):
    last_on, allowed_from = term(kind, on, 14)
    fourteenth = on + dt.timedelta(days=14)
    assert allowed_from == last_on + dt.timedelta(days=1)
    if kind is Kind.COLLECTION_NOTICE:
        assert last_on == fourteenth
    else:
        assert last_on >= fourteenth
        assert is_working_day(last_on)


# --- Termination ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_on", "protest", "suit"),
    [
        (D(2025, 1, 10), D(2025, 2, 10), D(2025, 5, 10)),  # a Saturday: the landlord's stays
        (D(2026, 1, 10), D(2026, 2, 10), D(2026, 5, 10)),
        (D(2026, 1, 31), D(2026, 3, 2), D(2026, 5, 28)),  # 28 February is a Saturday
        (D(2026, 3, 3), D(2026, 4, 7), D(2026, 7, 3)),  # Good Friday to the Tuesday
    ],
)
def test_protest_within_a_month_and_suit_within_three_9_8(received_on, protest, suit):
    assert protest_by(received_on) == protest
    assert sue_by(received_on) == suit


@pytest.mark.parametrize(
    ("received_on", "months", "ends"),
    [
        (D(2026, 1, 10), 3, D(2026, 4, 30)),
        (D(2026, 1, 31), 3, D(2026, 4, 30)),
        (D(2026, 2, 1), 3, D(2026, 5, 31)),
        (D(2026, 11, 30), 3, D(2027, 2, 28)),
        (D(2026, 1, 10), 1, D(2026, 2, 28)),
    ],
)
def test_the_notice_period_runs_to_the_end_of_a_month_9_6(received_on, months, ends):
    assert notice_period_ends(received_on, months) == ends


def test_ground_c_opens_when_notice_period_and_month_are_over_without_protest_13_2():
    found = termination_term(D(2026, 1, 8), [D(2026, 1, 10)])
    assert found.opens_from == D(2026, 5, 1)
    assert found.void_from is None


def test_without_documented_receipt_from_each_tenant_ground_c_never_opens_9_8():
    assert termination_term(D(2026, 1, 8), [D(2026, 1, 10), None]).opens_from is None
    assert termination_term(D(2026, 1, 8), []).protest_last_on is None


def test_joint_tenants_count_from_the_last_receipt_and_the_landlord_from_the_first_9_8():
    found = termination_term(
        D(2026, 1, 8), [D(2026, 1, 10), D(2026, 1, 20)], protests=[D(2026, 2, 20)]
    )
    assert found.protest_last_on == D(2026, 2, 20)
    assert found.suit_last_on == D(2026, 5, 10)


@pytest.mark.parametrize(
    ("protest_on", "sued_on", "opens", "void"),
    [
        (D(2026, 2, 10), None, None, D(2026, 5, 11)),
        (D(2026, 2, 10), D(2026, 5, 10), None, None),
        (D(2026, 2, 10), D(2026, 5, 11), None, D(2026, 5, 11)),
        (D(2026, 2, 11), None, D(2026, 5, 1), None),  # too late a protest does not count
    ],
)
def test_a_protested_termination_lapses_unless_the_landlord_sues_9_8(
    protest_on, sued_on, opens, void
):
    found = termination_term(
        D(2026, 1, 8), [D(2026, 1, 10)], protests=[protest_on], sued_on=sued_on
    )
    assert (found.opens_from, found.void_from) == (opens, void)


@pytest.mark.parametrize(
    ("received", "protest_on", "suit_on"),
    [
        ((), D(2026, 2, 1), D(2026, 5, 8)),
        ((None,), D(2026, 2, 1), D(2026, 5, 8)),
        ((D(2026, 1, 10), None), D(2026, 2, 1), D(2026, 5, 10)),
        # Served in May for the first time: nobody had to sue before the protest came.
        ((D(2026, 1, 10), D(2026, 5, 20)), D(2026, 6, 1), D(2026, 9, 1)),
        ((D(2026, 1, 10), None), D(2026, 6, 1), D(2026, 9, 1)),
    ],
)
def test_the_landlords_months_to_sue_run_without_documented_receipt_too_9_8(
    received, protest_on, suit_on
):
    found = termination_term(D(2026, 1, 8), received, [protest_on])
    assert found.suit_last_on == suit_on
    assert found.void_from == suit_on + DAY
    assert found.opens_from is None


# --- What it names ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["fee", "interest", "damage", "loan", "opening"])
def test_only_rent_and_3_4_charges_carry_ground_a_13_2(kind):
    with refused("notice.wrong_charge"):
        check_named(Kind.WARNING_A, [replace(RENT, kind=kind)], D(2026, 6, 1), limitation_years=3)


@pytest.mark.parametrize("kind", [kind for kind in Kind if KINDS[kind].names])
def test_a_charge_is_named_only_after_it_fell_due_4_18(kind):
    with refused("notice.not_due") as broken:
        check_named(kind, [RENT], RENT.due_on, limitation_years=3)
    assert broken.value.facts["from_on"] == D(2026, 4, 21)
    check_named(kind, [RENT], D(2026, 4, 21), limitation_years=3)


def test_a_deposited_charge_rests_3_8():
    with refused("notice.rests"):
        check_named(Kind.REMINDER, [replace(RENT, open_ore=0)], D(2026, 6, 1), limitation_years=3)
    assert nameable(Kind.REMINDER, [replace(RENT, open_ore=0), RENT], D(2026, 6, 1)) == [RENT]


def test_a_demand_for_money_names_something():
    with refused("notice.names_nothing"):
        check_named(Kind.WARNING_A, [], D(2026, 6, 1), limitation_years=3)
    check_named(Kind.NUISANCE_WARNING, [], D(2026, 6, 1), limitation_years=3)


def test_rent_older_than_three_years_needs_a_word_on_the_interruption_foreldelsesloven_2():
    old = replace(RENT, due_on=D(2023, 6, 20))
    assert barred_from(old.due_on, 3) == D(2026, 6, 21)
    check_named(Kind.REMINDER, [old], D(2026, 6, 20), limitation_years=3)
    with refused("notice.barred"):
        check_named(Kind.REMINDER, [old], D(2026, 6, 21), limitation_years=3)
    check_named(
        Kind.REMINDER, [old], D(2026, 6, 21), limitation_years=3, interrupted="Erkjent 1.2.2024"
    )


# --- How long it carries ----------------------------------------------------------------------

WARNING = sent(Kind.WARNING_A, D(2026, 6, 1), line_ids=frozenset({1, 2}))


@pytest.mark.parametrize(
    ("open_ore", "plans", "expected"),
    [
        ({1: 900_000, 2: 900_000}, {}, {1, 2}),
        ({1: 1}, {}, {1}),  # still partly open
        ({3: 900_000}, {}, set()),  # only rent that was not named: a new warning is needed
        ({1: 900_000}, {1: [(D(2026, 6, 5), None)]}, set()),  # deferred by a plan that runs
        ({1: 900_000}, {1: [(D(2026, 6, 5), D(2026, 6, 20))]}, set()),  # broken: still deferred
        ({1: 900_000}, {1: [(D(2026, 3, 1), D(2026, 6, 1))]}, {1}),  # ended before it was sent
        ({1: 900_000}, {1: [(D(2026, 3, 1), D(2026, 6, 2))]}, set()),
        ({1: 900_000, 2: 1}, {1: [(D(2026, 6, 5), None)]}, {2}),
        ({1: 900_000}, {1: [(D(2026, 8, 1), None)]}, {1}),  # signed after the day asked about
    ],
)
def test_a_warning_carries_only_what_it_named_and_nothing_has_deferred_4_18(
    open_ore, plans, expected
):
    lines = carrying_lines(WARNING, open_ore, plans, D(2026, 7, 1))
    assert lines == expected
    assert carries(WARNING, lines, D(2026, 7, 1), None) == bool(expected)


def test_fourteen_days_and_a_balance_is_not_the_rule_4_18():
    assert not carries(
        WARNING, carrying_lines(WARNING, {9: 5_000_000}, {}, D(2026, 7, 1)), D(2026, 7, 1), None
    )


def test_a_protested_termination_stops_carrying_when_it_is_void_9_8():
    notice = Sent(
        7, Kind.TERMINATION, D(2026, 1, 8), None, None, frozenset(), (D(2026, 1, 10),),
        (D(2026, 2, 1),),
    )  # fmt: skip
    assert carries(notice, (), D(2026, 5, 10), None)
    assert not carries(notice, (), D(2026, 5, 11), None)
    assert carries(notice, (), D(2026, 5, 11), D(2026, 5, 1))


def test_the_newest_of_a_kind_is_the_one_sent_last():
    earlier, later = sent(Kind.REMINDER, D(2026, 5, 1)), sent(Kind.REMINDER, D(2026, 6, 1))
    assert newest([later, earlier], Kind.REMINDER) == later
    assert newest([], Kind.REMINDER) is None
