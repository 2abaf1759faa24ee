"""Every refusal of an OCR giro file has a sentence, in every language the product speaks."""

import ast
import inspect
import io
import json
import random
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from arrears.rules.ocr_giro import OcrError, OcrReader, faults, layout, reader
from arrears.words.ocr import FIELD_NAMES, MAY_HOLD, RECORD_NAMES, SENTENCES, ocr_reason
from arrears.words.ocr import ocr_reason_of as reason_of
from tests.arrears.ocr_damage import damaged
from tests.arrears.ocr_encoder import as_bytes, put, sample


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def reason(content: bytes) -> str:
    with pytest.raises(OcrError) as refused:
        list(OcrReader(io.BytesIO(content)))
    return ocr_reason(refused.value)


def changed(line: int, first: int, value: str) -> bytes:
    lines = sample().lines()
    lines[line - 1] = put(lines[line - 1], first, value)
    return as_bytes(lines)


def codes_in(module: Any) -> set[str]:
    """The refusal codes that a module of rules names."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if text.startswith("ocr.") and text != "ocr."}


def test_every_code_of_the_reader_has_a_sentence() -> None:
    codes = codes_in(reader) | codes_in(faults)
    assert len(codes) > 10
    assert codes <= SENTENCES.keys()


def test_every_record_field_and_field_class_has_a_name() -> None:
    assert RECORD_NAMES.keys() == layout.RECORDS.keys()
    fields = {field for record in layout.RECORDS.values() for field in record.fields}
    assert {field.name for field in fields} | {"transaction_type"} == FIELD_NAMES.keys()
    assert {kind.name.lower() for kind in layout.FieldClass} == MAY_HOLD.keys()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (
            changed(17, 25, "00000000000281252"),
            (
                "Line 17: The control record says 2\u00a0812,52\u00a0kr, "
                "but the payments sum up to 2\u00a0312,51\u00a0kr."
            ),
        ),
        (
            changed(17, 48, "180126"),
            (
                "Line 17: The control record says 18.01.2026 as the first date, "
                "but the first is 19.01.2026."
            ),
        ),
        (changed(2, 3, "21"), "Line 2: The file is of service 21 (AvtaleGiro), not OCR giro (09)."),
        (
            changed(3, 33, " "),
            (
                "Line 3: The field “amount” (position 33–49) must be digits, "
                "but is “ 0000000000940000”."
            ),
        ),
        (
            changed(9, 20, "\t"),
            "Line 9: The field “free text” (position 16–55) must be characters of ISO-8859-1.",
        ),
        (
            changed(3, 16, "310226"),
            "Line 3: The field “settlement date” is 310226, and there is no such date.",
        ),
        (
            changed(5, 7, "32"),
            (
                "Line 5: Here stands “amount item 3 (32)”, but here must be: "
                "amount item 1 (30) or end of assignment (88)."
            ),
        ),
        (
            changed(5, 7, "99"),
            (
                "Line 5: Here stands “99”, but here must be: "
                "amount item 1 (30) or end of assignment (88)."
            ),
        ),
    ],
)
def test_a_refusal_says_where_and_why(content: bytes, sentence: str) -> None:
    assert reason(content) == sentence


def test_a_stored_refusal_is_told_as_the_fresh_one() -> None:
    facts = {"line": 17, "expected": date(2026, 1, 19), "found": None}
    stored = json.loads(json.dumps(facts, default=str))
    assert reason_of("ocr.first_date", stored) == reason_of("ocr.first_date", facts)


def test_a_percent_sign_in_the_file_does_not_break_the_sentence() -> None:
    assert "%d%%s%" in reason(changed(4, 16, "%d%%s%"))


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_damaged_file_is_refused_without_a_whole_sentence(language: str) -> None:
    with translation.override(language):
        for seed in range(1_000):
            content = damaged(sample().encode(), random.Random(seed))
            try:
                list(OcrReader(io.BytesIO(content)))
            except OcrError as refused:
                sentence = ocr_reason(refused)
                assert sentence.rstrip(".”") != sentence
                assert "%(" not in sentence
