"""How much of a case somebody sees, and whether they may act on it."""

from collections.abc import Collection
from typing import Any, NamedTuple

from arrears.models import Case, NoticeServing
from arrears.rules.cases import is_anonymous_to, parties_of
from tenants.queries.visibility import Condition


class Sight(NamedTuple):
    """`is_masked`: number, triggers, level, deadlines and money only; no name, address or text."""

    parties: frozenset[str]
    is_masked: bool


def sight(case: Case, user: Any) -> Sight:
    """What this user sees of a case whose row is visible to them. The lease must be at hand."""
    return sights([case], user)[case.pk]


def sights(cases: Collection[Case], user: Any) -> dict[int, Sight]:
    """The same for many, by case id: one query at the most."""
    access = user.access
    parties = parties_of(access.roles)
    reserved = _reserved([case.pk for case in cases if case.party not in parties])
    return {
        case.pk: Sight(
            parties,
            is_anonymous_to(
                parties,
                opened_by=case.party,
                basis=case.sharing_basis,
                is_protected=case.lease.is_protected,
                is_cleared=access.is_cleared,
                has_reservation=case.pk in reserved,
            ),
        )
        for case in cases
    }


def _reserved(case_ids: Collection[int]) -> frozenset[int]:
    """Cases with a tenant's reservation against warning Nav (husleieloven § 9-11)."""
    if not case_ids:
        return frozenset()
    servings = NoticeServing.objects.filter(
        notice__case__in=case_ids, notice__state="sent", reserved_on__isnull=False
    )
    return frozenset(servings.values_list("notice__case", flat=True))


NOT_SHUT_OUT = """NOT EXISTS (
    SELECT FROM arrears_disqualification AS shut_out
    WHERE shut_out.case_id = c.id AND shut_out.user_id = %(reader)s AND shut_out.lifted_on IS NULL
)"""
_OF_OFFICES = "(c.office_id = ANY(%(seen_offices)s) OR lease.office_id = ANY(%(seen_offices)s))"
# A tenant's reservation against warning Nav (husleieloven § 9-11).
RESERVED = """EXISTS (
    SELECT FROM arrears_noticeserving AS serving
    JOIN arrears_notice AS notice ON notice.id = serving.notice_id
    WHERE notice.case_id = c.id AND notice.state = 'sent' AND serving.reserved_on IS NOT NULL
)"""
_SHARED = f"(c.party = ANY(%(parties)s) OR c.sharing_basis <> 'none' AND NOT {RESERVED})"


def row_is_seen(user: Any) -> Condition:
    """The cases whose row this user may see, as a condition on a case called `c` and its lease.

    The same rule as `CaseQuerySet.visible_to`, for the pages that are opened all day; a test holds
    the two together.
    """
    access = user.access
    sql, parameters = NOT_SHUT_OUT, {"reader": user.pk}
    if access.office_ids is not None:
        sql += f" AND {_OF_OFFICES}"
        parameters["seen_offices"] = sorted(access.office_ids)
        if not access.is_cleared:
            sql += " AND NOT lease.is_protected"
    return Condition(sql, parameters)


def lease_of_case(condition: str) -> str:
    """The lease that a condition on a case speaks of, joined to it; nothing where it does not."""
    return "JOIN tenants_lease AS lease ON lease.id = c.lease_id" if "lease." in condition else ""


def is_named_to(user: Any) -> Condition:
    """The cases this user sees by name, as a condition on a case called `c` and its lease.

    The same rule as `arrears.queries.cases.named_to`, for the lists that are opened all day; a
    test holds the two together. Nothing for a user who sees no cases at all.
    """
    if not user.has_perm("arrears.view_case"):
        return Condition("false", {})
    seen = row_is_seen(user)
    sql = f"{seen.sql} AND {_SHARED}"
    if not user.access.is_cleared:
        sql += " AND NOT lease.is_protected"
    return Condition(sql, seen.parameters | {"parties": sorted(parties_of(user.access.roles))})
