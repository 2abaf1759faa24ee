"""Who and where, for the leases on a page: what this reader may see, in three queries."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from tenants.models import HouseholdMember, Lease, LeaseParty, MemberRole


@dataclass(frozen=True, slots=True)
class LeaseCard:
    """One lease in a list. Masked, it is its number and nothing else.

    `people` are (person id, name) of the tenants on the day, the first named first; after the
    tenancy, those of its last day. `children` counts members under 18 in the household.
    """

    lease_id: int
    number: str
    is_masked: bool
    dwelling_id: int | None = None
    address: str = ""
    unit: str = ""
    office: str = ""
    office_id: int | None = None
    people: tuple[tuple[int, str], ...] = field(default=())
    children: int = 0
    starts_on: datetime.date | None = None
    ends_on: datetime.date | None = None
    moved_out_on: datetime.date | None = None

    @property
    def name(self) -> str:
        """The tenants in one line: the first one, and how many more."""
        if not self.people:
            return ""
        more = len(self.people) - 1
        return self.people[0][1] + (f" +{more}" if more else "")

    @property
    def person_ids(self) -> list[int]:
        return [person_id for person_id, _ in self.people]


def lease_cards(lease_ids: Collection[int], user: Any, day: datetime.date) -> dict[int, LeaseCard]:
    """Cards by lease id, only of leases whose row the user may see. Constant number of queries."""
    rows = list(
        Lease.objects.visible_to(user)
        .filter(pk__in=lease_ids)
        .values_list(
            "id",
            "number",
            "is_protected",
            "dwelling_id",
            "dwelling__street",
            "dwelling__house_no",
            "dwelling__unit",
            "office_id",
            "office__name",
            "household_id",
            "starts_on",
            "ends_on",
            "moved_out_on",
        )
    )
    is_cleared = user.access.is_cleared
    shown = {row[0]: row for row in rows if is_cleared or not row[2]}
    people = _people(shown, day)
    children = _children([row[9] for row in shown.values() if row[9]], day)
    cards = {}
    for row in rows:
        if row[0] not in shown:
            cards[row[0]] = LeaseCard(row[0], row[1], is_masked=True)
            continue
        cards[row[0]] = LeaseCard(
            lease_id=row[0],
            number=row[1],
            is_masked=False,
            dwelling_id=row[3],
            address=f"{row[4]} {row[5]}",
            unit=row[6],
            office_id=row[7],
            office=row[8],
            people=tuple(people.get(row[0], ())),
            children=children.get(row[9], 0),
            starts_on=row[10],
            ends_on=row[11],
            moved_out_on=row[12],
        )
    return cards


def _people(leases: dict[int, tuple[Any, ...]], day: datetime.date) -> dict[int, list[Any]]:
    parties = (
        LeaseParty.objects.filter(lease_id__in=leases, role="tenant")
        .order_by("lease_id", "position", "id")
        .values_list(
            "lease_id", "person_id", "person__given_name", "person__family_name", "from_on", "to_on"
        )
    )
    found: dict[int, list[Any]] = {}
    for lease_id, person_id, given, family, from_on, to_on in parties:
        moved_out_on = leases[lease_id][12]
        on = min(day, moved_out_on) if moved_out_on else max(day, leases[lease_id][10])
        if from_on <= on and (to_on is None or to_on >= on):
            found.setdefault(lease_id, []).append((person_id, f"{given} {family}"))
    return found


def _children(household_ids: list[int], day: datetime.date) -> dict[int, int]:
    adult_from = (
        day.replace(year=day.year - 18)
        if (day.month, day.day) != (2, 29)
        else (day.replace(year=day.year - 18, day=28))
    )
    counted = (
        HouseholdMember.objects.filter(household_id__in=household_ids, from_on__lte=day)
        .filter(Q(to_on__isnull=True) | Q(to_on__gte=day))
        .filter(
            Q(person__born_on__gt=adult_from)
            | Q(person__born_on__isnull=True, role=MemberRole.CHILD)
        )
        .values("household_id")
        .annotate(children=Count("id"))
        .values_list("household_id", "children")
    )
    return dict(counted)
