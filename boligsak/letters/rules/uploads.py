"""What may be taken in as a document: told from its bytes, never from its name or what is said.

A picture loses what the camera wrote into it: the place it was taken can be an address that is
protected. The picture itself is not touched.
"""

import io
import re
import struct
import zipfile
import zlib
from typing import NamedTuple

from boligsak.rule import RuleBroken

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

ENDS = {PDF: "pdf", JPEG: "jpg", PNG: "png", DOCX: "docx", ODT: "odt"}
PICTURES = frozenset({JPEG, PNG})

MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 4000
MOST_PIXELS = 100_000_000

_PNG_START = b"\x89PNG\r\n\x1a\n"
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|svg|\?xml|script)", re.IGNORECASE)


class Taken(NamedTuple):
    """What is kept: its type and its bytes, without what a camera wrote into it."""

    media_type: str
    content: bytes
    is_cleaned: bool = False


def take(content: bytes, most_bytes: int) -> Taken:
    """The document, when it is of a kind that is taken in and whole.

    Raises `RuleBroken` "upload.empty", "upload.too_big" (most: bytes), "upload.heic",
    "upload.old_office", "upload.markup", "upload.kind", and for a file of a kind that is taken:
    "upload.broken", "upload.too_many_pixels", "upload.macros", "upload.locked",
    "upload.reaches_out".
    """
    if not content:
        raise RuleBroken("upload.empty")
    if len(content) > most_bytes:
        raise RuleBroken("upload.too_big", most=most_bytes)
    kind = media_type_of(content)
    if kind == JPEG:
        clean = clean_jpeg(content)
    elif kind == PNG:
        clean = clean_png(content)
    elif kind == PDF:
        return Taken(kind, content)
    else:
        check_package(content, kind)
        return Taken(kind, content)
    return Taken(kind, clean, clean != content)


def media_type_of(content: bytes) -> str:
    """The type, by the file's own first bytes. Raises as `take` for a type that is not taken."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(_PNG_START):
        return PNG
    if content.startswith(b"PK\x03\x04"):
        return _package_type(content)
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise RuleBroken("upload.heic")
    if content.startswith(_OLD_OFFICE):
        raise RuleBroken("upload.old_office")
    if _MARKUP.match(content[:1024]):
        raise RuleBroken("upload.markup")
    raise RuleBroken("upload.kind")


# --- Word processors' packages --------------------------------------------------------------------


def _package_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                return DOCX
            is_short = names[:1] == ["mimetype"] and package.getinfo(names[0]).file_size < 100
            if is_short and package.read("mimetype") == ODT.encode():
                return ODT
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as why:
        raise RuleBroken("upload.broken") from why
    raise RuleBroken("upload.kind")


_MACROS = re.compile(r"vbaproject|activex|^basic/|^scripts/|\.bin$|\.exe$|\.ole$", re.IGNORECASE)
_REACHES_OUT = re.compile(
    rb"""<Relationship\b(?=[^>]*TargetMode\s*=\s*["']External["'])"""
    rb"""(?=[^>]*Type\s*=\s*["'][^"']*/(?:attachedTemplate|oleObject|frame|subDocument)["'])""",
    re.IGNORECASE,
)


def check_package(content: bytes, kind: str) -> None:
    """A text document that runs nothing, fetches nothing, and is whole and not locked.

    Raises `RuleBroken` "upload.broken", "upload.locked", "upload.macros" or "upload.reaches_out".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
                raise RuleBroken("upload.broken")
            for one in parts:
                if one.flag_bits & 0x1:
                    raise RuleBroken("upload.locked")
                if _MACROS.search(one.filename):
                    raise RuleBroken("upload.macros")
                if one.filename.startswith("/") or ".." in one.filename.split("/"):
                    raise RuleBroken("upload.broken")
            if package.testzip() is not None:
                raise RuleBroken("upload.broken")
            if kind == ODT:
                _check_odt(package)
            else:
                _check_docx(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, zlib.error) as why:
        raise RuleBroken("upload.broken") from why
    except (EOFError, KeyError) as why:
        raise RuleBroken("upload.broken") from why


def _check_docx(package: zipfile.ZipFile) -> None:
    if b"macroEnabled" in package.read("[Content_Types].xml"):
        raise RuleBroken("upload.macros")
    for name in package.namelist():
        if name.endswith(".rels") and _REACHES_OUT.search(package.read(name)):
            raise RuleBroken("upload.reaches_out")


def _check_odt(package: zipfile.ZipFile) -> None:
    manifest = package.read("META-INF/manifest.xml")
    if b"encryption-data" in manifest:
        raise RuleBroken("upload.locked")
    if b"<script:event-listener" in package.read("content.xml"):
        raise RuleBroken("upload.macros")


# --- Pictures -------------------------------------------------------------------------------------

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_TOLD_BY_CAMERA = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED), 0xEF})
_ORIENTATION = 0x0112


def clean_jpeg(content: bytes) -> bytes:
    """The picture without Exif, XMP, IPTC and comments; which way up it is stays.

    What follows the picture (a second one, a film, a file hidden there) is left out too. Raises
    `RuleBroken` "upload.broken" or "upload.too_many_pixels".
    """
    kept = [b"\xff\xd8"]
    at, orientation, has_frame = 2, 1, False
    while True:
        at, marker = _next_marker(content, at)
        if marker == _EOI:
            raise RuleBroken("upload.broken")  # a picture without a picture
        if marker in _BARE or marker == _SOI:
            continue
        length = _length(content, at)
        body = content[at + 2 : at + length]
        if marker == _SOS:
            if not has_frame:
                raise RuleBroken("upload.broken")
            end = _end_of_picture(content, at + length)
            kept.append(b"\xff\xda" + content[at:end])
            break
        if marker in _FRAMES:
            if len(body) < 5:
                raise RuleBroken("upload.broken")
            height, width = struct.unpack(">HH", body[1:5])
            _check_pixels(width, height)
            has_frame = True
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:]) or orientation
        if marker not in _TOLD_BY_CAMERA:
            kept.append(bytes((0xFF, marker)) + content[at : at + length])
        at += length
    if orientation != 1:
        kept.insert(1, _only_orientation(orientation))
    return b"".join(kept)


def _next_marker(content: bytes, at: int) -> tuple[int, int]:
    if content[at : at + 1] != b"\xff":
        raise RuleBroken("upload.broken")
    while content[at : at + 1] == b"\xff":
        at += 1
    if at >= len(content):
        raise RuleBroken("upload.broken")
    return at + 1, content[at]


def _length(content: bytes, at: int) -> int:
    length = int.from_bytes(content[at : at + 2], "big")
    if length < 2 or at + length > len(content):
        raise RuleBroken("upload.broken")
    return length


def _end_of_picture(content: bytes, at: int) -> int:
    """Where the picture's own end is, past scans that follow one another."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise RuleBroken("upload.broken")
        marker = content[at + 1]
        if marker == _EOI:
            return at + 2
        if marker in (0x00, 0xFF) or marker in _BARE:
            at += 1 if marker == 0xFF else 2
            continue
        at = at + 2 + _length(content, at + 2)


def _orientation(tiff: bytes) -> int:
    """Which way up, 1 to 8, by the Exif of a picture; 0 where it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return 0
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(entries):
            tag, kind, _count, value = struct.unpack_from(
                f"{order}HHIH", tiff, first + 2 + 12 * number
            )
            if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 0
    return 0


def _only_orientation(value: int) -> bytes:
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, value, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"}
    | {b"bKGD", b"pHYs", b"cICP"}
)


def clean_png(content: bytes) -> bytes:
    """The picture with the parts that draw it, and no text, time or Exif; nothing after its end.

    Raises `RuleBroken` "upload.broken" or "upload.too_many_pixels".
    """
    kept, at, is_first, has_picture = [_PNG_START], len(_PNG_START), True, False
    while True:
        if at + 12 > len(content):
            raise RuleBroken("upload.broken")
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise RuleBroken("upload.broken")
        (check,) = struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(content[at + 4 : end - 4]) != check or is_first != (name == b"IHDR"):
            raise RuleBroken("upload.broken")
        if is_first:
            if length != 13:
                raise RuleBroken("upload.broken")
            width, height = struct.unpack_from(">II", content, at + 8)
            _check_pixels(width, height)
            is_first = False
        has_picture = has_picture or name == b"IDAT"
        if name in _PNG_KEPT:
            kept.append(content[at:end])
        if name == b"IEND":
            break
        at = end
    if not has_picture:
        raise RuleBroken("upload.broken")
    return b"".join(kept)


def _check_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise RuleBroken("upload.broken")
    if width * height > MOST_PIXELS:
        raise RuleBroken("upload.too_many_pixels", most=MOST_PIXELS // 1_000_000)
