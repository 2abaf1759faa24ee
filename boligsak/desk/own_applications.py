"""The applications of a person or on a lease, as their pages show them."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.text import capfirst

from boligsak.addresses import address
from boligsak.show import day as format_day
from tenants.models import Application
from tenants.words.applications import kind_name, state_tag

MOST = 20


def of_person(
    person_id: int, rows: Iterable[Application], user: Any, back: str
) -> dict[str, Any] | None:
    """What the person has applied for, or is to live by; None for who sees no applications.

    Somebody's protected application is a number to who is not cleared, and an office that is not
    the reader's own shows none.
    """
    if not user.has_perm("tenants.view_application"):
        return None
    may_begin = user.has_perm("tenants.work_application")
    new = address("tenants:application_new")
    return {
        "rows": _shown(rows, user, back),
        "new": f"{new}?{urlencode({'person': person_id})}" if may_begin else "",
    }


def of_lease(
    lease_id: int, rows: Sequence[Application], user: Any, back: str, *, is_over: bool
) -> dict[str, Any] | None:
    """Swaps and extensions of a lease, and where one is applied for while it lasts."""
    if not user.has_perm("tenants.view_application"):
        return None
    links = {}
    if user.has_perm("tenants.work_application") and not is_over:
        new = address("tenants:application_new")
        links = {
            kind: f"{new}?{urlencode({'kind': kind, 'lease': lease_id})}"
            for kind in ("swap", "extension")
        }
    return {"rows": _shown(rows[:MOST], user, back), **links} if rows or links else None


def _shown(rows: Iterable[Application], user: Any, back: str) -> list[dict[str, Any]]:
    is_cleared = user.access.is_cleared
    return [
        {
            "number": row.number,
            "href": address("desk:application", row.pk) + back,
            "kind": capfirst(kind_name(row.kind)),
            "status": state_tag(row.state, row.kind),
            "received": format_day(row.received_on)
            if row.received_on and (is_cleared or not row.is_protected)
            else "",
        }
        for row in rows
    ]
