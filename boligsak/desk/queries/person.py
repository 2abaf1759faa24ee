"""One person: who acts for them, whom they live with, and every tenancy with what it owes."""

import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from boligsak.desk.queries.lease import is_child
from tenants.models import (
    Guardianship,
    HouseholdMember,
    LeaseParty,
    Person,
    Protection,
)


class Tenancy(NamedTuple):
    """A lease this person is or was a party to. `overdue_ore` and the rest are the lease's own."""

    lease_id: int
    number: str
    is_protected: bool
    role: str
    from_on: datetime.date
    to_on: datetime.date | None
    starts_on: datetime.date
    ends_on: datetime.date | None
    moved_out_on: datetime.date | None
    dwelling_id: int
    street: str
    house_no: str
    unit: str
    office: str
    balance_ore: int | None
    monthly_rent_ore: int | None

    @property
    def address(self) -> str:
        return f"{self.street} {self.house_no}, {self.unit}"

    def is_running(self, day: datetime.date) -> bool:
        """Whether this person has the dwelling on `day`."""
        if self.to_on is not None and self.to_on < day:
            return False
        return self.moved_out_on is None or self.moved_out_on >= day


class Member(NamedTuple):
    """Somebody in one of the person's households. `is_secret`: a protected person is in it."""

    household_id: int
    household: str
    person_id: int
    given_name: str
    family_name: str
    born_on: datetime.date | None
    role: str
    from_on: datetime.date
    to_on: datetime.date | None
    is_secret: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def is_child(self, day: datetime.date) -> bool:
        return is_child(self.born_on, self.role, day)


class Guardian(NamedTuple):
    name: str
    phone: str
    email: str
    mandate: str
    from_on: datetime.date
    to_on: datetime.date | None


def one(user: Any, pk: int) -> Person:
    """The person with their sealed identity number. Raises `Person.DoesNotExist`."""
    return Person.objects.visible_to(user).select_related("identity").get(pk=pk)


def tenancies(person_id: int, user: Any) -> list[Tenancy]:
    """The tenancies whose row this user may see, the newest first."""
    found = LeaseParty.objects.filter(person_id=person_id)
    access = user.access
    if access.office_ids is not None:
        found = found.filter(lease__office_id__in=access.office_ids)
        if not access.is_cleared:
            found = found.filter(lease__is_protected=False)
    return [
        Tenancy(*row)
        for row in found.order_by("-from_on", "-id").values_list(
            "lease_id",
            "lease__number",
            "lease__is_protected",
            "role",
            "from_on",
            "to_on",
            "lease__starts_on",
            "lease__ends_on",
            "lease__moved_out_on",
            "lease__dwelling_id",
            "lease__dwelling__street",
            "lease__dwelling__house_no",
            "lease__dwelling__unit",
            "lease__office__name",
            "lease__account__balance_ore",
            "lease__account__monthly_rent_ore",
        )
    ]


def members(person_id: int) -> list[Member]:
    """Everybody in the person's households, the person too; adults before children."""
    mine = HouseholdMember.objects.filter(person_id=person_id).values("household_id")
    secret = HouseholdMember.objects.filter(household=OuterRef("household_id")).exclude(
        person__protection=Protection.NONE
    )
    found = (
        HouseholdMember.objects.filter(household_id__in=mine)
        .annotate(is_secret=Exists(secret))
        .order_by("household_id", "person__born_on", "id")
    )
    return [
        Member(*row)
        for row in found.values_list(
            "household_id",
            "household__number",
            "person_id",
            "person__given_name",
            "person__family_name",
            "person__born_on",
            "role",
            "from_on",
            "to_on",
            "is_secret",
        )
    ]


def guardians(person_id: int) -> list[Guardian]:
    """Who may act for the person, now and before; the newest first."""
    found = Guardianship.objects.filter(person_id=person_id).order_by("-from_on", "-id")
    return [
        Guardian(*row)
        for row in found.values_list(
            "guardian_name", "phone", "email", "mandate", "from_on", "to_on"
        )
    ]
