"""Every night: whether the signed plans are kept, by what the ledger says today.

A breach is written down with its day. When a payment comes from the bank later with a value date
in time, or one that was counted is moved to another lease, the same rule says something else, and
that is written down too: nothing is remembered that the ledger does not bear out.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from arrears.models import Case, CaseStatus, PlanState, RepaymentPlan
from arrears.queries.plan_check import look_at
from arrears.rules.plans import State, Verdict, judge
from arrears.services.cases.base import at_work, note_act
from arrears.services.plans import (
    TASK_BROKEN,
    TASK_KEPT,
    check_step,
    lock_account,
    look_tonight,
)
from arrears.services.tasks import end_tasks_about, make_task
from boligsak.dates import next_working_day

# Somebody talks with the tenant within a week of a breach; a kept plan is no hurry.
_DAYS_TO_ACT = {TASK_BROKEN: 7, TASK_KEPT: 14}

_ACTS: Mapping[tuple[str, str], str] = {
    (State.RUNNING, State.BROKEN): "plan_broken",
    (State.RUNNING, State.KEPT): "plan_kept",
    (State.BROKEN, State.RUNNING): "plan_restored",
    (State.BROKEN, State.KEPT): "plan_kept",
    (State.KEPT, State.RUNNING): "plan_not_kept",
    (State.KEPT, State.BROKEN): "plan_broken",
}

CASE_CLOSED = "case_closed"
"""Why a broken plan is ended when its case is closed: nobody works on it any more."""


def check_plans(day: datetime.date) -> dict[str, int]:
    """Looks at every signed plan that is not ended. Safe to run twice and for a past day.

    Returns how many were looked at and how many came to be something else. The ledger is read in
    a constant number of queries; only what has changed is locked and written, plan by plan.
    """
    _end_with_their_cases(day)
    plans = list(_looked_after().order_by("pk"))
    looked = look_at(plans)
    counts = {"looked": len(plans), "broken": 0, "kept": 0, "restored": 0}
    for plan in plans:
        found = looked[plan.pk]
        verdict = judge(found.agreement, found.happened, day)
        if _differs(plan, verdict):
            outcome = record(plan.pk, day)
            name = "restored" if outcome == State.RUNNING else str(outcome or "")
            if name in counts:
                counts[name] += 1
    return counts


def _end_with_their_cases(day: datetime.date) -> None:
    rows = RepaymentPlan.objects.filter(
        state=PlanState.BROKEN, case__status=CaseStatus.CLOSED, broken_on__lte=F("case__closed_on")
    )
    for plan_id, case_id in list(rows.order_by("pk").values_list("pk", "case_id")):
        with transaction.atomic():
            case = at_work(case_id, by=None, must_be_open=False)
            plan = RepaymentPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
            if case.status != CaseStatus.CLOSED or plan.state != PlanState.BROKEN:
                continue
            plan.state, plan.ended_on, plan.ended_because = PlanState.ENDED, day, CASE_CLOSED
            plan.version += 1
            plan.save(update_fields=["state", "ended_on", "ended_because", "version"])
            look_tonight(plan.lease_id)


def _looked_after() -> Any:
    """What runs; and of a case still open, what was found broken or kept."""
    return RepaymentPlan.objects.filter(
        Q(state=PlanState.RUNNING)
        | Q(state__in=[PlanState.BROKEN, PlanState.KEPT], case__status=CaseStatus.OPEN)
    )


def _differs(plan: RepaymentPlan, verdict: Verdict) -> bool:
    if plan.state != verdict.state:
        return True
    if verdict.state is State.BROKEN:
        told = {name: plan.broken_facts.get(name) for name in ("due_on", "short_ore", "paid_on")}
        return bool(plan.broken_on != verdict.on or told != _facts(verdict))
    return False


@transaction.atomic
def record(plan_id: int, day: datetime.date) -> State | None:
    """Brings one plan to what the ledger says of it, under the case's lock.

    Returns what it came to be, or None when nothing changed: it was ended meanwhile, or another
    plan has taken its place.
    """
    case_id = RepaymentPlan.objects.values_list("case_id", flat=True).get(pk=plan_id)
    case = at_work(case_id, by=None, must_be_open=False)
    lock_account(case.lease_id)
    plan = RepaymentPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    if plan.state not in (PlanState.RUNNING, PlanState.BROKEN, PlanState.KEPT):
        return None
    found = look_at([plan])[plan.pk]
    verdict = judge(found.agreement, found.happened, day)
    if not _differs(plan, verdict) or (verdict.state is State.RUNNING and _has_other(plan)):
        return None
    was, was_paid = plan.state, bool(plan.broken_facts.get("paid_on"))
    if was != verdict.state:
        check_step(was, verdict.state)
    _write(plan, verdict, day)
    if was != verdict.state:
        _tell(case, plan, was, verdict, day)
    if verdict.paid_on is not None and not was_paid:
        _tell_paid(case, plan, verdict, day)
    elif was == verdict.state and was_paid and verdict.paid_on is None:
        # What paid it late was taken back: it is to be talked about again.
        _task(case, TASK_BROKEN, f"plan:{plan.pk}", {"plan": plan.pk, **_facts(verdict)}, day)
    look_tonight(plan.lease_id)
    return verdict.state if was != verdict.state else None


def _has_other(plan: RepaymentPlan) -> bool:
    others = RepaymentPlan.objects.filter(lease_id=plan.lease_id, state=PlanState.RUNNING)
    return others.exclude(pk=plan.pk).exists()


def _write(plan: RepaymentPlan, verdict: Verdict, day: datetime.date) -> None:
    is_broken, is_kept = verdict.state is State.BROKEN, verdict.state is State.KEPT
    plan.state = verdict.state
    plan.broken_on = verdict.on if is_broken else None
    plan.broken_facts = _facts(verdict) | {"found_on": day.isoformat()} if is_broken else {}
    plan.ended_on = verdict.on if is_kept else None
    plan.checked_on = day
    plan.version += 1
    plan.save(
        update_fields=["state", "broken_on", "broken_facts", "ended_on", "checked_on", "version"]
    )


def _facts(verdict: Verdict) -> dict[str, Any]:
    return {
        "due_on": verdict.due_on.isoformat() if verdict.due_on else None,
        "short_ore": verdict.short_ore,
        "paid_on": verdict.paid_on.isoformat() if verdict.paid_on else None,
    }


def _tell(case: Case, plan: RepaymentPlan, was: str, verdict: Verdict, day: datetime.date) -> None:
    """The timeline, and the tasks of the case's owner."""
    about = f"plan:{plan.pk}"
    facts = {"plan": plan.pk, "on": verdict.on.isoformat(), **_facts(verdict)}
    note_act(case, _ACTS[was, verdict.state], by=None, on=day, facts=facts)
    for state, task in ((State.BROKEN, TASK_BROKEN), (State.KEPT, TASK_KEPT)):
        if verdict.state is not state:
            end_tasks_about(task, about, result="", by=None, on=day)
        else:
            _task(case, task, about, facts, day)


def _tell_paid(case: Case, plan: RepaymentPlan, verdict: Verdict, day: datetime.date) -> None:
    """Broken, but everything has been paid since: nobody need talk with the tenant about it."""
    end_tasks_about(TASK_BROKEN, f"plan:{plan.pk}", result="", by=None, on=day)
    facts = {"plan": plan.pk, "on": verdict.paid_on.isoformat() if verdict.paid_on else None}
    note_act(case, "plan_paid_late", by=None, on=day, facts=facts)


def _task(case: Case, kind: str, about: str, facts: Mapping[str, Any], day: datetime.date) -> None:
    if case.status != CaseStatus.OPEN:
        return
    due_on = next_working_day(day + datetime.timedelta(days=_DAYS_TO_ACT[kind]))
    make_task(kind=kind, case=case, due_on=due_on, by=None, on=day, facts=facts, about=about)
