"""Repayment plans: drawn up, signed, replaced and ended; `plan_check` says which are kept."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from arrears.models import (
    Case,
    Instalment,
    LeaseAccount,
    PlanCharge,
    PlanState,
    RepaymentPlan,
)
from arrears.policy_kinds import REPAYMENT
from arrears.queries.plans import Coverable, coverable, settled_until
from arrears.rules import plans as rules
from arrears.rules.plan_policy import PlanPolicy
from arrears.rules.plans import EVERY, NEXT_STATES, Rhythm, State, Terms
from arrears.services.case_letters import keep_plan
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.settle import LOOK_TONIGHT
from arrears.services.tasks import end_tasks_about
from boligsak.dates import add_months
from boligsak.rates.queries import DatedPolicy, policies_on
from boligsak.rates.services import cite_policies
from boligsak.rule import RuleBroken
from tenants.models import LeaseParty
from tenants.rules.economy import Economy, Line, People, is_above, work_out

TASK_BROKEN = "plan_broken"
TASK_KEPT = "plan_kept"


@dataclass(frozen=True, slots=True)
class Told:
    """The household's economy as it was told, a month."""

    lines: tuple[Line, ...]
    people: People


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that has not been written down: what it covers, its schedule, what is affordable."""

    covered: tuple[Coverable, ...]
    terms: Terms
    instalments: tuple[rules.Instalment, ...]
    economy: Economy | None
    is_above: bool
    policy: PlanPolicy
    policy_id: int


def propose(
    case: Case,
    *,
    rhythm: Rhythm,
    instalment_ore: int,
    first_due_on: datetime.date,
    on: datetime.date,
    first_ore: int = 0,
    line_ids: Collection[int] | None = None,
    told: Told | None = None,
) -> Proposal:
    """What the plan would be; nothing is written. `line_ids` None: everything that is due.

    Raises `RuleBroken`: what `schedule` and `work_out` raise, "plan.charge_gone" (a chosen charge
    is paid or not due), "plan.debt_settlement" (covers_to: what fell due until then is covered by
    an opened gjeldsordning), "plan.first_day_past" (day), "plan.first_day_far" (last_on), or
    "plan.nobody_to_sign" when no tenant lives.
    """
    policy = repayment_policy(case.office_id, on)
    _somebody_signs(case.lease_id, on)
    due = coverable(case.lease_id, on)
    wanted = {one.line_id for one in due} if line_ids is None else set(line_ids)
    covered = tuple(one for one in due if one.line_id in wanted)
    if len(covered) < len(wanted):
        raise RuleBroken("plan.charge_gone")
    _not_settled(case.lease_id, (one.due_on for one in covered), on)
    if first_due_on < on:
        raise RuleBroken("plan.first_day_past", day=on)
    if first_due_on > (last_on := add_months(on, MOST_MONTHS_TO_FIRST)):
        raise RuleBroken("plan.first_day_far", last_on=last_on)
    terms = Terms(
        total_ore=sum(one.open_ore for one in covered),
        instalment_ore=instalment_ore,
        rhythm=rhythm,
        first_due_on=first_due_on,
        first_ore=first_ore,
    )
    instalments = rules.schedule(terms, longest_months=policy.values.longest_months)
    economy = None
    if told is not None:
        economy = work_out(
            told.lines,
            told.people,
            policy.values.living_rates,
            margin_permille=policy.values.margin_permille,
        )
    # One instalment that is all of it is no burden a month; a lump sum is paid of other money.
    usual_ore = min(instalment_ore, terms.total_ore - first_ore)
    return Proposal(
        covered=covered,
        terms=terms,
        instalments=instalments,
        economy=economy,
        is_above=is_above(usual_ore, EVERY[rhythm], economy.affordable_ore if economy else None),
        policy=policy.values,
        policy_id=policy.id,
    )


@transaction.atomic
def draft_plan(
    case_id: int,
    *,
    rhythm: Rhythm,
    instalment_ore: int,
    first_due_on: datetime.date,
    by: Any,
    on: datetime.date,
    first_ore: int = 0,
    line_ids: Collection[int] | None = None,
    told: Told | None = None,
    tolerance_days: int | None = None,
    above_because: str = "",
    note: str = "",
    replaces: int | None = None,
    version: int | None = None,
) -> RepaymentPlan:
    """Writes the plan down, unsigned. `replaces`: an earlier draft of the case, which ends.

    `tolerance_days` None: the policy's. Raises as `at_work` and `propose` do, "plan.above"
    (affordable_ore, month_ore) when the household cannot afford the instalment and nobody says
    why it is agreed all the same, "plan.tolerance" (highest), or "plan.ended" for a draft to
    replace that is none any more.
    """
    case = at_work(case_id, by=by, version=version)
    lock_account(case.lease_id)
    proposal = propose(
        case,
        rhythm=rhythm,
        instalment_ore=instalment_ore,
        first_due_on=first_due_on,
        on=on,
        first_ore=first_ore,
        line_ids=line_ids,
        told=told,
    )
    if proposal.is_above and not above_because.strip() and proposal.economy is not None:
        raise RuleBroken("plan.above", affordable_ore=proposal.economy.affordable_ore)
    days = proposal.policy.tolerance_days if tolerance_days is None else tolerance_days
    if not 0 <= days <= MOST_TOLERANCE:
        raise RuleBroken("plan.tolerance", highest=MOST_TOLERANCE)
    if replaces is not None:
        _end(_locked(replaces, case), "", by, on, to=State.ENDED, must_be=State.DRAFT)
    plan = RepaymentPlan.objects.create(
        case=case,
        lease_id=case.lease_id,
        total_ore=proposal.terms.total_ore,
        first_ore=first_ore,
        instalment_ore=instalment_ore,
        rhythm=rhythm,
        first_due_on=first_due_on,
        tolerance_days=days,
        economy=_kept(told, proposal),
        affordable_ore=proposal.economy.affordable_ore if proposal.economy else None,
        above_because=above_because.strip() if proposal.is_above else "",
        note=note.strip(),
        made_on=on,
        by=by,
    )
    PlanCharge.objects.bulk_create(
        PlanCharge(plan=plan, line_id=one.line_id, open_ore=one.open_ore)
        for one in proposal.covered
    )
    Instalment.objects.bulk_create(
        Instalment(plan=plan, **one._asdict()) for one in proposal.instalments
    )
    cite_policies([proposal.policy_id])
    touched(case)
    return plan


MOST_TOLERANCE = 60

MOST_MONTHS_TO_FIRST = 6
"""Dunning rests from the signing: nobody waits longer than this for the first instalment."""


def _kept(told: Told | None, proposal: Proposal) -> dict[str, Any]:
    """The economy as JSON: what was told, what it came to, and the policy it was reckoned by."""
    found: dict[str, Any] = {"policy": proposal.policy_id}
    if told is None or proposal.economy is None:
        return found
    sums = proposal.economy
    return found | {
        "adults": told.people.adults,
        "children": told.people.children,
        "lines": [[line.kind.value, line.amount_ore, line.every.value] for line in told.lines],
        "income_ore": sums.income_ore,
        "fixed_ore": sums.fixed_ore,
        "debt_ore": sums.debt_ore,
        "living_ore": sums.living_ore,
        "rate_ore": sums.rate_ore,
        "left_ore": sums.left_ore,
    }


@transaction.atomic
def sign_plan(
    plan_id: int,
    *,
    signed_on: datetime.date,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> RepaymentPlan:
    """The tenant has signed: the plan runs, and dunning of what it covers rests while it is kept.

    A plan that runs on the lease already, or is broken, is replaced by this one. Raises as
    `at_work` does; "plan.not_draft" (state), "plan.signed_later" (today), "plan.signed_before"
    (made_on), "plan.first_day_past" (day), "plan.changed" when the plan is another version,
    "plan.nobody_to_sign" or "plan.debt_settlement" (covers_to) as they are on that day, or
    "plan.debt_changed" (total_ore, now_ore): what it covers is no longer what was open. The
    agreement is kept as a letter; what its writing refuses is raised too.
    """
    case = at_work(_case_of(plan_id), by=by)
    lock_account(case.lease_id)
    plan = _locked(plan_id, case, version)
    if plan.state != PlanState.DRAFT:
        raise RuleBroken("plan.not_draft", state=plan.state)
    if signed_on > on:
        raise RuleBroken("plan.signed_later", today=on)
    if signed_on < plan.made_on:
        raise RuleBroken("plan.signed_before", made_on=plan.made_on)
    if plan.first_due_on < signed_on:
        raise RuleBroken("plan.first_day_past", day=signed_on)
    # Somebody may have died, or a debt settlement been opened, since it was drawn up.
    _somebody_signs(case.lease_id, signed_on)
    due = plan.charges.values_list("line__due_on", flat=True)
    _not_settled(case.lease_id, [day for day in due if day is not None], on)
    _same_debt(plan, signed_on)
    others = RepaymentPlan.objects.select_for_update(of=("self",)).filter(
        lease_id=case.lease_id, state__in=[PlanState.RUNNING, PlanState.BROKEN]
    )
    replaced = [
        _end(other, "replaced", by, on, to=State.ENDED).pk for other in others.order_by("pk")
    ]
    plan.state, plan.signed_on = PlanState.RUNNING, signed_on
    plan.version += 1
    plan.save(update_fields=["state", "signed_on", "version"])
    for other in replaced:
        end_tasks_about(TASK_BROKEN, f"plan:{other}", result="", by=by, on=on)
    look_tonight(case.lease_id)
    note_act(
        case,
        "plan_signed",
        by=by,
        on=on,
        facts={
            "plan": plan.pk,
            "signed_on": signed_on.isoformat(),
            "total_ore": plan.total_ore,
            "replaced": replaced,
        },
    )
    touched(case)
    keep_plan(plan, case, by=by, on=on)
    return plan


def _same_debt(plan: RepaymentPlan, day: datetime.date) -> None:
    now = {one.line_id: one.open_ore for one in coverable(plan.lease_id, day)}
    then = dict(plan.charges.values_list("line_id", "open_ore"))
    found = {line_id: now.get(line_id, 0) for line_id in then}
    if found != then:
        raise RuleBroken("plan.debt_changed", total_ore=plan.total_ore, now_ore=sum(found.values()))


@transaction.atomic
def end_plan(
    plan_id: int, *, reason: str, by: Any, on: datetime.date, version: int | None = None
) -> RepaymentPlan:
    """A draft is dropped, a signed plan withdrawn: dunning no longer rests.

    Raises as `at_work` does, "plan.no_reason", "plan.changed", or "plan.ended" (state) for one
    that is over.
    """
    case = at_work(_case_of(plan_id), by=by)
    lock_account(case.lease_id)
    plan = _locked(plan_id, case, version)
    if not reason.strip():
        raise RuleBroken("plan.no_reason")
    was = plan.state
    _end(plan, reason.strip(), by, on, to=State.ENDED)
    end_tasks_about(TASK_BROKEN, f"plan:{plan.pk}", result="", by=by, on=on)
    look_tonight(case.lease_id)
    if was != PlanState.DRAFT:
        note_act(case, "plan_ended", by=by, on=on, facts={"plan": plan.pk}, note=reason.strip())
    touched(case)
    return plan


# --- What every step on a plan has in common ----------------------------------------------------


def look_tonight(lease_id: int) -> None:
    """The lease's flags are looked at the coming night, though no line has moved it."""
    LeaseAccount.objects.filter(lease_id=lease_id).update(arrears_look_on=LOOK_TONIGHT)


def check_step(now: str, then: State) -> None:
    """Raises `RuleBroken("plan.ended", state)` when a plan cannot come to be that."""
    if then not in NEXT_STATES[State(now)]:
        raise RuleBroken("plan.ended", state=now)


def _end(
    plan: RepaymentPlan,
    reason: str,
    by: Any,
    on: datetime.date,
    *,
    to: State,
    must_be: State | None = None,
) -> RepaymentPlan:
    check_step(plan.state, to)
    if must_be is not None and plan.state != must_be:
        raise RuleBroken("plan.ended", state=plan.state)
    plan.state, plan.ended_on, plan.ended_by, plan.ended_because = PlanState.ENDED, on, by, reason
    plan.version += 1
    plan.save(update_fields=["state", "ended_on", "ended_by", "ended_because", "version"])
    return plan


def _case_of(plan_id: int) -> int:
    return RepaymentPlan.objects.values_list("case_id", flat=True).get(pk=plan_id)


def lock_account(lease_id: int) -> None:
    """After the case's lock: no line arrives on the lease until the transaction ends."""
    rows = LeaseAccount.objects.select_for_update(of=("self",)).filter(lease_id=lease_id)
    list(rows.values_list("lease_id"))


def _locked(plan_id: int, case: Case, version: int | None = None) -> RepaymentPlan:
    plan = RepaymentPlan.objects.select_for_update(of=("self",)).get(pk=plan_id, case=case)
    if version is not None and plan.version != version:
        raise RuleBroken("plan.changed")
    return plan


def repayment_policy(office_id: int, on: datetime.date) -> DatedPolicy:
    """The terms of that office on that day. Raises `RuleBroken("policy.missing")`."""
    policies = policies_on(REPAYMENT, on)
    return policies.get(office_id) or policies[None]


def _somebody_signs(lease_id: int, on: datetime.date) -> None:
    tenants = LeaseParty.objects.filter(lease=lease_id, role="tenant", from_on__lte=on)
    present = tenants.exclude(to_on__lt=on)
    if present.exists() and not present.filter(person__died_on__isnull=True).exists():
        raise RuleBroken("plan.nobody_to_sign")


def _not_settled(lease_id: int, due_days: Iterable[datetime.date], on: datetime.date) -> None:
    covers_to = settled_until(lease_id, on)
    if covers_to is not None and any(due_on <= covers_to for due_on in due_days):
        raise RuleBroken("plan.debt_settlement", covers_to=covers_to)
