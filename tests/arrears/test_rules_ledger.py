"""What the lines of a ledger mean, whatever their order."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.ledger import (
    EVICTION_KINDS,
    Ageing,
    Charge,
    ChargeKey,
    ChargeKind,
    Dispute,
    Movement,
    MovementKind,
    OpenCharge,
    ageing,
    settle,
    settle_on,
    state_on,
)
from boligsak.rule import RuleBroken

DAY = dt.date
RENT = ChargeKind.RENT
JANUARY = ChargeKey(DAY(2026, 1, 20), RENT, "2026-01")
FEBRUARY = ChargeKey(DAY(2026, 2, 20), RENT, "2026-02")
MARCH = ChargeKey(DAY(2026, 3, 20), RENT, "2026-03")


def charge(key, amount_ore=900_000, effective_on=None):
    return Charge(key, amount_ore, effective_on or key.due_on)


def paid(amount_ore, on=JANUARY.due_on, names=None):
    return Movement(MovementKind.PAYMENT, -amount_ore, on, names)


def bounced(amount_ore, names=None):
    return Movement(MovementKind.REVERSAL, amount_ore, DAY(2026, 1, 25), names)


def opened(settled):
    return [(charge.key, charge.open_ore) for charge in settled.open]


YEAR_START = [charge(JANUARY), charge(FEBRUARY), charge(MARCH)]


@pytest.mark.parametrize(
    ("movements", "open_charges"),
    [
        ([], [(JANUARY, 900_000), (FEBRUARY, 900_000), (MARCH, 900_000)]),
        ([paid(900_000)], [(FEBRUARY, 900_000), (MARCH, 900_000)]),
        ([paid(1_000_000)], [(FEBRUARY, 800_000), (MARCH, 900_000)]),
        ([paid(900_000), paid(900_000), paid(899_999)], [(MARCH, 1)]),
        ([paid(2_700_000)], []),
        ([paid(900_000), bounced(900_000)], opened(settle(YEAR_START))),
    ],
)
def test_a_payment_settles_the_oldest_rent_first(movements, open_charges):
    assert opened(settle(YEAR_START + movements)) == open_charges


def test_a_payment_that_names_its_month_is_honoured_before_oldest_first():
    settled = settle([*YEAR_START, paid(900_000, names=MARCH)])
    assert opened(settled) == [(JANUARY, 900_000), (FEBRUARY, 900_000)]


def test_a_reversal_of_a_payment_that_named_its_month_opens_that_month_again():
    settled = settle([*YEAR_START, paid(900_000, names=MARCH), bounced(900_000, names=MARCH)])
    assert settled == settle(YEAR_START)


def test_a_rent_reduction_reduces_its_own_month():
    reduction = Movement(MovementKind.CREDIT, -300_000, DAY(2026, 4, 1), MARCH)
    assert settle([*YEAR_START, reduction]).open[-1] == OpenCharge(MARCH, 600_000, 600_000)


def test_what_is_paid_beyond_a_named_month_pays_the_oldest():
    settled = settle([*YEAR_START, paid(1_000_000, names=MARCH)])
    assert opened(settled) == [(JANUARY, 800_000), (FEBRUARY, 900_000)]


def test_a_payment_that_names_a_charge_not_here_counts_as_any_other():
    unknown = ChargeKey(DAY(2027, 1, 20), RENT, "2027-01")
    assert settle([*YEAR_START, paid(900_000, names=unknown)]) == settle(
        [*YEAR_START, paid(900_000)]
    )


def test_too_much_paid_is_credit():
    settled = settle([charge(JANUARY), paid(1_000_000)])
    assert (settled.balance_ore, settled.credit_ore, settled.open) == (-100_000, 100_000, ())


def test_a_reversal_without_its_payment_is_debt_no_charge_answers_for():
    settled = settle([bounced(500_000)])
    assert (settled.balance_ore, settled.unallocated_ore, settled.open) == (500_000, 500_000, ())


@pytest.mark.parametrize(
    ("deposited_ore", "movements", "disputed_ore", "open_charges"),
    [
        (300_000, [], 300_000, [(JANUARY, 600_000), (FEBRUARY, 900_000)]),
        (900_000, [], 900_000, [(FEBRUARY, 900_000)]),
        # A deposit never counts for more than is left of its charge.
        (950_000, [], 900_000, [(FEBRUARY, 900_000)]),
        (900_000, [paid(800_000, names=JANUARY)], 100_000, [(FEBRUARY, 900_000)]),
        # A payment that names nothing does not pay what is disputed.
        (900_000, [paid(900_000)], 900_000, []),
    ],
)
def test_a_disputed_and_deposited_part_is_outside_the_open_charges(
    deposited_ore, movements, disputed_ore, open_charges
):
    lines = [charge(JANUARY), charge(FEBRUARY), *movements]
    settled = settle(lines, [Dispute(JANUARY, deposited_ore, DAY(2026, 2, 1))])
    assert settled.disputed_ore == disputed_ore
    assert opened(settled) == open_charges


def test_a_dispute_counts_until_the_day_it_is_closed():
    dispute = Dispute(JANUARY, 900_000, DAY(2026, 2, 1), closed_on=DAY(2026, 3, 1))
    counted = {
        day: settle_on([charge(JANUARY)], [dispute], day).disputed_ore
        for day in (DAY(2026, 1, 31), DAY(2026, 2, 1), DAY(2026, 2, 28), DAY(2026, 3, 1))
    }
    assert list(counted.values()) == [0, 900_000, 900_000, 0]


def test_charges_due_on_one_day_are_paid_by_kind_and_then_by_reference():
    due_on = DAY(2026, 1, 20)
    rent, rent_b, water, fee = (
        ChargeKey(due_on, ChargeKind.RENT, "a"),
        ChargeKey(due_on, ChargeKind.RENT, "b"),
        ChargeKey(due_on, ChargeKind.UTILITIES, "a"),
        ChargeKey(due_on, ChargeKind.FEE, "z"),
    )
    lines = [charge(key, 100) for key in (water, rent_b, fee, rent)]
    assert [key for key, _ in opened(settle(lines))] == [fee, rent, rent_b, water]
    assert opened(settle([*lines, paid(250)])) == [(rent_b, 50), (water, 100)]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([charge(JANUARY), charge(JANUARY, 5)], "ledger.charge_twice"),
        ([charge(JANUARY, 0)], "ledger.charge_not_positive"),
        ([charge(JANUARY, -5)], "ledger.charge_not_positive"),
    ],
)
def test_lines_that_cannot_be_a_ledger_are_refused(lines, code):
    with pytest.raises(RuleBroken) as refusal:
        settle(lines)
    assert refusal.value.code == code


def test_only_rent_and_utilities_can_carry_eviction():
    assert {ChargeKind.RENT, ChargeKind.UTILITIES} == EVICTION_KINDS


# --- A day ------------------------------------------------------------------------------------


def test_a_past_day_knows_nothing_of_what_came_later():
    lines = [*YEAR_START, paid(900_000, on=DAY(2026, 2, 27))]
    assert opened(settle_on(lines, [], DAY(2026, 2, 26))) == [
        (JANUARY, 900_000),
        (FEBRUARY, 900_000),
    ]
    assert opened(settle_on(lines, [], DAY(2026, 2, 27))) == [(FEBRUARY, 900_000)]


@pytest.mark.parametrize(
    ("day", "oldest", "due_ore", "months"),
    [
        (DAY(2026, 1, 19), None, 0, 0),
        (DAY(2026, 1, 20), DAY(2026, 1, 20), 900_000, 900),
        (DAY(2026, 3, 19), DAY(2026, 1, 20), 1_800_000, 1800),
        (DAY(2026, 3, 20), DAY(2026, 1, 20), 2_700_000, 2700),
    ],
)
def test_only_what_has_fallen_due_is_owed(day, oldest, due_ore, months):
    lines = [charge(key, effective_on=DAY(2026, 1, 1)) for key in (JANUARY, FEBRUARY, MARCH)]
    state = state_on(lines, [], day, monthly_rent_ore=1_000_000)
    assert (state.oldest_unpaid_on, state.due_ore, state.months_permille) == (
        oldest,
        due_ore,
        months,
    )


def test_months_of_rent_leave_fees_and_damages_out():
    damage = ChargeKey(DAY(2026, 1, 30), ChargeKind.DAMAGE, "d")
    state = state_on([charge(JANUARY), charge(damage, 450_000)], [], DAY(2026, 2, 1), 900_000)
    assert (state.months_permille, state.rent_months_permille) == (1500, 1000)


def test_a_lease_without_rent_owes_no_months():
    state = state_on([charge(JANUARY)], [], DAY(2026, 2, 1), 0)
    assert (state.months_permille, state.rent_months_permille) == (None, None)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-1, "not_due_ore"),
        (0, "days_0_14_ore"),
        (14, "days_0_14_ore"),
        (15, "days_15_30_ore"),
        (30, "days_15_30_ore"),
        (31, "days_31_60_ore"),
        (60, "days_31_60_ore"),
        (61, "days_61_90_ore"),
        (90, "days_61_90_ore"),
        (91, "days_91_ore"),
        (4000, "days_91_ore"),
    ],
)
def test_debt_ages_from_its_due_day(days, bucket):
    open_charge = OpenCharge(JANUARY, 900_000, 5)
    day = JANUARY.due_on + dt.timedelta(days=days)
    assert ageing([open_charge], day) == Ageing(**{bucket: 5})


# --- Any sequence -----------------------------------------------------------------------------

KEYS = st.builds(
    ChargeKey,
    st.dates(DAY(2026, 1, 1), DAY(2026, 3, 31)),
    st.sampled_from(list(ChargeKind)),
    st.sampled_from("abc"),
)
AMOUNTS = st.integers(1, 1000)
EFFECTIVE = st.dates(DAY(2026, 1, 1), DAY(2026, 3, 31))


@st.composite
def ledgers(draw):
    keys = draw(st.lists(KEYS, unique=True, max_size=8))
    lines = [Charge(key, draw(AMOUNTS), draw(EFFECTIVE)) for key in keys]
    names = st.none() | (st.sampled_from(keys) if keys else st.none())
    lines += draw(
        st.lists(
            st.builds(
                Movement,
                st.sampled_from(list(MovementKind)),
                st.integers(-1000, 1000).filter(bool),
                EFFECTIVE,
                names,
            ),
            max_size=8,
        )
    )
    disputes = [
        Dispute(key, draw(AMOUNTS), DAY(2026, 1, 1))
        for key in draw(st.lists(st.sampled_from(keys), max_size=2) if keys else st.just([]))
    ]
    return draw(st.permutations(lines)), disputes


@given(ledgers())
def test_the_parts_always_add_up_to_the_balance(ledger):
    lines, disputes = ledger
    settled = settle(lines, disputes)
    assert settled.balance_ore == sum(line.amount_ore for line in lines)
    assert settled.balance_ore == (
        settled.open_ore + settled.disputed_ore + settled.unallocated_ore - settled.credit_ore
    )
    assert min(settled.disputed_ore, settled.unallocated_ore, settled.credit_ore) >= 0


@given(ledgers())
def test_at_most_one_of_debt_and_credit_is_left_over(ledger):
    settled = settle(*ledger)
    if settled.credit_ore:
        assert (settled.open, settled.unallocated_ore) == ((), 0)


@given(ledgers())
def test_only_the_oldest_open_charge_is_open_in_part(ledger):
    settled = settle(*ledger)
    assert all(0 < charge.open_ore <= charge.amount_ore for charge in settled.open)
    assert all(charge.open_ore == charge.amount_ore for charge in settled.open[1:])
    assert [charge.key for charge in settled.open] == sorted(c.key for c in settled.open)


@given(ledgers())
def test_every_charge_after_the_oldest_open_one_is_open_too(ledger):
    lines, disputes = ledger
    settled = settle(lines, disputes)
    if not settled.open:
        return
    may_be_open = {c.key for c in settle([*lines, _endless_debt()], disputes).open}
    oldest = settled.open[0].key
    assert {key for key in may_be_open if key >= oldest} == {c.key for c in settled.open}


def _endless_debt():
    """With this much more owed, every charge that may be open is open."""
    return Movement(MovementKind.REVERSAL, 10**9, DAY(2026, 1, 1))


@given(ledgers(), st.randoms())
def test_the_order_of_arrival_changes_nothing(ledger, random):
    lines, disputes = ledger
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert settle(shuffled, disputes) == settle(lines, disputes)


@given(ledgers(), st.integers(1, 1000))
def test_a_payment_and_its_reversal_leave_no_trace(ledger, amount_ore):
    lines, disputes = ledger
    assert settle([*lines, paid(amount_ore), bounced(amount_ore)], disputes) == settle(
        lines, disputes
    )


@given(ledgers(), st.integers(1, 1000))
def test_a_payment_never_opens_a_charge(ledger, amount_ore):
    lines, disputes = ledger
    before = {charge.key: charge.open_ore for charge in settle(lines, disputes).open}
    after = settle([*lines, paid(amount_ore)], disputes).open
    assert all(charge.open_ore <= before[charge.key] for charge in after)


@given(ledgers(), EFFECTIVE)
def test_what_has_aged_adds_up_to_what_is_open(ledger, day):
    settled = settle(*ledger)
    aged = ageing(settled.open, day)
    assert settled.open_ore == sum(getattr(aged, name) for name in Ageing.__slots__)


@given(st.lists(st.tuples(KEYS, AMOUNTS), unique_by=lambda pair: pair[0], max_size=8), AMOUNTS)
def test_paying_charge_by_charge_gives_the_same_as_the_balance(charged, amount_ore):
    """The textbook way, with allocations, agrees for charges and one payment."""
    left = amount_ore
    expected = []
    for key, amount in sorted(charged):
        part = max(0, amount - left)
        left = max(0, left - amount)
        if part:
            expected.append((key, part))
    settled = settle([*(charge(key, amount) for key, amount in charged), paid(amount_ore)])
    assert opened(settled) == expected
    assert settled.credit_ore == left
