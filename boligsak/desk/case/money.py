"""The money of a case: what is owed, how it came to that, and what moved since it was opened."""

import datetime
from typing import Any

from django.urls import reverse

from arrears.models import Case, LedgerLine, LineKind
from arrears.queries import ledger as query
from boligsak.dates import add_months
from boligsak.desk.case.base import Event, Reader
from boligsak.desk.ledger_rows import (
    CHARGE_COLUMNS,
    CURVE_MONTHS,
    charge_rows,
    curve,
    kind_words,
    ledger_columns,
    ledger_rows,
)
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.models import Lease

_LINES = 8
_EVENTS = 60
_MONTHS_BEFORE = 3
_TONES = {LineKind.PAYMENT: "success", LineKind.REVERSAL: "danger"}


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Open charges, the balance over a year, and the newest lines of the ledger."""
    since = add_months(day, -CURVE_MONTHS[0])
    found = query.lines(case.lease_id, 0, _LINES, since)
    shown = found[:_LINES]
    are_linked = any(line.is_corrected or line.corrects_id for line in shown)
    may_open = Lease.objects.visible_to(reader.user).filter(pk=case.lease_id).exists()
    return {
        "charges": charge_rows(
            query.open_charges(case.lease_id), day, may_dispute=False, disputed=set()
        ),
        "charge_columns": CHARGE_COLUMNS,
        "chart": curve(query.balance_points(found, since), day, CURVE_MONTHS[0]),
        "columns": ledger_columns(may_correct=False),
        "rows": ledger_rows(
            shown,
            query.linked(shown) if are_linked else [],
            reader.user,
            is_masked=reader.is_masked,
            may_correct=False,
        ),
        "whole": f"{reverse('desk:lease', args=[case.lease_id])}#ledger" if may_open else "",
    }


def events(case: Case, reader: Reader) -> list[Event]:
    """What was paid, taken back, credited and moved since shortly before the case was opened."""
    words = kind_words()
    rows = (
        LedgerLine.objects.filter(
            lease_id=case.lease_id,
            due_on__isnull=True,
            effective_on__gte=add_months(case.opened_on, -_MONTHS_BEFORE),
        )
        .order_by("-effective_on", "-id")
        .values_list("effective_on", "entered_at", "kind", "amount_ore", "payer")[:_EVENTS]
    )
    return [
        Event(
            on,
            entered_at,
            {
                "when": format_day(on),
                "what": f"{words.get(kind, kind)}: {kr(abs(amount_ore))}",
                "text": "",
                "who": "" if reader.is_masked else payer,
                "tone": _TONES.get(LineKind(kind), ""),
            },
        )
        for on, entered_at, kind, amount_ore, payer in rows
    ]
