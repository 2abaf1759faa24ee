"""Complaints in a line each, for the pages of the tenancy, the dwelling and the case.

Who complained stands on the complaint's own page only.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.queries.cases import named_to
from boligsak.addresses import address
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.models import Complaint
from tenants.rules.complaints import CLOSED, DWELLING, OPEN, is_contact_missed
from tenants.words.complaints import kind_name, source_name, upheld_name

_LONG = 160


def complaint_line(row: Complaint, user: Any, day: datetime.date, here: str = "") -> dict[str, Any]:
    """For desk/_complaint.html. `here`: the query that leads back."""
    waits = row.state == OPEN and row.contacted_on is None and row.contact_by is not None
    return {
        "href": address("desk:complaint", row.pk) + here
        if user.has_perm("tenants.view_complaint")
        else "",
        "number": row.number,
        "kind": kind_name(row.kind),
        "is_dwelling": row.about == DWELLING,
        "source": capfirst(source_name(row.source)),
        "received": format_day(row.received_on),
        "text": row.text if len(row.text) <= _LONG else f"{row.text[:_LONG].rstrip()} …",
        "tag": complaint_tag(row, day),
        "contact_by": row.contact_by if waits else None,
        "contacted": format_day(row.contacted_on) if row.contacted_on else "",
        "reduction": reduction_words(row),
        "outcome": row.outcome,
    }


def named_cases(rows: Sequence[Complaint], user: Any) -> frozenset[int]:
    """Of the cases these were taken up on, those the reader sees with a name. To say of a
    complaint about a tenancy that such a number is its case would name an anonymous one."""
    linked = [one.on_case.case_id for one in rows if hasattr(one, "on_case")]
    if not linked or not user.has_perm("arrears.view_case"):
        return frozenset()
    return frozenset(named_to(user).filter(pk__in=linked).values_list("pk", flat=True))


def complaint_tag(row: Complaint, day: datetime.date) -> dict[str, str]:
    """Where it stands, at a glance."""
    if row.state == CLOSED:
        return {"text": capfirst(upheld_name(row.is_upheld)) or _("Closed"), "color": "neutral"}
    if row.state != OPEN:
        return {"text": _("Withdrawn"), "color": "neutral"}
    if is_contact_missed(row.contact_by, row.contacted_on, day):
        return {"text": _("Talk overdue"), "color": "danger"}
    if row.is_upheld is not None:
        color = "warning" if row.is_upheld else "neutral"
        return {"text": capfirst(upheld_name(row.is_upheld)), "color": color}
    if row.contacted_on is not None:
        return {"text": _("To be assessed"), "color": "info"}
    return {"text": _("Open"), "color": "info"}


def reduction_words(row: Complaint) -> str:
    """ "1 500,00 kr a month from 01.09.2026"; empty without one."""
    if row.reduction_ore is None or row.reduction_from is None:
        return ""
    facts = {"sum": kr(row.reduction_ore), "from": format_day(row.reduction_from)}
    if row.reduction_to is None:
        return _("%(sum)s a month from %(from)s") % facts
    return _("%(sum)s a month from %(from)s to %(to)s") % {
        **facts,
        "to": format_day(row.reduction_to),
    }


def panel(
    rows: Sequence[Complaint],
    user: Any,
    day: datetime.date,
    *,
    new: str = "",
    new_dwelling: str = "",
    here: str = "",
) -> dict[str, Any]:
    """For desk/_complaints.html: the open ones first. `new`: where one is registered."""
    lines = [complaint_line(row, user, day, here) for row in rows]
    is_open = [row.state == OPEN for row in rows]
    return {
        "first": [line for line, o in zip(lines, is_open, strict=True) if o],
        "older": [line for line, o in zip(lines, is_open, strict=True) if not o],
        "new": new,
        "new_dwelling": new_dwelling,
        "list": address("desk:complaints") if user.has_perm("tenants.view_complaint") else "",
    }
