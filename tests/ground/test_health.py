"""The health page: 200 when all is up, 503 with what is missing, for anybody."""

import socket

import pytest
import redis
from django.conf import settings
from django.test import Client

from boligsak import health
from boligsak.celery import HEARTBEAT_KEY, HEARTBEAT_LIFE_SECONDS, Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def beating_worker():
    Heartbeat(None).beat()
    yield
    redis.Redis.from_url(settings.REDIS_URL).delete(HEARTBEAT_KEY)


def test_all_up_is_200_without_login(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"web": True, "database": True, "broker": True, "worker": True}


def test_a_worker_without_a_sign_of_life_is_missing(client: Client) -> None:
    redis.Redis.from_url(settings.REDIS_URL).delete(HEARTBEAT_KEY)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["worker"] is False


def test_the_sign_of_life_fades() -> None:
    left = redis.Redis.from_url(settings.REDIS_URL).ttl(HEARTBEAT_KEY)
    assert 0 < left <= HEARTBEAT_LIFE_SECONDS


def test_a_broker_that_does_not_answer_takes_the_worker_with_it(client: Client, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"web": True, "database": True, "broker": False, "worker": False}


def test_a_database_that_is_not_there_is_missing(client: Client, monkeypatch) -> None:
    nowhere = health.connection.get_connection_params() | {"host": "127.0.0.1", "port": 1}
    monkeypatch.setattr(health.connection, "get_connection_params", lambda: nowhere)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] is False


def test_a_database_that_keeps_silent_is_not_waited_for(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = {"host": "127.0.0.1", "port": silent.getsockname()[1]}
        mute = health.connection.get_connection_params() | mute
        monkeypatch.setattr(health.connection, "get_connection_params", lambda: mute)
        response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] is False


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
