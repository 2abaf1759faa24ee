"""The ledger's part of a settlement when a tenant moves out."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from arrears.models import LeaseAccount, LedgerLine, LineKind
from arrears.queries.move_outs import RentBack, RentDue
from arrears.services.complaints import reduce_charged
from arrears.services.ledger import NewLine, charge_month, post
from tenants.rules.move_out import Damage


def lock_accounts(lease_ids: Collection[int]) -> None:
    """No line arrives on these leases until the transaction ends. In id order, like everybody."""
    rows = LeaseAccount.objects.select_for_update(of=("self",)).filter(lease_id__in=lease_ids)
    list(rows.order_by("lease_id").values_list("lease_id"))


@transaction.atomic
def charge_to_the_end(
    lease_id: int,
    move_out_id: int,
    rent: Sequence[RentDue],
    *,
    to_lease_id: int | None,
    due_on: datetime.date,
    note: str,
    by: Any,
    on: datetime.date,
) -> int:
    """Charges the rent until the last day that is not charged yet, and takes off the reductions
    that run. Returns what it came to, øre. From now on no other line arrives on the lease, or on
    `to_lease_id`, until the transaction ends.

    A month that the night would charge is charged as the night does it, under the same name: it is
    never charged twice. Call with the lease locked and no account: the night too adds its lines
    first, and then locks. When it was quicker, nothing is added here.
    """
    before = set(_lines_of(lease_id).values_list("pk", flat=True))
    accounts = {lease_id, to_lease_id or lease_id}
    for month in sorted({one.month for one in rent if one.is_whole}):
        charge_month(
            month,
            due_on,
            [lease_id],
            keeps_rent=False,
            effective_on=on,
            together_with=accounts,
        )
    lock_accounts(accounts)
    rest = [
        NewLine(
            lease_id,
            one.kind,
            one.ore,
            on,
            f"moveout:{move_out_id}:{one.kind}:{one.month:%Y-%m}",
            due_on=due_on,
            note=note,
        )
        for one in rent
        if not one.is_whole
    ]
    if rest:
        post(rest, by=by)
    new = set(_lines_of(lease_id).values_list("pk", flat=True)) - before
    reduce_charged(lease_id, new, by=by, on=on)
    rows = LedgerLine.objects.filter(Q(pk__in=new) | Q(names__in=new))
    return rows.aggregate(ore=Sum("amount_ore"))["ore"] or 0


def _lines_of(lease_id: int) -> Any:
    return LedgerLine.objects.filter(lease=lease_id, kind__in=(LineKind.RENT, LineKind.UTILITIES))


@transaction.atomic
def post_settlement(
    lease_id: int,
    move_out_id: int,
    *,
    rent_back: Sequence[RentBack],
    damages: Sequence[Damage],
    due_on: datetime.date,
    note: str,
    by: Any,
    on: datetime.date,
) -> None:
    """Takes off the rent for days after the last, and charges what the inspection found.

    Safe to call again for the same moving out: each line has its own reference.
    """
    named = f"moveout:{move_out_id}"
    lines = [
        NewLine(
            lease_id,
            LineKind.CREDIT,
            -one.ore,
            on,
            f"{named}:rent:{one.line_id}",
            names_id=one.line_id,
            note=note,
        )
        for one in rent_back
    ]
    lines += [
        NewLine(
            lease_id,
            LineKind.DAMAGE,
            one.ore,
            on,
            f"{named}:damage:{place}",
            due_on=due_on,
            note=one.what[:200],
        )
        for place, one in enumerate(damages, start=1)
    ]
    if lines:
        post(lines, by=by)


@transaction.atomic
def pay_back(
    lease_id: int, move_out_id: int, ore: int, *, note: str, by: Any, on: datetime.date
) -> None:
    """Credit that is paid to the tenant: the ledger stands at nothing afterwards."""
    reference = f"moveout:{move_out_id}:paid"
    post([NewLine(lease_id, LineKind.CORRECTION, ore, on, reference, note=note)], by=by)


@transaction.atomic
def move_credit(
    lease_id: int,
    to_lease_id: int,
    move_out_id: int,
    ore: int,
    *,
    note: str,
    by: Any,
    on: datetime.date,
) -> None:
    """Credit that is moved to another lease of the same tenant, by two lines of the same day."""
    post(
        [
            NewLine(lease_id, LineKind.MOVE_OUT, ore, on, f"moveout:{move_out_id}:away", note=note),
            NewLine(
                to_lease_id, LineKind.MOVE_IN, -ore, on, f"moveout:{move_out_id}:here", note=note
            ),
        ],
        by=by,
    )
