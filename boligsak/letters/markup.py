"""The few marks a letter's text may hold, read into blocks that a typesetter sets.

An empty line ends a paragraph. A line that begins with "# " or "## " is a heading, lines that
begin with "- " are a list, "1. " a numbered one, and lines with "|" between their cells a table
whose first line is the head. `**words**` are strong. Nothing else is a mark: what people type
stands there as they typed it, and nothing they type can be an instruction to the typesetter.
"""

import re
from dataclasses import dataclass
from typing import Any

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_NUMBERED = re.compile(r"^\d{1,2}[.)] +")
_AMOUNT = re.compile(r"^[\s−-]*[\d\s\u00a0.]+(,\d{2})?[\s\u00a0]*(kr|%)?$")


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: paragraph, heading, subheading, list, numbers or table.

    `lines`: of a table its rows, each with its cells; of everything else one cell a line. A cell
    is a list of (words, is strong).
    """

    kind: str
    lines: tuple[tuple[tuple[tuple[str, bool], ...], ...], ...]

    def as_data(self) -> dict[str, Any]:
        """What the typesetter gets. `ends`: which columns of a table hold numbers."""
        rows = [[[list(run) for run in cell] for cell in line] for line in self.lines]
        found: dict[str, Any] = {"kind": self.kind, "lines": rows}
        if self.kind == "table":
            body = self.lines[1:]
            found["ends"] = [
                bool(body) and all(_AMOUNT.match(_plain(line[column])) for line in body)
                for column in range(len(self.lines[0]))
            ]
        return found


def read(text: str) -> list[Block]:
    """The blocks of a text. Never refuses: what is no mark is words."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip("\n")):
        lines = [line.rstrip() for line in part.split("\n") if line.strip()]
        if lines:
            blocks += _blocks(lines)
    return _levelled(blocks)


def _levelled(blocks: list[Block]) -> list[Block]:
    """A subheading above every heading becomes one: a reader's aid must not miss a level."""
    found, is_below = [], False
    for block in blocks:
        is_below = is_below or block.kind == "heading"
        if block.kind == "subheading" and not is_below:
            block = Block("heading", block.lines)
        found.append(block)
    return found


def plain(text: str) -> str:
    """The same text without marks, for a preview in one line or a search."""
    return _STRONG.sub(r"\1", re.sub(r"(?m)^(#{1,2} |- |\d{1,2}[.)] )", "", text))


def _blocks(lines: list[str]) -> list[Block]:
    """Blocks of lines without an empty one among them: a heading may stand above its text."""
    found: list[Block] = []
    rest: list[tuple[str, str]] = []
    for line in lines:
        kind, words = _kind(line)
        if rest and (rest[-1][0] != kind or kind in ("heading", "subheading")):
            found.append(_block(rest))
            rest = []
        rest.append((kind, words))
    found.append(_block(rest))
    return found


def _kind(line: str) -> tuple[str, str]:
    stripped = line.strip()
    if stripped.startswith("## "):
        return "subheading", stripped[3:]
    if stripped.startswith("# "):
        return "heading", stripped[2:]
    if stripped.startswith("- "):
        return "list", stripped[2:]
    if found := _NUMBERED.match(stripped):
        return "numbers", stripped[found.end() :]
    if "|" in stripped and stripped.replace("|", "").strip():
        return "table", stripped.strip("|")
    return "paragraph", stripped


def _block(lines: list[tuple[str, str]]) -> Block:
    kind = lines[0][0]
    if kind == "table":
        rows = [tuple(_runs(cell.strip()) for cell in words.split("|")) for _, words in lines]
        width = max(len(row) for row in rows)
        return Block(kind, tuple(row + ((),) * (width - len(row)) for row in rows))
    if kind == "paragraph":
        # A line break within a paragraph is kept: addresses and signatures are lines.
        return Block(kind, tuple((_runs(words),) for _, words in lines))
    return Block(kind, tuple((_runs(words),) for _, words in lines))


def _runs(words: str) -> tuple[tuple[str, bool], ...]:
    runs: list[tuple[str, bool]] = []
    at = 0
    for found in _STRONG.finditer(words):
        if found.start() > at:
            runs.append((words[at : found.start()], False))
        runs.append((found[1], True))
        at = found.end()
    if at < len(words):
        runs.append((words[at:], False))
    return tuple(runs)


def _plain(cell: tuple[tuple[str, bool], ...]) -> str:
    return "".join(words for words, _ in cell)
