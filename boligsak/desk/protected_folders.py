"""Which cases, applications, leases and meetings are protected: asked before anything leaves the
house."""

from collections.abc import Collection

from arrears.models import Case
from boligsak.letters import protected
from boligsak.letters.models import FolderKind
from meetings.queries.minutes import naming_protected
from tenants.models import Application, Lease


def _cases(ids: Collection[int]) -> Collection[int]:
    found = Case.objects.filter(pk__in=ids, lease__is_protected=True)
    return list(found.values_list("pk", flat=True))


def _applications(ids: Collection[int]) -> Collection[int]:
    found = Application.objects.filter(pk__in=ids, is_protected=True)
    return list(found.values_list("pk", flat=True))


def _leases(ids: Collection[int]) -> Collection[int]:
    return list(Lease.objects.filter(pk__in=ids, is_protected=True).values_list("pk", flat=True))


def register() -> None:
    protected.register(FolderKind.CASE, _cases)
    protected.register(FolderKind.APPLICATION, _applications)
    protected.register(FolderKind.LEASE, _leases)
    protected.register(FolderKind.MEETING, naming_protected)
