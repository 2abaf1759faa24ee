"""The municipality's terms for applications as they were on any day, for each office."""

import datetime
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from boligsak.rates import registry
from boligsak.rates.models import Policy
from boligsak.rates.queries import DatedPolicy
from boligsak.rule import RuleBroken
from boligsak.together import Part, Question, answers
from tenants.policy_kinds import APPLICATIONS
from tenants.rules.application_policy import ApplicationPolicy


class Terms(NamedTuple):
    """Every version there is, of all offices: a deadline follows the terms of the day it began."""

    versions: dict[int | None, list[DatedPolicy]]

    def on(self, office_id: int, day: datetime.date) -> DatedPolicy:
        """The version in force for an office. Raises `RuleBroken("policy.missing")`."""
        for office in (office_id, None):
            for version in self.versions.get(office, []):
                if version.valid_from <= day:
                    return version
        raise RuleBroken("policy.missing", kind=APPLICATIONS, day=day)

    def policy(self, office_id: int, day: datetime.date) -> ApplicationPolicy:
        values: ApplicationPolicy = self.on(office_id, day).values
        return values

    def policies(self) -> Iterator[ApplicationPolicy]:
        """What any version says, of any office."""
        for versions in self.versions.values():
            yield from (version.values for version in versions)


_ASKED = Part(
    Policy,
    ("office", "values", "valid_from"),
    "row.kind = %(terms_kind)s",
    order="row.valid_from DESC, row.id",
)


def asked() -> Question:
    """What `read` is to be given, to be asked for with other things."""
    return Question(_ASKED, {"terms_kind": APPLICATIONS}, list)


def read(rows: Iterable[Policy]) -> Terms:
    values = registry.kind(APPLICATIONS).read
    found: dict[int | None, list[DatedPolicy]] = {}
    for row in rows:
        version = DatedPolicy(row.pk, values(row.values), row.valid_from)
        found.setdefault(row.office_id, []).append(version)
    return Terms(found)


def terms() -> Terms:
    """One query."""
    (rows,) = answers([asked()])
    return read(rows)
