"""Row history of the rows people edit, written by database triggers, whatever hand changed them."""

from collections.abc import Callable, Sequence
from typing import Any

import pghistory


def tracked(exclude: Sequence[str] = ()) -> Callable[[type], Any]:
    """Keeps the row as it was before each change and before a deletion.

    With the row as it stands, that is the whole history; an event for each insert would double
    every first load and say nothing more.
    """
    return pghistory.track(
        pghistory.UpdateEvent(row=pghistory.Old),
        pghistory.DeleteEvent(row=pghistory.Old),
        exclude=list(exclude),
    )
