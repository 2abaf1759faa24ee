"""What an installation must not be: checks that need the database.

`manage.py migrate` runs them, and so does `manage.py check --database default`. What the
environment alone can show is refused in settings.py.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, connections, transaction

DEMO_USERS = (
    "koordinator",
    "saksbehandler",
    "boligenhet",
    "utleier",
    "leder",
    "personvern",
    "admin",
)
DEMO_PASSWORD = "boligsak-demo"  # noqa: S105 - public, and refused here for that reason


def no_demo_users(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Production has no user who logs in with the demo's password."""
    if not settings.PRODUCTION or not databases or "default" not in databases:
        return []
    users = get_user_model().objects.filter(username__in=DEMO_USERS, is_active=True)
    try:
        with transaction.atomic():
            passwords = dict(users.values_list("username", "password"))
    except DatabaseError:
        return []  # a new database has no users yet
    open_doors = sorted(n for n, p in passwords.items() if check_password(DEMO_PASSWORD, p))
    if not open_doors:
        return []
    return [
        Error(
            f"Users with the demo's public password: {', '.join(open_doors)}.",
            hint="Give them passwords of their own or make them inactive.",
            id="boligsak.E001",
        )
    ]


OLDEST_POSTGRES = 18


def new_enough(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """The database can skip through an index: a lease's lines are found so (decision 17)."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::integer / 10000")
        (version,) = cursor.fetchone()
    if version >= OLDEST_POSTGRES:
        return []
    return [
        Error(
            f"The database is PostgreSQL {version}; it must be {OLDEST_POSTGRES} or newer.",
            hint="An older one reads the ledger's whole index for each lease.",
            id="boligsak.E003",
        )
    ]


def norwegian_letters(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """The database is UTF-8 and knows that Å is the capital of å; a cluster in plain C does not."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT lower('ÆØÅ') = 'æøå' AND current_setting('server_encoding') = 'UTF8'"
        )
        (works,) = cursor.fetchone()
    if works:
        return []
    return [
        Error(
            "The database does not fold Norwegian letters, so searches would miss names.",
            hint="Create it with ENCODING 'UTF8' and a UTF-8 locale (docs/operations.md).",
            id="boligsak.E002",
        )
    ]
