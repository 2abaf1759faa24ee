"""Where a letter to somebody goes on a day: to their own home, or to the address they gave."""

import datetime
import re
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from tenants.models import Person


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody a letter goes to. `address` has a line each, the last one postcode and place.

    A protected person has no lines: the address is looked up by those who are cleared for it on
    the day it is sent. No lines and not protected: nobody knows where they are.
    """

    person_id: int
    name: str
    address: tuple[str, ...]
    email: str
    is_reserved: bool
    is_protected: bool
    language: str

    @property
    def lines(self) -> str:
        """The address as a letter has it, a line each."""
        return "\n".join(self.address)


# A protected person has no address here whatever is entered, and neither has somebody whose lease
# is protected for another's sake: a letter would tell where that other one lives.
_ADDRESSEES = """
SELECT person.id, person.given_name || ' ' || person.family_name, person.email,
    person.is_reserved, person.protection <> 0 OR coalesce(home.is_protected, false),
    person.language, home.street, home.house_no, home.unit, home.postcode, home.place,
    person.post_address
FROM tenants_person AS person
LEFT JOIN LATERAL (
    SELECT lease.is_protected, dwelling.street, dwelling.house_no, dwelling.unit,
        dwelling.postcode, dwelling.place
    FROM tenants_leaseparty AS party
    JOIN tenants_lease AS lease ON lease.id = party.lease_id
    JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id
    WHERE party.person_id = person.id AND party.role = 'tenant'
        AND party.from_on <= %(day)s AND (party.to_on IS NULL OR party.to_on >= %(day)s)
        AND lease.starts_on <= %(day)s
        AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= %(day)s)
    ORDER BY lease.starts_on DESC, lease.id DESC LIMIT 1
) AS home ON true
WHERE person.id = ANY(%(people)s)
"""


def addressees(person_ids: Collection[int], day: datetime.date) -> dict[int, Addressee]:
    """Each person by id: the home they are tenant of on `day`, else their postal address. One
    query."""
    if not person_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSEES, {"people": list(person_ids), "day": day})
        rows = cursor.fetchall()
    found = {}
    for pk, name, email, is_reserved, is_protected, language, *where in rows:
        found[pk] = Addressee(
            person_id=pk,
            name=name,
            address=() if is_protected else _lines(*where),
            email=email,
            is_reserved=is_reserved,
            is_protected=is_protected,
            language=language,
        )
    return found


def addressee(person_id: int, day: datetime.date) -> Addressee:
    """One of them. Raises `Person.DoesNotExist`."""
    found = addressees([person_id], day).get(person_id)
    if found is None:
        raise Person.DoesNotExist
    return found


def lines_of(post_address: str) -> tuple[str, ...]:
    """A postal address as it is typed, parted by commas or line breaks, as lines of a letter."""
    return tuple(part.strip() for part in re.split(r"[\n,]", post_address) if part.strip())


def _lines(
    street: str | None, house_no: str, unit: str, postcode: str, place: str, post_address: str
) -> tuple[str, ...]:
    if street is None:
        return lines_of(post_address)
    home = f"{street} {house_no}"
    return (f"{home}, {unit}" if unit else home, f"{postcode} {place}")
