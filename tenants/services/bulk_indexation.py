"""Indexing many rents at once, each with its notice."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from boligsak.rule import RuleBroken
from tenants.models import BulkKind, BulkRow, BulkStep
from tenants.queries.rents import figures, leases_with_rent, rent_rows
from tenants.rules.indexation import check_notice, plan_indexation
from tenants.services import bulk
from tenants.services.bulk import Kind, Planned, Plans, plain
from tenants.services.indexation import index_rent

MOST = 20_000


def prepare_indexation(
    valid_from: datetime.date, office_id: int | None, *, by: Any, on: datetime.date
) -> BulkStep:
    """Every rent this user sees that may follow the index from `valid_from`, to be looked through.

    Raises `RuleBroken` "rent.not_the_first", "indexation.notice_too_late" (last_on) or
    "indexation.nobody", and as `bulk.prepare` does.
    """
    check_notice(valid_from, on)
    leases = leases_with_rent(by, valid_from, office_id)
    if not leases:
        raise RuleBroken("indexation.nobody", valid_from=valid_from)
    wanted = {"valid_from": valid_from.isoformat(), "office": office_id}
    return bulk.prepare(INDEXATION, leases, wanted, by=by, on=on)


def plan_many(step: BulkStep, lease_ids: Collection[int], on: datetime.date) -> Plans:
    """The new rent of each of these leases, or why it gets none."""
    valid_from, known = valid_from_of(step), figures().values
    found: dict[int, Planned] = {}
    for lease_id, row in rent_rows(lease_ids, valid_from, on).items():
        try:
            plan = plan_indexation(row.facts, valid_from, on, known)
        except RuleBroken as broken:
            found[lease_id] = Planned(broken.code, plain(broken.facts), row.version)
            continue
        facts = {
            "from_ore": row.facts.rent_ore,
            "to_ore": plan.to_ore,
            "from_index": plan.from_index,
            "to_index": plan.to_index,
        }
        found[lease_id] = Planned("", plain(facts), row.version)
    return found


def valid_from_of(step: BulkStep) -> datetime.date:
    return datetime.date.fromisoformat(step.wanted["valid_from"])


def _do(step: BulkStep, row: BulkRow, by: Any, on: datetime.date) -> Mapping[str, Any]:
    plan = row.facts["plan"]
    try:
        change = index_rent(
            row.lease_id,
            valid_from_of(step),
            version=row.facts["version"],
            expected_ore=plan["to_ore"] if plan else None,
            bulk=step,
            by=by,
            on=on,
        )
    except RuleBroken as broken:
        if broken.code in ("rent.lease_changed", "rent.other_amount"):
            raise RuleBroken("bulk.lease_changed") from broken
        raise
    if plan is None:
        raise RuleBroken("bulk.lease_changed")
    return {"change": change.pk, "document": change.document_id}


INDEXATION = Kind(BulkKind.INDEXATION, "bulk_indexation", MOST, plan_many, _do)
