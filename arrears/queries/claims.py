"""What of a lease's charges a notice may name, and what has been taken on them before."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from arrears.models import LedgerLine, NoticeCharge, NoticeState
from arrears.queries.portfolio import ledgers
from arrears.rules.ledger import settle_on
from arrears.rules.notices import OpenCharge


def open_charges(lease_id: int, day: datetime.date) -> list[OpenCharge]:
    """The charges of a lease that are not fully paid on `day`, with what is disputed of them and
    the fees taken on them, oldest due first. `day` may be past or to come."""
    ledger = ledgers([lease_id])[lease_id]
    settled = settle_on(ledger.lines, ledger.disputes, day)
    disputed: dict[Any, int] = defaultdict(int)
    for dispute in ledger.disputes:
        if dispute.is_open_on(day):
            disputed[dispute.key] += dispute.deposited_ore
    ids = _line_ids(lease_id, [charge.key for charge in settled.open])
    fees = fees_taken(ids.values())
    return [
        OpenCharge(
            ids[charge.key],
            charge.key.kind,
            charge.key.due_on,
            charge.open_ore,
            disputed.get(charge.key, 0),
            fees.get(ids[charge.key], 0),
        )
        for charge in settled.open
    ]


def _line_ids(lease_id: int, keys: Collection[Any]) -> dict[Any, int]:
    wanted = {key.reference: key for key in keys}
    rows = LedgerLine.objects.filter(lease_id=lease_id, reference__in=list(wanted))
    return {wanted[reference]: pk for pk, reference in rows.values_list("id", "reference")}


def fees_taken(line_ids: Iterable[int]) -> dict[int, int]:
    """How many fees have been taken on each of these charges by notices that still stand."""
    taken: dict[int, int] = defaultdict(int)
    rows = NoticeCharge.objects.filter(
        line_id__in=list(line_ids), notice__state=NoticeState.SENT, notice__fee_ore__gt=0
    ).values_list("line_id", "notice__facts")
    for line_id, facts in rows:
        taken[line_id] += line_id in facts.get("fee_line_ids", [])
    return taken
