"""What a reader meets when something is broken: the page for a fault of ours, and the one for a
database that does not answer. Neither asks the database or the request for anything."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_SECONDS = 30


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with its own page when the database is away, else 500.

    Django calls this while it handles the error, so the error itself says which it was.
    """
    if _database_is_away(sys.exc_info()[1]):
        page = render_to_string("db_away.html")
        return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    return HttpResponse(render_to_string("500.html"), status=500)


def _database_is_away(error: BaseException | None) -> bool:
    """A lost or refused connection. PostgreSQL gives no SQLSTATE then, or one of class 08, 53, 57.

    A lock or a statement that timed out is an OperationalError too, but the database is there.
    """
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "pgcode", None)
    return state is None or state[:2] in ("08", "53") or state in ("57P01", "57P02", "57P03")
