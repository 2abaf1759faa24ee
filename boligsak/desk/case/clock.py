"""The clock of a case: which legal deadlines run, and what is lawful from which day."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arrears.models import Case
from arrears.queries import notices as query
from arrears.queries.measures import head_actions
from arrears.rules.clock import Running, next_deadline
from arrears.words.notices import law_name, then, what
from boligsak.desk.case.base import Event, Reader
from boligsak.desk.head_actions import head_deadline
from boligsak.show import day as format_day


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The deadlines, soonest first, those of the cooperative or head landlord among them. The next
    one stands in the summary of the page."""
    running = query.clock(case.pk, day)
    rows = [_row(one, reader) for one in running]
    # What hits the dwelling tells which one it is: the list of those actions has the address.
    heads = [
        head_deadline(row, day)
        for row in ([] if reader.is_masked else head_actions(case.lease.dwelling_id))
        if row.closed_on is None and row.deadline_on is not None
    ]
    found: dict[str, Any] = {"rows": sorted([*rows, *heads], key=_soonest)}
    soonest = next_deadline(running)
    to_come = [(one["last_on"], one["what"]) for one in heads if not one["is_over"]]
    if soonest is not None and soonest.last_on is not None:
        to_come.append((soonest.last_on, what(soonest)))
    if to_come:
        on, name = min(to_come)
        found["summary"] = {"term": _("Next legal deadline"), "text": f"{name}:", "on": on}
    return found


def _soonest(row: dict[str, Any]) -> tuple[bool, datetime.date]:
    """What is over stands last, as in `arrears.rules.clock`."""
    return row["is_over"], row["last_on"] or datetime.date.max


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
