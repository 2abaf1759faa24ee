"""Documents of a folder, and the journal."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from boligsak.letters.models import ArchivedDocument, Document, Folder
from boligsak.letters.protected import is_protected_now
from boligsak.letters.recipients import contact_register
from boligsak.show import MOST_HITS

ORDERS = {
    "number": ("year", "serial"),
    "-number": ("-year", "-serial"),
    "dated": ("dated_on", "id"),
    "-dated": ("-dated_on", "-id"),
    "folder": ("folder__number", "-id"),
    "-folder": ("-folder__number", "-id"),
}
NEWEST = "-number"

NOT_ARCHIVED, ARCHIVED, WITHDRAWN = "not", "archived", "withdrawn"


@dataclass(frozen=True, slots=True)
class JournalChoice:
    """Which entries to show. `from_on` and `to_on`: journaled on, both inclusive."""

    from_on: datetime.date | None = None
    to_on: datetime.date | None = None
    direction: str = ""
    folder_kind: str = ""
    office_id: int | None = None
    state: str = ""


def folder_of_row(kind: str, ref_id: int) -> Folder | None:
    """The folder of a row, where something has been put into one."""
    return Folder.objects.filter(kind=kind, ref_id=ref_id).first()


def in_folder(kind: str, ref_id: int, *, sees_social: bool) -> QuerySet[Document]:
    """A row's documents, newest first. Whether the row may be seen has been asked before."""
    found = Document.objects.filter(folder__kind=kind, folder__ref_id=ref_id)
    if not sees_social:
        found = found.filter(is_social=False)
    return found.order_by("-id")


def journal_entries(access: Any, choice: JournalChoice) -> QuerySet[Document]:
    """The journal of the reader's offices, as `choice` narrows it.

    A protected folder is there by number and title alone; to a reader bound to single offices who
    is not cleared it is not there, for its office would tell where somebody lives. For the same
    reason such a reader cannot narrow it by office either.
    """
    found = Document.objects.select_related("folder", "folder__office", "archived")
    if access.office_ids is not None:
        found = found.filter(folder__office_id__in=access.office_ids)
    if not access.is_cleared and (access.office_ids is not None or choice.office_id):
        found = found.exclude(folder__in=Folder.objects.filter(is_protected_now()))
    if choice.office_id:
        found = found.filter(folder__office_id=choice.office_id)
    if choice.from_on:
        found = found.filter(on__gte=choice.from_on)
    if choice.to_on:
        found = found.filter(on__lte=choice.to_on)
    if choice.direction:
        found = found.filter(direction=choice.direction)
    if choice.folder_kind:
        found = found.filter(folder__kind=choice.folder_kind)
    archived = Exists(ArchivedDocument.objects.filter(document=OuterRef("pk")))
    if choice.state == NOT_ARCHIVED:
        found = found.filter(~archived, withdrawn_on__isnull=True)
    elif choice.state == ARCHIVED:
        found = found.filter(archived)
    elif choice.state == WITHDRAWN:
        found = found.filter(withdrawn_on__isnull=False)
    return found


def count(found: QuerySet[Document]) -> int:
    """How many, counted no further than a list goes."""
    return found.order_by()[: MOST_HITS + 1].count()


def versions_of(document: Document, *, sees_social: bool) -> QuerySet[Document]:
    """Others that were made for the same thing: an earlier or later writing of the same letter."""
    if not document.source or document.source_id is None:
        return Document.objects.none()
    found = Document.objects.filter(
        source=document.source, source_id=document.source_id, folder_id=document.folder_id
    ).exclude(pk=document.pk)
    if not sees_social:
        found = found.filter(is_social=False)
    return found.order_by("-id")


def hidden_parties(document: Document) -> frozenset[int]:
    """The parties' person ids who are protected, then or now: known to who is cleared only."""
    parties = list(document.parties.all())
    ids = [one.person_id for one in parties if one.person_id is not None]
    now = contact_register().standing(ids) if ids else {}
    then = {one.person_id for one in parties if one.is_protected and one.person_id is not None}
    return frozenset(then | {pk for pk, standing in now.items() if standing.is_protected})
