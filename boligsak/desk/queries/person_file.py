"""The tenancies of one person and their flags, whom they live with, who acts for them, and what
some small tables hold of them, asked in one question."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from boligsak.desk.queries.lease import Flags, flags_of_person_asked
from boligsak.desk.queries.person import (
    Guardian,
    Member,
    PersonRow,
    Tenancy,
    guardians_asked,
    members_asked,
    tenancies_asked,
)
from boligsak.together import Part, Question, answered
from tenants.models import Absence, Application, Estate
from tenants.queries.visibility import row_is_seen

MOST_APPLICATIONS = 20


@dataclass(frozen=True, slots=True)
class PersonFile:
    """The newest first, with the fields a person's page shows; what the reader does not see of
    the person is not asked for."""

    flags: Flags
    tenancies: list[Tenancy] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    estates: list[Estate] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)


_ABSENCES = Part(
    Absence,
    (
        *("kind", "from_on", "to_on", "contact_name", "contact_phone", "note"),
        "withdrawn_because",
    ),
    "row.person_id = %(person)s",
    "row.from_on DESC, row.id DESC",
)

_ESTATES = Part(
    Estate,
    ("contact_name", "phone", "email", "note"),
    "row.person_id = %(person)s",
    "row.person_id",
)

# What the person has applied for, or is to live by.
_APPLICATIONS = Part(
    Application,
    ("number", "kind", "state", "received_on", "is_protected"),
    """row.id IN (
        SELECT application.id FROM tenants_application AS application
        WHERE (application.applicant_id = %(person)s OR application.id IN (
            SELECT application_id FROM tenants_applicationmember WHERE person_id = %(person)s
        )) AND {seen}
        ORDER BY application.id DESC LIMIT %(most)s
    )""",
    "row.id DESC",
)


def person_file(
    row: PersonRow, user: Any, day: datetime.date, *, absences: bool, social: bool
) -> PersonFile:
    """Of a person this user sees: the tenancies and their flags, what there is for the welfare
    side where that is asked for, and where somebody is away besides. One query."""
    asked = {
        "tenancies": tenancies_asked(row.id, user, day),
        "flags": flags_of_person_asked(row.id, user),
    }
    parts: dict[str, Part] = {}
    parameters: dict[str, Any] = {"person": row.id}
    if social:
        asked["members"] = members_asked(row.id)
        if row.has_guardian:
            asked["guardians"] = guardians_asked(row.id)
        if row.died_on is not None:
            parts["estates"] = _ESTATES
    if absences:
        parts["absences"] = _ABSENCES
    if user.has_perm("tenants.view_application"):
        seen = row_is_seen(user, "application")
        where = _APPLICATIONS.where.replace("{seen}", "true" if seen is None else seen.sql)
        parts["applications"] = _APPLICATIONS._replace(where=where)
        parameters |= {"most": MOST_APPLICATIONS, **(seen.parameters if seen is not None else {})}
    asked |= {name: Question(part, parameters, list) for name, part in parts.items()}
    found = answered(asked)
    (flags,) = found.pop("flags")
    return PersonFile(flags=flags, **found)
