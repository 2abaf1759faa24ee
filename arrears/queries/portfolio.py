"""The money of any lease on any day, and of the whole portfolio.

For one lease, or some, the ledger is read and `arrears.rules.ledger` says what it means. For all
of them the same is said in sets.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from arrears.models import LedgerLine
from arrears.rules.ledger import (
    Ageing,
    Charge,
    ChargeKey,
    ChargeKind,
    Dispute,
    Line,
    Movement,
    MovementKind,
    State,
    state_on,
)

_CHARGES = {str(kind): kind for kind in ChargeKind}
_LONG_AGO = datetime.date.min
_MOVEMENTS = {str(kind): kind for kind in MovementKind}


@dataclass(slots=True)
class Ledger:
    """One lease's lines and disputes as the rules know them."""

    lines: list[Line] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)


def ledgers(leases: Collection[int] | Mapping[int, datetime.date]) -> dict[int, Ledger]:
    """The ledger of each lease; with a mapping, only the charges that fall due and the movements
    that count from the day given, or later."""
    found = {lease_id: Ledger() for lease_id in leases}
    since = leases.values() if isinstance(leases, Mapping) else [_LONG_AGO] * len(found)
    with connection.cursor() as cursor:
        # Lease by lease through the two indexes that hold all there is to know, whatever the
        # planner believes about a new table. A movement's reference means nothing to the rules.
        cursor.execute(
            """
            SELECT wanted.lease_id, kind, amount_ore, effective_on, due_on, reference, names_id
            FROM unnest(%s::bigint[], %s::date[]) AS wanted (lease_id, since)
            CROSS JOIN LATERAL (
                SELECT kind, amount_ore, effective_on, due_on, reference, NULL::bigint AS names_id
                FROM arrears_ledgerline AS line
                WHERE line.lease_id = wanted.lease_id AND line.due_on IS NOT NULL
                    AND EXTRACT(YEAR FROM line.due_on)::smallint
                        >= EXTRACT(YEAR FROM wanted.since)::smallint
                    AND line.due_on >= wanted.since
                UNION ALL
                SELECT kind, amount_ore, effective_on, NULL::date, NULL::text, names_id
                FROM arrears_ledgerline AS line
                WHERE line.lease_id = wanted.lease_id AND line.due_on IS NULL
                    AND EXTRACT(YEAR FROM line.effective_on)::smallint
                        >= EXTRACT(YEAR FROM wanted.since)::smallint
                    AND line.effective_on >= wanted.since
                OFFSET 0
            ) AS line
            """,
            [list(found), list(since)],
        )
        rows = cursor.fetchall()
        named = _charge_keys({row[6] for row in rows if row[6] is not None})
        for lease_id, kind, amount, effective_on, due_on, reference, names_id in rows:
            found[lease_id].lines.append(
                Movement(_MOVEMENTS[kind], amount, effective_on, named.get(names_id))
                if due_on is None
                else Charge(ChargeKey(due_on, _CHARGES[kind], reference), amount, effective_on)
            )
        cursor.execute(
            """
            SELECT line.lease_id, line.due_on, line.kind, line.reference, dispute.deposited_ore,
                dispute.opened_on, dispute.closed_on
            FROM arrears_chargedispute AS dispute
            JOIN arrears_ledgerline AS line ON line.id = dispute.line_id
            WHERE line.lease_id = ANY(%s)
            """,
            [list(found)],
        )
        for lease_id, due_on, kind, reference, *dispute in cursor.fetchall():
            key = ChargeKey(due_on, _CHARGES[kind], reference)
            found[lease_id].disputes.append(Dispute(key, *dispute))
    return found


def _charge_keys(line_ids: Collection[int]) -> dict[int, ChargeKey]:
    if not line_ids:
        return {}
    rows = LedgerLine.objects.filter(pk__in=line_ids, due_on__isnull=False)
    return {
        line_id: ChargeKey(due_on, _CHARGES[kind], reference)
        for line_id, due_on, kind, reference in rows.values_list(
            "id", "due_on", "kind", "reference"
        )
    }


def state_of(lease_id: int, day: datetime.date) -> State:
    """Balance, open charges, oldest unpaid due day, months owed and ageing of a lease on a day.

    Any day: a past one is reckoned from the lines effective and the disputes open then, with the
    rent of that day; a coming one from those entered for it already.
    """
    ledger = ledgers([lease_id])[lease_id]
    return state_on(ledger.lines, ledger.disputes, day, monthly_rents([lease_id], day)[lease_id])


def monthly_rents(lease_ids: Collection[int], day: datetime.date) -> dict[int, int]:
    """What one full month costs on `day`, rent and § 3-4 charges together; 0 without a rent."""
    rents = dict.fromkeys(lease_ids, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lease_id, sum(amount_ore)::bigint FROM (
                SELECT DISTINCT ON (lease_id, kind) lease_id, kind, amount_ore
                FROM tenants_rentterm
                WHERE lease_id = ANY(%s) AND valid_from <= %s
                ORDER BY lease_id, kind, valid_from DESC
            ) AS term GROUP BY lease_id
            """,
            [list(lease_ids), day],
        )
        rents.update(cursor.fetchall())
    return rents


def balance_curve(lease_id: int) -> list[tuple[datetime.date, int]]:
    """The balance at the end of each day on which it changed, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT effective_on, (sum(sum(amount_ore)) OVER (ORDER BY effective_on))::bigint
            FROM arrears_ledgerline WHERE lease_id = %s GROUP BY effective_on ORDER BY effective_on
            """,
            [lease_id],
        )
        return list(cursor.fetchall())


BUCKETS = ("not_due", "0_14", "15_30", "31_60", "61_90", "91")

_BUCKET = """CASE WHEN due_on > %(day)s THEN 0 WHEN due_on >= %(day)s - 14 THEN 1
    WHEN due_on >= %(day)s - 30 THEN 2 WHEN due_on >= %(day)s - 60 THEN 3
    WHEN due_on >= %(day)s - 90 THEN 4 ELSE 5 END"""

# The charges and what is owed of them on a day, as in `arrears.services.settle`, for that day.
_OPEN_ON = """
WITH line AS MATERIALIZED (
    SELECT id, lease_id, due_on, kind, reference, amount_ore, names_id
    FROM arrears_ledgerline WHERE effective_on <= %(day)s
), named AS (
    SELECT names_id AS line_id, sum(amount_ore) AS ore FROM line
    WHERE names_id IS NOT NULL GROUP BY names_id
), deposit AS (
    SELECT line_id, sum(deposited_ore) AS ore FROM arrears_chargedispute
    WHERE opened_on <= %(day)s AND (closed_on IS NULL OR closed_on > %(day)s) GROUP BY line_id
), charge AS (
    SELECT line.lease_id, line.due_on, line.kind, line.reference,
        greatest(line.amount_ore + coalesce(named.ore, 0), 0) AS rest_ore,
        coalesce(deposit.ore, 0) AS deposit_ore
    FROM line
    LEFT JOIN named ON named.line_id = line.id
    LEFT JOIN deposit ON deposit.line_id = line.id
    WHERE line.due_on IS NOT NULL
), owed AS (
    SELECT lease_id, sum(ore) AS ore FROM (
        SELECT lease_id, amount_ore AS ore FROM line
        UNION ALL
        SELECT lease_id, -least(rest_ore, deposit_ore) FROM charge WHERE deposit_ore > 0
    ) AS part GROUP BY lease_id
), ranked AS (
    SELECT charge.lease_id, due_on, owed.ore AS owed,
        rest_ore - least(rest_ore, deposit_ore) AS ore,
        coalesce(sum(rest_ore - least(rest_ore, deposit_ore)) OVER (
            PARTITION BY charge.lease_id ORDER BY due_on DESC, kind DESC, reference DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS newer
    FROM charge JOIN owed ON owed.lease_id = charge.lease_id AND owed.ore > 0
), open AS (
    SELECT lease_id, due_on, least(ore, greatest(owed - newer, 0)) AS ore FROM ranked
)
"""


def ageing_on(day: datetime.date) -> dict[int, Ageing]:
    """The portfolio's open amounts by age on any day, by office; reads the whole ledger.

    Today's figures are kept (`arrears.queries.figures`); this is for a day in the past.
    """
    sums: dict[int, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            {_OPEN_ON}
            SELECT lease.office_id, {_BUCKET} AS bucket, sum(open.ore)::bigint
            FROM open JOIN tenants_lease AS lease ON lease.id = open.lease_id
            WHERE open.ore > 0 GROUP BY 1, 2
            """,  # noqa: S608 - our own constants
            {"day": day},
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    for office_id, bucket, ore in rows:
        sums.setdefault(office_id, [0] * len(BUCKETS))[bucket] = ore
    return {office_id: Ageing(*ore) for office_id, ore in sums.items()}
