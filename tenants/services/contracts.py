"""The contract of a lease: written as a document, signed by everybody, or dropped."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from boligsak.letters.models import Document
from boligsak.letters.services.writing import write
from boligsak.rule import RuleBroken
from tenants.models import (
    Application,
    ContractSignature,
    ContractState,
    Lease,
    LeaseContract,
    Person,
)
from tenants.queries.addressees import addressees
from tenants.queries.contracts import SIGNERS, due_day, signers
from tenants.rules.contracts import check_anew, check_signing, is_signed
from tenants.services.extensions import carried_out, lock_extensions
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
    dropped. Raises `RuleBroken` "contract.nobody" where there is no living tenant, or what writing
    a letter does.
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
    parties = signers(contract, on)
    if not parties:
        raise RuleBroken("contract.nobody")
    contract.terms[SIGNERS] = [party.person_id for party in parties]
    with signed(by):
        contract.save()
        contract.document = _document(contract, [party.person for party in parties], by, on)
        contract.save(update_fields=["document"])
    return contract


def _document(
    contract: LeaseContract, people: list[Person], by: Any, on: datetime.date
) -> Document:
    lease = contract.lease
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
    signed, and so is the lease. The tenants are those of the day: who has left or died since the
    contract was written need not sign, and who has come must.

    Raises `RuleBroken` "contract.changed" (version), "contract.not_for_signing" (state),
    "contract.not_a_party", "contract.signed_already", or as `check_signing` does.
    """
    contract, waits = _for_signing(contract_id, version)
    check_signing(signed_on, contract.on, on)
    tenants = {party.person_id for party in signers(contract, on)}
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
    return _kept(contract, waits, tenants, by_whom, by, on)


@transaction.atomic
def finish_signing(
    contract_id: int, *, version: int | None = None, by: Any, on: datetime.date
) -> LeaseContract:
    """Everybody who is a tenant now has signed, and the landlord: whoever had not, has left or
    died.

    Raises `RuleBroken` "contract.changed" (version), "contract.not_for_signing" (state) or
    "contract.not_signed".
    """
    contract, waits = _for_signing(contract_id, version)
    tenants = {party.person_id for party in signers(contract, on)}
    there = ContractSignature.objects.filter(contract=contract)
    by_whom: dict[int | None, datetime.date] = dict(there.values_list("person_id", "signed_on"))
    if not is_signed(tenants, by_whom.keys()):
        raise RuleBroken("contract.not_signed")
    return _kept(contract, waits, tenants, by_whom, by, on)


@transaction.atomic
def write_anew(
    contract_id: int, *, version: int | None = None, by: Any, on: datetime.date
) -> LeaseContract:
    """The same contract for the tenants of today: the parties changed before it was signed, or it
    was dropped. What was signed of the old one stays there; the new one is signed by everybody.

    Raises `RuleBroken` "contract.changed" (version), what `check_anew` refuses, or what
    `write_contract` raises.
    """
    lease_id = LeaseContract.objects.values_list("lease_id", flat=True).get(pk=contract_id)
    lease = Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    old = LeaseContract.objects.select_for_update(of=("self",)).get(pk=contract_id)
    if version is not None and version != old.version:
        raise RuleBroken("contract.changed", version=old.version)
    newest = lease.contracts.order_by("-pk").values_list("pk", flat=True)[0]
    check_anew(old.state, old.kind, lease.moved_out_on, on, is_newest=newest == old.pk)
    return write_contract(
        lease,
        kind=old.kind,
        starts_on=old.starts_on,
        ends_on=old.ends_on,
        is_short=old.is_short,
        ground=old.ground,
        reason=old.reason,
        terms=old.terms | {"in_place_of": old.pk},
        by=by,
        on=on,
    )


def _for_signing(contract_id: int, version: int | None) -> tuple[LeaseContract, list[Application]]:
    """The contract under lock, after its lease and the applications to stay longer there."""
    lease_id = LeaseContract.objects.values_list("lease_id", flat=True).get(pk=contract_id)
    waits = lock_extensions(lease_id)
    lease = Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    contract = LeaseContract.objects.select_for_update(of=("self",)).get(pk=contract_id)
    if version is not None and version != contract.version:
        raise RuleBroken("contract.changed", version=contract.version)
    if contract.state != ContractState.FOR_SIGNING:
        raise RuleBroken("contract.not_for_signing", state=contract.state)
    contract.lease = lease
    return contract, waits


def _kept(
    contract: LeaseContract,
    waits: Sequence[Application],
    tenants: Collection[int],
    by_whom: Mapping[int | None, datetime.date],
    by: Any,
    on: datetime.date,
) -> LeaseContract:
    """The contract as its signatures make it; signed by everybody, it signs its lease,
    and carries out the applications to stay longer that were granted."""
    contract.version += 1
    if is_signed(tenants, by_whom.keys()):
        contract.state = ContractState.SIGNED
        lease = contract.lease
        lease.signed_on = max(by_whom.values())
        lease.version += 1
        with signed(by):
            lease.save(update_fields=["signed_on", "version"])
    with signed(by):
        contract.save(update_fields=["state", "version"])
    carried_out(waits, contract, by=by, on=on)
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
