"""Which folders are protected now. The rows they stand for are on upper floors, which answer.

A folder keeps what was so when something was last put into it; somebody can have become protected
since, and then what leaves the house must not tell.
"""

from collections.abc import Callable, Collection, Mapping

from django.db.models import Q

from boligsak.letters.models import Folder

Asker = Callable[[Collection[int]], Collection[int]]
"""Those of the rows with these ids, which may be a query for them, that are protected now."""

_askers: dict[str, Asker] = {}


def register(kind: str, asker: Asker) -> None:
    _askers[kind] = asker


def protected_now(folders: Collection[Folder]) -> frozenset[int]:
    """The ids of those folders that are protected, by what was so then or by what is so now."""
    by_kind: dict[str, dict[int, int]] = {}
    for folder in folders:
        by_kind.setdefault(folder.kind, {})[folder.ref_id] = folder.pk
    found = {folder.pk for folder in folders if folder.is_protected}
    for kind, rows in by_kind.items():
        found |= _asked(kind, rows)
    return frozenset(found)


def is_protected_now() -> Q:
    """The same as a condition on folders, for lists that are narrowed by it."""
    found = Q(is_protected=True)
    for kind, asker in _askers.items():
        rows = Folder.objects.filter(kind=kind, is_protected=False).values("ref_id")
        found |= Q(kind=kind, ref_id__in=list(asker(rows)))  # type: ignore[arg-type]
    return found


def _asked(kind: str, rows: Mapping[int, int]) -> set[int]:
    asker = _askers.get(kind)
    return {rows[ref_id] for ref_id in asker(list(rows))} if asker else set()
