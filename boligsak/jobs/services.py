"""Running a job: one at a time, under a name, counted, and with a row that says how it went."""

import datetime
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.conf import settings
from django.db import connection

from boligsak import dates
from boligsak.jobs.models import JobRun, RunState
from boligsak.rule import RuleBroken

log = structlog.get_logger(__name__)

_EVERY = 0.5  # seconds between two writes of progress
_LOCKS = 0x626F  # "bo": the first half of our advisory locks

Counts = dict[str, Any]


class Progress:
    """How far a run has come, on a connection of its own: the job's is not committed yet."""

    def __init__(self, run: JobRun) -> None:
        self.run = run
        self._next = 0.0

    def __call__(self, done: int, total: int | None = None, *, at_once: bool = False) -> None:
        """Writes it down, at most twice a second unless it must be seen `at_once`."""
        now = time.monotonic()
        if now < self._next and not at_once:
            return
        self._next = now + _EVERY
        JobRun.objects.using("progress").filter(pk=self.run.pk).update(done=done, total=total)


def ask(job: str, *, day: datetime.date | None = None, by: Any = None, subject: str = "") -> JobRun:
    """A run that waits to be started, so that whoever asked can follow it from the first second."""
    return JobRun.objects.create(job=job, day=day, by=by, subject=subject)


def run(
    job: str,
    work: Callable[[Progress], Counts],
    *,
    day: datetime.date | None = None,
    by: Any = None,
    subject: str = "",
    asked: JobRun | None = None,
    alone_as: str = "",
) -> JobRun:
    """Does `work` and keeps its row. Returns the finished run.

    `alone_as` names what may not run twice at once where that is less than the whole job: one
    payment file, and not every one of them.

    Raises what `work` raises after writing it down: `RuleBroken` as refused, anything else as
    failed; `RuleBroken("job.running")` when the same job runs already (nothing is done then).
    """
    row = asked or ask(job, day=day, by=by, subject=subject)
    with _alone(alone_as or job) as free:
        if not free:
            if row.state == RunState.RUNNING:  # asked for twice: it is this very run
                raise RuleBroken("job.running", job=job)
            _end(row, RunState.REFUSED, refusal={"code": "job.running", "facts": {"job": job}})
            raise RuleBroken("job.running", job=job)
        if not alone_as:
            _bury(job, row)
        row.state, row.started_at = RunState.RUNNING, dates.now()
        row.save(update_fields=["state", "started_at"])
        try:
            counts = work(Progress(row))
        except RuleBroken as broken:
            facts = {name: str(value) for name, value in broken.facts.items()}
            _end(row, RunState.REFUSED, refusal={"code": broken.code, "facts": facts})
            raise
        except BaseException as fault:
            _end(row, RunState.FAILED, error=_trace(fault))
            raise
        return _end(row, RunState.DONE, counts=counts)


def is_at_work(alone_as: str) -> bool:
    """Whether somebody does right now what may not run twice at once under this name."""
    with _alone(alone_as) as free:
        return not free


def cut_off(row: JobRun) -> None:
    """Ends a run that nobody is at work on any more: its process died, or never came to it."""
    if row.state in (RunState.WAITING, RunState.RUNNING):
        _end(row, RunState.FAILED, error="Cut off")


def _bury(job: str, row: JobRun) -> None:
    """Ends runs of the job that were cut off: whoever holds its lock is the only one at work."""
    JobRun.objects.filter(job=job, state=RunState.RUNNING).exclude(pk=row.pk).update(
        state=RunState.FAILED, ended_at=dates.now(), error="Cut off"
    )


def _end(row: JobRun, state: RunState, **fields: Any) -> JobRun:
    row.state, row.ended_at = state, dates.now()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "ended_at", *fields])
    log.info("job_over", job=row.job, run=row.pk, state=str(state), counts=row.counts)
    return row


def _trace(fault: BaseException) -> str:
    """Where it broke. Messages are left out: the database puts whole rows into them."""
    frames = traceback.extract_tb(fault.__traceback__)[-12:]
    base = f"{settings.BASE_DIR}/"
    lines = [f"{f.filename.removeprefix(base)}:{f.lineno} {f.name}" for f in frames]
    return "\n".join([*lines, type(fault).__name__])


@contextmanager
def _alone(job: str) -> Iterator[bool]:
    """A session advisory lock under the job's name: released with the connection if we die."""
    key = zlib.crc32(job.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, key])
        free = cursor.fetchone()[0]
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, key])
