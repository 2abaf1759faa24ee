"""Until the day a decision names, looking again changes nothing; so nobody needs to look."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from arrears.rules.flags import TERM_KINDS, AccountFacts, Lookalike, OwedCharge, decide
from arrears.rules.policy import ArrearsPolicy, default_values
from tenants.rules.leases import LeaseFacts

DAY = dt.date
START = DAY(2025, 1, 1)
DAYS = st.integers(0, 500).map(lambda days: START + dt.timedelta(days=days))
LONG_AFTER = 400

OWED = st.builds(
    lambda due_on, kind, open_ore, paid_ore: OwedCharge(
        due_on, kind, open_ore, open_ore + paid_ore
    ),
    DAYS,
    st.sampled_from(["rent", "utilities", "fee", "damage"]),
    st.sampled_from([1, 500, 9_000, 400_000, 900_000]),
    st.sampled_from([0, 100, 500_000]),
)

ACCOUNTS = st.builds(
    lambda owed, **facts: AccountFacts(
        balance_ore=sum(c.open_ore for c in owed), open=tuple(sorted(owed)), **facts
    ),
    st.lists(OWED, max_size=4),
    monthly_rent_ore=st.sampled_from([0, 600_000, 900_000]),
    last_due_on=st.none() | DAYS,
    kid=st.sampled_from([None, "12345674"]),
    ever_before=st.sampled_from([None, True, False]),
    usual_days_late=st.none() | st.integers(0, 40),
    usual_share_permille=st.none() | st.integers(0, 1000),
    expects_charge=st.booleans(),
    lookalike=st.none() | st.just(Lookalike(START, 5)),
)

LEASES = st.builds(
    lambda starts_on, ends_after, moved_after, asked_after, **facts: LeaseFacts(
        starts_on,
        _after(starts_on, ends_after),
        _after(starts_on, moved_after),
        _after(starts_on, asked_after),
        **facts,
    ),
    DAYS,
    st.none() | st.integers(0, 400),
    st.none() | st.integers(0, 600),
    st.none() | st.integers(0, 600),
    is_service_agreement=st.booleans(),
    is_outside_tenancy_act=st.booleans(),
)

POLICIES = st.builds(
    lambda **changes: ArrearsPolicy.from_values(default_values() | changes),
    grace_days=st.integers(0, 20),
    min_ore=st.sampled_from([1, 20_000, 1_000_000]),
    pattern_days_later=st.integers(1, 20),
    pattern_share_days=st.integers(0, 20),
    charge_missing_days=st.integers(0, 20),
    due_day=st.integers(1, 25),
    expiry_days=st.sampled_from([[180, 90, 60, 30], [7], [400, 0]]),
    expired_days_left=st.sampled_from([[60, 30, 14], [200, 0], [1]]),
    levels=st.sampled_from(
        [
            default_values()["levels"],
            [{"level": 2, "days": 30, "months_permille": 500}],
            [{"level": 1, "days": 0, "months_permille": 2000}, {"level": 4, "days": 50}],
        ]
    ),
)


def _after(day, days):
    return None if days is None else day + dt.timedelta(days=days)


def _halves(decision):
    by_term = tuple(v for v in decision.verdicts if v.kind in TERM_KINDS)
    by_account = tuple(v for v in decision.verdicts if v.kind not in TERM_KINDS)
    return by_account, by_term


@settings(max_examples=300, deadline=None)
@given(LEASES, ACCOUNTS, POLICIES, DAYS)
def test_no_verdict_changes_before_the_day_to_look_again(lease, account, policy, day):
    decision = decide(lease, account, policy, day)
    account_half, term_half = _halves(decision)
    for look_on, half, place in (
        (decision.account_look_on, account_half, 0),
        (decision.term_look_on, term_half, 1),
    ):
        assert look_on is None or look_on > day
        days = LONG_AFTER if look_on is None else min((look_on - day).days, LONG_AFTER)
        for passed in range(1, days):
            later = decide(lease, account, policy, day + dt.timedelta(days=passed))
            assert _halves(later)[place] == half


@settings(deadline=None)
@given(LEASES, ACCOUNTS, POLICIES, DAYS, st.integers(1, 400))
def test_looking_only_on_the_days_named_ends_where_looking_every_day_ends(
    lease, account, policy, day, days
):
    last = day + dt.timedelta(days=days)
    decision = decide(lease, account, policy, day)
    looks = 0
    while decision.next_look_on is not None and decision.next_look_on <= last:
        decision = decide(lease, account, policy, decision.next_look_on)
        looks += 1
    assert decision.verdicts == decide(lease, account, policy, last).verdicts
    assert looks <= 40


@settings(deadline=None)
@given(LEASES, ACCOUNTS, POLICIES, DAYS)
def test_a_lease_carries_each_flag_once_at_a_level_from_one_to_four(lease, account, policy, day):
    found = decide(lease, account, policy, day).verdicts
    assert len({v.kind for v in found}) == len(found)
    assert all(1 <= v.level <= 4 for v in found)
