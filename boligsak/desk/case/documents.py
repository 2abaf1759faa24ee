"""Documents in the case's folder, and what was taken into it."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arrears.models import Case
from boligsak.desk.case.base import Event, Reader
from boligsak.desk.documents import document_section, uploads_of
from boligsak.letters.words.documents import DIRECTIONS
from boligsak.show import day as format_day


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Newest first, with the way to a new one."""
    return document_section("case", case.pk, reader.user)


def events(case: Case, reader: Reader) -> list[Event]:
    """Documents taken in and taken back. Letters are told by what they are: notices, plans."""
    return upload_events("case", case.pk, reader.user)


def upload_events(kind: str, ref_id: int, user: Any) -> list[Event]:
    """The same for any row that has a folder."""
    found: list[Event] = []
    for one in uploads_of(kind, ref_id, user):
        href = reverse("desk:document", args=[one.pk])
        told = {"direction": str(DIRECTIONS[one.direction]), "number": str(one)}
        entry = {
            "what": _("%(direction)s document %(number)s kept") % told,
            "text": one.title,
            "who": str(one.by or ""),
            "href": href,
            "tone": "",
        }
        found.append(Event(one.on, one.entered_at, {"when": format_day(one.on), **entry}))
        if one.withdrawn_on is not None:
            entry = {
                "what": _("Document %(number)s withdrawn") % told,
                "text": one.withdrawn_because,
                "who": str(one.withdrawn_by or ""),
                "href": href,
                "tone": "warning",
            }
            when = {"when": format_day(one.withdrawn_on), **entry}
            found.append(Event(one.withdrawn_on, one.entered_at, when))
    return found
