"""The clock of a case: which legal deadlines run, and what is lawful from which day."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arrears.models import Case
from arrears.queries import notices as query
from arrears.rules.clock import Running, next_deadline
from arrears.words.notices import law_name, then, what
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The deadlines, soonest first. The next one stands in the summary of the page."""
    running = query.clock(case.pk, day)
    found: dict[str, Any] = {"rows": [_row(one, reader) for one in running]}
    soonest = next_deadline(running)
    if soonest is not None:
        found["summary"] = {
            "term": _("Next legal deadline"),
            "text": f"{what(soonest)}:",
            "on": soonest.last_on,
        }
    return found


def _row(one: Running, reader: Reader) -> dict[str, Any]:
    href = ""
    if one.notice_id is not None and not reader.is_masked:
        href = reverse("arrears:notice", args=[one.notice_id])
    return {
        "what": what(one),
        "law": law_name(one.law),
        "from_on": format_day(one.from_on),
        "last_on": one.last_on,
        "last": format_day(one.last_on),
        "then": then(one),
        "is_over": one.is_over,
        "href": href,
    }


def events(case: Case, reader: Reader) -> list[Event]:
    """A deadline that runs is nothing that happened."""
    return []
