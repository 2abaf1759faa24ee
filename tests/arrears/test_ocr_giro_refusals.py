"""Why OCR giro files are refused: each fault with its code, its line and its facts."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from arrears.rules.ocr_giro import OcrError, OcrReader
from tests.arrears.ocr_encoder import Batch, OcrFile, Paid, as_bytes, put, sample

# The sample's lines, from 1: 10; 20; 30 31; 30 31; 30 31 32; 30 31; 30 31; 30 31 32; 88;
# 20; 30 31; 30 31; 30 31; 88; 89.
ITEM_1, ITEM_2, TEXT, BATCH_END, SECOND_BATCH, FILE_END = 3, 4, 9, 17, 18, 26


def refusal(content: bytes) -> OcrError:
    with pytest.raises(OcrError) as refused:
        list(OcrReader(io.BytesIO(content)))
    return refused.value


def changed(line: int, first: int, value: str) -> bytes:
    """The sample with other content in one line, from position `first`."""
    lines = sample().lines()
    lines[line - 1] = put(lines[line - 1], first, value)
    return as_bytes(lines)


def rows(change: Callable[[list[str]], Any]) -> bytes:
    lines = sample().lines()
    change(lines)
    return as_bytes(lines)


@pytest.mark.parametrize(
    ("line", "first", "value", "code", "expected", "found"),
    [
        (1, 1, "XX", "ocr.format_code", "NY", "XX"),
        (ITEM_1, 1, "ny", "ocr.format_code", "NY", "ny"),
        (1, 3, "09", "ocr.service", "00", "09"),
        (2, 3, "21", "ocr.service", "09", "21"),
        (2, 3, "00", "ocr.service", "09", "00"),
        (ITEM_1, 3, "21", "ocr.service", "09", "21"),
        (BATCH_END, 3, "04", "ocr.service", "09", "04"),
        (FILE_END, 3, "09", "ocr.service", "00", "09"),
        (1, 7, "20", "ocr.record", ("10",), "20"),
        (2, 7, "30", "ocr.record", ("20", "89"), "30"),
        (ITEM_1, 7, "31", "ocr.record", ("30", "88"), "31"),
        (ITEM_2, 7, "32", "ocr.record", ("31",), "32"),
        (TEXT, 7, "31", "ocr.record", ("30", "32", "88"), "31"),
        (5, 7, "32", "ocr.record", ("30", "88"), "32"),
        (ITEM_1, 9, "0000002", "ocr.transaction_number", 1, 2),
        (5, 9, "0000001", "ocr.transaction_number", 2, 1),
        (ITEM_2, 9, "0000002", "ocr.item_mismatch", "10 0000001", "10 0000002"),
        (ITEM_2, 5, "11", "ocr.item_mismatch", "10 0000001", "11 0000001"),
        (TEXT, 9, "0000001", "ocr.item_mismatch", "21 0000003", "21 0000001"),
        (ITEM_1, 16, "310226", "ocr.date", None, "310226"),
        (ITEM_1, 16, "000000", "ocr.date", None, "000000"),
        (ITEM_2, 42, "320126", "ocr.date", None, "320126"),
        (BATCH_END, 42, "201326", "ocr.date", None, "201326"),
        (BATCH_END, 48, "000000", "ocr.date", None, "000000"),
        (FILE_END, 42, "300226", "ocr.date", None, "300226"),
        (BATCH_END, 9, "00000007", "ocr.transactions", 6, 7),
        (BATCH_END, 17, "00000017", "ocr.records", 16, 17),
        (BATCH_END, 25, "00000000000281252", "ocr.sum", 231_251, 281_252),
        (FILE_END, 9, "00000008", "ocr.transactions", 9, 8),
        (FILE_END, 17, "00000025", "ocr.records", 26, 25),
        (FILE_END, 25, "-0000000001021396", "ocr.sum", 1_021_396, -1_021_396),
        (BATCH_END, 48, "180126", "ocr.first_date", date(2026, 1, 19), date(2026, 1, 18)),
        (BATCH_END, 54, "210126", "ocr.last_date", date(2026, 1, 20), date(2026, 1, 21)),
        (BATCH_END, 42, "180126", "ocr.settlement_date", date(2026, 1, 19), date(2026, 1, 18)),
        (FILE_END, 42, "210126", "ocr.file_date", date(2026, 1, 20), date(2026, 1, 21)),
        (SECOND_BATCH, 18, "0000001", "ocr.assignment_twice", None, "0000001"),
        (ITEM_1, 33, "0" * 17, "ocr.zero_amount", None, 0),
        (ITEM_1, 5, "18", "ocr.reversal_without_minus", "-", 18),
    ],
)
def test_a_changed_line_is_refused_where_it_stands(
    line: int, first: int, value: str, code: str, expected: object, found: object
) -> None:
    refused = refusal(changed(line, first, value))
    assert (refused.code, refused.facts["line"]) == (code, line)
    assert (refused.facts["expected"], refused.facts["found"]) == (expected, found)


@pytest.mark.parametrize(
    ("line", "first", "value", "field", "holds"),
    [
        (1, 9, "0000808A", "sender", "digits"),
        (1, 32, "1", "filler", "zeros"),
        (1, 80, " ", "filler", "zeros"),
        (2, 25, " 9991042764", "account", "digits"),
        (2, 36, " ", "filler", "zeros"),
        (ITEM_1, 5, "22", "transaction_type", "kind"),
        (ITEM_1, 5, "09", "transaction_type", "kind"),
        (1, 5, "10", "transaction_type", "zeros"),
        (ITEM_1, 16, "20 126", "nets_date", "date"),
        (ITEM_1, 22, " ", "centre", "digits"),
        (ITEM_1, 24, "32", "day_code", "day_code"),
        (ITEM_1, 26, " ", "partial_settlement", "digits"),
        (ITEM_1, 32, " ", "sign", "sign"),
        (ITEM_1, 32, "+", "sign", "sign"),
        (ITEM_1, 33, " ", "amount", "digits"),
        (ITEM_1, 50, "123456789012345678901234 ", "kid", "kid"),
        (ITEM_1, 50, "                        1", "kid", "kid"),
        (ITEM_1, 50, "                        -", "kid", "kid"),
        (ITEM_1, 50, "                12-345678", "kid", "kid"),
        (ITEM_1, 50, "               1 23456789", "kid", "kid"),
        (ITEM_1, 50, "               A123456789", "kid", "kid"),
        (ITEM_1, 75, "01", "card_issuer", "zeros"),
        (ITEM_1, 77, "1", "filler", "zeros"),
        (ITEM_2, 16, "O", "form_number", "digits"),
        (ITEM_2, 35, " ", "filler", "digits"),
        (ITEM_2, 48, "9999.100552", "debit_account", "digits"),
        (ITEM_2, 59, " ", "filler", "zeros"),
        (TEXT, 16, "\t", "text", "text"),
        (TEXT, 56, " ", "filler", "zeros"),
        (BATCH_END, 25, "-0000000000000000", "sum", "sum"),
        (BATCH_END, 25, " ", "sum", "sum"),
        (BATCH_END, 60, "1", "filler", "zeros"),
        (FILE_END, 9, " ", "transactions", "digits"),
        (FILE_END, 48, " ", "filler", "zeros"),
    ],
)
def test_a_field_of_another_class_is_refused_by_its_name(
    line: int, first: int, value: str, field: str, holds: str
) -> None:
    refused = refusal(changed(line, first, value))
    assert (refused.code, refused.facts["line"]) == ("ocr.field", line)
    assert (refused.facts["field"], refused.facts["expected"]) == (field, holds)


def test_a_minus_in_the_middle_of_a_sum_is_refused() -> None:
    assert refusal(changed(BATCH_END, 25, "0000-000000281251")).facts["field"] == "sum"


def test_free_text_is_never_among_the_facts() -> None:
    refused = refusal(changed(TEXT, 50, "\t"))
    assert "Bjørnsæter" not in repr(refused.facts)


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (lambda rows: rows.pop(0), "ocr.record", 1),
        (lambda rows: rows.pop(1), "ocr.record", 2),
        (lambda rows: rows.pop(ITEM_1 - 1), "ocr.record", 3),
        (lambda rows: rows.pop(ITEM_2 - 1), "ocr.record", 4),
        (lambda rows: rows.pop(TEXT - 1), "ocr.records", BATCH_END - 1),
        (lambda rows: rows.pop(BATCH_END - 1), "ocr.record", BATCH_END),
        (lambda rows: rows.pop(), "ocr.truncated", FILE_END - 1),
        (lambda rows: rows.insert(4, rows[3]), "ocr.record", 5),
        (lambda rows: rows.insert(TEXT, rows[TEXT - 1]), "ocr.record", TEXT + 1),
        (lambda rows: rows.insert(1, rows[0]), "ocr.record", 2),
        (lambda rows: rows.append(rows[-1]), "ocr.after_end", FILE_END + 1),
        (lambda rows: rows.extend(rows), "ocr.after_end", FILE_END + 1),
        (lambda rows: rows.insert(5, ""), "ocr.line_length", 6),
        (lambda rows: rows.append("\x1a"), "ocr.after_end", FILE_END + 1),
        (
            lambda rows: rows.__setitem__(slice(2, 6), rows[4:6] + rows[2:4]),
            "ocr.transaction_number",
            3,
        ),
    ],
)
def test_records_that_are_missing_repeated_or_moved_are_refused(
    change: Callable[[list[str]], Any], code: str, line: int
) -> None:
    refused = refusal(rows(change))
    assert (refused.code, refused.facts["line"]) == (code, line)


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"").code == "ocr.empty"


@pytest.mark.parametrize("content", [b"\n", b"\r\n", b"\r\n\r\n"])
def test_a_file_of_empty_lines_is_refused(content: bytes) -> None:
    assert refusal(content).code in {"ocr.line_length", "ocr.truncated"}


def test_a_file_cut_anywhere_is_refused() -> None:
    content = sample().encode()
    for length in range(len(content) - 2):
        assert refusal(content[:length]).code in {"ocr.empty", "ocr.truncated"}, length


def test_a_cut_is_told_with_the_line_it_is_in() -> None:
    content = sample().encode()
    assert refusal(content[: 82 * 2 + 40]).facts == {
        "line": 3,
        "expected": ("30", "88"),
        "found": 40,
    }


@pytest.mark.parametrize(("cut", "found"), [(79, 79), (0, 0), (81, 81), (160, 160)])
def test_a_line_of_another_length_is_refused(cut: int, found: int) -> None:
    refused = refusal(rows(lambda rows: rows.__setitem__(3, rows[3].ljust(160, "0")[:cut])))
    assert (refused.code, refused.facts["line"]) == ("ocr.line_length", 4)
    assert (refused.facts["expected"], refused.facts["found"]) == (80, found)


@pytest.mark.parametrize(("this", "other"), [("\r\n", b"\n"), ("\n", b"\r\n"), ("\n", b"\r\r\n")])
def test_a_line_end_unlike_the_others_is_refused(this: str, other: bytes) -> None:
    lines = sample().encode(this).split(this.encode())
    content = this.encode().join(lines[:4]) + other + this.encode().join(lines[4:])
    refused = refusal(content)
    assert (refused.code, refused.facts["line"]) == ("ocr.line_end", 4)


@pytest.mark.parametrize(
    ("content", "found", "line"),
    [
        (b"\xef\xbb\xbf" + sample().encode(), "utf-8", 1),
        ("".join(line + "\r\n" for line in sample().lines()).encode(), "utf-8", TEXT),
        ("".join(line + "\n" for line in sample().lines()).encode("utf-16"), "utf-16", 1),
        ("".join(line + "\n" for line in sample().lines()).encode("utf-16-le"), "utf-16", 1),
        ("".join(line + "\n" for line in sample().lines()).encode("utf-16-be"), "utf-16", 1),
        ("".join(line + "\n" for line in sample().lines()).encode("cp865"), "code-page", TEXT),
        ("".join(line + "\n" for line in sample().lines()).encode("mac-roman"), "code-page", TEXT),
    ],
)
def test_another_encoding_is_refused_by_its_name(content: bytes, found: str, line: int) -> None:
    refused = refusal(content)
    assert (refused.code, refused.facts["line"]) == ("ocr.encoding", line)
    assert refused.facts["found"] == found


def test_a_file_in_ebcdic_is_no_ocr_giro() -> None:
    content = "".join(line + "\n" for line in sample().lines()).encode("cp037")
    assert refusal(content).code == "ocr.format_code"


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.7\n",
        b"PK\x03\x04\x14\x00\x06\x00",
        "dato;beløp\n20.11.2026;100\n".encode(),
        b"hello",
    ],
)
def test_another_kind_of_file_is_refused_as_no_ocr_giro(content: bytes) -> None:
    refused = refusal(content)
    assert (refused.code, refused.facts["line"]) == ("ocr.format_code", 1)


def test_an_unsigned_sum_is_refused_where_there_are_reversals() -> None:
    paid = [Paid(500), Paid(200, minus=True)]
    lines = OcrFile([Batch(paid)]).lines()
    lines[-2] = put(lines[-2], 25, f"{700:017d}")
    assert refusal(as_bytes(lines)).facts["expected"] == 300


def test_the_first_fault_is_the_one_that_is_told() -> None:
    first = changed(ITEM_1, 16, "310226").split(b"\r\n")
    first[BATCH_END - 1] = b"nonsense"
    assert refusal(b"\r\n".join(first)).code == "ocr.date"


def test_payments_before_the_fault_have_been_handed_out() -> None:
    reader = OcrReader(io.BytesIO(changed(BATCH_END, 9, "00000007")))
    seen = []
    with pytest.raises(OcrError):
        seen.extend(payment.transaction_no for payment in reader)
    assert reader.totals is None


def test_dates_of_an_assignment_without_transactions_must_be_its_own() -> None:
    file = OcrFile([replace(Batch([]), first="190126", last="200126")])
    assert refusal(file.encode()).code == "ocr.first_date"
