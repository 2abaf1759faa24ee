"""Writing what has become of flags, many at a time, each with its line of history."""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from arrears.queries.flags import OpenFlag
from arrears.rules.facts import Past
from arrears.rules.flags import Verdict
from boligsak.arrays import array


class Raised(NamedTuple):
    lease_id: int
    verdict: Verdict
    policy_id: int


class Changed(NamedTuple):
    flag: OpenFlag
    verdict: Verdict
    policy_id: int


def lock_flags(flag_ids: Sequence[int]) -> None:
    """Locks flags in id order, as whoever assigns them does: neither may wait for the other."""
    if not flag_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM arrears_flag WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [array(flag_ids)]
        )


def write_raised(rows: Sequence[Raised], day: datetime.date) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH flag AS (
                INSERT INTO arrears_flag (lease_id, kind, level, anchor_on, facts, policy_id,
                    raised_on, changed_on, version)
                SELECT lease_id, kind, level, anchor_on, facts::jsonb, policy_id,
                    %(day)s, %(day)s, 1
                FROM unnest(%(leases)s::bigint[], %(kinds)s::text[], %(levels)s::smallint[],
                    %(anchors)s::date[], %(facts)s::text[], %(policies)s::bigint[])
                    AS raised (lease_id, kind, level, anchor_on, facts, policy_id)
                ORDER BY lease_id
                RETURNING id, level, anchor_on, facts, policy_id
            )
            INSERT INTO arrears_flagchange
                (flag_id, what, "on", to_level, anchor_on, facts, policy_id)
            SELECT id, 'raised', %(day)s, level, anchor_on, facts, policy_id FROM flag
            """,
            {
                "day": day,
                "leases": array(row.lease_id for row in rows),
                "kinds": array(row.verdict.kind.value for row in rows),
                **_columns([row.verdict for row in rows]),
                "policies": array(row.policy_id for row in rows),
            },
        )


def write_changed(rows: Sequence[Changed], day: datetime.date) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH changed AS (
                SELECT * FROM unnest(%(ids)s::bigint[], %(before)s::smallint[],
                    %(levels)s::smallint[], %(anchors)s::date[], %(facts)s::text[],
                    %(policies)s::bigint[])
                    AS changed (id, from_level, level, anchor_on, facts, policy_id)
            ), flag AS (
                UPDATE arrears_flag AS flag SET level = changed.level,
                    anchor_on = changed.anchor_on, facts = changed.facts::jsonb,
                    policy_id = changed.policy_id, changed_on = %(day)s,
                    version = flag.version + 1
                FROM changed WHERE flag.id = changed.id
            )
            INSERT INTO arrears_flagchange
                (flag_id, what, "on", from_level, to_level, anchor_on, facts, policy_id)
            SELECT id, 'level', %(day)s, from_level, level, anchor_on, facts::jsonb, policy_id
            FROM changed
            """,
            {
                "day": day,
                "ids": array(row.flag.id for row in rows),
                "before": array(row.flag.level for row in rows),
                **_columns([row.verdict for row in rows]),
                "policies": array(row.policy_id for row in rows),
            },
        )


def _columns(verdicts: Sequence[Verdict]) -> dict[str, str]:
    return {
        "levels": array(verdict.level for verdict in verdicts),
        "anchors": array(verdict.anchor_on for verdict in verdicts),
        "facts": array(json.dumps(verdict.facts) for verdict in verdicts),
    }


def write_resolved(flag_ids: Sequence[int], day: datetime.date) -> None:
    if not flag_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH flag AS (
                UPDATE arrears_flag AS flag SET resolved_on = %(day)s, changed_on = %(day)s,
                    version = version + 1
                WHERE id = ANY(%(ids)s) RETURNING id, level
            )
            INSERT INTO arrears_flagchange (flag_id, what, "on", from_level, facts)
            SELECT id, 'resolved', %(day)s, level, '{}' FROM flag
            """,
            {"day": day, "ids": array(flag_ids)},
        )


class Kept(NamedTuple):
    """What a look leaves in a lease's account."""

    lease_id: int
    has_flag: bool
    arrears_look_on: datetime.date | None
    expiry_look_on: datetime.date | None
    past: Past | None


def write_accounts(rows: Sequence[Kept]) -> None:
    if not rows:
        return
    ids, flags, arrears, expiry, pasts = zip(*rows, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE arrears_leaseaccount AS account SET has_flag = kept.has_flag,
                arrears_look_on = kept.arrears_look_on, expiry_look_on = kept.expiry_look_on,
                past_until = kept.past_until, past_had = kept.past_had,
                past_policy_id = kept.past_policy_id
            FROM unnest(%s::bigint[], %s::boolean[], %s::date[], %s::date[], %s::date[],
                    %s::boolean[], %s::bigint[])
                AS kept (lease_id, has_flag, arrears_look_on, expiry_look_on, past_until, past_had,
                    past_policy_id)
            WHERE account.lease_id = kept.lease_id
            """,
            [*map(array, (ids, flags, arrears, expiry)), *_past_columns(pasts)],
        )


def write_pasts(pasts: Mapping[int, Past]) -> None:
    if not pasts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE arrears_leaseaccount AS account SET past_until = kept.past_until,
                past_had = kept.past_had, past_policy_id = kept.past_policy_id
            FROM unnest(%s::bigint[], %s::date[], %s::boolean[], %s::bigint[])
                AS kept (lease_id, past_until, past_had, past_policy_id)
            WHERE account.lease_id = kept.lease_id
            """,
            [array(pasts), *_past_columns(pasts.values())],
        )


def _past_columns(pasts: Iterable[Past | None]) -> list[str]:
    columns = zip(*(past or (None, None, None) for past in pasts), strict=True)
    return [array(column) for column in columns]
