"""Keeping it known which leases have a protected address (kode 6 and 7)."""

import datetime
from collections.abc import Collection

from django.db import connection

# Somebody who is to come counts already, and so does who lived there on a tenancy's last day:
# where they lived is still a secret after they have moved.
_KEEP = """
WITH concerned AS (
    SELECT lease.id, lease.household_id, lease.is_protected,
        least(%(day)s::date, coalesce(lease.moved_out_on, %(day)s::date)) AS day
    FROM tenants_lease AS lease
    WHERE lease.id = ANY(%(leases)s) OR lease.household_id = ANY(%(households)s)
        OR lease.id IN (
            SELECT lease_id FROM tenants_leaseparty WHERE person_id = ANY(%(people)s))
        OR lease.household_id IN (
            SELECT household_id FROM tenants_householdmember WHERE person_id = ANY(%(people)s))
), answer AS (
    SELECT concerned.id, concerned.is_protected AS before, EXISTS (
        SELECT FROM tenants_leaseparty AS party
        JOIN tenants_person AS person ON person.id = party.person_id
        WHERE party.lease_id = concerned.id AND person.protection <> 0
            AND (party.to_on IS NULL OR party.to_on >= concerned.day)
    ) OR EXISTS (
        SELECT FROM tenants_householdmember AS member
        JOIN tenants_person AS person ON person.id = member.person_id
        WHERE member.household_id = concerned.household_id AND person.protection <> 0
            AND (member.to_on IS NULL OR member.to_on >= concerned.day)
    ) AS is_protected
    FROM concerned
)
UPDATE tenants_lease AS lease SET is_protected = answer.is_protected
FROM answer
WHERE lease.id = answer.id AND answer.before <> answer.is_protected
"""


def keep_protection(
    day: datetime.date,
    *,
    lease_ids: Collection[int] = (),
    household_ids: Collection[int] = (),
    person_ids: Collection[int] = (),
) -> int:
    """Makes `is_protected` true of the leases concerned, as of `day`; returns how many changed.

    A lease is protected when a party to it or a member of its household is. Every service that
    changes parties, households or a person's protection calls this in its own transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "day": day,
                "leases": sorted(lease_ids),
                "households": sorted(household_ids),
                "people": sorted(person_ids),
            },
        )
        return int(cursor.rowcount)
