"""Rates and policies looked up by day. A missing one refuses; nothing is guessed."""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boligsak.prepared import ask
from boligsak.rates import registry
from boligsak.rates.models import Policy, Rate
from boligsak.rule import RuleBroken

# Asked by every page that speaks of arrears, and six times a night.
_IN_FORCE = """
    SELECT DISTINCT ON (office_id) office_id, id, values, valid_from FROM rates_policy
    WHERE kind = %(kind)s AND valid_from <= %(day)s
    ORDER BY office_id, valid_from DESC
"""


@dataclass(frozen=True, slots=True)
class DatedRate:
    """`id` is stored by whatever used the rate."""

    id: int
    value: Decimal
    unit: str
    valid_from: datetime.date


@dataclass(frozen=True, slots=True)
class DatedPolicy:
    """`values` is the owner's dataclass, read by the registered kind."""

    id: int
    values: Any
    valid_from: datetime.date


def rate_on(kind: str, day: datetime.date) -> DatedRate:
    """The rate in force on `day`. Raises `RuleBroken("rate.missing")` when there is none."""
    row = Rate.objects.filter(kind=kind, valid_from__lte=day).order_by("-valid_from").first()
    # A rate that has ended has no successor: the one before it does not come back.
    if row is None or (row.valid_to is not None and row.valid_to < day):
        raise RuleBroken("rate.missing", kind=kind, day=day)
    return DatedRate(row.pk, row.value, row.unit, row.valid_from)


def policies_on(kind: str, day: datetime.date) -> dict[int | None, DatedPolicy]:
    """The policy of each office on `day`; the key None is the one for every other office.

    Raises `RuleBroken("policy.missing")` when there is no general one, and whatever the kind's
    reader raises for values that are wrong.
    """
    read = registry.kind(kind).read
    found = {
        office_id: DatedPolicy(policy_id, read(json.loads(values)), valid_from)
        for office_id, policy_id, values, valid_from in ask(_IN_FORCE, {"kind": kind, "day": day})
    }
    if None not in found:
        raise RuleBroken("policy.missing", kind=kind, day=day)
    return found


def offices() -> list[tuple[int, str]]:
    """The offices a policy can be for: those that are open, by name."""
    office = Policy._meta.get_field("office").related_model
    rows = office.objects.filter(closed_on__isnull=True)  # type: ignore[union-attr, attr-defined]
    return list(rows.order_by("name").values_list("pk", "name"))
