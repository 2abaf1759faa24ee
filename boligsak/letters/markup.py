"""The few marks a letter's text may hold, read into blocks that a typesetter sets.

An empty line ends a paragraph. A line that begins with "# " or "## " is a heading, lines that
begin with "- " are a list, "1. " a numbered one, and lines with "|" between their cells a table
whose first line is the head. `**words**` are strong. Nothing else is a mark: what people type
stands there as they typed it, and nothing they type can be an instruction to the typesetter.

A template holds fields in braces besides: `{name}` within a sentence, or alone on its line where
the value is paragraphs, a list, a table or parts with headings of their own; `{{` and `}}` are
braces. Marks are read in the template
and fields are filled in afterwards, so no value can become a mark or another field.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

LINE, TEXT, ITEMS, TABLE, PARTS = "line", "text", "items", "table", "parts"
"""The shapes a field's value can have: words within a sentence, paragraphs, a list, a table, parts
that each have a heading."""

FIELD = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)\}")
"""A field, or a doubled brace."""

_STRONG = re.compile(r"\*\*(.+?)\*\*")
_NUMBERED = re.compile(r"^\d{1,2}[.)] +")
_AMOUNT = re.compile(r"^[\s−-]*[\d\s\u00a0.]+(,\d{2})?[\s\u00a0]*(kr|%)?$")


class Part(NamedTuple):
    """One part of a PARTS field: a heading, paragraphs below it, then a line for each term."""

    heading: str
    text: str = ""
    terms: Sequence[tuple[str, str]] = ()


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


def table(rows: Iterable[Sequence[str]]) -> str:
    """The value of a TABLE field: the first row is the head."""
    return json.dumps([[str(cell) for cell in row] for row in rows], ensure_ascii=False)


def items(lines: Iterable[str]) -> str:
    """The value of an ITEMS field; empty for none."""
    found = [str(line) for line in lines]
    return json.dumps(found, ensure_ascii=False) if found else ""


def parts(found: Iterable[Part]) -> str:
    """The value of a PARTS field; empty for none."""
    rows = [[one.heading, one.text, [list(term) for term in one.terms]] for one in found]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


def filled(text: str, values: Mapping[str, str], shapes: Mapping[str, str]) -> list[Block]:
    """The blocks of a template with its fields filled in.

    A line whose every field is empty is left out, and so is a heading that has nothing below it
    for that reason. Raises `KeyError` for a field without value: the caller has seen to that.
    """
    found: list[_Placed] = []
    for block in _apart(read(text), shapes):
        name = _alone(block, shapes)
        if name:
            made = _value_blocks(values[name], shapes[name])
            found += [_Placed(one, True, is_value=True) for one in made] or [_Placed(block, False)]
        else:
            kept = [line for line in block.lines if _says_something(line, values)]
            if block.kind == "table" and len(block.lines) > 1 and len(kept) == 1:
                kept = []
            whole = replace(block, lines=tuple(_filled_line(line, values) for line in kept))
            found.append(_Placed(whole, bool(kept)))
    return _levelled(_under_their_headings(found))


def text_of(blocks: Iterable[Block]) -> str:
    """What blocks say, as plain text: paragraphs with an empty line between them."""
    said = []
    for block in blocks:
        rows = [[_plain(cell) for cell in line] for line in block.lines]
        if block.kind == "table":
            said.append("\n".join("\t".join(row) for row in rows))
        elif block.kind == "list":
            said.append("\n".join(f"– {row[0]}" for row in rows))
        elif block.kind == "numbers":
            said.append("\n".join(f"{n}. {row[0]}" for n, row in enumerate(rows, 1)))
        else:
            said.append("\n".join(row[0] for row in rows))
    return "\n\n".join(said)


def _apart(blocks: Iterable[Block], shapes: Mapping[str, str]) -> Iterator[Block]:
    """Paragraphs, with each line that is a field of paragraphs, a list or a table by itself."""
    for block in blocks:
        if block.kind != "paragraph":
            yield block
            continue
        rest: list[Any] = []
        for line in block.lines:
            one = Block("paragraph", (line,))
            if not _alone(one, shapes):
                rest.append(line)
                continue
            if rest:
                yield Block("paragraph", tuple(rest))
            rest = []
            yield one
        if rest:
            yield Block("paragraph", tuple(rest))


def _alone(block: Block, shapes: Mapping[str, str]) -> str:
    """The field that this block is, where its value is blocks of its own."""
    if block.kind != "paragraph" or len(block.lines) != 1:
        return ""
    found = FIELD.fullmatch(_plain(block.lines[0][0]))
    name = found[1] if found else None
    return name if name and shapes.get(name, LINE) != LINE else ""


def _value_blocks(value: str, shape: str) -> list[Block]:
    if not value.strip():
        return []
    if shape == ITEMS:
        return [Block("list", tuple((_literal(one),) for one in json.loads(value)))]
    if shape == TABLE:
        rows = json.loads(value)
        width = max(len(row) for row in rows)
        lines = tuple(
            tuple(_literal(cell) for cell in row) + ((),) * (width - len(row)) for row in rows
        )
        return [Block("table", lines)] if len(rows) > 1 else []
    if shape == PARTS:
        return [block for one in json.loads(value) for block in _part_blocks(Part(*one))]
    return _paragraphs(value)


def _part_blocks(part: Part) -> Iterator[Block]:
    yield Block("subheading", ((_literal(part.heading),),))
    yield from _paragraphs(part.text)
    if part.terms:
        lines = (((f"{_flat(term)}: ", True), *_literal(said)) for term, said in part.terms)
        yield Block("paragraph", tuple((line,) for line in lines))


def _paragraphs(value: str) -> list[Block]:
    found = re.split(r"\n\s*\n", _one_kind_of_break(value).strip())
    return [
        Block("paragraph", tuple((_literal(line),) for line in one.split("\n") if line.strip()))
        for one in found
        if one.strip()
    ]


def _says_something(line: Any, values: Mapping[str, str]) -> bool:
    names = [found[1] for cell in line for found in FIELD.finditer(_plain(cell)) if found[1]]
    return not names or any(values[name].strip() for name in names)


def _filled_line(line: Any, values: Mapping[str, str]) -> Any:
    return tuple(tuple((_put(words, values), strong) for words, strong in cell) for cell in line)


def _put(words: str, values: Mapping[str, str]) -> str:
    def one(found: re.Match[str]) -> str:
        return found[0][0] if found[1] is None else _flat(values[found[1]])

    return FIELD.sub(one, words)


class _Placed(NamedTuple):
    """A block of a filled template. `says`: it says something; `is_value`: it came of a field."""

    block: Block
    says: bool
    is_value: bool = False


def _under_their_headings(found: Sequence[_Placed]) -> list[Block]:
    """What says something, without headings that lost all that was below them."""
    kept: list[Block] = []
    for index, (block, says, is_value) in enumerate(found):
        if not says:
            continue
        if block.kind in ("heading", "subheading") and not is_value:
            below = []
            for later in found[index + 1 :]:
                if later.block.kind in ("heading", block.kind) and not later.is_value:
                    break
                below.append(later.says and (later.is_value or later.block.kind != "subheading"))
            if below and not any(below):
                continue
        kept.append(block)
    return kept


def _literal(words: str) -> tuple[tuple[str, bool], ...]:
    flat = _flat(words)
    return ((flat, False),) if flat else ()


def _flat(words: str) -> str:
    return " ".join(_one_kind_of_break(words).split("\n")).strip()


def _one_kind_of_break(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n")


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
