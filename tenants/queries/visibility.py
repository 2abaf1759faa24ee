"""Who sees which lease, as conditions of SQL.

The same rule as `LeaseQuerySet.visible_to` and `unmasked`, for the lists that are opened all day:
there the ORM's own work would cost more than the query. A test holds the two together.
"""

from typing import Any, NamedTuple


class Condition(NamedTuple):
    """A condition on a lease called `lease`, and its parameters by name."""

    sql: str
    parameters: dict[str, Any]


def row_is_seen(user: Any, row: str = "lease") -> Condition | None:
    """Leases whose row this user may see, masked or not. None: all of them.

    The same holds for applications, with `row` for what the application is called.
    """
    access = user.access
    if access.office_ids is None:
        return None
    sql = f"{row}.office_id = ANY(%(seen_offices)s)"
    if not access.is_cleared:
        sql += f" AND NOT {row}.is_protected"
    return Condition(sql, {"seen_offices": sorted(access.office_ids)})


def row_is_unmasked(user: Any) -> Condition | None:
    """Those of them whose address, names and office this user may see. None: all of them."""
    seen = row_is_seen(user)
    if seen is None and not user.access.is_cleared:
        return Condition("NOT lease.is_protected", {})
    return seen


_PERSON = """(EXISTS (
    SELECT FROM tenants_leaseparty AS own JOIN tenants_lease AS lease ON lease.id = own.lease_id
    WHERE own.person_id = person.id AND SEEN
) OR EXISTS (
    SELECT FROM tenants_householdmember AS own
    JOIN tenants_lease AS lease ON lease.household_id = own.household_id
    WHERE own.person_id = person.id AND SEEN
))"""


_APPLIED = """(EXISTS (
    SELECT FROM tenants_application AS application
    WHERE application.applicant_id = person.id AND SEEN
) OR EXISTS (
    SELECT FROM tenants_applicationmember AS own
    JOIN tenants_application AS application ON application.id = own.application_id
    WHERE own.person_id = person.id AND SEEN
))"""


def person_is_seen(user: Any) -> Condition | None:
    """People this user may see: `PersonQuerySet.visible_to`, on a person called `person`."""
    seen = row_is_seen(user)
    if seen is None:
        return None
    sql = _PERSON.replace("SEEN", seen.sql)
    if user.has_perm("tenants.view_application"):
        applied = row_is_seen(user, "application")
        if applied is not None:
            sql = f"({sql} OR {_APPLIED.replace('SEEN', applied.sql)})"
    return Condition(sql, seen.parameters)


_IS_OPEN = """NOT EXISTS (
    SELECT FROM tenants_lease AS about WHERE about.id = ROW.lease_id AND about.is_protected
)"""
_AT_OFFICES = """EXISTS (
    SELECT FROM tenants_dwelling AS home
    WHERE home.id = ROW.dwelling_id AND home.office_id = ANY(%(seen_offices)s)
)"""


def complaint_is_seen(user: Any, row: str) -> Condition | None:
    """Complaints this user may see: `ComplaintQuerySet.visible_to`, on one called `row`."""
    access = user.access
    parts, parameters = [], {}
    if not access.is_cleared:
        parts.append(_IS_OPEN)
    if access.office_ids is not None:
        parts.append(_AT_OFFICES)
        parameters["seen_offices"] = sorted(access.office_ids)
    if not parts:
        return None
    return Condition(" AND ".join(parts).replace("ROW", row), parameters)
