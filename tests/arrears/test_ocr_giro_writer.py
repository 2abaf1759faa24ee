"""What the product writes as OCR giro: the reader reads it back, the second opinion agrees."""

import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.rules.ocr_giro import FileHeader, FileTotals, OcrReader
from arrears.rules.ocr_giro_writer import Assignment, Transaction, write
from boligsak.rule import RuleBroken
from tests.arrears.ocr_encoder import Batch, OcrFile, Paid
from tests.arrears.ocr_oracle import faults

HEADER = FileHeader("00008080", "0170031", "00010200")
DAY = date(2026, 1, 20)


def written(*assignments: Assignment, line_end: bytes = b"\r\n") -> tuple[bytes, FileTotals]:
    stream = io.BytesIO()
    totals = write(stream, HEADER, assignments, line_end)
    return stream.getvalue(), totals


def assignment(*transactions: Transaction, **facts: Any) -> Assignment:
    facts = {"agreement": "001008566", "number": "0000001", "account": "99991042764"} | facts
    return Assignment(transactions=transactions, **facts)


def numbers(width: int) -> st.SearchStrategy[str]:
    """Numbers filled with zeros to their width."""
    return st.integers(0, 10**width - 1).map(lambda number: f"{number:0{width}d}")


kids = st.one_of(
    st.just(""),
    st.integers(2, 25).flatmap(numbers),
    st.integers(1, 24).flatmap(numbers).map(lambda digits: digits + "-"),
)
LATIN_1 = "".join(chr(code) for code in [*range(0x20, 0x7F), *range(0xA0, 0x100)])
texts = st.text(LATIN_1, max_size=40).map(lambda text: text.strip(" "))
days = st.dates(date(1970, 1, 1), date(2069, 12, 31))


@st.composite
def transactions(draw: st.DrawFn) -> Transaction:
    kind = draw(st.integers(10, 21))
    ore = draw(st.integers(1, 10**12))
    minus = kind in {18, 20} or draw(st.booleans())
    return Transaction(
        nets_on=draw(days),
        amount_ore=-ore if minus else ore,
        kid=draw(kids),
        kind=kind,
        bank_on=draw(st.none() | days),
        form_no=draw(numbers(10)),
        archive_ref=draw(numbers(9)),
        debit_account=draw(numbers(11)),
        text=draw(texts) if kind in {20, 21} else "",
    )


@given(
    batches=st.lists(st.lists(transactions(), max_size=4), max_size=3),
    line_end=st.sampled_from([b"\n", b"\r\n"]),
)
def test_what_is_written_is_read_back(batches: list[list[Transaction]], line_end: bytes) -> None:
    content, totals = written(
        *(assignment(*batch, number=f"{at:07d}") for at, batch in enumerate(batches, 1)),
        line_end=line_end,
    )
    reader = OcrReader(io.BytesIO(content))
    read = [
        Transaction(
            payment.nets_on,
            payment.amount_ore,
            payment.kid,
            payment.kind,
            payment.bank_on,
            payment.form_no,
            payment.archive_ref,
            payment.debit_account,
            payment.text,
        )
        for payment in reader
    ]
    assert read == [transaction for batch in batches for transaction in batch]
    assert (reader.header, reader.totals) == (HEADER, totals)
    assert faults(content) == []


def test_the_writer_agrees_with_the_tests_own_encoder() -> None:
    content, _ = written(
        assignment(
            Transaction(DAY, 940_000, "1234567897", bank_on=date(2026, 1, 19)),
            Transaction(DAY, -5_000, "18", 21, text="Åse"),
        )
    )
    ours = content.decode("latin-1").splitlines()
    bank = {"form": "0" * 10, "archive": "0" * 9, "debit": "0" * 11}
    theirs = OcrFile(
        [
            Batch(
                [
                    Paid(940_000, "1234567897", **bank),
                    Paid(5_000, "18", 21, minus=True, bank="000000", text="Åse", **bank),
                ]
            )
        ]
    ).lines()
    # Centre and serial number are the bank's own numbering: positions 22 to 31 of item 1.
    assert [_without_numbering(line) for line in ours] == [_without_numbering(t) for t in theirs]


def _without_numbering(line: str) -> str:
    return line[:21] + line[31:] if line[6:8] == "30" else line


def test_an_assignment_is_settled_on_the_day_it_is_given() -> None:
    _, totals = written(assignment(Transaction(DAY, 100), settled_on=date(2026, 1, 22)))
    assert totals.settled_on == totals.assignments[0].settled_on == date(2026, 1, 22)


def test_payments_are_taken_one_by_one() -> None:
    stream = io.BytesIO()
    sizes = []

    def payments():  # type: ignore[no-untyped-def]
        for _ in range(3):
            sizes.append(len(stream.getvalue()))
            yield Transaction(DAY, 100)

    write(stream, HEADER, [Assignment("1", "1", "1", payments())])
    assert sizes == [164, 328, 492]


@pytest.mark.parametrize(
    ("transaction", "field"),
    [
        (Transaction(DAY, 0), "amount"),
        (Transaction(DAY, 10**17), "amount"),
        (Transaction(DAY, 100, kind=18), "amount"),
        (Transaction(DAY, 100, kind=9), "transaction_type"),
        (Transaction(DAY, 100, kid="7"), "kid"),
        (Transaction(DAY, 100, kid="1" * 26), "kid"),
        (Transaction(DAY, 100, kid="12 34"), "kid"),
        (Transaction(DAY, 100, text="husleie"), "text"),
        (Transaction(DAY, 100, kind=21, text="x" * 41), "text"),
        (Transaction(DAY, 100, kind=21, text="Čáhppes"), "text"),
        (Transaction(DAY, 100, kind=21, text="a\nb"), "text"),
        (Transaction(date(1969, 12, 31), 100), "nets_date"),
        (Transaction(DAY, 100, bank_on=date(2070, 1, 1)), "bank_date"),
        (Transaction(DAY, 100, debit_account="9999.10.42764"), "debit_account"),
        (Transaction(DAY, 100, form_no="1" * 11), "form_number"),
    ],
)
def test_what_the_format_cannot_hold_is_not_written(transaction: Transaction, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        written(assignment(transaction))
    assert refused.value.code == "ocr.unwritable"
    assert refused.value.facts["field"] == field


def test_a_settlement_before_its_transactions_is_not_written() -> None:
    with pytest.raises(RuleBroken) as refused:
        written(assignment(Transaction(DAY, 100), settled_on=date(2026, 1, 19)))
    assert refused.value.facts["field"] == "settlement_date"
