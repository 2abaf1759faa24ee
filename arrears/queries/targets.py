"""Petitions to the bailiff and evictions of a year so far, and the targets they are held against.

They are counted as cases, so that a figure is the number of rows in the list it leads to: a case
with two petitions in a year is one.
"""

import datetime
import json
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet

from arrears.models import Referral
from arrears.models.referrals import ReferralKind, ReferralState
from arrears.queries.case_access import lease_of_case, row_is_seen
from arrears.rules.targets import Most, Targets, most_for
from boligsak.together import Question, Rows, answers

TARGETS = "targets"


class YearSoFar(NamedTuple):
    """Cases with a petition filed this year, and cases that ended in an eviction this year."""

    petitions: int
    evictions: int


def petitioned(day: datetime.date) -> QuerySet[Referral]:
    """The petitions of a case (the outer row) that were filed in the year of `day`, up to it."""
    return Referral.objects.filter(
        case=OuterRef("pk"), kind=ReferralKind.BAILIFF, filed_on__range=(_first(day), day)
    )


def evicted(day: datetime.date) -> QuerySet[Referral]:
    """The evictions of a case (the outer row) carried out in the year of `day`, up to it."""
    return Referral.objects.filter(
        case=OuterRef("pk"),
        state=ReferralState.CARRIED_OUT,
        lock_changed_on__range=(_first(day), day),
    )


_COUNTED = """
    SELECT count(DISTINCT c.id) FILTER (WHERE {petitioned}),
        count(DISTINCT c.id) FILTER (WHERE {evicted})
    FROM arrears_referral AS referral JOIN arrears_case AS c ON c.id = referral.case_id {lease}
    WHERE ({petitioned} OR {evicted}) AND {seen}
"""
_PETITIONED = """(referral.kind = 'bailiff'
    AND referral.filed_on BETWEEN %(year_from)s AND %(year_to)s)"""
_EVICTED = """(referral.state = 'carried_out'
    AND referral.lock_changed_on BETWEEN %(year_from)s AND %(year_to)s)"""


def so_far(user: Any, day: datetime.date, office_id: int | None = None) -> Question:
    """One `YearSoFar` of the cases this user may see a row of, to be asked for with other things.

    Over single offices protected tenancies are there only for who is cleared, as in the list.
    """
    seen, asked = row_is_seen(user)
    asked = {**asked, "year_from": _first(day), "year_to": day}
    if office_id is not None:
        seen += " AND c.office_id = %(year_office)s"
        asked["year_office"] = office_id
        if not user.access.is_cleared:
            seen += " AND NOT lease.is_protected"
    statement = _COUNTED.format(  # conditions of the house's own, values by name
        petitioned=_PETITIONED, evicted=_EVICTED, seen=seen, lease=lease_of_case(seen)
    )
    return Question(
        Rows(statement, columns=2), asked, lambda rows: [YearSoFar(*row) for row in rows]
    )


_IN_FORCE = Rows(
    """
    SELECT DISTINCT ON (office_id) office_id, values::text FROM rates_policy
    WHERE kind = %(targets_kind)s AND valid_from <= %(targets_on)s
    ORDER BY office_id, valid_from DESC
    """,
    columns=2,
)


def in_force(day: datetime.date) -> Question:
    """(office or None for the municipality, its targets) on `day`, to be asked for with others."""
    return Question(_IN_FORCE, {"targets_kind": TARGETS, "targets_on": day}, _read)


def most_this_year(user: Any, versions: list[Any], office_id: int | None = None) -> Most:
    """The targets for what `so_far` counts. `versions`: what `in_force` has been answered."""
    of = user.access.office_ids if office_id is None else frozenset({office_id})
    return most_for(dict(versions), of)


def year_so_far(
    user: Any, day: datetime.date, office_id: int | None = None
) -> tuple[YearSoFar, Most]:
    """What there was and what there may be at the most. One query."""
    (counted,), versions = answers([so_far(user, day, office_id), in_force(day)])
    return counted, most_this_year(user, versions, office_id)


def _read(rows: list[Any]) -> list[Any]:
    return [(office_id, Targets.from_values(json.loads(values))) for office_id, values in rows]


def _first(day: datetime.date) -> datetime.date:
    return day.replace(month=1, day=1)
