"""Who and where, for the leases on a page: what this reader may see, in one query."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from functools import partial
from typing import Any, NamedTuple

from django.db import connection

from boligsak.dates import add_months
from boligsak.prepared import ask
from tenants.queries.kept_cards import MOST_AT_ONCE, Read, Since, kept_or_read
from tenants.queries.visibility import row_is_seen

_COMES_OF_AGE = 18


class LeaseCard(NamedTuple):
    """One lease in a list. Masked, it is its number and nothing else.

    `people` are (person id, name) of the tenants on the day, the first named first; after the
    tenancy, those of its last day. `children` counts members under 18 in the household, where the
    list has asked for it.
    """

    lease_id: int
    number: str
    is_masked: bool
    dwelling_id: int | None = None
    address: str = ""
    unit: str = ""
    office: str = ""
    office_id: int | None = None
    people: tuple[tuple[int, str], ...] = ()
    children: int = 0
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    moved_out_on: datetime.date | None = None

    @property
    def name(self) -> str:
        """The tenants in one line: the first one, and how many more."""
        if not self.people:
            return ""
        more = len(self.people) - 1
        return self.people[0][1] + (f" +{more}" if more else "")

    @property
    def person_ids(self) -> list[int]:
        return [person_id for person_id, _ in self.people]


# A row for each tenant, put together here: gathering them in the database, lease by lease, takes as
# long again. The tenants of a day are those of the tenancy's first day before it and of its last
# day after it. OFFSET 0: all else is read once for a lease, and then its tenants. First of all, and
# once: what is read here is of which snapshot, and may what was kept since another be used.
# By the newest number first, for otherwise the planner expects a third of all numbers to be newer
# than the snapshot, and looks through the table.
# How many leases are missing is kept from the plan: most often none is, and for that PostgreSQL
# made another plan each time.
# TABLES lists what is read: whatever is added has to leave its changes in tenants_cardchange.
_CARDS = """
SELECT kept.*, home.*, tenant.position, tenant.id, tenant.person_id, tenant.name
FROM (
    SELECT here.server, pg_current_snapshot()::text,
        %(snapshot)s::pg_snapshot IS NULL OR here.server = %(server)s AND NOT EXISTS (
            SELECT FROM (
                SELECT xid FROM tenants_cardchange
                WHERE xid >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot) ORDER BY xid DESC
            ) AS newest
            WHERE NOT pg_visible_in_snapshot(xid, %(snapshot)s::pg_snapshot)
        )
    FROM (
        SELECT concat(oid, ' ', extract(epoch FROM pg_postmaster_start_time())) AS server
        FROM pg_database WHERE datname = current_database()
    ) AS here OFFSET 0
) AS kept
LEFT JOIN (
    SELECT lease.id, lease.number, lease.is_protected AND NOT %(cleared)s AS is_masked,
        lease.dwelling_id, dwelling.street, dwelling.house_no, dwelling.unit,
        lease.office_id, office.name, lease.starts_on, lease.ends_on, lease.moved_out_on,
        {children} AS children
    FROM tenants_lease AS lease
    JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id
    JOIN accounts_office AS office ON office.id = lease.office_id
    WHERE lease.id = ANY((SELECT %(leases)s)::bigint[]) AND {seen} OFFSET 0
) AS home ON true
LEFT JOIN LATERAL (
    SELECT party.position, party.id, party.person_id,
        person.given_name || ' ' || person.family_name AS name
    FROM tenants_leaseparty AS party JOIN tenants_person AS person ON person.id = party.person_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN home.moved_out_on IS NULL THEN greatest(%(day)s, home.starts_on)
            ELSE least(%(day)s, home.moved_out_on) END AS day
    ) AS shown
    WHERE party.lease_id = home.id AND party.role = 'tenant'
        AND party.from_on <= shown.day AND (party.to_on IS NULL OR party.to_on >= shown.day)
) AS tenant ON true
"""

_CHILDREN = """(
    SELECT count(*) FROM tenants_householdmember AS member
    JOIN tenants_person AS person ON person.id = member.person_id
    WHERE member.household_id = lease.household_id AND member.from_on <= %(day)s
        AND (member.to_on IS NULL OR member.to_on >= %(day)s)
        AND (person.born_on > %(adult_from)s OR person.born_on IS NULL AND member.role = 'child')
)"""

TABLES = (
    "accounts_office",
    "tenants_dwelling",
    "tenants_householdmember",
    "tenants_lease",
    "tenants_leaseparty",
    "tenants_person",
)

# Where in a row its lease begins, and its tenant: place among the tenants, ids of party and person,
# name.
_LEASE, _TENANT = 3, -4


def lease_cards(
    lease_ids: Collection[int],
    user: Any,
    day: datetime.date,
    *,
    also: Collection[int] = (),
    to_file: bool = False,
    children: bool = False,
) -> dict[int, LeaseCard]:
    """Cards by lease id, only of leases whose row the user may see. One query, and a second one
    when something has changed since cards were kept.

    `also`: leases among them that the user sees for another reason than their office, because a
    case on them was handed over. A protected address stays masked; with `to_file` for the cleared
    too, for a file leaves the house and no list can be called back. `children`: count them.
    """
    if not lease_ids:
        return {}
    parameters: dict[str, Any] = {
        "cleared": user.access.is_cleared and not to_file,
        "day": day,
        "adult_from": add_months(day, -12 * _COMES_OF_AGE),
    }
    statement = _CARDS.replace("{children}", _CHILDREN if children else "0")
    if (seen := row_is_seen(user)) is not None:
        statement = statement.replace("{seen}", f"({seen.sql} OR lease.id = ANY(%(also)s))")
        parameters |= {**seen.parameters, "also": list(also)}
    else:
        statement = statement.replace("{seen}", "true")
    read = partial(_read, statement, parameters)
    if also or to_file or connection.in_atomic_block or len(lease_ids) > MOST_AT_ONCE:
        return read(lease_ids, None).found
    key = (statement, *(_hashable(value) for value in parameters.values()))
    return kept_or_read(key, lease_ids, read)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _read(
    statement: str, parameters: dict[str, Any], lease_ids: Collection[int], since: Since | None
) -> Read:
    """These cards; and whether others, that were read `since` then, would be the same now."""
    server, snapshot = since or (None, None)
    asked = {"leases": list(lease_ids), "server": server, "snapshot": snapshot}
    rows = ask(statement, parameters | asked)
    told: dict[int, tuple[Any, ...]] = {}
    tenants: dict[int, list[tuple[int, int, int, str]]] = {}
    for row in rows:
        lease_id, tenant = row[_LEASE], row[_TENANT:]
        if lease_id is not None:
            told[lease_id] = row
            if tenant[0] is not None:
                tenants.setdefault(lease_id, []).append(tenant)
    found = {lease_id: _card(row, tenants.get(lease_id, [])) for lease_id, row in told.items()}
    server, snapshot, is_current = rows[0][:_LEASE]
    return Read(found, Since(server, snapshot), is_current)


def _card(row: tuple[Any, ...], tenants: list[tuple[int, int, int, str]]) -> LeaseCard:
    lease_id, number, is_masked, dwelling_id, street, house_no, *rest = row[_LEASE:_TENANT]
    if is_masked:
        return LeaseCard(lease_id, number, is_masked=True)
    unit, office_id, office, starts_on, ends_on, moved_out_on, children = rest
    return LeaseCard(
        lease_id,
        number,
        False,
        dwelling_id,
        f"{street} {house_no}",
        unit,
        office,
        office_id,
        tuple([(person_id, name) for _position, _id, person_id, name in sorted(tenants)]),
        children,
        starts_on,
        ends_on,
        moved_out_on,
    )
