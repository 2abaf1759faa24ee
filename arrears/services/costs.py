"""What a case has cost the tenant and the municipality: rows that are added, never changed."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, CaseCost, CostKind, Payer, Referral
from arrears.services.cases.base import at_work, touched
from boligsak.rule import RuleBroken

BY_HAND = (CostKind.OWN, CostKind.COLLECTOR, CostKind.COURT_FEE, CostKind.LOST_RENT)
"""What people may enter. Fees and interest to the tenant are lines of the ledger already."""


@transaction.atomic
def add_cost(
    case_id: int,
    kind: str,
    payer: str,
    amount_ore: int,
    *,
    spent_on: datetime.date,
    note: str,
    referral_id: int | None = None,
    by: Any,
    on: datetime.date,
) -> CaseCost:
    """Adds a cost in øre. A mistake is mended by a row with a minus, which needs its reason too.

    A closed case can still cost: the collector's bill comes late. Raises `RuleBroken` as `at_work`
    does, "cost.kind", "cost.zero", "cost.no_note", "cost.ahead" (spent_on), "cost.too_much" when a
    minus takes more than there is (there_ore), "cost.other_case".
    """
    case = at_work(case_id, by=by, must_be_open=False)
    if kind not in BY_HAND:
        raise RuleBroken("cost.kind", kind=kind)
    if amount_ore == 0:
        raise RuleBroken("cost.zero")
    if not note.strip():
        raise RuleBroken("cost.no_note")
    if spent_on > on:
        raise RuleBroken("cost.ahead", spent_on=spent_on)
    if amount_ore < 0:
        there = sum(case.costs.filter(kind=kind, payer=payer).values_list("amount_ore", flat=True))
        if there + amount_ore < 0:
            raise RuleBroken("cost.too_much", there_ore=there)
    if referral_id is not None and not case.referrals.filter(pk=referral_id).exists():
        raise RuleBroken("cost.other_case")
    row = CaseCost.objects.create(
        case=case,
        referral_id=referral_id,
        kind=kind,
        payer=payer,
        amount_ore=amount_ore,
        on=spent_on,
        note=note.strip(),
        by=by,
    )
    touched(case)
    return row


def lay_out(
    case: Case,
    referral: Referral,
    amount_ore: int,
    *,
    rate_id: int | None,
    note: str = "",
    by: Any,
    on: datetime.date,
) -> None:
    """A court fee that the municipality lays out. Nothing when the fee is nothing."""
    if amount_ore > 0:
        CaseCost.objects.create(
            case=case,
            referral=referral,
            kind=CostKind.COURT_FEE,
            payer=Payer.MUNICIPALITY,
            amount_ore=amount_ore,
            on=on,
            note=note,
            rate_id=rate_id,
            by=by,
        )


def pass_on(case: Case, referral: Referral, *, by: Any, on: datetime.date) -> int:
    """What was laid out for a referral has been paid by the tenant: moved from the municipality,
    by rows that show both. Returns the sum in øre."""
    laid_out = referral.costs.filter(kind=CostKind.COURT_FEE, payer=Payer.MUNICIPALITY)
    amount = sum(laid_out.values_list("amount_ore", flat=True))
    if amount > 0:
        for payer, moved in ((Payer.MUNICIPALITY, -amount), (Payer.TENANT, amount)):
            CaseCost.objects.create(
                case=case,
                referral=referral,
                kind=CostKind.COURT_FEE,
                payer=payer,
                amount_ore=moved,
                on=on,
                by=by,
            )
    return amount
