"""What a template may hold, and what it must.

`shapes` gives every field of the kind with its shape (`boligsak.letters.markup`).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import NamedTuple

from boligsak.letters.markup import FIELD, LINE
from boligsak.rule import RuleBroken

_TOKEN = re.compile(FIELD.pattern + r"|[{}]")
LONGEST_TITLE = 160


def check_text(text: str, shapes: Mapping[str, str]) -> None:
    """Fields stand in braces, each is one the kind has, and what is more than words stands alone.

    Raises RuleBroken "template.empty", "template.brace" (line), "template.unknown_field" (line,
    field, known) or "template.not_alone" (line, field). Lines are counted from 1.
    """
    if not text.strip():
        raise RuleBroken("template.empty")
    for number, line in enumerate(text.splitlines(), 1):
        for found in _TOKEN.finditer(line):
            name = found[1]
            if name is None:
                if len(found[0]) == 1:
                    raise RuleBroken("template.brace", line=number)
                continue
            if name not in shapes:
                raise RuleBroken(
                    "template.unknown_field", line=number, field=name, known=sorted(shapes)
                )
            if shapes[name] != LINE and line.strip() != found[0]:
                raise RuleBroken("template.not_alone", line=number, field=name)


def check_title(title: str) -> None:
    """The title is what the journal says, and that is public: words without fields.

    Raises RuleBroken "template.no_title" or "template.title_field".
    """
    if not title.strip():
        raise RuleBroken("template.no_title")
    if "{" in title or "}" in title:
        raise RuleBroken("template.title_field")


def fields_in(text: str) -> set[str]:
    """The fields a template uses."""
    return {found[1] for found in FIELD.finditer(text) if found[1]}


def lacking(text: str, wanted: Iterable[str]) -> list[str]:
    """Which of these fields a template leaves out, in the order given."""
    there = fields_in(text)
    return [name for name in wanted if name not in there]


def check_values(
    used: Collection[str], required: Collection[str], given: Mapping[str, str]
) -> None:
    """Every field the template uses has a value, and what the law requires is not empty.

    Raises RuleBroken "template.field_missing" (fields).
    """
    missing = {name for name in used if name not in given}
    missing |= {name for name in required if not given.get(name, "").strip()}
    if missing:
        raise RuleBroken("template.field_missing", fields=sorted(missing))


class Change(NamedTuple):
    """A stretch of lines in a comparison. `what`: same, out or in."""

    what: str
    lines: tuple[str, ...]


def changes(before: str, after: str) -> Iterator[Change]:
    """What has changed from one version to the next, line by line."""
    old, new = before.splitlines(), after.splitlines()
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Change("same", tuple(old[a:b]))
            continue
        if b > a:
            yield Change("out", tuple(old[a:b]))
        if d > c:
            yield Change("in", tuple(new[c:d]))
