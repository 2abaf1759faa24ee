"""Referrals on the case page: where each stands, what comes next, and what has happened."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case, ReferralState, ReferralStep
from arrears.queries.referrals import OVER, referrals_of
from arrears.views.referrals import TONES
from arrears.words.referrals import HAPPENED, way
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Each referral in a line; masked, to whom and when it was sent."""
    rows = []
    for row in referrals_of(case.pk):
        deadline = None
        if row.state not in OVER:
            deadline = row.eviction_on or row.comment_by_on
        rows.append(
            {
                "what": capfirst(way(row.kind, row.ground)),
                "status": {
                    "text": capfirst(str(row.get_state_display())),
                    "color": TONES.get(ReferralState(row.state), "neutral"),
                },
                "made": format_day(row.made_on),
                "sent": format_day(row.filed_on) if row.filed_on else "",
                "deadline": deadline,
                "deadline_is": _("eviction date")
                if row.eviction_on
                else _("the tenant can comment until"),
                "url": "" if reader.is_masked else reverse("arrears:referral", args=[row.pk]),
            }
        )
    return {"rows": rows}


def events(case: Case, reader: Reader) -> list[Event]:
    """Prepared, and every step after."""
    found = [
        Event(
            row.made_on,
            row.entered_at,
            {
                "when": format_day(row.made_on),
                "what": _("Referral prepared: %(way)s") % {"way": way(row.kind, row.ground)},
                "text": "",
                "who": "" if reader.is_masked else str(row.by),
                "href": "" if reader.is_masked else reverse("arrears:referral", args=[row.pk]),
                "tone": "warning",
            },
        )
        for row in referrals_of(case.pk)
    ]
    steps = ReferralStep.objects.filter(referral__case=case).select_related("referral", "by")
    for one in steps:
        what = f"{HAPPENED[one.what]}: {way(one.referral.kind, one.referral.ground)}"
        found.append(
            Event(
                one.on,
                one.entered_at,
                {
                    "when": format_day(one.on),
                    "what": what,
                    "text": "" if reader.is_masked else one.note,
                    "who": "" if reader.is_masked else str(one.by),
                    "tone": "danger" if one.what == "carry_out" else "warning",
                },
            )
        )
    return found
