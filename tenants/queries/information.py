"""Whom an information letter goes to: the tenants of the leases that run, by office."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from boligsak import dates
from boligsak.accounts.models import Office
from tenants.models import Lease, LeaseParty, PartyRole


def offices_with_tenants(user: Any) -> list[tuple[int, str]]:
    """(id, name) of the user's offices that have leases running, by name."""
    running = Lease.objects.running(dates.today())
    rows = Office.objects.filter(pk__in=running.values("office"))
    if user.access.office_ids is not None:
        rows = rows.filter(pk__in=user.access.office_ids)
    return list(rows.order_by("name").values_list("pk", "name"))


def tenants_of(user: Any, offices: Sequence[int], day: datetime.date) -> QuerySet[LeaseParty]:
    """Every living tenant of every lease that runs at these of the user's offices: protected people
    too, for the letter is for them as well."""
    rows = LeaseParty.objects.filter(
        lease__in=Lease.objects.running(day).filter(office__in=offices),
        role=PartyRole.TENANT,
        from_on__lte=day,
        person__died_on__isnull=True,
    ).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))
    if user.access.office_ids is not None:
        rows = rows.filter(lease__office__in=user.access.office_ids)
    return rows


def named_to(user: Any) -> QuerySet[LeaseParty]:
    """The tenants this user sees with their names."""
    if not user.has_perm("tenants.view_lease"):
        return LeaseParty.objects.none()
    rows = LeaseParty.objects.filter(lease__in=Lease.objects.unmasked(user))
    return rows if user.access.is_cleared else rows.filter(person__protection=0)


def counted_to(user: Any) -> QuerySet[LeaseParty] | None:
    """The tenants that a number may tell this user of, None for all.

    Not the protected ones, of whom one more would tell that somebody with a protected address lives
    where the letters go. That holds for who sees no names too: they see the office's figures,
    which leave the protected out.
    """
    if user.access.is_cleared:
        return None
    return LeaseParty.objects.filter(lease__is_protected=False, person__protection=0)


def with_lease(party_ids: Collection[int]) -> list[LeaseParty]:
    """These tenants, with person, lease and office; one query."""
    rows = LeaseParty.objects.filter(pk__in=party_ids)
    return list(rows.select_related("person", "lease__office").order_by("pk"))
