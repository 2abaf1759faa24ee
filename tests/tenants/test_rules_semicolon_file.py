"""Reading semicolon files: what is there is read, what is wrong is told, and nothing crashes."""

import csv
import datetime as dt
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.rules import semicolon_file as cells
from tenants.rules.semicolon_file import LONGEST_LINE, Column, SemicolonFile

COLUMNS = (
    Column("key", cells.text(20), is_required=True),
    Column("note", cells.text(200), empty=""),
    Column("ore", cells.amount(-(10**9), 10**9), empty=0),
)
_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x85\u2028\u2029"),
    max_size=20,
).map(lambda text: unicodedata.normalize("NFC", text).strip()[:20].strip())


def read(content: bytes) -> tuple[list[tuple[int, list[object]]], SemicolonFile]:
    file = SemicolonFile("t.csv", io.BytesIO(content), COLUMNS)
    return list(file), file


@given(st.lists(st.tuples(_TEXT.filter(bool), _TEXT, st.integers(-(10**9), 10**9)), max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[tuple[str, str, int]]) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(["key", "note", "ore"])
    for key, note, ore in rows:
        sign = "-" if ore < 0 else ""
        writer.writerow([key, note, f"{sign}{abs(ore) // 100},{abs(ore) % 100:02d}"])
    found, file = read(stream.getvalue().encode())
    assert file.refusals == []
    assert [tuple(values) for _, values in found] == rows


def test_a_letter_written_in_two_parts_is_one_letter() -> None:
    found, _ = read("key;note\nbåt;ærlig Åse\n".encode().replace("å".encode(), "a\u030a".encode()))
    assert found == [(2, ["båt", "ærlig Åse", 0])]


@given(st.binary(max_size=400))
def test_no_content_makes_the_reading_crash(content: bytes) -> None:
    read(content)
    read(b"key;note;ore\n" + content)


@given(st.binary(max_size=200))
def test_a_row_is_read_or_told_about(content: bytes) -> None:
    found, file = read(b"key;note;ore\nA;;\n" + content)
    lines = {line for line, _ in found}
    assert lines.isdisjoint({r.line for r in file.refusals if r.column})


def test_columns_stand_in_any_order_and_may_be_left_out() -> None:
    found, file = read(b"ORE; key\n12,50;A\n")
    assert (found, file.refusals) == ([(2, ["A", "", 1250])], [])


def test_a_row_over_several_lines_has_the_number_of_its_first() -> None:
    found, file = read(b'key;note;ore\nA;"one\ntwo";1\nB;;x\n')
    assert found == []
    assert [(r.line, r.column, r.code) for r in file.refusals] == [
        (2, "note", "cell.control_character"),
        (4, "ore", "cell.amount"),
    ]


def test_empty_lines_are_passed_over() -> None:
    found, file = read(b"key;note;ore\n\nA;;\n;;\n\n")
    assert [line for line, _ in found] == [3]
    assert file.refusals == []


def test_an_endless_line_is_not_gathered() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def readline(self, size: int | None = -1) -> bytes:
            self.asked += 1
            assert size is not None
            assert 0 < size <= LONGEST_LINE + 1
            return b"x" * size

    stream = Endless()
    file = SemicolonFile("t.csv", stream, COLUMNS)  # type: ignore[arg-type]
    assert list(file) == []
    assert ([r.code for r in file.refusals], stream.asked) == (["table.line_too_long"], 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-20", dt.date(2026, 11, 20)),
        ("20.11.2026", dt.date(2026, 11, 20)),
        ("1.2.2026", dt.date(2026, 2, 1)),
        ("29.02.2024", dt.date(2024, 2, 29)),
    ],
)
def test_a_register_writes_days_in_two_ways(text: str, day: dt.date) -> None:
    assert cells.day(text) == day


@pytest.mark.parametrize("text", ["20.11.26", "i dag", "2026-02-29", "20/11/2026", "2026-1-1", ""])
def test_a_day_without_its_year_is_no_day_for_a_register(text: str) -> None:
    with pytest.raises(RuleBroken, match=r"cell\.day"):
        cells.day(text)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0000-01", "11.2026", "2026"])
def test_a_month_is_a_year_and_a_month(text: str) -> None:
    assert cells.month("2026-11") == dt.date(2026, 11, 1)
    with pytest.raises(RuleBroken, match=r"cell\.month"):
        cells.month(text)


def test_yes_and_no_are_said_in_two_languages() -> None:
    assert [cells.yes_no(word) for word in ("Ja", "yes", "NEI", "0")] == [True, True, False, False]
    with pytest.raises(RuleBroken, match=r"cell\.yes_no"):
        cells.yes_no("kanskje")
