"""What is a caseworker's own to do: tasks, late measures, cases, applications, letters
that came back, and cases offered to them."""

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Measure
from arrears.queries import cases as query
from arrears.queries.cases import CaseChoice
from arrears.queries.measures import overdue_measures
from arrears.queries.tasks import OfferRow, TaskRow, offers_to, tasks_of, tasks_of_nobody
from arrears.words.measures import kind_name
from arrears.words.tasks import task_title
from boligsak.desk.case_rows import CaseLine, case_lines
from boligsak.desk.queries.applications import ApplicationChoice, chosen, ordered
from boligsak.letters.models import Dispatch
from boligsak.letters.queries.outbox import back_to
from boligsak.letters.words.outbox import because
from tenants.queries.clocks import next_clocks
from tenants.words.applications import kind_name as application_kind
from tenants.words.applications import state_tag
from tenants.words.clocks import name as clock_name

_TASKS, _CASES, _LETTERS = 12, 12, 6


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in words."""

    due_on: datetime.date
    title: str
    about: str
    href: str


@dataclass(frozen=True, slots=True)
class ApplicationLine:
    """One application: whose, what it is, where it stands and the deadline that runs next."""

    who: str
    about: str
    status: dict[str, str]
    clock: str
    due_on: datetime.date | None
    href: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter that came back: when it was to go, what it is and why it did not."""

    on: datetime.date
    title: str
    about: str
    href: str


@dataclass(frozen=True, slots=True)
class Lists:
    """The first of each; `more_*`: there are more than are shown."""

    tasks: list[TaskLine]
    more_tasks: bool
    free_tasks: list[TaskLine]
    more_free_tasks: bool
    cases: list[CaseLine]
    more_cases: bool
    offers: list[OfferRow]
    measures: list[TaskLine]
    more_measures: bool
    applications: list[ApplicationLine]
    more_applications: bool
    letters: list[LetterLine]
    more_letters: bool


def lists(user: Any, day: datetime.date) -> Lists:
    """A constant number of queries."""
    mine = tasks_of(user, _TASKS + 1)
    free = tasks_of_nobody(user, _TASKS + 1)
    found = query.chosen(user, CaseChoice(owner=user.pk), day)
    rows = query.rows(query.ordered(found, "step", user, day), user, day, 0, _CASES + 1)
    late = list(overdue_measures(user, day)[: _TASKS + 1])
    applications = _applications(user, day)
    back = back_to(user, _LETTERS + 1)
    return Lists(
        tasks=[_line(row, user) for row in mine[:_TASKS]],
        more_tasks=len(mine) > _TASKS,
        free_tasks=[_line(row, user) for row in free[:_TASKS]],
        more_free_tasks=len(free) > _TASKS,
        cases=case_lines(rows[:_CASES], user, day, back=reverse("desk:my_work")),
        more_cases=len(rows) > _CASES,
        offers=offers_to(user, day),
        measures=[_measure(row) for row in late[:_TASKS]],
        more_measures=len(late) > _TASKS,
        applications=applications[:_CASES],
        more_applications=len(applications) > _CASES,
        letters=[_letter(row, user) for row in back[:_LETTERS]],
        more_letters=len(back) > _LETTERS,
    )


def _line(row: TaskRow, user: Any) -> TaskLine:
    # What somebody typed may name who lives there in secret.
    is_read = not row.is_protected or user.access.is_cleared
    about = ""
    if row.case_number:
        about = _("Case %(number)s") % {"number": row.case_number}
    elif row.lease_number:
        about = _("Lease %(number)s") % {"number": row.lease_number}
    return TaskLine(
        due_on=row.due_on,
        title=task_title(row.kind, row.title if is_read else "", row.facts),
        about=about,
        href=reverse("arrears:task", args=[row.task_id]),
    )


def _measure(row: Measure) -> TaskLine:
    return TaskLine(
        due_on=row.due_on or row.proposed_on,
        title=kind_name(row.kind),
        about=_("Case %(number)s") % {"number": row.case.number},
        href=reverse("arrears:measure", args=[row.pk]),
    )


def _applications(user: Any, day: datetime.date) -> list[ApplicationLine]:
    """Under way and this user's own, drafts too: the oldest first, one more than are shown."""
    found = chosen(user, ApplicationChoice(owner=user.pk), day).select_related("applicant")
    rows = list(ordered(found, "received")[: _CASES + 1])
    clocks = next_clocks([row.pk for row in rows], day) if rows else {}
    back = f"?back={quote(reverse('desk:my_work'))}"
    lines = []
    for row in rows:
        clock = clocks.get(row.pk)
        lines.append(
            ApplicationLine(
                who=str(row.applicant) if row.applicant else row.number,
                about=f"{row.number} · {capfirst(application_kind(row.kind))}",
                status=state_tag(row.state, row.kind),
                clock=capfirst(clock_name(clock.code)) if clock else "",
                due_on=clock.on if clock else None,
                href=reverse("desk:application", args=[row.pk]) + back,
                person_id=row.applicant_id,
            )
        )
    return lines


def _letter(row: Dispatch, user: Any) -> LetterLine:
    """Leads to where it is decided on: the outbox, or the document for whoever has none."""
    document = row.document
    why = because(row.code or row.facts.get("because", ""), document.source, row.facts)
    return LetterLine(
        on=row.on,
        title=document.title,
        about=f"{document.folder.number}: {why}" if why else document.folder.number,
        href=reverse("letters:dispatch", args=[row.pk])
        if user.has_perm("letters.view_outbox")
        else reverse("desk:document", args=[document.pk]),
    )
