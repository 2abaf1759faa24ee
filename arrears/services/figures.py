"""The kept counters of the dashboard, by office and with the protected leases apart.

Counting a hundred thousand leases each time a page is opened would cost more than the page. So
the night counts, and what people do in between is added to the one counter it changes.
"""

import datetime
from typing import NamedTuple

from django.db import connection, transaction

from arrears.queries import figures as counting
from arrears.queries.figures import UNASSIGNED
from boligsak.jobs.services import Counts

__all__ = ["UNASSIGNED", "add_to_figure", "refresh_figures"]

_LOCK = 0x6669  # "fi": figures are counted by one at a time


class _Key(NamedTuple):
    office_id: int
    is_protected: bool
    name: str


@transaction.atomic
def refresh_figures(day: datetime.date) -> Counts:
    """Counts everything anew as of `day` and writes the counters that have changed."""
    _alone()
    found = {_Key(*row[:3]): row[3] for row in counting.count_all(day) if row[3]}
    kept = {_Key(*row[:3]): row[3] for row in counting.kept()}
    written = {key: value for key, value in found.items() if kept.get(key) != value}
    gone = kept.keys() - found.keys()
    with connection.cursor() as cursor:
        if written:
            cursor.execute(
                """
                INSERT INTO arrears_figure (office_id, is_protected, name, value)
                SELECT * FROM unnest(%s::bigint[], %s::boolean[], %s::text[], %s::bigint[])
                ON CONFLICT (office_id, is_protected, name)
                    DO UPDATE SET value = excluded.value, counted_at = now()
                """,
                [*_columns(list(written)), list(written.values())],
            )
        if gone:
            cursor.execute(
                """
                DELETE FROM arrears_figure AS figure
                USING unnest(%s::bigint[], %s::boolean[], %s::text[])
                    AS gone (office_id, is_protected, name)
                WHERE figure.office_id = gone.office_id AND figure.name = gone.name
                    AND figure.is_protected = gone.is_protected
                """,
                _columns(list(gone)),
            )
    return {"figures": len(found), "written": len(written), "gone": len(gone)}


@transaction.atomic
def add_to_figure(office_id: int, is_protected: bool, name: str, value: int) -> None:
    """Adds `value` (may be negative) to one counter."""
    _alone()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO arrears_figure AS figure (office_id, is_protected, name, value)
            VALUES (%s, %s, %s, %s)
            ON CONFLICT (office_id, is_protected, name)
                DO UPDATE SET value = figure.value + excluded.value, counted_at = now()
            """,
            [office_id, is_protected, name, value],
        )


def _columns(keys: list[_Key]) -> list[list[object]]:
    return [list(column) for column in zip(*keys, strict=True)]


def _alone() -> None:
    """What is counted must not change between the count and its writing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
