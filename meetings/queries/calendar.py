"""Meetings as lists: what comes, what has been held, and who is invited."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from arrears.models import Party
from boligsak.accounts.grants import CASEWORKER, COORDINATOR, HOUSING_UNIT, LANDLORD
from boligsak.accounts.models import RoleAssignment, User
from boligsak.together import Part, Question
from meetings.models import Meeting, MeetingState, Series

PARTY_OF_ROLE = {
    CASEWORKER: Party.WELFARE,
    COORDINATOR: Party.WELFARE,
    HOUSING_UNIT: Party.HOUSING_UNIT,
    LANDLORD: Party.LANDLORD,
}


@dataclass(frozen=True, slots=True)
class MeetingChoice:
    """Which meetings: of one office, and coming ("coming"), held ("held") or all ("")."""

    office_id: int | None = None
    which: str = "coming"


def meetings(user: Any, choice: MeetingChoice, day: datetime.date) -> QuerySet[Any]:
    """In the order they are held; those that are over the newest first."""
    found = Meeting.objects.visible_to(user).select_related("office", "series")
    if choice.office_id is not None:
        found = found.filter(office=choice.office_id)
    if choice.which == "held":
        found = found.filter(state=MeetingState.CLOSED).order_by("-held_on", "-pk")
    elif choice.which == "coming":
        # One that was never closed is not over, however old it is.
        found = found.filter(
            Q(held_on__gte=day) | Q(state__in=[MeetingState.RUNNING, MeetingState.PLANNED])
        ).exclude(state=MeetingState.CLOSED)
        found = found.order_by("held_on", "at_time", "pk")
    else:
        found = found.order_by("-held_on", "-pk")
    return found.annotate(topics=Count("items", filter=~Q(items__state="dropped"), distinct=True))


def planned(user: Any, first: datetime.date, last: datetime.date) -> Question:
    """The meetings of the user's offices that are planned for these days, to be asked for with
    other things."""
    where = "row.state = 'planned' AND row.held_on BETWEEN %(first)s AND %(last)s"
    parameters: dict[str, Any] = {"first": first, "last": last}
    if user.access.office_ids is not None:
        where += " AND row.office_id = ANY(%(seen_offices)s)"
        parameters["seen_offices"] = sorted(user.access.office_ids)
    part = Part(Meeting, ("office", "held_on"), where, related=(("office", ("name",)),))
    return Question(part, parameters, list)


def series_of(user: Any) -> QuerySet[Series]:
    """The series of the user's offices, by office."""
    return Series.objects.visible_to(user).select_related("office").order_by("office__name", "pk")


def may_be_invited(office_ids: list[int], day: datetime.date) -> list[tuple[User, str]]:
    """Who works with cases at these offices, with the party they come for; by party and name.

    Somebody with several roles comes for the first of the list.
    """
    rows = (
        RoleAssignment.objects.filter(role__in=list(PARTY_OF_ROLE), valid_from__lte=day)
        .exclude(valid_to__lt=day)
        .filter(Q(office__isnull=True) | Q(office__in=office_ids))
        .filter(user__is_active=True)
        .select_related("user")
    )
    found: dict[int, tuple[User, str]] = {}
    for row in sorted(rows, key=lambda row: list(PARTY_OF_ROLE).index(row.role)):
        found.setdefault(row.user_id, (row.user, str(PARTY_OF_ROLE[row.role])))
    return sorted(found.values(), key=lambda one: (one[1], str(one[0])))
