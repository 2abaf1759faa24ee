"""The health page: whether web, database, broker and worker are up. No login, no personal data."""

import select
import time

import psycopg2
import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from boligsak.celery import HEARTBEAT_KEY

PATIENCE_SECONDS = 2


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when everything answers, else 503; the body names each part with true or false.

    The worker counts as up while its sign of life is fresh (boligsak/celery.py), so a worker
    busy with a long job does not look dead and the page never waits for one.
    """
    broker, worker = _broker_and_worker()
    parts = {"web": True, "database": _database(), "broker": broker, "worker": worker}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database() -> bool:
    """Whether a statement is answered, by a connection that stops waiting.

    The requests' own connections wait for as long as the database is silent, and so would the page.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    try:
        link = psycopg2.connect(**connection.get_connection_params(), async_=True)
        try:
            if not _settles(link, until):
                return False
            with link.cursor() as cursor:
                cursor.execute("SELECT 1")
                return _settles(link, until)
        finally:
            link.close()
    except psycopg2.Error:
        return False


def _settles(link: "psycopg2.extensions.connection", until: float) -> bool:
    """Waits for what the connection is at, and says whether it came in time."""
    while (state := link.poll()) != psycopg2.extensions.POLL_OK:
        reads = [link] if state == psycopg2.extensions.POLL_READ else []
        writes = [] if reads else [link]
        if not any(select.select(reads, writes, [], max(0.0, until - time.monotonic()))):
            return False
    return True


def _broker_and_worker() -> tuple[bool, bool]:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
        ) as client:
            return True, bool(client.exists(HEARTBEAT_KEY))
    except redis.RedisError:
        return False, False
