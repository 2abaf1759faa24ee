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
    Standing,
    carries,
    carrying_lines,
    newest,
    notice_period_ends,
    protest_by,
    standing,
    sue_by,
    term,
    termination_term,
)
from arrears.rules.sending import (
    Recipient,
    Situation,
    barred_from,
    check_channel,
    check_content,
    check_named,
    check_sender,
    check_situation,
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


# --- What stands in the way -------------------------------------------------------------------

MONEY_KINDS = [kind for kind in Kind if KINDS[kind].names]


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_sent_to_the_dead(kind):
    with refused("notice.tenant_died"):
        check_situation(kind, Situation(OPEN_ENDED, died_on=D(2026, 5, 30)), [RENT], D(2026, 6, 1))


@pytest.mark.parametrize("kind", MONEY_KINDS)
def test_dunning_rests_while_a_plan_runs(kind):
    with refused("notice.plan_runs"):
        check_situation(kind, Situation(OPEN_ENDED, plan_from=D(2026, 5, 1)), [RENT], D(2026, 6, 1))


@pytest.mark.parametrize("kind", MONEY_KINDS)
def test_a_debt_settlement_stops_what_it_covers_and_no_more(kind):
    now = Situation(
        OPEN_ENDED,
        settled_to=D(2026, 4, 20),
        sent=(sent(Kind.COLLECTION_NOTICE, D(2026, 5, 1), line_ids=frozenset({1})),),
    )
    with refused("notice.debt_settlement"):
        check_situation(kind, now, [RENT], D(2026, 6, 1))
    later = replace(now, settled_to=D(2026, 4, 19))
    check_situation(kind, later, [RENT], D(2026, 6, 1))


def test_our_own_inkassovarsel_only_while_the_law_allows_it_9():
    with refused("notice.own_notice_over"):
        check_situation(
            Kind.COLLECTION_NOTICE, Situation(OPEN_ENDED, own_notice=False), [RENT], D(2026, 6, 1)
        )


def test_a_payment_demand_waits_for_the_fourteen_days_of_the_notice_10():
    warned = sent(Kind.COLLECTION_NOTICE, D(2026, 6, 1), line_ids=frozenset({1}))
    now = Situation(OPEN_ENDED, sent=(warned,))
    with refused("notice.too_early") as broken:
        check_situation(Kind.PAYMENT_DEMAND, now, [RENT], D(2026, 6, 15))
    assert broken.value.facts["from_on"] == D(2026, 6, 16)
    check_situation(Kind.PAYMENT_DEMAND, now, [RENT], D(2026, 6, 16))


@given(DAYS, st.integers(min_value=0, max_value=40))
def test_no_payment_demand_before_the_fourteen_days_are_over_and_none_refused_after_10(on, later):
    warned = sent(Kind.COLLECTION_NOTICE, on, line_ids=frozenset({1}))
    now = Situation(LeaseFacts(D(2010, 1, 1)), sent=(warned,))
    day = on + dt.timedelta(days=later)
    if later < 15:
        with refused("notice.too_early") as broken:
            check_situation(Kind.PAYMENT_DEMAND, now, [RENT], day)
        assert broken.value.facts["from_on"] == on + dt.timedelta(days=15)
    else:
        check_situation(Kind.PAYMENT_DEMAND, now, [RENT], day)


def test_a_payment_demand_names_only_what_has_been_warned_10():
    warned = sent(Kind.COLLECTION_NOTICE, D(2026, 6, 1), line_ids=frozenset({2}))
    with refused("notice.not_warned"):
        check_situation(
            Kind.PAYMENT_DEMAND, Situation(OPEN_ENDED, sent=(warned,)), [RENT], D(2026, 7, 1)
        )


def test_the_warning_of_an_expired_contract_is_sent_after_expiry_13_2_b():
    with refused("notice.too_early") as broken:
        check_situation(Kind.WARNING_B, Situation(FIXED), [], D(2026, 5, 31))
    assert broken.value.facts["from_on"] == D(2026, 6, 1)
    check_situation(Kind.WARNING_B, Situation(FIXED), [], D(2026, 6, 1))
    with refused("notice.no_term"):
        check_situation(Kind.WARNING_B, Situation(OPEN_ENDED), [], D(2026, 6, 1))


@pytest.mark.parametrize("kind", [Kind.MOVE_REQUEST, Kind.WARNING_B])
def test_31_august_is_the_last_safe_day_for_a_term_that_ended_31_may_9_2(kind):
    check_situation(kind, Situation(FIXED), [], D(2026, 8, 31))
    with refused("notice.open_ended") as broken:
        check_situation(kind, Situation(FIXED), [], D(2026, 9, 1))
    assert broken.value.facts["last_on"] == D(2026, 8, 31)


def test_a_request_in_time_keeps_the_way_to_ground_b_open_9_2():
    asked = FIXED._replace(move_requested_on=D(2026, 8, 1))
    check_situation(Kind.WARNING_B, Situation(asked), [], D(2026, 12, 1))


def test_a_running_fixed_term_is_not_ended_by_notice_unless_agreed_9_2():
    with refused("notice.fixed_term"):
        check_situation(Kind.TERMINATION, Situation(FIXED), [], D(2026, 3, 1))
    check_situation(
        Kind.TERMINATION, Situation(FIXED, is_termination_agreed=True), [], D(2026, 3, 1)
    )
    check_situation(Kind.TERMINATION, Situation(OPEN_ENDED), [], D(2026, 3, 1))


def terminated(**facts):
    notice = Sent(7, Kind.TERMINATION, D(2026, 1, 8), None, None, **facts)
    return Situation(OPEN_ENDED, sent=(notice,))


@pytest.mark.parametrize(
    ("now", "on", "code"),
    [
        (Situation(OPEN_ENDED), D(2026, 6, 1), "notice.not_terminated"),
        (terminated(received=(None,)), D(2026, 6, 1), "notice.no_receipt"),
        (
            terminated(received=(D(2026, 1, 10),), protests=(D(2026, 2, 1),)),
            D(2026, 6, 1),
            "notice.protested",
        ),
        (terminated(received=(D(2026, 1, 10),)), D(2026, 4, 30), "notice.too_early"),
    ],
)
def test_the_warning_of_a_termination_waits_for_all_of_13_2_c(now, on, code):
    with refused(code):
        check_situation(Kind.WARNING_C, now, [], on)


def test_the_warning_of_a_termination_is_lawful_from_the_day_after_13_2_c():
    check_situation(Kind.WARNING_C, terminated(received=(D(2026, 1, 10),)), [], D(2026, 5, 1))


def test_nav_is_not_warned_after_a_reservation_9_11():
    warned = (sent(Kind.WARNING_A, line_ids=frozenset({1})),)
    check_situation(Kind.NAV_WARNING, Situation(OPEN_ENDED, sent=warned), [], D(2026, 6, 1))
    with refused("notice.reserved"):
        check_situation(
            Kind.NAV_WARNING,
            Situation(OPEN_ENDED, sent=warned, reserved_on=D(2026, 6, 1)),
            [],
            D(2026, 6, 1),
        )
    with refused("notice.no_warning"):
        check_situation(Kind.NAV_WARNING, Situation(OPEN_ENDED), [], D(2026, 6, 1))


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


# --- Content, channels, senders ---------------------------------------------------------------


@pytest.mark.parametrize("kind", list(Kind))
def test_a_notice_without_what_the_law_requires_is_refused(kind):
    content = KINDS[kind].content
    check_content(kind, {*content, "own words"})
    for item in content:
        with refused("notice.content_missing") as broken:
            check_content(kind, set(content) - {item})
        assert broken.value.facts["items"] == [item]


@pytest.mark.parametrize("kind", [Kind.WARNING_A, Kind.WARNING_B, Kind.WARNING_C])
def test_an_eviction_warning_says_how_eviction_is_avoided_or_why_it_comes_4_18(kind):
    assert {"eviction_follows", "deadline"} <= set(KINDS[kind].content)
    assert ("avoid_eviction" in KINDS[kind].content) == (kind is Kind.WARNING_A)


USED = Recipient(1, email="a@example.org", email_used_on=D(2026, 5, 1))


@pytest.mark.parametrize(
    ("kind", "channel", "to", "code"),
    [
        (Kind.WARNING_A, "letter", Recipient(1), None),
        (Kind.WARNING_A, "home_visit", Recipient(1), None),
        (Kind.WARNING_A, "phone", Recipient(1), "notice.not_written"),
        (Kind.WARNING_A, "sms", Recipient(1), "notice.not_written"),
        (Kind.WARNING_A, "email", USED, None),
        (Kind.WARNING_A, "email", replace(USED, email_used_on=None), "notice.email_not_recent"),
        (
            Kind.WARNING_A,
            "email",
            replace(USED, email_used_on=D(2025, 5, 1)),
            "notice.email_not_recent",
        ),
        (Kind.REMINDER, "email", replace(USED, email_used_on=None), None),
        (Kind.REMINDER, "email", replace(USED, email=""), "notice.no_email"),
        (Kind.REMINDER, "email", replace(USED, is_reserved=True), "notice.reserved_digital"),
        (Kind.REMINDER, "letter", replace(USED, is_reserved=True), None),
    ],
)
def test_email_counts_only_to_an_address_used_lately_and_never_against_a_reservation_4_18(
    kind, channel, to, code
):
    def check():
        check_channel(kind, channel, to, D(2026, 6, 1), recent_days=180, proof="Kvittering")

    if code is None:
        check()
    else:
        with refused(code):
            check()


def test_what_is_sent_has_a_proof_of_sending_4_18():
    with refused("notice.no_proof"):
        check_channel(Kind.WARNING_A, "letter", USED, D(2026, 6, 1), recent_days=180, proof="  ")


def test_only_the_landlord_ends_a_tenancy():
    check_sender(Kind.TERMINATION, {"landlord"})
    check_sender(Kind.WARNING_A, {"welfare"})
    with refused("notice.not_yours"):
        check_sender(Kind.TERMINATION, {"welfare"})
    with refused("notice.not_yours"):
        check_sender(Kind.REMINDER, {"housing_unit"})


def stands(number, sent_on, is_carrying=True):
    found = term(Kind.WARNING_A, sent_on, 14)
    return Standing(number, Kind.WARNING_A, sent_on, found.last_on, found.allowed_from, is_carrying)


def test_a_second_warning_does_not_undo_the_wait_of_the_first_4_18():
    first, second = stands(1, D(2026, 6, 1)), stands(2, D(2026, 6, 10))
    assert standing([first, second], D(2026, 6, 12)) == first
    assert standing([first, second], D(2026, 6, 16)) == first
    assert standing([first, second], D(2026, 6, 25)) == second
    paid = stands(1, D(2026, 6, 1), False)
    assert standing([paid, second], D(2026, 6, 20)) == second
    assert standing([paid, stands(2, D(2026, 6, 10), False)], D(2026, 7, 1)).notice_id == 2
