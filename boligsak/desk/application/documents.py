"""Documents in the application's folder, and what was taken into it."""

import datetime
from typing import Any

from boligsak.desk.application.base import Event, Reader
from boligsak.desk.case.documents import upload_events
from boligsak.desk.documents import document_section
from tenants.models import Application


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Newest first, with the way to a new one."""
    return document_section("application", application.pk, reader.user)


def events(application: Application, reader: Reader) -> list[Event]:
    """Documents taken in and taken back. Letters are told by what they are: decisions, offers."""
    return upload_events("application", application.pk, reader.user)
