"""What every act on a measure has in common: the locks, who may, and the case's history."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from arrears.models import Case, Measure, MeasureKind
from arrears.queries.measures import helpers, rule_kind
from arrears.rules.cases import WELFARE, parties_of
from arrears.rules.measures import (
    DONE,
    ENDED,
    ONLY_SHOWN,
    PROPOSED,
    RESULTS,
    STARTED,
    Act,
    Days,
    check_days,
    check_may,
    check_party,
    is_on_trial,
    next_state,
)
from arrears.services.cases.base import at_work, note_act, touched
from boligsak.rule import RuleBroken
from tenants.services.history import signed

ACTS = {
    "proposed": "measure_proposed",
    Act.START: "measure_started",
    Act.CHANGE: "measure_changed",
    Act.TRY: "measure_on_trial",
    Act.FINISH: "measure_done",
    Act.DROP: "measure_dropped",
    Act.REJECT: "measure_rejected",
    Act.NOT_ENOUGH: "measure_not_enough",
    Act.REOPEN: "measure_reopened",
}
"""What each act is called in the case's own history (`CaseAct.what`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Who sees to a measure, and by when. `owner_id`: a user of the party; `responsible`: who it
    is when it is nobody here."""

    party: str
    owner_id: int | None = None
    responsible: str = ""
    due_on: datetime.date | None = None


def kind_on(kind_id: int, on: datetime.date) -> MeasureKind:
    kind = MeasureKind.objects.get(pk=kind_id)
    if kind.code in ONLY_SHOWN:
        raise RuleBroken("measure.only_shown")
    if not rule_kind(kind).is_valid(on):
        raise RuleBroken("measure.kind_ended", valid_to=kind.valid_to or kind.valid_from)
    return kind


def new(
    case: Case, kind: MeasureKind, task: Task, *, by: Any, on: datetime.date, note: str = ""
) -> Measure:
    """A proposal that is not written yet. The kind says whose it is, not who makes it."""
    measure = Measure(
        case=case, kind=kind, state=PROPOSED, party=kind.party, proposed_on=on, note=note, by=by
    )
    may(Act.START, measure, by)
    only_one(case.pk, kind.pk)
    give(measure, case, task, by, on)
    return measure


def only_one(case_id: int, kind_id: int) -> None:
    """The case is locked: nobody else adds one meanwhile."""
    rows = Measure.objects.filter(case_id=case_id, kind_id=kind_id)
    if rows.filter(state__in=[PROPOSED, STARTED]).exists():
        raise RuleBroken("measure.open_already")


def may(act: Act, measure: Measure, by: Any) -> None:
    kind = measure.kind
    check_may(
        act,
        parties_of(by.access.roles),
        measure.party,
        is_social=kind.is_social,
        is_lasting=kind.is_lasting,
    )


def measure_at_work(
    measure_id: int, act: Act, by: Any, on: datetime.date, version: int
) -> tuple[Measure, Case]:
    """The measure, locked after its case, in the state the act leads to."""
    found = Measure.objects.filter(pk=measure_id).values_list("case_id", flat=True).first()
    if found is None:
        raise RuleBroken("case.not_visible")
    case = at_work(found, by=by)
    rows = Measure.objects.select_for_update(of=("self",)).select_related("kind")
    measure = rows.get(pk=measure_id)
    may(act, measure, by)
    if measure.version != version:
        raise RuleBroken("measure.changed", version=measure.version)
    next_state(measure.state, act)
    return measure, case


def give(measure: Measure, case: Case, task: Task, by: Any, on: datetime.date) -> None:
    """Who sees to it from now on. Only the welfare office gives another party something to do.

    Raises "measure.party", "measure.hand_on", "measure.social_party" or "measure.owner".
    """
    own = parties_of(by.access.roles)
    if WELFARE not in own and task.party not in own:
        raise RuleBroken("measure.hand_on")
    if task.party not in ("welfare", "housing_unit", "landlord", "other"):
        raise RuleBroken("measure.party")
    check_party(task.party, is_social=measure.kind.is_social)
    unchanged = (task.party, task.owner_id) == (measure.party, measure.owner_id)
    if task.owner_id is not None and not unchanged:
        can = {(helper.party, helper.user_id) for helper in helpers(case, on)}
        if (task.party, task.owner_id) not in can:
            raise RuleBroken("measure.owner")
    measure.party, measure.owner_id = task.party, task.owner_id
    measure.responsible, measure.due_on = task.responsible.strip(), task.due_on


def end_with(measure: Measure, result: str, ended_on: datetime.date, by: Any) -> None:
    if result not in RESULTS:
        raise RuleBroken("measure.result")
    if result != "worked" and is_on_trial(measure.state, measure.trial_to, ended_on):
        raise RuleBroken("measure.trial_runs", trial_to=measure.trial_to)
    measure.result, measure.ended_on, measure.ended_by = result, ended_on, by
    measure.started_on = measure.started_on or ended_on


def reason_of(text: str) -> str:
    if not text.strip():
        raise RuleBroken("measure.no_reason")
    return text.strip()


def taken(measure: Measure, case: Case, act: Act, by: Any, on: datetime.date, note: str) -> Measure:
    measure.state = next_state(measure.state, act)
    if note.strip() and act in (Act.START, Act.CHANGE, Act.TRY, Act.FINISH):
        measure.note = note.strip()
    saved(measure, case, by, on)
    note_step(measure, case, act, by, on, note)
    touched(case)
    return measure


def _check(measure: Measure, case: Case, on: datetime.date) -> None:
    """What is over has no day to come, so a due day that it missed says nothing any more."""
    is_over = measure.state in ENDED
    days = Days(
        measure.proposed_on,
        measure.started_on,
        None if is_over else measure.due_on,
        None if is_over else measure.trial_to,
        measure.ended_on if measure.state == DONE else None,
    )
    check_days(days, on, case.opened_on)


def entered(measure: Measure, case: Case, by: Any, on: datetime.date) -> None:
    _check(measure, case, on)
    measure.save()


def saved(measure: Measure, case: Case, by: Any, on: datetime.date) -> None:
    _check(measure, case, on)
    measure.version += 1
    with signed(by):
        measure.save()


def note_step(
    measure: Measure, case: Case, act: Act | str, by: Any, on: datetime.date, note: str
) -> None:
    """Into the case's own history: which measure, and what was known of it then."""
    facts = {
        "measure": measure.pk,
        "kind": measure.kind_id,
        "state": measure.state,
        "party": measure.party,
        "due_on": measure.due_on,
        "trial_to": measure.trial_to if measure.state == STARTED else None,
        "result": measure.result,
    }
    note_act(
        case,
        ACTS[act],
        by=by,
        on=on,
        facts={
            name: value.isoformat() if isinstance(value, datetime.date) else value
            for name, value in facts.items()
            if value not in (None, "")
        },
        note=note.strip(),
        is_social=measure.kind.is_social,
    )
