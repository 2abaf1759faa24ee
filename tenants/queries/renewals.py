"""What renewals rest on, for one lease or for many: three statements however many there are."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import connection

from boligsak.dates import add_months
from boligsak.rates.queries import DatedPolicy, policies_on
from boligsak.rule import RuleBroken
from tenants.renewal_policy import RENEWALS
from tenants.rules.leases import LeaseFacts
from tenants.rules.renewal import (
    Renewal,
    RenewalFacts,
    Wish,
    may_renew_from,
    plan_renewal,
    short_terms,
)

ADULT_AGE_MONTHS = 18 * 12


class RenewalRow(NamedTuple):
    """One lease as a renewal sees it. `tenants`: the ids of the living tenants on the day.

    `made_on` is the day the running contract was made: what has changed since is in `facts`.
    `unsigned_id`: a renewal that waits for its signatures.
    """

    lease_id: int
    number: str
    version: int
    office_id: int
    dwelling_id: int
    is_protected: bool
    is_service: bool
    tenants: tuple[int, ...]
    made_on: datetime.date
    rent_ore: int
    unsigned_id: int | None
    facts: RenewalFacts


# The running contract was made on the day of the newest one that is kept; of a lease from before
# contracts were kept, on the day it was signed. Who moves in as the lease begins was known then, so
# nothing has changed before its first day. The address was open before it was
# protected when an older row of the lease says so.
_ROWS = """
SELECT lease.id, lease.number, lease.version, lease.office_id, lease.dwelling_id,
    lease.is_protected, lease.kind = 'service', lease.starts_on, lease.ends_on,
    lease.moved_out_on, lease.move_requested_on, lease.purpose_told_on, dwelling.in_use_to,
    service.lawyer_on, move_out.moves_on, made.made_on,
    coalesce(tenant.ids, '{}'), coalesce(tenant.dead, 0),
    (
        SELECT count(*) FROM tenants_householdmember AS member
        JOIN tenants_person AS person ON person.id = member.person_id
        WHERE member.household_id = lease.household_id AND member.from_on <= %(day)s
            AND (member.to_on IS NULL OR member.to_on >= %(day)s) AND person.died_on IS NULL
            AND (person.born_on > %(adult_from)s
                OR person.born_on IS NULL AND member.role = 'child')
    ),
    EXISTS (
        SELECT FROM tenants_householdmember AS member
        WHERE member.household_id = lease.household_id AND member.from_on > made.made_on
            AND member.from_on <= %(day)s
            AND (member.to_on IS NULL OR member.to_on >= %(day)s)
    ),
    EXISTS (
        SELECT FROM tenants_householdmember AS member
        WHERE member.household_id = lease.household_id AND member.to_on >= made.made_on
            AND member.to_on < %(day)s AND member.from_on <= made.made_on
    ),
    EXISTS (
        SELECT FROM tenants_leaseparty AS party
        WHERE party.lease_id = lease.id AND party.role = 'tenant' AND party.from_on <= %(day)s
            AND (party.from_on > made.made_on
                OR party.to_on >= made.made_on AND party.to_on < %(day)s)
    ),
    lease.is_protected AND EXISTS (
        SELECT FROM tenants_leaseevent AS before
        WHERE before.pgh_obj_id = lease.id AND NOT before.is_protected
            AND before.pgh_created_at >= made.made_on
    ),
    EXISTS (
        SELECT FROM tenants_headlandlordaction AS action
        WHERE action.dwelling_id = lease.dwelling_id AND action.closed_on IS NULL
    ),
    EXISTS (
        SELECT FROM tenants_complaint AS complaint
        WHERE complaint.lease_id = lease.id AND complaint.about = 'tenancy'
            AND complaint.state = 'open'
    ),
    coalesce((
        SELECT term.amount_ore FROM tenants_rentterm AS term
        WHERE term.lease_id = lease.id AND term.kind = 'rent'
            AND term.valid_from <= greatest(%(day)s, lease.ends_on + 1)
        ORDER BY term.valid_from DESC LIMIT 1
    ), 0),
    (
        SELECT max(contract.id) FROM tenants_leasecontract AS contract
        WHERE contract.lease_id = lease.id AND contract.kind <> 'first'
            AND contract.state IN ('draft', 'signing')
    )
FROM tenants_lease AS lease
JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id
LEFT JOIN tenants_serviceagreement AS service ON service.lease_id = lease.id
LEFT JOIN tenants_moveout AS move_out ON move_out.lease_id = lease.id
    AND move_out.withdrawn_on IS NULL
CROSS JOIN LATERAL (
    SELECT greatest(
        coalesce(max(contract."on"), lease.signed_on, lease.starts_on), lease.starts_on
    ) AS made_on
    FROM tenants_leasecontract AS contract
    WHERE contract.lease_id = lease.id AND contract.state <> 'dropped'
) AS made
LEFT JOIN LATERAL (
    SELECT array_agg(person.id ORDER BY party.position, party.id)
            FILTER (WHERE person.died_on IS NULL) AS ids,
        count(*) FILTER (WHERE person.died_on IS NOT NULL) AS dead
    FROM tenants_leaseparty AS party JOIN tenants_person AS person ON person.id = party.person_id
    WHERE party.lease_id = lease.id AND party.role = 'tenant'
        AND party.from_on <= greatest(%(day)s, lease.starts_on)
        AND (party.to_on IS NULL OR party.to_on >= %(day)s)
) AS tenant ON true
WHERE lease.id = ANY(%(leases)s)
"""

# Leases of the same dwelling with one of the same tenants: the old rent system made a new lease of
# every renewal. `old_ends_on` is the first term of a lease whose first contract is not kept.
_TERMS = """
SELECT lease.id, other.starts_on, other.ends_on, contract.has_first, contract.old_ends_on,
    contract.short
FROM tenants_lease AS lease
JOIN tenants_lease AS other ON other.dwelling_id = lease.dwelling_id AND (
    other.id = lease.id OR EXISTS (
        SELECT FROM tenants_leaseparty AS mine
        JOIN tenants_leaseparty AS theirs ON theirs.person_id = mine.person_id
        WHERE mine.lease_id = lease.id AND theirs.lease_id = other.id
            AND mine.role = 'tenant' AND theirs.role = 'tenant'
    ))
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(contract.kind = 'first'), false) AS has_first,
        (array_agg(contract.terms ->> 'old_ends_on' ORDER BY contract.id)
            FILTER (WHERE contract.kind <> 'first'))[1] AS old_ends_on,
        count(*) FILTER (WHERE contract.is_short) AS short
    FROM tenants_leasecontract AS contract
    WHERE contract.lease_id = other.id AND contract.state <> 'dropped'
) AS contract
WHERE lease.id = ANY(%(leases)s) AND other.starts_on <= lease.starts_on
"""


def renewal_rows(lease_ids: Collection[int], day: datetime.date) -> dict[int, RenewalRow]:
    """Each of these leases as a renewal on `day` sees it. Who may see them is asked before."""
    if not lease_ids:
        return {}
    parameters = {
        "leases": list(lease_ids),
        "day": day,
        "adult_from": add_months(day, -ADULT_AGE_MONTHS),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, parameters)
        short = _short_terms(cursor.fetchall())
        cursor.execute(_ROWS, parameters)
        return {row[0]: _row(row, short.get(row[0], 0), day) for row in cursor.fetchall()}


def renewal_policies(day: datetime.date) -> Mapping[int | None, DatedPolicy]:
    """The terms of each office on `day`; None: of every other."""
    return policies_on(RENEWALS, day)


def policy_of(policies: Mapping[int | None, DatedPolicy], office_id: int) -> DatedPolicy:
    return policies.get(office_id) or policies[None]


def may_be_renewed(office_id: int, ends_on: datetime.date, day: datetime.date) -> bool:
    """Whether an office finds it late enough to renew a contract that runs out on `ends_on`."""
    policy = policy_of(renewal_policies(day), office_id)
    return may_renew_from(ends_on, policy.values) <= day


class Plans:
    """What is proposed for each of these leases on a day, reckoned by the one rule."""

    def __init__(self, lease_ids: Collection[int], day: datetime.date) -> None:
        self.day = day
        self.rows = renewal_rows(lease_ids, day)
        self.policies = renewal_policies(day) if self.rows else {}

    def policy(self, row: RenewalRow) -> DatedPolicy:
        return policy_of(self.policies, row.office_id)

    def of(self, row: RenewalRow, wish: Wish) -> Renewal | RuleBroken:
        """The new term, or why there is none."""
        try:
            return plan_renewal(row.facts, wish, self.policy(row).values, self.day)
        except RuleBroken as broken:
            return broken


def _short_terms(rows: Collection[tuple[Any, ...]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for lease_id, starts_on, ends_on, has_first, old_ends_on, short in rows:
        first = None
        if not has_first:
            if old_ends_on is not None:
                ends_on = datetime.date.fromisoformat(old_ends_on)
            first = (starts_on, ends_on)
        found[lease_id] = found.get(lease_id, 0) + short_terms(first, short)
    return found


def _row(row: tuple[Any, ...], short: int, day: datetime.date) -> RenewalRow:
    (lease_id, number, version, office_id, dwelling_id, is_protected, is_service) = row[:7]
    starts_on, ends_on, moved_out_on, asked_on, told_on, in_use_to, lawyer_on = row[7:14]
    moves_on, made_on, tenants, dead, children = row[14:19]
    joined, left, parties, protected, head, complaint, rent_ore, unsigned_id = row[19:]
    told = {
        "joined": joined,
        "left": left,
        "parties": parties,
        "protected": protected,
        "head_landlord": head,
        "complaint": complaint,
    }
    facts = RenewalFacts(
        lease=LeaseFacts(
            starts_on=starts_on,
            ends_on=ends_on,
            moved_out_on=moved_out_on,
            move_requested_on=asked_on,
            is_service_agreement=is_service,
            is_outside_tenancy_act=lawyer_on is not None and lawyer_on <= day,
        ),
        short_terms_before=short,
        told_in_writing=told_on is not None,
        children=children,
        living=len(tenants),
        dead=dead,
        moves_on=moves_on,
        in_use_to=in_use_to,
        changed=tuple(code for code, is_so in told.items() if is_so),
    )
    return RenewalRow(
        lease_id=lease_id,
        number=number,
        version=version,
        office_id=office_id,
        dwelling_id=dwelling_id,
        is_protected=is_protected,
        is_service=is_service,
        tenants=tuple(tenants),
        made_on=made_on,
        rent_ore=rent_ore,
        unsigned_id=unsigned_id,
        facts=facts,
    )
