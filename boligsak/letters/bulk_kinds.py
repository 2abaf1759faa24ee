"""Kinds of letters to many. The floors above register theirs, and say who they go to.

The letters of a kind are composed in one go for some fifty rows at a time: what is read, is read
for all of them. Nothing is journaled or sent by the kind itself.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise

from boligsak.letters.models import BulkLetter
from boligsak.letters.services.journal import NewDocument
from boligsak.rule import RuleBroken


class Target(NamedTuple):
    """What one letter is about: a row of the kind's own table, at an office."""

    ref_id: int
    office_id: int


class Shown(NamedTuple):
    """How a row is shown to somebody who may see it."""

    number: str
    name: str
    url: str = ""
    person_ids: tuple[int, ...] = ()


Composed = Mapping[int, NewDocument | RuleBroken]


@dataclass(frozen=True, slots=True)
class BulkLetterKind:
    """One kind of letter to many.

    `form(data, user=…, initial=…)` asks what is wanted, beside what every kind asks; its
    `wanted()` is kept as JSON. `rows(user, wanted, on)`: whom it goes to, of what this user works
    with, protected people too: their letters are printed by those who are cleared. `seen(user)`:
    the rows this user sees with a name. `counted(user)`: those that a number may tell this user
    of, None for all. `shown(ref_ids)`: how they look. `compose(ref_ids, bulk,
    by, on)`: each row's letter, or why there is none; `preview` does the same and writes nothing
    down at all. `told(wanted)`: what was asked for, as (what it is called, how people read it).
    `refusal`: a sentence for the kind's own refusals.
    """

    code: str
    label: str | Promise
    about: str | Promise
    form: Callable[..., Any]
    rows: Callable[[Any, Mapping[str, Any], datetime.date], Iterable[Target]]
    seen: Callable[[Any], QuerySet[Any]]
    counted: Callable[[Any], QuerySet[Any] | None]
    shown: Callable[[Collection[int]], Mapping[int, Shown]]
    compose: Callable[[Collection[int], BulkLetter, Any, datetime.date], Composed]
    preview: Callable[[Collection[int], BulkLetter, Any, datetime.date], Composed]
    told: Callable[[Mapping[str, Any]], list[tuple[str, str]]]
    refusal: Callable[[RuleBroken], str] = str


_kinds: dict[str, BulkLetterKind] = {}


def register(kind: BulkLetterKind) -> None:
    _kinds[kind.code] = kind


def kind(code: str) -> BulkLetterKind:
    """Raises `KeyError` for one that nobody has registered."""
    return _kinds[code]


def kinds() -> list[BulkLetterKind]:
    return sorted(_kinds.values(), key=lambda one: one.code)
