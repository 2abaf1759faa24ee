"""A browser that speaks Norwegian, a small municipality to visit, and every complaint heard."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from tests.browser import town
from tests.browser.visitor import HEIGHT, WIDE, Visitor
from tests.conftest import Cluster

# Playwright keeps an event loop in the test's thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The process that started the others takes away the town they cloned."""
    if town.PROCESS == "main" and session.config.getoption("numprocesses", None):
        town.take_away(Cluster())


@pytest.fixture(scope="package")
def server(
    django_db_setup: None, django_db_blocker: Any, cluster: Any, tmp_path_factory: Any
) -> Iterator[LiveServer]:
    """The program on a port of its own, in the town; nothing is undone between the tests."""
    with django_db_blocker.unblock(), town.at_work(cluster, tmp_path_factory.mktemp("town")):
        running = LiveServer("localhost")
        hosts = settings.ALLOWED_HOSTS
        settings.ALLOWED_HOSTS = [*hosts, running.thread.host]
        yield running
        running.stop()
        settings.ALLOWED_HOSTS = hosts


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    size = {"width": WIDE, "height": HEIGHT}
    norwegian = {"locale": "nb-NO", "timezone_id": "Europe/Oslo"}
    return browser_context_args | norwegian | {"viewport": size}


@pytest.fixture(scope="package")
def keys() -> dict[str, Any]:
    """What each role's browser keeps after logging in, so that it happens once."""
    return {}


@pytest.fixture
def visit(
    server: LiveServer, new_context: Any, keys: dict[str, Any]
) -> Iterator[Callable[..., Visitor]]:
    """`visit("koordinator", **how)`: a logged-in browser; whatever it complained about fails."""
    visitors: list[Visitor] = []

    def come(user: str | None = None, **how: Any) -> Visitor:
        state = keys.get(user) if user else None
        visitor = Visitor(new_context(**how, storage_state=state), server.url)
        visitors.append(visitor)
        if user and state is None:
            visitor.log_in(user)
            keys[user] = visitor.context.storage_state()
        return visitor

    yield come
    for visitor in visitors:
        assert visitor.complaints == []
