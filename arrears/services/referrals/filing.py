"""Sending a prepared referral: everything is checked once more, on the day it leaves."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import transaction

from arrears.models import Referral, ReferralStep
from arrears.queries.referrals import claimed, standing_of, without_number
from arrears.rules.court_fees import eviction_fee
from arrears.rules.notices import OpenCharge
from arrears.rules.referrals import ATTACHMENTS, Ground, ReferralKind, Step, after, comment_by
from arrears.services.cases.base import at_work, touched
from arrears.services.costs import lay_out
from arrears.services.decisions import TASK as DECISION_TASK
from arrears.services.referrals.making import PERMISSION, hold_still, open_gate, said
from arrears.services.referrals.petition_file import keep_petition
from arrears.services.tasks import end_tasks_about
from boligsak.rates.queries import rate_on
from boligsak.rates.services import cite_rates
from boligsak.rule import RuleBroken


@transaction.atomic
def file_petition(
    referral_id: int,
    *,
    attachments: Collection[str] = (),
    enclosures: Mapping[str, Collection[int]] | None = None,
    fee_ore: int | None = None,
    note: str = "",
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """The referral is sent on `on`. The gate is looked at again, and must be open still.

    `attachments` are the enclosures that follow (`ATTACHMENTS` of the way it goes), all of which
    tvangsfullbyrdelsesloven § 5-2 asks for. The petition is journaled as one file, with the stored
    documents that `enclosures` names by enclosure joined to it. `fee_ore` is the court's fee as its
    bill says, where no rate of the day is entered. `version` is the referral's. Raises `RuleBroken`
    as `at_work` and `after` do, "referral.not_yours", "referral.changed", "gate.closed",
    "petition.attachments" (missing), "petition.numbers" (people), "petition.nothing_claimed",
    "petition.lost" (number), or "referral.fee_unknown".
    """
    case, row = taken(referral_id, by=by, version=version)
    hold_still(case)
    to, why = ReferralKind(row.kind), Ground(row.ground)
    state = after(standing_of(row, on), Step.FILE, on)
    found = open_gate(case, to, why, on, referral_id=row.pk)
    if missing := [name for name in ATTACHMENTS[to, why] if name not in attachments]:
        raise RuleBroken("petition.attachments", missing=missing)
    if to == ReferralKind.BAILIFF and (people := without_number(case, on)):
        raise RuleBroken("petition.numbers", people=[person.pk for person in people])
    claim = claimed(case, to, why, on)
    if why in (Ground.UNPAID, Ground.NONE) and claim.split.principal_ore <= 0:
        raise RuleBroken("petition.nothing_claimed")
    fee = _fee(to, "eviction-filed", fee_ore, on)
    row.state, row.filed_on, row.gate_at_filing = str(state), on, said(found)
    row.principal_ore = claim.split.principal_ore
    row.additional_ore = claim.split.additional_ore
    if to == ReferralKind.BAILIFF:
        days = rate_on("eviction-comment", on)
        cite_rates([days.id])
        row.comment_by_on = comment_by(on, int(days.value))
    row.version += 1
    row.save()
    happened(
        row,
        Step.FILE,
        by=by,
        on=on,
        note=note,
        facts={
            "attachments": sorted(attachments),
            "lines": as_sent(claim.lines),
            "later": as_sent(claim.later),
            "principal_ore": row.principal_ore,
            "additional_ore": row.additional_ore,
            "fee_ore": fee.amount_ore,
        },
    )
    lay_out(case, row, fee.amount_ore, rate_id=fee.rate_id, note=fee.note, by=by, on=on)
    # What the meeting asked for is done: nobody is to be reminded of it.
    end_tasks_about(DECISION_TASK, f"decision:{row.decision_id}", result="", by=by, on=on)
    touched(case)
    if to != ReferralKind.COLLECTION:
        keep_petition(row, enclosures or {}, by=by, on=on)
    return row


def taken(
    referral_id: int, *, by: Any, version: int | None, must_be_open: bool = True
) -> tuple[Any, Referral]:
    """The case and the referral, locked in that order. Raises `RuleBroken` as `at_work` does,
    "referral.not_yours" or "referral.changed" (state)."""
    if not by.has_perm(PERMISSION):
        raise RuleBroken("referral.not_yours")
    case_id = Referral.objects.values_list("case_id", flat=True).get(pk=referral_id)
    case = at_work(case_id, by=by, must_be_open=must_be_open)
    row = Referral.objects.select_for_update(of=("self",)).get(pk=referral_id)
    if version is not None and version != row.version:
        raise RuleBroken("referral.changed", state=row.state)
    return case, row


def happened(
    row: Referral,
    step: Step,
    *,
    by: Any,
    on: datetime.date,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> ReferralStep:
    return ReferralStep.objects.create(
        referral=row, what=str(step), on=on, facts=facts or {}, note=note.strip(), by=by
    )


def as_sent(charges: Collection[OpenCharge]) -> list[dict[str, Any]]:
    """The specification as it goes out: kept, for the ledger moves on."""
    return [
        {
            "line": one.line_id,
            "kind": one.kind,
            "due_on": one.due_on.isoformat(),
            "open_ore": one.open_ore,
        }
        for one in charges
    ]


class Fee(NamedTuple):
    """A court's fee in øre and the rate it was reckoned from; a typed one has none."""

    amount_ore: int
    rate_id: int | None
    note: str = ""


def _fee(kind: ReferralKind, part: str, typed_ore: int | None, on: datetime.date) -> Fee:
    if typed_ore is not None:
        return Fee(typed_ore, None)
    return fee_on(part, on) if kind == ReferralKind.BAILIFF else Fee(0, None)


def fee_on(part: str, on: datetime.date) -> Fee:
    """A part of the fee for an eviction ("eviction-filed", "eviction-carried-out") on a day.

    Raises `RuleBroken("referral.fee_unknown", day)` where the court fee of the day is not entered.
    """
    try:
        court_fee, ratio = rate_on("court-fee", on), rate_on(part, on)
    except RuleBroken as broken:
        raise RuleBroken("referral.fee_unknown", day=on) from broken
    cite_rates([court_fee.id, ratio.id])
    amount = eviction_fee(int(court_fee.value), ratio.value)
    return Fee(amount, court_fee.id)
