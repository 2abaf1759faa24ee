"""Guarantees instead of deposits, §§ 3-5 and 3-6 of husleieloven. Amounts are øre."""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from boligsak.rule import RuleBroken
from tenants.models import Guarantee, Lease, RentTerm
from tenants.rules.contracts import check_guarantee_days, check_security
from tenants.services.history import signed


def monthly_rent(lease_id: int, day: datetime.date) -> int:
    """What a month of rent costs on a day: the newest rent that is in force, else the first."""
    terms = RentTerm.objects.filter(lease=lease_id, kind="rent")
    now = terms.filter(valid_from__lte=day).order_by("-valid_from").first()
    row = now or terms.order_by("valid_from").first()
    return row.amount_ore if row else 0


@transaction.atomic
def give_guarantee(
    lease_id: int,
    *,
    guarantor: str,
    amount_ore: int,
    from_on: datetime.date,
    to_on: datetime.date | None = None,
    note: str = "",
    by: Any,
    on: datetime.date,
) -> Guarantee:
    """Somebody guarantees for what the tenant comes to owe; `on` is today.

    Together with the guarantees that run in the same days it is at most six months' rent. Raises
    `RuleBroken` "guarantee.no_guarantor", "guarantee.amount", "guarantee.too_high" (most_ore,
    asked_ore), or what `check_guarantee_days` raises.
    """
    lease = Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    if not guarantor.strip():
        raise RuleBroken("guarantee.no_guarantor")
    check_guarantee_days(from_on, to_on, lease.starts_on, on)
    if amount_ore <= 0:
        raise RuleBroken("guarantee.amount")
    there = Guarantee.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on), lease=lease)
    if to_on is not None:
        there = there.filter(from_on__lte=to_on)
    before = there.aggregate(sum=Sum("amount_ore"))["sum"] or 0
    check_security(0, before + amount_ore, monthly_rent(lease.pk, max(from_on, on)))
    row = Guarantee(
        lease=lease,
        guarantor=guarantor.strip(),
        amount_ore=amount_ore,
        from_on=from_on,
        to_on=to_on,
        note=note.strip(),
        by=by,
    )
    with signed(by):
        row.save()
    return row


@transaction.atomic
def end_guarantee(guarantee_id: int, *, to_on: datetime.date, by: Any) -> Guarantee:
    """The last day of a guarantee. Raises what `check_guarantee_days` does."""
    row = Guarantee.objects.select_for_update(of=("self",)).get(pk=guarantee_id)
    check_guarantee_days(row.from_on, to_on, row.from_on, None)
    row.to_on = to_on
    with signed(by):
        row.save(update_fields=["to_on"])
    return row
