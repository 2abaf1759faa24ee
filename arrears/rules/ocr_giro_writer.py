"""Writing OCR giro files as a bank would: for the demo municipality, whose payments are files.

Streams: payments may come from a generator, nothing is gathered.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from arrears.rules.ocr_giro.days import written
from arrears.rules.ocr_giro.layout import KINDS, LINE_LENGTH, REVERSALS, WITH_TEXT
from arrears.rules.ocr_giro.values import AssignmentTotals, FileHeader, FileTotals
from boligsak.rule import RuleBroken

_CENTRE, _PARTIAL_SETTLEMENT = "01", "1"
_KID = re.compile(r"(?:[0-9]{1,24}[0-9-])?")
_DIGITS = re.compile(r"[0-9]*")
_TEXT = re.compile(r"[\x20-\x7e\xa0-\xff]{0,40}")


class Transaction(NamedTuple):
    """A payment to write. `amount_ore` is signed, never 0, and below 0 for kinds 18 and 20."""

    nets_on: dt.date
    amount_ore: int
    kid: str = ""
    kind: int = 10
    bank_on: dt.date | None = None
    form_no: str = "0"
    archive_ref: str = "0"
    debit_account: str = "0"
    text: str = ""
    """At most 40 characters of ISO-8859-1, and for kinds 20 and 21 only."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The payments to one account under one agreement (nine, seven and eleven digits)."""

    agreement: str
    number: str
    account: str
    transactions: Iterable[Transaction]
    settled_on: dt.date | None = None
    """The day the assignment is settled; without it the last of its transactions' days."""


def write(
    stream: BinaryIO,
    header: FileHeader,
    assignments: Iterable[Assignment],
    line_end: bytes = b"\r\n",
) -> FileTotals:
    """Write one transmission and return its totals.

    Refuses what the format cannot hold: RuleBroken("ocr.unwritable", field=…, value=…). What has
    been written until then is no file.
    """
    done: list[AssignmentTotals] = []
    records = 2

    def put(line: str) -> None:
        stream.write(line.ljust(LINE_LENGTH, "0").encode("latin-1") + line_end)

    put(
        "NY000010"
        + _number("sender", header.sender, 8)
        + _number("transmission_number", header.transmission_no, 7)
        + _number("recipient", header.recipient, 8)
    )
    for assignment in assignments:
        tally = _Tally(settled_on=assignment.settled_on)
        for line in _assignment_lines(assignment, tally):
            put(line)
        records += tally.records
        done.append(
            AssignmentTotals(
                assignment.agreement,
                assignment.number,
                assignment.account,
                tally.payments,
                tally.sum_ore,
                tally.settled_on,
            )
        )
    payments = sum(totals.payments for totals in done)
    sum_ore = sum(totals.sum_ore for totals in done)
    settled_on = max((t.settled_on for t in done if t.settled_on), default=None)
    put("NY000089" + _counts(payments, records, sum_ore) + _day("settlement_date", settled_on))
    return FileTotals(payments, records, sum_ore, settled_on, tuple(done))


@dataclass(slots=True)
class _Tally:
    """What the control record of an assignment has to say, gathered on the way."""

    settled_on: dt.date | None
    payments: int = 0
    records: int = 2
    sum_ore: int = 0
    first_on: dt.date | None = None
    last_on: dt.date | None = None

    def add(self, transaction: Transaction) -> None:
        day = transaction.nets_on
        self.payments += 1
        self.records += 2
        self.sum_ore += transaction.amount_ore
        self.first_on = day if self.first_on is None else min(day, self.first_on)
        self.last_on = day if self.last_on is None else max(day, self.last_on)


def _assignment_lines(assignment: Assignment, tally: _Tally) -> Iterator[str]:
    yield (
        "NY090020"
        + _number("agreement", assignment.agreement, 9)
        + _number("assignment_number", assignment.number, 7)
        + _number("account", assignment.account, 11)
    )
    for transaction in assignment.transactions:
        tally.add(transaction)
        yield from _transaction_lines(transaction, tally.payments)
        if transaction.text:
            tally.records += 1
    tally.settled_on = tally.settled_on or tally.last_on
    if tally.settled_on and tally.first_on and tally.settled_on < tally.first_on:
        raise RuleBroken("ocr.unwritable", field="settlement_date", value=tally.settled_on)
    yield (
        "NY090088"
        + _counts(tally.payments, tally.records, tally.sum_ore)
        + _day("settlement_date", tally.settled_on)
        + _day("first_date", tally.first_on)
        + _day("last_date", tally.last_on)
    )


def _transaction_lines(transaction: Transaction, number: int) -> Iterator[str]:
    kind, amount, kid = transaction.kind, transaction.amount_ore, transaction.kid
    if kind not in KINDS:
        raise RuleBroken("ocr.unwritable", field="transaction_type", value=kind)
    if not amount or (amount > 0 and kind in REVERSALS):
        raise RuleBroken("ocr.unwritable", field="amount", value=amount)
    if not _KID.fullmatch(kid):
        raise RuleBroken("ocr.unwritable", field="kid", value=kid)
    begin, serial = f"NY09{kind}", _number("transaction_number", str(number), 7)
    yield (
        f"{begin}30{serial}"
        + _day("nets_date", transaction.nets_on)
        + f"{_CENTRE}{transaction.nets_on.day:02d}{_PARTIAL_SETTLEMENT}{serial[-5:]}"
        + ("-" if amount < 0 else "0")
        + _number("amount", str(abs(amount)), 17)
        + kid.rjust(25)
    )
    yield (
        f"{begin}31{serial}"
        + _number("form_number", transaction.form_no, 10)
        + _number("archive_reference", transaction.archive_ref, 9)
        + "0" * 7
        + _day("bank_date", transaction.bank_on)
        + _number("debit_account", transaction.debit_account, 11)
    )
    text = transaction.text
    if text:
        if kind not in WITH_TEXT or not _TEXT.fullmatch(text):
            raise RuleBroken("ocr.unwritable", field="text", value=text)
        yield f"{begin}32{serial}{text.ljust(40)}"


def _counts(payments: int, records: int, sum_ore: int) -> str:
    """Positions 9 to 41 of a control record; a sum below zero begins with its minus."""
    if sum_ore < 0:
        total = "-" + _number("sum", str(-sum_ore), 16)
    else:
        total = _number("sum", str(sum_ore), 17)
    transactions = _number("transactions", str(payments), 8)
    return transactions + _number("records", str(records), 8) + total


def _number(field: str, value: str, width: int) -> str:
    if not _DIGITS.fullmatch(value) or len(value) > width:
        raise RuleBroken("ocr.unwritable", field=field, value=value)
    return value.rjust(width, "0")


def _day(field: str, value: dt.date | None) -> str:
    try:
        return written(value).decode("ascii")
    except ValueError:
        raise RuleBroken("ocr.unwritable", field=field, value=value) from None
