"""Which complaints a case is about."""

import datetime
from typing import Any

from arrears.models import Case, CaseComplaint
from tenants.models import Complaint
from tenants.queries.complaints import in_pattern
from tenants.services.complaints import note_act


def link_complaints(
    case: Case, *, by: Any, on: datetime.date, also: int | None = None
) -> list[Complaint]:
    """The complaints of the tenancy's pattern, and those still open, become this case's; those that
    are another case's stay there. `also`: the one somebody took up. Returns the new ones."""
    rows = in_pattern(case.lease, on).filter(on_case__isnull=True)
    if also is not None:
        rows |= Complaint.objects.filter(pk=also, on_case__isnull=True)
    new = list(rows.order_by("received_on", "pk"))
    CaseComplaint.objects.bulk_create(
        [CaseComplaint(case=case, complaint=row, on=on, by=by) for row in new]
    )
    for row in new:
        note_act(row, "case", by=by, on=on, number=case.number)
    return new
