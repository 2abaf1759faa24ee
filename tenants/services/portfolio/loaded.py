"""What comes of one file of a load, and how faults of rows become refusals of lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenants.rules.faults import Fault
from tenants.rules.semicolon_file import Refusal, SemicolonFile


@dataclass(slots=True)
class Loaded:
    """What came of one file. `ids` are of every good row, new or there already, by its key."""

    added: int = 0
    there: int = 0
    ids: dict[str, int] = field(default_factory=dict)
    new_ids: list[int] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    refused_keys: set[str] = field(default_factory=set)


NOTHING = Loaded()


def unique_rows(file: SemicolonFile, make: Any) -> list[tuple[int, Any]]:
    """The file's readable rows, (line, row), the first of each key."""
    first: dict[str, int] = {}
    rows = []
    for line, values in file:
        row = make(values)
        if row[0] in first:
            file.refuse(line, row._fields[0], "portfolio.twice", first=first[row[0]])
            continue
        first[row[0]] = line
        rows.append((line, row))
    return rows


def broken_rows(file: SemicolonFile, make: Any) -> list[tuple[int, Any]]:
    """The rows of which only some cells could be read, (line, row), with None for the others. They
    are refused already, and looked up all the same: what they point at may be missing besides."""
    return [(line, make(values)) for line, values in file.broken]


def refuse_faulty(
    file: SemicolonFile, rows: Sequence[tuple[int, Any]], faults: Iterable[Fault]
) -> set[int]:
    """Turns faults of rows into refusals of lines. Returns the places of the faulty rows."""
    places = set()
    for fault in faults:
        line, row = rows[fault.place]
        file.refuse(line, fault.field, fault.broken.code, **fault.broken.facts)
        file.refused_keys.add(row[0])
        places.add(fault.place)
    return places


def differing(pairs: Iterable[tuple[str, Any, Any]]) -> str | None:
    """The first column in which a row is not what is there."""
    return next((column for column, is_there, given in pairs if is_there != given), None)


def over(loaded: Loaded, file: SemicolonFile) -> Loaded:
    loaded.added = len(loaded.new_ids)
    loaded.refusals = sorted(file.refusals, key=lambda refusal: refusal.line)
    loaded.refused_keys = file.refused_keys
    return loaded
