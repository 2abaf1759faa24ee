"""Which documents somebody may see: asked of the floors whose rows the folders stand for.

A document is seen by who sees, with its name, the case, application, lease or meeting it lies on.
What is for the welfare side alone is seen by nobody else. Of a kind of folder there may be more to
ask about each document (`may_open`).
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from boligsak.letters.models import Document

SOCIAL = "tenants.view_social"

Rows = Callable[[Any], QuerySet[Any] | None]

Guard = Callable[[Document, Any], bool]

_rows: dict[str, Rows] = {}
_guards: dict[str, Guard] = {}


def register(folder_kind: str, rows: Rows, guard: Guard | None = None) -> None:
    """`rows(user)`: those this user sees with their names; None for none at all. `guard(document,
    user)`: whether a document of theirs may be opened, where that is a question of its own."""
    _rows[folder_kind] = rows
    if guard is not None:
        _guards[folder_kind] = guard


def may_open(document: Document, user: Any) -> bool:
    """Whether a document of a row that this user sees is theirs to open."""
    guard = _guards.get(document.folder.kind)
    return guard is None or guard(document, user)


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
