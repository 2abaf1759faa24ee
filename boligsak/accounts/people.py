"""Who the people in the look-up log are. The app that owns people says so; this one has ids only.

The log must not look up to what stands on it, so the names come from whoever has registered.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the log shows them; `about` tells two of the same name apart."""

    person_id: int
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Directory:
    """`named(ids, user)` gives the people by id, `found(words, user)` those that fit the words:
    a name, a whole identity number or a number in Boligsak; a limited number of them."""

    named: Callable[[Collection[int], Any], dict[int, Known]]
    found: Callable[[str, Any], list[Known]]


_nobody = Directory(named=lambda _ids, _user: {}, found=lambda _words, _user: [])
_directories: list[Directory] = [_nobody]


def register(directory: Directory) -> None:
    _directories[0] = directory


def directory() -> Directory:
    return _directories[0]
