"""The dashboard's figures: how they are counted, and the sums one reader may see.

Names
- `flags.open`, `flags.unassigned`, `flags.new`, `flags.resolved`; `flags.<kind>.<level>`,
  `new.<kind>`: open flags, and those raised or resolved in the last night.
- `arrears.ore.<bucket>`, `arrears.leases.<bucket>`: open charges by days since the due day, and
  leases by their oldest one; buckets as in `BUCKETS`, `not_due` left out. `overdue.ore` and
  `overdue.leases`: what fell due before the day.
- `expiring.<yyyy-mm>`: running leases whose term ends that month, from this month on.
- `leases.running`, `leases.fixed` (fixed-term ones that have not run out), `leases.short` (those
  of them agreed for less than three years), `dwellings.vacant`.
A figure that would be 0 is missing. `count_all` says what they are by the tables alone; the night
keeps them by what has moved (`arrears.services.figures`), and the two must agree.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import connection

from arrears.models import AT_ONCE, Figure
from arrears.queries.flags import JOB
from arrears.queries.portfolio import BUCKETS
from boligsak.jobs.models import RunState
from boligsak.together import Question, Rows, answers

UNASSIGNED = "flags.unassigned"
MONTHS_AHEAD = 12

IS_OF_THE_NIGHT = "(name IN ('flags.new', 'flags.resolved') OR name LIKE 'new.%%')"
"""Which figures speak of the last night alone."""

OF_THE_NIGHT = """
    SELECT office_id, is_protected, name, count(*) AS value
    FROM arrears_flag AS flag
    CROSS JOIN LATERAL (
        SELECT office_id, is_protected FROM tenants_lease
        WHERE id = flag.lease_id OFFSET 0  -- one by one: they are few beside all leases
    ) AS lease
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY['flags.new', 'new.' || flag.kind]) AS name
        WHERE flag.resolved_on IS NULL AND flag.raised_on >= %(since)s
        UNION ALL
        SELECT 'flags.resolved' WHERE flag.resolved_on >= %(since)s
    ) AS what
    WHERE flag.changed_on >= %(since)s
    GROUP BY 1, 2, 3
"""
"""What the last night (of `since`) has raised and resolved, of the flags it has changed."""

Row = tuple[int, bool, str, int]


def figures_for(user: Any, office_id: int | None = None) -> dict[str, int]:
    """The figures of the user's offices, or of one of them, by name; a missing one is 0.

    Counts tell no address, so over every office the protected leases are counted in for all. For
    single offices they are there only for who is cleared: the office is part of the secret. What
    has become of flags since the night is in them at once.
    """
    (found,) = answers([sums(user, office_id)])
    return defaultdict(int, found)


_SUMS = Rows(
    """
    SELECT json_object_agg(name, value) FROM (
        SELECT name, sum(value)::bigint AS value FROM (
            SELECT office_id, is_protected, name, value FROM arrears_figure
            UNION ALL
            SELECT office_id, is_protected, name, value FROM arrears_figurestep
            WHERE "on" = %(at_once)s AND due_on IS NULL
        ) AS figure
        WHERE (%(of_offices)s::bigint[] IS NULL OR office_id = ANY(%(of_offices)s))
            AND (%(of_protected)s OR NOT is_protected)
        GROUP BY name
    ) AS summed
    """,
    columns=1,
)


def sums(user: Any, office_id: int | None = None) -> Question:
    """The same, (name, value) by (name, value), to be asked for with other things."""
    access = user.access
    single = access.office_ids
    if office_id is not None:
        single = {office_id} if access.covers(office_id) else set()
    asked = {
        "at_once": AT_ONCE,
        "of_offices": None if single is None else sorted(single),
        "of_protected": access.is_cleared or single is None,
    }
    return Question(_SUMS, asked, _named)


def _named(rows: list[Any]) -> list[tuple[str, int]]:
    ((figures,),) = rows
    return list(figures.items()) if figures else []


def counted_on() -> datetime.date | None:
    """The day of the night that `new` and `resolved` speak of; None before the first."""
    (((day,),),) = answers([last_night()])
    return day  # type: ignore[no-any-return]


_LAST_NIGHT = Rows(
    "SELECT max(day) FROM jobs_jobrun WHERE job = %(job)s AND state = %(done)s",
    columns=1,
    days=(0,),
)


def last_night() -> Question:
    """The same, one row of one day, to be asked for with other things."""
    return Question(_LAST_NIGHT, {"job": JOB, "done": RunState.DONE}, list)


def kept() -> list[Row]:
    """The counters as they stand: office, protected or not, name, value."""
    return list(Figure.objects.values_list("office_id", "is_protected", "name", "value"))


def count_all(day: datetime.date) -> Iterator[Row]:
    """Every figure as of `day`, counted from the tables."""
    for count in (_flags, _arrears, _leases, _vacant):
        yield from count(day)


def _flags(day: datetime.date) -> Iterator[Row]:
    for office, protected, kind, level, count, unassigned in _rows(
        """
        SELECT lease.office_id, lease.is_protected, flag.kind, flag.level, count(*),
            count(*) FILTER (WHERE flag.owner_id IS NULL)
        FROM arrears_flag AS flag CROSS JOIN LATERAL (
            SELECT office_id, is_protected FROM tenants_lease
            WHERE id = flag.lease_id OFFSET 0  -- one by one: they are few beside all leases
        ) AS lease
        WHERE flag.resolved_on IS NULL
        GROUP BY 1, 2, 3, 4
        """,
        {},
    ):
        yield office, protected, "flags.open", count
        yield office, protected, f"flags.{kind}.{level}", count
        yield office, protected, UNASSIGNED, unassigned
    yield from _rows(OF_THE_NIGHT, {"since": counted_on() or day})  # type: ignore[misc]


def _arrears(day: datetime.date) -> Iterator[Row]:
    sums: Counter[tuple[int, bool, str]] = Counter()
    for office, protected, oldest, leases, overdue_leases, overdue_ore, *buckets in _rows(
        """
        WITH owing AS (
            SELECT lease_id, min(due_on) AS oldest_on,
                sum(open_ore) FILTER (WHERE due_on < %(day)s) AS overdue_ore,
                sum(open_ore) FILTER (WHERE due_on >= %(day)s - 14) AS ore_1,
                sum(open_ore) FILTER (WHERE due_on < %(day)s - 14 AND due_on >= %(day)s - 30)
                    AS ore_2,
                sum(open_ore) FILTER (WHERE due_on < %(day)s - 30 AND due_on >= %(day)s - 60)
                    AS ore_3,
                sum(open_ore) FILTER (WHERE due_on < %(day)s - 60 AND due_on >= %(day)s - 90)
                    AS ore_4,
                sum(open_ore) FILTER (WHERE due_on < %(day)s - 90) AS ore_5
            FROM arrears_opencharge WHERE due_on <= %(day)s GROUP BY lease_id
        )
        SELECT lease.office_id, lease.is_protected,
            CASE WHEN oldest_on >= %(day)s - 14 THEN 1 WHEN oldest_on >= %(day)s - 30 THEN 2
                WHEN oldest_on >= %(day)s - 60 THEN 3 WHEN oldest_on >= %(day)s - 90 THEN 4
                ELSE 5 END AS bucket,
            count(*), count(overdue_ore), coalesce(sum(overdue_ore), 0)::bigint,
            coalesce(sum(ore_1), 0)::bigint, coalesce(sum(ore_2), 0)::bigint,
            coalesce(sum(ore_3), 0)::bigint, coalesce(sum(ore_4), 0)::bigint,
            coalesce(sum(ore_5), 0)::bigint
        FROM owing CROSS JOIN LATERAL (
            SELECT office_id, is_protected FROM tenants_lease
            WHERE id = owing.lease_id OFFSET 0  -- one by one: they are few beside all leases
        ) AS lease
        GROUP BY 1, 2, 3
        """,
        {"day": day},
    ):
        sums[office, protected, f"arrears.leases.{BUCKETS[oldest]}"] += leases
        sums[office, protected, "overdue.leases"] += overdue_leases
        sums[office, protected, "overdue.ore"] += overdue_ore
        for bucket, ore in zip(BUCKETS[1:], buckets, strict=True):
            sums[office, protected, f"arrears.ore.{bucket}"] += ore
    for (office, protected, name), value in sums.items():
        yield office, protected, name, value


def _leases(day: datetime.date) -> Iterator[Row]:
    """Running leases, all in one reading of the table: by the month their term ends."""
    first = day.replace(day=1)
    sums: Counter[tuple[int, bool, str]] = Counter()
    for office, protected, month, running, staying, fixed, short in _rows(
        """
        SELECT office_id, is_protected, date_trunc('month', ends_on::timestamp)::date, count(*),
            count(*) FILTER (WHERE moved_out_on IS NULL),
            count(*) FILTER (WHERE ends_on >= %(day)s),
            count(*) FILTER (WHERE ends_on >= %(day)s
                AND ends_on < greatest((starts_on + interval '3 years')::date - 1,
                    (starts_on - 1 + interval '3 years')::date))
        FROM tenants_lease
        WHERE starts_on <= %(day)s AND (moved_out_on IS NULL OR moved_out_on >= %(day)s)
        GROUP BY 1, 2, 3
        """,
        {"day": day},
    ):
        sums[office, protected, "leases.running"] += running
        sums[office, protected, "leases.fixed"] += fixed
        sums[office, protected, "leases.short"] += short
        if month is not None and first <= month:
            sums[office, protected, f"expiring.{month:%Y-%m}"] += staying
    for (office, protected, name), value in sums.items():
        yield office, protected, name, value


def _vacant(day: datetime.date) -> Iterator[Row]:
    for office, count in _rows(
        """
        SELECT office_id, count(*) FROM tenants_dwelling AS dwelling
        WHERE in_use_from <= %(day)s AND (in_use_to IS NULL OR in_use_to >= %(day)s)
            AND NOT EXISTS (
                SELECT FROM tenants_lease AS lease
                WHERE lease.dwelling_id = dwelling.id AND lease.starts_on <= %(day)s
                    AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= %(day)s))
        GROUP BY 1
        """,
        {"day": day},
    ):
        yield office, False, "dwellings.vacant", count


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
