"""Taking away sealed files that no row names: their transaction was rolled back, or the program was
stopped before it had committed."""

import datetime
import os
from collections.abc import Iterable, Iterator
from itertools import islice

import structlog

from boligsak import dates
from boligsak.letters.files import folder
from boligsak.letters.holders import held

log = structlog.get_logger(__name__)

KEEP = datetime.timedelta(days=14)
"""No transaction lasts for days; what is younger may be named by one that has not ended."""

MOST_SHARE = 20
"""More than one in so many that nobody names is no rest of broken steps: the database is another
than the files', or has been restored from an older copy. The same if nobody names a single one."""

FEW = 100
_AT_ONCE = 2_000


def sweep_files(day: datetime.date) -> dict[str, int]:
    """Deletes what has lain for two weeks and no row names, and what was never finished.

    When so many are unnamed that something else must be wrong, none of them is deleted: the log
    says it, and so does the count `files_unnamed`. The night goes on. Safe to run twice.
    """
    # A night that is tried for a day to come makes no file older than it is.
    before = min(datetime.datetime.combine(day, datetime.time(), dates.OSLO), dates.now()) - KEEP
    unnamed: set[str] = set()
    unfinished: list[str] = []
    files = 0
    names = _older_than(before.timestamp())
    while some := list(islice(names, _AT_ONCE)):
        unfinished += [name for name in some if name.endswith(".part")]
        sealed = {name for name in some if name.endswith(".sealed")}
        files += len(sealed)
        unnamed |= sealed - held(sealed)
    _delete(unfinished)
    most = max(FEW, files // MOST_SHARE) if len(unnamed) < files else 0
    if len(unnamed) > most:
        log.error("files_too_many_unnamed", unnamed=len(unnamed), files=files)
        return {"files_swept": len(unfinished), "files_unnamed": len(unnamed)}
    # Once more: while the tables were asked one by one, a name may have gone from one to another.
    unnamed -= held(unnamed)
    _delete(unnamed)
    return {"files_swept": len(unnamed) + len(unfinished)}


def _delete(names: Iterable[str]) -> None:
    for name in names:
        (folder() / name).unlink(missing_ok=True)


def _older_than(at: float) -> Iterator[str]:
    """The names of files last written before a time (seconds)."""
    if not folder().is_dir():
        return
    with os.scandir(folder()) as found:
        for one in found:
            if one.is_file(follow_symlinks=False) and one.stat().st_mtime < at:
                yield one.name
