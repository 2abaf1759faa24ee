"""Settling a moving out: the ledger, the settlement and the letter, in one transaction."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import LineKind
from arrears.queries.move_outs import RentBack, RentDue, balance_of, rent_after, rent_due
from arrears.services import move_outs as ledger
from boligsak.letters import registry
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.letter_kinds import MOVE_OUT_SETTLEMENT
from tenants.models import Guarantee, Lease, LeaseParty, MoveOut, PartyRole
from tenants.rules.move_out import Damage, Settlement, check_due, check_settling
from tenants.services.lease_letters import send_to_tenants, tenants_on
from tenants.services.move_outs import damages_of, keep_letter, note_settled

PAY_BACK, MOVE, KEEP = "pay_back", "move", "keep"
"""What becomes of a credit."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What settling would do, as the ledger stands."""

    settlement: Settlement
    rent_due: Sequence[RentDue]
    rent_back: list[RentBack]
    damages: list[Damage]

    @property
    def rent_due_on(self) -> datetime.date | None:
        """When the rent that is charged now would fall due by itself (§ 3-1)."""
        return max((one.due_on for one in self.rent_due if one.is_whole), default=None)


def propose(row: MoveOut, on: datetime.date) -> Proposal:
    """What is owed, what is taken off and what is charged. Reads only."""
    lease = row.lease
    due: Sequence[RentDue] = ()
    if lease.moved_out_on is not None:
        due = rent_due(lease, row.told_on, lease.moved_out_on, on)
    return _reckoned(row, due)


def _reckoned(
    row: MoveOut, due: Sequence[RentDue], *, charged_ore: int = 0, takes_off_rent: bool = True
) -> Proposal:
    """`charged_ore`: what of `due` is in the balance already."""
    lease = row.lease
    back = []
    if takes_off_rent and lease.moved_out_on is not None:
        back = rent_after(lease, lease.moved_out_on)
    damages = damages_of(row)
    settlement = Settlement(
        balance_ore=balance_of(lease.pk) - charged_ore,
        rent_due_ore=sum(one.ore - one.reduced_ore for one in due),
        rent_back_ore=sum(one.ore for one in back),
        damages_ore=sum(one.ore for one in damages),
    )
    return Proposal(settlement, due, back, damages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """How it is settled. `seen_ore`: the balance that was shown; `due_on` the last day to pay;
    `credit` what becomes of what the tenant is owed; `calls_guarantee`: whoever guarantees is
    asked to pay what is owed."""

    seen_ore: int
    due_on: datetime.date
    credit: str = PAY_BACK
    to_lease_id: int | None = None
    takes_off_rent: bool = True
    calls_guarantee: bool = False


@transaction.atomic
def settle_move_out(
    move_out_id: int, how: Settling, *, by: Any, on: datetime.date, version: int | None = None
) -> MoveOut:
    """Posts the lines, writes the settlement down, and sends the living tenants their letter. Where
    none is left the account is settled all the same: the estate is written to by hand.

    Raises `RuleBroken` "lease.not_visible", "move.balance" (balance_ore: the ledger has moved since
    it was shown), "policy.missing", what `check_due` refuses, "move.no_lease",
    "move.not_own_lease", what `note_settled` refuses, or "template.missing".
    """
    row = _locked(move_out_id, by)
    lease = row.lease
    check_settling(row.keys_on, lease.moved_out_on, row.settled_on, on)
    plan = propose(row, on)
    check_due(how.due_on, plan.rent_due_on, on)
    note = _("Settlement on moving out")
    charged_ore = ledger.charge_to_the_end(
        lease.pk,
        row.pk,
        plan.rent_due,
        to_lease_id=how.to_lease_id,
        due_on=how.due_on,
        note=note,
        by=by,
        on=on,
    )
    plan = _reckoned(row, plan.rent_due, charged_ore=charged_ore, takes_off_rent=how.takes_off_rent)
    has_moved = charged_ore != plan.settlement.rent_due_ore
    if has_moved or plan.settlement.balance_ore != how.seen_ore:
        raise RuleBroken("move.balance", balance_ore=plan.settlement.balance_ore)
    net = plan.settlement.net_ore
    ledger.post_settlement(
        lease.pk,
        row.pk,
        rent_back=plan.rent_back,
        damages=plan.damages,
        due_on=how.due_on,
        note=note,
        by=by,
        on=on,
    )
    facts: dict[str, Any] = {"due_on": how.due_on.isoformat()}
    if net < 0:
        facts |= _credit(row, how, -net, note, by, on)
    if net > 0 and how.calls_guarantee:
        facts |= _guarantee(lease, net, on)
    row = note_settled(row.pk, plan.settlement, facts=facts, by=by, on=on, version=version)
    if tenants_on(lease, on):
        document = send_to_tenants(
            MOVE_OUT_SETTLEMENT,
            lease,
            lambda: letter_fields(row, plan, how),
            source="move_out",
            source_id=row.pk,
            by=by,
            on=on,
        )
        keep_letter(row, document, by=by)
    return row


def letter_fields(row: MoveOut, plan: Proposal, how: Settling) -> dict[str, str]:
    """What the letter says, in the language that is in force."""
    net = plan.settlement.net_ore
    lines = [(_("What"), _("Amount")), *settlement_lines(plan), (_("In all"), kr(net))]
    return {
        "moved_out_on": format_day(row.lease.moved_out_on),
        "inspected_on": format_day(row.inspected_on) if row.inspected_on else "",
        "lines": registry.table(lines),
        "result": _result(net, how),
        "pay_to": _("Pay with KID %(kid)s.") % {"kid": row.lease.kid}
        if net > 0 and row.lease.kid
        else "",
        "pay_by": format_day(how.due_on) if net > 0 else "",
    }


def settlement_lines(plan: Proposal) -> list[tuple[str, str]]:
    """What is settled, line by line, in the language that is in force."""
    lines = [(_("Owed by the ledger"), kr(plan.settlement.balance_ore))]
    for due in plan.rent_due:
        lines.append((_("%(kind)s %(month)s, until the last day") % _charge(due), kr(due.ore)))
        if due.reduced_ore:
            said = _("%(kind)s %(month)s, reduced (§ 2-11)") % _charge(due)
            lines.append((said, kr(-due.reduced_ore)))
    lines += [
        (_("%(kind)s %(month)s, taken off") % _charge(back), kr(-back.ore))
        for back in plan.rent_back
    ]
    return lines + [(one.what, kr(one.ore)) for one in plan.damages]


def _charge(one: RentDue | RentBack) -> dict[str, str]:
    return {"kind": capfirst(str(LineKind(one.kind).label)), "month": f"{one.month:%m.%Y}"}


def _result(net: int, how: Settling) -> str:
    if net > 0:
        return _("You owe %(sum)s.") % {"sum": kr(net)}
    if net == 0:
        return _("Nothing is owed either way.")
    if how.credit == MOVE:
        return _("%(sum)s is moved to your other lease.") % {"sum": kr(-net)}
    if how.credit == KEEP:
        return _("You have %(sum)s to your credit.") % {"sum": kr(-net)}
    return _("%(sum)s is paid back to you.") % {"sum": kr(-net)}


def _credit(
    row: MoveOut, how: Settling, ore: int, note: str, by: Any, on: datetime.date
) -> dict[str, Any]:
    if how.credit == KEEP:
        return {"kept_ore": ore}
    if how.credit == MOVE:
        to = other_leases(row.lease, by).filter(pk=how.to_lease_id).first()
        if how.to_lease_id is None:
            raise RuleBroken("move.no_lease")
        if to is None:
            raise RuleBroken("move.not_own_lease")
        ledger.move_credit(row.lease_id, to.pk, row.pk, ore, note=note, by=by, on=on)
        return {"moved_ore": ore, "to_lease": to.number}
    ledger.pay_back(row.lease_id, row.pk, ore, note=note, by=by, on=on)
    return {"paid_back_ore": ore}


def _guarantee(lease: Lease, net: int, on: datetime.date) -> dict[str, Any]:
    """Who is asked, and for how much: no more than they guarantee."""
    found = guarantee_of(lease, on)
    if found is None:
        return {}
    return {"guarantor": found.guarantor, "called_ore": min(net, found.amount_ore)}


def guarantee_of(lease: Lease, on: datetime.date) -> Guarantee | None:
    """The guarantee that runs, or ran on the tenancy's last day."""
    day = lease.moved_out_on or on
    rows = lease.guarantees.filter(from_on__lte=day).exclude(to_on__lt=day)
    return rows.order_by("-amount_ore", "pk").first()


def other_leases(lease: Lease, by: Any) -> Any:
    """Other leases of this lease's tenants that this user may see, the newest first."""
    tenants = LeaseParty.objects.filter(lease=lease, role=PartyRole.TENANT).values("person")
    rows = Lease.objects.unmasked(by).filter(
        parties__person__in=tenants, parties__role=PartyRole.TENANT
    )
    return rows.exclude(pk=lease.pk).distinct().order_by("-starts_on", "-pk")


def _locked(move_out_id: int, by: Any) -> MoveOut:
    """The lease before the moving out, as everywhere."""
    lease_id = MoveOut.objects.values_list("lease_id", flat=True).filter(pk=move_out_id).first()
    seen = Lease.objects.unmasked(by).filter(pk=lease_id or 0)
    lease = Lease.objects.select_for_update(of=("self",)).filter(pk__in=seen).first()
    if lease is None:
        raise RuleBroken("lease.not_visible")
    row = MoveOut.objects.select_for_update(of=("self",)).get(pk=move_out_id)
    row.lease = lease
    return row
