"""The Norwegian catalogue: every text the program says, and whether it has a translation.

Babel reads the Python files; templates go through Django's own templatize first, so GNU gettext
is not needed. Runs in the virtual environment, behind `./run messages`.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parents[2]
CATALOGUE = BASE_DIR / "locale" / "nb" / "LC_MESSAGES" / "django.po"
SOURCES = ("boligsak", "tenants", "arrears", "meetings", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# Boligsak in Norwegian bokmål. `./run messages` brings in new texts and says which ones lack words.
"""
_PLACE = re.compile(r"%\(\w+\)[a-z]|%[sd]")

Text = str | tuple[str, ...]


def said() -> Iterator[tuple[Path, str | None, Text]]:
    """Every text in the sources: where, its context if it has one, and its id in English."""
    for root in SOURCES:
        for path in sorted((BASE_DIR / root).rglob("*")):
            if path.suffix not in (".py", ".html", ".txt") or "launch" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            if path.suffix != ".py":
                text = templatize(text, origin=str(path))
            source = io.BytesIO(text.encode())
            options = {"encoding": "utf-8"}
            for _line, found, _comments, context in extract(
                "python", source, keywords=KEYWORDS, options=options
            ):
                if found:
                    name = path.relative_to(BASE_DIR)
                    yield name, context, found if isinstance(found, str) else tuple(found)


def wanted() -> Catalog:
    """A catalogue of everything that is said, without words."""
    catalogue = Catalog()
    for path, context, text in said():
        catalogue.add(text, context=context, locations=[(path.as_posix(), 0)])
    return catalogue


def known() -> Catalog:
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="nb")


def renewed(old: Catalog) -> Catalog:
    """The sources' texts with the words they have; what nobody says any more is gone."""
    new = Catalog(locale="nb", project="Boligsak", version="1", charset="utf-8", fuzzy=False)
    new.header_comment = HEADER
    for message in wanted():
        if message.id:
            had = old.get(message.id, message.context)
            new.add(
                message.id,
                had.string if had else None,
                context=message.context,
                locations=sorted(set(message.locations)),
            )
    return new


def faults(catalogue: Catalog) -> list[str]:
    """What lacks words, and what lost a value, as `%(day)s`."""
    found = []
    for message in wanted():
        if not message.id:
            continue
        have = catalogue.get(message.id, message.context)
        where = ", ".join(name for name, _line in message.locations[:2])
        if have is None or not _is_whole(have):
            found.append(f"{where}: no Norwegian for {message.id!r}")
        elif _places(have.id) != _places(have.string):
            found.append(f"{where}: other values in the Norwegian for {message.id!r}")
    return found


def _is_whole(message: Message) -> bool:
    words = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return all(words) and not message.fuzzy


def _places(text: Text) -> set[str]:
    parts = (text,) if isinstance(text, str) else text
    return {place for part in parts for place in _PLACE.findall(part)}


def write(catalogue: Catalog) -> None:
    """In the order of the English, without line numbers: a change shows where words changed."""
    target = io.BytesIO()
    write_po(
        target,
        catalogue,
        width=100,
        sort_output=True,
        include_lineno=False,
        omit_header=False,
    )
    lines = target.getvalue().decode().splitlines()
    # Babel stamps the day, itself and nobody's address; none of it says anything about the words.
    stamps = (
        "POT-Creation-",
        "PO-Revision-",
        "Generated-By",
        "Last-Tr",
        "Report-",
        "Language-Team",
    )
    kept = [line for line in lines if not line.startswith(tuple(f'"{name}' for name in stamps))]
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text("\n".join(kept) + "\n", encoding="utf-8")


def main() -> int:
    catalogue = renewed(known() if CATALOGUE.exists() else Catalog(locale="nb"))
    write(catalogue)
    missing = faults(catalogue)
    for fault in missing:
        print(fault)
    print(f"{len(catalogue)} texts, {len(missing)} to mend in {CATALOGUE.relative_to(BASE_DIR)}.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
