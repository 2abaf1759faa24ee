"""What is to happen when a letter goes out: told by the floor that wrote it, asked by the outbox.

A letter's `source` ("notice", "offer") names what it was made for. Whoever owns that registers, in
its app's `ready`:

- `handler(document, sent_on, proof, by)`: called in the transaction in which the letter to a
  recipient becomes sent. It is called once for each recipient of the document, never for copies.
  When it raises `RuleBroken`, the letter is not sent: a letter on paper is taken out and cancelled
  with the refusal's code, so that it never leaves the house. One that went by wire cannot be called
  back: it stays sent, and the code stands beside it.
  The owner's own rows are locked before the letter's: a step of the owner's that ends its letter
  locks its own rows first, too.
- `check(document, on)`, if wanted: asked just before a letter is printed, mailed or handed to the
  digital post. When it raises `RuleBroken` the letter is cancelled with that code. It locks
  nothing.
- `words(broken)`, if wanted: the owner's sentence for a refusal of its own. Facts that were kept
  come as text, days as ISO.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boligsak.letters.models import Document
from boligsak.rule import RuleBroken

Handler = Callable[[Document, datetime.date, str, Any], None]
Check = Callable[[Document, datetime.date], None]
Words = Callable[[RuleBroken], str]


@dataclass(frozen=True, slots=True)
class _Source:
    handler: Handler
    check: Check | None
    words: Words | None


_sources: dict[str, _Source] = {}


def on_sent(
    source: str, handler: Handler, *, check: Check | None = None, words: Words | None = None
) -> None:
    """Registers what happens when a letter made for `source` is sent."""
    _sources[source] = _Source(handler, check, words)


def is_owned(source: str) -> bool:
    """Whether sending a letter made for `source` sets something going for whoever wrote it."""
    return source in _sources


def sentence(source: str, broken: RuleBroken) -> str:
    """What the owner of `source` says about a refusal of its own; "" when it has no words."""
    owner = _sources.get(source)
    if owner is None or owner.words is None:
        return ""
    try:
        return owner.words(broken)
    except (KeyError, TypeError, ValueError, AttributeError):
        return ""  # a code of somebody else's, or facts that were kept as text


def may_go(document: Document, on: datetime.date) -> None:
    """Raises the owner's `RuleBroken` when the letter should no longer go out."""
    owner = _sources.get(document.source)
    if owner is not None and owner.check is not None:
        owner.check(document, on)


def tell(document: Document, sent_on: datetime.date, proof: str, by: Any) -> None:
    """Tells the owner that the letter was sent. Raises what the owner raises."""
    owner = _sources.get(document.source)
    if owner is not None:
        owner.handler(document, sent_on, proof, by)
