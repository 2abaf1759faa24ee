"""Renewing many contracts at once, each as it would have been by itself."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from boligsak.rule import RuleBroken
from tenants.models import BulkKind, BulkRow, BulkStep, Lease
from tenants.queries import renewals as query
from tenants.rules.renewal import Term, Wish
from tenants.services import bulk
from tenants.services.bulk import Kind, Planned, Plans, plain
from tenants.services.renewals import NewTerm, renew

MOST = 1_000
TERMS = (Term.USUAL, Term.CHILDREN, Term.OPEN_ENDED)


def prepare_renewals(lease_ids: Collection[int], *, by: Any, on: datetime.date) -> BulkStep:
    """Leases that somebody has ticked, to be looked through. What the reader does not see by name
    is left out. Raises `RuleBroken` as `bulk.prepare` does."""
    seen = Lease.objects.unmasked(by).filter(pk__in=lease_ids).values_list("pk", flat=True)
    return bulk.prepare(RENEWALS, list(seen), {"term": str(Term.USUAL)}, by=by, on=on)


def plan_renewals(step: BulkStep, lease_ids: Collection[int], on: datetime.date) -> Plans:
    """The new term of each of these leases, or why it gets none."""
    plans, wish = query.Plans(lease_ids, on), _wish(step)
    found: dict[int, Planned] = {}
    for lease_id, row in plans.rows.items():
        plan = plans.of(row, wish)
        if isinstance(plan, RuleBroken):
            found[lease_id] = Planned(plan.code, plain(plan.facts), row.version)
        else:
            facts = {"starts_on": plan.starts_on, "ends_on": plan.ends_on, "why": plan.why}
            found[lease_id] = Planned("", plain(facts), row.version)
    return found


def _do(step: BulkStep, row: BulkRow, by: Any, on: datetime.date) -> Mapping[str, Any]:
    """Renews one of them. Raises what `renew` raises, or "bulk.lease_changed" when it is no longer
    what was looked at."""
    new = NewTerm(wish=_wish(step), minutes=_minutes(step, row))
    try:
        contract = renew(row.lease_id, new, version=row.facts["version"], by=by, on=on)
    except RuleBroken as broken:
        if broken.code == "renewal.changed":
            raise RuleBroken("bulk.lease_changed") from broken
        raise
    ends_on = contract.ends_on.isoformat() if contract.ends_on else None
    if row.facts["plan"] is None or row.facts["plan"]["ends_on"] != ends_on:
        raise RuleBroken("bulk.lease_changed")
    return {"contract": contract.pk, "document": contract.document_id}


def _wish(step: BulkStep) -> Wish:
    return Wish(Term(step.wanted.get("term", Term.USUAL)))


def _minutes(step: BulkStep, row: BulkRow) -> int | None:
    """This row's part of the time it took to renew all of them, in whole minutes; the first rows
    take what is left over."""
    total = step.wanted.get("minutes")
    if not total:
        return None
    rows = list(step.rows.filter(is_chosen=True).order_by("pk").values_list("pk", flat=True))
    share, rest = divmod(total, len(rows))
    return (share + (rows.index(row.pk) < rest)) or None


RENEWALS = Kind(BulkKind.RENEWAL, "bulk_renewal", MOST, plan_renewals, _do)
