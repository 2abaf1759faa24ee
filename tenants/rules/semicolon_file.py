"""Semicolon files with a header, as a spreadsheet saves them: read in one pass, all faults told.

UTF-8, with or without a byte order mark. A row is passed on only when every cell of it can be
read; what is wrong with the others is gathered, and what can be read of them is kept to be looked
up, so that one attempt shows as much as there is to mend. Nothing here knows what the columns mean.
"""

import csv
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from boligsak import money
from boligsak.rule import RuleBroken

LONGEST_LINE = 16_384  # bytes; a longer one is no table of ours

_BOM = b"\xef\xbb\xbf"
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NORWEGIAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_YES = frozenset({"ja", "yes", "j", "y", "1", "true", "sann"})
_NO = frozenset({"nei", "no", "n", "0", "false", "usann"})


class Refusal(NamedTuple):
    """Why a row, or a whole file (line 0 or 1, no column), was not accepted.

    `facts` go with `code` into a sentence; they never hold a name or an identity number.
    """

    file: str
    line: int
    column: str
    code: str
    facts: Mapping[str, Any] = {}


class Column(NamedTuple):
    """A column: how its cells are read, and what an empty cell (or no such column) means."""

    name: str
    read: Callable[[str], Any]
    is_required: bool = False
    empty: Any = None


Row = tuple[int, list[Any]]
"""A line number, counted from 1, and the values in the order of the columns."""


class SemicolonFile:
    """One pass over a file. The first column is the row's key.

    `refusals`, `refused_keys` (keys, as written, of rows that were not passed on) and `broken`
    (rows with cells that could not be read, or were empty and must not be: None stands there) are
    whole when the iteration is over.
    """

    def __init__(self, name: str, stream: BinaryIO, columns: Sequence[Column]) -> None:
        self.name = name
        self.refusals: list[Refusal] = []
        self.refused_keys: set[str] = set()
        self.broken: list[Row] = []
        self._stream = stream
        self._columns = columns
        self._line = 0

    def refuse(self, line: int, column: str, code: str, **facts: Any) -> None:
        self.refusals.append(Refusal(self.name, line, column, code, facts))

    def __iter__(self) -> Iterator[Row]:
        rows = csv.reader(self._lines(), delimiter=";", strict=True)
        try:
            places = self._places(next(rows, None))
            if places is None:
                return
            yield from self._rows(rows, *places)
        except RuleBroken as broken:
            self.refuse(self._line, "", broken.code, **broken.facts)
        except csv.Error:
            self.refuse(self._line, "", "table.quotes")

    def _lines(self) -> Iterator[str]:
        """The file's lines as text, each checked: a fault in one of them ends the reading."""
        first = True
        while raw := self._stream.readline(LONGEST_LINE + 1):
            self._line += 1
            if len(raw) > LONGEST_LINE:
                raise RuleBroken("table.line_too_long", most=LONGEST_LINE)
            if first:
                raw, first = raw.removeprefix(_BOM), False
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError:
                raise RuleBroken("table.encoding") from None

    def _places(self, header: list[str] | None) -> tuple[list[int | None], int] | None:
        """Where each column stands, and how many cells a row has; None: the header is no good."""
        if header is None:
            self.refuse(0, "", "table.empty")
            return None
        names = [name.strip().casefold() for name in header]
        if len(names) == 1 and re.search(r"[,\t|]", names[0]):
            self.refuse(1, "", "table.separator")
            return None
        known = {column.name for column in self._columns}
        for place, name in enumerate(names):
            if name in names[:place]:
                self.refuse(1, name, "table.column_twice")
            elif name not in known:
                self.refuse(1, name or f"#{place + 1}", "table.unknown_column")
        for column in self._columns:
            if column.is_required and column.name not in names:
                self.refuse(1, column.name, "table.column_missing")
        if self.refusals:
            return None
        where = [names.index(c.name) if c.name in names else None for c in self._columns]
        return where, len(names)

    def _rows(
        self, rows: Iterator[list[str]], places: list[int | None], width: int
    ) -> Iterator[Row]:
        plan = list(zip(self._columns, places, strict=True))
        before = self._line
        for cells in rows:
            line, before = before + 1, self._line
            if len(cells) != width:
                if cells and any(cell.strip() for cell in cells):
                    self.refused_keys.add(_key(cells, places))
                    self.refuse(line, "", "table.cells", found=len(cells), expected=width)
                continue
            values: list[Any] = []
            is_good = True
            for column, place in plan:
                text = "" if place is None else _tidy(cells[place])
                if not text:
                    values.append(column.empty)
                    if column.is_required:
                        is_good = False
                        if not any(cell.strip() for cell in cells):
                            break  # an empty line, as spreadsheets leave them at the end
                        self.refuse(line, column.name, "table.cell_empty")
                    continue
                try:
                    values.append(column.read(text))
                except RuleBroken as broken:
                    is_good = False
                    values.append(None)
                    self.refuse(line, column.name, broken.code, **broken.facts)
            else:
                if is_good:
                    yield line, values
                    continue
                self.broken.append((line, values))
            self.refused_keys.add(_key(cells, places))


def _key(cells: list[str], places: list[int | None]) -> str:
    place = places[0]
    return _tidy(cells[place]) if place is not None and place < len(cells) else ""


def _tidy(cell: str) -> str:
    """Without blanks around, and "å" as one character: some systems write "a" and a ring."""
    cell = cell.strip()
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell)


# --- Cells ------------------------------------------------------------------------------------


def text(most: int) -> Callable[[str], str]:
    """Text of at most `most` characters, without control characters."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise RuleBroken("cell.too_long", most=most, found=len(cell))
        if _CONTROL.search(cell):
            raise RuleBroken("cell.control_character")
        return cell

    return read


def matching(pattern: str, code: str) -> Callable[[str], str]:
    """Text that the whole of `pattern` fits, else a refusal with `code`."""
    compiled = re.compile(pattern)

    def read(cell: str) -> str:
        if not compiled.fullmatch(cell):
            raise RuleBroken(code)
        return cell

    return read


def day(cell: str) -> dt.date:
    """A whole date, "2026-11-20" or "20.11.2026": a register says the year."""
    found = _ISO_DAY.fullmatch(cell)
    year, month, number = (1, 2, 3) if found else (3, 2, 1)
    found = found or _NORWEGIAN_DAY.fullmatch(cell)
    if found is None:
        raise RuleBroken("cell.day", text=cell[:20])
    try:
        return dt.date(int(found[year]), int(found[month]), int(found[number]))
    except ValueError:
        raise RuleBroken("cell.day", text=cell[:20]) from None


def month(cell: str) -> dt.date:
    """A month, "2026-11": its first day."""
    found = _MONTH.fullmatch(cell)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) == 0:
        raise RuleBroken("cell.month", text=cell[:20])
    return dt.date(int(found[1]), int(found[2]), 1)


def amount(lowest: int, highest: int) -> Callable[[str], int]:
    """Øre from kroner as people write them, within two bounds (øre, inclusive)."""

    def read(cell: str) -> int:
        try:
            ore = money.parse(cell)
        except RuleBroken:
            raise RuleBroken("cell.amount", text=cell[:20]) from None
        if not lowest <= ore <= highest:
            raise RuleBroken("cell.amount_out_of_range", lowest=lowest, highest=highest)
        return ore

    return read


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """A whole number within two bounds, inclusive."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", cell):
            raise RuleBroken("cell.whole_number", text=cell[:20])
        number = int(cell)
        if not lowest <= number <= highest:
            raise RuleBroken("cell.out_of_range", lowest=lowest, highest=highest)
        return number

    return read


def yes_no(cell: str) -> bool:
    """ "ja" or "nei"."""
    word = cell.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RuleBroken("cell.yes_no", text=cell[:20])


def one_of(choices: Mapping[str, Any]) -> Callable[[str], Any]:
    """One of the given words, upper or lower case."""

    def read(cell: str) -> Any:
        try:
            return choices[cell.casefold()]
        except KeyError:
            raise RuleBroken("cell.choice", choices=", ".join(choices)) from None

    return read


def several(read_one: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Values with commas between."""

    def read(cell: str) -> tuple[str, ...]:
        return tuple(read_one(part.strip()) for part in cell.split(",") if part.strip())

    return read


def remembered(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """The same reader, for a column whose cells repeat: each text is read once."""
    known: dict[str, Any] = {}

    def look(cell: str) -> Any:
        try:
            return known[cell]
        except KeyError:
            value = read(cell)
            if len(known) < 20_000:
                known[cell] = value
            return value

    return look
