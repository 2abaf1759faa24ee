"""One dwelling and the tenancies in it, as far as the reader may know of them."""

import datetime
from typing import Any, NamedTuple

from tenants.models import Dwelling, Lease


class TenancyRow(NamedTuple):
    """A tenancy in the dwelling. `is_shown`: whether the reader may know anything about it.

    The ones that are not shown are here all the same, or the dwelling would look vacant.
    """

    lease_id: int
    number: str
    kind: str
    starts_on: datetime.date
    ends_on: datetime.date | None
    moved_out_on: datetime.date | None
    balance_ore: int | None
    is_shown: bool

    def is_running(self, day: datetime.date) -> bool:
        return self.starts_on <= day and (self.moved_out_on is None or self.moved_out_on >= day)


def one(user: Any, pk: int) -> Dwelling:
    """Raises `Dwelling.DoesNotExist` also for a dwelling this user may not see."""
    return Dwelling.objects.visible_to(user).select_related("building", "office").get(pk=pk)


def tenancies(dwelling_id: int, user: Any) -> list[TenancyRow]:
    """The newest first. One query and one for what may be shown."""
    leases = Lease.objects.filter(dwelling_id=dwelling_id)
    shown = set(
        Lease.objects.unmasked(user).filter(dwelling_id=dwelling_id).values_list("id", flat=True)
    )
    return [
        TenancyRow(*row, is_shown=row[0] in shown)
        for row in leases.order_by("-starts_on").values_list(
            "id",
            "number",
            "kind",
            "starts_on",
            "ends_on",
            "moved_out_on",
            "account__balance_ore",
        )
    ]
