"""Nights for tests: flags brought up to date in a run of its own, as the night does it."""

import datetime

import pytest
from django.db import connection

from arrears.queries import flags as facts
from arrears.services.flags import bring_flags_up_to_date
from boligsak.jobs.services import Counts, run


def look(day: datetime.date) -> Counts:
    return run("flags", lambda progress: bring_flags_up_to_date(day), day=day).counts


@pytest.fixture
def _one_transaction(monkeypatch):
    """In a test all is one transaction, so every lease would count as just changed, and every
    night would look at all of them. Here a night has seen what was changed before it began."""

    def now() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()::text")
            return str(cursor.fetchone()[0])

    monkeypatch.setattr(facts, "changes_until", now)
