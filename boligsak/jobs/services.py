"""Running a job: one at a time, under a name, counted, and with a row that says how it went."""

import datetime
import json
import time
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, connection

from boligsak import dates, prepared
from boligsak.jobs.models import JobRun, RunState
from boligsak.rule import RuleBroken

log = structlog.get_logger(__name__)

_EVERY = 0.5  # seconds between two writes of progress
_LOCKS = 0x626F  # "bo": the first half of our advisory locks
_CUT_OFF = "Cut off"

LOST_AFTER = datetime.timedelta(minutes=2)
"""A worker that is up has come to what was asked for by then."""

Counts = dict[str, Any]

# A night has seventeen steps, and most find nothing to do: they must not cost more to begin and to
# end than to be done. So each is one statement.
#
# The lock is the session's, released with the connection if we die. Who has it is the only one at
# work: what else stands as running was cut off. Should it stand so only because its end is not
# committed yet, then its row is still locked, is waited for, and is found to have ended.
_BEGIN = """
WITH lock AS MATERIALIZED (
    SELECT pg_try_advisory_lock(%(locks)s, %(key)s) AS free,
        set_config('synchronous_commit', coalesce(%(commit)s,
            current_setting('synchronous_commit')), true)
), buried AS (
    UPDATE jobs_jobrun SET state = 'failed', ended_at = %(now)s, error = %(cut_off)s
    FROM lock
    WHERE free AND %(buries)s AND job = %(job)s AND state = 'running'
        AND id IS DISTINCT FROM %(id)s
)
INSERT INTO jobs_jobrun AS run (id, job, day, subject, by_id, state, asked_at, started_at, ended_at,
    done, total, counts, refusal, error)
SELECT coalesce(%(id)s, nextval('jobs_jobrun_id_seq')), %(job)s, %(day)s::date, %(subject)s,
    %(by)s::bigint, CASE WHEN free THEN 'running' ELSE 'refused' END,
    %(now)s, CASE WHEN free THEN %(now)s::timestamptz END,
    CASE WHEN NOT free THEN %(now)s::timestamptz END,
    0, %(total)s::bigint, '{}', CASE WHEN NOT free THEN %(refusal)s::jsonb END, ''
FROM lock
ON CONFLICT (id) DO UPDATE SET state = excluded.state, started_at = excluded.started_at,
    ended_at = excluded.ended_at, refusal = excluded.refusal
    -- asked for twice, the row is of the very run that has the lock, or had it and is done
    WHERE run.state = 'waiting' OR (excluded.state = 'running' AND run.state <> 'done')
RETURNING id, asked_at, state
"""

_END = """
UPDATE jobs_jobrun SET state = %(state)s::text, ended_at = %(ended_at)s, counts = %(counts)s,
    refusal = %(refusal)s, error = %(error)s,
    done = CASE WHEN %(state)s::text = 'done' THEN coalesce(total, done) ELSE done END
WHERE id = %(id)s
RETURNING pg_advisory_unlock(%(locks)s, %(key)s), set_config('synchronous_commit',
    coalesce(%(commit)s, current_setting('synchronous_commit')), true)
"""


class Progress:
    """How far a run has come, on a connection of its own: the job's is not committed yet."""

    def __init__(self, run: JobRun) -> None:
        self.run = run
        self._next = time.monotonic() + _EVERY

    def __call__(self, done: int, total: int | None = None, *, at_once: bool = False) -> None:
        """Writes it down, at most twice a second unless it must be seen `at_once`; what is over
        sooner has nothing to follow."""
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
    total: int | None = None,
    asked: JobRun | None = None,
    alone_as: str = "",
    is_step: bool = False,
) -> JobRun:
    """Does `work` and keeps its row. Returns the finished run.

    `alone_as` names what may not run twice at once where that is less than the whole job: one
    payment file, and not every one of them. `total` is how much there is to do, when that is
    known. `is_step` says that this is part of a run that ends after it (see `_commit`).

    Raises what `work` raises after writing it down: `RuleBroken` as refused, anything else as
    failed; `RuleBroken("job.running")` when the same job runs already (nothing is done then).
    """
    row = asked or JobRun(job=job, day=day, by=by, subject=subject, total=total)
    lock = _lock(alone_as or job) | {"commit": _commit(is_step=is_step)}
    _begin(row, lock, buries=not alone_as)
    try:
        counts = work(Progress(row))
    except RuleBroken as broken:
        facts = {name: str(value) for name, value in broken.facts.items()}
        _end(row, lock, RunState.REFUSED, refusal={"code": broken.code, "facts": facts})
        raise
    except BaseException as fault:
        _end(row, lock, RunState.FAILED, error=_trace(fault))
        raise
    return _end(row, lock, RunState.DONE, counts=counts)


def is_at_work(alone_as: str) -> bool:
    """Whether somebody does right now what may not run twice at once under this name."""
    lock = _lock(alone_as)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%(locks)s, %(key)s)", lock)
        (is_free,) = cursor.fetchone()
    if is_free:
        _unlock(lock)
    return not is_free


def cut_off(row: JobRun) -> None:
    """Ends a run that nobody is at work on any more: its process died, or never came to it."""
    if row.state in (RunState.WAITING, RunState.RUNNING):
        row.state, row.ended_at, row.error = RunState.FAILED, dates.now(), _CUT_OFF
        row.save(update_fields=["state", "ended_at", "error"])
        _tell(row)


def _begin(row: JobRun, lock: dict[str, Any], *, buries: bool) -> None:
    now = dates.now()
    refusal = {"code": "job.running", "facts": {"job": row.job}}
    with _unlocked_by_fault(lock):
        found = prepared.ask(
            _BEGIN,
            lock
            | {
                "buries": buries,
                "cut_off": _CUT_OFF,
                "now": now,
                "id": row.pk,
                "job": row.job,
                "day": row.day,
                "subject": row.subject,
                "by": row.by_id,
                "total": row.total,
                "refusal": json.dumps(refusal),
            },
        )
    if not found:
        _unlock(lock)  # taken for nothing, should the other have been done just now
        raise RuleBroken("job.running", job=row.job)
    ((row.pk, row.asked_at, row.state),) = found
    row._state.adding, row._state.db = False, connection.alias
    if row.state == RunState.REFUSED:
        row.ended_at, row.refusal = now, refusal
        _tell(row)
        raise RuleBroken("job.running", job=row.job)
    row.started_at = now


def _end(row: JobRun, lock: dict[str, Any], state: RunState, **fields: Any) -> JobRun:
    row.state, row.ended_at = state, dates.now()
    for name, value in fields.items():
        setattr(row, name, value)
    with _unlocked_by_fault(lock):
        prepared.ask(
            _END,
            lock
            | {
                "id": row.pk,
                "state": str(state),
                "ended_at": row.ended_at,
                "counts": json.dumps(row.counts),
                "refusal": None if row.refusal is None else json.dumps(row.refusal),
                "error": row.error,
            },
        )
    _tell(row)
    return row


@contextmanager
def _unlocked_by_fault(lock: dict[str, Any]) -> Iterator[None]:
    """Gives the lock back when the row that takes or leaves it cannot be written, for want of room
    on the disk, say: no rollback does, and the session may be a worker's that lives for weeks."""
    try:
        yield
    except BaseException:
        with suppress(Error):
            _unlock(lock)
        raise


def _unlock(lock: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%(locks)s, %(key)s)", lock)


def _commit(*, is_step: bool) -> str | None:
    """How the row of a run is committed: a step's without waiting for the disk, in a transaction
    that holds nothing else.

    What a step did is on the disk by itself, and the end of the run it belongs to takes its row
    there too. Should the server fall in the fraction of a second between, the row is missing or
    still says that it runs, the whole is not done, and is done again: every step is safe to
    repeat.
    """
    return "off" if is_step and not connection.in_atomic_block else None


def _tell(row: JobRun) -> None:
    log.info("job_over", job=row.job, run=row.pk, state=str(row.state), counts=row.counts)


def _trace(fault: BaseException) -> str:
    """Where it broke. Messages are left out: the database puts whole rows into them."""
    frames = traceback.extract_tb(fault.__traceback__)[-12:]
    base = f"{settings.BASE_DIR}/"
    lines = [f"{f.filename.removeprefix(base)}:{f.lineno} {f.name}" for f in frames]
    return "\n".join([*lines, type(fault).__name__])


def _lock(job: str) -> dict[str, Any]:
    """The advisory lock under the job's name."""
    return {"locks": _LOCKS, "key": zlib.crc32(job.encode()) - 2**31}
