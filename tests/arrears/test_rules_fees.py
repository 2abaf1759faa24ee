"""Fees of reminders and demands, and what an external collector would cost the tenant."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from arrears.rules.fees import (
    COLLECTOR_STEPS,
    ExternalCost,
    FeeTerms,
    collector_fee,
    doubles_on,
    external_cost,
    fee,
    fee_from,
    steps,
)
from arrears.rules.notices import KINDS, Kind, OpenCharge

D = dt.date
OF_2020 = FeeTerms(Decimal(70_000), Decimal("0.05"), 2, 14)
OF_2026 = FeeTerms(Decimal(75_000), Decimal("0.05"), 2, 14)
RENT = OpenCharge(1, "rent", D(2026, 1, 20), 900_000)
RATIOS = [Decimal(ratio) for ratio in ("0.25", "0.35", "0.4", "0.8", "1.6", "3.6", "7.2")]
STEPS = steps(RATIOS)


@pytest.mark.parametrize(
    ("kind", "terms", "expected"),
    [
        (Kind.REMINDER, OF_2020, 3_500),
        (Kind.COLLECTION_NOTICE, OF_2020, 3_500),
        (Kind.REMINDER, OF_2026, 3_750),
        (Kind.COLLECTION_NOTICE, OF_2026, 3_750),
        (Kind.PAYMENT_DEMAND, replace(OF_2020, ratio=Decimal("0.15")), 10_500),
        (Kind.PAYMENT_DEMAND, replace(OF_2026, ratio=Decimal("0.15")), 11_250),
    ],
)
def test_a_twentieth_and_three_twentieths_of_the_inkassosats(kind, terms, expected):
    assert fee(kind, [RENT], D(2026, 3, 1), terms).amount_ore == expected


@pytest.mark.parametrize("kind", [kind for kind in Kind if not KINDS[kind].fee])
def test_no_other_notice_costs_the_tenant_anything(kind):
    assert fee(kind, [RENT], D(2026, 3, 1), OF_2026).amount_ore == 0


def test_no_fee_before_fourteen_days_after_the_due_day():
    assert fee_from(D(2026, 1, 20), 14) == D(2026, 2, 3)
    early = fee(Kind.REMINDER, [RENT], D(2026, 2, 2), OF_2026)
    assert (early.amount_ore, early.from_on) == (0, D(2026, 2, 3))
    assert fee(Kind.REMINDER, [RENT], D(2026, 2, 3), OF_2026).amount_ore == 3_750


@pytest.mark.parametrize(("taken", "expected"), [(0, 3_750), (1, 3_750), (2, 0)])
def test_at_most_two_fees_a_claim(taken, expected):
    found = fee(Kind.REMINDER, [replace(RENT, fees=taken)], D(2026, 3, 1), OF_2026)
    assert found.amount_ore == expected
    assert found.from_on is None


def test_one_fee_for_a_letter_on_the_claims_that_can_carry_it():
    named = [
        replace(RENT, line_id=1, fees=2),
        replace(RENT, line_id=2),
        replace(RENT, line_id=3),
        replace(RENT, line_id=4, due_on=D(2026, 2, 20)),
    ]
    found = fee(Kind.REMINDER, named, D(2026, 3, 1), OF_2026)
    assert found.amount_ore == 3_750
    assert found.line_ids == {2, 3}


def test_one_months_rent_sent_out_costs_the_tenant_1155_kroner_with_the_rates_of_2020():
    cost = external_cost(
        900_000, base_ore=Decimal(70_000), own_ratio=Decimal("0.05"), by_size=STEPS
    )
    assert cost == ExternalCost(3_500, 56_000, 56_000)
    assert cost.total_ore == 115_500


def test_before_it_doubles_it_costs_595_kroner():
    cost = external_cost(
        900_000,
        base_ore=Decimal(70_000),
        own_ratio=Decimal("0.05"),
        by_size=STEPS,
        is_doubled=False,
    )
    assert cost.total_ore == 59_500


@pytest.mark.parametrize(
    ("kroner", "ratio"),
    [
        (1, "0.25"), (500, "0.25"), (501, "0.35"), (1_000, "0.35"), (1_001, "0.4"),
        (2_500, "0.4"), (2_501, "0.8"), (10_000, "0.8"), (10_001, "1.6"), (50_000, "1.6"),
        (50_001, "3.6"), (250_000, "3.6"), (250_001, "7.2"),
    ],
)  # fmt: skip
def test_the_collectors_fee_by_the_size_of_the_claim(kroner, ratio):
    assert collector_fee(kroner * 100, Decimal(70_000), STEPS) == int(70_000 * Decimal(ratio))


def test_an_ore_above_the_limit_is_the_next_step():
    assert collector_fee(1_000_001, Decimal(70_000), STEPS) == 112_000


def test_nothing_owed_costs_nothing():
    assert (
        external_cost(0, base_ore=Decimal(70_000), own_ratio=Decimal("0.05"), by_size=STEPS)
    ).total_ore == 0


def test_the_collectors_fee_doubles_43_days_after_the_demand():
    assert doubles_on(D(2026, 1, 1), 43) == D(2026, 2, 13)


def test_every_step_has_a_rate_of_its_own():
    assert len({name for _, name in COLLECTOR_STEPS}) == len(RATIOS)
