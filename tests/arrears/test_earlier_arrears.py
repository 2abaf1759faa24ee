"""Whether arrears are a lease's first, asked of many at once, is what the rule says of each."""

import datetime
import random
from dataclasses import replace

import pytest

from arrears.models import LedgerLine
from arrears.queries.past import AskedPast, earlier_arrears
from arrears.rules.facts import Past, PastLine, had_arrears
from arrears.rules.policy import ArrearsPolicy, default_values
from arrears.services.ledger import NewLine, post
from boligsak.rates.queries import DatedPolicy
from tests.factories import LeaseFactory

pytestmark = pytest.mark.django_db

D = datetime.date
POLICY = ArrearsPolicy.from_values(default_values())
FIRST = D(2026, 1, 1)
ONE = datetime.timedelta(days=1)


def a_ledger(chance: random.Random, lease_id: int) -> list[NewLine]:
    """Few different days and amounts, so that sums and days often meet exactly."""
    lines = []
    for number in range(chance.randrange(12)):
        on = FIRST + datetime.timedelta(days=chance.randrange(0, 60, chance.choice([1, 10])))
        ore = chance.choice([100, 5_000, 10_000, 900_000])
        kind = chance.choice(["rent", "rent", "fee", "opening", "payment", "payment", "reversal"])
        if kind == "opening" and chance.random() < 0.2:
            kind = "rent"
        due_on = on + datetime.timedelta(days=chance.choice([0, 0, 14]))
        lines.append(
            NewLine(
                lease_id,
                kind,
                -ore if kind == "payment" else ore,
                on,
                f"{kind}:{number}",
                due_on=None if kind in ("payment", "reversal") else due_on,
            )
        )
    return lines


def the_rule(lease_id: int, policy: ArrearsPolicy, before: datetime.date) -> bool | None:
    lines = LedgerLine.objects.filter(lease_id=lease_id)
    fields = lines.values_list("kind", "amount_ore", "effective_on", "due_on")
    return had_arrears([PastLine(*row) for row in fields], policy, before)


def some_measure(chance: random.Random, policy_id: int) -> DatedPolicy:
    values = replace(
        POLICY,
        grace_days=chance.choice([0, 3, 10]),
        min_ore=chance.choice([0, 100, 10_000, 910_000]),
    )
    return DatedPolicy(policy_id, values, FIRST)


def asked(
    lease_id: int, before: datetime.date, policy: DatedPolicy, past: Past | None = None
) -> AskedPast:
    lines = LedgerLine.objects.filter(lease_id=lease_id).values_list("amount_ore", flat=True)
    return AskedPast(before, policy, sum(lines), past)


@pytest.fixture(params=range(4))
def chance(request) -> random.Random:
    return random.Random(request.param)


@pytest.fixture
def leases(chance) -> list[int]:
    found = [lease.pk for lease in LeaseFactory.create_batch(90, tenant=None)]
    post([line for lease_id in found for line in a_ledger(chance, lease_id)])
    return found


def some_day(chance: random.Random) -> datetime.date:
    return FIRST + datetime.timedelta(days=chance.randrange(80))


def test_any_ledger_under_any_policy_is_answered_as_the_rule_answers(chance, leases):
    wanted = {
        lease_id: asked(lease_id, some_day(chance), some_measure(chance, lease_id))
        for lease_id in leases
    }
    expected = {
        lease_id: the_rule(lease_id, one.policy.values, one.before)
        for lease_id, one in wanted.items()
    }
    answers, read = earlier_arrears(wanted)
    assert answers == expected
    assert read == {
        lease_id: Past(one.before, expected[lease_id], one.policy.id)
        for lease_id, one in wanted.items()
    }
    assert {True, False, None} == set(expected.values())


def test_with_what_was_read_up_to_any_day_the_answer_for_any_other_is_the_rules(chance, leases):
    known: dict[int, AskedPast] = {}
    for lease_id in leases:
        policy, until = some_measure(chance, 7), some_day(chance)
        past = Past(until, the_rule(lease_id, policy.values, until), 7)
        known[lease_id] = asked(lease_id, some_day(chance), policy, past)
    answers, read = earlier_arrears(known)
    assert answers == {
        lease_id: the_rule(lease_id, one.policy.values, one.before)
        for lease_id, one in known.items()
    }
    assert 10 < len(read) < 80


def test_what_was_read_by_another_measure_says_nothing(chance, leases):
    strict, lenient = (
        DatedPolicy(number, replace(POLICY, min_ore=ore), FIRST)
        for number, ore in ((1, 100), (2, 910_000))
    )
    wanted = {}
    for lease_id in leases:
        past = Past(some_day(chance), the_rule(lease_id, strict.values, FIRST), strict.id)
        wanted[lease_id] = asked(lease_id, some_day(chance), lenient, past)
    assert earlier_arrears(wanted)[0] == {
        lease_id: the_rule(lease_id, lenient.values, one.before) for lease_id, one in wanted.items()
    }


def test_nothing_is_read_where_what_was_read_is_enough(django_assert_num_queries):
    lease = LeaseFactory(tenant=None)
    policy = DatedPolicy(1, POLICY, FIRST)
    for past, before in (
        (Past(FIRST, True, 1), FIRST + ONE),
        (Past(FIRST, True, 1), FIRST),
        (Past(FIRST, None, 1), FIRST),
        (Past(FIRST, False, 1), FIRST - ONE),
    ):
        with django_assert_num_queries(1):  # whether a flag says so
            assert earlier_arrears({lease.pk: asked_with(past, before, policy)}) == (
                {lease.pk: past.had},
                {},
            )


def asked_with(past: Past, before: datetime.date, policy: DatedPolicy) -> AskedPast:
    return AskedPast(before, policy, 0, past)


def test_nobody_is_asked_about():
    assert earlier_arrears({}) == ({}, {})
