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
    is_far boolean NOT NULL
) ON COMMIT DELETE ROWS
"""

_ACCOUNTS = """
INSERT INTO arrears_leaseaccount (lease_id)
SELECT DISTINCT lease_id FROM moved ORDER BY lease_id
ON CONFLICT DO NOTHING
"""

# One order for everybody, or two imports could wait for each other for ever.
_LOCK = """
SELECT count(*) FROM (
    SELECT lease_id FROM arrears_leaseaccount
    WHERE lease_id IN (SELECT lease_id FROM moved UNION ALL SELECT lease_id FROM touched)
    ORDER BY lease_id FOR UPDATE
) AS locked
"""

# `is_far` is decided on the account as it was before these lines.
_BOOK = """
WITH delta AS (
    SELECT lease_id,
        sum(amount_ore) AS amount_ore,
        bool_or(names_id IS NOT NULL) AS names,
        min(due_on) AS first_due_on,
        max(due_on) AS last_due_on,
        max(effective_on) FILTER (WHERE kind = 'payment') AS paid_on
    FROM moved GROUP BY lease_id
), booked AS (
    UPDATE arrears_leaseaccount AS account SET
        balance_ore = account.balance_ore + delta.amount_ore,
        last_due_on = greatest(account.last_due_on, delta.last_due_on),
        last_payment_on = greatest(account.last_payment_on, delta.paid_on)
    FROM delta, arrears_leaseaccount AS before
    WHERE account.lease_id = delta.lease_id AND before.lease_id = delta.lease_id
    RETURNING account.lease_id,
        delta.names OR before.disputed_ore <> 0 OR before.unallocated_ore <> 0 OR coalesce(
            delta.first_due_on <= before.last_due_on
            AND (before.oldest_due_on IS NULL OR delta.first_due_on <= before.oldest_due_on),
            false
        ) AS is_far
)
INSERT INTO touched SELECT lease_id, is_far FROM booked
"""

# What the near way cannot answer: the open and the new charges do not make the balance.
_TOO_SHORT = """
UPDATE touched SET is_far = true
FROM arrears_leaseaccount AS account
LEFT JOIN (
    SELECT lease_id, sum(amount_ore) AS ore FROM moved WHERE due_on IS NOT NULL GROUP BY lease_id
) AS charged USING (lease_id)
WHERE account.lease_id = touched.lease_id AND NOT touched.is_far AND account.balance_ore > 0
    AND account.balance_ore > coalesce(charged.ore, 0) + coalesce((
        SELECT sum(amount_ore) FROM arrears_opencharge AS open
        WHERE open.lease_id = touched.lease_id), 0)
"""

# Windows run newest first; `newer` is what the newer charges make together.
_OPEN_OF = """
    SELECT line_id, lease_id, due_on, kind, reference, amount_ore,
        least(amount_ore, greatest(owed_ore - coalesce(newer_ore, 0), 0)) AS open_ore
    FROM (
        SELECT candidate.*, sum(amount_ore) OVER (
            PARTITION BY lease_id ORDER BY due_on DESC, kind DESC, reference DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS newer_ore
        FROM candidate
    ) AS ranked
"""

# A paid account needs no ranking: nothing is open.
_NEAR_PAID = """
DELETE FROM arrears_opencharge AS open USING touched, arrears_leaseaccount AS account
WHERE open.lease_id = touched.lease_id AND NOT touched.is_far
    AND account.lease_id = touched.lease_id AND account.balance_ore <= 0
"""

_NEAR = f"""
WITH candidate AS MATERIALIZED (
    SELECT open.line_id, open.lease_id, open.due_on, open.kind, open.reference, open.amount_ore,
        account.balance_ore AS owed_ore
    FROM touched
    JOIN arrears_leaseaccount AS account USING (lease_id)
    JOIN arrears_opencharge AS open USING (lease_id)
    WHERE NOT touched.is_far AND account.balance_ore > 0
    UNION ALL
    SELECT moved.line_id, moved.lease_id, moved.due_on, moved.kind, moved.reference,
        moved.amount_ore, account.balance_ore
    FROM touched
    JOIN arrears_leaseaccount AS account USING (lease_id)
    JOIN moved USING (lease_id)
    WHERE NOT touched.is_far AND account.balance_ore > 0 AND moved.due_on IS NOT NULL
), ranked AS MATERIALIZED ({_OPEN_OF}
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

# From the ledger. What names a charge and what is deposited of it come off it first.
_FAR_DISPUTED = """
UPDATE arrears_leaseaccount AS account SET disputed_ore = coalesce(deposit.ore, 0)
FROM touched LEFT JOIN LATERAL (
    SELECT sum(greatest(least(dispute.deposited_ore, line.amount_ore + coalesce((
        SELECT sum(named.amount_ore) FROM arrears_ledgerline AS named
        WHERE named.names_id = line.id), 0)), 0)) AS ore
    FROM arrears_chargedispute AS dispute
    JOIN arrears_ledgerline AS line ON line.id = dispute.line_id
    WHERE dispute.closed_on IS NULL AND line.lease_id = touched.lease_id
) AS deposit ON true
WHERE touched.is_far AND account.lease_id = touched.lease_id
"""

_FAR_CLEAR = """
DELETE FROM arrears_opencharge AS open USING touched
WHERE touched.is_far AND open.lease_id = touched.lease_id
"""

_FAR = f"""
WITH owing AS MATERIALIZED (
    SELECT touched.lease_id, account.balance_ore - account.disputed_ore AS owed_ore
    FROM touched JOIN arrears_leaseaccount AS account USING (lease_id)
    WHERE touched.is_far AND account.balance_ore > account.disputed_ore
), named AS MATERIALIZED (
    SELECT charge.id AS line_id, sum(line.amount_ore) AS amount_ore
    FROM owing
    JOIN arrears_ledgerline AS charge
        ON charge.lease_id = owing.lease_id AND charge.due_on IS NOT NULL
    JOIN arrears_ledgerline AS line ON line.names_id = charge.id
    GROUP BY charge.id
), deposit AS MATERIALIZED (
    SELECT dispute.line_id, dispute.deposited_ore
    FROM arrears_chargedispute AS dispute WHERE dispute.closed_on IS NULL
), candidate AS (
    SELECT charge.id AS line_id, charge.lease_id, charge.due_on, charge.kind, charge.reference,
        greatest(charge.amount_ore + coalesce(named.amount_ore, 0), 0) - greatest(least(
            coalesce(deposit.deposited_ore, 0),
            charge.amount_ore + coalesce(named.amount_ore, 0)), 0) AS amount_ore,
        owing.owed_ore
    FROM owing
    JOIN arrears_ledgerline AS charge
        ON charge.lease_id = owing.lease_id AND charge.due_on IS NOT NULL
    LEFT JOIN named ON named.line_id = charge.id
    LEFT JOIN deposit ON deposit.line_id = charge.id
)
INSERT INTO arrears_opencharge (line_id, lease_id, due_on, kind, reference, amount_ore, open_ore)
SELECT line_id, lease_id, due_on, kind, reference, amount_ore, open_ore
FROM ({_OPEN_OF}) AS answer
WHERE open_ore > 0
"""

# A charge that is not yet overdue cannot be a matter before the day after it falls due.
_SUM_UP = f"""
UPDATE arrears_leaseaccount AS account SET
    open_ore = coalesce(open.ore, 0),
    unallocated_ore = greatest(
        account.balance_ore - account.disputed_ore - coalesce(open.ore, 0), 0),
    oldest_due_on = open.oldest_due_on,
    arrears_look_on = CASE WHEN account.has_flag THEN DATE '{LOOK_TONIGHT}'
        ELSE open.oldest_due_on + 1 END
FROM touched LEFT JOIN LATERAL (
    SELECT sum(open_ore) AS ore, min(due_on) AS oldest_due_on
    FROM arrears_opencharge AS charge WHERE charge.lease_id = touched.lease_id
) AS open ON true
WHERE account.lease_id = touched.lease_id
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
        cursor.execute(_TOO_SHORT)
        cursor.execute(_NEAR_PAID)
        cursor.execute(_NEAR)
        _far(cursor)
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

    For a deposit that came or went, for the check of the kept state, and after a restore.
    """
    begin()
    chosen = None if lease_ids is None else sorted(set(lease_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO arrears_leaseaccount (lease_id)"
            " SELECT id FROM tenants_lease WHERE %s::bigint[] IS NULL OR id = ANY(%s)"
            " ON CONFLICT DO NOTHING",
            [chosen, chosen],
        )
        cursor.execute(
            "INSERT INTO touched SELECT lease_id, true FROM arrears_leaseaccount"
            " WHERE %s::bigint[] IS NULL OR lease_id = ANY(%s)",
            [chosen, chosen],
        )
        cursor.execute("ANALYZE touched")
        cursor.execute(_LOCK)
        cursor.execute(
            """
            UPDATE arrears_leaseaccount AS account SET
                balance_ore = coalesce(total.amount_ore, 0),
                last_due_on = total.last_due_on,
                last_payment_on = total.paid_on
            FROM touched LEFT JOIN (
                SELECT lease_id, sum(amount_ore) AS amount_ore, max(due_on) AS last_due_on,
                    max(effective_on) FILTER (WHERE kind = 'payment') AS paid_on
                FROM arrears_ledgerline
                WHERE %s::bigint[] IS NULL OR lease_id = ANY(%s)
                GROUP BY lease_id
            ) AS total USING (lease_id)
            WHERE account.lease_id = touched.lease_id
            """,
            [chosen, chosen],
        )
        _far(cursor)
        cursor.execute(_SUM_UP)
        return int(cursor.rowcount)


def _far(cursor) -> None:  # type: ignore[no-untyped-def]
    cursor.execute("SELECT EXISTS (SELECT FROM touched WHERE is_far)")
    if cursor.fetchone()[0]:
        for statement in (_FAR_DISPUTED, _FAR_CLEAR, _FAR):
            cursor.execute(statement)


def _inside_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("settle belongs in the transaction that adds the lines")
