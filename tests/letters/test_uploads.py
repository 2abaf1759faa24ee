"""What is taken in as a document, and what is left at the door."""

import contextlib
import datetime
import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.letters.rules import uploads as rules
from boligsak.letters.rules.uploads import DOCX, JPEG, ODT, PDF, PNG, take
from boligsak.letters.services.journal import NewParty, content_of, folder_of
from boligsak.letters.services.uploads import NewUpload, check_pdf, receive, scan
from boligsak.rule import RuleBroken
from tests.factories import OfficeFactory, UserFactory

ON = datetime.date(2026, 3, 2)
MOST = 10_000_000


# --- Files of each kind ---------------------------------------------------------------------------


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(orientation: int) -> bytes:
    """As a camera writes it: which way up, and where it was taken."""
    ifd = struct.pack("<H", 2) + struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    ifd += struct.pack("<HHII", 0x8825, 4, 1, 60) + struct.pack("<I", 0)
    return b"Exif\0\0II*\0\x08\0\0\0" + ifd + b"GPS 63.43 10.39 Storgata 1"


FRAME = segment(0xC0, b"\x08" + struct.pack(">HH", 20, 30) + b"\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00\x56\xff\xd0\x78"
PICTURE = b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0") + FRAME + SCAN
JPG = PICTURE + b"\xff\xd9"


def jpeg_from_a_phone(orientation: int = 6) -> bytes:
    told = segment(0xE1, exif(orientation)) + segment(0xED, b"IPTC Storgata 1")
    return JPG[:2] + told + segment(0xFE, b"Storgata 1") + JPG[2:] + b"trailing Storgata 1"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*more: bytes, width: int = 2, height: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0ab" * 2)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", head), *more, chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    )


def zipped(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return file.getvalue()


def docx(**more: str) -> bytes:
    parts = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}
    return zipped(parts | {name.replace("__", "/"): text for name, text in more.items()})


def odt(**more: str) -> bytes:
    parts = {
        "mimetype": ODT,
        "content.xml": "<office:document-content/>",
        "META-INF/manifest.xml": "<manifest:manifest/>",
    }
    return zipped(parts | {name.replace("__", "/"): text for name, text in more.items()})


def pdf(change=None, **save) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    if change is not None:
        change(document)
    file = io.BytesIO()
    document.save(file, **save)
    return file.getvalue()


# --- The kind is told from the bytes --------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [(pdf(), PDF), (JPG, JPEG), (png(), PNG), (docx(), DOCX), (odt(), ODT)],
    ids=["pdf", "jpeg", "png", "docx", "odt"],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: str) -> None:
    assert take(content, MOST).media_type == kind


REFUSED = {
    "empty": (b"", "upload.empty"),
    "html": (b"<!DOCTYPE html><script>", "upload.markup"),
    "svg": (b"\xef\xbb\xbf <svg xmlns='x'>", "upload.markup"),
    "xml": (b"<?xml version='1.0'?><svg/>", "upload.markup"),
    "program": (b"MZ\x90\x00", "upload.kind"),
    "text": (b"Hei", "upload.kind"),
    "gif": (b"GIF89a", "upload.kind"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0", "upload.heic"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "upload.old_office"),
    "zip": (zipped({"a.txt": "x"}), "upload.kind"),
    "half a zip": (docx()[:40], "upload.broken"),
    "html named as pdf further down": (b"<html>%PDF-1.7", "upload.markup"),
    "macros by name": (docx(**{"word__vbaProject.bin": "x"}), "upload.macros"),
    "macros by type": (
        zipped({"[Content_Types].xml": "macroEnabled", "word/document.xml": "x"}),
        "upload.macros",
    ),
    "an embedded program": (docx(**{"word__embeddings__a.exe": "x"}), "upload.macros"),
    "odt macros": (odt(**{"Basic__Standard__Module1.xml": "x"}), "upload.macros"),
    "odt listener": (odt(**{"content.xml": "<script:event-listener/>"}), "upload.macros"),
    "odt password": (
        odt(**{"META-INF__manifest.xml": "<manifest:encryption-data/>"}),
        "upload.locked",
    ),
    "a template from elsewhere": (
        docx(
            **{
                "word___rels__settings.xml.rels": '<Relationship Type="http://x/attachedTemplate" '
                'Target="http://evil" TargetMode="External"/>'
            }
        ),
        "upload.reaches_out",
    ),
    "a path out of the folder": (docx(**{"..__evil": "x"}), "upload.broken"),
    "jpeg without a picture": (b"\xff\xd8\xff\xd9", "upload.broken"),
    "half a jpeg": (PICTURE, "upload.broken"),
    "half a png": (png()[:-5], "upload.broken"),
    "a png with a changed byte": (png().replace(b"IDAT", b"IDAS"), "upload.broken"),
    "a png of a billion pixels": (png(width=50_000, height=50_000), "upload.too_many_pixels"),
    "a png of none": (png(width=0), "upload.broken"),
}


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_is_dangerous_broken_or_of_another_kind_is_refused(name: str) -> None:
    content, code = REFUSED[name]
    with pytest.raises(RuleBroken) as refused:
        take(content, MOST)
    assert refused.value.code == code


def test_a_link_to_a_page_in_a_text_is_no_danger() -> None:
    rels = '<Relationship Type="http://x/hyperlink" Target="http://nav.no" TargetMode="External"/>'
    assert take(docx(**{"word___rels__document.xml.rels": rels}), MOST).media_type == DOCX


def test_a_file_that_is_too_big_is_refused() -> None:
    with pytest.raises(RuleBroken) as refused:
        take(JPG, len(JPG) - 1)
    assert refused.value.facts == {"most": len(JPG) - 1}


def test_a_package_that_swells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_UNPACKED", 1000)
    with pytest.raises(RuleBroken):
        take(docx(word__big="x" * 2000), MOST)


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"%PDF-", b"PK\x03\x04"]))
def test_no_bytes_make_it_fall_over(content: bytes, start: bytes) -> None:
    with contextlib.suppress(RuleBroken):
        take(start + content, MOST)


@given(st.integers(0, len(jpeg_from_a_phone()) - 1), st.integers(0, 255))
def test_no_changed_byte_makes_a_picture_fall_over_or_tell_where(at: int, byte: int) -> None:
    content = bytearray(jpeg_from_a_phone())
    content[at] = byte
    try:
        kept = take(bytes(content), MOST)
    except RuleBroken:
        return
    assert kept.media_type == JPEG


# --- What a camera wrote --------------------------------------------------------------------------


def test_a_picture_does_not_tell_where_it_was_taken() -> None:
    kept = take(jpeg_from_a_phone(), MOST)
    assert b"Storgata" not in kept.content
    assert b"GPS" not in kept.content
    assert kept.is_cleaned


@pytest.mark.parametrize("way_up", range(1, 9))
def test_a_picture_still_knows_which_way_is_up(way_up: int) -> None:
    kept = take(jpeg_from_a_phone(way_up), MOST).content
    at = kept.find(b"Exif\0\0")
    assert (rules._orientation(kept[at + 6 :]) if at > 0 else 1) == way_up


def test_the_picture_itself_is_not_touched() -> None:
    assert take(jpeg_from_a_phone(1), MOST).content == JPG


def test_a_clean_picture_stays_as_it_is() -> None:
    assert take(JPG, MOST) == rules.Taken(JPEG, JPG, is_cleaned=False)


def test_a_cleaned_picture_cleaned_again_is_the_same() -> None:
    once = take(jpeg_from_a_phone(), MOST).content
    assert take(once, MOST).content == once


def test_a_png_loses_its_words_and_keeps_its_colours() -> None:
    gamma = chunk(b"gAMA", struct.pack(">I", 45455))
    told = [chunk(b"tEXt", b"Place\0Storgata 1"), chunk(b"eXIf", b"MM Storgata 1")]
    kept = take(png(gamma, *told) + b"Storgata 1", MOST)
    assert kept.content == png(gamma)


# --- PDF ------------------------------------------------------------------------------------------


def with_script(document: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.OpenAction = action


def with_a_program(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    page.Annots = pikepdf.Array(
        [pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)]
    )


def with_a_file(document: pikepdf.Pdf) -> None:
    document.attachments["a.txt"] = b"x"


def with_a_film(document: pikepdf.Pdf) -> None:
    document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia)])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pdf(with_script), "upload.runs"),
        (pdf(with_a_program), "upload.runs"),
        (pdf(with_a_film), "upload.runs"),
        (pdf(with_a_file), "upload.holds_files"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "upload.locked"),
        (pdf(encryption=pikepdf.Encryption(owner="a", user="")), "upload.locked"),
        (b"%PDF-1.7\n1 0 obj", "upload.broken"),
    ],
    ids=["script", "program", "film", "file", "password", "owner", "broken"],
)
def test_a_pdf_that_does_something_or_cannot_be_read_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_pdf(content)
    assert refused.value.code == code


def test_a_script_hidden_in_a_packed_object_is_found() -> None:
    packed = pdf(with_script, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed
    with pytest.raises(RuleBroken):
        check_pdf(packed)


def test_a_plain_pdf_tells_its_pages() -> None:
    assert check_pdf(pdf(lambda document: document.add_blank_page())) == 2


# --- The scanner ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("sh -c 'cat >/dev/null; exit 1'", "upload.infected"),
        ("sh -c 'exit 2'", "upload.not_scanned"),
        ("/no/such/scanner", "upload.not_scanned"),
    ],
)
def test_what_the_scanner_refuses_or_cannot_look_at_is_refused(settings, command, code) -> None:
    settings.UPLOAD_SCANNER = command
    with pytest.raises(RuleBroken) as refused:
        scan(b"x")
    assert refused.value.code == code


def test_the_scanner_is_given_the_file(settings) -> None:
    settings.UPLOAD_SCANNER = "grep -qv virus"
    assert scan(b"ren fil")
    settings.UPLOAD_SCANNER = "sh -c '! grep -q virus'"
    with pytest.raises(RuleBroken):
        scan(b"et virus")


def test_without_a_scanner_nothing_is_said_to_be_scanned(settings) -> None:
    settings.UPLOAD_SCANNER = ""
    assert scan(b"et virus") is False


# --- Taken in -------------------------------------------------------------------------------------


@pytest.fixture
def folder(db, tmp_path, settings):
    settings.FILES_DIR = tmp_path
    return folder_of(
        "case",
        1,
        number="S-1",
        title="Boligsak",
        office_id=OfficeFactory().pk,
        is_protected=False,
        on=ON,
    )


def upload(content: bytes, **more) -> NewUpload:
    given = {"title": "Brev", "kind": "letter-in", "dated_on": ON} | more
    return NewUpload(content=content, parties=[NewParty("sender", "Ola")], **given)


def test_what_is_kept_is_the_cleaned_picture(folder) -> None:
    document = receive(folder, upload(jpeg_from_a_phone(1)), by=UserFactory(), on=ON)
    assert content_of(document) == JPG
    assert document.facts == {"is_scanned": False, "is_cleaned": True}
    assert document.file_name == "letter-in-2026-03-02.jpg"


def test_the_same_file_is_not_taken_into_a_folder_twice(folder) -> None:
    user = UserFactory()
    first = receive(folder, upload(JPG), by=user, on=ON)
    with pytest.raises(RuleBroken) as refused:
        receive(folder, upload(jpeg_from_a_phone(1), title="Igjen"), by=user, on=ON)
    assert refused.value.facts == {"number": str(first)}
    assert folder.documents.count() == 1
