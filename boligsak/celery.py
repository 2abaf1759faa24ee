"""The Celery app, the worker's sign of life, and the beat, which reads its table from the night."""

import os
from importlib import import_module
from typing import Any

import redis
from celery import Celery, bootsteps
from celery.beat import PersistentScheduler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boligsak.settings")

HEARTBEAT_KEY = "boligsak:worker:alive"
HEARTBEAT_SECONDS = 10
HEARTBEAT_LIFE_SECONDS = 35  # three missed beats and the worker counts as gone

app = Celery("boligsak", include=["boligsak.night"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class NightScheduler(PersistentScheduler):
    """Takes the beat table from `boligsak.night`, where the whole night stands on one page."""

    def setup_schedule(self) -> None:
        # By name: the night stands on the top floor, which nothing imports.
        self.app.conf.beat_schedule = import_module("boligsak.night").BEAT
        super().setup_schedule()


class Heartbeat(bootsteps.StartStopStep):
    """The worker's sign of life: a key with a short life, which the health page looks for.

    Asking the worker itself would block the page for as long as the worker is busy.
    """

    requires = {"celery.worker.components:Timer"}

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.entry: Any = None

    def start(self, parent: Any) -> None:
        self.beat()
        self.entry = parent.timer.call_repeatedly(HEARTBEAT_SECONDS, self.beat)

    def stop(self, parent: Any) -> None:
        if self.entry is not None:
            self.entry.cancel()
        self._client().delete(HEARTBEAT_KEY)

    def beat(self) -> None:
        self._client().set(HEARTBEAT_KEY, "1", ex=HEARTBEAT_LIFE_SECONDS)

    @staticmethod
    def _client() -> "redis.Redis":
        from django.conf import settings

        return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2)


app.steps["worker"].add(Heartbeat)
