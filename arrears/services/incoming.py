"""A payment file on its way into the ledger: COPY into a table of the connection, then in sets.

The rows lie in a temporary table, `incoming`, so that a million payments take no memory here and
nothing in the ledger's tables has to be taken back when the last line of the file is wrong.
"""

import datetime
import io
from collections.abc import Callable, Iterable
from itertools import islice

from django.db import connection

from arrears.queries.near_kids import NEAR_KIDS, SHORTEST_KID
from arrears.rules.ocr_giro import Payment
from arrears.services.settle import begin, settle
from boligsak.rule import RuleBroken

Tell = Callable[[int], None]

_AT_A_TIME = 5000
# What the ledger accepts of one line (its own constraint), so that a refusal can name the line.
_LARGEST_ORE = 10**12
# A file with more unknown KIDs than this was meant for somebody else: no use guessing further.
_MOST_GUESSES = 2000

_INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (
    file_line integer NOT NULL,
    amount_ore bigint NOT NULL,
    effective_on date NOT NULL,
    kid varchar(25) NOT NULL,
    bank_reference varchar(20) NOT NULL,
    note varchar(200) NOT NULL
) ON COMMIT DELETE ROWS
"""

_TOO_LARGE = """
SELECT file_line, amount_ore FROM incoming WHERE abs(amount_ore) > %s ORDER BY file_line LIMIT 1
"""

_TOO_EARLY = """
SELECT file_line, effective_on FROM incoming WHERE effective_on > %s ORDER BY file_line LIMIT 1
"""

# A minus in the file is money that went back: owed again, so the ledger's sign is the other one.
# Who imported stands on the import; asking the database once for every line would cost more than
# the line itself.
_PLACE = """
WITH added AS (
    INSERT INTO arrears_ledgerline
        (lease_id, amount_ore, effective_on, kind, reference, payment_import_id, file_line, note)
    SELECT lease.id, -incoming.amount_ore, incoming.effective_on,
        CASE WHEN incoming.amount_ore > 0 THEN 'payment' ELSE 'reversal' END,
        'p' || %(import)s || ':' || incoming.file_line,
        %(import)s, incoming.file_line, incoming.note
    FROM incoming JOIN tenants_lease AS lease ON lease.kid = incoming.kid
    ORDER BY lease.id, incoming.file_line
    RETURNING lease_id, id, amount_ore, effective_on, due_on, kind, reference, names_id
)
INSERT INTO moved SELECT * FROM added
"""

_SET_ASIDE = """
INSERT INTO arrears_unplacedpayment (
    payment_import_id, file_line, kid, amount_ore, effective_on, payer, note, bank_reference,
    state, reason, version
)
SELECT %(import)s, incoming.file_line, incoming.kid, incoming.amount_ore, incoming.effective_on,
    '', incoming.note, incoming.bank_reference, 'open', '', 1
FROM incoming
WHERE NOT EXISTS (SELECT FROM tenants_lease AS lease WHERE lease.kid = incoming.kid)
ORDER BY incoming.file_line
"""

# Which lease was probably meant. Of several, the one whose rent or balance is the amount; else
# none is named here, and the payment's page shows all of them.
_GUESS = f"""
WITH lost AS MATERIALIZED (
    SELECT DISTINCT kid FROM arrears_unplacedpayment
    WHERE payment_import_id = %(import)s AND length(kid) >= {SHORTEST_KID}
    ORDER BY kid LIMIT %(most)s
), near AS MATERIALIZED (
    {NEAR_KIDS}
), candidate AS (
    SELECT unplaced.id, lease.id AS lease_id, coalesce(
        unplaced.amount_ore IN (account.monthly_rent_ore, account.balance_ore), false) AS fits
    FROM near
    JOIN tenants_lease AS lease ON lease.kid = near.other
    LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = lease.id
    JOIN arrears_unplacedpayment AS unplaced
        ON unplaced.kid = near.kid AND unplaced.payment_import_id = %(import)s
), best AS (
    SELECT id, lease_id, rank() OVER (PARTITION BY id ORDER BY fits DESC) AS place,
        count(*) OVER (PARTITION BY id, fits) AS equals
    FROM candidate
)
UPDATE arrears_unplacedpayment AS unplaced SET likely_lease_id = best.lease_id
FROM best
WHERE best.id = unplaced.id AND best.place = 1 AND best.equals = 1
"""  # noqa: S608 - put together of our own constants


def fill(payments: Iterable[Payment], tell: Tell, *, latest_on: datetime.date) -> int:
    """Puts the payments into `incoming`; returns how many. Call inside the transaction.

    `tell` is called with the number so far, and never while a COPY has the connection for itself.
    Raises what the iteration raises, and RuleBroken("import.amount_too_large") or
    ("import.day_ahead") for a payment dated after `latest_on`: it would count as paid already.
    """
    some = iter(payments)
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(_INCOMING)
        cursor.execute("TRUNCATE incoming")
        while rows := [
            f"{line}\t{ore}\t{on}\t{kid}\t{ref}\t{_escaped(text) if text else ''}\n"
            for line, _, _, _, _, _, on, _, ore, kid, _, ref, _, text in islice(some, _AT_A_TIME)
        ]:
            cursor.copy_expert("COPY incoming FROM STDIN", io.StringIO("".join(rows)))
            count += len(rows)
            tell(count)
        cursor.execute("ANALYZE incoming")
        cursor.execute(_TOO_LARGE, [_LARGEST_ORE])
        if found := cursor.fetchone():
            raise RuleBroken("import.amount_too_large", line=found[0], amount_ore=found[1])
        cursor.execute(_TOO_EARLY, [latest_on])
        if found := cursor.fetchone():
            raise RuleBroken("import.day_ahead", line=found[0], paid_on=found[1])
    return count


def _escaped(text: str) -> str:
    """Free text holds printable characters only, so the backslash is all that COPY would read."""
    return text.replace("\\", "\\\\")


def book(import_id: int) -> tuple[int, int, int]:
    """Moves what lies in `incoming` on: to the ledger where a lease has the KID, else aside.

    Settles the leases. Returns how many lines were placed, how many payments were not, and how
    many leases moved.
    """
    facts = {"import": import_id, "most": _MOST_GUESSES}
    begin()
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, facts)
        placed = int(cursor.rowcount)
        cursor.execute(_SET_ASIDE, facts)
        unplaced = int(cursor.rowcount)
        leases = settle()
        if unplaced:
            cursor.execute(_GUESS, facts)
    return placed, unplaced, leases


def days() -> tuple[datetime.date | None, datetime.date | None]:
    """The first and the last day among the payments in `incoming`; None, None without any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(effective_on), max(effective_on) FROM incoming")
        first_on, last_on = cursor.fetchone()
    return first_on, last_on
