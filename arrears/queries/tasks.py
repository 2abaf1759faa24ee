"""Lists of tasks and of cases that are offered, for one reader. One query each."""

import datetime
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from arrears.models import CaseTransfer, Disqualification, Task, TransferState
from boligsak.accounts.grants import CASEWORKER, COORDINATOR


class TaskRow(NamedTuple):
    """A task as stored. `is_masked` says that its case or lease is protected: the reader who is
    not cleared reads no words that somebody typed."""

    task_id: int
    kind: str
    title: str
    facts: dict[str, Any]
    due_on: datetime.date
    party: str
    owner_id: int | None
    owner: str
    case_id: int | None
    case_number: str
    lease_id: int | None
    lease_number: str
    is_protected: bool


def tasks_of(user: Any, limit: int) -> list[TaskRow]:
    """What this user has to do, the first due first."""
    return _rows(Task.objects.open().visible_to(user).filter(owner_id=user.pk), limit)


def tasks_of_nobody(user: Any, limit: int) -> list[TaskRow]:
    """What somebody at this user's offices has to take or give away."""
    return _rows(Task.objects.open().visible_to(user).filter(owner__isnull=True), limit)


def tasks_on(case_ids: Collection[int], user: Any, limit: int = 200) -> list[TaskRow]:
    """The open tasks of these cases that the user may see."""
    found = Task.objects.open().visible_to(user).filter(case_id__in=list(case_ids))
    return _rows(found, limit)


def _rows(tasks: QuerySet[Task], limit: int) -> list[TaskRow]:
    found = tasks.order_by("due_on", "pk").values_list(
        "pk",
        "kind",
        "title",
        "facts",
        "due_on",
        "party",
        "owner_id",
        "owner__first_name",
        "owner__last_name",
        "case_id",
        "case__number",
        "lease_id",
        "lease__number",
        "lease__is_protected",
    )[:limit]
    return [
        TaskRow(
            *row[:7],
            f"{row[7] or ''} {row[8] or ''}".strip(),
            row[9],
            row[10] or "",
            row[11],
            row[12] or "",
            bool(row[13]),
        )
        for row in found
    ]


class OfferRow(NamedTuple):
    """A case that is offered and waits for an answer."""

    transfer_id: int
    case_number: str
    asked_by: str
    from_office: str
    to_office: str
    reason: str
    asked_on: datetime.date


def offers_to(user: Any, day: datetime.date, limit: int = 20) -> list[OfferRow]:
    """The offers this user may answer: to them, or to an office where they work. Never of a case
    they are disqualified from or of an address they may not see."""
    held = user.role_assignments.filter(
        role__in=(CASEWORKER, COORDINATOR), valid_from__lte=day
    ).exclude(valid_to__lt=day)
    there = held.filter(Q(office__isnull=True) | Q(office_id=OuterRef("to_office_id")))
    to_office = Q(to_owner__isnull=True) & Exists(there)
    shut_out = Disqualification.objects.filter(
        case=OuterRef("case_id"), user_id=user.pk, lifted_on__isnull=True
    )
    found = CaseTransfer.objects.filter(state=TransferState.WAITING)
    found = found.filter(Q(to_owner_id=user.pk) | to_office).exclude(asked_by_id=user.pk)
    found = found.filter(~Exists(shut_out))
    if not user.access.is_cleared:
        found = found.filter(case__lease__is_protected=False)
    rows = found.order_by("asked_on", "pk").select_related(
        "case", "asked_by", "from_office", "to_office"
    )
    return [
        OfferRow(
            row.pk,
            row.case.number,
            str(row.asked_by),
            row.from_office.name,
            row.to_office.name,
            row.reason,
            row.asked_on,
        )
        for row in rows[:limit]
    ]
