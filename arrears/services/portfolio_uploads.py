"""Files of a first load sent in from the browser: kept for the worker, loaded, reported row by row.

Such a file is kept like a payment file (`arrears.services.imports.receive`): sealed as it comes in,
and only until the worker has been through it.
"""

import datetime
from typing import Any

from django.core.files.base import File

from arrears.services.portfolio import JOB, run_import
from boligsak.jobs.models import JobRun, RunState
from boligsak.jobs.services import LOST_AFTER, ask, cut_off, is_at_work
from boligsak.letters.files import Sealing, forget, unsealed

SEAL = "portfolio"
MOST_REFUSED = 500
"""Refused rows kept with the run. Who has more mends these first."""

_OPEN = (RunState.WAITING, RunState.RUNNING)


def receive_portfolio(upload: File, name: str, *, by: Any, today: datetime.date) -> JobRun:
    """Keeps an uploaded file that is to be loaded as `name` ("leases.csv"), and asks for the load.

    The caller starts the task when its transaction has committed.
    """
    with Sealing(SEAL) as copy:
        for chunk in upload.chunks():
            copy.write(chunk)
    try:
        run = ask(JOB, day=today, by=by, subject=name)
        run.counts = {"stored_as": copy.name}
        run.save(update_fields=["counts"])
    except BaseException:
        forget(copy.name)
        raise
    return run


def load_stored(run_id: int, *, today: datetime.date) -> JobRun:
    """Loads a file that `receive_portfolio` kept, and deletes the copy when that is over. Safe to
    call again, also when the first call was cut off.

    Refused rows are kept in the run's counts as [file, line, column, code, facts].
    """
    asked = JobRun.objects.select_related("by").get(pk=run_id)
    stored_as = asked.counts.get("stored_as")
    if asked.state not in _OPEN or not stored_as:
        return asked
    try:
        copy = unsealed(stored_as, SEAL)
    except FileNotFoundError:
        asked.refresh_from_db()
        cut_off(asked)  # unless somebody else has been through the file just now
        return asked
    try:
        with copy as stream:
            report = run_import({asked.subject: stream}, by=asked.by, today=today, asked=asked)
        if not report.is_accepted:
            asked.counts = {
                "refused": [
                    [row.file, row.line, row.column, row.code, _plain(row.facts)]
                    for row in report.refused[:MOST_REFUSED]
                ],
                "refused_rows": len(report.refused),
            }
            asked.save(update_fields=["counts"])
    finally:
        # Another worker may be at it, and the next needs it should that one be lost.
        if not JobRun.objects.filter(pk=run_id, state__in=_OPEN).exists():
            forget(stored_as)
    return asked


def lost_portfolios(now: datetime.datetime) -> list[int]:
    """Runs for files that were sent in and that nobody loads: the worker was killed, or never came.

    None while any load is at work, for the others wait for that one.
    """
    waiting = JobRun.objects.filter(
        job=JOB, state__in=_OPEN, asked_at__lt=now - LOST_AFTER, counts__has_key="stored_as"
    )
    runs = list(waiting.order_by("pk").values_list("pk", flat=True))
    return runs if runs and not is_at_work(JOB) else []


def _plain(facts: Any) -> dict[str, Any]:
    return {
        name: fact if isinstance(fact, int | str) else str(fact) for name, fact in facts.items()
    }
