"""One person: who acts for them, whom they live with, and every tenancy with what it owes."""

import datetime
from typing import Any, NamedTuple

from boligsak.desk.queries.lease import is_child
from boligsak.prepared import ask
from boligsak.together import Question, Rows
from tenants.queries.visibility import person_is_seen, row_is_seen


class PersonRow(NamedTuple):
    """The person. `number_sealed` is the identity number as it is kept; None without one."""

    id: int
    given_name: str
    family_name: str
    born_on: datetime.date | None
    died_on: datetime.date | None
    protection: int
    language: str
    needs_interpreter: str
    safety_note: str
    phone: str
    email: str
    email_used_on: datetime.date | None
    post_address: str
    is_reserved: bool
    number_sealed: memoryview | None
    has_guardian: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


_ONE = """
SELECT person.id, person.given_name, person.family_name, person.born_on, person.died_on,
    person.protection, person.language, person.needs_interpreter, person.safety_note,
    person.phone, person.email, person.email_used_on, person.post_address, person.is_reserved,
    identity.number_sealed,
    EXISTS (SELECT FROM tenants_guardianship WHERE person_id = person.id)
FROM tenants_person AS person
LEFT JOIN tenants_personidentity AS identity ON identity.person_id = person.id
WHERE person.id = %(person)s
"""


def one(user: Any, pk: int) -> PersonRow | None:
    """The person, or None when there is none that this user may see."""
    seen = person_is_seen(user)
    statement, parameters = _ONE, {"person": pk}
    if seen is not None:
        statement += f" AND {seen.sql}"
        parameters |= seen.parameters
    return next((PersonRow(*row) for row in ask(statement, parameters)), None)


class Tenancy(NamedTuple):
    """A lease this person is or was a party to. The sums are the lease's own; `overdue_ore` is
    what is past due."""

    lease_id: int
    number: str
    is_protected: bool
    role: str
    from_on: datetime.date
    to_on: datetime.date | None
    moved_out_on: datetime.date | None
    dwelling_id: int
    street: str
    house_no: str
    unit: str
    office: str
    balance_ore: int | None
    monthly_rent_ore: int
    overdue_ore: int
    oldest_due_on: datetime.date | None

    @property
    def address(self) -> str:
        return f"{self.street} {self.house_no}, {self.unit}"

    def is_running(self, day: datetime.date) -> bool:
        """Whether this person has the dwelling on `day`."""
        if self.to_on is not None and self.to_on < day:
            return False
        return self.moved_out_on is None or self.moved_out_on >= day


_TENANCIES = """
SELECT lease.id, lease.number, lease.is_protected, party.role, party.from_on, party.to_on,
    lease.moved_out_on, lease.dwelling_id, dwelling.street, dwelling.house_no, dwelling.unit,
    office.name, account.balance_ore, coalesce(account.monthly_rent_ore, 0),
    coalesce((SELECT sum(open_ore) FROM arrears_opencharge AS charge
        WHERE charge.lease_id = lease.id AND charge.due_on < %(day)s), 0)::bigint,
    account.oldest_due_on
FROM tenants_leaseparty AS party
JOIN tenants_lease AS lease ON lease.id = party.lease_id
JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id
JOIN accounts_office AS office ON office.id = lease.office_id
LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = lease.id
WHERE party.person_id = %(person)s
"""


def tenancies_asked(person_id: int, user: Any, day: datetime.date) -> Question:
    """The tenancies whose row this user may see, the newest first, to be asked for with others."""
    seen = row_is_seen(user)
    statement, parameters = _TENANCIES, {"person": person_id, "day": day}
    if seen is not None:
        statement += f" AND {seen.sql}"
        parameters |= seen.parameters
    part = Rows(
        f"{statement} ORDER BY party.from_on DESC, party.id DESC",
        columns=len(Tenancy._fields),
        days=(4, 5, 6, 15),
    )
    return Question(part, parameters, lambda found: [Tenancy(*row) for row in found])


class Member(NamedTuple):
    """Somebody in one of the person's households. `is_secret`: a protected person is in it."""

    household_id: int
    household: str
    person_id: int
    given_name: str
    family_name: str
    born_on: datetime.date | None
    role: str
    from_on: datetime.date
    to_on: datetime.date | None
    is_secret: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def is_child(self, day: datetime.date) -> bool:
        return is_child(self.born_on, self.role, day)


_MEMBERS = Rows(
    """
    SELECT household.id, household.number, person.id, person.given_name, person.family_name,
        person.born_on, member.role, member.from_on, member.to_on,
        bool_or(person.protection <> 0) OVER (PARTITION BY household.id)
    FROM tenants_householdmember AS member
    JOIN tenants_household AS household ON household.id = member.household_id
    JOIN tenants_person AS person ON person.id = member.person_id
    WHERE member.household_id IN (
        SELECT household_id FROM tenants_householdmember WHERE person_id = %(person)s)
    ORDER BY household.id, person.born_on, member.id
    """,
    columns=len(Member._fields),
    days=(5, 7, 8),
)


def members_asked(person_id: int) -> Question:
    """Everybody who is or was in the person's households, the person too; the oldest first."""
    asked = {"person": person_id}
    return Question(_MEMBERS, asked, lambda found: [Member(*row) for row in found])


class Guardian(NamedTuple):
    name: str
    phone: str
    email: str
    mandate: str
    from_on: datetime.date
    to_on: datetime.date | None
    id: int
    post_address: str


_GUARDIANS = Rows(
    """
    SELECT guardian_name, phone, email, mandate, from_on, to_on, id, post_address
    FROM tenants_guardianship
    WHERE person_id = %(person)s ORDER BY from_on DESC, id DESC
    """,
    columns=len(Guardian._fields),
    days=(4, 5),
)


def guardians_asked(person_id: int) -> Question:
    """Who may act for the person, now and before; the newest first."""
    asked = {"person": person_id}
    return Question(_GUARDIANS, asked, lambda found: [Guardian(*row) for row in found])
