"""Documents that come in: looked at, scanned, cleaned, sealed and journaled."""

import datetime
import io
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pikepdf
import structlog
from django.conf import settings
from django.db import transaction

from boligsak.letters.models import Direction, Document, Folder
from boligsak.letters.rules.uploads import ENDS, PDF, Taken, take
from boligsak.letters.services.journal import NewParty, journal
from boligsak.rule import RuleBroken

log = structlog.get_logger(__name__)

MOST_PAGES = 3000
_SCAN_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """A file that came in, and what is told of it. `dated_on`: the day it was received, or, for
    one of our own, the day it bears. `parties`: whom it came from."""

    content: bytes
    title: str
    kind: str
    dated_on: datetime.date
    parties: Sequence[NewParty] = ()
    direction: str = Direction.IN
    access: str = "UO"
    section: str = "offl. § 13"
    is_social: bool = False
    language: str = "nb"


@transaction.atomic
def receive(folder: Folder, upload: NewUpload, *, by: Any, on: datetime.date) -> Document:
    """Takes the file in and journals it. It is looked at before anything is written.

    Raises `RuleBroken` as `looked_at` and `journal` do, or "upload.same_file" (number) when the
    folder holds the very file already.
    """
    found, pages, is_scanned = looked_at(upload.content)
    facts: dict[str, Any] = {"is_scanned": is_scanned, "is_cleaned": found.is_cleaned}
    if pages:
        facts["pages"] = pages
    document = journal(
        folder,
        direction=upload.direction,
        kind=upload.kind,
        title=upload.title,
        content=found.content,
        media_type=found.media_type,
        dated_on=upload.dated_on,
        parties=upload.parties,
        by=by,
        on=on,
        access=upload.access,
        section=upload.section,
        facts=facts,
        language=upload.language,
        is_social=upload.is_social,
        source="upload",
        file_name=f"{upload.kind}-{upload.dated_on.isoformat()}.{ENDS[found.media_type]}",
    )
    # Asked last: nobody else can journal the same file here until this transaction has ended.
    same = folder.documents.filter(sha256=document.sha256, withdrawn_on__isnull=True)
    if first := same.exclude(pk=document.pk).first():
        raise RuleBroken("upload.same_file", number=str(first))
    return document


def looked_at(content: bytes) -> tuple[Taken, int, bool]:
    """What is kept of a file, how many pages it has (0 for what has none), whether it was scanned.

    Raises `RuleBroken` as `rules.uploads.take`, `check_pdf` and `scan` do.
    """
    found = take(content, settings.UPLOAD_MOST_BYTES)
    is_scanned = scan(content)
    pages = check_pdf(content) if found.media_type == PDF else 0
    return found, pages, is_scanned


def scan(content: bytes) -> bool:
    """Asks the virus scanner, where one is set up. True: it was asked, and found nothing.

    `UPLOAD_SCANNER` is a command that reads the file on its standard input and ends with 0 when
    nothing was found and 1 when something was ("clamdscan --no-summary --stream -" does). Every
    other end means that it could not look: then the file is refused too, as "upload.not_scanned".
    Raises `RuleBroken` "upload.infected" or "upload.not_scanned".
    """
    command = settings.UPLOAD_SCANNER
    if not command:
        return False
    try:
        done = subprocess.run(
            shlex.split(command),
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SCAN_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as why:
        log.error("upload_scanner_away", fault=type(why).__name__)
        raise RuleBroken("upload.not_scanned") from why
    if done.returncode == 1:
        log.warning("upload_infected")
        raise RuleBroken("upload.infected")
    if done.returncode != 0:
        log.error("upload_scanner_away", status=done.returncode)
        raise RuleBroken("upload.not_scanned")
    return True


# --- PDF ------------------------------------------------------------------------------------------

_RUNS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE"})
_DEEPEST = 40


def check_pdf(content: bytes) -> int:
    """The number of pages of a PDF that can be read by everybody and does nothing by itself.

    Raises `RuleBroken` "upload.broken", "upload.locked" (a password), "upload.runs" (script, or
    something that starts a program or sends a form) or "upload.holds_files".
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise RuleBroken("upload.locked")
            pages = len(document.pages)
            if not 0 < pages <= MOST_PAGES:
                raise RuleBroken("upload.broken")
            for one in document.objects:
                _check_object(one, 0)
            return pages
    except pikepdf.PasswordError as why:
        raise RuleBroken("upload.locked") from why
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError) as why:
        raise RuleBroken("upload.broken") from why


def page_count(content: bytes) -> int:
    """How many pages a PDF of ours has; 0 where that cannot be told."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            return len(document.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError):
        return 0


def _check_object(found: Any, depth: int) -> None:
    """One object with what lies directly in it; what it points to is asked for by itself."""
    if depth > _DEEPEST:
        raise RuleBroken("upload.broken")
    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    if isinstance(found, pikepdf.Array):
        for one in found:
            _check_inner(one, depth)
    elif isinstance(found, pikepdf.Dictionary):
        if "/JS" in found or str(found.get("/S", "")) in _RUNS:
            raise RuleBroken("upload.runs")
        if "/EF" in found or str(found.get("/Type", "")) == "/EmbeddedFile":
            raise RuleBroken("upload.holds_files")
        if str(found.get("/Subtype", "")) in ("/RichMedia", "/Movie", "/Screen", "/3D"):
            raise RuleBroken("upload.runs")
        for key in found.keys():  # noqa: SIM118 - what it is iterated by is not typed
            _check_inner(found[str(key)], depth)


def _check_inner(one: Any, depth: int) -> None:
    if isinstance(one, pikepdf.Object) and not one.is_indirect:
        _check_object(one, depth + 1)
