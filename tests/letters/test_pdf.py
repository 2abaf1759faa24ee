"""A letter as a PDF that can be archived and read aloud."""

import datetime
import io
from dataclasses import replace

import pikepdf
import pytest

from boligsak.letters.pdf import Letter, Sender, pdf
from tests.letters.pdf_text import pages

DAY = datetime.date(2026, 11, 23)
LETTER = Letter(
    title="Varsel etter tvangsfullbyrdelsesloven § 4-18",
    body="Du skylder:\n\nKrav | Beløp\nHusleie | 9 000,00 kr\n\n## Slik unngår du det\n- betal",
    sender=Sender("Trondheim kommune", "Helse- og velferdskontoret", ("Trondheim kommune",)),
    on=DAY,
    to=("Ola Hansen", "Innherredsveien 3", "7043 Trondheim"),
    marks=(("Vår referanse", "2026-00001"), ("Dato", "23.11.2026")),
    signature=("Med vennlig hilsen", "Kari Nordmann"),
    enclosures=("Husleiekontrakt",),
)


def opened(letter: Letter) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf(letter)))


def test_it_says_that_it_is_tagged_and_in_which_language() -> None:
    document = opened(LETTER)
    assert document.Root.MarkInfo.Marked
    assert str(document.Root.Lang) == "nb-NO"


@pytest.mark.parametrize("claim", ["pdfaid:part", "pdfuaid:part"])
def test_it_claims_to_be_archivable_and_accessible(claim: str) -> None:
    assert claim.encode() in bytes(opened(LETTER).Root.Metadata.read_bytes())


def test_every_font_lies_in_the_file() -> None:
    document = opened(LETTER)
    fonts = [font for page in document.pages for font in page.Resources.Font.values()]
    assert fonts
    for font in fonts:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_the_same_letter_on_the_same_day_is_the_same_file() -> None:
    assert pdf(LETTER) == pdf(LETTER)


def test_a_long_letter_has_more_pages() -> None:
    assert len(opened(replace(LETTER, body="\n\n".join(["Tekst."] * 90))).pages) > 1


def test_every_page_but_the_first_is_headed_by_the_title_and_the_reference() -> None:
    first, second, *_rest = pages(pdf(replace(LETTER, body="\n\n".join(["Tekst."] * 60))))
    head = second[: second.index("Tekst")]
    assert LETTER.title in head
    assert "2026-00001" in head
    assert first.count(LETTER.title) == 1


def test_an_address_is_never_divided() -> None:
    street = "Førstegangsetablererbolighusleiekompensasjonsveien ved Østmarknesetbarnevernet 3"
    said = pages(pdf(replace(LETTER, to=("Ola Hansen", street, "7043 Trondheim"))))[0]
    assert "-\n" not in said[: said.index("7043")]


@pytest.mark.parametrize(
    "text",
    [
        '#panic("nei")',
        "$ x $ \\ _a_ `b` <c> @d",
        "Čáhppes đáđđá ŋ š ŧ ž",
        "= Overskrift",
        "**",
        "|",
    ],
)
def test_nothing_that_is_typed_is_an_instruction(text: str) -> None:
    assert pdf(replace(LETTER, body=text, title=text))


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_letter_is_set_in_each_language(language: str) -> None:
    assert pdf(replace(LETTER, language=language))


def test_a_report_has_no_address() -> None:
    assert pdf(replace(LETTER, to=(), marks=(), signature=(), enclosures=()))
