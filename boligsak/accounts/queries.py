"""The look-up log, read: who looked, when, where and at whom. Nothing here writes."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from boligsak import dates
from boligsak.accounts.models import LookUp, Office, Role, User


@dataclass(frozen=True, slots=True)
class LookUpChoice:
    """What of the log is asked for; days in Oslo, inclusive."""

    user_id: int | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None
    person_id: int | None = None

    @property
    def is_everything(self) -> bool:
        return self == LookUpChoice()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a user works, and in which roles there."""

    key: str
    roles: str
    offices: str
    """Their names; empty for every office."""
    is_current: bool


def places(user: User) -> list[Place]:
    """Those a user has to choose between; none for who has the same roles everywhere."""
    parts = user.everywhere.parts()
    if len(parts) < 2:
        return []
    ids = {one for part in parts for one in part.office_ids or ()}
    offices = list(Office.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        Place(
            part.key,
            ", ".join(str(Role(role).label) for role in sorted(part.roles)),
            ", ".join(name for pk, name in offices if part.office_ids and pk in part.office_ids),
            part.key == user.access.key,
        )
        for part in parts
    ]


def look_ups(choice: LookUpChoice) -> "QuerySet[LookUp]":
    """The entries, newest first."""
    rows = LookUp.objects.select_related("user")
    if choice.user_id is not None:
        rows = rows.filter(user_id=choice.user_id)
    if choice.person_id is not None:
        rows = rows.filter(person_ids__contains=[choice.person_id])
    if choice.first is not None:
        rows = rows.filter(at__gte=_midnight(choice.first))
    if choice.last is not None:
        rows = rows.filter(at__lt=_midnight(choice.last + datetime.timedelta(days=1)))
    return rows.order_by("-at", "-pk")


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), dates.OSLO)


def in_parts(rows: "QuerySet[LookUp]", most: int) -> Iterator[LookUp]:
    """The entries one by one, without holding them all; at most so many."""
    return rows[:most].iterator(chunk_size=2_000)


def users() -> list[tuple[int, str]]:
    """Everybody who can have looked, by name, also those who have left."""
    rows = User.objects.order_by("last_name", "first_name", "username")
    return [(user.pk, f"{user} ({user.username})") for user in rows]
