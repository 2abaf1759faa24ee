"""Reading an OCR giro file: in one pass, in constant memory, and refused at its first fault."""

import datetime as dt
import re
from collections.abc import Generator, Iterator
from typing import BinaryIO

from arrears.rules.ocr_giro import layout
from arrears.rules.ocr_giro.days import Days
from arrears.rules.ocr_giro.faults import fault, field_fault
from arrears.rules.ocr_giro.layout import Record
from arrears.rules.ocr_giro.lines import Lines
from arrears.rules.ocr_giro.values import (
    AssignmentTotals,
    FileHeader,
    FileTotals,
    OcrError,
    Payment,
)

_NO_DAY = b"000000"
_NO_ISSUER = b"00"
_MINUS = b"-"
# 2 to 25 digits, the last of which may be the "-" of MOD11; or nothing at all.
_kid_is_in_order = re.compile(rb"(?:[0-9]{1,24}[0-9-])?").fullmatch


class OcrReader:
    """Iterate once over the payments of `stream`; the file is good only if no `OcrError` comes.

    Payments are handed out before the control records that vouch for them have been read: store
    nothing for good until the iteration has ended. `header` is there with the first payment,
    `totals` after the last; `fingerprint` (SHA-256 of the content) and `bytes_read` follow the
    reading and are those of the whole file after the end.

    What makes a file good (Nets' system specification for OCR giro, and real files):
    - lines of exactly 80 bytes, all ended by LF or all by CR LF, the last perhaps by neither, in
      ISO-8859-1; after the last record nothing but empty lines;
    - records in order: 10, then assignments (20, then transactions of 30, 31 and at most one 32,
      then 88), then 89; no assignment twice;
    - every field of its class, fillers zero, dates that exist, service 09;
    - transactions numbered 1, 2, 3 ... in each assignment, items 2 and 3 with item 1's type and
      number, item 3 only for types 20 and 21, a card issuer only for types 18 to 21;
    - no amount of 0; a reversal (18, 20) has a minus, or it would be booked as money received;
    - counts of transactions and records, and the signed sum, as stated in 88 and 89; a sum below
      zero has its minus in the first position of the field;
    - 88: first and last date are those of its transactions and the settlement date is not before
      the first; 89: the date is the latest settlement date. Dates may be zeros where there are no
      transactions.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = Lines(stream)
        self._source = iter(self._lines)
        self._days = Days()
        self._payments = self._transmission()
        self.header: FileHeader | None = None
        self.totals: FileTotals | None = None

    def __iter__(self) -> Iterator[Payment]:
        return self._payments

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hexadecimal of what has been read so far."""
        return self._lines.fingerprint

    @property
    def bytes_read(self) -> int:
        """How far into the file the reading has come, for showing progress."""
        return self._lines.bytes_read

    def _transmission(self) -> Iterator[Payment]:
        line = next(self._source, None)
        if line is None:
            raise OcrError("ocr.empty", line=0, expected=("10",), found=None)
        start = layout.TRANSMISSION_START.match(line)
        if not start:
            raise self._fault(line, layout.TRANSMISSION_START)
        _, sender, transmission_no, recipient = (part.decode("ascii") for part in start.groups())
        self.header = FileHeader(sender, transmission_no, recipient)

        assignments: dict[tuple[str, str], AssignmentTotals] = {}
        records = 2
        while True:
            line = next(self._source, None)
            begun = layout.ASSIGNMENT_START.match(line or b"")
            if not begun:
                break
            _, agreement, number, account = (part.decode("ascii") for part in begun.groups())
            if (agreement, number) in assignments:
                raise self._refusal("ocr.assignment_twice", expected=None, found=number)
            first_line = self._lines.count
            assignments[agreement, number] = yield from self._assignment(agreement, number, account)
            records += self._lines.count - first_line + 1
        ended = layout.TRANSMISSION_END.match(line or b"")
        if not ended:
            raise self._fault(line, layout.ASSIGNMENT_START, layout.TRANSMISSION_END)
        self.totals = self._checked_end(line or b"", ended.groups(), assignments, records)
        for line in self._source:
            if line.strip(b"\r\n"):
                raise self._refusal("ocr.after_end", expected=None, found=None)

    def _assignment(
        self, agreement: str, assignment: str, account: str
    ) -> Generator[Payment, None, AssignmentTotals]:
        """The transactions of one assignment and its end; about 100 000 a second have to pass."""
        source, lines, days = self._source, self._lines, self._days
        item_1, item_2 = layout.AMOUNT_ITEM_1.match, layout.AMOUNT_ITEM_2.match
        begun_at = lines.count
        count = 0
        sum_ore = 0
        nets_days: set[dt.date] = set()
        may_follow: tuple[Record, ...] = ()
        line = next(source, None)
        while first := item_1(line or b""):
            at = lines.count
            count += 1
            kind, number, nets_date, sign, amount, kid, issuer = first.groups()
            if int(number) != count:
                raise self._refusal("ocr.transaction_number", expected=count, found=int(number))
            try:
                nets_on = days[nets_date]
            except ValueError:
                raise self._date_fault(layout.AMOUNT_ITEM_1, "nets_date", nets_date) from None
            kind_no = int(kind)
            amount_ore = int(amount)
            if sign == _MINUS:
                amount_ore = -amount_ore
            kid = kid.lstrip(b" ")
            if (
                not _kid_is_in_order(kid)
                or not amount_ore
                or (amount_ore > 0 and kind_no in layout.REVERSALS)
                or (issuer != _NO_ISSUER and kind_no < layout.FIRST_CARD_KIND)
            ):
                raise self._content_fault(line or b"", kind_no, amount_ore, kid)

            line = next(source, None)
            second = item_2(line or b"")
            if not second:
                raise self._fault(line, layout.AMOUNT_ITEM_2)
            kind_2, number_2, form_no, archive_ref, bank_date, debit_account = second.groups()
            if kind_2 != kind or number_2 != number:
                raise self._mismatch(kind_2, number_2, kind, number)
            try:
                bank_on = days[bank_date] if bank_date != _NO_DAY else None
            except ValueError:
                raise self._date_fault(layout.AMOUNT_ITEM_2, "bank_date", bank_date) from None

            line = next(source, None)
            text = ""
            may_follow = ()
            if kind_no in layout.WITH_TEXT:
                third = layout.AMOUNT_ITEM_3.match(line or b"")
                if third:
                    kind_3, number_3, written = third.groups()
                    if kind_3 != kind or number_3 != number:
                        raise self._mismatch(kind_3, number_3, kind, number)
                    text = written.decode("latin-1").strip(" ")
                    line = next(source, None)
                else:
                    may_follow = (layout.AMOUNT_ITEM_3,)

            sum_ore += amount_ore
            nets_days.add(nets_on)
            yield Payment(
                at,
                agreement,
                assignment,
                account,
                count,
                kind_no,
                nets_on,
                bank_on,
                amount_ore,
                kid.decode("ascii"),
                form_no.decode("ascii"),
                archive_ref.decode("ascii"),
                debit_account.decode("ascii"),
                text,
            )
        ended = layout.ASSIGNMENT_END.match(line or b"")
        if not ended:
            raise self._fault(line, layout.AMOUNT_ITEM_1, *may_follow, layout.ASSIGNMENT_END)
        *counts, settled, first_date, last_date = ended.groups()[1:]
        end = layout.ASSIGNMENT_END
        self._check_counts(line or b"", end, counts, (count, lines.count - begun_at + 1, sum_ore))
        settled_on = self._day(end, "settlement_date", settled, needed=count > 0)
        self._check_days(nets_days, settled_on, first_date, last_date)
        return AssignmentTotals(agreement, assignment, account, count, sum_ore, settled_on)

    def _check_days(
        self, nets_days: set[dt.date], settled_on: dt.date | None, first: bytes, last: bytes
    ) -> None:
        """Record 88's days against those of its transactions; without any, its own day or none."""
        earliest = min(nets_days, default=settled_on)
        latest = max(nets_days, default=settled_on)
        for name, written, in_file in (
            ("first_date", first, earliest),
            ("last_date", last, latest),
        ):
            day = self._day(layout.ASSIGNMENT_END, name, written, needed=bool(nets_days))
            if day != in_file and (nets_days or day):
                raise self._refusal(f"ocr.{name}", expected=in_file, found=day)
        if settled_on and earliest and settled_on < earliest:
            raise self._refusal("ocr.settlement_date", expected=earliest, found=settled_on)

    def _checked_end(
        self,
        line: bytes,
        stated: tuple[bytes, ...],
        assignments: dict[tuple[str, str], AssignmentTotals],
        records: int,
    ) -> FileTotals:
        """The totals of the file, after record 89 has been held against its assignments."""
        end = layout.TRANSMISSION_END
        payments = sum(assignment.payments for assignment in assignments.values())
        sum_ore = sum(assignment.sum_ore for assignment in assignments.values())
        settled = [a.settled_on for a in assignments.values() if a.settled_on]
        _, *counts, date = stated
        self._check_counts(line, end, counts, (payments, records, sum_ore))
        day = self._day(end, "settlement_date", date, needed=payments > 0)
        latest = max(settled, default=day)
        if day != latest:
            raise self._refusal("ocr.file_date", expected=latest, found=day)
        return FileTotals(payments, records, sum_ore, day, tuple(assignments.values()))

    def _check_counts(
        self, line: bytes, end: Record, stated: list[bytes], counted: tuple[int, int, int]
    ) -> None:
        try:
            found = [int(number) for number in stated]
        except ValueError:
            raise self._field_fault(line, end, "sum") from None
        if stated[2].startswith(_MINUS) and not found[2]:
            raise self._field_fault(line, end, "sum")
        for what, in_record, in_file in zip(
            ("transactions", "records", "sum"), found, counted, strict=True
        ):
            if in_record != in_file:
                raise self._refusal(
                    f"ocr.{what}", expected=in_file, found=in_record, record=end.name
                )

    def _day(self, record: Record, name: str, written: bytes, *, needed: bool) -> dt.date | None:
        """The day in a control record; zeros are none, and only right where there is nothing."""
        if written == _NO_DAY and not needed:
            return None
        try:
            return self._days[written]
        except ValueError:
            raise self._date_fault(record, name, written) from None

    def _content_fault(self, line: bytes, kind: int, amount_ore: int, kid: bytes) -> OcrError:
        """Which of item 1's fields is at odds with the others, in the order of the line."""
        if not amount_ore:
            return self._refusal("ocr.zero_amount", expected=None, found=0)
        if amount_ore > 0 and kind in layout.REVERSALS:
            return self._refusal("ocr.reversal_without_minus", expected="-", found=kind)
        if not _kid_is_in_order(kid):
            return self._field_fault(line, layout.AMOUNT_ITEM_1, "kid")
        field = layout.AMOUNT_ITEM_1.by_name["card_issuer"]
        none = layout.FieldClass.ZEROS
        return field_fault(line, self._lines.count, layout.AMOUNT_ITEM_1, field, none)

    def _mismatch(
        self, kind: bytes, number: bytes, kind_of_1: bytes, number_of_1: bytes
    ) -> OcrError:
        return self._refusal(
            "ocr.item_mismatch",
            expected=f"{kind_of_1.decode()} {number_of_1.decode()}",
            found=f"{kind.decode()} {number.decode()}",
        )

    def _date_fault(self, record: Record, name: str, written: bytes) -> OcrError:
        return self._refusal(
            "ocr.date", record=record.name, field=name, expected=None, found=written.decode()
        )

    def _field_fault(self, line: bytes, record: Record, name: str) -> OcrError:
        return field_fault(line, self._lines.count, record, record.by_name[name])

    def _fault(self, line: bytes | None, *expected: Record) -> OcrError:
        return fault(line, self._lines.count, expected, unfinished=self._lines.unfinished)

    def _refusal(self, code: str, **facts: object) -> OcrError:
        return OcrError(code, line=self._lines.count, **facts)
