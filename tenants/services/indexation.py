"""Indexing the rent of one lease: the notice is written now, the rent changes when it is sent."""

import datetime
from typing import Any

from django.db import transaction

from boligsak.letters.models import Document, PartyKind
from boligsak.rates.services import cite_rates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants import letter_kinds
from tenants.models import BulkStep, Lease, LeaseAct, RentChange, RentChangeKind
from tenants.queries.rents import Figures, figures, rent_rows
from tenants.rules.indexation import NewRent as IndexedRent
from tenants.rules.indexation import last_notice_day, plan_indexation
from tenants.services.lease_letters import send_to_tenants
from tenants.services.leases import NewRent, set_rents
from tenants.words import indexation as words

SOURCE = "rent_change"
NOTICE_SENT = "rent_notice_sent"


@transaction.atomic
def index_rent(
    lease_id: int,
    valid_from: datetime.date,
    *,
    version: int | None,
    expected_ore: int | None = None,
    bulk: BulkStep | None = None,
    known: Figures | None = None,
    by: Any,
    on: datetime.date,
) -> RentChange:
    """Writes the notice of a rent by the index and puts it in the outbox (§ 4-2).

    What a month costs is not changed before the notice has been sent to every tenant, in time
    (`notice_sent`): a letter that never leaves the house raises nobody's rent.

    Raises `RuleBroken` "lease.gone", "rent.lease_changed" (version), "rent.other_amount" when it is
    no longer `expected_ore`, and what `plan_indexation` and the letter raise.
    """
    lease = lock_lease(lease_id, version, by)
    row = rent_rows([lease_id], valid_from, on)[lease_id]
    known = known or figures()
    plan = plan_indexation(row.facts, valid_from, on, known.values)
    if expected_ore is not None and plan.to_ore != expected_ore:
        raise RuleBroken("rent.other_amount")
    months = [month for month in (plan.from_month, plan.to_month) if month is not None]
    rate_ids = [known.ids[month] for month in months]
    # One whose letter was cancelled gives its day up for this one.
    change = RentChange.objects.select_for_update().filter(
        lease=lease, valid_from=valid_from
    ).first() or RentChange(lease=lease, valid_from=valid_from)
    change.kind, change.reason = RentChangeKind.INDEX, ""
    change.from_ore, change.to_ore = row.facts.rent_ore, plan.to_ore
    change.from_index, change.to_index = plan.from_index, plan.to_index
    change.rate_ids, change.bulk = rate_ids, bulk
    change.on, change.by = on, by
    change.save()
    cite_rates(rate_ids)
    change.document = send_to_tenants(
        letter_kinds.RENT_INDEXATION,
        lease,
        lambda: _fields(plan, change, row.facts.set_on),
        source=SOURCE,
        source_id=change.pk,
        by=by,
        on=on,
    )
    change.save(update_fields=["document"])
    return change


def may_go(document: Document, on: datetime.date) -> None:
    """Asked before a notice leaves. Raises `RuleBroken` as `notice_sent` does."""
    change = RentChange.objects.select_related("lease").get(pk=document.source_id or 0)
    if change.notice_sent_on is None:
        _check(change, document, on)


def notice_sent(document: Document, sent_on: datetime.date, proof: str, by: Any) -> None:
    """The notice went to one of the tenants. With the last of them the new rent is set.

    Raises `RuleBroken` "indexation.notice_too_late" (last_on), "indexation.moved_out",
    "indexation.replaced" or "rent.changed_since": then the letter stays in the house, and the rent
    as it is.
    """
    lease_id = RentChange.objects.values_list("lease_id", flat=True).get(pk=document.source_id or 0)
    lease = Lease.objects.select_for_update(of=("self",)).get(pk=lease_id)
    change = RentChange.objects.select_for_update(of=("self",)).get(pk=document.source_id or 0)
    change.lease = lease
    if change.notice_sent_on is not None:
        return
    _check(change, document, sent_on)
    LeaseAct.objects.create(
        lease=lease,
        what=NOTICE_SENT,
        facts={"document": document.pk, "valid_from": change.valid_from.isoformat()},
        on=sent_on,
        by=by or change.by,
    )
    told = LeaseAct.objects.filter(lease=lease, what=NOTICE_SENT, facts__document=document.pk)
    if told.count() < document.parties.filter(kind=PartyKind.RECIPIENT).count():
        return
    change.notice_sent_on = max(told.values_list("on", flat=True))
    change.save(update_fields=["notice_sent_on"])
    new = NewRent(lease_id=lease_id, valid_from=change.valid_from, amount_ore=change.to_ore)
    set_rents([new], by=by or change.by)


def lock_lease(lease_id: int, version: int | None, by: Any) -> Lease:
    """The lease, locked. Who sees only its number may still change its rent: the amounts are not
    the secret.

    Raises `RuleBroken` "lease.gone" or "rent.lease_changed" (version).
    """
    seen = Lease.objects.visible_to(by).select_for_update(of=("self",))
    lease = seen.select_related("dwelling").filter(pk=lease_id).first()
    if lease is None:
        raise RuleBroken("lease.gone")
    if version is not None and lease.version != version:
        raise RuleBroken("rent.lease_changed", version=lease.version)
    return lease


def _check(change: RentChange, document: Document, sent_on: datetime.date) -> None:
    if change.document_id is not None and change.document_id != document.pk:
        raise RuleBroken("indexation.replaced")
    last_on = last_notice_day(change.valid_from)
    if sent_on > last_on:
        raise RuleBroken(
            "indexation.notice_too_late", valid_from=change.valid_from, last_on=last_on
        )
    moved_out_on = change.lease.moved_out_on
    if moved_out_on is not None and moved_out_on < change.valid_from:
        raise RuleBroken("indexation.moved_out", moved_out_on=moved_out_on)
    now = rent_rows([change.lease_id], change.valid_from, sent_on)[change.lease_id]
    if now.facts.rent_ore != change.from_ore:
        raise RuleBroken("rent.changed_since")


def _fields(plan: IndexedRent, change: RentChange, set_on: datetime.date) -> dict[str, str]:
    return {
        "old_rent": str(kr(change.from_ore)),
        "new_rent": str(kr(change.to_ore)),
        "effective_on": str(format_day(change.valid_from)),
        "last_set_on": str(format_day(set_on)),
        "from_index": words.figure(plan.from_index, plan.from_month),
        "to_index": words.figure(plan.to_index, plan.to_month),
        "change": words.percent(plan.from_index, plan.to_index),
    }
