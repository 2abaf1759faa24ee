"""Documents joined to one file: what is in it first, then the letter, then each enclosure.

The joined file is for whoever gets it and is not PDF/A; each part stays in the journal as it was
archived. Nothing in a part runs or leads away any more: forms and notes are made part of the page.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import typst
from django.utils.translation import gettext as _

from boligsak.letters.rules.uploads import ENDS, PDF, PICTURES

JOINABLE = frozenset({PDF, *PICTURES})
_HERE = Path(__file__).resolve().parent
_FONTS = _HERE / "fonts"
_SOURCE = _HERE / "typst" / "bundle.typ"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One document that follows. `title` is what the list calls it; PDF, JPEG or PNG."""

    title: str
    content: bytes
    media_type: str = PDF


def bundle(
    letter: bytes,
    enclosures: Sequence[Enclosure],
    *,
    title: str,
    about: str = "",
    note: str = "",
) -> bytes:
    """The letter with its enclosures as one PDF, with a list of what stands on which page.

    `note` stands below the list: what follows in another way. Each enclosure's first page bears
    its number. Raises `pikepdf.PdfError` for a part that is no PDF.
    """
    parts = [_open(letter)] + [_open(_as_pdf(one)) for one in enclosures]
    try:
        first_pages, page = [], 2
        for part in parts:
            first_pages.append(page)
            page += len(part.pages)
        names = [title, *(one.title for one in enclosures)]
        labels = ["", *(_mark(number) for number in range(1, len(parts)))]
        rows = list(zip(labels, names, map(str, first_pages), strict=True))
        contents = _set(
            {
                "kind": "contents",
                "title": title,
                "about": about,
                "note": note,
                "columns": ["", _("What"), _("Page")],
                "rows": [list(row) for row in rows],
            }
        )
        return _joined([_open(contents), *parts], title, labels, names)
    finally:
        for part in parts:
            part.close()


def _mark(number: int) -> str:
    return _("Enclosure %(number)d") % {"number": number}


def _joined(
    parts: Sequence[pikepdf.Pdf], title: str, labels: Sequence[str], names: Sequence[str]
) -> bytes:
    with pikepdf.new() as whole:
        places = []
        for part in parts:
            places.append(len(whole.pages))
            whole.pages.extend(part.pages)
        if any(labels):
            marks = [label for label in labels if label]
            with _open(_set({"kind": "marks", "title": title, "marks": marks})) as sheets:
                for sheet, place in zip(sheets.pages, places[2:], strict=True):
                    whole.pages[place].add_overlay(sheet, None)
        with whole.open_outline() as outline:
            for label, name, place in zip(labels, names, places[1:], strict=True):
                words = f"{label}: {name}" if label else name
                outline.root.append(pikepdf.OutlineItem(words, place))
        whole.Root.Lang = pikepdf.String("nb")
        whole.Root.PageMode = pikepdf.Name.UseOutlines
        with whole.open_metadata() as told:
            told["dc:title"] = title
        whole.remove_unreferenced_resources()
        out = BytesIO()
        whole.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _open(content: bytes) -> pikepdf.Pdf:
    """A part, with what was typed into it made part of its pages."""
    opened = pikepdf.open(BytesIO(content))
    if "/AcroForm" in opened.Root:
        opened.generate_appearance_streams()
    opened.flatten_annotations("all")
    for page in opened.pages:
        if "/Annots" in page:
            del page.Annots  # links and what has no looks of its own
    return opened


def _as_pdf(one: Enclosure) -> bytes:
    """A picture on a page of its own; a PDF as it is."""
    if one.media_type == PDF:
        return one.content
    if one.media_type not in PICTURES:
        raise ValueError(f"{one.media_type} cannot be joined")
    name = f"picture.{ENDS[one.media_type]}"
    return _set({"kind": "picture", "title": one.title, "picture": name}, {name: one.content})


def _set(data: dict[str, Any], files: dict[str, bytes] | None = None) -> bytes:
    """Set by Typst, which reads pictures from a folder only: one of our own, in memory where the
    system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made by mkdtemp, for us alone
    where = str(memory) if memory.is_dir() else None
    compile_bundle: Any = typst.compile  # its stub wants one kind of path for everything
    with tempfile.TemporaryDirectory(prefix="boligsak-", dir=where) as folder:
        source = Path(folder) / "bundle.typ"
        source.write_bytes(_source())
        for name, content in (files or {}).items():
            (Path(folder) / name).write_bytes(content)
        made: bytes = compile_bundle(
            str(source),
            root=folder,
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"bundle": json.dumps(data, ensure_ascii=False)},
        )
    return made


@lru_cache(maxsize=1)
def _source() -> bytes:
    return _SOURCE.read_bytes()
