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
from django.core.checks import Warning as Reminder
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


OLDEST_POSTGRES = 15
SKIPS_FROM = 18
"""The first PostgreSQL that skips through an index: a lease's lines are found so (decision 17)."""

INDEX_BEFORE = "arrears_line_before_skip_scan"
"""What an older one finds them by instead; a migration makes it there and nowhere else."""


def new_enough(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """The database knows our statements, and has the indexes its version needs and no others."""
    if not databases or "default" not in databases:
        return []
    database: Any = connections["default"]
    version = database.pg_version // 10_000
    if version < OLDEST_POSTGRES:
        return [
            Error(
                f"The database is PostgreSQL {version}; it must be {OLDEST_POSTGRES} or newer.",
                hint="Upgrade it first (docs/operations.md).",
                id="boligsak.E003",
            )
        ]
    if version < SKIPS_FROM:
        return [
            Reminder(
                f"The database is PostgreSQL {version}: the day rent falls due costs more than on "
                f"{SKIPS_FROM} or newer.",
                hint=f"It needs {INDEX_BEFORE} besides. After an upgrade that index can go.",
                id="boligsak.W001",
            )
        ]
    with database.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [INDEX_BEFORE])
        (is_left,) = cursor.fetchone()
    if not is_left:
        return []
    return [
        Reminder(
            f"PostgreSQL {version} does not need the index {INDEX_BEFORE}.",
            hint=f"As boligsak_owner: ANALYZE arrears_ledgerline; DROP INDEX {INDEX_BEFORE};",
            id="boligsak.W002",
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
