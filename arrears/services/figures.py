"""The kept counters of the dashboard, by office and with the protected leases apart.

Counting a hundred thousand leases costs more than all else a night does. So what each change makes
of the figures is written down with the change (`arrears.models.figures`), and the night adds up
what has come since the last one and what the passing of days brings. Once a week everything is
counted from nothing and compared.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import structlog
from django.db import connection, transaction

from arrears.queries import figures as counting
from arrears.queries.figures import IS_OF_THE_NIGHT, OF_THE_NIGHT, UNASSIGNED, Row
from boligsak.jobs.services import Counts

__all__ = ["UNASSIGNED", "differing", "refresh_figures"]

log = structlog.get_logger(__name__)


class _Stand(NamedTuple):
    """As of which day the figures stand, and of which day they were last counted."""

    as_of: datetime.date
    counted_for: datetime.date


class _Key(NamedTuple):
    office_id: int
    is_protected: bool
    name: str


_LOCK = 0x6669  # "fi": figures are counted by one at a time
_ANEW_AFTER = datetime.timedelta(days=7)
_SHOWN = 20

# Which figures a debt is in, from how many days after its due day; and out again from when.
_AGES = """
    (VALUES
        ('due.ore', 'overdue.ore', 1, NULL),
        ('due.ore', 'arrears.ore.0_14', 0, 15), ('due.ore', 'arrears.ore.15_30', 15, 31),
        ('due.ore', 'arrears.ore.31_60', 31, 61), ('due.ore', 'arrears.ore.61_90', 61, 91),
        ('due.ore', 'arrears.ore.91', 91, NULL),
        ('due.leases', 'overdue.leases', 1, NULL),
        ('due.leases', 'arrears.leases.0_14', 0, 15),
        ('due.leases', 'arrears.leases.15_30', 15, 31),
        ('due.leases', 'arrears.leases.31_60', 31, 61),
        ('due.leases', 'arrears.leases.61_90', 61, 91),
        ('due.leases', 'arrears.leases.91', 91, NULL)
    ) AS age (series, name, days, until)
"""

# All in one statement: a reader sees a change either waiting or in its figure, never both.
_ADD_UP = f"""
WITH taken AS (
    DELETE FROM arrears_figurestep WHERE "on" <= %(day)s
    RETURNING office_id, is_protected, name, due_on, value
), summed AS (
    SELECT office_id, is_protected, name, due_on, sum(value)::bigint AS value
    FROM taken GROUP BY 1, 2, 3, 4 HAVING sum(value) <> 0
), spread AS (
    SELECT office_id, is_protected, name, %(day)s::date AS "on", value
    FROM summed WHERE due_on IS NULL
    UNION ALL
    SELECT office_id, is_protected, age.name, due_on + age.days, value
    FROM summed JOIN {_AGES} ON age.series = summed.name WHERE due_on IS NOT NULL
    UNION ALL
    SELECT office_id, is_protected, age.name, due_on + age.until, -value
    FROM summed JOIN {_AGES} ON age.series = summed.name
    WHERE due_on IS NOT NULL AND age.until IS NOT NULL
), later AS (
    INSERT INTO arrears_figurestep (office_id, is_protected, name, "on", value)
    SELECT office_id, is_protected, name, "on", sum(value)::bigint
    FROM spread WHERE "on" > %(day)s GROUP BY 1, 2, 3, 4 HAVING sum(value) <> 0
)
INSERT INTO arrears_figure AS figure (office_id, is_protected, name, value)
SELECT office_id, is_protected, name, sum(value)::bigint
FROM spread
WHERE "on" <= %(day)s AND NOT (name LIKE 'expiring.%%' AND name < %(month)s)
GROUP BY 1, 2, 3 HAVING sum(value) <> 0
ON CONFLICT (office_id, is_protected, name)
    DO UPDATE SET value = figure.value + excluded.value, counted_at = now()
"""

# A figure that would be 0 is missing, and so is a month that is over.
_CLEAR = """
DELETE FROM arrears_figure
WHERE value = 0 OR (name LIKE 'expiring.%%' AND name < %(month)s)
"""

# They start over with each night.
_TELL_OF_THE_NIGHT = f"""
WITH found AS ({OF_THE_NIGHT}), gone AS (
    DELETE FROM arrears_figure AS figure
    WHERE {IS_OF_THE_NIGHT} AND NOT EXISTS (
        SELECT FROM found WHERE found.office_id = figure.office_id
            AND found.is_protected = figure.is_protected AND found.name = figure.name)
    RETURNING 1
), written AS (
    INSERT INTO arrears_figure AS figure (office_id, is_protected, name, value)
    SELECT office_id, is_protected, name, value FROM found
    ON CONFLICT (office_id, is_protected, name)
        DO UPDATE SET value = excluded.value, counted_at = now()
        WHERE figure.value <> excluded.value
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM written)
"""


@transaction.atomic
def refresh_figures(day: datetime.date, *, anew: bool = False) -> Counts:
    """Brings the counters up to `day`: what has moved, and what the days since have brought.

    Counts from nothing when told to, the first time, for a day before the last one, and when the
    comparison that is made once a week finds a difference. Returns how many were written and how
    many were wrong.
    """
    _alone()
    stand = _stand()
    if anew or stand is None or day < stand.as_of:
        return _anew(day)
    counts = {"written": _add_up(day) + _tell_of_the_night(day), "wrong": 0}
    if day - stand.counted_for < _ANEW_AFTER:
        _stand_at(day, stand.counted_for)
        return counts
    if wrong := differing(day):
        # What others have committed since it was added up is no fault: count with all held still.
        before = _kept()
        counts = _anew(day)
        after = _kept()
        wrong = {key for key in wrong if before.get(key, 0) != after.get(key, 0)}
        if wrong:
            log.error("figures_differ", figures=sorted(wrong)[:_SHOWN], count=len(wrong))
        return {**counts, "wrong": len(wrong)}
    _stand_at(day, day)
    return counts


def _anew(day: datetime.date) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute("SELECT arrears_figures_anew()")
    written = _add_up(day) + _tell_of_the_night(day)
    _stand_at(day, day)
    return {"written": written, "wrong": 0}


def _add_up(day: datetime.date) -> int:
    facts: dict[str, Any] = {"day": day, "month": f"expiring.{day:%Y-%m}"}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, facts)
        written = cursor.rowcount
        cursor.execute(_CLEAR, facts)
        return int(written)


def _tell_of_the_night(day: datetime.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TELL_OF_THE_NIGHT, {"since": counting.counted_on() or day})
        return int(cursor.fetchone()[0])


def differing(day: datetime.date) -> set[_Key]:
    """The figures that are not what counting all the tables says."""
    found, kept = _by_key(counting.count_all(day)), _kept()
    return {key for key in found.keys() | kept.keys() if found.get(key, 0) != kept.get(key, 0)}


def _kept() -> dict[_Key, int]:
    return _by_key(counting.kept())


def _by_key(rows: Iterable[Row]) -> Counter[_Key]:
    found: Counter[_Key] = Counter()
    for office_id, is_protected, name, value in rows:
        if value:
            found[_Key(office_id, is_protected, name)] += value
    return found


def _stand() -> _Stand | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT as_of, counted_for FROM arrears_figurecount")
        row = cursor.fetchone()
        return None if row is None else _Stand(*row)


def _stand_at(as_of: datetime.date, counted_for: datetime.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO arrears_figurecount (id, as_of, counted_for) VALUES (1, %s, %s)
            ON CONFLICT (id) DO UPDATE
                SET as_of = excluded.as_of, counted_for = excluded.counted_for
            """,
            [as_of, counted_for],
        )


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
