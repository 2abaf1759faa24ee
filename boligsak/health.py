"""The health page: whether web, database, broker and worker are up. No login, no personal data."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
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
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
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
