"""Service agreements: which of them stand outside husleieloven, and how one stands."""

import datetime
from collections.abc import Iterable

from tenants.models import Lease, LeaseKind, ServiceAgreement


def outside_the_act(leases: Iterable[Lease], day: datetime.date) -> set[int]:
    """Of some leases those for which a lawyer has recorded, by `day`, that the use of the dwelling
    is not the agreement's essence (§§ 1-1, 1-2). Every other one is under the act's clocks.

    No query where none of them is a service agreement, else one.
    """
    ids = [lease.pk for lease in leases if lease.kind == LeaseKind.SERVICE_AGREEMENT]
    if not ids:
        return set()
    rows = ServiceAgreement.objects.filter(lease__in=ids, lawyer_on__lte=day)
    return set(rows.values_list("lease_id", flat=True))


def agreement_of(lease_id: int) -> ServiceAgreement | None:
    return ServiceAgreement.objects.filter(lease=lease_id).select_related("by").first()
