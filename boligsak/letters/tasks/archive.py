"""The worker's part of a package for the archive."""

import datetime

from celery import shared_task

from boligsak.letters.services.archive import build


@shared_task(name="letters.build_archive")
def build_archive(export_id: int, today: str) -> dict[str, int]:
    """Makes a package that was ordered. Safe to run again: one that is made is left as it is."""
    row = build(export_id, on=datetime.date.fromisoformat(today))
    return {"documents": row.documents}
