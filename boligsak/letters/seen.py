"""Which documents somebody may see: asked of the floors whose rows the folders stand for.

A document is seen by who sees, with its name, the case, application, lease or meeting it lies on.
What is for the welfare side alone is seen by nobody else.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

SOCIAL = "tenants.view_social"

Rows = Callable[[Any], QuerySet[Any] | None]

_rows: dict[str, Rows] = {}


def register(folder_kind: str, rows: Rows) -> None:
    """`rows(user)`: those this user sees with their names; None for none at all."""
    _rows[folder_kind] = rows


def by(user: Any, document: str = "document__") -> Q:
    """The condition that a document is this user's to see. `document` leads to it."""
    found = Q(pk__in=[])
    for kind, rows in _rows.items():
        own = rows(user)
        if own is not None:
            found |= Q(
                **{
                    f"{document}folder__kind": kind,
                    f"{document}folder__ref_id__in": own.values("pk"),
                }
            )
    if not user.has_perm(SOCIAL):
        found &= Q(**{f"{document}is_social": False})
    return found
