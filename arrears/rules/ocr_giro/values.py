"""What a read OCR giro file consists of. Amounts are signed øre; dates are Nets' own days."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from boligsak.rule import RuleBroken


class OcrError(RuleBroken):
    """The file is refused. Facts always hold `line`, counted from 1 (0: there is no line).

    `found` is what stands there and `expected` what the rest of the file or the specification
    asks for. Free text and names are never among the facts.
    """


class Payment(NamedTuple):
    """One transaction: amount items 1 and 2, and the free text of item 3 where there is one."""

    line: int
    """Line number of amount item 1, from 1."""
    agreement: str
    assignment: str
    account: str
    """The municipality's own account, eleven digits."""
    transaction_no: int
    kind: int
    """Transaction type, 10 to 21."""
    nets_on: dt.date
    """Nets' settlement day: the day the control records vouch for."""
    bank_on: dt.date | None
    """The payer's bank's day, where the bank gives one."""
    amount_ore: int
    """Never 0; less than 0 is a reversal."""
    kid: str
    """Without padding; empty where the payer gave none. Its check digit is not looked at."""
    form_no: str
    archive_ref: str
    debit_account: str
    """Eleven digits; eleven zeros where it is not given."""
    text: str


@dataclass(frozen=True, slots=True)
class FileHeader:
    """Who sends the file to whom: eight, seven and eight digits."""

    sender: str
    transmission_no: str
    recipient: str


@dataclass(frozen=True, slots=True)
class AssignmentTotals:
    """An assignment as its control record states it, after it has been found true."""

    agreement: str
    number: str
    account: str
    payments: int
    sum_ore: int
    settled_on: dt.date | None
    """None only where there are no payments."""


@dataclass(frozen=True, slots=True)
class FileTotals:
    """The whole file, after everything in it has been found true."""

    payments: int
    records: int
    """Lines, the control records included."""
    sum_ore: int
    settled_on: dt.date | None
    """None only where there are no payments."""
    assignments: tuple[AssignmentTotals, ...]
