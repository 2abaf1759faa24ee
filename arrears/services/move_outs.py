"""The ledger's part of a settlement when a tenant moves out."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from arrears.models import LeaseAccount, LineKind
from arrears.queries.move_outs import RentBack
from arrears.services.ledger import NewLine, post
from tenants.rules.move_out import Damage


def lock_accounts(lease_ids: Collection[int]) -> None:
    """No line arrives on these leases until the transaction ends. In id order, like everybody."""
    rows = LeaseAccount.objects.select_for_update(of=("self",)).filter(lease_id__in=lease_ids)
    list(rows.order_by("lease_id").values_list("lease_id"))


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
