"""What the case has cost the tenant and the municipality, and what going outside would cost."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case, CaseCost, CostKind
from arrears.queries.costs import WRITTEN_OFF, costs_of, outside
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day
from boligsak.show import kr

_LINES = 20


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Two columns and their sums; the rows behind them; the cost that can still be avoided."""
    found = costs_of(case)
    shown = [*dict.fromkeys([*found.tenant, *found.municipality])]
    would = outside(case, day) if case.status == "open" else None
    return {
        "rows": [
            {
                "what": _name(kind),
                "tenant": kr(found.tenant.get(kind, 0)),
                "municipality": kr(found.municipality.get(kind, 0)),
            }
            for kind in shown
        ],
        "tenant": kr(found.tenant_ore),
        "municipality": kr(found.municipality_ore),
        "would": _would(would) if would is not None else [],
        "lines": [
            {
                "when": format_day(row.on),
                "what": _name(row.kind),
                "payer": str(row.get_payer_display()),
                "amount": kr(row.amount_ore),
                "note": row.note,
            }
            for row in CaseCost.objects.filter(case=case).order_by("-on", "-id")[:_LINES]
        ],
        "add": reverse("arrears:cost_new", args=[case.pk])
        if reader.may("arrears.send_notice")
        else "",
    }


def _name(kind: str) -> str:
    if kind == WRITTEN_OFF:
        return capfirst(_("debt written off"))
    return capfirst(str(CostKind(kind).label))


def _would(found: Any) -> list[tuple[str, str]]:
    """The cost of each way out, or that no rate of the day is entered."""
    missing = _("No rate is entered for today")
    told = []
    if found.claim_ore > 0:
        cost = found.collection
        told.append(
            (_("External collection, for the tenant"), kr(cost.total_ore) if cost else missing)
        )
    fee = found.eviction_ore
    told.append((_("Court fees of an eviction"), kr(fee) if fee is not None else missing))
    return told


def events(case: Case, reader: Reader) -> list[Event]:
    """Costs entered by hand and laid out, with what they were for."""
    rows = CaseCost.objects.filter(case=case).select_related("by")
    return [
        Event(
            row.on,
            row.entered_at,
            {
                "when": format_day(row.on),
                "what": f"{_name(row.kind)}: {kr(row.amount_ore)}",
                "text": row.note,
                "who": str(row.by) if row.by else "",
                "tone": "",
            },
        )
        for row in rows
    ]
