"""Journaling: a document is sealed, tied to its folder and parties, and given its number.

Numbers run without gaps through a year. They are given under a lock that is held to the end of the
transaction, so a step journals last: what is rolled back leaves no hole, and nobody waits long.
"""

import datetime
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from boligsak.letters.files import fetch, forget, store
from boligsak.letters.models import (
    Direction,
    DispatchState,
    Document,
    DocumentParty,
    Folder,
    PartyKind,
    Template,
)
from boligsak.rule import RuleBroken

_SEAL = "document"
_JOURNAL_LOCK = 0x6A726E  # "jrn"; the year is the lock's second half
_IDENTITY = re.compile(r"(?<!\d)\d{6} ?\d{5}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_A_NAME = 3
_LONGEST_TITLE = 160
_LONGEST_FILE_NAME = 120


@dataclass(frozen=True, slots=True)
class NewParty:
    """Who a document comes from or goes to. `address`: lines, parted by line breaks.

    `kind`: "recipient", "copy" or "sender". A protected person has no address here, whatever was
    given: those who are cleared look it up when it is sent. `is_third`: somebody outside.
    """

    kind: str
    name: str
    address: str = ""
    email: str = ""
    person_id: int | None = None
    is_protected: bool = False
    is_third: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document that is to be journaled. `dated_on`: the day it bears; `access` and `section`:
    the access code and the law it rests on. `title` names nobody."""

    folder: Folder
    direction: str
    kind: str
    title: str
    content: bytes
    media_type: str
    dated_on: datetime.date
    parties: Sequence[NewParty] = ()
    access: str = "UO"
    section: str = "offl. § 13"
    template: Template | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    body: str = ""
    language: str = "nb"
    source: str = ""
    source_id: int | None = None
    is_social: bool = False
    file_name: str = ""


@transaction.atomic
def folder_of(
    kind: str,
    ref_id: int,
    *,
    number: str,
    title: str,
    office_id: int,
    is_protected: bool,
    on: datetime.date,
) -> Folder:
    """The folder of a case, application, lease or meeting; made the first time it is asked for.

    Its office, number and protection follow the row it stands for. Raises `RuleBroken` as
    `check_title` does.
    """
    check_title(title)
    now = {"number": number, "title": title, "office_id": office_id, "is_protected": is_protected}
    folder, is_new = Folder.objects.get_or_create(
        kind=kind, ref_id=ref_id, defaults={**now, "opened_on": on}
    )
    if not is_new and any(getattr(folder, name) != value for name, value in now.items()):
        folder = Folder.objects.select_for_update(of=("self",)).get(pk=folder.pk)
        for name, value in now.items():
            setattr(folder, name, value)
        folder.save(update_fields=[*now])
    return folder


def journal(
    folder: Folder,
    *,
    direction: str,
    kind: str,
    title: str,
    content: bytes,
    media_type: str,
    dated_on: datetime.date,
    parties: Sequence[NewParty],
    by: Any,
    on: datetime.date,
    access: str = "UO",
    section: str = "offl. § 13",
    template: Template | None = None,
    facts: Mapping[str, Any] | None = None,
    body: str = "",
    language: str = "nb",
    source: str = "",
    source_id: int | None = None,
    is_social: bool = False,
    file_name: str = "",
) -> Document:
    """Keeps one document, sealed, under the next number of the year of `on`.

    Call it late in the transaction: others who journal wait for its end. Raises `RuleBroken` as
    `journal_many` does.
    """
    new = NewDocument(
        folder=folder,
        direction=direction,
        kind=kind,
        title=title,
        content=content,
        media_type=media_type,
        dated_on=dated_on,
        parties=parties,
        access=access,
        section=section,
        template=template,
        facts=facts or {},
        body=body,
        language=language,
        source=source,
        source_id=source_id,
        is_social=is_social,
        file_name=file_name,
    )
    return journal_many([new], by=by, on=on)[0]


@transaction.atomic
def journal_many(new: Iterable[NewDocument], *, by: Any, on: datetime.date) -> list[Document]:
    """Keeps many documents with one look at the journal; their numbers follow their order.

    Files are written before the lock is taken, so nobody waits for a disk. Raises `RuleBroken`
    "document.empty", "document.no_sender", "document.no_recipient", "document.from_future"
    (dated_on, today), and as `check_title` does; then nothing is kept.
    """
    wanted = list(new)
    for one in wanted:
        _check(one, on)
    kept: list[Document] = []
    try:
        for one in wanted:
            kept.append(_sealed(one, by, on))
        first = _next_serial(on.year)
        for serial, document in enumerate(kept, first):
            document.serial = serial
        Document.objects.bulk_create(kept)
        DocumentParty.objects.bulk_create(
            [
                _party(document, party)
                for document, one in zip(kept, wanted, strict=True)
                for party in one.parties
            ]
        )
    except BaseException:
        for document in kept:
            forget(document.stored)
        raise
    return kept


@transaction.atomic
def withdraw(document_id: int, because: str, *, by: Any, on: datetime.date) -> Document:
    """Takes a document back that was journaled by mistake: it stays in the journal, marked.

    Raises `RuleBroken` "document.no_reason", "document.reason_identity", "document.withdrawn" (who,
    on), "document.was_sent" (what has gone out cannot be taken back) or "document.is_going_out".
    """
    reason = because.strip()
    if not reason:
        raise RuleBroken("document.no_reason")
    if holds_identity(reason):
        raise RuleBroken("document.reason_identity")
    document = (
        Document.objects.select_for_update(of=("self",))
        .select_related("folder", "withdrawn_by")
        .get(pk=document_id)
    )
    if document.withdrawn_on is not None:
        raise RuleBroken(
            "document.withdrawn", who=str(document.withdrawn_by), on=document.withdrawn_on
        )
    states = set(document.dispatches.values_list("state", flat=True))
    if DispatchState.SENT in states:
        raise RuleBroken("document.was_sent")
    if states & {DispatchState.WAITING, DispatchState.TAKEN, DispatchState.UNCERTAIN}:
        raise RuleBroken("document.is_going_out")
    document.withdrawn_on = on
    document.withdrawn_by = by
    document.withdrawn_because = reason[:200]
    document.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_because"])
    return document


def content_of(document: Document) -> bytes:
    """The file of a document, opened and compared with the hash in the journal.

    Raises `DocumentLost` when it is gone, or is not what was journaled.
    """
    try:
        content = fetch(document.stored, _SEAL)
    except Exception as why:  # gone, changed, or sealed with a key that is no longer ours
        raise DocumentLost(str(document)) from why
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentLost(str(document))
    return content


class DocumentLost(Exception):
    """The stored file is gone or has been changed since it was journaled."""


def check_title(title: str) -> None:
    """What the journal says is public: a title holds no identity number, and says something.

    Raises `RuleBroken` "document.no_title", "document.title_long" (most) or
    "document.title_identity".
    """
    if not title.strip():
        raise RuleBroken("document.no_title")
    if len(title) > _LONGEST_TITLE:
        raise RuleBroken("document.title_long", most=_LONGEST_TITLE)
    if holds_identity(title):
        raise RuleBroken("document.title_identity")


def holds_identity(text: str) -> bool:
    """Whether eleven digits stand there that can be somebody's identity number."""
    return _IDENTITY.search(text) is not None


def names_in(text: str, names: Collection[str]) -> list[str]:
    """The words of a text that are a name of three letters or more of somebody among `names`."""
    parts = {
        part.casefold() for name in names for part in _WORD.findall(name) if len(part) >= _A_NAME
    }
    return list(dict.fromkeys(word for word in _WORD.findall(text) if word.casefold() in parts))


# --- How a row is made ----------------------------------------------------------------------------


def _check(new: NewDocument, on: datetime.date) -> None:
    check_title(new.title)
    if not new.content:
        raise RuleBroken("document.empty")
    if new.direction == Direction.IN:
        if new.dated_on > on:
            raise RuleBroken("document.from_future", dated_on=new.dated_on, today=on)
        if not any(one.kind == PartyKind.SENDER for one in new.parties):
            raise RuleBroken("document.no_sender")
    elif new.direction == Direction.OUT and all(
        one.kind == PartyKind.SENDER for one in new.parties
    ):
        raise RuleBroken("document.no_recipient")


def _sealed(new: NewDocument, by: Any, on: datetime.date) -> Document:
    kept = store(new.content, _SEAL)
    return Document(
        folder=new.folder,
        direction=new.direction,
        kind=new.kind,
        title=new.title.strip(),
        language=new.language,
        dated_on=new.dated_on,
        template=new.template,
        facts=dict(new.facts),
        body=new.body,
        source=new.source,
        source_id=new.source_id,
        stored=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        media_type=new.media_type,
        file_name=new.file_name[:_LONGEST_FILE_NAME],
        access_code=new.access,
        access_section=new.section,
        is_social=new.is_social,
        year=on.year,
        by=by,
        on=on,
    )


def _party(document: Document, party: NewParty) -> DocumentParty:
    """An address is kept for nobody who is protected, nor for anybody where the folder is."""
    hides = party.is_protected or (document.folder.is_protected and party.person_id is not None)
    return DocumentParty(
        document=document,
        kind=party.kind,
        name=party.name,
        address="" if hides else party.address.strip(),
        email="" if hides else party.email,
        person_id=party.person_id,
        is_protected=party.is_protected,
        is_third=party.is_third,
    )


def _next_serial(year: int) -> int:
    """The number after the last of a year. Others who ask wait until this transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_JOURNAL_LOCK, year])
    last = Document.objects.filter(year=year).aggregate(last=Max("serial"))["last"]
    return int(last or 0) + 1
