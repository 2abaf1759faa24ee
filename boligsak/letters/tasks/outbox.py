"""The worker's part of the outbox."""

from celery import shared_task

from boligsak import dates
from boligsak.letters.services.delivering import deliver, is_due


@shared_task(name="letters.deliver_outbox")
def deliver_outbox() -> dict[str, int]:
    """Sends what waits and is due. Safe to run twice, and twice at once."""
    now = dates.now()
    return deliver(now) if is_due(now) else {}
