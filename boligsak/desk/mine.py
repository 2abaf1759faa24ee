"""What is a caseworker's own to do: tasks, late measures, cases, applications, letters
that came back, and cases offered to them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Measure
from arrears.queries import own
from arrears.queries.tasks import OfferRow, TaskRow, offers_to, tasks_of, tasks_of_nobody
from arrears.words.measures import kind_name
from arrears.words.tasks import task_title
from boligsak.addresses import address
from boligsak.desk.case_rows import CaseLine, case_lines
from boligsak.desk.queries import applications
from boligsak.letters.models import Dispatch
from boligsak.letters.queries.outbox import any_back, back_to
from boligsak.letters.words.outbox import because
from boligsak.together import Question
from tenants.models import Application
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


def questions(user: Any, day: datetime.date) -> dict[str, Question]:
    """What `lists` is to be told, to be asked for with other things."""
    return {
        "tasks": tasks_of(user, _TASKS + 1),
        "free_tasks": tasks_of_nobody(user, _TASKS + 1),
        "cases": own.cases_of(user, day, _CASES + 1),
        "measures": own.overdue_measures(user, day, _TASKS + 1),
        "applications": applications.own(user, _CASES + 1),
        "offers": offers_to(user, day),
        "any_letters": any_back(user),
    }


def lists(told: Mapping[str, list[Any]], user: Any, day: datetime.date) -> Lists:
    """`told`: what the `questions` have been answered. A constant number of queries more, none
    where there is nothing."""
    ((has_letters,),) = told["any_letters"]
    back = back_to(user, _LETTERS + 1) if has_letters else []
    cases = own.with_deadlines(told["cases"][:_CASES], day)
    return Lists(
        tasks=[_line(row, user) for row in told["tasks"][:_TASKS]],
        more_tasks=len(told["tasks"]) > _TASKS,
        free_tasks=[_line(row, user) for row in told["free_tasks"][:_TASKS]],
        more_free_tasks=len(told["free_tasks"]) > _TASKS,
        cases=case_lines(cases, user, day, back=reverse("desk:my_work")),
        more_cases=len(told["cases"]) > _CASES,
        offers=told["offers"],
        measures=[_measure(row) for row in told["measures"][:_TASKS]],
        more_measures=len(told["measures"]) > _TASKS,
        applications=_applications(told["applications"][:_CASES], day),
        more_applications=len(told["applications"]) > _CASES,
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
        href=address("arrears:task", row.task_id),
    )


def _measure(row: Measure) -> TaskLine:
    return TaskLine(
        due_on=row.due_on or row.proposed_on,
        title=kind_name(row.kind),
        about=_("Case %(number)s") % {"number": row.case.number},
        href=address("arrears:measure", row.pk),
    )


def _applications(rows: list[Application], day: datetime.date) -> list[ApplicationLine]:
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
                href=address("desk:application", row.pk) + back,
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
