"""The contract of a lease: written as a document, signed by everybody, or dropped."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from boligsak.letters.services.writing import write
from boligsak.rule import RuleBroken
from tenants.models import (
    ContractSignature,
    ContractState,
    Lease,
    LeaseContract,
)
from tenants.queries.addressees import addressees
from tenants.queries.contracts import due_day, signers
from tenants.rules.contracts import check_signing, is_signed
from tenants.services.history import signed
from tenants.services.letters import guardian_copy, lease_folder, party_of
from tenants.services.offers import guardians_of
from tenants.words.contracts import letter_code, letter_fields

SOURCE = "contract"
FIRST, RENEWAL, CONVERSION = "first", "renewal", "conversion"


@transaction.atomic
def write_contract(
    lease: Lease,
    *,
    kind: str = FIRST,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    is_short: bool = False,
    ground: str = "",
    reason: str = "",
    terms: Mapping[str, Any] | None = None,
    minutes: int | None = None,
    by: Any,
    on: datetime.date,
) -> LeaseContract:
    """A contract and its document, out for signing. The caller has checked its terms.

    `terms`: rent_ore, utilities_ore, clause_a, clause_b, told_on, guarantor and guarantee_ore; a
    clause that is not there is as the lease has it. An earlier contract that nobody signed is
    dropped. Raises what writing a letter does.
    """
    LeaseContract.objects.select_for_update(of=("self",)).filter(
        lease=lease, state__in=[ContractState.DRAFT, ContractState.FOR_SIGNING]
    ).update(state=ContractState.DROPPED)
    contract = LeaseContract(
        lease=lease,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        is_short=is_short,
        ground=ground,
        reason=reason,
        terms=dict(terms or {}),
        state=ContractState.FOR_SIGNING,
        minutes=minutes,
        on=on,
        by=by,
    )
    with signed(by):
        contract.save()
        contract.document = _document(contract, by, on)
        contract.save(update_fields=["document"])
    return contract


def _document(contract: LeaseContract, by: Any, on: datetime.date) -> Any:
    lease = contract.lease
    parties = signers(lease.pk, contract.starts_on)
    people = [party.person for party in parties]
    found = addressees([person.pk for person in people], on)
    first, *others = [found[person.pk] for person in people]
    copies = [party_of(one, "copy") for one in others]
    for person in people:
        copies += [guardian_copy(one) for one in guardians_of(person.pk, on)]
    return write(
        letter_code(lease.kind),
        folder=lease_folder(lease, on),
        fields=letter_fields(
            contract, people, first.language, due_day(lease.office_id, contract.starts_on)
        ),
        to=party_of(first),
        copies=copies,
        office_id=lease.office_id,
        language=first.language,
        source=SOURCE,
        source_id=contract.pk,
        by=by,
        on=on,
    )


@transaction.atomic
def sign(
    contract_id: int,
    person_id: int | None,
    *,
    signed_on: datetime.date,
    method: str = "paper",
    version: int | None = None,
    by: Any,
    on: datetime.date,
) -> LeaseContract:
    """Somebody has signed: a tenant, or (None) the landlord. With the last of them the contract is
    signed, and so is the lease.

    Raises `RuleBroken` "contract.changed" (version), "contract.not_for_signing" (state),
    "contract.not_a_party", "contract.signed_already", or as `check_signing` does.
    """
    lease_id = LeaseContract.objects.values_list("lease_id", flat=True).get(pk=contract_id)
    lease = Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    contract = LeaseContract.objects.select_for_update(of=("self",)).get(pk=contract_id)
    if version is not None and version != contract.version:
        raise RuleBroken("contract.changed", version=contract.version)
    if contract.state != ContractState.FOR_SIGNING:
        raise RuleBroken("contract.not_for_signing", state=contract.state)
    check_signing(signed_on, contract.on, on)
    tenants = {party.person_id for party in signers(lease.pk, contract.starts_on)}
    if person_id is not None and person_id not in tenants:
        raise RuleBroken("contract.not_a_party")
    there = ContractSignature.objects.filter(contract=contract)
    by_whom: dict[int | None, datetime.date] = dict(there.values_list("person_id", "signed_on"))
    if person_id in by_whom:
        raise RuleBroken("contract.signed_already")
    ContractSignature.objects.create(
        contract=contract, person_id=person_id, signed_on=signed_on, method=method, by=by
    )
    by_whom[person_id] = signed_on
    contract.version += 1
    if is_signed(tenants, by_whom.keys()):
        contract.state = ContractState.SIGNED
        lease.signed_on = max(by_whom.values())
        lease.version += 1
        with signed(by):
            lease.save(update_fields=["signed_on", "version"])
    with signed(by):
        contract.save(update_fields=["state", "version"])
    contract.lease = lease
    return contract


@transaction.atomic
def drop_contract(contract_id: int, *, version: int, by: Any, on: datetime.date) -> LeaseContract:
    """A contract that is not to be signed after all. What was signed stays as it is.

    Raises `RuleBroken` "contract.changed" (version) or "contract.not_for_signing" (state).
    """
    contract = LeaseContract.objects.select_for_update(of=("self",)).get(pk=contract_id)
    if version != contract.version:
        raise RuleBroken("contract.changed", version=contract.version)
    if contract.state not in (ContractState.DRAFT, ContractState.FOR_SIGNING):
        raise RuleBroken("contract.not_for_signing", state=contract.state)
    contract.state = ContractState.DROPPED
    contract.version += 1
    with signed(by):
        contract.save(update_fields=["state", "version"])
    return contract
