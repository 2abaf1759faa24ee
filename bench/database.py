"""Databases of their own for the benchmarks, made beside the one that is configured.

A *base* holds a generated portfolio and is kept from run to run; the benchmarks work on a clone
of it, which is dropped at the end. A base is made anew when the generator changes.
"""

import contextlib
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import environ
import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

from boligsak.embedded import PREPARE_SQL

ALIASES = ("default", "progress")


class Size(NamedTuple):
    leases: int
    years: int

    @property
    def base(self) -> str:
        return f"boligsak_bench_{self.leases}_{self.years}"

    @property
    def work(self) -> str:
        return f"{self.base}_work"


def _parts(url: str) -> dict[str, Any]:
    config = environ.Env.db_url_config(url)
    return {name: config[name] for name in ("USER", "PASSWORD", "HOST", "PORT")}


_APP = {name: settings.DATABASES["default"][name] for name in ("USER", "PASSWORD", "HOST", "PORT")}
OWNER = _parts(settings.DATABASE_OWNER_URL or settings.DATABASE_URL)
_ADMIN = _parts(settings.DATABASE_ADMIN_URL) if settings.DATABASE_ADMIN_URL else OWNER


def connect(database: str, *, superuser: bool = False) -> Any:
    """A connection as the database's owner, each statement its own transaction."""
    who = _ADMIN if superuser else OWNER
    connection = psycopg2.connect(
        dbname=database,
        user=who["USER"] or None,
        password=who["PASSWORD"] or None,
        host=who["HOST"] or None,
        port=who["PORT"] or None,
    )
    connection.autocommit = True
    return connection


@contextlib.contextmanager
def server() -> Iterator[Any]:
    """A cursor from which databases can be made and dropped."""
    with (
        contextlib.closing(connect("postgres", superuser=True)) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor


def fingerprint() -> str:
    """Changes with the generator. New migrations are run on what is there."""
    return hashlib.sha256(Path(__file__).with_name("portfolio.py").read_bytes()).hexdigest()[:16]


def is_ready(name: str) -> bool:
    with server() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        row = cursor.fetchone()
    return row is not None and row[0] == fingerprint()


def create(name: str) -> None:
    """An empty database with the product's tables, in place of one of that name."""
    with server() as cursor:
        _drop(cursor, name)
        _run(cursor, "CREATE DATABASE {} OWNER {}", name, OWNER["USER"])
    statements = PREPARE_SQL.read_text().replace("boligsak_owner", OWNER["USER"])
    with contextlib.closing(connect(name, superuser=True)) as inside, inside.cursor() as cursor:
        cursor.execute(statements.replace("boligsak_app", _APP["USER"]))
    migrate(name)


def migrate(name: str) -> None:
    """Brings the tables up to date and leaves the database in use."""
    use(name, as_owner=True)
    call_command("migrate", verbosity=0, interactive=False)
    use(name)


def mark_ready(name: str) -> None:
    leave()
    with server() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(name), sql.Literal(fingerprint())
            )
        )


@contextlib.contextmanager
def clone(size: Size) -> Iterator[str]:
    """A copy of a base to work on, in use while the block lasts, then dropped."""
    leave()
    with server() as cursor:
        _drop(cursor, size.work)
        _run(
            cursor,
            "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY",
            size.work,
            OWNER["USER"],
            size.base,
        )
    use(size.work)
    try:
        yield size.work
    finally:
        leave()
        with server() as cursor:
            _drop(cursor, size.work)


def drop(size: Size) -> None:
    leave()
    with server() as cursor:
        _drop(cursor, size.base)


def use(name: str, *, as_owner: bool = False) -> None:
    """From here on Django's connections lead to this database."""
    leave()
    for alias in ALIASES:
        connections[alias].settings_dict.update((OWNER if as_owner else _APP) | {"NAME": name})


def leave() -> None:
    for connection in connections.all(initialized_only=True):
        connection.close()


def _drop(cursor: Any, name: str) -> None:
    _run(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _run(cursor: Any, statement: str, *names: str) -> None:
    for attempt in range(20):
        try:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
            return
        except psycopg2.errors.ObjectInUse:
            if attempt == 19:
                raise
            time.sleep(0.25)  # a connection that was just closed is still on its way out
