"""The next step of a case: proposed by the policy, and confirmed, put off, replaced or done by
somebody. At most one stands; those that stood before are its history."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from arrears.models import Case, CaseStatus, NextStep, StepState
from arrears.queries.next_steps import Case as Seen
from arrears.queries.next_steps import open_step, situations, standing
from arrears.rules.next_steps import rests
from arrears.rules.standing_steps import (
    LEAVES_TRACE,
    Follow,
    follow,
    is_done_already,
    noted,
)
from arrears.rules.step_conditions import Situation
from arrears.rules.step_policy import Action, PolicyStep
from arrears.services.cases.base import at_work, note_act, touched
from boligsak.rates.queries import DatedPolicy, policies_on
from boligsak.rates.services import cite_policies
from boligsak.rule import RuleBroken

POLICY = "next-steps"
CHUNK = 500
MOST_DAYS_OFF = datetime.timedelta(days=365)


# --- The policy's own work --------------------------------------------------------------------


def propose(on: datetime.date, case_ids: Collection[int] | None = None) -> dict[str, int]:
    """Puts the policy to these cases (None: every open one), some hundreds at a time, each lot in
    a transaction of its own. A new row is written only where something else is to be done.

    Safe to run twice; a step that was proposed later than `on` is left alone. Returns counts.
    Raises `RuleBroken("policy.missing")` when no general policy is in force.
    """
    policies = policies_on(POLICY, on)
    rows = Case.objects.all() if case_ids is not None else Case.objects.open()
    if case_ids is not None:
        rows = rows.filter(pk__in=list(case_ids))
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    counts: Counter[str] = Counter(cases=0, proposed=0, ended=0)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            counts += _put_to(ids[start : start + CHUNK], policies, on)
    if case_ids is None:
        counts["ended"] += _end_on_closed(on)
    return {name: counts[name] for name in ("cases", "proposed", "ended")}


def refresh(case_id: int, on: datetime.date) -> None:
    """The same for one case, after something has changed on it.

    Without a policy in force nothing is proposed: what was done on the case stands all the same,
    and the night says loudly what is missing.
    """
    try:
        propose(on, [case_id])
    except RuleBroken as broken:
        if broken.code != "policy.missing":
            raise


def _put_to(
    ids: Collection[int], policies: Mapping[int | None, DatedPolicy], on: datetime.date
) -> Counter[str]:
    locked = Case.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    status = dict(locked.values_list("pk", "status"))
    open_ids = [pk for pk, state in status.items() if state == CaseStatus.OPEN]
    stands = open_step(status)
    seen = situations(open_ids, on)
    work = _Work()
    for case_id in status:
        row = stands.get(case_id)
        if row is not None and row.proposed_on > on:
            continue
        if case_id not in seen:
            if row is not None:
                work.ends[StepState.LAPSED].append(row.pk)
            continue
        policy = policies.get(seen[case_id].office_id, policies[None])
        work.add(seen[case_id], row, _followed(seen[case_id], row, policy, on), policy.id, on)
    work.write(on)
    return Counter(cases=len(open_ids), proposed=len(work.new), ended=work.ended)


def _followed(case: Seen, row: NextStep | None, policy: DatedPolicy, on: datetime.date) -> Follow:
    stands = None if row is None else standing(row)
    return follow(stands, case.situation, policy.values, on)


@dataclass
class _Work:
    """What is to be written for one lot of cases."""

    ends: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    retold: list[NextStep] = field(default_factory=list)
    new: list[NextStep] = field(default_factory=list)

    @property
    def ended(self) -> int:
        return sum(len(ids) for ids in self.ends.values())

    def add(
        self, case: Seen, row: NextStep | None, found: Follow, policy_id: int, on: datetime.date
    ) -> None:
        if row is not None and found.ends_as is not None:
            self.ends[found.ends_as].append(row.pk)
        if row is not None and found.facts is not None:
            row.facts = found.facts
            self.retold.append(row)
        if found.proposal is not None:
            step = found.proposal
            self.new.append(
                NextStep(
                    case_id=case.id,
                    action=step.action.value,
                    step=step.step,
                    due_on=step.due_on,
                    facts=noted(step.action, step.facts, case.situation, on),
                    policy_id=policy_id,
                    proposed_on=on,
                )
            )

    def write(self, on: datetime.date) -> None:
        for state, ids in self.ends.items():
            NextStep.objects.filter(pk__in=ids).update(state=state, ended_on=on)
        if self.retold:
            NextStep.objects.bulk_update(self.retold, ["facts"])
        if self.new:
            NextStep.objects.bulk_create(self.new)
            cite_policies({row.policy_id for row in self.new if row.policy_id is not None})


def _end_on_closed(on: datetime.date) -> int:
    rows = NextStep.objects.filter(ended_on__isnull=True, case__status=CaseStatus.CLOSED)
    return rows.update(state=StepState.LAPSED, ended_on=on)


# --- What somebody decides --------------------------------------------------------------------


@transaction.atomic
def confirm(step_id: int, *, by: Any, on: datetime.date, version: int | None = None) -> NextStep:
    """Somebody will do it. It stands until it is done, no longer fits, or something more pressing
    comes. Raises what `at_work` raises, "step.replaced" or "step.confirmed_already"."""
    case, row = _locked(step_id, by, version)
    if row.state == StepState.CONFIRMED:
        raise RuleBroken("step.confirmed_already")
    return _decided(case, row, StepState.CONFIRMED, by=by, on=on)


@transaction.atomic
def postpone(
    step_id: int,
    *,
    reason: str,
    until: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> NextStep:
    """Puts the step off until a day, with a reason; on that day the policy is asked anew.

    Raises what `at_work` raises, "step.replaced", "step.until_not_later", "step.until_too_far"
    (last_on) or "step.until_after_last_safe" (last_safe_on: § 9-2 waits for nobody).
    """
    case, row = _locked(step_id, by, version)
    if until <= on:
        raise RuleBroken("step.until_not_later")
    if until > on + MOST_DAYS_OFF:
        raise RuleBroken("step.until_too_far", last_on=on + MOST_DAYS_OFF)
    last_safe_on = _last_safe(row)
    if last_safe_on is not None and until > last_safe_on:
        raise RuleBroken("step.until_after_last_safe", last_safe_on=last_safe_on)
    row.until_on = until
    return _decided(case, row, StepState.POSTPONED, by=by, on=on, reason=reason)


@transaction.atomic
def override(
    step_id: int,
    *,
    action: str,
    reason: str,
    due_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> NextStep:
    """Puts a caseworker's own step in the place of the one that stands, with a reason.

    Raises what `at_work` raises, "step.replaced", "step.same_action", "step.due_before_today",
    "step.dead", "step.done_already" (action), or "step.rests_plan", "step.rests_referral",
    "step.rests_payer" or "step.rests_absence": what rests for the policy rests for everybody.
    """
    case, row = _locked(step_id, by, version)
    if action == row.action:
        raise RuleBroken("step.same_action")
    if due_on < on:
        raise RuleBroken("step.due_before_today")
    situation = situations([case.pk], on)[case.pk].situation
    _may_be_done(Action(action), situation)
    row.ended_on = on
    _decided(case, row, StepState.OVERRIDDEN, by=by, on=on, reason=reason, instead=action)
    return NextStep.objects.create(
        case=case,
        action=action,
        due_on=due_on,
        facts=noted(
            action,
            {
                "reasons": [],
                "party": "welfare",
                "instead_of": row.step or row.facts.get("instead_of", ""),
            },
            situation,
            on,
        ),
        state=StepState.CONFIRMED,
        proposed_on=on,
        decided_on=on,
        decided_by=by,
        reason=reason,
    )


@transaction.atomic
def finish(
    step_id: int,
    *,
    result: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> None:
    """The step has been done, and what came of it; the next one is proposed at once.

    Raises what `at_work` raises, "step.replaced", or "step.leaves_trace" (action) for what is done
    by registering it where it belongs.
    """
    case, row = _locked(step_id, by, version)
    if row.action in LEAVES_TRACE:
        raise RuleBroken("step.leaves_trace", action=row.action)
    row.ended_on = on
    _decided(case, row, StepState.DONE, by=by, on=on, reason=result)
    refresh(case.pk, on)


def _locked(step_id: int, by: Any, version: int | None) -> tuple[Case, NextStep]:
    case_id = NextStep.objects.values_list("case_id", flat=True).get(pk=step_id)
    case = at_work(case_id, by=by, version=version)
    row = NextStep.objects.select_for_update(of=("self",)).get(pk=step_id)
    if row.ended_on is not None:
        raise RuleBroken("step.replaced")
    return case, row


def _decided(
    case: Case,
    row: NextStep,
    state: str,
    *,
    by: Any,
    on: datetime.date,
    reason: str = "",
    instead: str = "",
) -> NextStep:
    row.state, row.decided_by, row.decided_on, row.reason = state, by, on, reason
    if state != StepState.POSTPONED:
        row.until_on = None
    row.save(update_fields=["state", "decided_by", "decided_on", "reason", "until_on", "ended_on"])
    facts = {"action": row.action, "step": row.pk}
    if row.until_on is not None:
        facts["until_on"] = row.until_on.isoformat()
    if instead:
        facts["instead"] = instead
    # The reason may tell of the tenant's life: it is for the welfare side.
    note_act(case, f"step_{state}", by=by, on=on, facts=facts, note=reason, is_social=True)
    touched(case)
    return row


def _last_safe(row: NextStep) -> datetime.date | None:
    days: Iterable[str] = (
        reason["last_safe_on"]
        for reason in row.facts.get("reasons", ())
        if reason["kind"] == "days_to_last_safe"
    )
    return min(map(datetime.date.fromisoformat, days), default=None)


def _may_be_done(action: Action, situation: Situation) -> None:
    if situation.died_on is not None and action not in (Action.CONTACT_ESTATE, Action.NOTHING):
        raise RuleBroken("step.dead")
    if is_done_already(action, situation):
        raise RuleBroken("step.done_already", action=action.value)
    own = PolicyStep("own", action, "welfare", 0)
    if why := rests(own, situation):
        raise RuleBroken(f"step.rests_{why}")
