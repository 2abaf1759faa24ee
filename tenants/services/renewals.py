"""Renewing a contract and making one open-ended: without a new application, in one step."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from boligsak.letters.models import Document
from boligsak.rates.services import cite_policies
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants import letter_kinds
from tenants.models import ContractState, Lease, LeaseContract
from tenants.queries.contracts import SIGNERS
from tenants.queries.renewals import RenewalRow, policy_of, renewal_policies, renewal_rows
from tenants.rules.renewal import (
    Renewal,
    Wish,
    opens_when_dropped,
    plan_conversion,
    plan_renewal,
)
from tenants.services.extensions import carried_out, lock_extensions
from tenants.services.history import signed
from tenants.services.lease_letters import send_to_tenants
from tenants.services.leases import change_lease
from tenants.words import renewals as words

SOURCE = "renewal"
RENEWAL, CONVERSION = "renewal", "conversion"
BY_LAW = "law"
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerm:
    """What is agreed on. `reason` says why a term below three years is so short (§ 11-1);
    `minutes` is the time it took the caseworker."""

    wish: Wish = field(default_factory=Wish)
    reason: str = ""
    minutes: int | None = None


@transaction.atomic
def renew(
    lease_id: int, new: NewTerm, *, version: int | None, by: Any, on: datetime.date
) -> LeaseContract:
    """Renews a contract that runs out or has run out, and sends the tenants the letter about it.

    The lease has its new last day at once: the municipality has bound itself in writing, and
    whoever stays has accepted. The contract waits for its signatures. A request to move that was
    sent for the old term no longer stops the clock of the new one.

    Raises `RuleBroken` "lease.gone", "renewal.changed" (version), "renewal.no_reason",
    "renewal.minutes" (most), and what `plan_renewal` and the letter raise.
    """
    lease, row = lock(lease_id, version, by, on)
    policy = policy_of(renewal_policies(on), lease.office_id)
    plan = plan_renewal(row.facts, new.wish, policy.values, on)
    if plan.is_short and not new.reason.strip():
        raise RuleBroken("renewal.no_reason")
    cite_policies([policy.id])
    kind = CONVERSION if plan.ends_on is None else RENEWAL
    return _agree(lease, row, plan, new, kind, policy.id, by=by, on=on)


@transaction.atomic
def convert(
    lease_id: int, new: NewTerm, *, version: int | None, by: Any, on: datetime.date
) -> LeaseContract:
    """Makes a contract open-ended: by agreement, or as § 9-2 has done it already.

    Raises `RuleBroken` "lease.gone", "renewal.changed" (version), "renewal.minutes" (most), and
    what `plan_conversion` and the letter raise.
    """
    waits = lock_extensions(lease_id)
    lease, row = lock(lease_id, version, by, on)
    plan = plan_conversion(row.facts, new.wish, on)
    contract = _agree(lease, row, plan, new, CONVERSION, None, by=by, on=on)
    # What the law has done nobody signs: it carries out what was applied for at once.
    carried_out(waits, contract, by=by, on=on)
    return contract


@transaction.atomic
def drop_unsigned(
    contract_id: int,
    reason: str,
    *,
    version: int,
    by: Any,
    on: datetime.date,
    accepts_open: bool = False,
) -> LeaseContract:
    """The tenant did not want the new term: it is dropped, and the lease has its old last day.
    After the last safe day of the old term that makes it open-ended (§ 9-2): `accepts_open` says
    that this is meant.

    Raises `RuleBroken` "lease.gone", "contract.signed", "contract.changed" (version),
    "renewal.no_reason_to_drop", "renewal.newer_term" (when the lease has got another last day
    since) or "renewal.drop_opens" (from_on).
    """
    lease_id = LeaseContract.objects.values_list("lease_id", flat=True).get(pk=contract_id)
    lease, row = lock(lease_id, None, by, on)
    contract = LeaseContract.objects.select_for_update(of=("self",)).get(pk=contract_id)
    if not reason.strip():
        raise RuleBroken("renewal.no_reason_to_drop")
    if contract.version != version:
        raise RuleBroken("contract.changed", version=contract.version)
    if contract.state not in (ContractState.DRAFT, ContractState.FOR_SIGNING):
        raise RuleBroken("contract.signed")
    if contract.kind == "first" or contract.signatures.filter(person__isnull=False).exists():
        raise RuleBroken("contract.signed")
    if lease.ends_on != contract.ends_on:
        raise RuleBroken("renewal.newer_term")
    old_ends_on, asked_on = old_term(contract)
    opens_on = opens_when_dropped(row.facts.lease, old_ends_on, asked_on, on)
    if opens_on is not None and not accepts_open:
        raise RuleBroken("renewal.drop_opens", from_on=opens_on)
    change_lease(
        lease.pk,
        version=lease.version,
        by=by,
        today=on,
        ends_on=old_ends_on,
        move_requested_on=asked_on,
    )
    contract.state = ContractState.DROPPED
    contract.terms |= {"dropped_because": reason.strip(), "dropped_on": on.isoformat()}
    if opens_on is not None:
        contract.terms["opened_on"] = opens_on.isoformat()
    contract.version += 1
    with signed(by):
        contract.save(update_fields=["state", "terms", "version"])
    return contract


def old_term(contract: LeaseContract) -> tuple[datetime.date, datetime.date | None]:
    """The last day that stands again when a new term is dropped, and the request to move that was
    sent for it."""
    asked_on = contract.terms.get("request_taken_back")
    return (
        datetime.date.fromisoformat(contract.terms["old_ends_on"]),
        datetime.date.fromisoformat(asked_on) if asked_on else None,
    )


def may_go(document: Document, on: datetime.date) -> None:
    """Asked before the letter leaves. Raises `RuleBroken("renewal.dropped")` for a contract that
    has been dropped meanwhile."""
    contract = LeaseContract.objects.get(pk=document.source_id or 0)
    # The term of one that was written anew holds for as long as the new one does.
    while contract.state == ContractState.DROPPED:
        anew = LeaseContract.objects.filter(terms__in_place_of=contract.pk).first()
        if anew is None:
            break
        contract = anew
    if contract.state == ContractState.DROPPED and "dropped_because" in contract.terms:
        raise RuleBroken("renewal.dropped")


def was_sent(document: Document, sent_on: datetime.date, proof: str, by: Any) -> None:
    """Nothing follows from it: the outbox keeps the day and the proof."""


def lock(
    lease_id: int, version: int | None, by: Any, on: datetime.date
) -> tuple[Lease, RenewalRow]:
    """The lease, locked, and what a renewal of it rests on.

    Raises `RuleBroken` "lease.gone" when `by` no longer sees it by name, or "renewal.changed".
    """
    seen = Lease.objects.unmasked(by).select_for_update(of=("self",))
    lease = seen.select_related("dwelling").filter(pk=lease_id).first()
    if lease is None:
        raise RuleBroken("lease.gone")
    if version is not None and lease.version != version:
        raise RuleBroken("renewal.changed", version=lease.version)
    return lease, renewal_rows([lease_id], on)[lease_id]


def _agree(
    lease: Lease,
    row: RenewalRow,
    plan: Renewal,
    new: NewTerm,
    kind: str,
    policy_id: int | None,
    *,
    by: Any,
    on: datetime.date,
) -> LeaseContract:
    if new.minutes is not None and not 0 < new.minutes <= MOST_MINUTES:
        raise RuleBroken("renewal.minutes", most=MOST_MINUTES)
    old_ends_on = row.facts.lease.ends_on
    terms: dict[str, Any] = {
        "old_ends_on": old_ends_on.isoformat() if old_ends_on else None,
        "why": plan.why,
        "rent_ore": row.rent_ore,
        "changed": list(row.facts.changed),
        "short_terms_before": row.facts.short_terms_before,
        SIGNERS: list(row.tenants),
    }
    if policy_id is not None:
        terms["policy_id"] = policy_id
    if lease.move_requested_on is not None:
        terms["request_taken_back"] = lease.move_requested_on.isoformat()
    by_law = plan.why == BY_LAW
    contract = LeaseContract(
        lease=lease,
        kind=kind,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        is_short=plan.is_short,
        ground=new.wish.ground if plan.is_short else "",
        reason=new.reason.strip(),
        terms=terms,
        # What the law has done by itself nobody has to sign.
        state=ContractState.SIGNED if by_law else ContractState.FOR_SIGNING,
        minutes=new.minutes,
        on=on,
        by=by,
    )
    with signed(by):
        contract.save()
    change_lease(
        lease.pk,
        version=lease.version,
        by=by,
        today=on,
        ends_on=plan.ends_on,
        move_requested_on=None,
    )
    document = send_to_tenants(
        letter_kinds.LEASE_RENEWAL,
        lease,
        lambda: {
            "old_ends_on": str(format_day(old_ends_on)),
            "starts_on": str(format_day(plan.starts_on)),
            "ends_on": str(format_day(plan.ends_on)) if plan.ends_on else "",
            "term": words.agreed(plan),
            "rent": str(kr(row.rent_ore)) if row.rent_ore else "",
            "term_reason": new.reason.strip() if plan.is_short else "",
        },
        source=SOURCE,
        source_id=contract.pk,
        by=by,
        on=on,
    )
    contract.document = document
    with signed(by):
        contract.save(update_fields=["document"])
    return contract
