"""Who changed a row: said to the row history, which the database itself writes."""

from contextlib import AbstractContextManager
from typing import Any

import pghistory


def signed(by: Any) -> AbstractContextManager[Any]:
    """Changes inside are kept with this user in the history (None: the system itself)."""
    return pghistory.context(user=None if by is None else by.pk)
