"""The rates and the policy a new installation starts with, against the examples of the sources."""

import datetime
from decimal import Decimal

import pytest

from arrears.queries.flags import arrears_policies
from arrears.rules.policy import ArrearsPolicy, default_values
from boligsak.money import whole_kroner_down
from boligsak.rates.models import Rate
from boligsak.rates.queries import rate_on
from boligsak.rule import RuleBroken

pytestmark = pytest.mark.django_db

D = datetime.date


def value(kind: str, day: datetime.date) -> Decimal:
    return rate_on(kind, day).value


def test_an_eviction_in_2024_costs_1596_and_1723_kroner():
    day = D(2024, 5, 1)
    court_fee = value("court-fee", day) / 100
    fees = [court_fee * value(kind, day) for kind in ("eviction-filed", "eviction-carried-out")]
    assert [whole_kroner_down(fee) for fee in fees] == [159_600, 172_300]


def test_a_months_rent_sent_out_in_2020_costs_the_tenant_1155_kroner():
    day = D(2020, 11, 1)
    rate = value("collection-rate", day)
    own = rate * value("reminder-fee", day)
    collector = rate * value("collector-fee-10000", day)
    assert own + collector + collector == 115_500


def test_a_reminder_costs_37_50_from_2026():
    day = D(2026, 1, 1)
    assert value("collection-rate", day) * value("reminder-fee", day) == 3_750


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (D(2022, 6, 30), "8.50"),
        (D(2022, 7, 1), "9.25"),
        (D(2025, 12, 31), "12.25"),
        (D(2026, 6, 30), "12.00"),
    ],
)
def test_late_interest_changes_each_half_year(day, percent):
    assert value("late-interest", day) == Decimal(percent)


@pytest.mark.parametrize(
    ("kind", "day"),
    [
        ("late-interest", D(2026, 7, 1)),
        ("late-interest", D(2021, 12, 31)),
        ("court-fee", D(2020, 6, 1)),
        ("court-fee", D(2026, 1, 1)),
        ("collection-rate", D(2020, 9, 30)),
    ],
)
def test_a_rate_nobody_has_looked_up_refuses(kind, day):
    with pytest.raises(RuleBroken) as refused:
        rate_on(kind, day)
    assert refused.value.code == "rate.missing"


def test_every_rate_names_its_source_and_its_unit():
    assert not Rate.objects.filter(source="").exists()
    assert not Rate.objects.filter(unit="").exists()


def test_the_first_policy_is_the_one_the_rules_suggest():
    policy = arrears_policies(D(2020, 1, 1)).general.values
    assert policy == ArrearsPolicy.from_values(default_values())
