"""The worker's part of letters to many."""

import datetime

from celery import shared_task

from boligsak.letters.services.bulk import write_all
from boligsak.rule import RuleBroken


@shared_task(name="letters.write_many")
def write_many(bulk_id: int, today: str) -> dict[str, int]:
    """Writes the letters that were asked for. Safe to run twice, and twice at once."""
    try:
        run = write_all(bulk_id, on=datetime.date.fromisoformat(today))
    except RuleBroken:
        return {"refused": 1}  # another worker is at it
    return dict(run.counts) if run else {}
