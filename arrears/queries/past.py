"""What leases' pasts say of their tenants: whether they owed before, and how they used to pay.

Asked of thousands at once, in the night when a grace ends and in a rebuild.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from arrears.models import Flag, FlagKind
from arrears.queries.portfolio import ledgers
from arrears.rules.ledger import RENT_KINDS
from arrears.rules.pattern import LOOK_BACK_MONTHS, Usual, usual, usual_of_plain
from arrears.rules.policy import ArrearsPolicy
from boligsak.dates import add_months

# The sum at a charge's due day holds what was paid until its grace was over: movements stand as
# many days earlier. Only what the rule can look at is read, in order, from the two indexes.
_EARLIER = """
SELECT wanted.lease_id, past.had, past.is_taken_over
FROM unnest(%s::bigint[], %s::date[], %s::integer[], %s::bigint[])
    AS wanted (lease_id, before, grace_days, min_ore)
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(kind IS NOT NULL AND owed_ore >= wanted.min_ore), false) AS had,
        coalesce(bool_or(kind = 'opening'), false) AS is_taken_over
    FROM (
        SELECT kind, sum(amount_ore) OVER (ORDER BY "on") AS owed_ore FROM (
            SELECT due_on AS "on", amount_ore, kind FROM arrears_ledgerline
            WHERE lease_id = wanted.lease_id AND due_on IS NOT NULL AND due_on < wanted.before
            UNION ALL
            SELECT effective_on - wanted.grace_days - 1, amount_ore, NULL FROM arrears_ledgerline
            WHERE lease_id = wanted.lease_id AND due_on IS NULL
                AND effective_on <= wanted.before + wanted.grace_days
        ) AS line
    ) AS summed
) AS past
"""


def earlier_arrears(
    leases: Mapping[int, tuple[datetime.date, ArrearsPolicy]],
) -> dict[int, bool | None]:
    """Whether each lease was in arrears before its oldest open charge (that one's due day given).

    A flag says so, or else the lease's whole ledger: what `arrears.rules.facts.had_arrears` says
    of it, said in sets, for thousands of leases ask it in the night when a grace ends.
    """
    flagged = set(
        Flag.objects.filter(
            lease_id__in=leases,
            kind__in=[FlagKind.ARREARS, FlagKind.FORMER_TENANT],
            resolved_on__isnull=False,
        ).values_list("lease_id", flat=True)
    )
    answers: dict[int, bool | None] = dict.fromkeys(flagged, True)
    asked = [lease_id for lease_id in leases if lease_id not in flagged]
    for lease_id, had, is_taken_over in _rows(
        _EARLIER,
        asked,
        [leases[lease_id][0] for lease_id in asked],
        [leases[lease_id][1].grace_days for lease_id in asked],
        [leases[lease_id][1].min_ore for lease_id in asked],
    ):
        # Nobody knows what is in a balance that was taken over.
        answers[lease_id] = True if had else None if is_taken_over else False
    return answers


# One row a lease, days as ordinals: what is read thirteen months of should not be thirteen months
# of rows. The year is said besides the day because the two indexes begin with it.
_LATELY = """
SELECT wanted.lease_id, charge.days, charge.ores, charge.rents,
    movement.days, movement.ores, movement.names
FROM unnest(%s::bigint[], %s::date[]) AS wanted (lease_id, since)
CROSS JOIN LATERAL (
    SELECT array_agg(due_on - DATE '0001-01-01' + 1) AS days, array_agg(amount_ore) AS ores,
        array_agg(kind = ANY(%s)) AS rents
    FROM (
        SELECT due_on, amount_ore, kind FROM arrears_ledgerline AS line
        WHERE line.lease_id = wanted.lease_id AND line.due_on IS NOT NULL
            AND EXTRACT(YEAR FROM line.due_on)::smallint
                >= EXTRACT(YEAR FROM wanted.since)::smallint
            AND line.due_on >= wanted.since
        ORDER BY due_on, kind, reference
    ) AS line
) AS charge
CROSS JOIN LATERAL (
    SELECT array_agg(effective_on - DATE '0001-01-01' + 1) AS days, array_agg(amount_ore) AS ores,
        coalesce(bool_or(names_id IS NOT NULL), false) AS names
    FROM arrears_ledgerline AS line
    WHERE line.lease_id = wanted.lease_id AND line.due_on IS NULL
        AND EXTRACT(YEAR FROM line.effective_on)::smallint
            >= EXTRACT(YEAR FROM wanted.since)::smallint
        AND line.effective_on >= wanted.since
) AS movement
"""


def usuals(
    leases: Mapping[int, tuple[datetime.date, ArrearsPolicy]], balances: Mapping[int, int]
) -> dict[int, Usual | None]:
    """How each tenant used to pay in the thirteen months before the oldest open charge.

    The window hangs on that charge's due day and not on today, so the usual changes only when the
    ledger does. A lease where a payment or a reduction names its charge is read line by line.
    """
    found: dict[int, Usual | None] = {}
    naming: dict[int, datetime.date] = {}
    since = {
        lease_id: add_months(oldest_due_on, -LOOK_BACK_MONTHS)
        for lease_id, (oldest_due_on, _) in leases.items()
    }
    rows = _rows(_LATELY, list(since), list(since.values()), [str(kind) for kind in RENT_KINDS])
    for lease_id, due, charged, rents, days, moved, names in rows:
        if names:
            naming[lease_id] = since[lease_id]
            continue
        opening_ore = balances[lease_id] - sum(charged or ()) - sum(moved or ())
        found[lease_id] = usual_of_plain(
            zip(due or (), charged or (), rents or (), strict=True),
            zip(days or (), moved or (), strict=True),
            opening_ore,
            leases[lease_id][1],
        )
    for lease_id, ledger in ledgers(naming).items() if naming else ():
        opening_ore = balances[lease_id] - sum(line.amount_ore for line in ledger.lines)
        found[lease_id] = usual(ledger.lines, opening_ore, leases[lease_id][1])
    return found


def _rows(statement: str, lease_ids: Collection[int], *more: Any) -> list[tuple[Any, ...]]:
    if not lease_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(lease_ids), *more])
        return list(cursor.fetchall())
