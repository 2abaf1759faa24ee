"""Packages for the archive, and what still waits for one."""

import datetime
from typing import Any, NamedTuple

from django.db.models import Max, Min, QuerySet

from boligsak.letters.models import PEOPLE, ArchiveExport, Document, DocumentParty


class Waiting(NamedTuple):
    """Documents in no package, journaled before today: how many, from which day to which."""

    documents: int
    first_on: datetime.date | None
    last_on: datetime.date | None


def packages(access: Any) -> QuerySet[ArchiveExport]:
    """Those this reader may fetch, newest first: of what is protected for who is cleared alone,
    and none for who is bound to single offices, since a package holds every office's."""
    found = ArchiveExport.objects.select_related("run", "by").order_by("-id")
    if access.office_ids is not None:
        return found.none()
    return found if access.is_cleared else found.filter(is_protected=False)


def waiting(day: datetime.date) -> Waiting:
    """What an order of everything until yesterday would take, protected or not."""
    rows = Document.objects.filter(archived__isnull=True, on__lt=day)
    told = rows.aggregate(first=Min("on"), last=Max("on"))
    return Waiting(rows.count(), told["first"], told["last"])


def people_in(row: ArchiveExport) -> list[int]:
    """Whom the documents of a package came from or went to, and tell of besides. One that was
    ordered once more may hold less than all of its days: then some are named too many, never too
    few."""
    if row.is_repeat:
        documents = Document.objects.filter(on__range=(row.from_on, row.to_on))
    else:
        documents = Document.objects.filter(archived__export=row)
    parties = DocumentParty.objects.filter(document__in=documents, person_id__isnull=False)
    told = documents.filter(facts__has_key=PEOPLE).values_list(f"facts__{PEOPLE}", flat=True)
    found = {pk for people in told for pk in people}
    return sorted(found.union(parties.values_list("person_id", flat=True)))  # type: ignore[arg-type]
