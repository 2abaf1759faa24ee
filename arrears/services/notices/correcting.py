"""Fees and interest follow when the ledger turns out to have been otherwise.

A payment on a wrong KID is moved with its own value date, or a month's rent is reduced: what was
reckoned on rent that was not owed then is taken off again. Nothing is ever added here.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from arrears.models import InterestPart, LedgerLine, Notice, NoticeState
from arrears.queries.claims import open_charges
from arrears.queries.portfolio import Ledger, ledgers
from arrears.rules.interest import Span, open_spans, parts, rounded
from arrears.rules.ledger import ChargeKey, ChargeKind
from arrears.services.notices.making import late_interest_rates
from arrears.services.notices.sending import take_off

NOTE = "Kravet var lavere enn det så ut til da dette ble beregnet."


_LOOK_BACK = datetime.timedelta(days=2)

# Leases with a fee or interest of ours, where something that counts from before it has come since.
_LATE = """
SELECT DISTINCT notice.lease_id FROM arrears_notice AS notice
WHERE notice.state = 'sent' AND (notice.fee_ore > 0 OR notice.interest_ore > 0) AND (EXISTS (
    SELECT FROM arrears_ledgerline AS line
    WHERE line.lease_id = notice.lease_id AND line.entered_at >= %(since)s
        AND line.effective_on <= notice.sent_on AND line.amount_ore < 0
) OR EXISTS (
    SELECT FROM arrears_chargedispute AS dispute
    JOIN arrears_ledgerline AS line ON line.id = dispute.line_id
    WHERE line.lease_id = notice.lease_id AND dispute.entered_at >= %(since)s
        AND dispute.opened_on <= notice.sent_on
))
"""


def correct_late(day: datetime.date) -> dict[str, int]:
    """The night's look: what came since yesterday with an older day of its own.

    Safe to run again. Returns how many leases were looked at and the øre taken off.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LATE, {"since": day - _LOOK_BACK})
        leases = [lease_id for (lease_id,) in cursor.fetchall()]
    return {"leases": len(leases), "taken_off_ore": correct_costs(leases, on=day)}


@transaction.atomic
def correct_costs(lease_ids: Collection[int], *, on: datetime.date, by: Any = None) -> int:
    """Takes off what these leases were charged too much in fees and interest. Returns the øre.

    Safe to run again: it looks at what is left of each line.
    """
    taken = 0
    for lease_id in sorted(lease_ids):
        taken += _interest(lease_id, on, by) + _fees(lease_id, on, by)
    return taken


def _interest(lease_id: int, on: datetime.date, by: Any) -> int:
    rows = (
        InterestPart.objects.filter(line__lease=lease_id)
        .exclude(notice__state=NoticeState.WITHDRAWN)
        .select_related("line", "charge")
        .order_by("line_id", "charge_id", "from_on")
    )
    by_line: dict[int, list[InterestPart]] = defaultdict(list)
    for row in rows:
        by_line[row.line_id].append(row)
    if not by_line:
        return 0
    ledger, taken = ledgers([lease_id])[lease_id], 0
    for reckoned in by_line.values():
        spans = [span for row in reckoned for span in _spans(row, ledger)]
        taken += _lower(reckoned[0].line, rounded(parts(spans, late_interest_rates())), on, by)
    return taken


def _spans(row: InterestPart, ledger: Ledger) -> list[Span]:
    charge = row.charge
    key = ChargeKey(charge.due_on, ChargeKind(charge.kind), charge.reference)  # type: ignore[arg-type]
    return open_spans(ledger.lines, ledger.disputes, key, row.to_on, row.from_on)


def _fees(lease_id: int, on: datetime.date, by: Any) -> int:
    """A fee stands as long as one of the charges that carried it was open when it was sent."""
    taken = 0
    for notice in Notice.objects.filter(
        lease=lease_id, state=NoticeState.SENT, fee_line__isnull=False
    ).select_related("fee_line"):
        day = notice.sent_on
        if day is None or notice.fee_line is None:
            continue
        open_then = {charge.line_id for charge in open_charges(lease_id, day)}
        if not open_then & set(notice.facts.get("fee_line_ids", [])):
            taken += _lower(notice.fee_line, 0, on, by)
    return taken


def _lower(line: LedgerLine, should_be_ore: int, on: datetime.date, by: Any) -> int:
    corrections = LedgerLine.objects.filter(corrects=line).values_list("amount_ore", flat=True)
    too_much = line.amount_ore + sum(corrections) - should_be_ore
    if too_much <= 0:
        return 0
    take_off(line, too_much, on=on, note=NOTE, by=by)
    return int(too_much)
