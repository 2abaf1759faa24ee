"""The complaints a case is about, those about its tenancy that it is not about yet, and the
tenant's own about the dwelling, which stand beside what is owed."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arrears.models import Case
from arrears.queries.complaints import of_case
from boligsak.desk.case.base import Event, Reader
from boligsak.desk.complaint_lines import complaint_line
from boligsak.show import day as format_day
from tenants.models import Complaint, ComplaintAct
from tenants.queries.complaints import of_lease
from tenants.rules.complaints import DWELLING, TENANCY, counts
from tenants.words.complaints import TONES, act_words


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Who complained is not said here: the case is shared, and read aloud in meetings."""
    if not reader.may("tenants.view_complaint"):
        return {}
    linked = of_case(case.pk)
    known = {row.pk for row in linked}
    rows = [row for row in of_lease(case.lease_id, reader.user) if row.pk not in known]
    own = [row for row in rows if row.about == DWELLING]
    others = [
        row
        for row in rows
        if row.about == TENANCY
        and counts(row.state, row.is_upheld)
        and getattr(row, "on_case", None) is None
    ]
    may_warn = reader.may("arrears.send_notice") and case.status == "open"
    is_about = any(row.is_upheld for row in linked)
    return {
        "linked": [complaint_line(row, reader.user, day) for row in linked],
        "others": [_other(row, reader, day) for row in others],
        "own": [complaint_line(row, reader.user, day) for row in own],
        "new": reverse("tenants:complaint_new", args=[case.lease_id])
        if reader.may("tenants.register_complaint")
        else "",
        "warn": reverse("arrears:notice_write", args=[case.pk, "nuisance_warning"])
        if may_warn and is_about
        else "",
    }


def _other(row: Complaint, reader: Reader, day: datetime.date) -> dict[str, Any]:
    take_up = reverse("arrears:complaint_case", args=[row.pk]) if reader.may_work else ""
    return {**complaint_line(row, reader.user, day), "take_up": take_up}


def events(case: Case, reader: Reader) -> list[Event]:
    """What was done about the case's complaints, and about the tenant's own in its time."""
    if not reader.may("tenants.view_complaint"):
        return []
    own = Complaint.objects.filter(
        lease=case.lease_id, about=DWELLING, received_on__gte=case.opened_on
    )
    ids = [row.pk for row in of_case(case.pk)] + list(own.values_list("pk", flat=True))
    acts = ComplaintAct.objects.filter(complaint__in=ids).select_related("by", "complaint")
    return [
        Event(
            act.on,
            act.entered_at,
            {
                "when": format_day(act.on),
                "what": _("%(complaint)s: %(what)s")
                % {"complaint": act.complaint.number, "what": act_words(act.what, act.facts)},
                "text": "",
                "who": str(act.by) if act.by else "",
                "href": reverse("desk:complaint", args=[act.complaint_id]),
                "tone": TONES.get(act.what, ""),
            },
        )
        for act in acts
        if case.closed_on is None or act.on <= case.closed_on
    ]
