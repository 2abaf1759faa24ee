"""What is read out of a good OCR giro file, and what the reader tells about it."""

import hashlib
import io
import tracemalloc
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from arrears.rules.ocr_giro import (
    AssignmentTotals,
    FileHeader,
    FileTotals,
    OcrError,
    OcrReader,
    Payment,
)
from arrears.rules.ocr_giro.layout import RECORDS, Record
from tests.arrears.ocr_encoder import Batch, OcrFile, Paid, as_bytes, put, sample
from tests.arrears.ocr_oracle import faults

REAL_FILES = Path(__file__).resolve().parents[3] / "shared" / "data" / "ocr_giro"


def read(content: bytes) -> list[Payment]:
    return list(OcrReader(io.BytesIO(content)))


def one(paid: Paid) -> Payment:
    (payment,) = read(OcrFile([Batch([paid])]).encode())
    return payment


def real_file(name: str) -> bytes:
    path = REAL_FILES / name
    if not path.exists():
        pytest.skip(f"The real OCR giro file {name} is not in ../shared/data/ocr_giro")
    return path.read_bytes()


def test_the_real_file_has_twenty_payments_of_51_449_kroner() -> None:
    reader = OcrReader(io.BytesIO(real_file("ocr_giro_transactions.txt")))
    payments = list(reader)
    assert len(payments) == 20
    assert sum(payment.amount_ore for payment in payments) == 5_144_900
    assert reader.header == FileHeader("00008080", "0170031", "00010200")
    assert reader.totals == FileTotals(
        20,
        45,
        5_144_900,
        date(1992, 1, 20),
        (
            AssignmentTotals(
                "001008566", "0000002", "99991042764", 20, 5_144_900, date(1992, 1, 20)
            ),
        ),
    )


def test_the_first_payment_of_the_real_file_is_read_field_by_field() -> None:
    first = read(real_file("ocr_giro_transactions.txt"))[0]
    assert first == Payment(
        line=3,
        agreement="001008566",
        assignment="0000002",
        account="99991042764",
        transaction_no=1,
        kind=21,
        nets_on=date(1992, 1, 20),
        bank_on=date(1992, 1, 16),
        amount_ore=102_000,
        kid="0000531",
        form_no="9636827194",
        archive_ref="099038562",
        debit_account="99990512341",
        text="Foo bar baz",
    )


def test_a_real_avtalegiro_file_is_refused_as_another_service() -> None:
    with pytest.raises(OcrError) as refused:
        read(real_file("avtalegiro_agreements.txt"))
    assert refused.value.code == "ocr.service"
    assert refused.value.facts == {"line": 2, "expected": "09", "found": "21"}


def test_the_real_file_satisfies_the_second_opinion_too() -> None:
    assert faults(real_file("ocr_giro_transactions.txt")) == []


def test_the_sample_satisfies_the_second_opinion() -> None:
    assert faults(sample().encode()) == []


@pytest.mark.parametrize("record", RECORDS.values(), ids=lambda record: record.name)
def test_the_fields_of_a_record_cover_it_without_a_gap(record: Record) -> None:
    assert [f.first for f in record.fields] == [9, *(f.last + 1 for f in record.fields[:-1])]
    assert record.fields[-1].last == 80


def test_every_field_of_a_payment_is_read() -> None:
    paid = Paid(123_456, kid="1234567897", kind=21, text="Husleie for Åse Bjørnsæter")
    assert one(paid) == Payment(
        3,
        "001008566",
        "0000001",
        "99991042764",
        1,
        21,
        date(2026, 1, 20),
        date(2026, 1, 19),
        123_456,
        "1234567897",
        "9797596016",
        "097596016",
        "99991005524",
        "Husleie for Åse Bjørnsæter",
    )


def test_a_minus_makes_the_amount_negative() -> None:
    assert one(Paid(500, minus=True)).amount_ore == -500


@pytest.mark.parametrize("kind", range(10, 22))
def test_every_transaction_type_is_read(kind: int) -> None:
    assert one(Paid(500, kind=kind, minus=kind in {18, 20})).kind == kind


@pytest.mark.parametrize("kid", ["", "18", "1234567897", "0" * 24 + "7", "10000-", "1" * 24 + "-"])
def test_a_kid_is_read_without_its_padding(kid: str) -> None:
    assert one(Paid(500, kid=kid)).kid == kid


def test_a_bank_date_of_zeros_is_no_date() -> None:
    assert one(Paid(500, bank="000000")).bank_on is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("200126", date(2026, 1, 20)),
        ("290228", date(2028, 2, 29)),
        ("311269", date(2069, 12, 31)),
        ("010170", date(1970, 1, 1)),
        ("200192", date(1992, 1, 20)),
    ],
)
def test_two_digits_of_a_year_are_of_the_century_that_has_ocr_giro(written: str, day: date) -> None:
    file = OcrFile([Batch([Paid(500, nets=written)], settled=written)], date=written)
    (payment,) = read(file.encode())
    assert payment.nets_on == day


def test_the_line_number_is_that_of_amount_item_1() -> None:
    assert [payment.line for payment in read(sample().encode())] == [
        3,
        5,
        7,
        10,
        12,
        14,
        19,
        21,
        23,
    ]


def test_the_totals_are_those_of_all_assignments() -> None:
    reader = OcrReader(io.BytesIO(sample().encode()))
    payments = list(reader)
    totals = reader.totals
    assert totals is not None
    assert totals.payments == len(payments) == 9
    assert totals.sum_ore == sum(payment.amount_ore for payment in payments)
    assert [assignment.number for assignment in totals.assignments] == ["0000001", "0000002"]


def test_there_are_no_totals_before_the_end_of_the_file() -> None:
    reader = OcrReader(io.BytesIO(sample().encode()))
    next(iter(reader))
    assert reader.header is not None
    assert reader.totals is None


def test_the_fingerprint_is_the_digest_of_the_whole_content() -> None:
    content = sample().encode()
    reader = OcrReader(io.BytesIO(content))
    list(reader)
    assert reader.fingerprint == hashlib.sha256(content).hexdigest()
    assert reader.bytes_read == len(content)


def test_a_sum_below_zero_is_written_with_a_minus() -> None:
    file = OcrFile([Batch([Paid(500, minus=True), Paid(100)])])
    assert "-0000000000000400" in file.lines()[-1]
    assert sum(payment.amount_ore for payment in read(file.encode())) == -400


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [0, 1, 2, 5])
def test_both_line_ends_are_read_with_and_without_a_last_one(line_end: str, last: int) -> None:
    content = sample().encode(line_end).removesuffix(line_end.encode())
    assert len(read(content + line_end.encode() * last)) == 9


def test_an_assignment_without_transactions_is_read() -> None:
    empty = Batch([], number="0000002", settled="000000")
    assert len(read(OcrFile([Batch([Paid(500)]), empty]).encode())) == 1


def test_an_assignment_without_transactions_may_have_its_day() -> None:
    assert read(OcrFile([Batch([], first="200126", last="200126")]).encode()) == []
    assert read(OcrFile([Batch([])]).encode()) == []


@pytest.mark.parametrize("day", ["000000", "200126"])
def test_a_file_without_assignments_has_no_payments(day: str) -> None:
    assert read(OcrFile([], date=day).encode()) == []


def test_a_settlement_after_the_last_transaction_is_in_order() -> None:
    file = OcrFile([Batch([Paid(500)], settled="220126")], date="220126")
    assert len(read(file.encode())) == 1


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a socket may."""

    def __init__(self, content: bytes, step: int) -> None:
        self._content = io.BytesIO(content)
        self._step = step

    def read(self, size: int = -1) -> bytes:
        return self._content.read(self._step)


@pytest.mark.parametrize("step", [1, 7, 79, 80, 81, 82, 83, 1000])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_file_is_the_same_however_it_trickles_in(step: int, line_end: str) -> None:
    content = sample().encode(line_end)
    assert list(OcrReader(Trickle(content, step))) == read(content)  # type: ignore[arg-type]


class Endless(io.RawIOBase):
    """A file of payments that is made while it is read, so that only the reader takes memory."""

    def __init__(self, payments: int) -> None:
        self._rows = self._made(payments)

    def _made(self, payments: int) -> Iterator[bytes]:
        batch = Batch([], first="200126", last="200126")
        start, begin, end, tail = OcrFile([batch]).lines()
        yield as_bytes([start, begin])
        pair = as_bytes(Paid(100).lines(1))
        for number in range(1, payments + 1):
            yield pair.replace(b"300000001", b"30%07d" % number).replace(
                b"310000001", b"31%07d" % number
            )
        in_batch = f"{payments:08d}{payments * 2 + 2:08d}{payments * 100:017d}"
        in_file = f"{payments:08d}{payments * 2 + 4:08d}{payments * 100:017d}"
        yield as_bytes([put(end, 9, in_batch), put(tail, 9, in_file)])

    def read(self, size: int = -1) -> bytes:
        return b"".join(islice(self._rows, 100))


def test_memory_does_not_grow_with_the_number_of_payments() -> None:
    def peak(payments: int) -> int:
        reader = OcrReader(Endless(payments))  # type: ignore[arg-type]
        tracemalloc.start()
        try:
            count = sum(1 for _ in reader)
            return tracemalloc.get_traced_memory()[1] if count == payments else -1
        finally:
            tracemalloc.stop()

    few, many = peak(500), peak(50_000)
    assert few > 0
    assert 0 < many < few + 100_000


def test_a_line_without_end_is_not_gathered() -> None:
    class OneLine(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += 1
            return b"NY000010" + b"0" * 8_000

    stream = OneLine()
    with pytest.raises(OcrError) as refused:
        list(OcrReader(stream))  # type: ignore[arg-type]
    assert refused.value.code == "ocr.line_length"
    assert stream.given == 1
