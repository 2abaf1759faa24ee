"""Statements the database plans once for a connection, and not for every page.

For the few that are asked all day: there planning takes longer than answering. They are written
out with `%(name)s` where a value stands, as everywhere; a percent sign of its own is `%%`. What
differs from one request to the next has to be a value, or there will be as many plans as requests.

Plans belong to the session: a pooler that hands sessions round between transactions cannot be used
(docs/operations.md).
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha1
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connection
from psycopg2 import errorcodes

MOST_KEPT = 100
"""Plans one connection holds. A filter may be combined in more ways than anybody uses."""

_PLACE = re.compile(r"%\((\w+)\)s|%%")
_KEPT: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()

# Somebody threw the session's plans away, or a migration gave a column another type.
_OUTDATED = (errorcodes.INVALID_SQL_STATEMENT_NAME, errorcodes.FEATURE_NOT_SUPPORTED)


class _Statement(NamedTuple):
    name: str
    prepare: str
    execute: str
    places: tuple[str, ...]


def ask(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement, which may be given more parameters than it has places for.

    One that only adds rows has none to give.
    """
    ready = _read(statement)
    values = [_literal(parameters[name]) for name in ready.places]
    try:
        return _answer(ready, values)
    except DatabaseError as fault:
        if getattr(fault.__cause__, "pgcode", None) not in _OUTDATED:
            raise
        if connection.in_atomic_block:  # is lost; the next request gets a connection of its own
            connection.close_at = 0
            raise
    _forget(_kept())
    return _answer(ready, values)


def window(offset: int, limit: int) -> str:
    """The end of a statement that is asked for one page of its rows, by the value `offset`.

    A plan that does not know how few are asked for prepares to read a tenth of the table. So the
    limit is written out, and so is the first page, which nearly everybody asks for.
    """
    return f"LIMIT {limit:d}" + (" OFFSET %(offset)s" if offset else "")


def _answer(ready: _Statement, values: list[Any]) -> list[tuple[Any, ...]]:
    kept = _kept()
    if ready.name not in kept:
        _prepare(ready, kept)
    with connection.cursor() as cursor:
        cursor.execute(ready.execute, values)
        return list(cursor.fetchall()) if cursor.description else []


def _literal(value: Any) -> Any:
    """Ids as one literal: as an ARRAY[…] each of them would be an expression to write and to read.

    What type they have the plan knows.
    """
    if type(value) is list and set(map(type, value)) == {int}:
        return f"{{{','.join(map(str, value))}}}"
    return value


def _kept() -> set[str]:
    """The names of the plans that the connection holds which a cursor would use now."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return _KEPT.setdefault(connection.connection, set())


def _prepare(ready: _Statement, kept: set[str]) -> None:
    """Once for a connection, so it is no query of the page that happens to be first."""
    if len(kept) >= MOST_KEPT:
        _forget(kept)
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(ready.prepare)
    kept.add(ready.name)


def _forget(kept: set[str]) -> None:
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    kept.clear()


@lru_cache(maxsize=4 * MOST_KEPT)
def _read(statement: str) -> _Statement:
    places: dict[str, int] = {}

    def numbered(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${places.setdefault(name, len(places) + 1)}"

    text = _PLACE.sub(numbered, statement)
    name = f"boligsak_{sha1(statement.encode(), usedforsecurity=False).hexdigest()[:20]}"
    values = f"({', '.join(['%s'] * len(places))})" if places else ""
    return _Statement(name, f"PREPARE {name} AS {text}", f"EXECUTE {name}{values}", tuple(places))
