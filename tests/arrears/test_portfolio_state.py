"""Any lease on any day, and the whole portfolio, against the rules read line by line."""

import datetime
import random

import pytest

from arrears.models import LineKind
from arrears.queries.portfolio import ageing_on, balance_curve, state_of
from arrears.services.check import check_all, check_sample
from arrears.services.ledger import NewLine, charge_month, close_dispute, dispute, post
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

D = datetime.date


@pytest.fixture
def lease():
    lease = LeaseFactory(starts_on=D(2026, 1, 1))
    for month in (8, 9, 10):
        charge_month(D(2026, month, 1), D(2026, month, 20), None)
    post([NewLine(lease.pk, LineKind.PAYMENT, -900_000, D(2026, 9, 25), "p:1")])
    return lease


def test_a_past_day_is_told_as_it_was_then(lease):
    state = state_of(lease.pk, D(2026, 9, 24))
    assert state.settled.balance_ore == 1_800_000
    assert state.oldest_unpaid_on == D(2026, 8, 20)
    assert state.months_permille == 2_000
    assert state.ageing.days_31_60_ore == 900_000


def test_a_back_dated_payment_changes_what_a_past_day_tells(lease):
    post([NewLine(lease.pk, LineKind.PAYMENT, -900_000, D(2026, 8, 20), "p:2")])
    assert state_of(lease.pk, D(2026, 9, 24)).oldest_unpaid_on == D(2026, 9, 20)


def test_the_balance_curve_has_a_point_for_every_day_it_changed(lease):
    assert balance_curve(lease.pk) == [
        (D(2026, 8, 20), 900_000),
        (D(2026, 9, 20), 1_800_000),
        (D(2026, 9, 25), 900_000),
        (D(2026, 10, 20), 1_800_000),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_whole_portfolio_in_sets_is_every_lease_by_the_rules(seed):
    chance = random.Random(seed)
    office, user = OfficeFactory(), UserFactory()
    leases = [
        LeaseFactory(starts_on=D(2025, 1, 1), dwelling=DwellingFactory(office=office))
        for _ in range(5)
    ]
    for month in range(1, 11):
        charge_month(D(2026, month, 1), D(2026, month, 20), None)
    for number in range(60):
        lease, day = (
            chance.choice(leases),
            D(2026, 1, 1) + datetime.timedelta(chance.randrange(300)),
        )
        charges = list(
            lease.ledger_lines.filter(due_on__isnull=False, disputes=None).order_by("pk")
        )
        kind = chance.choice([LineKind.PAYMENT] * 5 + [LineKind.CREDIT, "dispute"])
        if kind == "dispute":
            row = dispute(
                chance.choice(charges).pk,
                chance.choice([300_000, 900_000]),
                on=day,
                note="",
                by=user,
            )
            if chance.random() < 0.5:
                close_dispute(row.pk, on=day + datetime.timedelta(30), outcome="")
            continue
        named = chance.choice(charges).pk if kind == LineKind.CREDIT else None
        ore = chance.choice([100_000, 900_000, 1_000_000])
        post([NewLine(lease.pk, kind, -ore, day, f"x:{number}", names_id=named)])
    for day in (D(2026, 2, 1), D(2026, 5, 20), D(2026, 8, 31), D(2026, 12, 24)):
        ages = [state_of(lease.pk, day).ageing for lease in leases]
        for name in ages[0].__slots__:
            total = sum(getattr(ageing, name) for ageing in ages)
            found = ageing_on(day).get(office.pk)
            assert (getattr(found, name) if found else 0) == total, (day, name)
    assert check_all()["wrong"] == 0


def test_the_nightly_sample_checks_and_finds_nothing_wrong(lease):
    assert check_sample(D(2026, 11, 1)) == {"checked": 1, "wrong": 0, "leases": []}


def test_the_sample_finds_an_account_that_is_not_what_its_ledger_says(lease):
    type(lease.account).objects.update(balance_ore=7)
    assert check_sample(D(2026, 11, 1))["leases"] == [lease.pk]


def test_the_check_of_nothing_is_nothing():
    assert check_sample(D(2026, 11, 1))["checked"] == 0
