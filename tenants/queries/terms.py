"""The municipality's terms for applications as they were on any day, for each office."""

import datetime
from typing import NamedTuple

from boligsak.rates import registry
from boligsak.rates.models import Policy
from boligsak.rates.queries import DatedPolicy
from boligsak.rule import RuleBroken
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


def terms() -> Terms:
    """One query."""
    read = registry.kind(APPLICATIONS).read
    found: dict[int | None, list[DatedPolicy]] = {}
    for row in Policy.objects.filter(kind=APPLICATIONS).order_by("-valid_from"):
        version = DatedPolicy(row.pk, read(row.values), row.valid_from)
        found.setdefault(row.office_id, []).append(version)
    return Terms(found)
