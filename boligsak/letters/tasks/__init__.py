"""Celery's shells around the services. Celery finds tasks by importing this package."""

from boligsak.letters.tasks.bulk import write_many
from boligsak.letters.tasks.outbox import deliver_outbox

__all__ = ["deliver_outbox", "write_many"]
