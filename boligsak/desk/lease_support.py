"""Help in a tenancy on the lease's page. What it is and why is for the welfare side; the others see
that help is arranged, by whom and until when."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from boligsak.addresses import address
from tenants.models import SupportMeasure, SupportState
from tenants.words.conditions import party_name


def support_lines(rows: Iterable[SupportMeasure], user: Any) -> list[dict[str, Any]]:
    """The help there is and was on a lease, in the order of `rows`."""
    sees = user.has_perm("tenants.view_social")
    may_work = user.has_perm("tenants.work_application")
    found = []
    for row in rows:
        is_running = row.state == SupportState.RUNNING
        found.append(
            {
                "name": row.name if sees else _("Help is arranged"),
                "party": party_name(row.party),
                "responsible": str(row.responsible) if row.responsible and sees else "",
                "started_on": row.started_on,
                "ended_on": row.ended_on,
                "review_on": row.review_on if is_running else None,
                "result": row.result if sees else "",
                "review": address("tenants:support_review", row.pk)
                if is_running and may_work
                else "",
                "end": address("tenants:support_end", row.pk) if is_running and may_work else "",
            }
        )
    return found
