"""What some small tables hold of one person, asked in one question."""

from dataclasses import dataclass, field
from typing import Any

from boligsak.together import Part, rows_of
from tenants.models import Absence, Application, Estate
from tenants.queries.visibility import row_is_seen

MOST_APPLICATIONS = 20


@dataclass(frozen=True, slots=True)
class PersonFile:
    """The newest first, with the fields a person's page shows; what the reader does not see of
    the person is not asked for."""

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
    person_id: int, user: Any, *, absences: bool, estate: bool, applications: bool
) -> PersonFile:
    """Of a person this user sees: each part where it is asked for. One query at the most."""
    parts = {}
    parameters: dict[str, Any] = {"person": person_id}
    if absences:
        parts["absences"] = _ABSENCES
    if estate:
        parts["estates"] = _ESTATES
    if applications:
        seen = row_is_seen(user, "application")
        where = _APPLICATIONS.where.replace("{seen}", "true" if seen is None else seen.sql)
        parts["applications"] = _APPLICATIONS._replace(where=where)
        parameters |= {"most": MOST_APPLICATIONS, **(seen.parameters if seen is not None else {})}
    return PersonFile(**rows_of(parts, parameters))
