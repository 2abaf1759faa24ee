"""Who is to have a letter about a lease: the tenants of a day, and the guardians of each."""

import datetime
from collections.abc import Collection

from django.db.models import F, Q

from tenants.models import Guardianship, LeaseParty, PartyRole


def tenants_on(lease_ids: Collection[int], day: datetime.date) -> dict[int, list[LeaseParty]]:
    """The tenants who answer for each lease on `day` (its first or last day outside it), each with
    the person."""
    found: dict[int, list[LeaseParty]] = {lease_id: [] for lease_id in lease_ids}
    rows = (
        LeaseParty.objects.filter(lease__in=list(lease_ids), role=PartyRole.TENANT)
        .filter(
            Q(from_on__lte=day) | Q(from_on=F("lease__starts_on")),
            Q(to_on__isnull=True) | Q(to_on__gte=day) | Q(to_on=F("lease__moved_out_on")),
        )
        .select_related("person")
        .order_by("position", "id")
    )
    for party in rows:
        found[party.lease_id].append(party)
    return found


def guardians_on(person_ids: Collection[int], day: datetime.date) -> list[Guardianship]:
    """The guardians whose mandate covers `day`."""
    rows = Guardianship.objects.filter(person__in=list(person_ids), from_on__lte=day)
    return list(rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=day)).order_by("person", "id"))
