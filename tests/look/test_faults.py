"""What a reader meets when something is broken."""

import psycopg2
import pytest
from django.db import InterfaceError, OperationalError
from django.utils import translation

from boligsak.faults import server_error


class ServerGone(psycopg2.OperationalError):
    pgcode = "57P01"


class LockTimeout(psycopg2.OperationalError):
    pgcode = "55P03"


def caused_by(cause):
    error = OperationalError("no")
    error.__cause__ = cause
    return error


def answer(rf, error):
    with translation.override("en"):
        try:
            raise error
        except type(error):
            return server_error(rf.get("/"))


@pytest.mark.parametrize(
    "error",
    [caused_by(psycopg2.OperationalError("refused")), caused_by(ServerGone()), InterfaceError()],
    ids=["refused", "shut down", "closed"],
)
def test_a_database_that_is_away_has_its_own_page(rf, error):
    response = answer(rf, error)
    assert response.status_code == 503
    assert "database does not answer" in response.content.decode()
    assert response.headers["Retry-After"]


@pytest.mark.parametrize("error", [ValueError("a name in here"), caused_by(LockTimeout())])
def test_any_other_fault_is_said_to_be_ours(rf, error):
    response = answer(rf, error)
    assert response.status_code == 500
    assert "fault is ours" in response.content.decode()
    assert "a name in here" not in response.content.decode()
