"""Moving out: told, inspected, keys given back, settled. The lease is locked first."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from tenants.models import Lease, LeaseParty, MoveOut, PartyRole, Person
from tenants.rules import move_out as rules
from tenants.rules.move_out import Damage, Settlement
from tenants.services.history import signed
from tenants.services.leases import change_lease, end_lease, lock_home
from tenants.services.party_changes import note_act
from tenants.services.people import change_person


@transaction.atomic
def begin_move_out(
    lease_id: int,
    *,
    moves_on: datetime.date,
    reason: str,
    by: Any,
    on: datetime.date,
    told_on: datetime.date | None = None,
    new_address: str = "",
    version: int | None = None,
) -> MoveOut:
    """The tenant is to move: `moves_on` is the tenancy's last day, from which charges stop and
    after which the dwelling stands vacant. `told_on` None: today. One that was withdrawn is taken
    up again.

    Raises `RuleBroken` "lease.not_visible", "lease.changed" (version), "move.begun" (moves_on),
    "move.over" (moved_out_on), what `rules.check_told` refuses, or what `end_lease` raises.
    """
    lock_home(lease_id)
    lease = _locked(lease_id, by)
    if version is not None and lease.version != version:
        raise RuleBroken("lease.changed", version=lease.version)
    told_on = told_on or on
    row = MoveOut.objects.select_for_update(of=("self",)).filter(lease=lease).first()
    if row is not None and row.withdrawn_on is None:
        raise RuleBroken("move.begun", moves_on=row.moves_on)
    if lease.moved_out_on is not None and lease.moved_out_on < on:
        raise RuleBroken("move.over", moved_out_on=lease.moved_out_on)
    rules.check_told(told_on, moves_on, lease.starts_on, on)
    end_lease(lease.pk, moved_out_on=moves_on, by=by, today=on)
    row = _begun(row, lease, by)
    row.told_on, row.moves_on, row.reason = told_on, moves_on, reason.strip()
    _moves_to(row, new_address, by, on)
    return _saved(row, by, on, "move_told", moves_on=moves_on.isoformat())


@transaction.atomic
def move_by_swap(
    lease_id: int, *, last_on: datetime.date, number: str, by: Any, on: datetime.date
) -> MoveOut:
    """The tenant swaps this home for another (lease `number`): the old tenancy ends, and waits for
    its inspection, keys and settlement. The old home may be another office's. Raises what
    `end_lease` raises."""
    lock_home(lease_id)
    lease = _locked(lease_id, None)
    end_lease(lease.pk, moved_out_on=last_on, by=by, today=on)
    row = MoveOut.objects.select_for_update(of=("self",)).filter(lease=lease).first()
    row = _begun(row, lease, by)
    row.told_on, row.moves_on = on, last_on
    return _saved(row, by, on, "move_swap", moves_on=last_on.isoformat(), number=number)


@transaction.atomic
def change_day(
    move_out_id: int,
    *,
    moves_on: datetime.date,
    reason: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> MoveOut:
    """Another day, agreed on. Raises as `_at_work` does, "move.keys_back" (keys_on), what
    `rules.check_told` refuses, or what `end_lease` raises."""
    row = _at_work(move_out_id, by, version, changes_days=True)
    if row.keys_on is not None:
        raise RuleBroken("move.keys_back", keys_on=row.keys_on)
    rules.check_told(row.told_on, moves_on, row.lease.starts_on, on)
    end_lease(row.lease_id, moved_out_on=moves_on, by=by, today=on)
    row.moves_on, row.reason = moves_on, reason.strip() or row.reason
    return _saved(row, by, on, "move_changed", moves_on=moves_on.isoformat())


@transaction.atomic
def withdraw_move_out(
    move_out_id: int,
    *,
    reason: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> MoveOut:
    """The tenant stays: the tenancy has no last day any more. Raises as `_at_work` does,
    "move.no_reason", "move.keys_back" (keys_on), or "lease.overlaps" (other): the dwelling is let
    to somebody else from then on."""
    row = _at_work(move_out_id, by, version, changes_days=True)
    if not reason.strip():
        raise RuleBroken("move.no_reason")
    if row.keys_on is not None:
        raise RuleBroken("move.keys_back", keys_on=row.keys_on)
    lease = Lease.objects.get(pk=row.lease_id)
    change_lease(lease.pk, version=lease.version, by=by, today=on, moved_out_on=None)
    row.withdrawn_on, row.withdrawn_because = on, reason.strip()
    return _saved(row, by, on, "move_withdrawn")


@transaction.atomic
def inspect(
    move_out_id: int,
    *,
    inspected_on: datetime.date,
    damages: Sequence[Damage],
    note: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> MoveOut:
    """The dwelling has been looked through. Raises as `_at_work` does, or what
    `rules.check_inspection` refuses."""
    row = _at_work(move_out_id, by, version)
    rules.check_inspection(inspected_on, row.lease.starts_on, damages, on)
    row.inspected_on, row.note = inspected_on, note.strip()
    row.damages = [{"what": one.what.strip(), "ore": one.ore} for one in damages]
    ore = sum(one.ore for one in damages)
    return _saved(row, by, on, "move_inspected", damages=len(damages), ore=ore)


@transaction.atomic
def take_keys(
    move_out_id: int,
    *,
    keys_on: datetime.date,
    last_on: datetime.date,
    new_address: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> MoveOut:
    """The keys are back, and the tenancy's last day is certain. Raises as `_at_work` does, what
    `rules.check_keys` refuses, or what `end_lease` raises."""
    row = _at_work(move_out_id, by, version, changes_days=True)
    rules.check_keys(keys_on, last_on, row.lease.starts_on, on)
    end_lease(row.lease_id, moved_out_on=last_on, by=by, today=on)
    row.keys_on = keys_on
    _moves_to(row, new_address, by, on)
    return _saved(row, by, on, "move_keys", keys_on=keys_on.isoformat())


@transaction.atomic
def note_settled(
    move_out_id: int,
    settlement: Settlement,
    *,
    facts: dict[str, Any],
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> MoveOut:
    """What was settled is written down; the ledger's lines are made by who calls. `facts`: what
    became of the sum. Raises as `_at_work` does, or what `rules.check_settling` refuses."""
    row = _at_work(move_out_id, by, version)
    rules.check_settling(row.keys_on, row.lease.moved_out_on, row.settled_on, on)
    row.settled_on = on
    row.settlement = {
        "balance_ore": settlement.balance_ore,
        "rent_due_ore": settlement.rent_due_ore,
        "rent_back_ore": settlement.rent_back_ore,
        "damages_ore": settlement.damages_ore,
        "net_ore": settlement.net_ore,
        **facts,
    }
    return _saved(row, by, on, "move_settled", net_ore=settlement.net_ore)


def keep_letter(row: MoveOut, document: Document, *, by: Any) -> None:
    """The settlement's letter, written when all else is."""
    row.document = document
    with signed(by):
        row.save(update_fields=["document"])


def damages_of(row: MoveOut) -> list[Damage]:
    return [Damage(one["what"], int(one["ore"])) for one in row.damages]


# --- What they share ----------------------------------------------------------------------------


def _locked(lease_id: int, by: Any) -> Lease:
    """`by` None is the program itself, which sees every lease."""
    rows = Lease.objects.select_for_update(of=("self",)).filter(pk=lease_id)
    if by is not None:
        rows = rows.filter(pk__in=Lease.objects.unmasked(by).filter(pk=lease_id))
    lease = rows.first()
    if lease is None:
        raise RuleBroken("lease.not_visible")
    return lease


def _begun(row: MoveOut | None, lease: Lease, by: Any) -> MoveOut:
    """A new moving out, or the one that was withdrawn taken up anew: what was found at its
    inspection was found in a home that the tenant then went on living in."""
    if row is None:
        return MoveOut(lease=lease, by=by)
    if row.withdrawn_on is not None:
        row.withdrawn_on, row.withdrawn_because = None, ""
        row.inspected_on, row.note, row.damages = None, "", []
        row.reason, row.new_address = "", ""
    return row


def _at_work(
    move_out_id: int, by: Any, version: int | None, *, changes_days: bool = False
) -> MoveOut:
    """The moving out that is not over, locked after its lease, and that after its dwelling where
    the days change.

    Raises `RuleBroken` "lease.not_visible", "move.changed" (version), "move.withdrawn" or
    "move.settled" (settled_on).
    """
    lease_id = MoveOut.objects.values_list("lease_id", flat=True).filter(pk=move_out_id).first()
    if changes_days:
        lock_home(lease_id or 0)
    lease = _locked(lease_id or 0, by)
    row = MoveOut.objects.select_for_update(of=("self",)).get(pk=move_out_id)
    row.lease = lease
    if version is not None and row.version != version:
        raise RuleBroken("move.changed", version=row.version)
    if row.withdrawn_on is not None:
        raise RuleBroken("move.withdrawn")
    if row.settled_on is not None:
        raise RuleBroken("move.settled", settled_on=row.settled_on)
    return row


def _moves_to(row: MoveOut, address: str, by: Any, on: datetime.date) -> None:
    """Where letters go from now on: the tenants' own postal address. A protected one is entered on
    the person by who is cleared for it, and never here."""
    address = address.strip()
    if not address:
        return
    people = Person.objects.filter(
        pk__in=LeaseParty.objects.filter(lease=row.lease_id, role=PartyRole.TENANT)
        .exclude(to_on__lt=on)
        .values("person")
    )
    if row.lease.is_protected or any(person.is_protected for person in people):
        raise RuleBroken("move.secret_address")
    row.new_address = address
    for person in people.order_by("pk"):
        if person.post_address != address:
            change_person(person.pk, version=person.version, by=by, on=on, post_address=address)


def _saved(row: MoveOut, by: Any, on: datetime.date, what: str, **facts: Any) -> MoveOut:
    if row.pk is not None:
        row.version += 1
    with signed(by):
        row.save()
    Lease.objects.filter(pk=row.lease_id).update(version=F("version") + 1)
    note_act(row.lease, what, by=by, on=on, **facts)
    return row
