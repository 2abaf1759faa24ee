"""What became of what meetings decided."""

import datetime
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from arrears.models import Case, CaseStatus, Referral, Task, TaskState
from arrears.services.decisions import TASK
from meetings.models import AgendaItem, ItemState, MeetingState

BAD_ENDS = ("evicted", "mistake")
"""Outcomes that are no solution: the home was lost, or there was no case."""


@dataclass(frozen=True, slots=True)
class FollowChoice:
    """Of one office or all, discussed between two days, both inclusive."""

    office_id: int | None
    from_on: datetime.date
    to_on: datetime.date


def late_tasks(user: Any, office_id: int | None, day: datetime.date) -> QuerySet[Task]:
    """Decisions that should have been carried out before `day` and are not, the oldest first."""
    found = Task.objects.filter(
        kind=TASK,
        state=TaskState.OPEN,
        due_on__lt=day,
        case__in=Case.objects.visible_to(user),
    )
    if office_id is not None:
        found = found.filter(office=office_id)
    rows = found.select_related("case__lease", "case__office", "owner", "office")
    return rows.order_by("due_on", "pk")


def discussed(user: Any, choice: FollowChoice) -> QuerySet[Case]:
    """Cases that a closed meeting of the period has talked about."""
    items = AgendaItem.objects.filter(
        case=OuterRef("pk"),
        state=ItemState.DISCUSSED,
        meeting__state=MeetingState.CLOSED,
        meeting__held_on__gte=choice.from_on,
        meeting__held_on__lte=choice.to_on,
    )
    if choice.office_id is not None:
        items = items.filter(meeting__office=choice.office_id)
    return Case.objects.visible_to(user).filter(Exists(items))


class Became(NamedTuple):
    """How many of the discussed cases there are of each kind. `solved`: closed, with the home
    kept or left by agreement, and never referred."""

    discussed: int
    solved: int
    referred: int
    running: int
    ended_otherwise: int


def became(cases: QuerySet[Case]) -> Became:
    """Four counts that add up to the fifth."""
    referral = Exists(Referral.objects.filter(case=OuterRef("pk")))
    total = cases.count()
    referred = cases.filter(referral).count()
    free = cases.exclude(referral)
    running = free.filter(status=CaseStatus.OPEN).count()
    solved = free.filter(status=CaseStatus.CLOSED).exclude(outcome__in=BAD_ENDS).count()
    return Became(total, solved, referred, running, total - referred - running - solved)


def of_kind(cases: QuerySet[Case], which: str) -> QuerySet[Case]:
    """The cases that one of the counts counts: "solved", "referred", "running" or "otherwise"."""
    referral = Exists(Referral.objects.filter(case=OuterRef("pk")))
    free = cases.exclude(referral)
    if which == "referred":
        return cases.filter(referral)
    if which == "running":
        return free.filter(status=CaseStatus.OPEN)
    if which == "solved":
        return free.filter(status=CaseStatus.CLOSED).exclude(outcome__in=BAD_ENDS)
    if which == "otherwise":
        return free.filter(status=CaseStatus.CLOSED, outcome__in=BAD_ENDS)
    return cases
