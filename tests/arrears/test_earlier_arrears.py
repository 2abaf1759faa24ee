"""Whether arrears are a lease's first, asked of many at once, is what the rule says of each."""

import datetime
import random
from dataclasses import replace

import pytest

from arrears.models import LedgerLine
from arrears.queries.past import earlier_arrears
from arrears.rules.facts import PastLine, had_arrears
from arrears.rules.policy import ArrearsPolicy, default_values
from arrears.services.ledger import NewLine, post
from tests.factories import LeaseFactory

pytestmark = pytest.mark.django_db

D = datetime.date
POLICY = ArrearsPolicy.from_values(default_values())
FIRST = D(2026, 1, 1)


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


@pytest.mark.parametrize("seed", range(4))
def test_any_ledger_under_any_policy_is_answered_as_the_rule_answers(seed):
    chance = random.Random(seed)
    leases = [lease.pk for lease in LeaseFactory.create_batch(90, tenant=None)]
    post([line for lease_id in leases for line in a_ledger(chance, lease_id)])
    asked = {
        lease_id: (
            FIRST + datetime.timedelta(days=chance.randrange(80)),
            replace(
                POLICY,
                grace_days=chance.choice([0, 3, 10]),
                min_ore=chance.choice([0, 100, 10_000, 910_000]),
            ),
        )
        for lease_id in leases
    }
    expected = {
        lease_id: had_arrears(
            [
                PastLine(*row)
                for row in LedgerLine.objects.filter(lease_id=lease_id).values_list(
                    "kind", "amount_ore", "effective_on", "due_on"
                )
            ],
            policy,
            before,
        )
        for lease_id, (before, policy) in asked.items()
    }
    assert earlier_arrears(asked) == expected
    assert {True, False, None} == set(expected.values())


def test_nobody_is_asked_about():
    assert earlier_arrears({}) == {}
