"""What has been changed in a row, when and by whom: read from the history the database keeps."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model

MOST = 20
# Kept for the machinery, not by anybody's hand.
_UNTOLD = frozenset({"version", "changed_at"})


@dataclass(frozen=True, slots=True)
class Change:
    """One saving of a row: the fields that were changed, by name. `who` is empty for the system."""

    at: datetime.datetime
    who: str
    fields: tuple[str, ...]


def changes(row: Model) -> list[Change]:
    """The latest changes of a row, newest first. Three queries."""
    events = list(
        row.events.select_related("pgh_context")  # type: ignore[attr-defined]
        .filter(pgh_label="update")
        .order_by("-pgh_id")[:MOST]
    )
    names = [
        field.attname
        for field in row._meta.concrete_fields
        if field.name not in _UNTOLD and hasattr(events[0] if events else row, field.attname)
    ]
    by = [_by(event) for event in events]
    users = get_user_model().objects.in_bulk([pk for pk in by if pk])
    found = []
    after: Any = row
    for event, user_id in zip(events, by, strict=True):
        # An event holds the row as it was before the change.
        fields = tuple(name for name in names if getattr(event, name) != getattr(after, name))
        after = event
        if fields:
            found.append(Change(event.pgh_created_at, str(users.get(user_id) or ""), fields))
    return found


def _by(event: Any) -> int | None:
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    user = metadata.get("user")
    return user if isinstance(user, int) else None
