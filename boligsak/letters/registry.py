"""Kinds of letters. The apps above register theirs, with the fields a template of each may use.

A value of a field is a string and is never read for marks or fields: what somebody typed stands in
the letter as it was typed. What a value looks like is said by its field's shape; `table`, `items`
and `parts` make the values of those that have a form of their own.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from boligsak.letters.markup import ITEMS, LINE, PARTS, TABLE, TEXT, Part, items, parts, table

__all__ = [
    "COMMON",
    "ITEMS",
    "LINE",
    "PARTS",
    "TABLE",
    "TEXT",
    "Field",
    "LetterKind",
    "Part",
    "examples",
    "items",
    "kind",
    "kinds",
    "known",
    "may_email",
    "parts",
    "register",
    "shapes",
    "shown_facts",
    "table",
]

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind of letter: `{name}` in a template.

    `label` says what it is, `example` what it may hold; a letter is tried on the examples.
    `is_required`: content the law asks for, in `section`: a template that leaves it out cannot be
    approved, and a letter in which it is empty cannot be made, unless it `may_be_empty` where there
    is nothing to say. `shape`: LINE stands within a sentence; TEXT (paragraphs), ITEMS (a list),
    TABLE and PARTS (each with a heading) stand on a line of their own.
    """

    name: str
    label: Text
    example: str
    is_required: bool = False
    section: str = ""
    shape: str = LINE
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter. `code` is also the document's kind. `access` and `section`: the access
    code it is journaled under, and its legal source. `by_email`: it says nothing that an ordinary
    e-mail must not hold (fvl. § 13). `signers(fields)`: an agreement, with a line for each of these
    to sign on; None: a letter, with regards from who writes it.
    """

    code: str
    label: Text
    fields: Sequence[Field]
    access: str = "UO"
    section: str = "offl. § 13 jf. fvl. § 13"
    by_email: bool = False
    signers: Callable[[Mapping[str, str]], Sequence[str]] | None = None
    is_addressed: bool = True

    @property
    def required(self) -> list[Field]:
        """What the law asks for: it stands in every template."""
        return [one for one in self.fields if one.is_required]

    @property
    def never_empty(self) -> list[str]:
        """The fields that say something in every letter."""
        return [one.name for one in self.required if not one.may_be_empty]


COMMON: tuple[Field, ...] = (
    Field("recipient", _("name of the recipient"), "Čáhppe Ánne Ørjasæter"),
    Field("date", _("date of the letter"), "23.11.2026"),
    Field("reference", _("our reference"), "2026-00001"),
    Field("office", _("office"), "Helse- og velferdskontoret Lerkendal"),
    Field("municipality", _("the municipality"), "Trondheim"),
    Field("contact", _("whom to ask"), "Boligenheten, telefon 72 54 00 00"),
    Field("sender", _("who writes"), "Kari Nordmann"),
)
"""Fields that every letter has. They are filled in when it is written."""

_kinds: dict[str, LetterKind] = {}


def register(new: LetterKind) -> None:
    """Makes a kind known. Raises `ValueError` for one that is there already, or is not whole."""
    if new.code in _kinds:
        raise ValueError(f"a kind of letter twice: {new.code}")
    names = [one.name for one in (*COMMON, *new.fields)]
    if len(set(names)) != len(names):
        raise ValueError(f"a field twice: {new.code}")
    if any(one.is_required and not one.section for one in new.fields):
        raise ValueError(f"a required field without its section: {new.code}")
    _kinds[new.code] = new


def kind(code: str) -> LetterKind:
    """Raises `KeyError` for a kind that nobody registered."""
    return _kinds[code]


def known(code: str) -> bool:
    return code in _kinds


def may_email(code: str) -> bool:
    """Whether a document of a kind may go by ordinary e-mail; an unknown kind may not."""
    return code in _kinds and _kinds[code].by_email


def kinds() -> list[LetterKind]:
    """By what they are called."""
    return sorted(_kinds.values(), key=lambda one: str(one.label))


def shapes(which: LetterKind) -> dict[str, str]:
    """Every field a template of a kind may use, with its shape."""
    return {one.name: one.shape for one in (*COMMON, *which.fields)}


def shown_facts(code: str, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a letter was made from, as (what it is called, value), for showing beside it.

    `facts` are those of a document. A kind or a field that is no longer known shows by its name.
    """
    fields = facts.get("fields") or {}
    known_fields = (*COMMON, *(_kinds[code].fields if code in _kinds else ()))
    by_name = {one.name: one for one in known_fields}
    order = [name for name in by_name if name in fields]
    order += [name for name in fields if name not in by_name]
    found = []
    for name in order:
        value = str(fields[name])
        if name in by_name and value:
            value = _shown(value, by_name[name].shape)
        found.append((str(by_name[name].label) if name in by_name else name, value))
    return found


def _shown(value: str, shape: str) -> str:
    """A value in words, a line for each row of it."""
    if shape == PARTS:
        found = [Part(*one) for one in json.loads(value)]
        told = [
            [one.heading, one.text, *(f"{term}: {said}" for term, said in one.terms)]
            for one in found
        ]
        return "\n\n".join("\n".join(line for line in lines if line) for lines in told)
    if shape in (ITEMS, TABLE):
        rows = json.loads(value)
        return "\n".join(row if isinstance(row, str) else " · ".join(row) for row in rows)
    return value


def examples(which: LetterKind) -> dict[str, str]:
    """The fields of a kind, filled with their examples."""
    return {one.name: one.example for one in which.fields}
