"""Celery's shells around the services. Celery finds tasks by importing this package."""

from boligsak.letters.tasks.archive import build_archive
from boligsak.letters.tasks.outbox import deliver_outbox

__all__ = ["build_archive", "deliver_outbox"]
