"""One measure: proposing it, starting it, trying it out, and how it ends."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Measure
from arrears.rules.measures import DONE, STARTED, Act, is_on_trial
from arrears.services.cases.base import at_work, touched
from arrears.services.measures.base import (
    Task,
    end_with,
    entered,
    give,
    kind_on,
    measure_at_work,
    new,
    note_step,
    only_one,
    reason_of,
    taken,
)
from boligsak.rule import RuleBroken


@transaction.atomic
def propose(
    case_id: int,
    kind_id: int,
    task: Task,
    *,
    by: Any,
    on: datetime.date,
    note: str = "",
    started_on: datetime.date | None = None,
    trial_to: datetime.date | None = None,
) -> Measure:
    """A measure on the case; begun already when `started_on` is given.

    Raises `RuleBroken` as `at_work` does, "measure.kind_ended" (valid_to), "measure.only_shown"
    (it is written down elsewhere on the case), "measure.open_already" (one of the
    kind is proposed or runs), "measure.owner", or what the rules of the measure refuse.
    """
    case = at_work(case_id, by=by)
    measure = new(case, kind_on(kind_id, on), task, by=by, on=on, note=note)
    if started_on is not None:
        measure.state, measure.started_on, measure.trial_to = STARTED, started_on, trial_to
    entered(measure, case, by, on)
    note_step(measure, case, Act.START if started_on else "proposed", by, on, note)
    touched(case)
    return measure


@transaction.atomic
def start(
    measure_id: int,
    task: Task,
    *,
    started_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int,
    trial_to: datetime.date | None = None,
    note: str = "",
) -> Measure:
    """The measure runs from `started_on`; `trial_to` is the last day of a trial."""
    measure, case = measure_at_work(measure_id, Act.START, by, on, version)
    give(measure, case, task, by, on)
    measure.started_on, measure.trial_to = started_on, trial_to
    return taken(measure, case, Act.START, by, on, note)


@transaction.atomic
def change(
    measure_id: int, task: Task, *, by: Any, on: datetime.date, version: int, note: str = ""
) -> Measure:
    """Another responsible, another due day, or something to add."""
    measure, case = measure_at_work(measure_id, Act.CHANGE, by, on, version)
    give(measure, case, task, by, on)
    return taken(measure, case, Act.CHANGE, by, on, note)


@transaction.atomic
def try_until(
    measure_id: int,
    trial_to: datetime.date,
    *,
    by: Any,
    on: datetime.date,
    version: int,
    note: str = "",
) -> Measure:
    """On trial to this day. A trial that is over is lengthened from today on, never backdated.

    Raises `RuleBroken("measure.trial_past", today)` too.
    """
    measure, case = measure_at_work(measure_id, Act.TRY, by, on, version)
    if trial_to < on:
        raise RuleBroken("measure.trial_past", today=on)
    measure.trial_to = trial_to
    return taken(measure, case, Act.TRY, by, on, note)


@transaction.atomic
def finish(
    measure_id: int,
    result: str,
    *,
    ended_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int,
    note: str = "",
) -> Measure:
    """It was carried out, and this came of it. What was only proposed began the day it ended.

    Raises `RuleBroken` "measure.result" or "measure.trial_runs" (trial_to) too: a trial is given
    its time before anybody says that it did not work.
    """
    measure, case = measure_at_work(measure_id, Act.FINISH, by, on, version)
    end_with(measure, result, ended_on, by)
    return taken(measure, case, Act.FINISH, by, on, note)


@transaction.atomic
def drop(measure_id: int, why: str, *, by: Any, on: datetime.date, version: int) -> Measure:
    """Not carried out: broken off, or proposed by mistake. Raises "measure.no_reason" too."""
    measure, case = measure_at_work(measure_id, Act.DROP, by, on, version)
    measure.why_not, measure.ended_on, measure.ended_by = reason_of(why), on, by
    return taken(measure, case, Act.DROP, by, on, why)


@transaction.atomic
def reject(measure_id: int, why: str, *, by: Any, on: datetime.date, version: int) -> Measure:
    """Looked into and found not to fit. Raises "measure.no_reason" too."""
    measure, case = measure_at_work(measure_id, Act.REJECT, by, on, version)
    measure.why_not, measure.ended_on, measure.ended_by = reason_of(why), on, by
    return taken(measure, case, Act.REJECT, by, on, why)


@transaction.atomic
def say_not_enough(
    measure_id: int, because: str, *, by: Any, on: datetime.date, version: int
) -> Measure:
    """Why support that goes on is not enough to keep the home. The gate asks for it.

    Raises `RuleBroken("measure.trial_runs", trial_to)` too: nobody knows while it is tried out.
    """
    measure, case = measure_at_work(measure_id, Act.NOT_ENOUGH, by, on, version)
    if is_on_trial(measure.state, measure.trial_to, on):
        raise RuleBroken("measure.trial_runs", trial_to=measure.trial_to)
    measure.insufficient_because = reason_of(because)
    return taken(measure, case, Act.NOT_ENOUGH, by, on, because)


@transaction.atomic
def reopen(measure_id: int, why: str, *, by: Any, on: datetime.date, version: int) -> Measure:
    """Taken up again: what was done runs on, what was not carried out is proposed once more.

    Raises "measure.no_reason" or "measure.open_already" too.
    """
    measure, case = measure_at_work(measure_id, Act.REOPEN, by, on, version)
    reason = reason_of(why)
    only_one(case.pk, measure.kind_id)
    if measure.state != DONE:
        measure.started_on = None
    first = measure.started_on or measure.proposed_on
    if measure.due_on is not None and measure.due_on < first:
        measure.due_on = None
    measure.ended_on, measure.ended_by, measure.result, measure.why_not = None, None, "", ""
    measure.trial_to, measure.insufficient_because = None, ""
    return taken(measure, case, Act.REOPEN, by, on, reason)
