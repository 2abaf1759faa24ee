"""What may be entered twice: people of one name and birth day, and households that have applied."""

import datetime
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Q

from tenants.models import Application, ApplicationMember, Household, Person
from tenants.rules.applications import OPEN

MOST = 20


class Alike(NamedTuple):
    """Somebody registered who may be the one that is meant."""

    person_id: int
    name: str
    born_on: datetime.date | None
    is_protected: bool
    has_identity: bool


def alike(given_name: str, family_name: str, born_on: datetime.date | None) -> list[Alike]:
    """People of this name, born on this day or on a day nobody knows; without a day, all of the
    name. One query."""
    name = " ".join(f"{given_name} {family_name}".lower().split())
    if not name:
        return []
    rows = Person.objects.filter(search_name=name, died_on__isnull=True)
    if born_on is not None:
        rows = rows.filter(Q(born_on=born_on) | Q(born_on__isnull=True))
    found = rows.order_by("pk").values_list(
        "pk", "given_name", "family_name", "born_on", "protection", "identity"
    )[:MOST]
    return [
        Alike(pk, f"{given} {family}", born, protection != 0, number is not None)
        for pk, given, family, born, protection, number in found
    ]


class OtherApplication(NamedTuple):
    """An application that is open for some of the same people. `applicant`: of the same one;
    `shared` how many of the people are in both. Masked, it is its number and state."""

    application_id: int
    number: str
    state: str
    kind: str
    received_on: datetime.date | None
    is_same_applicant: bool
    shared: int
    is_masked: bool


def other_applications(
    person_ids: Collection[int], *, but: int | None, applicant_id: int | None, user: Any
) -> list[OtherApplication]:
    """Open applications that one of these people applies in or is to live by, which the reader sees
    by row; drafts too. Two queries."""
    if not person_ids:
        return []
    members = ApplicationMember.objects.filter(person__in=list(person_ids))
    rows = (
        Application.objects.visible_to(user)
        .filter(state__in=OPEN)
        .filter(Q(applicant__in=list(person_ids)) | Q(pk__in=members.values("application")))
        .exclude(pk=but)
        .prefetch_related("members")
        .order_by("-pk")[:MOST]
    )
    found = []
    for row in rows:
        people = {member.person_id for member in row.members.all()} | {row.applicant_id}
        found.append(
            OtherApplication(
                row.pk,
                row.number,
                row.state,
                row.kind,
                row.received_on,
                applicant_id is not None and row.applicant_id == applicant_id,
                len(people & set(person_ids)),
                row.is_protected and not user.access.is_cleared,
            )
        )
    return found


class SameHousehold(NamedTuple):
    """A household that has several of the people in it today."""

    household_id: int
    number: str
    shared: int


def same_households(person_ids: Collection[int], day: datetime.date) -> list[SameHousehold]:
    """Households in which at least two of these people live on `day`, or the one there is; the
    fullest first. One query."""
    if not person_ids:
        return []
    shared: dict[tuple[int, str], int] = {}
    rows = Household.objects.filter(
        Q(members__to_on__isnull=True) | Q(members__to_on__gte=day),
        members__person__in=list(person_ids),
        members__from_on__lte=day,
    )
    for pk, number in rows.values_list("pk", "number"):
        shared[pk, number] = shared.get((pk, number), 0) + 1
    least = min(2, len(set(person_ids)))
    found = [
        SameHousehold(pk, number, many) for (pk, number), many in shared.items() if many >= least
    ]
    return sorted(found, key=lambda one: (-one.shared, one.number))


def open_of_applicant(person_id: int, *, but: int | None = None) -> Application | None:
    """The registered application this person has open besides `but`; drafts are none yet."""
    rows = Application.objects.filter(applicant_id=person_id, state__in=OPEN)
    return rows.exclude(state="draft").exclude(pk=but).order_by("pk").first()
