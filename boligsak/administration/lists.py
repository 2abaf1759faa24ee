"""One page of a register: its columns, filters, order and search, at a hundred thousand rows.

Filters are coded and stand in the address. What is searched for is sent by POST, kept in the
session and shown at `?s=<random key>`: a name or a number never stands in an address. Hits are
counted to ten thousand and no further.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.text import capfirst

from boligsak.fields import PlainSelect
from boligsak.paging import Paging
from boligsak.show import MOST_HITS

MOST_KEPT = 20
KEPT = ("s", "lease")  # what is searched for, and the row of another register, stay on
_SESSION_KEY = "registers"

Text = str | Promise
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`cell` makes what parts/_table.html shows of a row: a text, or a dict with more about it.

    `order` are the fields its header sorts by, under the word `sort` in the address.
    """

    label: Text
    cell: Callable[[Any], Any]
    sort: str = ""
    order: tuple[str, ...] = ()
    align: str = ""
    header: bool = False

    def for_table(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "sort": self.sort,
            "align": self.align,
            "header": self.header,
        }


@dataclass(frozen=True, slots=True)
class Filter:
    """A coded choice: `choices(user)` are (word in the address, label), `pick` keeps the rows."""

    name: str
    label: Text
    every: Text
    choices: Callable[[Any], Sequence[tuple[str, Any]]]
    pick: Callable[[Rows, str], Rows]


def one_page(rows: Rows, query: Any) -> tuple[list[Any], dict[str, Any]]:
    """The rows of the page asked for, and what parts/_pager.html shows of the whole list."""
    paging = Paging.asked(query)
    found = list(rows[paging.offset : paging.offset + paging.limit])
    is_last = len(found) <= paging.size and (bool(found) or paging.offset == 0)
    hits = paging.offset + len(found) if is_last else count(rows)
    return found[: paging.size], paging.pager(len(found), hits)


def count(rows: Rows) -> int:
    """The hits, counted until there are more than anybody pages through."""
    return rows.order_by().values("pk")[: MOST_HITS + 1].count()


def filter_form(filters: Sequence[Filter], request: HttpRequest) -> forms.Form:
    """The filters as a form for parts/_filter.html. What else is asked for stays on."""
    form = forms.Form(request.GET, auto_id="filter-%s", use_required_attribute=False)
    for one in filters:
        form.fields[one.name] = forms.ChoiceField(
            label=one.label,
            required=False,
            widget=PlainSelect,
            choices=[("", one.every), *_capital(one.choices(request.user))],
        )
    for name in filter(request.GET.get, KEPT):
        form.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
    form.is_valid()
    return form


def _capital(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(word, capfirst(str(label))) for word, label in choices]


def picked(rows: Rows, filters: Sequence[Filter], form: forms.Form) -> tuple[Rows, bool]:
    """The rows the filters keep, and whether any is set. A word that does not exist keeps all."""
    is_set = False
    for one in filters:
        word = form.cleaned_data.get(one.name)
        if word:
            is_set = True
            rows = one.pick(rows, word)
    return rows, is_set


def order(columns: Sequence[Column], word: str) -> tuple[str, ...]:
    """The fields to sort by for a word in the address; none when it names no column."""
    name, is_down = word.removeprefix("-"), word.startswith("-")
    for column in columns:
        if column.sort and column.sort == name:
            return tuple(_turned(field) if is_down else field for field in column.order)
    return ()


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def keep_words(request: HttpRequest, words: str) -> str:
    """Keeps what was searched for in the session and returns its key."""
    kept = request.session.get(_SESSION_KEY, {})
    for key, known in kept.items():
        if known == words:
            return str(key)
    key = secrets.token_urlsafe(9)
    rest = list(kept.items())[-(MOST_KEPT - 1) :]
    request.session[_SESSION_KEY] = dict([*rest, (key, words)])
    return key


def kept_words(request: HttpRequest) -> str:
    """What is searched for on this page: empty when nothing is, or when it is forgotten."""
    key = request.GET.get("s", "")
    return str(request.session.get(_SESSION_KEY, {}).get(key, "")) if key else ""
