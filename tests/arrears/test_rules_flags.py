"""Which flags a lease carries on a day, and when to look again."""

import datetime as dt
import json

import pytest

from arrears.rules.flags import (
    AccountFacts,
    FlagKind,
    Lookalike,
    OwedCharge,
    decide,
)
from arrears.rules.policy import ArrearsPolicy, default_values
from tenants.rules.leases import LeaseFacts

DAY = dt.date
VALUES = default_values()
POLICY = ArrearsPolicy.from_values(VALUES)
LEASE = LeaseFacts(starts_on=DAY(2020, 1, 1))
RENT = 900_000
ACCOUNT = AccountFacts(
    balance_ore=0, open=(), monthly_rent_ore=RENT, last_due_on=DAY(2026, 11, 20), kid="12345674"
)
NOVEMBER = DAY(2026, 11, 20)


def owing(*charges, **changes):
    """An account with these open charges: (due_on, open) or (due_on, open, kind)."""
    owed = tuple(OwedCharge(c[0], c[2] if len(c) > 2 else "rent", c[1], RENT) for c in charges)
    return ACCOUNT._replace(open=owed, balance_ore=sum(c.open_ore for c in owed), **changes)


def verdicts(account, day, lease=LEASE, policy=POLICY):
    return {v.kind: v for v in decide(lease, account, policy, day).verdicts}


def levels(account, day, lease=LEASE, policy=POLICY):
    return {kind.value: v.level for kind, v in verdicts(account, day, lease, policy).items()}


def test_a_lease_in_order_carries_no_flag_and_need_not_be_looked_at_again():
    assert decide(LEASE, ACCOUNT, POLICY, NOVEMBER) == ((), None, None)


# --- Arrears ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "level", "look_on"),
    [
        (DAY(2026, 11, 1), 0, DAY(2026, 11, 24)),
        (DAY(2026, 11, 20), 0, DAY(2026, 11, 24)),
        (DAY(2026, 11, 23), 0, DAY(2026, 11, 24)),  # a payment may be on its way
        (DAY(2026, 11, 24), 1, DAY(2026, 12, 4)),
        (DAY(2026, 12, 3), 1, DAY(2026, 12, 4)),
        (DAY(2026, 12, 4), 2, DAY(2026, 12, 25)),
        (DAY(2026, 12, 25), 3, DAY(2027, 1, 24)),
        (DAY(2027, 1, 24), 4, None),
        (DAY(2036, 1, 24), 4, None),
    ],
)
def test_one_unpaid_rent_rises_through_the_levels_by_age(day, level, look_on):
    decision = decide(LEASE, owing((NOVEMBER, RENT)), POLICY, day)
    assert [v.level for v in decision.verdicts] == ([level] if level else [])
    assert decision.next_look_on == look_on


@pytest.mark.parametrize(
    ("open_ore", "level"),
    [(1_349_999, 1), (1_350_000, 2), (1_800_000, 3), (2_700_000, 4), (90_000_000, 4)],
)
def test_much_owed_is_serious_whatever_its_age(open_ore, level):
    assert levels(owing((NOVEMBER, open_ore)), DAY(2026, 11, 24)) == {"arrears": level}


def test_a_lease_without_a_known_rent_rises_by_age_only():
    account = owing((NOVEMBER, 90_000_000), monthly_rent_ore=0)
    found = verdicts(account, DAY(2026, 11, 24))[FlagKind.ARREARS]
    assert (found.level, found.facts["months_permille"]) == (1, None)


def test_less_than_the_least_amount_raises_nothing():
    assert levels(owing((NOVEMBER, 19_999)), DAY(2027, 11, 20)) == {}
    assert levels(owing((NOVEMBER, 20_000)), DAY(2027, 11, 20)) == {"arrears": 4}


def test_small_amounts_count_together():
    account = owing((DAY(2026, 9, 21), 10_000), (DAY(2026, 10, 20), 10_000))
    found = verdicts(account, NOVEMBER)[FlagKind.ARREARS]
    assert (found.anchor_on, found.facts["owed_ore"]) == (DAY(2026, 10, 20), 20_000)


def test_an_old_remainder_of_a_few_kroner_does_not_make_a_new_debt_critical():
    account = owing((DAY(2025, 1, 20), 5_000), (NOVEMBER, RENT))
    found = verdicts(account, DAY(2026, 11, 24))[FlagKind.ARREARS]
    assert (found.level, found.anchor_on, found.facts["owed_ore"]) == (1, NOVEMBER, 905_000)


def test_only_what_is_overdue_counts():
    account = owing((DAY(2026, 10, 20), RENT), (NOVEMBER, RENT))
    before = decide(LEASE, account, POLICY, DAY(2026, 11, 23))
    assert before.verdicts[0].facts["owed_ore"] == RENT
    assert before.next_look_on == DAY(2026, 11, 24)
    after = verdicts(account, DAY(2026, 11, 24))[FlagKind.ARREARS]
    assert after.facts["owed_ore"] == 2 * RENT


def test_every_kind_of_charge_is_arrears():
    assert levels(owing((NOVEMBER, 50_000, "damage")), DAY(2026, 11, 24)) == {"arrears": 1}


def test_the_verdict_holds_facts_and_never_a_count_of_days():
    account = owing((DAY(2026, 10, 20), 360_000), (NOVEMBER, RENT))
    found = verdicts(account, DAY(2026, 11, 30))[FlagKind.ARREARS]
    assert found.facts == {
        "owed_ore": 1_260_000,
        "months_permille": 1400,
        "oldest_due_on": "2026-10-20",
    }
    assert found == verdicts(account, DAY(2026, 12, 1))[FlagKind.ARREARS]


@pytest.mark.parametrize(
    ("ever_before", "kinds"),
    [
        (False, {"arrears", "first_arrears"}),
        (True, {"arrears"}),
        (None, {"arrears"}),  # nobody can know: said of nobody
    ],
)
def test_first_arrears_only_when_there_were_surely_none_before(ever_before, kinds):
    account = owing((NOVEMBER, RENT), ever_before=ever_before)
    assert set(levels(account, DAY(2026, 11, 24))) == kinds


def test_nobody_in_order_has_first_arrears():
    assert levels(ACCOUNT._replace(ever_before=False), NOVEMBER) == {}


# --- Pattern ----------------------------------------------------------------------------------


def test_a_tenant_who_is_always_late_is_not_later_than_usual():
    account = owing((NOVEMBER, RENT), usual_days_late=8, usual_share_permille=1000)
    assert levels(account, DAY(2026, 12, 3)) == {"arrears": 1}


def test_a_tenant_who_is_never_late_is_flagged_when_late():
    account = owing((NOVEMBER, RENT), usual_days_late=0, usual_share_permille=1000)
    assert levels(account, DAY(2026, 11, 30)) == {"arrears": 1}
    assert decide(LEASE, account, POLICY, DAY(2026, 11, 30)).next_look_on == DAY(2026, 12, 1)
    assert levels(account, DAY(2026, 12, 1)) == {"arrears": 1, "pattern": 1}


def test_a_tenant_who_pays_less_than_usual_is_flagged():
    account = owing((NOVEMBER, 500_000), usual_days_late=20, usual_share_permille=1000)
    found = verdicts(account, DAY(2026, 12, 5))[FlagKind.PATTERN]
    assert (found.anchor_on, found.facts["is_smaller"], found.facts["is_later"]) == (
        NOVEMBER,
        True,
        False,
    )
    assert (found.facts["share_permille"], found.facts["usual_share_permille"]) == (444, 1000)


def test_the_pattern_is_about_rent_and_not_about_a_damage():
    account = owing((NOVEMBER, RENT, "damage"), usual_days_late=0, usual_share_permille=1000)
    assert levels(account, DAY(2026, 12, 3)) == {"arrears": 1}


# --- Former tenants ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (DAY(2026, 11, 30), {"arrears": 1}),
        (DAY(2026, 12, 1), {"former_tenant": 1}),
        (DAY(2029, 5, 19), {"former_tenant": 1}),
        (DAY(2029, 5, 20), {"former_tenant": 2}),
    ],
)
def test_debt_of_one_who_has_moved_out_is_a_former_tenants(day, found):
    lease = LEASE._replace(moved_out_on=DAY(2026, 11, 30))
    assert levels(owing((NOVEMBER, RENT)), day, lease) == found


def test_a_lease_that_is_over_and_paid_carries_nothing_but_a_lookalike():
    lease = LEASE._replace(moved_out_on=DAY(2026, 11, 1), ends_on=DAY(2026, 5, 31))
    account = ACCOUNT._replace(kid=None, expects_charge=True, last_due_on=None)
    assert decide(lease, account, POLICY, NOVEMBER) == ((), None, None)
    account = account._replace(lookalike=Lookalike(DAY(2026, 11, 5), RENT))
    assert levels(account, NOVEMBER, lease) == {"lookalike": 1}


# --- The term ---------------------------------------------------------------------------------

ENDS = DAY(2026, 5, 31)
FIXED = LEASE._replace(ends_on=ENDS)


@pytest.mark.parametrize(
    ("day", "found", "look_on"),
    [
        (DAY(2025, 12, 1), {}, DAY(2025, 12, 2)),
        (DAY(2025, 12, 2), {"expiring": 1}, DAY(2026, 3, 2)),
        (DAY(2026, 3, 2), {"expiring": 2}, DAY(2026, 4, 1)),
        (DAY(2026, 4, 1), {"expiring": 3}, DAY(2026, 5, 1)),
        (DAY(2026, 5, 1), {"expiring": 4}, DAY(2026, 6, 1)),
        (DAY(2026, 5, 31), {"expiring": 4}, DAY(2026, 6, 1)),
        (DAY(2026, 6, 1), {"expired": 1}, DAY(2026, 7, 2)),
        (DAY(2026, 7, 2), {"expired": 2}, DAY(2026, 8, 1)),
        (DAY(2026, 8, 1), {"expired": 3}, DAY(2026, 8, 17)),
        (DAY(2026, 8, 17), {"expired": 4}, DAY(2026, 9, 1)),
        (DAY(2026, 8, 31), {"expired": 4}, DAY(2026, 9, 1)),
        (DAY(2026, 9, 1), {"open_ended": 2}, None),
    ],
)
def test_a_fixed_term_runs_out_and_becomes_open_ended(day, found, look_on):
    assert levels(ACCOUNT, day, FIXED) == found
    assert decide(FIXED, ACCOUNT, POLICY, day).term_look_on == look_on


def test_a_request_to_move_in_time_stops_the_clock_but_keeps_the_flag():
    lease = FIXED._replace(move_requested_on=DAY(2026, 8, 20))
    assert levels(ACCOUNT, DAY(2026, 8, 19), lease) == {"expired": 4}
    found = verdicts(ACCOUNT, DAY(2026, 9, 1), lease)[FlagKind.EXPIRED]
    assert (found.level, found.facts) == (
        1,
        {
            "ends_on": "2026-05-31",
            "move_requested_on": "2026-08-20",
        },
    )


def test_a_service_agreement_outside_the_tenancy_act_has_no_clock():
    lease = FIXED._replace(is_service_agreement=True, is_outside_tenancy_act=True)
    found = verdicts(ACCOUNT, DAY(2027, 1, 1), lease)[FlagKind.EXPIRED]
    assert (found.level, found.facts) == (
        1,
        {"ends_on": "2026-05-31", "is_service_agreement": True},
    )


def test_one_who_leaves_with_the_term_raises_no_expiry_flag():
    assert levels(ACCOUNT, DAY(2026, 5, 1), FIXED._replace(moved_out_on=ENDS)) == {}


# --- Check data -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "last_due_on", "day", "month"),
    [
        # 20 December 2026 is a Sunday: due the 21st, missing when the 24th has passed.
        (DAY(2020, 1, 1), DAY(2026, 11, 20), DAY(2026, 12, 24), None),
        (DAY(2020, 1, 1), DAY(2026, 11, 20), DAY(2026, 12, 25), "2026-12-01"),
        (DAY(2020, 1, 1), DAY(2026, 11, 20), DAY(2027, 3, 1), "2026-12-01"),
        (DAY(2020, 1, 1), DAY(2026, 12, 21), DAY(2027, 1, 23), None),
        (DAY(2020, 1, 1), DAY(2026, 12, 21), DAY(2027, 1, 24), "2027-01-01"),
        # A new lease: its first whole month is the first that must be charged.
        (DAY(2026, 11, 1), None, DAY(2026, 11, 23), None),
        (DAY(2026, 11, 1), None, DAY(2026, 11, 24), "2026-11-01"),
        (DAY(2026, 11, 2), None, DAY(2026, 12, 24), None),
        (DAY(2026, 11, 2), None, DAY(2026, 12, 25), "2026-12-01"),
    ],
)
def test_a_month_without_a_charge_is_noticed(starts_on, last_due_on, day, month):
    lease = LEASE._replace(starts_on=starts_on)
    account = ACCOUNT._replace(expects_charge=True, last_due_on=last_due_on)
    found = verdicts(account, day, lease).get(FlagKind.NO_CHARGE)
    assert (found.facts["month"] if found else None) == month


def test_no_charge_is_missed_for_one_who_leaves_before_it_falls_due():
    account = ACCOUNT._replace(expects_charge=True)
    lease = LEASE._replace(moved_out_on=DAY(2026, 12, 10))
    assert levels(account, DAY(2026, 12, 10), lease) == {}


def test_a_lease_that_is_not_charged_monthly_misses_no_charge():
    assert levels(ACCOUNT._replace(last_due_on=None), NOVEMBER) == {}


@pytest.mark.parametrize("kid", [None, ""])
def test_a_lease_without_kid_is_data_to_check(kid):
    assert levels(ACCOUNT._replace(kid=kid), NOVEMBER) == {"no_kid": 1}


def test_an_unplaced_payment_that_looks_like_this_tenants_is_data_to_check():
    account = ACCOUNT._replace(lookalike=Lookalike(DAY(2026, 11, 18), RENT))
    found = verdicts(account, NOVEMBER)[FlagKind.LOOKALIKE]
    assert (found.anchor_on, found.facts) == (
        DAY(2026, 11, 18),
        {"amount_ore": RENT, "paid_on": "2026-11-18"},
    )


def test_every_verdict_can_be_stored_as_json():
    lease = FIXED
    account = owing(
        (NOVEMBER, 500_000),
        ever_before=False,
        usual_days_late=0,
        usual_share_permille=1000,
        expects_charge=True,
        last_due_on=DAY(2026, 1, 20),
        kid=None,
        lookalike=Lookalike(NOVEMBER, 5),
    )
    found = decide(lease, account, POLICY, DAY(2026, 12, 10)).verdicts
    assert len(found) == 7
    assert all(json.loads(json.dumps(v.facts)) == v.facts for v in found)
