"""Answering the checklist: many lines in one go, all of them or none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from arrears.models import Case, Measure
from arrears.queries.measures import measures_of
from arrears.rules.measures import PROPOSED, STARTED, Act, next_state
from arrears.services.cases.base import at_work, touched
from arrears.services.measures.base import (
    Task,
    end_with,
    entered,
    give,
    kind_on,
    may,
    new,
    note_step,
    reason_of,
    saved,
)
from boligsak.rule import RuleBroken


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswer:
    """What somebody answers to one line. `how` is "done", "started" or "unsuitable".

    `seen` is what the line was opened on (`Line.seen`): nobody answers over what they have not
    seen. `on`: the day it ended or began; `text`: the note, or why it does not fit.
    """

    kind_id: int
    how: str
    seen: str
    task: Task
    on: datetime.date | None = None
    result: str = ""
    text: str = ""


@transaction.atomic
def answer(
    case_id: int, answers: Sequence[LineAnswer], *, by: Any, on: datetime.date
) -> list[Measure]:
    """Answers many lines at once: all of them, or none. A proposal of the kind is used where one
    stands.

    Raises what single acts raise, with `kind_id` among the facts, and "measure.line_changed"
    (somebody has answered the line meanwhile).
    """
    case = at_work(case_id, by=by)
    standing: dict[int, list[Measure]] = {}
    for measure in measures_of(case_id):
        standing.setdefault(measure.kind_id, []).append(measure)
    made = []
    for one in answers:
        try:
            made.append(_answer(case, one, standing.get(one.kind_id, []), by, on))
        except RuleBroken as broken:
            raise RuleBroken(broken.code, **broken.facts | {"kind_id": one.kind_id}) from broken
    if made:
        touched(case)
    return made


def _answer(
    case: Case, one: LineAnswer, standing: list[Measure], by: Any, on: datetime.date
) -> Measure:
    if one.seen != ",".join(f"{row.pk}.{row.version}" for row in standing):
        raise RuleBroken("measure.line_changed")
    measure = next((row for row in standing if row.state == PROPOSED), None)
    running = next((row for row in standing if row.state == STARTED), None)
    act = {"done": Act.FINISH, "started": Act.START, "unsuitable": Act.REJECT}[one.how]
    if running is not None and act is not Act.FINISH:
        raise RuleBroken("measure.open_already")
    measure = running or measure
    is_new = measure is None
    if measure is None:
        measure = new(case, kind_on(one.kind_id, on), one.task, by=by, on=on)
    else:
        may(act, measure, by)
    if act is Act.FINISH:
        end_with(measure, one.result, one.on or on, by)
        if one.text:
            measure.note = one.text
    elif act is Act.START:
        measure.started_on = one.on or on
        give(measure, case, one.task, by, on)
        measure.note = one.text or measure.note
    else:
        measure.why_not, measure.ended_on, measure.ended_by = reason_of(one.text), on, by
    measure.state = next_state(measure.state, act)
    if is_new:
        entered(measure, case, by, on)
    else:
        saved(measure, case, by, on)
    note_step(measure, case, act, by, on, one.text)
    return measure
