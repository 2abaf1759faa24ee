"""What somebody is to do by a day: made by a person, a meeting or the night, and then ended."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from arrears.models import Case, Task
from arrears.models.cases import Party
from arrears.models.tasks import TaskState
from arrears.rules.cases import check_task_step
from arrears.services.cases.owners import check_owner_of
from boligsak.rule import RuleBroken
from tenants.models import Lease


@transaction.atomic
def make_task(
    *,
    kind: str,
    due_on: datetime.date,
    by: Any,
    on: datetime.date,
    case: Case | None = None,
    lease: Lease | None = None,
    title: str = "",
    facts: Mapping[str, Any] | None = None,
    about: str = "",
    owner: Any | None = None,
    party: str = Party.WELFARE,
    office_id: int | None = None,
) -> Task:
    """A task on a case, a lease or an office's own; `by` None is the night.

    `kind` is a code of `arrears.words.tasks` ("plan_broken", "by_hand"), `facts` what its sentence
    needs (codes, øre, ISO days), `title` free words for a task made by hand. `owner` None: of a
    task on a case the case's owner, else nobody's, for the office's coordinator to give away.
    The same thing makes one task: while a task of this kind with the same `about` ("plan:12") is
    open, that one is returned as it is. Raises `RuleBroken("task.no_place")` without case, lease
    or office.
    """
    if about and (standing := _standing(kind, about)):
        return standing
    lease_id = lease.pk if lease is not None else case.lease_id if case is not None else None
    office = office_id or (case.office_id if case else lease.office_id if lease else None)
    if office is None:
        raise RuleBroken("task.no_place")
    if owner is None and case is not None and party == Party.WELFARE:
        owner = case.owner
    try:
        with transaction.atomic():
            return Task.objects.create(
                case=case,
                lease_id=lease_id,
                office_id=office,
                kind=kind,
                title=title,
                facts=dict(facts or {}),
                about=about,
                party=party,
                owner=owner,
                due_on=due_on,
                made_on=on,
                made_by=by,
            )
    except IntegrityError:
        # Two hands at once; the constraint let one of them make it.
        if about and (standing := _standing(kind, about)):
            return standing
        raise


def _standing(kind: str, about: str) -> Task | None:
    return Task.objects.filter(kind=kind, about=about, state=TaskState.OPEN).first()


@transaction.atomic
def give_task(
    task_id: int, owner: Any | None, *, by: Any, on: datetime.date, version: int | None = None
) -> Task:
    """Gives the task to somebody, or takes it back (None). Taking it is giving it to oneself.

    Raises `RuleBroken` as `at_task` does, or as `check_owner` does for a task of the welfare side.
    """
    task = at_task(task_id, by=by, version=version)
    if owner is not None and task.party == Party.WELFARE:
        is_protected = task.lease.is_protected if task.lease is not None else False
        check_owner_of(owner, task.office_id, is_protected, on, task.case)
    task.owner = owner
    _save(task, "owner")
    return task


@transaction.atomic
def finish_task(
    task_id: int, *, result: str, by: Any, on: datetime.date, version: int | None = None
) -> Task:
    """What came of it, in a few words; may be empty. Raises as `at_task` does, or "task.ended"."""
    return _end(task_id, TaskState.DONE, result, by, on, version)


@transaction.atomic
def drop_task(
    task_id: int, *, reason: str, by: Any, on: datetime.date, version: int | None = None
) -> Task:
    """No longer to be done. Raises "task.no_reason", "task.ended", or as `at_task` does."""
    if not reason.strip():
        raise RuleBroken("task.no_reason")
    return _end(task_id, TaskState.DROPPED, reason, by, on, version)


@transaction.atomic
def end_tasks_about(kind: str, about: str, *, result: str, by: Any, on: datetime.date) -> int:
    """Ends what has done itself: the payment came, the plan is kept. Returns how many."""
    return Task.objects.filter(kind=kind, about=about, state=TaskState.OPEN).update(
        state=TaskState.DONE, result=result, ended_on=on, ended_by=by, version=F("version") + 1
    )


def drop_tasks_about(kind: str, about: str, *, reason: str, by: Any, on: datetime.date) -> int:
    """Ends what nobody is to do any more. Returns how many."""
    return Task.objects.filter(kind=kind, about=about, state=TaskState.OPEN).update(
        state=TaskState.DROPPED, result=reason, ended_on=on, ended_by=by, version=F("version") + 1
    )


def drop_tasks_of(case: Case, *, reason: str, by: Any, on: datetime.date) -> int:
    """Ends every open task of a case that is closed. Returns how many."""
    return Task.objects.filter(case=case, state=TaskState.OPEN).update(
        state=TaskState.DROPPED, result=reason, ended_on=on, ended_by=by, version=F("version") + 1
    )


def hand_tasks_on(case: Case, old: Any | None, new: Any | None) -> int:
    """The open tasks of a case follow it from one owner to the next. Returns how many."""
    if old is None:
        return 0
    return Task.objects.filter(case=case, owner=old, state=TaskState.OPEN).update(
        owner=new, office=case.office_id, version=F("version") + 1
    )


def at_task(task_id: int, *, by: Any, version: int | None = None) -> Task:
    """The task, locked until the transaction ends. `by` None is the night.

    Raises `RuleBroken`: "task.not_visible", "task.ended" (state), "task.changed" (version).
    """
    if by is not None and not Task.objects.visible_to(by).filter(pk=task_id).exists():
        raise RuleBroken("task.not_visible")
    rows = Task.objects.select_for_update(of=("self",)).select_related("case", "lease")
    task = rows.get(pk=task_id)
    check_task_step(task.state, TaskState.DONE)
    if version is not None and version != task.version:
        raise RuleBroken("task.changed", version=task.version)
    return task


def _end(
    task_id: int, state: str, result: str, by: Any, on: datetime.date, version: int | None
) -> Task:
    task = at_task(task_id, by=by, version=version)
    task.state, task.result, task.ended_on, task.ended_by = state, result.strip(), on, by
    _save(task, "state", "result", "ended_on", "ended_by")
    return task


def _save(task: Task, *fields: str) -> None:
    task.version += 1
    task.save(update_fields=[*fields, "version"])
