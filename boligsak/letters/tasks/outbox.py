"""The worker's part of the outbox."""

import contextlib

from celery import shared_task

from boligsak import dates
from boligsak.letters.services.bulk import lost, take_up
from boligsak.letters.services.delivering import deliver, is_due
from boligsak.rule import RuleBroken


@shared_task(name="letters.deliver_outbox")
def deliver_outbox() -> dict[str, int]:
    """Sends what waits and is due, and goes on with letters to many whose worker was lost. Safe to
    run twice, and twice at once."""
    now = dates.now()
    for bulk_id in lost(now):
        with contextlib.suppress(RuleBroken):  # another worker has just taken it up
            take_up(bulk_id, on=now.date())
    return deliver(now) if is_due(now) else {}
