"""Letters to many: which somebody may see, and how far they have come."""

from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from boligsak.letters.models import BulkLetter, BulkLetterRow

PLANNED, DONE, REFUSED = "planned", "done", "refused"
_MOST_COUNTED = 10_001


class OfficeCount(NamedTuple):
    """The letters of one office: how many, and how many of them are chosen."""

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
    """Newest first, with how many letters each is."""
    rows = visible_to(user).select_related("by", "approved_by")
    return rows.annotate(
        letters=Count("rows", filter=Q(rows__is_chosen=True)),
        done=Count("rows", filter=Q(rows__state=DONE)),
        refused=Count("rows", filter=Q(rows__state=REFUSED)),
    ).order_by("-pk")


def count(rows: QuerySet[Any]) -> int:
    """How many there are, counted a little further than ten thousand."""
    return rows.order_by()[:_MOST_COUNTED].count()


def offices_of(bulk: BulkLetter) -> list[OfficeCount]:
    rows = (
        bulk.rows.values("office", "office__name")
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
    """Chosen letters about what is not `seen`."""
    return bulk.rows.filter(is_chosen=True).exclude(ref_id__in=seen.values("pk")).count()


def fates(bulk: BulkLetter) -> dict[str, int]:
    """How many of the chosen letters are to be written, are written, and were refused."""
    rows = bulk.rows.filter(is_chosen=True).values_list("state").annotate(n=Count("pk"))
    return {PLANNED: 0, DONE: 0, REFUSED: 0} | dict(rows.order_by())
