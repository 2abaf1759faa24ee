"""What goes to the printer: letters joined to one file, with a manifest and sheets between them.

The joined file is for the printer and is not PDF/A: the letters it is made of stay in the journal
as they were archived. Every part starts on a sheet of its own, printed on one side or on both.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import typst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_HERE = Path(__file__).resolve().parent
_FONTS = _HERE / "fonts"
_SOURCE = _HERE / "typst" / "sheets.typ"

Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One letter of a batch. `facts` stand on the separator before it."""

    content: bytes
    facts: Rows


def pages_of(content: bytes) -> int:
    """How many pages a PDF has."""
    with pikepdf.open(BytesIO(content)) as opened:
        return len(opened.pages)


def manifest(title: str, facts: Rows, rows: Sequence[Sequence[str]]) -> bytes:
    """The list of a batch's letters: place, document, recipient, pages, sheets."""
    return _set(
        {
            "kind": "manifest",
            "title": title,
            "facts": [list(row) for row in facts],
            "columns": [_("No."), _("Document"), _("Recipient"), _("Pages"), _("Sheets")],
            "rows": [list(row) for row in rows],
        }
    )


def separators(title: str, parts: Sequence[Part]) -> bytes:
    """A page before each letter, that says which it is."""
    sheets = []
    for number, part in enumerate(parts, 1):
        place = _("%(number)s of %(all)s") % {"number": number, "all": len(parts)}
        sheets.append({"place": place, "facts": [list(row) for row in part.facts]})
    return _set({"kind": "separators", "title": title, "sheets": sheets})


def address_sheet(sender: str, to: Sequence[str]) -> bytes:
    """A sheet that shows an address in the envelope's window, before a letter that has none."""
    return _set({"kind": "address", "title": _("Address"), "sender": sender, "to": list(to)})


def batch(first: bytes, between: bytes, parts: Sequence[Part]) -> bytes:
    """The manifest, then each letter after its separator, each from a new sheet on."""
    with pikepdf.new() as joined, pikepdf.open(BytesIO(between)) as sheets:
        _add(joined, first)
        for sheet, part in zip(sheets.pages, parts, strict=True):
            joined.pages.append(sheet)
            _fill(joined)
            _add(joined, part.content)
        return _saved(joined)


def joined(*contents: bytes) -> bytes:
    """Some files after each other, each from a new sheet on."""
    with pikepdf.new() as whole:
        for content in contents:
            _add(whole, content)
        return _saved(whole)


def _add(joined: Any, content: bytes) -> None:
    with pikepdf.open(BytesIO(content)) as opened:
        joined.pages.extend(opened.pages)
    _fill(joined)


def _fill(joined: Any) -> None:
    """An empty page where the next part would come on a sheet's back."""
    if len(joined.pages) % 2:
        joined.add_blank_page(page_size=(595.28, 841.89))


def _saved(joined: Any) -> bytes:
    out = BytesIO()
    joined.remove_unreferenced_resources()
    joined.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _set(data: dict[str, Any]) -> bytes:
    language = (get_language() or "nb")[:2]
    compile_sheets: Any = typst.compile  # its stub wants one kind of path for everything
    made: bytes = compile_sheets(
        _source(),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"sheets": json.dumps({"language": language} | data, ensure_ascii=False)},
    )
    return made


@lru_cache(maxsize=1)
def _source() -> bytes:
    return _SOURCE.read_bytes()
