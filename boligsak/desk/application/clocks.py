"""The clocks of the application, each as a day and how far away it is."""

import datetime
from typing import Any

from boligsak.desk.application.base import Event, Reader
from tenants.models import Application
from tenants.queries.clocks import clocks_of
from tenants.words.clocks import name


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any] | None:
    """What runs, what has been kept, and what was kept too late. It names nobody."""
    dues = clocks_of(application, day)
    if not dues:
        return None
    running = [due for due in dues if due.is_ours and due.done_on is None]
    found: dict[str, Any] = {
        "clocks": [
            {
                "name": name(due.code),
                "on": due.on,
                "done_on": due.done_on,
                "is_late": due.done_on is not None and due.done_on > due.on,
                "is_ours": due.is_ours,
            }
            for due in dues
        ]
    }
    if running:
        found["summary"] = {"term": name(running[0].code), "text": "", "on": running[0].on}
    return found


def events(application: Application, reader: Reader) -> list[Event]:
    """A clock is told by what stops it."""
    return []
