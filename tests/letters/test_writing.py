"""Writing a letter: from the template in force, with its facts kept, as a file that lasts."""

import datetime
import io
import re

import pikepdf
import pytest

from boligsak.letters import registry
from boligsak.letters.markup import read, text_of
from boligsak.letters.models import Document, Folder
from boligsak.letters.pdf import Letter, Sender, pdf
from boligsak.letters.services.journal import NewParty, content_of, folder_of
from boligsak.letters.services.writing import compose, preview, write
from boligsak.rule import RuleBroken
from tests.factories import OfficeFactory, UserFactory

DAY = datetime.date(2026, 11, 23)
KIND = "preliminary-answer"
FIELDS = {
    "application": "S2026-00042",
    "received_on": "01.10.2026",
    "why": "Vi venter på **opplysninger** {date}.\n\nOg på # noe mer | her.",
    "expected_on": "15.01.2027",
}
TO = NewParty(
    "recipient", "Čáhppe Ánne Đuođđá-Ŧeŋŋá Šžørjasæter", "Innherredsveien 3\n7043 Trondheim"
)


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def folder() -> Folder:
    return folder_of(
        "application",
        1,
        number="S2026-00042",
        title="Søknad om bolig",
        office_id=OfficeFactory().pk,
        is_protected=False,
        on=DAY,
    )


def written(folder, by, **more) -> Document:
    asked = {"fields": FIELDS, "to": TO, "language": "nb", **more}
    return write(KIND, folder=folder, office_id=folder.office_id, by=by, on=DAY, **asked)


def words_of(content: bytes) -> str:
    """The text of a PDF, page by page, as a reader's aid would get it."""
    found = []
    with pikepdf.open(io.BytesIO(content)) as document:
        for page in document.pages:
            fonts = {str(name): _letters(font) for name, font in page.Resources.Font.items()}
            current: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    current = fonts[str(operands[0])]
                elif str(operator) == "TJ":
                    parts = [bytes(one) for one in operands[0] if isinstance(one, pikepdf.String)]
                    found.append(_shown(b"".join(parts), current))
                elif str(operator) == "Tj":
                    found.append(_shown(bytes(operands[0]), current))
    return "".join(found)


def _shown(codes: bytes, letters: dict[int, str]) -> str:
    pairs = zip(codes[::2], codes[1::2], strict=True)
    return "".join(letters.get(high << 8 | low, "\ufffd") for high, low in pairs)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """What each glyph of a font stands for, by its ToUnicode table."""
    table = bytes(font.ToUnicode.read_bytes()).decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(value).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, value in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(bytes.fromhex(value).decode("utf-16-be").encode("utf-32-be").hex(), 16)
            for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = chr(start + step)
    return found


def squeezed(text: str) -> str:
    """Without spaces and hyphens: where lines break is the typesetter's."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


@pytest.mark.django_db
class TestWriting:
    def test_a_letter_is_journaled_with_its_template_and_facts(self, folder, by) -> None:
        letter = written(folder, by)
        assert (letter.kind, letter.direction, letter.folder) == (KIND, "out", folder)
        assert letter.template is not None
        assert letter.facts["fields"]["why"] == FIELDS["why"]
        assert letter.facts["fields"]["recipient"] == TO.name
        assert letter.title == letter.template.title

    def test_what_was_typed_is_words_in_the_file_too(self, folder, by) -> None:
        letter = written(folder, by)
        said = squeezed(words_of(content_of(letter)))
        assert squeezed("Vi venter på **opplysninger** {date}.") in said
        assert squeezed("Og på # noe mer | her.") in said

    def test_the_file_says_what_the_journal_has_as_its_text(self, folder, by) -> None:
        letter = written(folder, by)
        said = squeezed(words_of(content_of(letter)))
        for paragraph in letter.body.split("\n\n"):
            assert squeezed(paragraph) in said

    def test_the_window_holds_name_and_address_with_every_sami_letter(self, folder, by) -> None:
        said = squeezed(words_of(content_of(written(folder, by))))
        assert squeezed(TO.name) in said
        assert squeezed("Innherredsveien 3") in said

    def test_a_protected_recipient_has_no_address_in_the_file(self, folder, by) -> None:
        hidden = NewParty("recipient", "Ola", "Hemmelig vei 1", person_id=1, is_protected=True)
        letter = written(folder, by, to=hidden)
        assert squeezed("Hemmelig vei") not in squeezed(words_of(content_of(letter)))
        assert "Hemmelig" not in str(letter.facts)

    def test_nobody_on_a_protected_folder_has_one_either(self, by) -> None:
        folder = folder_of(
            "lease",
            7,
            number="L-1",
            title="Leieforhold",
            office_id=OfficeFactory().pk,
            is_protected=True,
            on=DAY,
        )
        to = NewParty("recipient", "Ola", "Hemmelig vei 1", person_id=1)
        letter = written(folder, by, to=to)
        assert squeezed("Hemmelig vei") not in squeezed(words_of(content_of(letter)))

    def test_a_letter_without_what_the_law_asks_for_is_not_written(self, folder, by) -> None:
        with pytest.raises(RuleBroken) as refused:
            written(folder, by, fields={**FIELDS, "why": " "})
        assert (refused.value.code, refused.value.facts["fields"]) == (
            "template.field_missing",
            ["why"],
        )
        assert not Document.objects.exists()

    def test_a_field_that_the_kind_does_not_have_is_a_fault_of_ours(self, folder, by) -> None:
        with pytest.raises(ValueError, match="has no field"):
            written(folder, by, fields={**FIELDS, "whim": "x"})

    def test_a_preview_writes_nothing(self, folder, by) -> None:
        made = preview(
            KIND,
            reference="S2026-00042",
            fields=FIELDS,
            to=TO,
            office_id=folder.office_id,
            language="nb",
            by=by,
            on=DAY,
        )
        assert made.startswith(b"%PDF")
        assert not Document.objects.exists()

    @pytest.mark.parametrize(
        ("language", "words"),
        [("nb", "Med vennlig hilsen"), ("nn", "Med venleg helsing"), ("en", "Yours sincerely")],
    )
    def test_the_words_around_are_in_the_letters_language(
        self, folder, by, language: str, words: str
    ) -> None:
        letter = written(folder, by, language=language)
        assert letter.language == language
        said = squeezed(words_of(content_of(letter)))
        assert squeezed(words) in said

    def test_a_language_without_a_template_gets_bokmal(self, folder, by) -> None:
        assert written(folder, by, language="so").language == "nb"

    def test_an_agreement_has_a_line_for_each_to_sign_and_no_regards(self, folder, by) -> None:
        kind = registry.kind("lease-contract")
        made = compose(
            kind.code,
            reference="L-1",
            fields=registry.examples(kind),
            to=TO,
            office_id=folder.office_id,
            language="nb",
            by=by,
            dated_on=DAY,
        )
        assert made.letter.signature == ()
        assert made.letter.signers == ("Trondheim kommune", "Ola Hansen, født 01.02.1980")
        assert squeezed("Sted og dato") in squeezed(words_of(pdf(made.letter)))

    def test_the_facts_are_shown_by_what_they_are_called(self, folder, by) -> None:
        letter = written(folder, by)
        shown = dict(registry.shown_facts(letter.kind, letter.facts))
        assert FIELDS["expected_on"] in shown.values()
        assert len(shown) == len(letter.facts["fields"])


# --- The file -----------------------------------------------------------------------------------

LONG = Letter(
    title="Et brev med lange navn",
    body="\n\n".join(
        [
            "# Overskrift",
            "Menneskerettighetsorganisasjonssekretariatsmedarbeidere bor i Tårnåsveien.",
            "Krav | Beløp\nHusleie | 9 000,00 kr",
            "- Čáhppes đáđđá ŋ š ŧ ž",
        ]
        + ["Tekst som går over flere sider, med nok ord til å fylle en linje eller to."] * 60
    ),
    sender=Sender("Trondheim kommune", "Helse- og velferdskontoret", ("Trondheim kommune",)),
    on=DAY,
    to=(
        "Anne-Margrethe Kristoffersdatter von Hammerstein-Wergeland",
        "v/ Institusjonen for rehabilitering og omsorg i Midt-Norge, avdeling 3",
        "Innherredsveien 3",
        "7043 Trondheim",
    ),
    marks=(("Vår referanse", "2026-00001"), ("Dato", "23.11.2026")),
)


def test_long_names_and_many_pages_keep_every_word_and_are_numbered() -> None:
    content = pdf(LONG)
    said = squeezed(words_of(content))
    for line in LONG.to:
        assert squeezed(line) in said
    assert squeezed(text_of(read("- Čáhppes đáđđá ŋ š ŧ ž")).removeprefix("– ")) in said
    with pikepdf.open(io.BytesIO(content)) as document:
        count = len(document.pages)
        assert count > 2
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        assert all(
            "/FontFile2" in font.DescendantFonts[0].FontDescriptor
            or "/FontFile3" in font.DescendantFonts[0].FontDescriptor
            for font in fonts
        )
    assert squeezed(f"Side{count}av{count}") in said


def test_no_glyph_is_without_its_letter() -> None:
    assert "\ufffd" not in words_of(pdf(LONG))


@pytest.mark.parametrize("hidden", ["\x01", "\ufeff", "\x00", "\ud800", "\x7f"])
def test_what_cannot_be_seen_is_left_out(hidden: str) -> None:
    letter = Letter("Tittel", f"før{hidden}etter", Sender("Trondheim kommune"), DAY)
    assert "føretter" in squeezed(words_of(pdf(letter)))


@pytest.mark.parametrize("character", ["😀", "王", "ት"])
def test_a_character_that_no_font_has_is_refused_by_name(character: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        pdf(Letter("Tittel", f"Hei {character}", Sender("Trondheim kommune"), DAY))
    assert (refused.value.code, refused.value.facts) == (
        "letter.unprintable",
        {"character": character},
    )
