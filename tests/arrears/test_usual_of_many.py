"""How tenants usually pay, asked of many at once, is what the rule says of each."""

import datetime
import random
from dataclasses import replace

import pytest

from arrears.models import LeaseAccount, LedgerLine
from arrears.queries.past import usuals
from arrears.queries.portfolio import ledgers
from arrears.rules.ledger import Charge
from arrears.rules.pattern import LOOK_BACK_MONTHS, usual
from arrears.rules.policy import ArrearsPolicy, default_values
from arrears.services.ledger import NewLine, post
from boligsak.dates import add_months
from tests.factories import LeaseFactory

pytestmark = pytest.mark.django_db

D = datetime.date
POLICY = ArrearsPolicy.from_values(default_values())
FIRST = D(2024, 10, 1)
OLDEST_DUE_ON = D(2026, 5, 20)


def a_ledger(chance: random.Random, lease_id: int) -> list[NewLine]:
    """Two years over two turns of the year; few different amounts, so that sums often meet."""
    lines = []
    for number in range(24):
        due_on = add_months(FIRST, number) + datetime.timedelta(days=chance.choice([0, 19]))
        kind = chance.choice(["rent", "rent", "rent", "utilities", "fee"])
        ore = chance.choice([100_000, 900_000])
        lines.append(NewLine(lease_id, kind, ore, due_on, f"{kind}:{number}", due_on=due_on))
        paid = chance.choice([*["payment"] * 12, *["late"] * 6, "reversal", ""])
        if paid:
            on = due_on + datetime.timedelta(days=chance.randrange(-3, 40 if paid == "late" else 3))
            sign, kind = (1, paid) if paid == "reversal" else (-1, "payment")
            lines.append(
                NewLine(
                    lease_id,
                    kind,
                    sign * chance.choice([*[ore] * 8, 50_000, 1_000_000]),
                    on,
                    f"p:{number}",
                )
            )
    return lines


def name_a_charge(chance: random.Random, lease_id: int) -> None:
    charge = chance.choice(LedgerLine.objects.filter(lease_id=lease_id, kind="rent"))
    post([NewLine(lease_id, "credit", -30_000, charge.due_on, "reduced", names_id=charge.pk)])


@pytest.mark.parametrize("seed", range(3))
def test_any_past_is_read_as_the_rule_reads_it(seed):
    chance = random.Random(seed)
    leases = [lease.pk for lease in LeaseFactory.create_batch(40, tenant=None)]
    post([line for lease_id in leases for line in a_ledger(chance, lease_id)])
    for lease_id in leases[::4]:
        name_a_charge(chance, lease_id)
    asked = {
        lease_id: (
            OLDEST_DUE_ON + datetime.timedelta(days=chance.choice([0, 31, 61])),
            replace(POLICY, pattern_share_days=chance.choice([0, 10, 30]), pattern_min_charges=3),
        )
        for lease_id in leases
    }
    balances = dict(LeaseAccount.objects.values_list("lease_id", "balance_ore"))
    whole = ledgers(leases)
    expected = {}
    for lease_id, (oldest_due_on, policy) in asked.items():
        since = add_months(oldest_due_on, -LOOK_BACK_MONTHS)
        lines = [
            line
            for line in whole[lease_id].lines
            if (line.key.due_on if isinstance(line, Charge) else line.effective_on) >= since
        ]
        chance.shuffle(lines)
        opening_ore = balances[lease_id] - sum(line.amount_ore for line in lines)
        expected[lease_id] = usual(lines, opening_ore, policy)
    assert usuals(asked, balances) == expected
    assert len(set(expected.values())) > 20


def test_a_lease_without_lines_has_no_usual():
    lease_id = LeaseFactory(tenant=None).pk
    assert usuals({lease_id: (OLDEST_DUE_ON, POLICY)}, {lease_id: 0}) == {lease_id: None}


def test_nobody_is_asked_about():
    assert usuals({}, {}) == {}
