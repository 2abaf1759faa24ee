"""Who sees which line of the main navigation."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from boligsak.desk import navigation


class Reader:
    is_authenticated = True

    def __init__(self, *permissions):
        self.permissions = set(permissions)

    def may_somewhere(self, name):
        return name in self.permissions


@pytest.fixture
def addresses(monkeypatch):
    """An installation that has these pages and no others."""
    present = {"desk:dashboard": "/", "desk:worklist": "/worklist/", "desk:search": "/search/"}
    monkeypatch.setattr(navigation, "address", present.get)
    return present


def everything():
    return Reader(*(entry.permission for entry in navigation.NAVIGATION))


def hrefs(user, path="/"):
    return [link.href for link in navigation.links(user, path)]


def test_a_reader_sees_only_what_the_role_may_open(addresses):
    assert hrefs(Reader("desk.view_worklist")) == ["/worklist/"]


def test_a_page_this_installation_does_not_have_is_left_out(addresses):
    assert hrefs(everything()) == ["/", "/worklist/", "/search/"]


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "/"), ("/worklist/", "/worklist/"), ("/worklist/?page=2", "/worklist/"),
     ("/leases/4/", None)],
)  # fmt: skip
def test_the_line_one_stands_under_is_marked(addresses, path, current):
    marked = [link.href for link in navigation.links(everything(), path) if link.current]
    assert marked == ([current] if current else [])


def test_nobody_sees_nothing():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert navigation.of(request) == ([], None)


def test_the_search_field_is_for_those_who_may_search(addresses):
    request = RequestFactory().get("/")
    request.user = Reader("desk.view_dashboard")
    assert navigation.of(request)[1] is None
    request.user = Reader("desk.search")
    assert navigation.of(request)[1] == "/search/"


def test_every_line_asks_for_a_permission_some_role_has():
    from boligsak.accounts.grants import GRANTS

    assert {entry.permission for entry in navigation.NAVIGATION} <= set(GRANTS)
