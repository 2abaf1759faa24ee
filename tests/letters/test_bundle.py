"""Documents joined to one file."""

import io
import struct
import zlib

import pikepdf
import pytest
from django.utils import translation

from boligsak.letters.bundle import Enclosure, bundle
from boligsak.letters.pictures import page_picture
from tests.letters.test_uploads import chunk, pdf

PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0ab\0cd"))
    + chunk(b"IEND", b"")
)


def pages(number: int) -> bytes:
    return pdf(lambda document: [document.add_blank_page() for _more in range(number - 1)])


def joined(*enclosures: Enclosure, **more) -> pikepdf.Pdf:
    with translation.override("nb"):
        content = bundle(pages(2), enclosures, title="Begjæring om utkastelse", **more)
    return pikepdf.open(io.BytesIO(content))


def outline(document: pikepdf.Pdf) -> list[tuple[str, int]]:
    with document.open_outline() as found:
        places = {page.objgen: number for number, page in enumerate(document.pages, 1)}
        return [(item.title, places[item.destination[0].objgen]) for item in found.root]


def test_the_list_comes_first_then_the_letter_then_each_enclosure_in_order() -> None:
    document = joined(Enclosure("Husleiekontrakt", pages(3)), Enclosure("Varsel", pages(1)))
    assert len(document.pages) == 1 + 2 + 3 + 1
    assert outline(document) == [
        ("Begjæring om utkastelse", 2),
        ("Vedlegg 1: Husleiekontrakt", 4),
        ("Vedlegg 2: Varsel", 7),
    ]


def test_a_picture_gets_a_page_of_its_own() -> None:
    document = joined(Enclosure("Foto", PNG, "image/png"))
    assert len(document.pages) == 4
    assert page_picture(bundle(pages(1), [Enclosure("Foto", PNG, "image/png")], title="x"), 3)


def test_a_letter_without_enclosures_is_a_bundle_too() -> None:
    assert len(joined().pages) == 3


def test_what_is_typed_into_a_form_becomes_part_of_the_page() -> None:
    def with_a_note(document: pikepdf.Pdf) -> None:
        document.pages[0].Annots = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Link,
                    Rect=[0, 0, 9, 9],
                    A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org"),
                )
            ]
        )

    document = joined(Enclosure("Skjema", pdf(with_a_note)))
    assert not [page for page in document.pages if page.get("/Annots")]


def test_the_file_says_its_title_and_language() -> None:
    document = joined()
    with document.open_metadata() as told:
        assert told["dc:title"] == "Begjæring om utkastelse"
    assert str(document.Root.Lang) == "nb"


def test_what_cannot_be_joined_is_a_fault_of_whoever_asks() -> None:
    with pytest.raises(ValueError, match="cannot be joined"):
        joined(Enclosure("Brev", b"PK", "application/zip"))
