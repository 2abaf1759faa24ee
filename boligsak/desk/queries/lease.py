"""One lease: who is in it, its flags and everything that happened to them.

In statements of its own, a few of them: this page is opened all day, and the ORM's work on fifteen
small queries would cost more than the queries.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from boligsak.dates import add_months
from boligsak.prepared import ask
from boligsak.together import Question, Rows, answers
from tenants.queries.rents import RENT_IN_FORCE
from tenants.queries.visibility import row_is_seen

ADULT_AGE_MONTHS = 18 * 12


class LeaseRow(NamedTuple):
    """The lease with its dwelling, office and account; the sums are 0 before its first line.

    `lawyer_on`: since when a lawyer has put a service agreement outside husleieloven.
    """

    id: int
    number: str
    kind: str
    is_protected: bool
    household_id: int | None
    kid: str | None
    starts_on: datetime.date
    ends_on: datetime.date | None
    moved_out_on: datetime.date | None
    signed_on: datetime.date | None
    has_clause_a: bool
    has_clause_b: bool
    purpose_told_on: datetime.date | None
    move_requested_on: datetime.date | None
    dwelling_id: int
    street: str
    house_no: str
    unit: str
    postcode: str
    place: str
    office_id: int
    office: str
    balance_ore: int
    disputed_ore: int
    unallocated_ore: int
    monthly_rent_ore: int
    lawyer_on: datetime.date | None

    @property
    def address(self) -> str:
        return f"{self.street} {self.house_no}, {self.unit}"


_ONE = f"""
SELECT lease.id, lease.number, lease.kind, lease.is_protected, lease.household_id, lease.kid,
    lease.starts_on, lease.ends_on, lease.moved_out_on, lease.signed_on, lease.has_clause_a,
    lease.has_clause_b, lease.purpose_told_on, lease.move_requested_on, lease.dwelling_id,
    dwelling.street, dwelling.house_no, dwelling.unit, dwelling.postcode, dwelling.place,
    office.id, office.name, coalesce(account.balance_ore, 0), coalesce(account.disputed_ore, 0),
    coalesce(account.unallocated_ore, 0),
    coalesce(nullif(account.monthly_rent_ore, 0), {RENT_IN_FORCE}, 0),
    (SELECT agreement.lawyer_on FROM tenants_serviceagreement AS agreement
     WHERE agreement.lease_id = lease.id)
FROM tenants_lease AS lease
JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id
JOIN accounts_office AS office ON office.id = lease.office_id
LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = lease.id
WHERE lease.id = %(lease)s
"""  # noqa: S608 - our own condition


def one(user: Any, pk: int, day: datetime.date) -> LeaseRow | None:
    """The lease, or None when there is none that this user may see the row of."""
    seen = row_is_seen(user)
    statement, parameters = _ONE, {"lease": pk, "day": day}
    if seen is not None:
        statement += f" AND {seen.sql}"
        parameters |= seen.parameters
    return next((LeaseRow(*row) for row in ask(statement, parameters)), None)


def of_case(lease_id: int, day: datetime.date) -> LeaseRow:
    """The lease of a case whose row the reader may see: the case may be at another office."""
    (row,) = ask(_ONE, {"lease": lease_id, "day": day})
    return LeaseRow(*row)


def is_masked(lease: LeaseRow, user: Any) -> bool:
    """Whether this user sees the lease's number, money and flags only."""
    return lease.is_protected and not user.access.is_cleared


class PartyRow(NamedTuple):
    """A party to the lease. `is_now`: on the day asked for, or on the tenancy's last day."""

    person_id: int
    given_name: str
    family_name: str
    role: str
    from_on: datetime.date
    to_on: datetime.date | None
    phone: str
    email: str
    protection: int
    safety_note: str
    needs_interpreter: str
    died_on: datetime.date | None
    is_now: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class MemberRow(NamedTuple):
    """Somebody who lives there. `is_child`: under 18, or entered as a child without a birthday."""

    person_id: int
    given_name: str
    family_name: str
    born_on: datetime.date | None
    role: str
    is_child: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class FlagRow(NamedTuple):
    id: int
    lease_id: int
    kind: str
    level: int
    anchor_on: datetime.date
    facts: dict[str, Any]
    raised_on: datetime.date
    changed_on: datetime.date
    resolved_on: datetime.date | None
    version: int
    owner: str


class ChangeRow(NamedTuple):
    """Something that happened to a flag. `owner`: to whom it was given; `by`: by which hand."""

    flag_id: int
    kind: str
    what: str
    on: datetime.date
    from_level: int | None
    to_level: int | None
    facts: dict[str, Any]
    owner: str
    by: str


_PEOPLE = Rows(
    """
    SELECT 'party', person.id, person.given_name, person.family_name, person.born_on,
        person.died_on, person.protection, person.phone, person.email, person.safety_note,
        person.needs_interpreter, party.role, party.from_on, party.to_on,
        party.position AS position
    FROM tenants_leaseparty AS party JOIN tenants_person AS person ON person.id = party.person_id
    WHERE party.lease_id = %(lease)s
    UNION ALL
    SELECT 'member', person.id, person.given_name, person.family_name, person.born_on,
        person.died_on, person.protection, '', '', '', '', member.role, member.from_on,
        member.to_on, 0
    FROM tenants_householdmember AS member
    JOIN tenants_person AS person ON person.id = member.person_id
    WHERE member.household_id = %(household)s AND member.from_on <= %(day)s
        AND (member.to_on IS NULL OR member.to_on >= %(day)s)
    ORDER BY position, from_on, id
    """,
    columns=15,
    days=(4, 5, 12, 13),
)


class People(NamedTuple):
    """Everybody who is or was a party, those of today first, then by the order of the contract;
    and, where the household was asked for, who lives there, adults first and by age."""

    parties: list[PartyRow]
    members: list[MemberRow]


def people_asked(lease: LeaseRow, day: datetime.date, *, household: bool) -> Question:
    """Who is in the lease and lives there on `day`, to be asked for with other things. Its answer
    is one `People`."""
    asked = {
        "lease": lease.id,
        "household": lease.household_id if household else None,
        "day": day,
    }
    return Question(_PEOPLE, asked, lambda found: [_people(found, lease, day)])


def people(lease: LeaseRow, day: datetime.date, *, household: bool) -> People:
    """The same, asked for alone."""
    ((found,),) = answers([people_asked(lease, day, household=household)])
    return found


def _people(found: list[Any], lease: LeaseRow, day: datetime.date) -> People:
    moved_out_on = lease.moved_out_on
    on = min(day, moved_out_on) if moved_out_on else max(day, lease.starts_on)
    parties, members = [], []
    for what, *row in found:
        person_id, given, family, born_on, died_on, protection = row[:6]
        phone, email, safety_note, interpreter, role, from_on, to_on, _position = row[6:]
        if what == "member":
            child = is_child(born_on, role, day)
            members.append(MemberRow(person_id, given, family, born_on, role, child))
            continue
        is_now = from_on <= on and (to_on is None or to_on >= on)
        parties.append(
            PartyRow(
                person_id,
                given,
                family,
                role,
                from_on,
                to_on,
                phone,
                email,
                protection,
                safety_note,
                interpreter,
                died_on,
                is_now,
            )
        )
    members.sort(key=lambda row: (row.is_child, row.born_on or datetime.date.max))
    return People(sorted(parties, key=lambda row: not row.is_now), members)


def is_child(born_on: datetime.date | None, role: str, day: datetime.date) -> bool:
    """Under eighteen on `day`; without a known birthday what the household says."""
    if born_on is None:
        return role == "child"
    return add_months(born_on, ADULT_AGE_MONTHS) > day


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags of one or more leases, gravest first, and what happened to each, oldest first."""

    open: list[FlagRow] = field(default_factory=list)
    resolved: list[FlagRow] = field(default_factory=list)
    changes: list[ChangeRow] = field(default_factory=list)

    def history(self, flag_id: int) -> list[ChangeRow]:
        return [change for change in self.changes if change.flag_id == flag_id]


# A flag that rises and falls with a bad payer for ten years is read newest first, not to the end.
MOST_CHANGES = 300

_FLAGS = """
SELECT flag.id, flag.lease_id, flag.kind, flag.level, flag.anchor_on, flag.facts,
    flag.raised_on, flag.changed_on, flag.resolved_on, flag.version,
    owner.first_name, owner.last_name, owner.username,
    change.id, change.what, change.on, change.from_level, change.to_level, change.facts,
    given.first_name, given.last_name, given.username,
    hand.first_name, hand.last_name, hand.username
FROM arrears_flag AS flag
LEFT JOIN accounts_user AS owner ON owner.id = flag.owner_id
LEFT JOIN arrears_flagchange AS change ON change.flag_id = flag.id
LEFT JOIN accounts_user AS given ON given.id = change.owner_id
LEFT JOIN accounts_user AS hand ON hand.id = change.by_id
WHERE flag.lease_id {leases}
ORDER BY flag.resolved_on IS NOT NULL, flag.level DESC, flag.anchor_on, flag.id,
    change.on DESC, change.id DESC
LIMIT %(most_changes)s
"""

# The leases somebody is or was a party to.
_OF_PERSON = """IN (
    SELECT lease.id
    FROM tenants_leaseparty AS party JOIN tenants_lease AS lease ON lease.id = party.lease_id
    WHERE party.person_id = %(person)s AND {seen}
)"""


def flags_asked(lease_ids: list[int]) -> Question:
    """The flags of these leases, to be asked for with other things. Its answer is one `Flags`.

    Who may see the leases was asked before.
    """
    return _flags_asked("= ANY(%(leases)s)", {"leases": lease_ids})


def flags_of_person_asked(person_id: int, user: Any) -> Question:
    """The same of every lease of this person whose row this user may see."""
    seen = row_is_seen(user)
    if seen is None:
        return _flags_asked(_OF_PERSON.replace("{seen}", "true"), {"person": person_id})
    asked = {"person": person_id, **seen.parameters}
    return _flags_asked(_OF_PERSON.replace("{seen}", seen.sql), asked)


def _flags_asked(leases: str, parameters: dict[str, Any]) -> Question:
    part = Rows(_FLAGS.replace("{leases}", leases), columns=25, days=(4, 6, 7, 8, 15))
    asked = {**parameters, "most_changes": MOST_CHANGES}
    return Question(part, asked, lambda found: [_flags(found)])


def flags(lease_ids: list[int]) -> Flags:
    """The same, asked for alone. One query, whatever the number of leases."""
    ((found,),) = answers([flags_asked(lease_ids)])
    return found


def _flags(rows: list[Any]) -> Flags:
    found: dict[int, FlagRow] = {}
    changes = []
    for row in rows:
        flag_id, _lease_id, kind = row[:3]
        if flag_id not in found:
            found[flag_id] = FlagRow(*row[:10], _name(*row[10:13]))
        change_id, what, on, from_level, to_level, facts = row[13:19]
        if change_id is not None:
            given, hand = _name(*row[19:22]), _name(*row[22:25])
            changes.append(
                (
                    (on, change_id),
                    ChangeRow(flag_id, kind, what, on, from_level, to_level, facts, given, hand),
                )
            )
    changes.sort(key=lambda change: change[0])
    return Flags(
        open=[row for row in found.values() if row.resolved_on is None],
        resolved=[row for row in found.values() if row.resolved_on is not None],
        changes=[change for _order, change in changes],
    )


def _name(given: str | None, family: str | None, username: str | None) -> str:
    """What a user is called; empty for nobody."""
    return f"{given or ''} {family or ''}".strip() or username or ""
