"""A new term that nobody has signed, and the same steps on many leases."""

from typing import Any

from boligsak import dates
from tenants.models import LeaseContract
from tenants.services import bulk
from tenants.services.bulk_indexation import INDEXATION
from tenants.services.bulk_renewal import RENEWALS
from tests.factories import UserFactory


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    by, day, lease = UserFactory(role="housing_unit", role__cleared=True), dates.today(), case.lease
    contract = LeaseContract.objects.create(
        lease=lease,
        kind="renewal",
        starts_on=day,
        ends_on=dates.add_months(day, 36),
        terms={"old_ends_on": day.isoformat()},
        state="signing",
        on=day,
        by=by,
    )
    many = bulk.prepare(RENEWALS, [lease.pk], {"term": "usual"}, by=by, on=day)
    first = dates.add_months(day.replace(day=1), 3)
    wanted = {"valid_from": first.isoformat(), "office": None}
    run = bulk.prepare(INDEXATION, [lease.pk], wanted, by=by, on=day)
    on_lease = {f"tenants:{name}": {"pk": lease.pk} for name in ("renew", "convert", "rent")}
    on_bulk = {f"tenants:bulk{part}": {"pk": many.pk} for part in ("", "_progress", "_export")}
    on_run = {f"tenants:index_{part}": {"pk": run.pk} for part in ("run", "progress", "export")}
    return {**on_lease, **on_bulk, **on_run, "tenants:term_drop": {"pk": contract.pk}}
