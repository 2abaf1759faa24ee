"""Who can be given work, and the offices a reader may choose between."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from boligsak.accounts.grants import CASEWORKER, COORDINATOR
from boligsak.together import Question, Rows, answers

WORKERS: Sequence[str] = (CASEWORKER, COORDINATOR)


class Caseworker(NamedTuple):
    """Somebody flags can be given to, and one line that says who it is."""

    id: int
    name: str
    offices: str


_OFFICES = Rows(
    """
    SELECT id, name FROM accounts_office
    WHERE %(of_offices)s::bigint[] IS NULL OR id = ANY(%(of_offices)s) ORDER BY name
    """,
    columns=2,
)


def offices(user: Any) -> list[tuple[int, str]]:
    """(id, name) of the offices this user works for, by name."""
    (found,) = answers([offices_of(user)])
    return found


def offices_of(user: Any) -> Question:
    """The same, to be asked for with other things."""
    return Question(_OFFICES, {"of_offices": _or_all(user.access.office_ids)}, list)


def _or_all(office_ids: frozenset[int] | None) -> list[int] | None:
    return None if office_ids is None else sorted(office_ids)


_CASEWORKERS = Rows(
    """
    SELECT worker.id, worker.first_name, worker.last_name, worker.username,
        string_agg(DISTINCT office.name, ', ' ORDER BY office.name)
    FROM accounts_roleassignment AS held
    JOIN accounts_user AS worker ON worker.id = held.user_id AND worker.is_active
    LEFT JOIN accounts_office AS office ON office.id = held.office_id
    WHERE held.role = ANY(%(roles)s) AND held.valid_from <= %(day)s
        AND (held.valid_to IS NULL OR held.valid_to >= %(day)s)
        AND (%(of_offices)s::bigint[] IS NULL OR held.office_id IS NULL
            OR held.office_id = ANY(%(of_offices)s))
    GROUP BY worker.id
    ORDER BY worker.first_name, worker.last_name, worker.id
    """,
    columns=5,
)


def caseworkers(user: Any, day: datetime.date) -> list[Caseworker]:
    """Who holds a role as caseworker or coordinator on `day` at an office this user works for."""
    (found,) = answers([caseworkers_of(user, day)])
    return found


def caseworkers_of(user: Any, day: datetime.date) -> Question:
    """The same, to be asked for with other things."""
    offices = _or_all(user.access.office_ids)
    asked = {"roles": list(WORKERS), "day": day, "of_offices": offices}
    return Question(_CASEWORKERS, asked, _workers)


def _workers(rows: list[Any]) -> list[Caseworker]:
    return [
        Caseworker(pk, f"{given} {family}".strip() or username, places or "")
        for pk, given, family, username, places in rows
    ]
