"""The columns of the first load's money files: charges and payments.

docs/portfolio-files.md says the same for whoever makes the files.
"""

import datetime as dt
from typing import NamedTuple

from boligsak.rule import RuleBroken
from tenants.rules import semicolon_file as cells
from tenants.rules.portfolio import DAY, NUMBER
from tenants.rules.semicolon_file import Column

MOST_ORE = 10**11  # a thousand million kroner; beyond it somebody wrote øre for kroner
LOADED = "load:"
"""Begins the reference of what was loaded under the old system's own name for it, so that it can
never be taken for a line of our own."""

_MONTHLY = frozenset({"rent", "utilities"})
_LONGEST_NOTE = 200
# Charges are made ahead of their due day, but hardly by more than a quarter.
_MOST_DAYS_AHEAD = 100

# 32 characters of the old system's own, so that it fits the ledger with what begins it.
_REFERENCE = cells.matching(r"[!-:<-~ÆØÅæøå]{1,32}", "cell.reference")


class ChargeRow(NamedTuple):
    lease: str
    kind: str
    due_on: dt.date
    amount: int
    """Øre, more than zero."""
    month: dt.date | None
    reference: str
    note: str


CHARGE_COLUMNS = (
    Column("lease", NUMBER, is_required=True),
    Column(
        "kind",
        cells.one_of(
            {
                "rent": "rent",
                "utilities": "utilities",
                "fee": "fee",
                "interest": "interest",
                "damage": "damage",
                "loan": "loan",
                "opening": "opening",
                "husleie": "rent",
                "strøm": "utilities",
                "gebyr": "fee",
                "renter": "interest",
                "skade": "damage",
                "lån": "loan",
                "inngående": "opening",
            }
        ),
        empty="rent",
    ),
    Column("due_on", DAY, is_required=True),
    Column("amount", cells.remembered(cells.amount(1, MOST_ORE)), is_required=True),
    Column("month", cells.remembered(cells.month)),
    Column("reference", _REFERENCE, empty=""),
    Column("note", cells.text(_LONGEST_NOTE), empty=""),
)


class PaymentRow(NamedTuple):
    lease: str
    kid: str
    kind: str
    paid_on: dt.date
    amount: int
    """Øre; more than zero is paid, less than zero taken back."""
    month: dt.date | None
    reference: str
    payer: str
    note: str


PAYMENT_COLUMNS = (
    Column("lease", NUMBER, empty=""),
    Column("kid", cells.matching("[0-9]{1,24}[0-9-]", "cell.kid"), empty=""),
    Column(
        "kind",
        cells.one_of(
            {
                "payment": "payment",
                "credit": "credit",
                "writeoff": "writeoff",
                "innbetaling": "payment",
                "kreditering": "credit",
                "avskrivning": "writeoff",
            }
        ),
        empty="payment",
    ),
    Column("paid_on", DAY, is_required=True),
    Column("amount", cells.remembered(cells.amount(-MOST_ORE, MOST_ORE)), is_required=True),
    Column("month", cells.remembered(cells.month)),
    Column("reference", _REFERENCE, is_required=True),
    Column("payer", cells.text(40), empty=""),
    Column("note", cells.text(_LONGEST_NOTE), empty=""),
)


class Staged(NamedTuple):
    """A row on its way to the ledger, with the ledger's sign: owed positive, paid negative.

    `names` is the reference of the charge it is meant for, empty for none.
    """

    line: int
    lease: str
    kid: str
    kind: str
    amount_ore: int
    effective_on: dt.date
    due_on: dt.date | None
    reference: str
    names: str
    payer: str
    note: str


def staged_charge(line: int, row: ChargeRow, day: dt.date) -> Staged:
    """What a row of charges.csv is in the ledger.

    Rent and utilities of a month that is told, or without a reference, are that month's own
    charge, named as the night names it, so that no night charges the month again; the old
    system's name for it goes into the note. With a reference alone they are one of perhaps several
    charges of the month they fall due in. Raises RuleBroken "charge.no_reference" or
    "charge.too_far_ahead", with `column` among the facts.
    """
    note = row.note
    if row.kind in _MONTHLY and (row.month or not row.reference):
        reference = monthly_reference(row.kind, row.month or row.due_on)
        note = " ".join(filter(None, (row.reference, row.note)))[:_LONGEST_NOTE]
    elif row.reference:
        reference = LOADED + row.reference
    else:
        raise RuleBroken("charge.no_reference", column="reference")
    if (row.due_on - day).days > _MOST_DAYS_AHEAD:
        raise RuleBroken("charge.too_far_ahead", column="due_on", most=_MOST_DAYS_AHEAD)
    return Staged(
        line,
        row.lease,
        "",
        row.kind,
        row.amount,
        row.due_on,
        row.due_on,
        reference,
        "",
        "",
        note,
    )


def staged_payment(line: int, row: PaymentRow, day: dt.date) -> Staged:
    """What a row of payments.csv is in the ledger; a payment below zero is a reversal.

    Raises RuleBroken "payment.whose", "payment.zero", "payment.not_yet" or
    "payment.sign" (a credit below zero), with `column` among the facts.
    """
    if not row.lease and not row.kid:
        raise RuleBroken("payment.whose", column="kid")
    if row.amount == 0:
        raise RuleBroken("payment.zero", column="amount")
    if row.amount < 0 and row.kind != "payment":
        raise RuleBroken("payment.sign", column="amount")
    if row.paid_on > day:
        raise RuleBroken("payment.not_yet", column="paid_on")
    return Staged(
        line,
        row.lease,
        row.kid,
        "reversal" if row.amount < 0 else row.kind,
        -row.amount,
        row.paid_on,
        None,
        LOADED + row.reference,
        monthly_reference("rent", row.month) if row.month else "",
        row.payer,
        row.note,
    )


def monthly_reference(kind: str, month: dt.date) -> str:
    """ "rent:2026-11": what the ledger calls a month's ordinary charge."""
    return f"{kind}:{month.year:04d}-{month.month:02d}"
