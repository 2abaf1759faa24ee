"""Letters to many: which somebody may see, and how far they have come."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from boligsak.accounts.models import Office
from boligsak.letters.models import BulkLetter, BulkLetterRow

PLANNED, DONE, REFUSED = "planned", "done", "refused"
NAMES = "tenants.view_lease"
_MOST_COUNTED = 10_001


class OfficeCount(NamedTuple):
    """The letters of one office that the reader sees: how many, and how many of them are chosen."""

    office_id: int
    name: str
    letters: int
    chosen: int


def visible_to(user: Any) -> QuerySet[BulkLetter]:
    """Those that go to the user's offices alone."""
    access = user.access
    if access.office_ids is None:
        return BulkLetter.objects.all()
    elsewhere = BulkLetterRow.objects.exclude(office__in=access.office_ids)
    return BulkLetter.objects.exclude(pk__in=elsewhere.values("bulk"))


def listed(user: Any) -> QuerySet[BulkLetter]:
    """Newest first."""
    return visible_to(user).select_related("by", "approved_by").order_by("-pk")


def count(rows: QuerySet[Any]) -> int:
    """How many there are, counted a little further than ten thousand."""
    return rows.order_by()[:_MOST_COUNTED].count()


def offices_of(bulk: BulkLetter, seen: QuerySet[Any]) -> list[OfficeCount]:
    """By name, of the letters about what is `seen`: one more would tell in which district somebody
    with a protected address lives."""
    rows = (
        bulk.rows.filter(ref_id__in=seen.values("pk"))
        .values("office", "office__name")
        .annotate(letters=Count("pk"), chosen=Count("pk", filter=Q(is_chosen=True)))
        .order_by("office__name")
    )
    return [
        OfficeCount(row["office"], row["office__name"], row["letters"], row["chosen"])
        for row in rows
    ]


def seen_rows(bulk: BulkLetter, seen: QuerySet[Any]) -> QuerySet[BulkLetterRow]:
    """The rows about what is `seen`: what the reader sees with a name."""
    rows = bulk.rows.filter(ref_id__in=seen.values("pk"))
    return rows.select_related("office", "document").order_by("office__name", "pk")


def hidden_count(bulk: BulkLetter, seen: QuerySet[Any]) -> int:
    """Chosen letters about what is not `seen`, where they go to every office there is and so tell
    of none; elsewhere 0."""
    shown = seen_rows(bulk, seen).order_by().values("office")
    if Office.objects.filter(closed_on__isnull=True).exclude(pk__in=shown).exists():
        return 0
    return bulk.rows.filter(is_chosen=True).exclude(ref_id__in=seen.values("pk")).count()


def fates(bulk: BulkLetter, counted: QuerySet[Any] | None) -> dict[str, int]:
    """How many of the chosen letters are to be written, are written, and were refused, of those
    about what the reader is told of (None: all)."""
    return fates_of([bulk], {bulk.kind: counted})[bulk.pk]


def fates_of(
    bulks: Sequence[BulkLetter], counted: Mapping[str, QuerySet[Any] | None]
) -> dict[int, dict[str, int]]:
    """The same of several; a query for each kind among them. `counted`: by kind."""
    found = {one.pk: {PLANNED: 0, DONE: 0, REFUSED: 0} for one in bulks}
    for kind in sorted({one.kind for one in bulks if one.kind in counted}):
        rows = BulkLetterRow.objects.filter(
            bulk__in=[one.pk for one in bulks if one.kind == kind], is_chosen=True
        )
        told_of = counted[kind]
        if told_of is not None:
            rows = rows.filter(ref_id__in=told_of.values("pk"))
        by_state = rows.values_list("bulk", "state").annotate(n=Count("pk")).order_by()
        for bulk_id, state, letters in by_state:
            found[bulk_id][state] = letters
    return found
