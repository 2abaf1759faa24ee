"""The kept counters of the dashboard, by office and with the protected leases apart.

Counting a hundred thousand leases costs more than all else a night does. So what each change makes
of the figures is written down with the change (`arrears.models.figures`), and the night adds up
what has come since the last one and what the passing of days brings. Once a week everything is
counted from nothing and compared; every night a part of it is.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import structlog
from django.db import connection, transaction

from arrears.models import FigureCount
from arrears.queries import figures as counting
from arrears.queries.figures import BY_NIGHT, GROUPS, UNASSIGNED, Row
from boligsak.jobs.services import Counts

__all__ = ["UNASSIGNED", "differing", "refresh_figures"]

log = structlog.get_logger(__name__)


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


@transaction.atomic
def refresh_figures(day: datetime.date, *, anew: bool = False) -> Counts:
    """Brings the counters up to `day`: what has moved, and what the days since have brought.

    Counts from nothing when told to, the first time, for a day before the last one, and when what
    was counted again to compare differs: a part every night, everything once a week. Returns how
    many were written and how many were wrong.
    """
    _alone()
    kept = FigureCount.objects.first()
    if anew or kept is None or day < kept.as_of:
        return _anew(day)
    counts = {"written": _add_up(day) + _of_the_night(day), "wrong": 0}
    is_weekly = day - kept.counted_for >= _ANEW_AFTER
    if wrong := differing(day, None if is_weekly else _part_of(day)):
        # What others have committed since it was added up is no fault: count with all held still.
        before = _kept()
        counts = _anew(day)
        after = _kept()
        wrong = {key for key in wrong if before.get(key, 0) != after.get(key, 0)}
        if wrong:
            log.error("figures_differ", figures=sorted(wrong)[:_SHOWN], count=len(wrong))
        return {**counts, "wrong": len(wrong)}
    FigureCount.objects.update(as_of=day, **({"counted_for": day} if is_weekly else {}))
    return counts


def _anew(day: datetime.date) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute("SELECT arrears_figures_anew()")
    written = _add_up(day) + _of_the_night(day)
    FigureCount.objects.update_or_create(pk=1, defaults={"as_of": day, "counted_for": day})
    return {"written": written, "wrong": 0}


def _add_up(day: datetime.date) -> int:
    facts: dict[str, Any] = {"day": day, "month": f"expiring.{day:%Y-%m}"}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, facts)
        written = cursor.rowcount
        cursor.execute(_CLEAR, facts)
        return int(written)


def _of_the_night(day: datetime.date) -> int:
    """Writes the figures that tell of the last night alone: they start over with each."""
    found = _by_key(counting.of_the_night(counting.counted_on() or day))
    kept = {key: value for key, value in _kept().items() if key.name.startswith(BY_NIGHT)}
    changed = [key for key in found.keys() | kept.keys() if found.get(key) != kept.get(key)]
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                MERGE INTO arrears_figure AS figure
                USING unnest(%s::bigint[], %s::boolean[], %s::text[], %s::bigint[])
                    AS found (office_id, is_protected, name, value)
                ON figure.office_id = found.office_id AND figure.name = found.name
                    AND figure.is_protected = found.is_protected
                WHEN MATCHED AND found.value = 0 THEN DELETE
                WHEN MATCHED THEN UPDATE SET value = found.value, counted_at = now()
                WHEN NOT MATCHED THEN INSERT (office_id, is_protected, name, value)
                    VALUES (found.office_id, found.is_protected, found.name, found.value)
                """,
                [
                    *(list(column) for column in zip(*changed, strict=True)),
                    [found.get(key, 0) for key in changed],
                ],
            )
    return len(changed)


def _part_of(day: datetime.date) -> tuple[str, int] | None:
    """The group of figures and the office that are counted again on this day, in turn."""
    offices = sorted({key.office_id for key in _kept()})
    if not offices:
        return None
    turn, office = divmod(day.toordinal(), len(offices))
    return GROUPS[turn % len(GROUPS)], offices[office]


def differing(day: datetime.date, part: tuple[str, int] | None = None) -> set[_Key]:
    """The figures that are not what counting all the tables says: all, or a group of one office."""
    group, office_id = part or (None, None)
    found = _by_key(counting.count_all(day, group, office_id))
    kept = {
        key: value
        for key, value in _kept().items()
        if group in (None, counting.group_of(key.name)) and office_id in (None, key.office_id)
    }
    return {key for key in found.keys() | kept.keys() if found.get(key, 0) != kept.get(key, 0)}


def _kept() -> dict[_Key, int]:
    return _by_key(counting.kept())


def _by_key(rows: Iterable[Row]) -> Counter[_Key]:
    found: Counter[_Key] = Counter()
    for office_id, is_protected, name, value in rows:
        if value:
            found[_Key(office_id, is_protected, name)] += value
    return found


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
