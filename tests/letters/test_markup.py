"""The few marks of a letter's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.letters.markup import Block, plain, read


def kinds(text: str) -> list[str]:
    return [block.kind for block in read(text)]


def words(block: Block) -> list[list[str]]:
    return [["".join(run for run, _ in cell) for cell in line] for line in block.lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hei", ["paragraph"]),
        ("Hei\n\nHa det", ["paragraph", "paragraph"]),
        ("# Krav\nDu skylder", ["heading", "paragraph"]),
        ("# Krav\n## Forfall", ["heading", "subheading"]),
        ("Slik:\n- én\n- to", ["paragraph", "list"]),
        ("1. først\n2) så", ["numbers"]),
        ("Krav | Beløp\nHusleie | 9 000,00 kr", ["table"]),
        ("", []),
        ("   \n\n ", []),
    ],
)
def test_a_mark_makes_its_block(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_subheading_above_every_heading_becomes_one() -> None:
    assert kinds("## Krav\n\nTekst") == ["heading", "paragraph"]


def test_words_between_two_stars_are_strong() -> None:
    (block,) = read("du må **betale** nå")
    assert block.lines[0][0] == (("du må ", False), ("betale", True), (" nå", False))


def test_a_column_of_amounts_is_set_to_the_right() -> None:
    (block,) = read("Krav | Beløp\nHusleie | 9 000,00 kr\nGebyr | −35,00 kr")
    assert block.as_data()["ends"] == [False, True]


def test_a_row_that_lacks_a_cell_gets_an_empty_one() -> None:
    (block,) = read("A | B | C\n1 | 2")
    assert [len(line) for line in block.lines] == [3, 3]


def test_a_preview_has_no_marks() -> None:
    assert plain("# Krav\n- **én**") == "Krav\nén"


@given(st.text())
def test_no_text_is_refused_and_no_letter_of_a_plain_text_is_lost(text: str) -> None:
    for block in read(text):
        assert block.lines
        block.as_data()


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1))
def test_what_is_no_mark_stands_as_it_was_typed(text: str) -> None:
    (block,) = read(text)
    assert words(block) == [[text]]
