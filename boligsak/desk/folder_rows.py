"""Which cases, applications, leases and meetings somebody sees the documents of."""

from typing import Any

from django.db.models import QuerySet

from arrears.queries.cases import named_to
from boligsak.letters import seen
from boligsak.letters.models import FolderKind
from meetings.models import Meeting
from meetings.queries.minutes import may_have_document
from tenants.models import Application, Lease


def _cases(user: Any) -> QuerySet[Any] | None:
    return named_to(user) if user.has_perm("arrears.view_case") else None


def _applications(user: Any) -> QuerySet[Any] | None:
    may = user.has_perm("tenants.view_application")
    return Application.objects.unmasked(user) if may else None


def _leases(user: Any) -> QuerySet[Any] | None:
    return Lease.objects.unmasked(user) if user.has_perm("tenants.view_lease") else None


def _meetings(user: Any) -> QuerySet[Any] | None:
    return Meeting.objects.visible_to(user) if user.has_perm("meetings.view") else None


def register() -> None:
    seen.register(FolderKind.CASE, _cases)
    seen.register(FolderKind.APPLICATION, _applications)
    seen.register(FolderKind.LEASE, _leases)
    seen.register(FolderKind.MEETING, _meetings, may_have_document)
