"""What may follow what once a case has left the municipality, what a petition splits, the fees."""

import datetime as dt
from decimal import Decimal

import pytest

from arrears.rules.court_fees import eviction_fee
from arrears.rules.referrals import (
    NEXT,
    RUNNING,
    Claim,
    Ground,
    Reason,
    ReferralKind,
    Standing,
    State,
    Step,
    after,
    check_eviction_date,
    check_reason,
    comment_by,
    split_claims,
    steps,
)
from boligsak.rule import RuleBroken

MADE = dt.date(2026, 6, 16)
FILED = dt.date(2026, 6, 18)


def standing(state: State = State.FILED, **changes: object) -> Standing:
    return Standing(
        kind=ReferralKind.BAILIFF,
        ground=Ground.UNPAID,
        state=state,
        made_on=MADE,
        filed_on=None if state == State.PREPARED else FILED,
        comment_by_on=None if state == State.PREPARED else dt.date(2026, 7, 2),
    )._replace(**changes)


def refusal(standing: Standing, step: Step, on: dt.date) -> str:
    with pytest.raises(RuleBroken) as refused:
        after(standing, step, on)
    return refused.value.code


@pytest.mark.parametrize(
    ("year", "court_fee_ore", "filed_kr", "carried_out_kr"),
    [
        (2019, 115_000, 1437, 1552),
        (2021, 119_900, 1498, 1618),
        (2024, 127_700, 1596, 1723),
        (2025, 131_400, 1642, 1773),
    ],
)
def test_rettsgebyrloven_1_each_part_of_the_fee_is_rounded_down_by_itself(
    year, court_fee_ore, filed_kr, carried_out_kr
):
    assert eviction_fee(court_fee_ore, Decimal("1.25")) == filed_kr * 100
    assert eviction_fee(court_fee_ore, Decimal("1.35")) == carried_out_kr * 100


def test_an_eviction_in_2024_costs_3319_kroner():
    both = eviction_fee(127_700, Decimal("1.25")) + eviction_fee(127_700, Decimal("1.35"))
    assert both == 331_900


def test_the_tenants_fourteen_days_end_on_a_working_day_domstolloven_149():
    assert comment_by(dt.date(2026, 6, 18), 14) == dt.date(2026, 7, 2)
    assert comment_by(dt.date(2026, 6, 20), 14) == dt.date(2026, 7, 6)  # a Saturday moves


@pytest.mark.parametrize(
    ("state", "step", "to"),
    [(state, step, to) for state, found in NEXT.items() for step, to in found.items()],
)
def test_each_step_of_the_table_leads_where_it_says(state, step, to):
    kind = ReferralKind.COLLECTION if step == Step.END else ReferralKind.BAILIFF
    ground = Ground.NONE if step == Step.END else Ground.UNPAID
    found = after(standing(state, kind=kind, ground=ground), step, dt.date(2026, 9, 1))
    assert found == to


@pytest.mark.parametrize("state", sorted(set(State) - RUNNING))
def test_nothing_follows_when_it_is_over(state):
    assert steps(standing(state)) == ()
    for step in Step:
        assert refusal(standing(state), step, dt.date(2026, 9, 1)) == "referral.step"


@pytest.mark.parametrize("ground", [Ground.EXPIRED, Ground.TERMINATED])
def test_tvfbl_13_2_a_payment_stops_ground_a_only(ground):
    for state in (State.FILED, State.DATE_SET, State.POSTPONED):
        at = standing(state, ground=ground)
        assert Step.PAY_UP not in steps(at)
        assert refusal(at, Step.PAY_UP, dt.date(2026, 9, 1)) == "referral.pay_up_other_ground"


def test_a_payment_stops_ground_a_until_the_lock_is_changed():
    at = standing(State.DATE_SET, eviction_on=dt.date(2026, 8, 20))
    assert after(at, Step.PAY_UP, dt.date(2026, 8, 20)) == State.PAID_UP
    changed = at._replace(lock_changed_on=dt.date(2026, 8, 20))
    assert refusal(changed, Step.PAY_UP, dt.date(2026, 8, 20)) == "referral.lock_changed"


def test_nobody_is_evicted_inside_the_fourteen_days_to_comment():
    at = standing(State.DATE_SET)
    assert refusal(at, Step.CARRY_OUT, dt.date(2026, 7, 2)) == "referral.comment_runs"
    assert after(at, Step.CARRY_OUT, dt.date(2026, 7, 3)) == State.CARRIED_OUT
    with pytest.raises(RuleBroken) as refused:
        check_eviction_date(at, dt.date(2026, 7, 2))
    assert refused.value.facts["allowed_from"] == dt.date(2026, 7, 3)
    check_eviction_date(at, dt.date(2026, 7, 3))


def test_nobody_is_evicted_before_the_day_that_was_set():
    at = standing(State.DATE_SET, eviction_on=dt.date(2026, 8, 20))
    assert refusal(at, Step.CARRY_OUT, dt.date(2026, 8, 19)) == "referral.before_eviction_date"


def test_children_have_a_temporary_home_before_an_eviction_is_carried_out():
    at = standing(State.DATE_SET, has_children=True)
    assert refusal(at, Step.CARRY_OUT, dt.date(2026, 9, 1)) == "referral.no_temporary_home"
    ready = at._replace(has_temporary_home=True)
    assert after(ready, Step.CARRY_OUT, dt.date(2026, 9, 1)) == State.CARRIED_OUT


def test_no_step_is_taken_before_the_one_it_follows():
    assert refusal(standing(State.PREPARED), Step.FILE, dt.date(2026, 6, 15)) == "referral.before"
    assert refusal(standing(), Step.WITHDRAW, dt.date(2026, 6, 17)) == "referral.before"


def test_only_the_bailiff_sets_a_day_for_an_eviction():
    for kind in set(ReferralKind) - {ReferralKind.BAILIFF}:
        at = standing(kind=kind, ground=Ground.NONE)
        assert set(steps(at)) == {Step.PAY_UP, Step.WITHDRAW, Step.END}
        assert refusal(at, Step.SET_DATE, dt.date(2026, 9, 1)) == "referral.step"


def test_tvfbl_5_2_principal_and_additional_claims_are_apart():
    claims = [
        Claim("rent", 900_000),
        Claim("utilities", 80_000),
        Claim("fee", 3_750),
        Claim("interest", 12_345),
        Claim("damage", 500_000),
        Claim("loan", 100_000),
    ]
    assert split_claims(claims, ReferralKind.BAILIFF) == (980_000, 16_095, 600_000)
    assert split_claims(claims, ReferralKind.COLLECTION) == (1_580_000, 16_095, 0)


def test_every_petition_has_a_reason_that_its_ground_can_have():
    check_reason(Ground.UNPAID, Reason.ARREARS)
    check_reason(Ground.TERMINATED, Reason.NUISANCE)
    with pytest.raises(RuleBroken) as refused:
        check_reason(Ground.EXPIRED, Reason.NUISANCE)
    assert refused.value.facts["may"] == ["expired"]
