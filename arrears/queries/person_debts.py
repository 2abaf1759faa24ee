"""What people owe the municipality from all their tenancies, the old ones too."""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from django.db import connection


class PersonDebt(NamedTuple):
    """What is owed on one lease for the time one of them was its tenant. Amounts in øre.

    `balance_ore` is everything still open of that time and `overdue_ore` the part of it that fell
    due before the day. `has_plan`: a signed plan runs on the lease.
    """

    lease_id: int
    number: str
    balance_ore: int
    overdue_ore: int
    has_plan: bool


# Rent after a change of tenants binds the new one only, who does not inherit the default: a charge
# is theirs who was tenant on the day it fell due, and who leaves answers for what came before.
_DEBTS = """
SELECT lease.id, lease.number, owed.balance_ore, owed.overdue_ore, EXISTS (
    SELECT FROM arrears_repaymentplan AS plan
    WHERE plan.lease_id = lease.id AND plan.state = 'running'
)
FROM (
    SELECT charge.lease_id, sum(charge.open_ore)::bigint AS balance_ore,
        coalesce(sum(charge.open_ore) FILTER (WHERE charge.due_on < %(day)s), 0)::bigint
            AS overdue_ore
    FROM arrears_opencharge AS charge
    WHERE charge.lease_id IN (
        SELECT lease_id FROM tenants_leaseparty WHERE person_id = ANY(%(people)s)
    ) AND EXISTS (
        SELECT FROM tenants_leaseparty AS party
        JOIN tenants_lease AS lease ON lease.id = party.lease_id
        WHERE party.lease_id = charge.lease_id AND party.role = 'tenant'
            AND party.person_id = ANY(%(people)s)
            AND (party.from_on <= charge.due_on OR party.from_on = lease.starts_on)
            AND (party.to_on IS NULL OR party.to_on >= charge.due_on
                OR party.to_on = lease.moved_out_on)
    )
    GROUP BY charge.lease_id
) AS owed
JOIN tenants_lease AS lease ON lease.id = owed.lease_id
WHERE owed.balance_ore > 0
ORDER BY lease.starts_on, lease.id
"""


# A running plan covers the charges it names, and lets rent beside it be as late as it lets an
# instalment: from then on the plan's own check speaks.
_NOT_COVERED = """
SELECT DISTINCT party.person_id, charge.lease_id
FROM tenants_leaseparty AS party
JOIN tenants_lease AS lease ON lease.id = party.lease_id
JOIN arrears_opencharge AS charge ON charge.lease_id = party.lease_id
LEFT JOIN arrears_repaymentplan AS plan
    ON plan.lease_id = party.lease_id AND plan.state = 'running'
WHERE party.role = 'tenant' AND party.person_id = ANY(%(people)s) AND charge.open_ore > 0
    AND (party.from_on <= charge.due_on OR party.from_on = lease.starts_on)
    AND (party.to_on IS NULL OR party.to_on >= charge.due_on OR party.to_on = lease.moved_out_on)
    AND charge.due_on + coalesce(plan.tolerance_days, 0) < %(day)s
    AND NOT EXISTS (
        SELECT FROM arrears_plancharge AS covered
        WHERE covered.plan_id = plan.id AND covered.line_id = charge.line_id
    )
"""


class NotCovered(NamedTuple):
    """Somebody who owes, on a lease, what fell due before the day and no running plan covers."""

    person_id: int
    lease_id: int


def not_covered(person_ids: Collection[int], day: datetime.date) -> list[NotCovered]:
    """By person and lease, of all their tenancies. One query."""
    if not person_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NOT_COVERED, {"people": list(person_ids), "day": day})
        return [NotCovered(*row) for row in cursor.fetchall()]


def debts_of(person_ids: Collection[int], day: datetime.date) -> list[PersonDebt]:
    """What they owe lease by lease as the ledger stands, the oldest lease first; leases on which
    they owe nothing are left out. One query.

    Numbers and amounts only: no address, and no more of a protected lease than of any other.
    """
    if not person_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_DEBTS, {"people": list(person_ids), "day": day})
        return [PersonDebt(*row) for row in cursor.fetchall()]
