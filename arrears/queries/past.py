"""What leases' pasts say of their tenants: whether they owed before, and how they used to pay.

Asked of thousands at once, in the night when a grace ends and in a rebuild.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import connection

from arrears.queries.portfolio import ledgers
from arrears.rules.facts import Past, known_of_past
from arrears.rules.ledger import RENT_KINDS
from arrears.rules.pattern import LOOK_BACK_MONTHS, Usual, usual, usual_of_plain
from arrears.rules.policy import ArrearsPolicy
from boligsak.arrays import array
from boligsak.dates import add_months
from boligsak.rates.queries import DatedPolicy


class AskedPast(NamedTuple):
    """A lease of which it is asked whether it was in arrears before `before`, by which measure, and
    what was read of its past so far."""

    before: datetime.date
    policy: DatedPolicy
    balance_ore: int
    past: Past | None


_BEFORE_ALL = datetime.date.min

# What was owed at a charge's due day is the balance less all that came later: so no more is read
# than what came since the past was read last. What was paid until the charge's grace was over
# counts: movements stand as many days earlier. All is read, in order, from two indexes.
_EARLIER = """
SELECT wanted.lease_id, past.had, past.is_taken_over
FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::integer[], %s::bigint[])
    AS wanted (lease_id, since, before, grace_days, most_later_ore)
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(coalesce(later_ore, 0) <= wanted.most_later_ore), false) AS had,
        coalesce(bool_or(kind = 'opening'), false) AS is_taken_over
    FROM (
        SELECT kind, "on", sum(amount_ore) OVER (
            ORDER BY "on" DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS later_ore
        FROM (
            SELECT due_on AS "on", amount_ore, kind FROM arrears_ledgerline AS line
            WHERE line.lease_id = wanted.lease_id AND line.due_on IS NOT NULL
                AND EXTRACT(YEAR FROM due_on)::smallint >= EXTRACT(YEAR FROM since)::smallint
                AND line.due_on >= wanted.since
            UNION ALL
            SELECT effective_on - wanted.grace_days - 1, amount_ore, NULL
            FROM arrears_ledgerline AS line
            WHERE line.lease_id = wanted.lease_id AND line.due_on IS NULL
                AND EXTRACT(YEAR FROM effective_on)::smallint >= EXTRACT(YEAR FROM since)::smallint
                AND line.effective_on >= wanted.since
        ) AS line
    ) AS summed
    WHERE kind IS NOT NULL AND "on" < wanted.before
) AS past
"""


def earlier_arrears(
    leases: Mapping[int, AskedPast],
) -> tuple[dict[int, bool | None], dict[int, Past]]:
    """Whether each lease was in arrears before its oldest open charge (that one's due day given),
    and what had to be read for it, which is worth keeping.

    A flag says so, or what was read before, or else the lease's ledger: see `read_pasts`.
    """
    flagged = {
        lease_id
        for (lease_id,) in _rows(
            "SELECT lease_id FROM arrears_flag WHERE lease_id = ANY(%s)"
            " AND kind IN ('arrears', 'former_tenant') AND resolved_on IS NOT NULL",
            leases,
        )
    }
    answers: dict[int, bool | None] = dict.fromkeys(flagged, True)
    asked: dict[int, AskedPast] = {}
    for lease_id, wanted in leases.items():
        if lease_id in flagged:
            continue
        known = known_of_past(wanted.past, wanted.policy.id, wanted.before)
        if known is not None and known.until == wanted.before:
            answers[lease_id] = known.had
        else:
            asked[lease_id] = wanted._replace(past=known)
    read = read_pasts(asked)
    answers.update((lease_id, past.had) for lease_id, past in read.items())
    return answers, read


def read_pasts(leases: Mapping[int, AskedPast]) -> dict[int, Past]:
    """The pasts of these leases from their ledgers: what `arrears.rules.facts.had_arrears` says,
    said in sets, for thousands of leases ask it in the night when a grace ends.

    Each with the balance that all its lines make, and what `known_of_past` leaves of its past: from
    there on the lines are read.
    """
    found: dict[int, Past] = {}
    for lease_id, had, is_taken_over in _rows(
        _EARLIER,
        leases,
        array(wanted.past.until if wanted.past else _BEFORE_ALL for wanted in leases.values()),
        array(wanted.before for wanted in leases.values()),
        array(wanted.policy.values.grace_days for wanted in leases.values()),
        array(wanted.balance_ore - wanted.policy.values.min_ore for wanted in leases.values()),
    ):
        _, policy, _, past = wanted = leases[lease_id]
        # Nobody knows what is in a balance that was taken over.
        is_unknown = is_taken_over or (past is not None and past.had is None)
        answer = True if had else None if is_unknown else False
        found[lease_id] = Past(wanted.before, answer, policy.id)
    return found


def is_any_past_read() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM arrears_leaseaccount WHERE past_until IS NOT NULL)"
        )
        return bool(cursor.fetchone()[0])


def leases_with_unread_past(
    policy_ids: Collection[int], day: datetime.date, old_on: datetime.date
) -> list[int]:
    """Leases that somebody lives in on `day` whose pasts were not read since `old_on`, or by the
    measure of none of these policies. Who was in arrears before `old_on` has been so ever since."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT lease_id FROM arrears_leaseaccount AS account
            JOIN tenants_lease AS lease ON lease.id = account.lease_id
            WHERE account.last_due_on IS NOT NULL
                AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= %s)
                AND (account.past_until IS NULL OR account.past_policy_id <> ALL(%s)
                    OR (account.past_until < least(%s, account.last_due_on)
                        AND account.past_had IS NOT TRUE))
            ORDER BY lease_id
            """,
            [day, list(policy_ids), old_on],
        )
        return [lease_id for (lease_id,) in cursor.fetchall()]


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
    rows = _rows(_LATELY, since, array(since.values()), array(RENT_KINDS))
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
        cursor.execute(statement, [array(lease_ids), *more])
        return list(cursor.fetchall())
