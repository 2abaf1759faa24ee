"""Taking away sealed files that no row names: their transaction was rolled back, or the program was
stopped before it had committed."""

import datetime
import os
from collections.abc import Iterator
from itertools import islice

import structlog

from boligsak import dates
from boligsak.letters.files import folder
from boligsak.letters.holders import held
from boligsak.rule import RuleBroken

log = structlog.get_logger(__name__)

KEEP = datetime.timedelta(days=14)
"""No transaction lasts for days; what is younger may be named by one that has not ended."""

MOST_SHARE = 20
"""More than one in so many that nobody names is no rest of broken steps: the database is another
than the files', or has been restored from an older copy."""

FEW = 100
_AT_ONCE = 2_000


def sweep_files(day: datetime.date) -> dict[str, int]:
    """Deletes what has lain for two weeks and no row names, and what was never finished.

    Raises `RuleBroken("files.too_many")` (unnamed, files) without deleting anything when there are
    so many that something else must be wrong. Safe to run twice.
    """
    # A night that is tried for a day to come makes no file older than it is.
    before = min(datetime.datetime.combine(day, datetime.time(), dates.OSLO), dates.now()) - KEEP
    unnamed: list[str] = []
    unfinished: list[str] = []
    files = 0
    names = _older_than(before.timestamp())
    while some := list(islice(names, _AT_ONCE)):
        unfinished += [name for name in some if name.endswith(".part")]
        sealed = [name for name in some if name.endswith(".sealed")]
        files += len(sealed)
        named = held(sealed)
        unnamed += [name for name in sealed if name not in named]
    if len(unnamed) > max(FEW, files // MOST_SHARE):
        log.error("files_too_many_unnamed", unnamed=len(unnamed), files=files)
        raise RuleBroken("files.too_many", unnamed=len(unnamed), files=files)
    for name in (*unnamed, *unfinished):
        (folder() / name).unlink(missing_ok=True)
    return {"files_swept": len(unnamed) + len(unfinished)}


def _older_than(at: float) -> Iterator[str]:
    """The names of files last written before a time (seconds)."""
    if not folder().is_dir():
        return
    with os.scandir(folder()) as found:
        for one in found:
            if one.is_file(follow_symlinks=False) and one.stat().st_mtime < at:
                yield one.name
