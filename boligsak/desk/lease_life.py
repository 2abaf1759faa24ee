"""What happens to a tenancy while it lasts: complaints, as the lease's page shows them."""

import datetime
from typing import Any

from django.urls import reverse

from boligsak.desk.complaint_lines import panel
from tenants.queries.complaints import of_lease


def complaints_of(lease_id: int, user: Any, day: datetime.date, here: str) -> dict[str, Any] | None:
    """For desk/_complaints.html; None for who sees no complaints."""
    if not user.has_perm("tenants.view_complaint"):
        return None
    new = reverse("tenants:complaint_new", args=[lease_id])
    may = user.has_perm("tenants.register_complaint")
    return panel(
        of_lease(lease_id, user),
        user,
        day,
        new=new if may else "",
        new_dwelling=f"{new}?about=dwelling" if may else "",
        here=here,
    )
