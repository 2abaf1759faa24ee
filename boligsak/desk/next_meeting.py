"""The next meeting as a quiet panel of the dashboard: cases by number, and why they are there.

Nobody is named here. What is drawn is kept in the process for as long as it says the same: it
changes when somebody works on the agenda, and the dashboard is opened all day.
"""

import datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from boligsak.show import number
from meetings.queries.next_meeting import NextMeeting, first
from meetings.words.agenda import why
from meetings.words.planning import when_on


def panel(user: Any, found: list[NextMeeting], day: datetime.date) -> SafeString:
    """`found`: what `meetings.queries.next_meeting` has been answered."""
    meeting = found[0] if found else None
    return _panel(get_language() or "", meeting, day, user.has_perm("meetings.plan"))


@lru_cache(maxsize=128)
def _panel(
    _language: str, meeting: NextMeeting | None, day: datetime.date, may_plan: bool
) -> SafeString:
    if meeting is None:
        plan = reverse("meetings:meeting_new") if may_plan else ""
        return render_to_string("desk/_next_meeting.html", {"plan": plan})
    told = first(meeting.kept_first)
    cases = told[0].cases if told else 0
    is_online = meeting.place.startswith("https://")
    return render_to_string(
        "desk/_next_meeting.html",
        {
            "href": reverse("meetings:meeting", args=[meeting.meeting_id]),
            "when": capfirst(when_on(meeting.held_on, datetime.time.fromisoformat(meeting.at))),
            "is_today": meeting.held_on == day,
            "office": meeting.office,
            "place": "" if is_online else meeting.place,
            "online": meeting.place if is_online else "",
            "count": ngettext(
                "%(count)s case on the agenda", "%(count)s cases on the agenda", cases
            )
            % {"count": number(cases)},
            "cases": [
                {
                    "href": reverse("desk:case", args=[one.case_id]) if one.case_id else "",
                    "number": one.number,
                    "why": why(one.reasons, one.facts) if one.case_id else _("Not shown to you"),
                }
                for one in told
            ],
        },
    )
