"""The open charges of leases of which the near way of `arrears.services.settle` cannot tell them.

They are read from the ledger, for the leases in the connection's table `touched` that are far.
"""

from typing import Any

# Windows run newest first; `newer` is what the newer charges make together.
OPEN_OF = """
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

# From the ledger. What names a charge and what is deposited of it come off it first.
_FAR_DISPUTED = """
UPDATE touched SET disputed_ore = coalesce(deposit.ore, 0)
FROM touched AS far LEFT JOIN (
    SELECT line.lease_id,
        sum(greatest(least(dispute.deposited_ore, line.amount_ore + coalesce((
            SELECT sum(named.amount_ore) FROM arrears_ledgerline AS named
            WHERE named.names_id = line.id), 0)), 0))::bigint AS ore
    FROM arrears_chargedispute AS dispute
    JOIN arrears_ledgerline AS line ON line.id = dispute.line_id
    WHERE dispute.closed_on IS NULL
    GROUP BY line.lease_id
) AS deposit USING (lease_id)
WHERE far.is_far AND touched.lease_id = far.lease_id
    AND touched.disputed_ore <> coalesce(deposit.ore, 0)
"""

# The charges of some leases, from the ledger: of each what may be open of it.
_CHARGES_OF = """
    SELECT charge.id AS line_id, charge.lease_id, charge.due_on, charge.kind, charge.reference,
        greatest(charge.amount_ore + coalesce(named.amount_ore, 0), 0) - greatest(least(
            coalesce(deposit.deposited_ore, 0),
            charge.amount_ore + coalesce(named.amount_ore, 0)), 0) AS amount_ore,
        owing.owed_ore
    FROM {leases} AS owing
    CROSS JOIN LATERAL (
        SELECT id, lease_id, due_on, kind, reference, amount_ore FROM arrears_ledgerline AS line
        WHERE line.lease_id = owing.lease_id AND line.due_on IS NOT NULL
            AND EXTRACT(YEAR FROM due_on)::smallint {years} EXTRACT(YEAR FROM from_on)::smallint
            AND line.due_on {days} owing.from_on
        OFFSET 0
    ) AS charge
    LEFT JOIN named ON named.line_id = charge.id
    LEFT JOIN deposit ON deposit.line_id = charge.id
"""

# The newest charges make what is owed: nearly always those of a month more than it holds rents.
# Older ones are read where they do not. What is right already (in a rebuild nearly all) stays.
_FAR = f"""
WITH owing AS MATERIALIZED (
    SELECT lease_id, touched.balance_ore - touched.disputed_ore AS owed_ore,
        coalesce(touched.last_due_on - make_interval(months => 1 + least(24,
            (touched.balance_ore - touched.disputed_ore)
            / greatest(account.monthly_rent_ore, 1))::integer), '0001-01-01')::date AS from_on
    FROM touched JOIN arrears_leaseaccount AS account USING (lease_id)
    WHERE is_far AND touched.balance_ore > touched.disputed_ore
), named AS MATERIALIZED (
    SELECT charge.id AS line_id, sum(line.amount_ore)::bigint AS amount_ore
    FROM arrears_ledgerline AS line
    JOIN arrears_ledgerline AS charge ON charge.id = line.names_id
    WHERE line.names_id IS NOT NULL AND charge.due_on IS NOT NULL
        AND charge.lease_id IN (SELECT lease_id FROM owing)
    GROUP BY charge.id
), deposit AS MATERIALIZED (
    SELECT dispute.line_id, dispute.deposited_ore
    FROM arrears_chargedispute AS dispute WHERE dispute.closed_on IS NULL
), newest AS MATERIALIZED (
    {_CHARGES_OF.format(leases="owing", years=">=", days=">=")}
), short AS MATERIALIZED (
    SELECT lease_id, owing.owed_ore, from_on FROM owing LEFT JOIN newest USING (lease_id)
    GROUP BY lease_id, owing.owed_ore, from_on
    HAVING owing.owed_ore > coalesce(sum(newest.amount_ore), 0)
), candidate AS (
    SELECT * FROM newest
    UNION ALL
    {_CHARGES_OF.format(leases="short", years="<=", days="<")}
), answer AS MATERIALIZED (
    SELECT * FROM ({OPEN_OF}) AS found WHERE open_ore > 0
), gone AS (
    DELETE FROM arrears_opencharge AS open USING touched
    WHERE touched.is_far AND open.lease_id = touched.lease_id
        AND NOT EXISTS (SELECT FROM answer WHERE answer.line_id = open.line_id)
), changed AS (
    UPDATE arrears_opencharge AS open
    SET amount_ore = answer.amount_ore, open_ore = answer.open_ore
    FROM answer
    WHERE open.line_id = answer.line_id
        AND (open.amount_ore, open.open_ore) <> (answer.amount_ore, answer.open_ore)
)
INSERT INTO arrears_opencharge (line_id, lease_id, due_on, kind, reference, amount_ore, open_ore)
SELECT line_id, lease_id, due_on, kind, reference, amount_ore, open_ore
FROM answer
WHERE NOT EXISTS (SELECT FROM arrears_opencharge AS open WHERE open.line_id = answer.line_id)
"""


def settle_far(cursor: Any) -> None:
    """Deposits and open charges of the far leases in `touched`, anew from the ledger."""
    cursor.execute("SELECT EXISTS (SELECT FROM touched WHERE is_far)")
    if cursor.fetchone()[0]:
        cursor.execute(_FAR_DISPUTED)
        cursor.execute(_FAR)
