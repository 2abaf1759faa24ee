"""Closing a case on what has happened, and opening it again."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction

from arrears.models import Case, CaseTrigger, NextStep, RepaymentPlan
from arrears.models.cases import CaseStatus, TransferState
from arrears.models.contacts import Channel, ContactState
from arrears.models.plans import PlanState
from arrears.models.referrals import ReferralState
from arrears.models.tasks import StepState
from arrears.queries.worklist import owed
from arrears.rules.cases import Ending, check_ending
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.cases.opening import begin_opening, has_open_case
from arrears.services.tasks import drop_tasks_of
from boligsak.rule import RuleBroken
from tenants.models import LeaseParty

REFERRAL_OVER = frozenset(
    {
        ReferralState.PAID_UP,
        ReferralState.WITHDRAWN,
        ReferralState.CARRIED_OUT,
        ReferralState.ENDED,
    }
)
"""States of a referral in which nothing more is to come of it."""


@transaction.atomic
def close_case(
    case_id: int,
    outcome: str,
    *,
    note: str = "",
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Case:
    """Closes the case. Its triggers end, the proposed step lapses and its open tasks are dropped.

    Raises `RuleBroken` as `at_work` and `arrears.rules.cases.check_ending` do.
    """
    case = at_work(case_id, by=by, version=version)
    check_ending(outcome, ending(case, on))
    running = case.triggers.filter(closed_on__isnull=True)
    kinds = sorted(running.values_list("kind", flat=True))
    running.update(closed_on=on)
    NextStep.objects.filter(case=case, ended_on__isnull=True).update(
        ended_on=on, state=StepState.LAPSED
    )
    drop_tasks_of(case, reason="", by=by, on=on)
    case.status, case.closed_on, case.outcome = CaseStatus.CLOSED, on, outcome
    case.for_meeting_on = None
    case.save(update_fields=["status", "closed_on", "outcome", "for_meeting_on"])
    facts = {"outcome": outcome, "triggers": kinds}
    note_act(case, "closed", by=by, on=on, facts=facts, note=note.strip())
    touched(case)
    return case


def ending(case: Case, on: datetime.date) -> Ending:
    """What the rule asks about a case that somebody wants to close on that day."""
    triggers = list(case.triggers.values_list("kind", "closed_on"))
    plans = set(RepaymentPlan.objects.filter(case=case).values_list("state", flat=True))
    referrals = set(case.referrals.values_list("state", flat=True))
    debt = owed([case.lease_id], on).get(case.lease_id)
    visits = case.contacts.filter(
        channel=Channel.HOME_VISIT, state=ContactState.PLANNED, on__gte=on
    )
    tenants = LeaseParty.objects.filter(lease=case.lease_id, role="tenant")
    return Ending(
        triggers=frozenset(kind for kind, _closed in triggers),
        open_triggers=frozenset(kind for kind, closed_on in triggers if closed_on is None),
        overdue_ore=debt.overdue_ore if debt else 0,
        has_kept_plan=PlanState.KEPT in plans,
        has_running_plan=PlanState.RUNNING in plans,
        has_eviction=ReferralState.CARRIED_OUT in referrals,
        has_death=tenants.filter(person__died_on__isnull=False).exists(),
        has_running_referral=bool(referrals - REFERRAL_OVER),
        has_waiting_transfer=case.transfers.filter(state=TransferState.WAITING).exists(),
        visit_on=visits.order_by("on").values_list("on", flat=True).first(),
    )


@transaction.atomic
def reopen_case(
    case_id: int,
    *,
    reason: str,
    kinds: Collection[str] = (),
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Case:
    """Opens a closed case again, with everything that happened in it.

    `kinds`: the triggers that run anew; none: those that ran when it was closed. An owner who has
    gone elsewhere meanwhile stays until the coordinator gives the case away. Raises `RuleBroken`
    as `at_work` does, "reopen.open" (it is open), "reopen.no_reason" or "reopen.another" (number:
    another case is open on the lease).
    """
    begin_opening()
    case = at_work(case_id, by=by, version=version, must_be_open=False)
    if case.status == CaseStatus.OPEN:
        raise RuleBroken("reopen.open", number=case.number)
    if not reason.strip():
        raise RuleBroken("reopen.no_reason")
    if another := has_open_case(case.lease_id, but=case.pk):
        raise RuleBroken("reopen.another", number=another)
    ended = case.triggers.filter(closed_on=case.closed_on).values_list("kind", flat=True)
    again = sorted(set(kinds) or set(ended) or set(case.triggers.values_list("kind", flat=True)))
    facts = {
        "triggers": again,
        "outcome": case.outcome,
        "closed_on": case.closed_on.isoformat() if case.closed_on else "",
    }
    case.status, case.closed_on, case.outcome = CaseStatus.OPEN, None, ""
    case.save(update_fields=["status", "closed_on", "outcome"])
    CaseTrigger.objects.bulk_create(
        CaseTrigger(case=case, kind=kind, opened_on=on, by=by) for kind in again
    )
    note_act(case, "reopened", by=by, on=on, facts=facts, note=reason.strip())
    touched(case)
    return case
