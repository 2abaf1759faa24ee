"""Filling a template in: what somebody types can never become a mark or a field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.letters.markup import (
    ITEMS,
    LINE,
    PARTS,
    TABLE,
    TEXT,
    Part,
    filled,
    items,
    parts,
    table,
    text_of,
)
from boligsak.letters.rules.templates import (
    changes,
    check_text,
    check_title,
    check_values,
    fields_in,
    lacking,
)
from boligsak.rule import RuleBroken

SHAPES = {
    "name": LINE,
    "other": LINE,
    "reasons": TEXT,
    "rules": ITEMS,
    "sums": TABLE,
    "cases": PARTS,
}
VALUES = {"name": "Ola", "other": "", "reasons": "", "rules": "", "sums": "", "cases": ""}
ANYTHING = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("{}*#|-1. \n\r\t")), st.characters(exclude_categories=["Cs"])
    )
)


def said(text: str, **values: str) -> str:
    return text_of(filled(text, VALUES | values, SHAPES))


def kinds(text: str, **values: str) -> list[str]:
    return [block.kind for block in filled(text, VALUES | values, SHAPES)]


def test_a_field_stands_where_its_braces_stood() -> None:
    assert said("Hei {name}, og **{name}** igjen") == "Hei Ola, og Ola igjen"


def test_doubled_braces_are_braces() -> None:
    assert said("{{name}} {name}") == "{name} Ola"


@pytest.mark.parametrize(
    "typed", ["{other}", "**x**", "# x", "- x", "1. x", "a | b", "{{x}}", "}{", "{"]
)
def test_what_is_typed_stands_as_it_was_typed(typed: str) -> None:
    assert said("Til {name}.", name=typed) == f"Til {typed}."
    assert kinds("{name}", name=typed) == ["paragraph"]


@given(ANYTHING)
def test_a_value_in_a_sentence_stays_one_paragraph_with_all_its_words(typed: str) -> None:
    (block,) = filled("Før {name} etter", VALUES | {"name": typed}, SHAPES) or [None]
    if not typed.strip():
        assert block is None or block.kind == "paragraph"
        return
    assert block is not None
    assert block.kind == "paragraph"
    ((run,),) = block.lines[0]
    assert run[1] is False
    assert run[0].split() == ["Før", *typed.split(), "etter"]


@given(ANYTHING)
def test_typed_paragraphs_are_paragraphs_and_nothing_else(typed: str) -> None:
    blocks = filled("{reasons}", VALUES | {"reasons": typed}, SHAPES)
    assert {block.kind for block in blocks} <= {"paragraph"}
    runs = [run for block in blocks for line in block.lines for cell in line for run in cell]
    assert not any(strong for _, strong in runs)
    assert "".join(words for words, _ in runs).split() == typed.split() or "".join(
        "".join(words for words, _ in runs).split()
    ) == "".join(typed.split())


@given(st.lists(ANYTHING, max_size=5))
def test_a_list_has_as_many_points_as_it_was_given(typed: list[str]) -> None:
    blocks = filled("{rules}", VALUES | {"rules": items(typed)}, SHAPES)
    assert [len(block.lines) for block in blocks] == ([len(typed)] if typed else [])


@given(st.lists(st.lists(ANYTHING, min_size=2, max_size=2), min_size=2, max_size=5))
def test_a_table_has_the_cells_it_was_given(rows: list[list[str]]) -> None:
    (block,) = filled("{sums}", VALUES | {"sums": table(rows)}, SHAPES)
    assert [len(line) for line in block.lines] == [2] * len(rows)
    block.as_data()


@given(st.text(), ANYTHING)
def test_no_text_that_was_let_in_breaks_when_it_is_filled(text: str, typed: str) -> None:
    try:
        check_text(text, SHAPES)
    except RuleBroken:
        return
    filled(
        text,
        {
            **dict.fromkeys(("name", "other", "reasons"), typed),
            "rules": "",
            "sums": "",
            "cases": "",
        },
        SHAPES,
    )


def test_a_line_whose_every_field_is_empty_is_left_out() -> None:
    assert said("Hei {name}\nGjelder til {other}\nTakk") == "Hei Ola\nTakk"
    assert said("- {name}\n- {other}") == "– Ola"


def test_a_heading_goes_with_what_stood_below_it() -> None:
    text = "# Begrunnelse\n\n{reasons}\n\n# Klage\n\nDu kan klage."
    assert said(text) == "Klage\n\nDu kan klage."
    assert said(text, reasons="Fordi.") == "Begrunnelse\n\nFordi.\n\nKlage\n\nDu kan klage."


def test_a_heading_stays_while_something_stands_below_its_subheadings() -> None:
    text = "# Vedtak\n## Regler\n{rules}\n## Grunner\nFordi."
    assert said(text) == "Vedtak\n\nGrunner\n\nFordi."


def test_a_table_with_only_its_head_is_left_out() -> None:
    assert said("Hei\n\nHva | Hvor mye\n{other} | {other}") == "Hei"


def test_a_field_of_paragraphs_may_follow_a_line() -> None:
    assert kinds(
        "Du skylder:\n{sums}\nBetal", sums=table([("Krav", "Beløp"), ("Leie", "1,00 kr")])
    ) == [
        "paragraph",
        "table",
        "paragraph",
    ]


@pytest.mark.parametrize(
    ("text", "code", "facts"),
    [
        ("", "template.empty", {}),
        (" \n ", "template.empty", {}),
        ("Hei {name", "template.brace", {"line": 1}),
        ("Hei\n\nname}", "template.brace", {"line": 3}),
        ("Hei {Name}", "template.brace", {"line": 1}),
        ("Hei { name }", "template.brace", {"line": 1}),
        ("Hei {}", "template.brace", {"line": 1}),
        ("Hei {{name}}}", "template.brace", {"line": 1}),
        ("a\n{nope}", "template.unknown_field", {"line": 2, "field": "nope"}),
        ("Fordi {reasons}", "template.not_alone", {"line": 1, "field": "reasons"}),
        ("- {rules}", "template.not_alone", {"line": 1, "field": "rules"}),
    ],
)
def test_a_text_that_cannot_be_filled_is_refused_with_its_line(
    text: str, code: str, facts: dict[str, object]
) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_text(text, SHAPES)
    assert refused.value.code == code
    assert facts.items() <= refused.value.facts.items()


@pytest.mark.parametrize("text", ["Hei {name}", "{{}}", "{{{name}}}", "{reasons}", "  {rules}  "])
def test_a_text_that_can_be_filled_is_let_in(text: str) -> None:
    check_text(text, SHAPES)


@pytest.mark.parametrize(
    ("title", "code"), [("", "template.no_title"), ("Til {recipient}", "template.title_field")]
)
def test_the_title_is_public_and_holds_no_field(title: str, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_title(title)
    assert refused.value.code == code


def test_what_the_law_asks_for_is_looked_for_in_order() -> None:
    assert fields_in("{name} {{other}}\n{reasons}") == {"name", "reasons"}
    assert lacking("{name}", ["rules", "name", "reasons"]) == ["rules", "reasons"]


def test_a_letter_lacks_a_value_that_is_not_there_or_is_required_and_empty() -> None:
    check_values({"name"}, {"name"}, {"name": "x", "other": ""})
    with pytest.raises(RuleBroken) as refused:
        check_values({"name", "gone"}, {"other"}, {"name": "", "other": " "})
    assert refused.value.facts == {"fields": ["gone", "other"]}


def test_a_comparison_says_what_went_and_what_came() -> None:
    assert [(one.what, one.lines) for one in changes("a\nb\nc", "a\nx\nc")] == [
        ("same", ("a",)),
        ("out", ("b",)),
        ("in", ("x",)),
        ("same", ("c",)),
    ]


def test_parts_each_have_their_heading_and_are_never_read_for_marks() -> None:
    cases = parts([Part("Sak 1", "- **Hun** {name}\n\n# Nei", [("Vedtak", "Stans | nå")])])
    assert kinds("# Saker\n{cases}", cases=cases) == [
        "heading",
        "subheading",
        "paragraph",
        "paragraph",
        "paragraph",
    ]
    told = "Saker\n\nSak 1\n\n- **Hun** {name}\n\n# Nei\n\nVedtak: Stans | nå"
    assert said("# Saker\n{cases}", cases=cases) == told


def test_a_part_of_a_heading_alone_keeps_the_heading_above_it() -> None:
    assert said("# Saker\n{cases}", cases=parts([Part("Sak 1"), Part("Sak 2")])) == (
        "Saker\n\nSak 1\n\nSak 2"
    )


def test_a_heading_over_no_parts_is_left_out() -> None:
    assert said("Hei\n\n# Saker\n{cases}", cases=parts([])) == "Hei"
