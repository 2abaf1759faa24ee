"""charges.csv and payments.csv into the ledger: staged by COPY, checked and booked in sets."""

import datetime
from collections.abc import Collection, Iterator
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO

from django.db import connection, transaction

from arrears.rules.portfolio import (
    CHARGE_COLUMNS,
    LOADED,
    PAYMENT_COLUMNS,
    ChargeRow,
    PaymentRow,
    Staged,
    staged_charge,
    staged_payment,
)
from arrears.services.settle import begin, settle
from boligsak.rule import RuleBroken
from tenants.rules.semicolon_file import SemicolonFile
from tenants.services.portfolio import Loaded

CHARGES, PAYMENTS = "charges.csv", "payments.csv"

_READ: dict[str, Any] = {
    CHARGES: (CHARGE_COLUMNS, ChargeRow._make, staged_charge),
    PAYMENTS: (PAYMENT_COLUMNS, PaymentRow._make, staged_payment),
}

_NULL = r"\N"
_BATCH = 10_000  # rows in memory at a time

_STAGE = """
DROP TABLE IF EXISTS loading;
CREATE TEMPORARY TABLE loading (
    file_line integer NOT NULL,
    lease varchar(20) NOT NULL,
    kid varchar(25) NOT NULL,
    kind varchar(10) COLLATE "C" NOT NULL,
    amount_ore bigint NOT NULL,
    effective_on date NOT NULL,
    due_on date,
    reference varchar(40) COLLATE "C" NOT NULL,
    names varchar(40) COLLATE "C" NOT NULL,
    payer varchar(40) NOT NULL,
    note varchar(200) NOT NULL,
    lease_id bigint,
    names_id bigint,
    is_out boolean NOT NULL DEFAULT false
) ON COMMIT DROP
"""

_COPY = (
    "COPY loading (file_line, lease, kid, kind, amount_ore, effective_on, due_on, reference,"
    " names, payer, note) FROM STDIN"
)

_PLACE = (
    """
    UPDATE loading SET lease_id = lease.id FROM tenants_lease AS lease
    WHERE loading.lease <> '' AND lease.number = loading.lease
    """,
    """
    UPDATE loading SET lease_id = lease.id FROM tenants_lease AS lease
    WHERE loading.lease = '' AND lease.kid = loading.kid
    """,
    # A KID may be one of a lease that was refused: then that is what there is to mend.
    "DELETE FROM loading WHERE lease_id IS NULL AND lease = '' AND %(refused_leases)s",
    # Rows that are refused already (`_whose`) are looked up, and nothing more.
    "UPDATE loading SET is_out = true WHERE kind = ''",
)

# A code, what its fact is called, and the statement that marks such rows as out and returns
# line, column and fact of each.
_FAULTS: tuple[tuple[str, str, str], ...] = (
    (
        "portfolio.unknown_lease",
        "number",
        """
        UPDATE loading SET is_out = true WHERE lease_id IS NULL
        RETURNING loading.file_line, CASE WHEN lease <> '' THEN 'lease' ELSE 'kid' END,
            CASE WHEN lease <> '' THEN lease ELSE kid END
        """,
    ),
    (
        "portfolio.kid_of_another",
        "number",
        """
        UPDATE loading SET is_out = true FROM tenants_lease AS lease
        WHERE lease.id = loading.lease_id AND loading.lease <> '' AND loading.kid <> ''
            AND lease.kid IS DISTINCT FROM loading.kid
        RETURNING loading.file_line, 'kid', loading.lease
        """,
    ),
    (
        "portfolio.twice",
        "first",
        """
        UPDATE loading SET is_out = true
        FROM (
            SELECT file_line AS line, first_value(file_line) OVER (
                PARTITION BY lease_id, reference ORDER BY file_line) AS first_line
            FROM loading WHERE NOT is_out
        ) AS seen
        WHERE seen.line = loading.file_line AND seen.line <> seen.first_line
        RETURNING loading.file_line,
            CASE WHEN reference LIKE %(loaded)s THEN 'reference' ELSE 'month' END, seen.first_line
        """,
    ),
    (
        "portfolio.exists_otherwise",
        "",
        """
        UPDATE loading SET is_out = true FROM arrears_ledgerline AS line
        WHERE NOT is_out AND line.lease_id = loading.lease_id
            AND line.reference = loading.reference
            AND (line.kind, line.amount_ore, line.effective_on)
                IS DISTINCT FROM (loading.kind, loading.amount_ore, loading.effective_on)
        RETURNING loading.file_line,
            CASE WHEN loading.reference LIKE %(loaded)s THEN 'reference' ELSE 'month' END, NULL
        """,
    ),
    (
        "portfolio.no_charge_that_month",
        "",
        """
        UPDATE loading SET is_out = true
        WHERE NOT is_out AND names <> '' AND names_id IS NULL AND NOT %(refused_charges)s
        RETURNING loading.file_line, 'month', NULL
        """,
    ),
)

_NAME = """
UPDATE loading SET names_id = charge.id FROM arrears_ledgerline AS charge
WHERE loading.names <> '' AND charge.lease_id = loading.lease_id
    AND charge.reference = loading.names AND charge.due_on IS NOT NULL
"""

_THERE = """
UPDATE loading SET is_out = true FROM arrears_ledgerline AS line
WHERE NOT is_out AND line.lease_id = loading.lease_id AND line.reference = loading.reference
"""

_BOOK = """
WITH added AS (
    INSERT INTO arrears_ledgerline (lease_id, amount_ore, effective_on, due_on, kind, reference,
        names_id, payer, note, by_id)
    SELECT lease_id, amount_ore, effective_on, due_on, kind, reference, names_id, payer, note,
        %(by)s
    FROM loading WHERE NOT is_out
    ORDER BY lease_id, effective_on, file_line
    RETURNING lease_id, id, amount_ore, effective_on, due_on, kind, reference, names_id
)
INSERT INTO moved SELECT * FROM added
"""


@transaction.atomic
def load_lines(
    name: str,
    stream: BinaryIO,
    *,
    refused_leases: Collection[str] = (),
    refused_charges: bool = False,
    by: Any,
    today: datetime.date,
) -> Loaded:
    """Books the lines of charges.csv or payments.csv (`name`) and settles their leases.

    Lines of leases refused in the same load are passed over, and so are payments that name a
    month when charges were refused: what they lack is told there.
    """
    columns, make, stage = _READ[name]
    file = SemicolonFile(name, stream, columns)

    def staged() -> Iterator[Staged]:
        for line, values in file:
            try:
                row = stage(line, make(values), today)
            except RuleBroken as broken:
                facts = dict(broken.facts)
                file.refuse(line, facts.pop("column"), broken.code, **facts)
                row = _whose(line, make(values), today)
            yield row
        for line, values in file.broken:
            yield _whose(line, make(values), today)

    loaded = Loaded()
    given = {
        "loaded": LOADED + "%",
        "refused_leases": bool(refused_leases),
        "refused_charges": refused_charges,
        "by": None if by is None else by.pk,
    }
    begin()
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        # Rows are read between the copies, not while one runs: reading tells how far it has come,
        # and a connection that copies can be asked nothing else.
        rows = (
            row for row in staged() if (row.lease or row.kid) and row.lease not in refused_leases
        )
        while batch := b"".join(map(_copy_line, islice(rows, _BATCH))):
            cursor.copy_expert(_COPY, BytesIO(batch))
        cursor.execute("ANALYZE loading")
        for statement in (*_PLACE, _NAME):
            cursor.execute(statement, given)
        for code, fact, statement in _FAULTS:
            cursor.execute(statement, given)
            for line, column, found in cursor.fetchall():
                facts = {fact: found} if fact else {}
                file.refuse(line, column, code, **facts)
        cursor.execute(_THERE)
        loaded.there = cursor.rowcount
        loaded.refusals = sorted(file.refusals, key=lambda refusal: refusal.line)
        if not loaded.refusals:
            cursor.execute(_BOOK, given)
            loaded.added = cursor.rowcount
    if loaded.added:
        settle()
    return loaded


def _whose(line: int, row: Any, day: datetime.date) -> Staged:
    """A row that is refused, with no kind: only to find out whether its lease and KID are there."""
    lease, kid = row.lease or "", getattr(row, "kid", "") or ""
    return Staged(line, lease, kid, "", 0, day, None, "", "", "", "")


def _copy_line(row: Staged) -> bytes:
    due_on = _NULL if row.due_on is None else row.due_on
    return (
        f"{row.line}\t{row.lease}\t{row.kid}\t{row.kind}\t{row.amount_ore}\t{row.effective_on}\t"
        f"{due_on}\t{_escaped(row.reference)}\t{row.names}\t{_escaped(row.payer)}\t"
        f"{_escaped(row.note)}\n"
    ).encode()


def _escaped(text: str) -> str:
    """Cells hold no control characters, so the backslash is all that COPY could misread."""
    return text.replace("\\", "\\\\")
