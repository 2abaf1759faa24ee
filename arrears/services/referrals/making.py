"""Making a referral: only through the open gate, on a decision of a meeting that is its own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from arrears.models import (
    Case,
    CaseDecision,
    ContactAttempt,
    LeaseAccount,
    Measure,
    MeasureState,
    Referral,
)
from arrears.models.contacts import ContactState
from arrears.queries.gate import gate, usable_decision
from arrears.queries.referrals import OVER, Claimed, claimed
from arrears.rules.gate import Gate
from arrears.rules.referrals import Ground, Reason, ReferralKind, check_ground, check_reason
from arrears.services.cases.base import at_work, touched
from boligsak.rule import RuleBroken

PERMISSION = "arrears.refer"


@transaction.atomic
def refer(
    case_id: int,
    kind: str,
    ground: str,
    reason: str,
    *,
    decision_id: int | None = None,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """Prepares a referral of the case; nothing is sent before `file_petition`.

    Every condition of the gate is looked at anew, with the case and its account locked. Raises
    `RuleBroken` as `at_work` does, "referral.not_yours", "referral.ground", "referral.reason",
    "referral.runs_already" (made_on), or "gate.closed" (conditions: the codes of all unmet ones).
    """
    to, why, because = ReferralKind(kind), Ground(ground), Reason(reason)
    if not by.has_perm(PERMISSION):
        raise RuleBroken("referral.not_yours")
    case = at_work(case_id, by=by, version=version)
    check_ground(to, why)
    check_reason(why, because)
    running = case.referrals.filter(kind=str(to)).exclude(state__in=OVER).first()
    if running is not None:
        raise RuleBroken("referral.runs_already", made_on=running.made_on, referral=running.pk)
    hold_still(case)
    decision = _decision(case, to, decision_id)
    found = open_gate(case, to, why, on, decision_id=decision.pk if decision else None)
    if decision is None:
        raise RuleBroken("gate.closed", number=case.number, conditions=["decision.made"])
    claim = claimed(case, to, why, on)
    row = Referral.objects.create(
        case=case,
        lease_id=case.lease_id,
        decision=decision,
        kind=str(to),
        ground=str(why),
        reason=str(because),
        gate=said(found),
        principal_ore=claim.split.principal_ore,
        additional_ore=claim.split.additional_ore,
        made_on=on,
        by=by,
        **_facts_for_figures(case, claim, on),
    )
    touched(case)
    return row


def hold_still(case: Case) -> None:
    """No money moves on the lease until the transaction ends. The case is locked before."""
    list(
        LeaseAccount.objects.select_for_update(of=("self",))
        .filter(lease_id=case.lease_id)
        .values_list("lease_id")
    )


def open_gate(
    case: Case,
    kind: ReferralKind,
    ground: Ground,
    on: datetime.date,
    *,
    referral_id: int | None = None,
    decision_id: int | None = None,
) -> Gate:
    """The gate, open. Raises `RuleBroken("gate.closed")` with the codes of what is not met."""
    found = gate(case.pk, kind, ground, on, referral_id=referral_id, decision_id=decision_id)
    if not found.is_open:
        raise RuleBroken(
            "gate.closed",
            number=case.number,
            conditions=[condition.code for condition in found.unmet],
        )
    return found


def said(found: Gate) -> list[dict[str, Any]]:
    """The gate as it is kept with a referral: JSON values."""
    return [
        {
            "code": condition.code,
            "group": str(condition.group),
            "is_met": condition.is_met,
            "facts": {name: _json(value) for name, value in condition.facts.items()},
        }
        for condition in found.conditions
    ]


def _json(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _json(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_json(one) for one in value]
    return value


def _decision(case: Case, kind: ReferralKind, decision_id: int | None) -> CaseDecision | None:
    """The decision it is to rest on, locked: nobody else uses or withdraws it meanwhile."""
    rows = CaseDecision.objects.select_for_update(of=("self",)).filter(case=case, kind=str(kind))
    if decision_id is None:
        found = usable_decision(case.pk, str(kind))
        decision_id = found.pk if found else None
    return rows.filter(pk=decision_id).first() if decision_id is not None else None


def _facts_for_figures(case: Case, claim: Claimed, on: datetime.date) -> dict[str, int | None]:
    """What had been done when it was made, kept from the first day: days from the oldest due day
    to the first contact, contacts and measures before, and days since the case was opened.

    A case opened before anything was overdue has its oldest due day from what is claimed now.
    """
    due = [one.due_on for one in (*claim.lines, *claim.later)]
    first_due_on = case.first_due_on or min(due, default=None)
    to_contact = None
    if first_due_on is not None and case.first_contact_on is not None:
        to_contact = (case.first_contact_on - first_due_on).days
    contacts = ContactAttempt.objects.filter(
        case=case, state=ContactState.DONE, counts=True, on__lte=on
    )
    measures = Measure.objects.filter(case=case, started_on__lte=on).exclude(
        state=MeasureState.PROPOSED
    )
    return {
        "days_to_contact": to_contact,
        "contacts_before": contacts.count(),
        "measures_before": measures.count(),
        "days_open": (on - case.opened_on).days,
    }
