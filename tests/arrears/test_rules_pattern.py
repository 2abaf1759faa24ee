"""How a tenant usually pays, and when that changes for the worse."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.ledger import Charge, ChargeKey, ChargeKind, Movement, MovementKind, settle_on
from arrears.rules.pattern import Usual, pattern_change, usual
from arrears.rules.policy import ArrearsPolicy, default_values
from boligsak.dates import add_months

DAY = dt.date
POLICY = ArrearsPolicy.from_values(default_values())
MONTHS = [add_months(DAY(2026, 1, 20), number) for number in range(6)]


def key(due_on, kind=ChargeKind.RENT):
    return ChargeKey(due_on, kind, due_on.isoformat())


def charges(amount_ore=900_000):
    return [Charge(key(due_on), amount_ore, due_on) for due_on in MONTHS]


def moved(kind, amount_ore, on, names=None):
    return Movement(kind, amount_ore, on, names)


def payments(days_late=0, amount_ore=900_000, dues=MONTHS):
    late = dt.timedelta(days=days_late)
    return [moved(MovementKind.PAYMENT, -amount_ore, due_on + late) for due_on in dues]


@pytest.mark.parametrize(
    ("days_late", "expected"),
    [
        (-10, Usual(0, 1000, 6)),
        (0, Usual(0, 1000, 6)),
        (5, Usual(5, 1000, 6)),
        (14, Usual(14, 1000, 6)),
        (15, Usual(15, 0, 6)),  # nothing is paid when the share is looked at
    ],
)
def test_the_usual_is_when_rent_is_paid_in_full(days_late, expected):
    assert usual(charges() + payments(days_late), 0, POLICY) == expected


def test_two_payments_a_month_have_a_share_and_a_last_day():
    halves = payments(0, 450_000) + payments(20, 450_000)
    assert usual(charges() + halves, 0, POLICY) == Usual(20, 500, 6)


def test_debt_from_before_is_paid_first():
    assert usual(charges() + payments(5), 900_000, POLICY) == Usual(36, 0, 5)


def test_a_payment_that_names_a_month_from_before_pays_what_was_owed_then():
    before = key(DAY(2025, 12, 20))
    named = moved(MovementKind.PAYMENT, -900_000, DAY(2026, 1, 2), before)
    assert usual([*charges(), named, *payments(5)], 900_000, POLICY) == Usual(5, 1000, 6)


def test_credit_from_before_pays_in_time():
    assert usual(charges() + payments(5), -900_000, POLICY) == Usual(0, 1000, 6)


def test_without_enough_paid_rent_there_is_no_usual():
    assert usual(charges() + payments(dues=MONTHS[:3]), 0, POLICY) is None
    assert usual(charges() + payments(dues=MONTHS[:4]), 0, POLICY) == Usual(0, 1000, 4)


def test_a_tenant_who_stops_paying_keeps_the_usual_from_before():
    assert usual(charges() + payments(5, dues=MONTHS[:4]), 0, POLICY) == Usual(5, 1000, 4)


def test_fees_and_damages_say_nothing_about_the_pattern():
    fees = [Charge(key(due_on, ChargeKind.FEE), 3_500, due_on) for due_on in MONTHS]
    found = usual([*charges(), *fees, *payments(5, 903_500)], 0, POLICY)
    assert found == Usual(5, 1000, 6)


def test_a_payment_that_bounced_was_never_made():
    bounced = [
        moved(MovementKind.REVERSAL, 900_000, due_on + dt.timedelta(days=2)) for due_on in MONTHS
    ]
    found = usual(charges() + payments(0) + bounced + payments(9), 0, POLICY)
    assert found == Usual(9, 1000, 6)


def test_a_payment_that_bounced_long_after_leaves_the_last_months_unpaid():
    bounced = [moved(MovementKind.REVERSAL, 1_800_000, DAY(2026, 7, 1))]
    assert usual(charges() + payments(0) + bounced, 0, POLICY) == Usual(0, 1000, 4)


def test_a_payment_that_names_its_month_pays_that_month():
    named = [
        moved(MovementKind.PAYMENT, -900_000, due_on + dt.timedelta(days=3), key(due_on))
        for due_on in MONTHS
    ]
    # Older debt stands, yet each month was paid by name.
    assert usual(charges() + named, 900_000, POLICY) == Usual(3, 1000, 6)


def test_what_is_paid_by_name_beyond_its_month_pays_the_next():
    twice = [
        moved(MovementKind.PAYMENT, -1_800_000, due_on + dt.timedelta(days=3), key(due_on))
        for due_on in MONTHS[::2]
    ]
    found = usual(charges() + twice, 0, POLICY)
    assert found is not None
    assert found.charges == 6


def test_a_rent_reduction_counts_as_if_the_rent_had_been_lower_from_the_start():
    reductions = [
        moved(MovementKind.CREDIT, -300_000, DAY(2026, 7, 1), key(due_on)) for due_on in MONTHS
    ]
    assert usual(charges() + payments(5, 600_000) + reductions, 0, POLICY) == Usual(5, 1000, 6)


def test_a_month_that_was_credited_whole_says_nothing():
    reductions = [
        moved(MovementKind.CREDIT, -900_000, DAY(2026, 7, 1), key(due_on)) for due_on in MONTHS[:2]
    ]
    found = usual(charges() + payments(5, dues=MONTHS[2:]) + reductions, 0, POLICY)
    assert found == Usual(5, 1000, 4)


# --- Against the ledger -----------------------------------------------------------------------

ANY_DAY = st.dates(DAY(2025, 12, 1), DAY(2026, 9, 30))
PAID = st.lists(
    st.builds(moved, st.just(MovementKind.PAYMENT), st.integers(-1_500_000, -1), ANY_DAY)
    | st.builds(moved, st.just(MovementKind.REVERSAL), st.integers(1, 1_000_000), ANY_DAY),
    max_size=10,
)


@given(PAID, st.integers(-500_000, 2_000_000), st.randoms())
def test_the_usual_agrees_with_settling_the_ledger_day_by_day(paid, opening_ore, random):
    lines = charges() + paid
    opening_key = ChargeKey(DAY(2025, 1, 1), ChargeKind.OPENING, "before")
    first = DAY(2025, 1, 1)
    before = [Charge(opening_key, opening_ore, first)] if opening_ore > 0 else []
    before += [moved(MovementKind.CREDIT, opening_ore, first)] if opening_ore < 0 else []
    late, shares = [], []
    for due_on in MONTHS:
        days = [due_on, *sorted(p.effective_on for p in paid if p.effective_on > due_on)]
        # A payment that bounced later on does not count: paid is what stays paid.
        left = {day: _open(before, lines, due_on, day) for day in days}
        paid_on = next((on for on in days if not any(left[d] for d in days if d >= on)), None)
        if paid_on is None:
            continue
        looked_on = due_on + dt.timedelta(days=POLICY.pattern_share_days)
        late.append((paid_on - due_on).days)
        after = [left[day] for day in days if day > looked_on]
        still_open = max([_open(before, lines, due_on, looked_on), *after])
        shares.append((900_000 - still_open) * 1000 // 900_000)
    random.shuffle(lines)
    found = usual(lines, opening_ore, POLICY)
    if len(late) < POLICY.pattern_min_charges:
        assert found is None
    else:
        late.sort()
        shares.sort()
        assert found == Usual(late[len(late) // 2], shares[(len(shares) - 1) // 2], len(late))


def _open(before, lines, due_on, day):
    """What the ledger says is open of that month on `day`, all charges being known."""
    known = [c._replace(effective_on=DAY(2025, 1, 1)) for c in lines if isinstance(c, Charge)]
    movements = [line for line in lines if isinstance(line, Movement)]
    settled = settle_on([*before, *known, *movements], [], day)
    return sum(charge.open_ore for charge in settled.open if charge.key == key(due_on))


# --- The change -------------------------------------------------------------------------------

DUE = DAY(2026, 11, 20)


@pytest.mark.parametrize(
    ("days_late", "day", "is_later", "next_on"),
    [
        (0, DAY(2026, 11, 30), False, DAY(2026, 12, 1)),  # ten days late: not more than ten
        (0, DAY(2026, 12, 1), True, None),
        (5, DAY(2026, 12, 5), False, DAY(2026, 12, 6)),
        (5, DAY(2026, 12, 6), True, None),
        (None, DAY(2027, 12, 6), False, None),
    ],
)
def test_later_than_usual_by_more_than_the_policy_bears(days_late, day, is_later, next_on):
    change = pattern_change(DUE, 900_000, 900_000, days_late, None, POLICY, day)
    assert (change.is_later, change.is_smaller, change.next_on) == (is_later, False, next_on)


@pytest.mark.parametrize(
    ("usual_share", "open_ore", "day", "is_smaller", "next_on"),
    [
        (1000, 400_000, DAY(2026, 12, 4), False, DAY(2026, 12, 5)),
        (1000, 400_000, DAY(2026, 12, 5), True, None),
        (1000, 250_000, DAY(2026, 12, 5), True, None),
        (1000, 249_000, DAY(2026, 12, 5), False, None),
        (600, 400_000, DAY(2026, 12, 5), False, None),  # pays as much as always
        (1000, 1_000_000, DAY(2026, 12, 5), False, None),  # nothing paid is late, not small
        (None, 400_000, DAY(2026, 12, 5), False, None),
    ],
)
def test_a_smaller_share_than_usual(usual_share, open_ore, day, is_smaller, next_on):
    change = pattern_change(DUE, open_ore, 1_000_000, None, usual_share, POLICY, day)
    assert (change.is_smaller, change.next_on) == (is_smaller, next_on)


@given(
    st.integers(1, 1_000_000),
    st.integers(0, 1_000_000),
    st.integers(0, 1_000_000),
    st.none() | st.integers(0, 60),
    st.integers(0, 1000),
    st.dates(DAY(2026, 11, 21), DAY(2027, 2, 1)),
)
def test_a_rent_reduction_never_worsens_a_pattern(
    open_ore, paid_ore, reduced_ore, days_late, share, day
):
    before = pattern_change(DUE, open_ore, open_ore + paid_ore, days_late, share, POLICY, day)
    left = open_ore - min(reduced_ore, open_ore - 1)
    after = pattern_change(DUE, left, left + paid_ore, days_late, share, POLICY, day)
    assert after.is_later <= before.is_later
    assert after.is_smaller <= before.is_smaller
