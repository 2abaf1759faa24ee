"""Keeping accounts and open charges true to the ledger, for the leases that moved.

The meaning is in `arrears.rules.ledger`; this is the same said in sets. With the lease's balance
B less what is deposited, the open charges are the newest ones that together make B. So what is
kept depends on the lines alone, never on the order they came in.

Two ways to the same answer:
- *near*: the open charges and the new ones are together the newest of the lease, and enough to
  make B. Then nothing older has to be read. This is nearly every movement there is.
- *far*: a line names a charge, a deposit stands, a charge is older than what is open, or a
  reversal opens what was closed. Then the lease's charges are read from its ledger.

The lines that moved are handed over in a temporary table of the connection, `moved`, so that one
payment and a hundred thousand of them take the same path.
"""

from collections.abc import Collection, Iterable

from django.db import connection, transaction

from arrears.services.open_charges import OPEN_OF, settle_far

# Before every day there is: such a lease is looked at in the first night that comes.
LOOK_TONIGHT = "0001-01-01"

_MOVED = """
CREATE TEMPORARY TABLE IF NOT EXISTS moved (
    lease_id bigint NOT NULL,
    line_id bigint NOT NULL,
    amount_ore bigint NOT NULL,
    effective_on date NOT NULL,
    due_on date,
    kind varchar(10) COLLATE "C" NOT NULL,
    reference varchar(40) COLLATE "C" NOT NULL,
    names_id bigint
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS touched (
    lease_id bigint PRIMARY KEY,
    is_far boolean NOT NULL,
    balance_ore bigint NOT NULL,
    disputed_ore bigint NOT NULL,
    last_due_on date,
    last_payment_on date,
    later_from date,
    due_from date,
    moved_from date
) ON COMMIT DELETE ROWS
"""

_ACCOUNTS = """
INSERT INTO arrears_leaseaccount (lease_id)
SELECT DISTINCT lease_id FROM moved
WHERE NOT EXISTS (SELECT FROM arrears_leaseaccount AS there WHERE there.lease_id = moved.lease_id)
ORDER BY lease_id
ON CONFLICT DO NOTHING
"""

# One order for everybody, or two imports could wait for each other for ever.
_LOCK = """
SELECT count(*) FROM (
    SELECT lease_id FROM arrears_leaseaccount
    WHERE lease_id IN (SELECT lease_id FROM moved)
    ORDER BY lease_id FOR UPDATE
) AS locked
"""

# What the account will be, for it is written but once, at the end. `is_far` is decided on the
# account as it was before these lines. `later_from` is the first due day when there is nothing but
# charges later than all before them: then what was open stays open as it was.
_BOOK = """
INSERT INTO touched
SELECT account.lease_id,
    delta.names OR account.disputed_ore <> 0 OR account.unallocated_ore <> 0 OR coalesce(
        delta.first_due_on <= account.last_due_on
        AND (account.oldest_due_on IS NULL OR delta.first_due_on <= account.oldest_due_on),
        false
    ),
    account.balance_ore + delta.amount_ore,
    account.disputed_ore,
    greatest(account.last_due_on, delta.last_due_on),
    greatest(account.last_payment_on, delta.paid_on),
    CASE WHEN delta.charges AND delta.first_due_on > coalesce(account.last_due_on, '-infinity')
        THEN delta.first_due_on END,
    delta.first_due_on, delta.moved_from
FROM (
    SELECT lease_id,
        sum(amount_ore)::bigint AS amount_ore,
        bool_and(due_on IS NOT NULL) AS charges,
        bool_or(names_id IS NOT NULL) AS names,
        min(due_on) AS first_due_on,
        min(effective_on) FILTER (WHERE due_on IS NULL) AS moved_from,
        max(due_on) AS last_due_on,
        max(effective_on) FILTER (WHERE kind = 'payment') AS paid_on
    FROM moved GROUP BY lease_id
) AS delta
JOIN arrears_leaseaccount AS account USING (lease_id)
"""

# What the near way cannot answer: the open and the new charges do not make the balance.
_TOO_SHORT = """
UPDATE touched SET is_far = true
FROM touched AS booked
LEFT JOIN (
    SELECT lease_id, sum(amount_ore)::bigint AS ore
    FROM moved WHERE due_on IS NOT NULL GROUP BY lease_id
) AS charged USING (lease_id)
WHERE booked.lease_id = touched.lease_id AND NOT touched.is_far AND touched.balance_ore > 0
    AND touched.balance_ore > coalesce(charged.ore, 0)
    AND touched.balance_ore > coalesce(charged.ore, 0) + coalesce((
        SELECT sum(amount_ore) FROM arrears_opencharge AS open
        WHERE open.lease_id = touched.lease_id), 0)
"""

# A paid account needs no ranking: nothing is open.
_NEAR_PAID = """
DELETE FROM arrears_opencharge AS open USING touched
WHERE open.lease_id = touched.lease_id AND NOT touched.is_far AND touched.balance_ore <= 0
"""

_NEAR = f"""
WITH candidate AS MATERIALIZED (
    SELECT open.line_id, open.lease_id, open.due_on, open.kind, open.reference, open.amount_ore,
        touched.balance_ore AS owed_ore
    FROM touched JOIN arrears_opencharge AS open USING (lease_id)
    WHERE NOT touched.is_far AND touched.balance_ore > 0
    UNION ALL
    SELECT moved.line_id, moved.lease_id, moved.due_on, moved.kind, moved.reference,
        moved.amount_ore, touched.balance_ore
    FROM touched JOIN moved USING (lease_id)
    WHERE NOT touched.is_far AND touched.balance_ore > 0 AND moved.due_on IS NOT NULL
), ranked AS MATERIALIZED ({OPEN_OF}
), gone AS (
    DELETE FROM arrears_opencharge AS open USING ranked
    WHERE open.line_id = ranked.line_id AND ranked.open_ore = 0
), changed AS (
    UPDATE arrears_opencharge AS open SET open_ore = ranked.open_ore
    FROM ranked
    WHERE open.line_id = ranked.line_id AND ranked.open_ore > 0
        AND open.open_ore <> ranked.open_ore
)
INSERT INTO arrears_opencharge (line_id, lease_id, due_on, kind, reference, amount_ore, open_ore)
SELECT ranked.line_id, ranked.lease_id, ranked.due_on, ranked.kind, ranked.reference,
    ranked.amount_ore, ranked.open_ore
FROM ranked JOIN moved USING (line_id)
WHERE ranked.open_ore > 0
"""

# A charge is no matter before its grace is over, by the shortest grace any policy gives; under a
# new policy every lease is looked at anyway. A lease that has a flag is looked at tonight, unless
# all that came are later charges: they leave what it is flagged for as it was, but for the flag
# that says a charge is missing.
# What was read of the past is forgotten when a line reaches into it: a charge that was due then, or
# a movement from before the longest grace of such a charge was over. `resettle` does not know which
# lines are new, so it forgets whatever it writes.
_SUM_UP = f"""
UPDATE arrears_leaseaccount AS account SET
    balance_ore = summed.balance_ore,
    disputed_ore = summed.disputed_ore,
    last_due_on = summed.last_due_on,
    last_payment_on = summed.last_payment_on,
    open_ore = summed.open_ore,
    unallocated_ore = greatest(summed.balance_ore - summed.disputed_ore - summed.open_ore, 0),
    oldest_due_on = summed.oldest_due_on,
    arrears_look_on = CASE
        WHEN NOT account.has_flag THEN summed.oldest_due_on + 1 + summed.grace_days
        WHEN summed.later_from IS NULL OR summed.is_far OR EXISTS (
            SELECT FROM arrears_flag AS flag WHERE flag.lease_id = account.lease_id
                AND flag.kind = 'no_charge' AND flag.resolved_on IS NULL)
        THEN DATE '{LOOK_TONIGHT}'
        ELSE least(account.arrears_look_on, summed.later_from + 1 + summed.grace_days) END,
    past_until = CASE
        WHEN least(summed.due_from, summed.moved_from - 1 - summed.longest_grace_days)
            >= account.past_until THEN account.past_until END
FROM (
    SELECT touched.*, coalesce(open.ore, 0) AS open_ore, open.oldest_due_on,
        grace.days AS grace_days, grace.longest_days AS longest_grace_days
    FROM touched
    LEFT JOIN (
        SELECT lease_id, sum(open_ore)::bigint AS ore, min(due_on) AS oldest_due_on
        FROM arrears_opencharge WHERE lease_id IN (SELECT lease_id FROM touched)
        GROUP BY lease_id
    ) AS open USING (lease_id)
    CROSS JOIN (
        SELECT coalesce(min(("values" ->> 'grace_days')::integer), 0) AS days,
            coalesce(max(("values" ->> 'grace_days')::integer), 0) AS longest_days
        FROM rates_policy WHERE kind = 'arrears'
    ) AS grace
) AS summed
WHERE account.lease_id = summed.lease_id
"""

_ONLY_WHAT_DIFFERS = """
    AND (account.balance_ore, account.disputed_ore, account.last_due_on, account.last_payment_on,
        account.open_ore, account.unallocated_ore, account.oldest_due_on)
    IS DISTINCT FROM (summed.balance_ore, summed.disputed_ore, summed.last_due_on,
        summed.last_payment_on, summed.open_ore,
        greatest(summed.balance_ore - summed.disputed_ore - summed.open_ore, 0),
        summed.oldest_due_on)
"""

# As a table of its own: making one can use every processor, adding to one cannot. Charges and
# movements are added up apart, each read in order from the index that holds them.
_TOTALS = """
CREATE TEMPORARY TABLE total ON COMMIT DROP AS
SELECT lease_id, sum(amount_ore)::bigint AS amount_ore, max(last_due_on) AS last_due_on,
    max(paid_on) AS paid_on
FROM (
    SELECT lease_id, sum(amount_ore) AS amount_ore, max(due_on) AS last_due_on,
        NULL::date AS paid_on
    FROM arrears_ledgerline WHERE due_on IS NOT NULL AND {chosen} GROUP BY lease_id
    UNION ALL
    SELECT lease_id, sum(amount_ore), NULL, max(effective_on) FILTER (WHERE kind = 'payment')
    FROM arrears_ledgerline WHERE due_on IS NULL AND {chosen} GROUP BY lease_id
) AS part GROUP BY lease_id
"""

_TOUCH = """
INSERT INTO touched
SELECT account.lease_id, true, coalesce(total.amount_ore, 0), 0, total.last_due_on, total.paid_on
FROM arrears_leaseaccount AS account LEFT JOIN total USING (lease_id)
WHERE %s::bigint[] IS NULL OR account.lease_id = ANY(%s)
"""


def begin() -> None:
    """Makes the connection's `moved` table ready and empty. Call inside the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED)
        cursor.execute("TRUNCATE moved, touched")


def settle() -> int:
    """Books the lines in `moved` and brings the leases they touch up to date.

    The lines are in the ledger already, in this transaction. Returns the number of leases.
    """
    _inside_transaction()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE moved")
        cursor.execute(_ACCOUNTS)
        cursor.execute(_LOCK)
        cursor.execute(_BOOK)
        cursor.execute("ANALYZE touched")
        cursor.execute(_TOO_SHORT)
        cursor.execute(_NEAR_PAID)
        cursor.execute(_NEAR)
        settle_far(cursor)
        cursor.execute(_SUM_UP)
        return int(cursor.rowcount)


def settle_lines(line_ids: Collection[int]) -> int:
    """`settle` for lines that were written one by one, by their ids."""
    begin()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO moved
            SELECT lease_id, id, amount_ore, effective_on, due_on, kind, reference, names_id
            FROM arrears_ledgerline WHERE id = ANY(%s)
            """,
            [list(line_ids)],
        )
    return settle()


@transaction.atomic
def resettle(lease_ids: Iterable[int] | None = None) -> int:
    """Everything kept of these leases (None: of all) anew from the whole ledger.

    For a deposit that came or went, for the check of the kept state, and after a restore. Of all
    leases only the accounts that were wrong are written. Returns the number of leases.
    """
    begin()
    chosen = None if lease_ids is None else sorted(set(lease_ids))
    with connection.cursor() as cursor:
        if chosen is None:
            # Waits for whoever holds an account and keeps the next waiting; readers do not notice.
            cursor.execute("LOCK TABLE arrears_leaseaccount IN EXCLUSIVE MODE")
        cursor.execute(
            "INSERT INTO arrears_leaseaccount (lease_id)"
            " SELECT id FROM tenants_lease AS lease"
            " WHERE (%s::bigint[] IS NULL OR id = ANY(%s)) AND NOT EXISTS ("
            "  SELECT FROM arrears_leaseaccount AS there WHERE there.lease_id = lease.id)"
            " ORDER BY id ON CONFLICT DO NOTHING",
            [chosen, chosen],
        )
        cursor.execute("DROP TABLE IF EXISTS total")
        if chosen is None:
            cursor.execute(_TOTALS.format(chosen="true"))
        else:
            cursor.execute(
                "SELECT lease_id FROM arrears_leaseaccount WHERE lease_id = ANY(%s)"
                " ORDER BY lease_id FOR UPDATE",
                [chosen],
            )
            cursor.execute(_TOTALS.format(chosen="lease_id = ANY(%s)"), [chosen, chosen])
        cursor.execute(_TOUCH, [chosen, chosen])
        cursor.execute("ANALYZE touched")
        settle_far(cursor)
        cursor.execute(_SUM_UP if chosen is not None else _SUM_UP + _ONLY_WHAT_DIFFERS)
        cursor.execute("SELECT count(*) FROM touched")
        return int(cursor.fetchone()[0])


def _inside_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("settle belongs in the transaction that adds the lines")
