"""How the tenants of a lease are reached: themselves, their guardian, where they are, or the
estate."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from tenants.models import Absence


class Through(NamedTuple):
    """Somebody else one reaches a person through."""

    name: str
    phone: str = ""
    email: str = ""


class WhereAway(NamedTuple):
    """Where somebody is instead of at home; `to_on` is the last day, if it is known."""

    kind: str
    to_on: datetime.date | None
    through: Through


@dataclass(frozen=True, slots=True)
class Reach:
    """A tenant as one may try to reach them on a day. What is social is for the welfare side."""

    person_id: int
    name: str
    phone: str
    email: str
    is_reserved: bool
    language: str
    needs_interpreter: str
    safety_note: str
    died_on: datetime.date | None
    guardian: Through | None = None
    away: WhereAway | None = None
    estate: Through | None = None

    @property
    def tel(self) -> str:
        """The number for a "tel:" link; empty when there is nobody to call there."""
        return "" if self.died_on is not None else self.phone.replace(" ", "")


# The tenants of a day are those of the tenancy's first day before it and of its last day after it.
_REACH = """
SELECT lease.id, person.id, person.given_name || ' ' || person.family_name, person.phone,
    person.email, person.is_reserved, person.language, person.needs_interpreter,
    person.safety_note, CASE WHEN person.died_on <= %(day)s THEN person.died_on END,
    guardian.guardian_name, guardian.phone, guardian.email,
    away.kind, away.to_on, away.contact_name, away.contact_phone,
    estate.contact_name, estate.phone, estate.email
FROM tenants_lease AS lease
CROSS JOIN LATERAL (
    SELECT CASE WHEN lease.moved_out_on IS NULL THEN greatest(%(day)s, lease.starts_on)
        ELSE least(%(day)s, lease.moved_out_on) END AS day
) AS shown
JOIN tenants_leaseparty AS party ON party.lease_id = lease.id AND party.role = 'tenant'
    AND party.from_on <= shown.day AND (party.to_on IS NULL OR party.to_on >= shown.day)
JOIN tenants_person AS person ON person.id = party.person_id
LEFT JOIN LATERAL (
    SELECT guardian_name, phone, email FROM tenants_guardianship
    WHERE person_id = person.id AND from_on <= %(day)s AND (to_on IS NULL OR to_on >= %(day)s)
    ORDER BY from_on DESC, id DESC LIMIT 1
) AS guardian ON true
LEFT JOIN LATERAL (
    SELECT kind, to_on, contact_name, contact_phone FROM tenants_absence
    WHERE person_id = person.id AND withdrawn_because = ''
        AND from_on <= %(day)s AND (to_on IS NULL OR to_on >= %(day)s)
    ORDER BY from_on DESC, id DESC LIMIT 1
) AS away ON true
LEFT JOIN tenants_estate AS estate ON estate.person_id = person.id
WHERE lease.id = ANY(%(leases)s)
ORDER BY lease.id, party.position, party.id
"""


def reach(lease_ids: Collection[int], day: datetime.date) -> dict[int, list[Reach]]:
    """The tenants of each lease on `day`, the first named first. One query."""
    found: dict[int, list[Reach]] = defaultdict(list)
    if not lease_ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"leases": list(lease_ids), "day": day})
        for lease_id, *values in cursor.fetchall():
            person, guardian, away, estate = values[:9], values[9:12], values[12:16], values[16:]
            found[lease_id].append(
                Reach(
                    *person,
                    guardian=Through(*guardian) if guardian[0] is not None else None,
                    away=WhereAway(away[0], away[1], Through(*away[2:])) if away[0] else None,
                    estate=Through(*estate) if estate[0] is not None else None,
                )
            )
    return found


def away_on(person_ids: Collection[int], day: datetime.date) -> set[int]:
    """Those of them who are away from home on `day`."""
    covers = Q(from_on__lte=day) & (Q(to_on__isnull=True) | Q(to_on__gte=day))
    rows = Absence.objects.filter(covers, person__in=person_ids, withdrawn_because="")
    return set(rows.values_list("person_id", flat=True))
