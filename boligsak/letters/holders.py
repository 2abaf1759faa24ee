"""Which rows hold a sealed file: every app names its columns, and what none of them names is swept.

A column left out would cost somebody their documents: a test of the house finds every one that is
called `stored…`.
"""

from collections.abc import Collection

from django.db.models import Model

_holders: dict[tuple[type[Model], str], None] = {}


def hold(model: type[Model], *columns: str) -> None:
    """The columns of a table that name a sealed file; `counts__stored_as` is a key of JSON."""
    _holders.update(dict.fromkeys((model, column) for column in columns))


def holders() -> list[tuple[type[Model], str]]:
    return list(_holders)


def held(names: Collection[str]) -> set[str]:
    """Those of the files that a row names."""
    found: set[str] = set()
    for model, column in _holders:
        rows = model._base_manager.filter(**{f"{column}__in": list(names)})
        found.update(rows.values_list(column, flat=True))
    return found
