"""What happens to a tenancy while it lasts, as the lease's page shows it: complaints, changes of
parties, and moving out."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from boligsak.addresses import address
from boligsak.desk.complaint_lines import panel
from boligsak.desk.queries.lease import LeaseRow
from boligsak.desk.queries.lease_file import LeaseFile
from boligsak.show import day as format_day
from tenants.models import MoveOut
from tenants.views.party_changes import change_line
from tenants.words import move_outs as words


def complaints_of(
    lease_id: int, file: LeaseFile, user: Any, day: datetime.date, here: str
) -> dict[str, Any] | None:
    """For desk/_complaints.html; None for who sees no complaints."""
    if not user.has_perm("tenants.view_complaint"):
        return None
    new = address("tenants:complaint_new", lease_id)
    may = user.has_perm("tenants.register_complaint")
    return panel(
        file.complaints,
        user,
        day,
        new=new if may else "",
        new_dwelling=f"{new}?about=dwelling" if may else "",
        here=here,
    )


def life_of(lease: LeaseRow, file: LeaseFile, user: Any, day: datetime.date) -> dict[str, Any]:
    """For desk/_life.html: the moving out, requests that wait, and changes of the parties."""
    moving = next((one for one in file.move_outs if one.withdrawn_on is None), None)
    lines = [change_line(one, day) for one in file.party_changes]
    may = user.has_perm("tenants.change_parties")
    is_over = lease.moved_out_on is not None and lease.moved_out_on < day
    return {
        "moving": _moving(lease, moving) if moving is not None else None,
        "waiting": [line if may else {**line, "answer": ""} for line in lines if line["answer_by"]],
        "changes": [line for line in lines if not line["answer_by"]],
        "parties": address("tenants:party_change", lease.id) if may else "",
        "move_out": address("tenants:move_out", lease.id)
        if may and moving is None and not is_over
        else "",
    }


def _moving(lease: LeaseRow, row: MoveOut) -> dict[str, str]:
    last_on = format_day(lease.moved_out_on or row.moves_on)
    if row.settled_on is not None:
        text = _("Moved out %(last)s, settled %(day)s") % {
            "last": last_on,
            "day": format_day(row.settled_on),
        }
    elif row.keys_on is not None:
        text = _("Moved out %(last)s, to be settled") % {"last": last_on}
    else:
        text = _("Moves out %(last)s") % {"last": last_on}
    return {"text": text, "href": address("desk:move_out", lease.id)}


def life_events(file: LeaseFile) -> list[tuple[datetime.date, dict[str, Any]]]:
    """What was done to the parties and about moving out, for the lease's timeline."""
    return [
        (
            act.on,
            {
                "when": format_day(act.on),
                "what": words.act_words(act.what, act.facts),
                "text": "",
                "who": str(act.by) if act.by else "",
                "tone": words.TONES.get(act.what, ""),
            },
        )
        for act in file.acts
        if words.is_act(act.what)
    ]
