"""Why a line is not what had to come: found out only when it is not, so it may take its time."""

from arrears.rules.ocr_giro.layout import LINE_LENGTH, RECORDS, Field, FieldClass, Record
from arrears.rules.ocr_giro.values import OcrError

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_FORMAT = b"NY"
# Free text and whatever stands in its place may be a name: never repeated in a refusal.
_PRIVATE = frozenset({FieldClass.TEXT})


def fault(
    line: bytes | None, number: int, expected: tuple[Record, ...], *, unfinished: bool
) -> OcrError:
    """The refusal of `line`, which matches none of the `expected` records.

    `line` is None where the file ended before a record that had to come; `unfinished` says that
    the file ended in the middle of this line. `number` is the line's own, from 1.
    """
    codes = tuple(record.code for record in expected)
    if line is None:
        return OcrError("ocr.truncated", line=number, expected=codes, found=None)
    encoding = _foreign_encoding(line, number)
    if number == 1 and not _FORMAT.startswith(line[:2]) and encoding not in _BOMS.values():
        # A picture, a statement of account: what else is wrong with it helps nobody.
        return OcrError("ocr.format_code", line=1, expected="NY", found=_shown(line[:2]))
    if encoding:
        return OcrError("ocr.encoding", line=number, expected="iso-8859-1", found=encoding)
    if len(line) < LINE_LENGTH and unfinished:
        return OcrError("ocr.truncated", line=number, expected=codes, found=len(line))
    if b"\r" in line or b"\n" in line:
        return OcrError("ocr.line_end", line=number, expected=None, found=None)
    if len(line) != LINE_LENGTH:
        return OcrError("ocr.line_length", line=number, expected=LINE_LENGTH, found=len(line))
    if not line.startswith(_FORMAT):
        return OcrError("ocr.format_code", line=number, expected="NY", found=_shown(line[:2]))
    return _wrong_record(line, number, expected)


def _foreign_encoding(line: bytes, number: int) -> str | None:
    """The encoding that the file betrays: a byte order mark, zero bytes, or two bytes a letter.

    Every byte is some character in ISO-8859-1, so UTF-8 shows only by making a line too long; and
    0x80 to 0x9f are controls there, but letters in the code pages of DOS, Macintosh and Windows.
    """
    if number == 1:
        for mark, name in _BOMS.items():
            if line.startswith(mark):
                return name
    start = line[: LINE_LENGTH * 2]
    if b"\x00" in start and (number > 1 or start.replace(b"\x00", b"").startswith(_FORMAT)):
        return "utf-16"
    if len(line) > LINE_LENGTH and not line.isascii():
        try:
            as_utf8 = len(line.decode("utf-8"))
        except UnicodeDecodeError:
            return None
        return "utf-8" if as_utf8 == LINE_LENGTH else None
    return "code-page" if any(0x80 <= byte <= 0x9F for byte in line) else None


def _wrong_record(line: bytes, number: int, expected: tuple[Record, ...]) -> OcrError:
    codes = tuple(record.code for record in expected)
    services = {record.service for record in expected}
    service, code = _shown(line[2:4]), _shown(line[6:8])
    stands = RECORDS.get(code)
    # A service that is not ours says more than the records it brings along (AvtaleGiro: 21).
    if service not in {"00", "09"}:
        return OcrError("ocr.service", line=number, expected=max(services), found=service)
    if stands is None or stands not in expected:
        return OcrError("ocr.record", line=number, expected=codes, found=code)
    if service != stands.service:
        return OcrError("ocr.service", line=number, expected=stands.service, found=service)
    return _wrong_field(line, number, stands)


def _wrong_field(line: bytes, number: int, record: Record) -> OcrError:
    for field in (record.kind, *record.fields):
        if not field.accepts(field.of(line)):
            return field_fault(line, number, record, field)
    # Unreachable while a record's pattern is made of its fields' patterns; still a refusal.
    return OcrError("ocr.record", line=number, expected=(record.code,), found=record.code)


def field_fault(
    line: bytes,
    number: int,
    record: Record,
    field: Field,
    expected: FieldClass | None = None,
) -> OcrError:
    """A field whose content is not of its class: where it is, what it may hold, what it holds.

    `expected` narrows the class down where another field of the line does.
    """
    return OcrError(
        "ocr.field",
        line=number,
        record=record.name,
        field=field.name,
        first=field.first,
        last=field.last,
        expected=(expected or field.holds).name.lower(),
        found=None if field.holds in _PRIVATE else _shown(field.of(line)),
    )


def _shown(raw: bytes) -> str:
    """Bytes as text fit to be shown: one character a byte, no control characters."""
    return "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in raw.decode("latin-1")
    )
