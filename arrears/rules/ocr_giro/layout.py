"""The OCR giro records, position by position, as the specification numbers them (from 1).

One table serves twice: it is compiled to one pattern for each record, which is what makes the
reading fast, and it is walked field by field when a record does not match, to tell where it fails.
"""

import re
from dataclasses import dataclass
from enum import Enum

LINE_LENGTH = 80
KINDS = range(10, 22)
REVERSALS = frozenset({18, 20})
# Types that carry free text; the card issuer field belongs to 18 to 21 (purchases and reversals).
WITH_TEXT = frozenset({20, 21})
FIRST_CARD_KIND = 18


class FieldClass(Enum):
    """What a field may hold. The value is the pattern of one position, or of the whole field."""

    DIGITS = rb"[0-9]{%d}"
    ZEROS = rb"0{%d}"
    DATE = rb"[0-9]{6}"
    DAY_CODE = rb"(?:[0-2][0-9]|3[01])"
    SIGN = rb"[0-]"
    SUM = rb"[0-9-][0-9]{16}"
    KID = rb"[ 0-9-]{%d}"
    KIND = rb"(?:1[0-9]|2[01])"
    TEXT = rb"[\x20-\x7e\xa0-\xff]{%d}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its first and last position. `kept` fields are handed to the reader, in order."""

    name: str
    first: int
    last: int
    holds: FieldClass
    kept: bool = True

    @property
    def pattern(self) -> bytes:
        """The pattern of the field at its full width."""
        pattern = self.holds.value
        return pattern % (self.last - self.first + 1) if b"%d" in pattern else pattern

    def accepts(self, content: bytes) -> bool:
        """Whether the content is of the field's class."""
        return re.fullmatch(self.pattern, content) is not None

    def of(self, line: bytes) -> bytes:
        """What stands in the field."""
        return line[self.first - 1 : self.last]


class Record:
    """One kind of line: its service, its type (positions 7-8) and its fields from position 9."""

    def __init__(
        self, code: str, name: str, service: str, kind: FieldClass, *fields: Field
    ) -> None:
        self.code = code
        self.name = name
        self.service = service
        self.kind = Field("transaction_type", 5, 6, kind)
        self.fields = fields
        parts = [b"(%s)" % f.pattern if f.kept else f.pattern for f in fields]
        self.pattern = re.compile(
            b"NY%s(%s)%s" % (service.encode(), self.kind.pattern, code.encode()) + b"".join(parts)
        )
        self.match = self.pattern.fullmatch
        self.by_name = {f.name: f for f in fields}


def _zeros(first: int) -> Field:
    return Field("filler", first, LINE_LENGTH, FieldClass.ZEROS, kept=False)


_NO_KIND = FieldClass.ZEROS
_TRANSACTION = FieldClass.KIND
_NUMBER = Field("transaction_number", 9, 15, FieldClass.DIGITS)
_COUNTS = (
    Field("transactions", 9, 16, FieldClass.DIGITS),
    Field("records", 17, 24, FieldClass.DIGITS),
    Field("sum", 25, 41, FieldClass.SUM),
    Field("settlement_date", 42, 47, FieldClass.DATE),
)

TRANSMISSION_START = Record(
    "10",
    "transmission_start",
    "00",
    _NO_KIND,
    Field("sender", 9, 16, FieldClass.DIGITS),
    Field("transmission_number", 17, 23, FieldClass.DIGITS),
    Field("recipient", 24, 31, FieldClass.DIGITS),
    _zeros(32),
)
ASSIGNMENT_START = Record(
    "20",
    "assignment_start",
    "09",
    _NO_KIND,
    Field("agreement", 9, 17, FieldClass.DIGITS),
    Field("assignment_number", 18, 24, FieldClass.DIGITS),
    Field("account", 25, 35, FieldClass.DIGITS),
    _zeros(36),
)
AMOUNT_ITEM_1 = Record(
    "30",
    "amount_item_1",
    "09",
    _TRANSACTION,
    _NUMBER,
    Field("nets_date", 16, 21, FieldClass.DATE),
    Field("centre", 22, 23, FieldClass.DIGITS, kept=False),
    Field("day_code", 24, 25, FieldClass.DAY_CODE, kept=False),
    Field("partial_settlement", 26, 26, FieldClass.DIGITS, kept=False),
    Field("serial_number", 27, 31, FieldClass.DIGITS, kept=False),
    Field("sign", 32, 32, FieldClass.SIGN),
    Field("amount", 33, 49, FieldClass.DIGITS),
    Field("kid", 50, 74, FieldClass.KID),
    Field("card_issuer", 75, 76, FieldClass.DIGITS),
    _zeros(77),
)
AMOUNT_ITEM_2 = Record(
    "31",
    "amount_item_2",
    "09",
    _TRANSACTION,
    _NUMBER,
    Field("form_number", 16, 25, FieldClass.DIGITS),
    Field("archive_reference", 26, 34, FieldClass.DIGITS),
    # Filler, but real files have digits here.
    Field("filler", 35, 41, FieldClass.DIGITS, kept=False),
    Field("bank_date", 42, 47, FieldClass.DATE),
    Field("debit_account", 48, 58, FieldClass.DIGITS),
    _zeros(59),
)
AMOUNT_ITEM_3 = Record(
    "32",
    "amount_item_3",
    "09",
    _TRANSACTION,
    _NUMBER,
    Field("text", 16, 55, FieldClass.TEXT),
    _zeros(56),
)
ASSIGNMENT_END = Record(
    "88",
    "assignment_end",
    "09",
    _NO_KIND,
    *_COUNTS,
    Field("first_date", 48, 53, FieldClass.DATE),
    Field("last_date", 54, 59, FieldClass.DATE),
    _zeros(60),
)
TRANSMISSION_END = Record("89", "transmission_end", "00", _NO_KIND, *_COUNTS, _zeros(48))

RECORDS = {
    record.code: record
    for record in (
        TRANSMISSION_START,
        ASSIGNMENT_START,
        AMOUNT_ITEM_1,
        AMOUNT_ITEM_2,
        AMOUNT_ITEM_3,
        ASSIGNMENT_END,
        TRANSMISSION_END,
    )
}
