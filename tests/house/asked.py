"""Which names a view looks for behind the question mark of its address.

A view that never asks for a name answers as if it did not stand there, so one request tells
about all that could be sent under it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict

EVERYTHING = "*"


class Asked(QueryDict):
    """Notes every name it is asked for, and `EVERYTHING` where it is looked through."""

    names: set[str]

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().getlist(key, default)

    def __iter__(self) -> Iterator[str]:
        self.names.add(EVERYTHING)
        return super().__iter__()

    def __len__(self) -> int:
        self.names.add(EVERYTHING)
        return super().__len__()

    def lists(self) -> Any:
        self.names.add(EVERYTHING)
        return super().lists()

    def __deepcopy__(self, memo: Any) -> Any:
        self.names.add(EVERYTHING)
        return super().__deepcopy__(memo)

    def __copy__(self) -> Any:
        self.names.add(EVERYTHING)
        return super().__copy__()


def noted(patch: pytest.MonkeyPatch) -> set[str]:
    """From now on the names that requests are asked for come into this set."""
    names: set[str] = set()
    made = type("Noted", (Asked,), {"names": names})
    patch.setattr("django.core.handlers.wsgi.QueryDict", made)
    return names
