"""Keeping it known which leases and applications have a protected address (kode 6 and 7)."""

import datetime
from collections.abc import Collection
from typing import Any

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


# Applications come before leases in the order of locks, so they are held before a lease is touched.
# Who changes a lease holds it already: then they are taken only when the answer for it is another.
_CONCERNED = """
SELECT application.id FROM tenants_application AS application
WHERE application.id = ANY(%(applications)s) OR application.lease_id = ANY(%(leases)s)
    OR application.household_id = ANY(%(households)s) OR application.applicant_id = ANY(%(people)s)
    OR application.id IN (
        SELECT application_id FROM tenants_applicationmember WHERE person_id = ANY(%(people)s))
    OR application.lease_id IN (
        SELECT id FROM tenants_lease WHERE household_id = ANY(%(households)s)
        UNION SELECT lease_id FROM tenants_leaseparty WHERE person_id = ANY(%(people)s)
        UNION SELECT lease.id FROM tenants_lease AS lease
            JOIN tenants_householdmember AS member ON member.household_id = lease.household_id
            WHERE member.person_id = ANY(%(people)s))
ORDER BY application.id
FOR UPDATE
"""

_KEEP_APPLICATIONS = """
WITH answer AS (
    SELECT application.id, EXISTS (
        SELECT FROM tenants_person AS person
        WHERE person.protection <> 0 AND (person.id = application.applicant_id OR person.id IN (
            SELECT person_id FROM tenants_applicationmember
            WHERE application_id = application.id))
    ) OR coalesce(lease.is_protected, false) AS is_protected
    FROM tenants_application AS application
    LEFT JOIN tenants_lease AS lease ON lease.id = application.lease_id
    WHERE application.id = ANY(%(applications)s)
)
UPDATE tenants_application AS application SET is_protected = answer.is_protected
FROM answer
WHERE application.id = answer.id AND application.is_protected <> answer.is_protected
"""


def keep_protection(
    day: datetime.date,
    *,
    lease_ids: Collection[int] = (),
    household_ids: Collection[int] = (),
    person_ids: Collection[int] = (),
    application_ids: Collection[int] = (),
) -> int:
    """Makes `is_protected` true of the leases concerned, as of `day`; returns how many changed.

    A lease is protected when a party to it or a member of its household is, and an application when
    the applicant, somebody who is to live there or the present lease is. Every service that changes
    parties, households, those an application is for, or a person's protection calls this in its own
    transaction.
    """
    concerned = {
        "leases": sorted(lease_ids),
        "households": sorted(household_ids),
        "people": sorted(person_ids),
    }
    everything = concerned | {"applications": sorted(application_ids)}
    holds_leases = bool(lease_ids) and not (household_ids or person_ids or application_ids)
    with connection.cursor() as cursor:
        applications = [] if holds_leases else _locked(cursor, everything)
        cursor.execute(_KEEP, concerned | {"day": day})
        changed = int(cursor.rowcount)
        if holds_leases and changed:
            applications = _locked(cursor, everything)
        if applications:
            cursor.execute(_KEEP_APPLICATIONS, {"applications": applications})
    return changed


def _locked(cursor: Any, concerned: dict[str, list[int]]) -> list[int]:
    cursor.execute(_CONCERNED, concerned)
    return [pk for (pk,) in cursor.fetchall()]
