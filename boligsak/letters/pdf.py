"""Setting a letter: PDF/A-2a and PDF/UA-1 by Typst, with our own fonts and nothing of the system's.

The same content on the same day gives the same bytes, so a stored hash can be checked again.
"""

import datetime
import json
import re
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from boligsak.dates import OSLO
from boligsak.letters.markup import Block, read
from boligsak.rule import RuleBroken

STANDARDS = ["a-2a", "ua-1"]
_HERE = Path(__file__).resolve().parent
_FONTS = _HERE / "fonts"
_SOURCE = _HERE / "typst" / "letter.typ"


@dataclass(frozen=True, slots=True)
class Sender:
    """The letterhead. `lines` stand at the foot of every page."""

    name: str
    unit: str = ""
    lines: tuple[str, ...] = ()
    color: str = "#0b5394"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says. `body` holds the marks of `boligsak.letters.markup`; `blocks`, where
    given, are what it says instead.

    `to`: the lines of the address window; empty for a report. `marks`: what stands beside it, our
    reference first; that and the title head every page but the first. `language`: nb, nn or en; it
    decides hyphenation and the words around. `signers`: who is to sign an agreement, each on a
    line.
    """

    title: str
    body: str
    sender: Sender
    on: datetime.date
    to: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    signature: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()
    language: str = "nb"
    blocks: tuple[Block, ...] | None = None
    signers: tuple[str, ...] = ()


def pdf(letter: Letter) -> bytes:
    """The letter as a tagged PDF that can be archived.

    What cannot be seen and means nothing (control characters, half a character) is left out. Raises
    RuleBroken "letter.unprintable" (character) for one that no font of ours has: a letter that is
    kept for good never shows a blank box instead. Raises `typst.TypstError` when it cannot be set
    for another reason: that is a fault of ours, never of the text.
    """
    data = {
        "title": letter.title,
        "language": letter.language,
        "sender": asdict(letter.sender),
        "to": [line for line in letter.to if line],
        "marks": [list(mark) for mark in letter.marks],
        "reference": letter.marks[0][1] if letter.marks else "",
        "blocks": [
            block.as_data()
            for block in (read(letter.body) if letter.blocks is None else letter.blocks)
        ],
        "signature": [line for line in letter.signature if line],
        "enclosures": list(letter.enclosures),
        "signers": list(letter.signers),
        "words": _words(letter.language),
    }
    at = datetime.datetime.combine(letter.on, datetime.time(12), OSLO)
    compile_letter: Any = typst.compile  # its stub wants one kind of path for everything
    try:
        made: bytes = compile_letter(
            _source(),
            font_paths=[str(_FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=STANDARDS,
            sys_inputs={"letter": json.dumps(_visible(data), ensure_ascii=False)},
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as fault:
        if found := _NO_GLYPH.search(str(fault)):
            raise RuleBroken("letter.unprintable", character=_named(found[1])) from fault
        raise
    return made


_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufff9-\uffff\ud800-\udfff]")
_NO_GLYPH = re.compile(r'(?:the text|codepoint) `"(.+?)"`')


def _visible(value: Any) -> Any:
    """The same data without what a typesetter has no use for."""
    if isinstance(value, str):
        return _INVISIBLE.sub("", value)
    if isinstance(value, dict):
        return {name: _visible(one) for name, one in value.items()}
    return [_visible(one) for one in value] if isinstance(value, list | tuple) else value


def _named(said: str) -> str:
    """The character in the typesetter's words: itself, or its number where it shows nothing."""
    found = re.fullmatch(r"\\u\{([0-9a-f]+)\}", said)
    return f"U+{found[1].upper()}" if found else said


def sender(unit: str = "") -> Sender:
    """The municipality's own letterhead, from its settings."""
    own = settings.MUNICIPALITY
    foot = tuple(part.strip() for part in own["foot"].split(";") if part.strip())
    name = f"{own['name']} kommune"
    return Sender(name=name, unit=unit, lines=foot or (name,), color=own["letter_color"])


_WORDS = {
    "nb": {"page": "Side", "of": "av", "enclosures": "Vedlegg", "place": "Sted og dato"},
    "nn": {"page": "Side", "of": "av", "enclosures": "Vedlegg", "place": "Stad og dato"},
    "en": {"page": "Page", "of": "of", "enclosures": "Enclosures", "place": "Place and date"},
}
"""What stands around the text, in the letter's own language, whatever the reader has chosen."""


def _words(language: str) -> dict[str, str]:
    return _WORDS.get(language, _WORDS["nb"])


@lru_cache(maxsize=1)
def _source() -> bytes:
    return _SOURCE.read_bytes()
