"""Complaints: one about the tenancy, and one about the dwelling with a reduction decided."""

from typing import Any

from boligsak.dates import today
from tenants.rules.complaints import Reduction
from tenants.services.complaints import NewComplaint, assess, note_contact, register
from tests.factories import UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day = today()
    by = UserFactory(role="coordinator", role__cleared=True)
    tells = f"{SECRET_NAME} i {SECRET_STREET}" if case.lease.is_protected else "Høy musikk"
    told = {"lease_id": case.lease_id, "received_on": day, "text": tells}
    noise = register(
        NewComplaint(about="tenancy", kind="noise", source="neighbour", from_name=tells, **told),
        by=by,
        on=day,
    )
    note_contact(noise.pk, contacted_on=day, says=tells, by=by, on=day)
    defect = register(
        NewComplaint(about="dwelling", kind="moisture", source="tenant", **told), by=by, on=day
    )
    reduction = Reduction(100_000, day.replace(day=1))
    assess(defect.pk, is_upheld=True, assessed=tells, reduction=reduction, by=by, on=day)
    steps = ("contact", "assess", "close", "withdraw")
    return {
        "desk:complaint": {"pk": noise.pk},
        "desk:complaint_head_action": {"pk": noise.pk},
        "arrears:complaint_case": {"pk": noise.pk},
        "arrears:complaint_reduce": {"pk": defect.pk},
        "tenants:complaint_reduction_end": {"pk": defect.pk},
        "tenants:complaint_new": {"pk": case.lease_id},
        "tenants:complaint_new_dwelling": {"pk": case.lease.dwelling_id},
        **{f"tenants:complaint_{name}": {"pk": noise.pk} for name in steps},
    }
