"""Packages for the archive: the journal of some days as Noark 5 messages, with the files.

The package is a zip, sealed as it is written. In it every document has a folder of its own with
`arkivmelding.xml` and the file, as the archive's import takes them; `innhold.csv` lists them. What
is protected is in packages of its own, ordered and fetched by who is cleared, and no message tells
where anybody protected lives. The files are the documents themselves, unchanged: a letter from
before the protection still has its address on it.
"""

import csv
import datetime
import io
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple, cast
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from boligsak import dates
from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import Counts, Progress, ask, run
from boligsak.letters.files import Sealing, Stored, forget
from boligsak.letters.models import ArchivedDocument, ArchiveExport, Document, Folder
from boligsak.letters.protected import protected_now
from boligsak.letters.recipients import contact_register
from boligsak.letters.rules.arkivmelding import (
    CaseFolder,
    Entry,
    Party,
    arkivmelding,
    number_of,
)
from boligsak.letters.rules.uploads import ENDS, PDF
from boligsak.letters.services.journal import DocumentLost, content_of
from boligsak.rule import RuleBroken

JOB = "build_archive"
SEAL = "archive"
_AT_A_TIME = 200


@transaction.atomic
def order(
    from_on: datetime.date,
    to_on: datetime.date,
    *,
    is_protected: bool = False,
    is_repeat: bool = False,
    by: Any,
    on: datetime.date,
) -> ArchiveExport:
    """Orders a package of what was journaled in these days (inclusive). The caller starts the task.

    A document is in one package; `is_repeat` asks for it again. Raises `RuleBroken` "archive.days",
    "archive.not_over" (a day that still runs gets more documents), "archive.every_office" (whoever
    is bound to single offices orders none), "archive.not_cleared" or "archive.nothing".
    """
    if to_on < from_on:
        raise RuleBroken("archive.days")
    if to_on >= on:
        raise RuleBroken("archive.not_over", today=on)
    if by.access.office_ids is not None:
        raise RuleBroken("archive.every_office")
    if is_protected and not by.access.is_cleared:
        raise RuleBroken("archive.not_cleared")
    row = ArchiveExport(
        from_on=from_on, to_on=to_on, is_protected=is_protected, is_repeat=is_repeat, by=by, on=on
    )
    if not any(_parts(row)):
        raise RuleBroken("archive.nothing")
    row.run = ask(JOB, day=on, by=by, subject=f"{from_on}–{to_on}")
    row.save()
    return row


def build(export_id: int, *, on: datetime.date) -> ArchiveExport:
    """Makes the package that was ordered. Not to be called inside a transaction.

    One is made at a time. What could not be read is left out, and named in the run's counts: it is
    not archived. Cut off, it can be called again: nothing counts as archived before it is whole.
    """
    row = ArchiveExport.objects.select_related("run", "by").get(pk=export_id)
    if row.stored or row.run is None or row.run.state not in (RunState.WAITING, RunState.RUNNING):
        return row
    asked: JobRun = row.run
    run(
        JOB,
        lambda progress: _work(row, progress),
        day=on,
        by=row.by,
        subject=asked.subject,
        asked=asked,
    )
    row.refresh_from_db()
    return row


class _Chosen(NamedTuple):
    document: Document
    hides: bool
    hidden: Collection[int]


class _Package:
    """A zip on its way into its sealed file, and the list of what is in it."""

    def __init__(self, zipped: zipfile.ZipFile, told: set[int]) -> None:
        self.zipped = zipped
        self.told = told
        self.documents: list[int] = []
        self.lost: list[str] = []
        self._listed = io.StringIO()
        self._index = csv.writer(self._listed, delimiter=";", lineterminator="\r\n")
        self._index.writerow(["journalnummer", "mappe", "tittel", "fil", "sha256", "byte"])

    def add(self, one: _Chosen, place: int) -> None:
        """The document with its message; what cannot be read is noted and left out."""
        document = one.document
        try:
            content = content_of(document)
        except DocumentLost:
            self.lost.append(str(document))
            return
        entry = _entry(one, place)
        is_new = document.folder_id not in self.told
        self.told.add(document.folder_id)
        folder = _folder(document.folder, hides=one.hides)
        where = number_of(document.year, document.serial)
        file = f"{where}/{entry.file}"
        message = arkivmelding(entry, folder, tells_folder=is_new)
        self.zipped.writestr(f"{where}/arkivmelding.xml", message)
        # Documents are packed in themselves: another try would only cost time.
        self.zipped.writestr(file, content, zipfile.ZIP_STORED)
        self._index.writerow(
            [str(document), folder.number, document.title, file, document.sha256, document.size]
        )
        self.documents.append(document.pk)

    def end(self) -> None:
        self.zipped.writestr("innhold.csv", "\ufeff" + self._listed.getvalue())


def _work(row: ArchiveExport, progress: Progress) -> Counts:
    total, done = _in_days(row).count(), 0
    told = set() if row.is_repeat else _told_before()
    sealing = Sealing(SEAL)
    with sealing, zipfile.ZipFile(cast(Any, sealing), "w", zipfile.ZIP_DEFLATED) as zipped:
        package = _Package(zipped, told)
        for part in _parts(row):
            places = _places(part)
            for one in part:
                package.add(one, places[one.document.pk])
            done += len(part)
            progress(done, total)
        if not package.documents:
            raise RuleBroken("archive.nothing")
        package.end()
    kept = cast(Stored, sealing.done)
    try:
        _book(row, kept, package.documents)
    except BaseException:
        forget(kept.name)
        raise
    return {"documents": len(package.documents), "lost": package.lost, "bytes": kept.size}


@transaction.atomic
def _book(row: ArchiveExport, kept: Stored, archived: Sequence[int]) -> None:
    """What is in the package counts as archived from now on: by this one, unless by an earlier."""
    ArchivedDocument.objects.bulk_create(
        [ArchivedDocument(export=row, document_id=pk) for pk in archived],
        ignore_conflicts=row.is_repeat,
        batch_size=1000,
    )
    row.stored, row.sha256, row.documents = kept.name, kept.sha256, len(archived)
    row.save(update_fields=["stored", "sha256", "documents"])


# --- What goes into it ----------------------------------------------------------------------------


def _in_days(row: ArchiveExport) -> QuerySet[Document]:
    found = Document.objects.filter(on__range=(row.from_on, row.to_on))
    return found if row.is_repeat else found.filter(archived__isnull=True)


def _parts(row: ArchiveExport) -> Iterator[list[_Chosen]]:
    """The documents of the package, some at a time, in the order of the journal.

    In a package of what is protected: all of a protected folder, and every document to or from
    somebody who is protected; in the other kind everything else.
    """
    ids = list(_in_days(row).order_by("year", "serial").values_list("pk", flat=True))
    for start in range(0, len(ids), _AT_A_TIME):
        some = list(
            Document.objects.filter(pk__in=ids[start : start + _AT_A_TIME])
            .select_related("folder", "folder__office", "by")
            .prefetch_related("parties", "dispatches")
            .order_by("year", "serial")
        )
        hidden = _hidden(some)
        folders = protected_now(list({one.folder_id: one.folder for one in some}.values()))
        chosen = []
        for one in some:
            hides = one.folder_id in folders
            is_kept_back = hides or any(
                party.is_protected or party.person_id in hidden for party in one.parties.all()
            )
            if is_kept_back == row.is_protected:
                chosen.append(_Chosen(one, hides, hidden))
        if chosen:
            yield chosen


def _hidden(documents: Sequence[Document]) -> frozenset[int]:
    """The parties who are protected now, or were when the document was made."""
    parties = [party for one in documents for party in one.parties.all() if party.person_id]
    then = {party.person_id for party in parties if party.is_protected}
    now = contact_register().standing({party.person_id for party in parties})  # type: ignore[misc]
    return frozenset(then | {pk for pk, one in now.items() if one.is_protected})  # type: ignore[arg-type]


def _told_before() -> set[int]:
    """The folders that the archive has been told of in an earlier package."""
    found = ArchivedDocument.objects.values_list("document__folder_id", flat=True)
    return set(found.distinct())


def _places(part: Sequence[_Chosen]) -> dict[int, int]:
    """Each document's number within its folder, from 1, in the order of the journal."""
    folders = {one.document.folder_id for one in part}
    rows = Document.objects.filter(folder_id__in=folders).order_by("year", "serial")
    places: dict[int, int] = {}
    counts: dict[int, int] = defaultdict(int)
    for pk, folder_id in rows.values_list("pk", "folder_id"):
        counts[folder_id] += 1
        places[pk] = counts[folder_id]
    return places


def _entry(one: _Chosen, place: int) -> Entry:
    document = one.document
    sent = [each for each in document.dispatches.all() if each.sent_at is not None]
    by_party = {each.party_id: each.channel for each in sent}
    end = ENDS.get(document.media_type, "bin")
    withdrawn_on = document.withdrawn_on
    return Entry(
        system_id=_uuid("document", document.pk),
        document_id=document.pk,
        year=document.year,
        serial=document.serial,
        place=place,
        direction=document.direction,
        title=document.title,
        kind=document.kind,
        journaled_on=document.on,
        entered_at=document.entered_at.astimezone(dates.OSLO),
        dated_on=document.dated_on,
        by=str(document.by) if document.by is not None else "Boligsak",
        access_code=document.access_code,
        access_section=document.access_section,
        file=f"{number_of(document.year, document.serial)}.{end}",
        media_type=document.media_type,
        sha256=document.sha256,
        size=document.size,
        is_archival=document.media_type == PDF and document.template_id is not None,
        parties=[
            Party(
                kind=party.kind,
                name=party.name,
                lines=()
                if one.hides or party.is_protected or party.person_id in one.hidden
                else tuple(party.address.split("\n")),
                is_person=party.person_id is not None,
                sent_by=by_party.get(party.pk, ""),
            )
            for party in document.parties.all()
        ],
        sent_at=min((each.sent_at for each in sent if each.sent_at), default=None),
        withdrawn=document.withdrawn_because,
        withdrawn_at=datetime.datetime.combine(withdrawn_on, datetime.time(12), dates.OSLO)
        if withdrawn_on
        else None,
    )


def _folder(folder: Folder, *, hides: bool) -> CaseFolder:
    """The office is left out where it would tell in which district somebody lives."""
    return CaseFolder(
        system_id=_uuid("folder", folder.pk),
        number=folder.number,
        kind=folder.kind,
        title=folder.title,
        unit=settings.MUNICIPALITY["name"] if hides else folder.office.name,
        opened_on=folder.opened_on,
        closed_on=folder.closed_on,
    )


def _uuid(what: str, pk: int) -> str:
    """The same for the same row for ever, and another in every municipality."""
    return str(uuid5(NAMESPACE_URL, f"boligsak:{settings.MUNICIPALITY['name']}:{what}:{pk}"))
