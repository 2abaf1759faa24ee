"""Damaged OCR giro files: refused, or nothing that the format protects has been broken."""

import io
import random
from functools import cache

import pytest

from arrears.rules.ocr_giro import OcrError, OcrReader
from tests.arrears.ocr_damage import BYTES, damaged
from tests.arrears.ocr_encoder import put, sample
from tests.arrears.ocr_oracle import faults

SEEDS = 10_000
PER_TEST = 1_000

# What may be changed to another digit without anything to tell it by: numbers that only name
# something (the first group), and references of the bank (the second).
NAMES = {"10": [(9, 31)], "20": [(9, 35)]}
REFERENCES = {"30": [(22, 23), (25, 31), (50, 74)], "31": [(16, 41), (48, 58)]}


def accepted(content: bytes) -> bool:
    """Whether the file is accepted; if it is, its totals must be those of its payments."""
    reader = OcrReader(io.BytesIO(content))
    try:
        payments = list(reader)
    except OcrError as error:
        refused = error
    else:
        assert reader.totals is not None
        assert reader.totals.payments == len(payments)
        assert reader.totals.sum_ore == sum(payment.amount_ore for payment in payments)
        return True
    assert refused.code.startswith("ocr.")
    assert isinstance(refused.facts["line"], int)
    assert {"expected", "found"} <= refused.facts.keys()
    return False


@cache
def whole() -> bytes:
    return sample().encode("\n")


@pytest.mark.parametrize("line", range(26))
def test_no_byte_of_any_class_changes_a_protected_position(line: int) -> None:
    for at in range(line * 81, line * 81 + 81):
        for byte in BYTES:
            content = whole()[:at] + bytes([byte]) + whole()[at + 1 :]
            if content != whole() and accepted(content):
                assert faults(content) == [], (line + 1, at % 81 + 1, bytes([byte]))


@pytest.mark.parametrize("line", range(26))
def test_only_names_references_and_text_can_be_another_digit(line: int) -> None:
    row = sample().lines()[line]
    code = row[6:8]
    free = [*NAMES.get(code, []), *REFERENCES.get(code, [])]
    if code == "32":
        free.append((16, 55))
    if row[4:6] >= "18":
        free.append((75, 76))
    for position in range(1, 81):
        old = row[position - 1]
        if not old.isdigit() or any(first <= position <= last for first, last in free):
            continue
        other = put(row, position, str((int(old) + 1) % 10)).encode("latin-1")
        content = whole().replace(row.encode("latin-1"), other)
        # A date may become another one that fits; the second opinion says which those are.
        assert not accepted(content) or not faults(content), (line + 1, position)
        if not ((code == "30" and 16 <= position <= 25) or (code == "31" and 42 <= position <= 47)):
            assert not accepted(content), (line + 1, position)


@pytest.mark.parametrize("line", [16, 24, 25])
def test_no_digit_of_a_control_record_can_be_another(line: int) -> None:
    row = sample().lines()[line]
    for position in range(1, 81):
        for digit in "0123456789":
            other = put(row, position, digit)
            settled_later = position in range(42, 48) and line != 25
            if other != row and not settled_later:
                content = whole().replace(row.encode(), other.encode())
                assert not accepted(content), (line + 1, position, digit)


@pytest.mark.parametrize("first", range(0, SEEDS, PER_TEST))
def test_a_damaged_file_is_refused_or_agrees_with_itself(first: int) -> None:
    for seed in range(first, first + PER_TEST):
        chance = random.Random(seed)
        content = damaged(sample().encode(chance.choice(["\n", "\r\n"])), chance)
        if accepted(content):
            assert faults(content) == [], seed


def test_the_injuries_leave_some_files_whole_and_break_most() -> None:
    outcomes = [accepted(damaged(whole(), random.Random(seed))) for seed in range(PER_TEST)]
    assert 20 < sum(outcomes) < PER_TEST // 3
