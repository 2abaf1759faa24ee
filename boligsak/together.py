"""Rows of many small tables in one question.

A page about one thing shows what a dozen tables hold of it, most of them a row or none. Asked one
by one, building each question and going to the database with it costs many times its answer. Here
they are asked side by side and come back as the models they are.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, models

from boligsak import prepared

Names = tuple[str, ...]


class Part(NamedTuple):
    """Rows of one model, with these fields of them. Any other field is one more query.

    `where` and `order` are SQL that calls the row "row"; parameters stand in them by name, and the
    parts share them. `related`: foreign keys whose rows come along, with these fields of theirs.
    Who may see the rows is part of `where`.
    """

    model: type[models.Model]
    fields: Names
    where: str
    order: str = "row.id"
    related: tuple[tuple[str, Names], ...] = ()


class Rows(NamedTuple):
    """Rows of a statement of one's own, as tuples of its columns, in its order.

    `columns`: how many there are; `days`: the places of those that are days, counted from 0.
    Numbers with decimals and points of time would have to be given as words.
    """

    statement: str
    columns: int
    days: tuple[int, ...] = ()


def rows_of(
    parts: Mapping[str, Part | Rows], parameters: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """The rows of each part, under its name. One query; none where there are no parts."""
    if not parts:
        return {}
    statement, shapes = _question(tuple(parts.values()))
    (answers,) = prepared.ask(statement, parameters)
    return {
        name: [shape.row(values) for values in answer or ()]
        for name, shape, answer in zip(parts, shapes, answers, strict=True)
    }


class Question(NamedTuple):
    """A part with its own parameters, and what is made of its rows: so that whoever knows a table
    says what is asked of it, and whoever shows several asks them at once."""

    part: Part | Rows
    parameters: Mapping[str, Any]
    read: Callable[[list[Any]], list[Any]]


def answers(questions: Sequence[Question]) -> list[list[Any]]:
    """What each of these answers, in their order. One query.

    Parameters of one name are one; raises ValueError where two mean different things by it.
    """
    parts = {str(place): question.part for place, question in enumerate(questions)}
    parameters: dict[str, Any] = {}
    for question in questions:
        for name, value in question.parameters.items():
            if parameters.setdefault(name, value) != value:
                raise ValueError(name)
    found = rows_of(parts, parameters)
    return [question.read(found[str(place)]) for place, question in enumerate(questions)]


def answered(questions: Mapping[str, Question]) -> dict[str, list[Any]]:
    """The same of questions that go by names."""
    return dict(zip(questions, answers(list(questions.values())), strict=True))


# --- The question ---------------------------------------------------------------------------------


class _Shape(NamedTuple):
    """A row in an answer: a list of values, the row's own first. `reads`: the places of those that
    JSON does not know, and how they are read. `related`: each with the name it goes by, the place
    its own values begin at, and its shape."""

    model: type[models.Model]
    attributes: Names
    reads: tuple[tuple[int, Callable[[Any], Any]], ...]
    related: tuple[tuple[str, int, "_Shape"], ...] = ()

    def row(self, values: list[Any]) -> models.Model:
        return _row(self, values)


class _Tuple(NamedTuple):
    """The same of a row that is a tuple."""

    days: tuple[int, ...]

    def row(self, values: list[Any]) -> tuple[Any, ...]:
        for place in self.days:
            if values[place] is not None:
                values[place] = datetime.date.fromisoformat(values[place])
        return tuple(values)


@lru_cache(maxsize=256)
def _question(parts: tuple[Part | Rows, ...]) -> tuple[str, tuple[_Shape | _Tuple, ...]]:
    asked = [_asked(part) if isinstance(part, Part) else _told(part) for part in parts]
    statement = "SELECT " + ",\n".join(words for words, _shape in asked)
    return statement, tuple(shape for _words, shape in asked)


def _told(rows: Rows) -> tuple[str, _Tuple]:
    names = ", ".join(f"c{place}" for place in range(rows.columns))
    words = (  # the statement is one of the house's own, and the values stand in it by name
        f"(SELECT json_agg(json_build_array({names}))"  # noqa: S608
        f" FROM ({rows.statement}) AS told ({names}))"
    )
    return words, _Tuple(rows.days)


def _asked(part: Part) -> tuple[str, _Shape]:
    values, shape = _columns(part.model, part.fields, "row")
    joins, related = [], []
    for name, fields in part.related:
        field: Any = part.model._meta.get_field(name)
        target = field.related_model
        others, its = _columns(target, fields, name)
        related.append((name, len(values), its))
        values += others
        joins.append(
            f'LEFT JOIN "{target._meta.db_table}" AS "{name}"'
            f' ON "{name}"."{target._meta.pk.column}" = "row"."{field.column}"'
        )
    words = (  # every name is a model's own, and the values stand in it by name
        f"(SELECT json_agg(json_build_array({', '.join(values)}) ORDER BY {part.order})"  # noqa: S608
        f' FROM "{part.model._meta.db_table}" AS "row" {" ".join(joins)} WHERE {part.where})'
    )
    return words, shape._replace(related=tuple(related))


def _columns(model: type[models.Model], names: Names, alias: str) -> tuple[list[str], _Shape]:
    """The columns of these fields and the key, in the order in which a model takes them."""
    wanted = {model._meta.get_field(name) for name in names} | {model._meta.pk}
    fields = [field for field in model._meta.concrete_fields if field in wanted]
    columns, reads = [], []
    for place, field in enumerate(fields):
        column = f'"{alias}"."{field.column}"'
        kind, read = next(
            ((cast, how) for known, cast, how in _READ if isinstance(field, known)), ("", None)
        )
        columns.append(column + kind)
        if read is not None:
            reads.append((place, read))
    return columns, _Shape(model, tuple(field.attname for field in fields), tuple(reads))


# A number with decimals would lose some on its way through JSON: it goes as words.
_READ: tuple[tuple[type[Any], str, Callable[[Any], Any]], ...] = (
    (models.DateTimeField, "", datetime.datetime.fromisoformat),
    (models.DateField, "", datetime.date.fromisoformat),
    (models.DecimalField, "::text", Decimal),
)


# --- The answer -----------------------------------------------------------------------------------


def _row(shape: _Shape, values: list[Any]) -> models.Model:
    row = _made(shape, values)
    for name, place, its in shape.related:
        theirs = values[place : place + len(its.attributes)]
        # A key is never null but where there is no such row.
        is_there = theirs[its.attributes.index(its.model._meta.pk.attname)] is not None
        setattr(row, name, _made(its, theirs) if is_there else None)
    return row


def _made(shape: _Shape, values: list[Any]) -> models.Model:
    own = values[: len(shape.attributes)]
    for place, read in shape.reads:
        if own[place] is not None:
            own[place] = read(own[place])
    return shape.model.from_db(connection.alias, shape.attributes, own)
