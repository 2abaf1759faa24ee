"""Contracts of leases: how many short ones there have been, and who is to sign."""

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from boligsak.rates.queries import policies_on
from tenants.models import (
    ContractSignature,
    ContractState,
    Lease,
    LeaseContract,
    LeaseParty,
    PartyRole,
    Person,
)
from tenants.rules.renewal import short_terms as of_lease

SIGNERS = "signers"
"""Where a contract keeps whom it was written for."""


def short_terms(dwelling_id: int, person_ids: Collection[int]) -> int:
    """§ 11-1: how many terms shorter than three years these people have had in this dwelling.

    Each short contract counts, and so does the first term of a tenancy whose first contract was not
    written here: it came from another system, and its renewals may be written here all the same.
    Two queries.
    """
    leases = Lease.objects.filter(
        dwelling=dwelling_id,
        parties__person__in=list(person_ids),
        parties__role=PartyRole.TENANT,
    ).distinct()
    written = LeaseContract.objects.exclude(state=ContractState.DROPPED).order_by("pk")
    return sum(
        _short_terms(lease, list(lease.contracts.all()))
        for lease in leases.prefetch_related(Prefetch("contracts", queryset=written))
    )


def _short_terms(lease: Lease, contracts: list[LeaseContract]) -> int:
    short = sum(one.is_short for one in contracts)
    if any(one.kind == "first" for one in contracts):
        return short
    ends_on = lease.ends_on
    if contracts and (before := contracts[0].terms.get("old_ends_on")):
        ends_on = datetime.date.fromisoformat(before)
    return of_lease((lease.starts_on, ends_on), short)


def seen_contracts(user: Any) -> QuerySet[LeaseContract]:
    """Contracts of the leases that this user may know the tenants of."""
    rows = LeaseContract.objects.filter(lease__in=Lease.objects.unmasked(user))
    return rows.select_related("lease__dwelling__office", "document", "by")


def signers(contract: LeaseContract, day: datetime.date) -> list[LeaseParty]:
    """The tenants who are to sign on `day`: the living parties of that day, or of the contract's
    first where that is yet to come. Who has left or died binds nobody by signing."""
    on = max(contract.starts_on, day)
    rows = LeaseParty.objects.filter(
        lease=contract.lease_id, role=PartyRole.TENANT, from_on__lte=on, person__died_on=None
    )
    rows = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=on))
    return list(rows.select_related("person").order_by("position", "pk"))


def since_written(contract: LeaseContract, day: datetime.date) -> list[Person]:
    """Whom the contract names and who is no tenant any more, or the other way about. Nobody for a
    contract from before this was kept."""
    named = contract.terms.get(SIGNERS)
    if named is None:
        return []
    now = {party.person_id for party in signers(contract, day)}
    return list(Person.objects.filter(pk__in=now ^ set(named)).order_by("pk"))


def signatures(contract_id: int) -> list[ContractSignature]:
    rows = ContractSignature.objects.filter(contract=contract_id)
    return list(rows.select_related("person", "by").order_by("signed_on", "pk"))


def due_day(office_id: int, day: datetime.date) -> int:
    """The day of the month the rent falls due at an office. The ledger above owns these terms; they
    are looked up by their name among the policies of the house.

    Raises `RuleBroken("policy.missing")`.
    """
    found = policies_on("arrears", day)
    return int(found.get(office_id, found[None]).values.due_day)
