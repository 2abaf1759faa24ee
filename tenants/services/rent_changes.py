"""Changes of one lease's rent that do not follow the index: current rent, agreed, corrected."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.models import RentChange, RentChangeKind
from tenants.queries.rents import current_rent_facts, rent_rows
from tenants.rules.indexation import check_current_rent
from tenants.services.indexation import lock_lease
from tenants.services.leases import NewRent, set_rents

KINDS = (RentChangeKind.CURRENT, RentChangeKind.AGREED, RentChangeKind.CORRECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRentChange:
    """What a month is to cost from a day on, øre, and why. `demanded_on`: the day the written
    demand for current rent was sent (§ 4-3)."""

    kind: str
    valid_from: datetime.date
    to_ore: int
    reason: str
    demanded_on: datetime.date | None = None


@transaction.atomic
def change_rent(
    lease_id: int, new: NewRentChange, *, version: int, by: Any, on: datetime.date
) -> RentChange:
    """Sets a rent from the first of a coming month. Months that are charged stay as they are: what
    was wrong with them is corrected in the ledger.

    Raises `RuleBroken` "lease.gone", "rent.lease_changed" (version), "rent.no_reason",
    "rent.no_amount", "rent.same_amount", "rent.not_the_first", "rent.too_soon" (first_on),
    "rent.day_taken" (valid_from), "rent.no_demand", "rent.demanded_later" and what
    `check_current_rent` raises.
    """
    lease = lock_lease(lease_id, version, by)
    if not new.reason.strip():
        raise RuleBroken("rent.no_reason")
    if new.to_ore <= 0:
        raise RuleBroken("rent.no_amount")
    if new.valid_from.day != 1:
        raise RuleBroken("rent.not_the_first", valid_from=new.valid_from)
    first_on = add_months(on.replace(day=1), 1)
    if new.valid_from < first_on:
        raise RuleBroken("rent.too_soon", first_on=first_on)
    if RentChange.objects.filter(lease=lease, valid_from=new.valid_from).exists():
        raise RuleBroken("rent.day_taken", valid_from=new.valid_from)
    now = rent_rows([lease_id], new.valid_from, on)[lease_id].facts
    if now.rent_ore == new.to_ore:
        raise RuleBroken("rent.same_amount")
    if new.kind == RentChangeKind.CURRENT:
        if new.demanded_on is None:
            raise RuleBroken("rent.no_demand")
        if new.demanded_on > on:
            raise RuleBroken("rent.demanded_later")
        check_current_rent(current_rent_facts(lease), new.valid_from, new.demanded_on)
    change = RentChange.objects.create(
        lease=lease,
        kind=new.kind,
        valid_from=new.valid_from,
        from_ore=now.rent_ore,
        to_ore=new.to_ore,
        notice_sent_on=new.demanded_on if new.kind == RentChangeKind.CURRENT else None,
        reason=new.reason.strip(),
        on=on,
        by=by,
    )
    rent = NewRent(lease_id=lease_id, valid_from=new.valid_from, amount_ore=new.to_ore)
    set_rents([rent], by=by)
    return change
