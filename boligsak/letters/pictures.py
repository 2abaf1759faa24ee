"""A page of a stored PDF as a picture, so that a document can be looked at without opening it.

What is drawn is the page alone: no script, no link and no form of the file comes along, and no
viewer of the browser's has to be let in past the page's own content policy.
"""

import tempfile
from pathlib import Path
from typing import Any

import typst

MOST_SHOWN = 12
_WIDTH_PT = 595  # as wide as A4
_PPI = 96.0
_SOURCE = """#set page(width: auto, height: auto, margin: 0pt)
#image("page.pdf", page: {number}, width: {width}pt)
"""


class NoPicture(Exception):
    """The page cannot be drawn."""


def page_picture(pdf: bytes, number: int) -> bytes:
    """The page (from 1) as PNG, as wide as A4 at 96 dots an inch.

    Typst reads files from a folder only, so the page lies in one of our own, in memory where the
    system has such a place, while it is drawn. Raises `NoPicture`.
    """
    draw: Any = typst.compile  # its stub wants one kind of path for everything
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made by mkdtemp, for us alone
    where = str(memory) if memory.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="boligsak-", dir=where) as name:
        folder = Path(name)
        (folder / "page.pdf").write_bytes(pdf)
        source = folder / "page.typ"
        source.write_text(_SOURCE.format(number=int(number), width=_WIDTH_PT))
        try:
            drawn: bytes = draw(
                str(source), root=name, format="png", ppi=_PPI, ignore_system_fonts=True
            )
        except BaseException as fault:
            # A file that makes the compiler panic comes as an exception outside the usual ones.
            if isinstance(fault, Exception) or type(fault).__name__ == "PanicException":
                raise NoPicture from fault
            raise
    return drawn
