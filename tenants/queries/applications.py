"""What the pages and steps of an application ask for."""

import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from boligsak.accounts.grants import CASEWORKER, COORDINATOR, HOUSING_UNIT, LANDLORD
from boligsak.accounts.models import Office, RoleAssignment, User
from boligsak.dates import add_months
from tenants.models import (
    Application,
    ApplicationMember,
    EconomyAssessment,
    HouseholdMember,
    MemberRole,
    Person,
    SupportAssessment,
    SupportMeasure,
)
from tenants.rules.applications import Found

ROLES_OF_PARTY = {
    "welfare": (CASEWORKER, COORDINATOR),
    "housing_unit": (HOUSING_UNIT,),
    "landlord": (LANDLORD,),
}
"""Who can be given help to see to, by party. What somebody outside does has nobody here."""


def found_on(application: Application) -> Found:
    """What has been found out, as far as registering asks for it."""
    applicant = application.applicant
    return Found(
        has_applicant=applicant is not None,
        has_need=bool(application.need.strip()),
        has_housing=bool(application.present_housing),
        has_economy=EconomyAssessment.objects.filter(application=application).exists(),
        has_support=SupportAssessment.objects.filter(application=application).exists(),
        is_applicant_dead=applicant is not None and applicant.died_on is not None,
    )


def newest_economy(application_id: int) -> EconomyAssessment | None:
    rows = EconomyAssessment.objects.filter(application_id=application_id).order_by("-pk")
    return rows.select_related("by", "policy").first()


def newest_support(application_id: int) -> SupportAssessment | None:
    rows = SupportAssessment.objects.filter(application_id=application_id).order_by("-pk")
    return rows.select_related("by").first()


def measures_of(application_id: int) -> list[SupportMeasure]:
    """Help prepared or dropped, in the order it was entered."""
    rows = SupportMeasure.objects.filter(application_id=application_id).order_by("pk")
    return list(rows.select_related("responsible"))


# --- Household ------------------------------------------------------------------------------------


class Size(NamedTuple):
    """How many are to live there. A child for part of the time is a child."""

    adults: int
    children: int
    part_time: int
    ages: tuple[int | None, ...] = ()
    """The children's ages in years, the eldest first; None where nobody knows."""

    @property
    def people(self) -> int:
        return self.adults + self.children


def members_of(application: Application) -> list[ApplicationMember]:
    """Who is to live there, each with the person: the applicant, adults, children by age."""
    rows = list(ApplicationMember.objects.filter(application=application).select_related("person"))
    never = datetime.date.max
    rows.sort(
        key=lambda one: (
            one.person_id != application.applicant_id,
            one.role == MemberRole.CHILD,
            one.person.born_on or never,
            one.pk,
        )
    )
    return rows


def size_of(members: list[ApplicationMember], day: datetime.date) -> Size:
    children = [one for one in members if one.role == MemberRole.CHILD]
    return Size(
        adults=len(members) - len(children),
        children=len(children),
        part_time=sum(one.is_part_time for one in children),
        ages=tuple(_age(one.person.born_on, day) for one in children),
    )


def _age(born_on: datetime.date | None, day: datetime.date) -> int | None:
    if born_on is None:
        return None
    years = day.year - born_on.year
    return years - (add_months(born_on, 12 * years) > day)


def housemates(application: Application, user: Any, day: datetime.date) -> list[Person]:
    """People registered in the applicant's household today who are not in the application yet, and
    whom the reader may see by name."""
    if application.applicant_id is None:
        return []
    today = Q(to_on__isnull=True) | Q(to_on__gte=day)
    homes = HouseholdMember.objects.filter(
        today, person=application.applicant_id, from_on__lte=day
    ).values("household")
    mates = HouseholdMember.objects.filter(today, household__in=homes, from_on__lte=day)
    rows = Person.objects.visible_to(user).filter(pk__in=mates.values("person"))
    if not user.access.is_cleared:
        rows = rows.filter(protection=0)
    gone = ApplicationMember.objects.filter(application=application).values("person")
    return list(rows.filter(died_on__isnull=True).exclude(pk__in=gone).order_by("born_on", "pk"))


# --- Who works where ------------------------------------------------------------------------------


class Handler(NamedTuple):
    """Somebody who can have an application, or help to see to."""

    id: int
    name: str


def handlers_at(
    office_id: int, day: datetime.date, party: str = "welfare", *, is_protected: bool = False
) -> list[Handler]:
    """Who works for a party at an office that day, by name; of a protected application only those
    who are cleared. None for a party outside."""
    held = RoleAssignment.objects.filter(
        Q(office_id=office_id) | Q(office__isnull=True),
        role__in=ROLES_OF_PARTY.get(party, ()),
        valid_from__lte=day,
        user__is_active=True,
    ).exclude(valid_to__lt=day)
    users = User.objects.filter(pk__in=held.values("user_id"))
    if is_protected:
        # Somebody is cleared when every role they hold that day is (grants.fold).
        others = RoleAssignment.objects.filter(is_cleared=False, valid_from__lte=day)
        users = users.exclude(pk__in=others.exclude(valid_to__lt=day).values("user_id"))
    return [Handler(one.pk, str(one)) for one in users.order_by("first_name", "last_name", "pk")]


def open_offices(user: Any, day: datetime.date) -> list[tuple[int, str]]:
    """(id, name) of the open offices this user works for, by name."""
    rows = Office.objects.filter(opened_on__lte=day).exclude(closed_on__lt=day)
    if user.access.office_ids is not None:
        rows = rows.filter(pk__in=user.access.office_ids)
    return list(rows.order_by("name").values_list("pk", "name"))


def districts(day: datetime.date) -> list[tuple[int, str]]:
    """(id, name) of every open office: a home can be wished for anywhere."""
    rows = Office.objects.filter(opened_on__lte=day).exclude(closed_on__lt=day)
    return list(rows.order_by("name").values_list("pk", "name"))
