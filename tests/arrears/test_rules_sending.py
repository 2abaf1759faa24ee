"""What stands in the way of a notice, what it must say, and by whom and how it is sent."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.notices import (
    KINDS,
    Kind,
    Sent,
    Standing,
    standing,
    term,
)
from arrears.rules.sending import (
    Recipient,
    Situation,
    check_channel,
    check_content,
    check_sender,
    check_situation,
)
from tenants.rules.leases import LeaseFacts
from tests.arrears.test_rules_notices import DAYS, FIXED, OPEN_ENDED, RENT, D, refused, sent

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
