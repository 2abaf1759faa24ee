"""Statements the database plans once for a connection, and not for every page.

For the few that are asked all day: there planning takes longer than answering. They are written
out with `%(name)s` where a value stands, as everywhere; a percent sign of its own is `%%`. What
differs from one request to the next has to be a value, or there will be as many plans as requests.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha1
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from django.db import connection

MOST_KEPT = 100
"""Plans one connection holds. A filter may be combined in more ways than anybody uses."""

_PLACE = re.compile(r"%\((\w+)\)s|%%")
_KEPT: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class _Statement(NamedTuple):
    name: str
    prepare: str
    execute: str
    places: tuple[str, ...]


def ask(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement, which may be given more parameters than it has places for."""
    ready = _read(statement)
    connection.ensure_connection()
    kept = _KEPT.setdefault(connection.connection, set())
    if ready.name not in kept:
        _prepare(ready, kept)
    with connection.cursor() as cursor:
        cursor.execute(ready.execute, [parameters[name] for name in ready.places])
        return list(cursor.fetchall())


def window(offset: int, limit: int) -> str:
    """The end of a statement that is asked for one page of its rows, by the value `offset`.

    A plan that does not know how few are asked for prepares to read a tenth of the table. So the
    limit is written out, and so is the first page, which nearly everybody asks for.
    """
    return f"LIMIT {limit:d}" + (" OFFSET %(offset)s" if offset else "")


def _prepare(ready: _Statement, kept: set[str]) -> None:
    """Once for a connection, so it is no query of the page that happens to be first."""
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        if len(kept) >= MOST_KEPT:
            cursor.execute("DEALLOCATE ALL")
            kept.clear()
        cursor.execute(ready.prepare)
    kept.add(ready.name)


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
