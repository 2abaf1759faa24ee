"""The same step on many leases: chosen, looked through, then taken row by row in the background.

What is done is what was looked at: each row keeps the plan that was shown and the version of its
lease, and a row for which either has changed is refused with that reason. Every row is a
transaction of its own, so that a worker that is killed has done each row wholly or not at all, and
the next one goes on from there.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import structlog
from django.db import transaction

from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import Counts, Progress, ask, cut_off, is_at_work, run
from boligsak.rule import RuleBroken
from tenants.models import BulkKind, BulkRow, BulkState, BulkStep

log = structlog.get_logger(__name__)

PLANNED, DONE, REFUSED = "planned", "done", "refused"
FAULT = "bulk.fault"


class Planned(NamedTuple):
    """What would be done to one lease; with a `code`, why it cannot be. `facts` are JSON values."""

    code: str
    facts: Mapping[str, Any]
    version: int


Plans = Mapping[int, Planned]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step on many leases.

    `plan(step, lease_ids, on)` says what would be done to each; `do(step, row, by, on)` does it,
    in the row's own transaction, and returns what is to be kept of it. `most` rows at a time.
    """

    name: BulkKind
    job: str
    most: int
    plan: Callable[[BulkStep, Collection[int], datetime.date], Plans]
    do: Callable[[BulkStep, BulkRow, Any, datetime.date], Mapping[str, Any]]


@transaction.atomic
def prepare(
    kind: Kind, lease_ids: Collection[int], wanted: Mapping[str, Any], *, by: Any, on: datetime.date
) -> BulkStep:
    """A step on these leases, to be looked through; nothing is done to them yet.

    Raises `RuleBroken` "bulk.none" or "bulk.too_many" (count, most).
    """
    if not lease_ids:
        raise RuleBroken("bulk.none")
    if len(lease_ids) > kind.most:
        raise RuleBroken("bulk.too_many", count=len(lease_ids), most=kind.most)
    step = BulkStep.objects.create(kind=kind.name, wanted=dict(wanted), on=on, by=by)
    BulkRow.objects.bulk_create(
        [BulkRow(bulk=step, lease_id=pk) for pk in sorted(lease_ids)], batch_size=2_000
    )
    return step


@transaction.atomic
def choose(
    step_id: int, row_ids: Collection[int], *, is_chosen: bool, version: int, by: Any
) -> int:
    """Leaves rows out, or takes them in again. Returns how many.

    Raises `RuleBroken` as `_lock` does, or "bulk.none".
    """
    step = _lock(step_id, version)
    rows = step.rows.filter(pk__in=row_ids).exclude(is_chosen=is_chosen)
    count = rows.update(is_chosen=is_chosen)
    if not row_ids:
        raise RuleBroken("bulk.none")
    if count:
        step.version += 1
        step.save(update_fields=["version"])
    return count


@transaction.atomic
def start(
    kind: Kind,
    step_id: int,
    wanted: Mapping[str, Any],
    *,
    seen: str,
    version: int,
    by: Any,
    on: datetime.date,
) -> BulkStep:
    """Asks for the step as it was looked at: `seen` is the digest of the plans that were shown.

    The caller starts the task when its transaction has committed. Raises `RuleBroken` as `_lock`
    does, "bulk.plan_changed", or "bulk.nothing_chosen".
    """
    step = _lock(step_id, version)
    step.wanted = {**step.wanted, **wanted}
    rows = list(step.rows.filter(is_chosen=True).order_by("pk"))
    plans = kind.plan(step, [row.lease_id for row in rows], on)
    if digest(plans) != seen:
        raise RuleBroken("bulk.plan_changed")
    if not any(not plan.code for plan in plans.values()):
        raise RuleBroken("bulk.nothing_chosen")
    for row in rows:
        plan = plans[row.lease_id]
        row.facts = {"version": plan.version, "plan": dict(plan.facts) if not plan.code else None}
    BulkRow.objects.bulk_update(rows, ["facts"], batch_size=500)
    step.state, step.on, step.by = BulkState.ASKED, on, by
    step.run = ask(kind.job, day=on, by=by, subject=str(step.pk))
    step.version += 1
    step.save(update_fields=["state", "on", "by", "run", "wanted", "version"])
    return step


@transaction.atomic
def drop(step_id: int, *, version: int, by: Any, on: datetime.date) -> BulkStep:
    """Drops a step that nobody has started. Raises `RuleBroken` as `_lock` does."""
    step = _lock(step_id, version)
    step.state, step.ended_on = BulkState.DROPPED, on
    step.version += 1
    step.save(update_fields=["state", "ended_on", "version"])
    return step


@transaction.atomic
def start_again(kind: Kind, step_id: int, *, by: Any, on: datetime.date) -> BulkStep:
    """Goes on with a step that was cut off, or tries again the rows in which something broke.

    Raises `RuleBroken` "bulk.at_work" while somebody is at it, or "bulk.over" when nothing is left.
    """
    step = BulkStep.objects.select_for_update(of=("self",)).select_related("run").get(pk=step_id)
    if is_at_work(_name(step)):
        raise RuleBroken("bulk.at_work")
    broken = step.rows.filter(state=REFUSED, code=FAULT)
    left = step.rows.filter(state=PLANNED, is_chosen=True)
    is_started = step.state in (BulkState.ASKED, BulkState.RUNNING, BulkState.DONE)
    if not is_started or not (left.exists() or broken.exists() or step.state != BulkState.DONE):
        raise RuleBroken("bulk.over")
    if step.run is not None:
        cut_off(step.run)
    broken.update(state=PLANNED, code="")
    step.state, step.ended_on = BulkState.ASKED, None
    step.run = ask(kind.job, day=on, by=by, subject=str(step.pk))
    step.version += 1
    step.save(update_fields=["state", "ended_on", "run", "version"])
    return step


def work(kind: Kind, step_id: int, *, on: datetime.date) -> JobRun:
    """Does what was asked for, a row at a time, for the day `on`. Safe to run again.

    Raises `RuleBroken("job.running")` when it is at work already.
    """
    step = BulkStep.objects.select_related("by", "run").get(pk=step_id)
    if step.run is None or step.run.state not in (RunState.WAITING, RunState.RUNNING):
        return step.run or JobRun()
    # A run that is at work and whose worker is gone is taken up by the next one as it stands.
    return run(
        kind.job,
        partial(_take_all, kind, step, on),
        day=on,
        by=step.by,
        asked=step.run,
        subject=str(step.pk),
        alone_as=_name(step),
    )


def digest(plans: Plans) -> str:
    """One word for what would be done: another word when any of it is another."""
    told = [(pk, *plans[pk]) for pk in sorted(plans)]
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _take_all(kind: Kind, step: BulkStep, on: datetime.date, progress: Progress) -> Counts:
    BulkStep.objects.filter(pk=step.pk).update(state=BulkState.RUNNING)
    rows = list(
        step.rows.filter(is_chosen=True, state=PLANNED).order_by("pk").values_list("pk", flat=True)
    )
    total = step.rows.filter(is_chosen=True).count()
    before = total - len(rows)
    for number, pk in enumerate(rows):
        progress(before + number, total)
        _take(kind, step, pk, on)
    progress(total, total, at_once=True)
    chosen = step.rows.filter(is_chosen=True)
    counts = {state: chosen.filter(state=state).count() for state in (DONE, REFUSED)}
    BulkStep.objects.filter(pk=step.pk).update(state=BulkState.DONE, ended_on=on)
    return counts


def _take(kind: Kind, step: BulkStep, row_id: int, on: datetime.date) -> None:
    """One row, wholly or not at all; why not is written down afterwards."""
    try:
        with transaction.atomic():
            row = BulkRow.objects.select_for_update(of=("self",)).get(pk=row_id)
            if row.state != PLANNED:
                return
            kept = kind.do(step, row, step.by, on)
            row.state, row.facts = DONE, {**row.facts, **kept}
            row.save(update_fields=["state", "facts"])
    except RuleBroken as broken:
        _refuse(row_id, broken.code, broken.facts)
    except Exception as fault:
        # One row's fault is no reason to leave the others; it can be tried again.
        log.error("bulk_row_failed", step=step.pk, row=row_id, fault=type(fault).__name__)
        _refuse(row_id, FAULT, {})


def _refuse(row_id: int, code: str, facts: Mapping[str, Any]) -> None:
    row = BulkRow.objects.filter(pk=row_id, state=PLANNED).first()
    if row is not None:
        row.state, row.code, row.facts = REFUSED, code, {**row.facts, "why": plain(facts)}
        row.save(update_fields=["state", "code", "facts"])


def plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON keeps them: days as texts."""
    kept: dict[str, Any] = json.loads(json.dumps({**facts}, default=_text))
    return kept


def _text(fact: Any) -> str:
    return fact.isoformat() if hasattr(fact, "isoformat") else str(fact)


def _name(step: BulkStep) -> str:
    return f"bulk:{step.pk}"


def _lock(step_id: int, version: int) -> BulkStep:
    """The step, locked, while it is looked through.

    Raises `RuleBroken` "bulk.not_preview", or "bulk.changed" (version, who).
    """
    step = BulkStep.objects.select_for_update(of=("self",)).select_related("by").get(pk=step_id)
    if step.state != BulkState.PREVIEW:
        raise RuleBroken("bulk.not_preview")
    if step.version != version:
        raise RuleBroken("bulk.changed", version=step.version, who=str(step.by))
    return step
