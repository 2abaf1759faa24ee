"""Conditions of a decision: found met, waived, opened again.

Locks: the application, the decision's conditions. A met condition on old arrears is looked at
again every night, and before a home is taken over: a plan that is broken opens it, and so does debt
that no plan covers.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from boligsak.jobs.services import Counts
from boligsak.rule import RuleBroken
from tenants.models import Condition, ConditionState, DecisionState
from tenants.old_debts import books
from tenants.queries.applications import ROLES_OF_PARTY
from tenants.queries.conditions import adults_of, conditions_of
from tenants.rules import conditions as rules
from tenants.rules.applications import OPEN
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.history import signed


@transaction.atomic
def meet_condition(
    condition_id: int,
    *,
    because: str,
    evidence: Mapping[str, Any] | None = None,
    version: int,
    by: Any,
    on: datetime.date,
) -> Condition:
    """Somebody has checked it and found it in order, on what `evidence` names.

    Raises `RuleBroken` as `lock_condition` and `check_met` do, "condition.not_yours" (party) or
    "condition.settled" (state).
    """
    row = lock_condition(condition_id, version, by)
    _check_yours(row, by)
    if row.state != ConditionState.OPEN:
        raise RuleBroken("condition.settled", state=row.state)
    found = dict(evidence or {"kind": rules.WORDS})
    rules.check_met(row.kind, because, found, on)
    return _settle(row, ConditionState.MET, because, found, by, on)


@transaction.atomic
def waive_condition(
    condition_id: int, *, because: str, version: int, by: Any, on: datetime.date
) -> Condition:
    """The municipality lets it go, and says why. For who may approve decisions.

    Raises `RuleBroken` as `lock_condition` does, "condition.settled" (state),
    "condition.no_because" or "condition.may_not_waive".
    """
    row = lock_condition(condition_id, version, by)
    if not by.has_perm("tenants.approve_decision"):
        raise RuleBroken("condition.may_not_waive")
    if row.state != ConditionState.OPEN:
        raise RuleBroken("condition.settled", state=row.state)
    if not because.strip():
        raise RuleBroken("condition.no_because")
    return _settle(row, ConditionState.WAIVED, because, {}, by, on)


@transaction.atomic
def reopen_condition(
    condition_id: int, *, because: str, version: int | None, by: Any, on: datetime.date
) -> Condition:
    """What it was met by has fallen away, or it was settled by mistake.

    Raises `RuleBroken` as `lock_condition` does, "condition.open" or "condition.no_because".
    """
    row = lock_condition(condition_id, version, by)
    _check_yours(row, by)
    if row.state == ConditionState.OPEN:
        raise RuleBroken("condition.open")
    if not because.strip():
        raise RuleBroken("condition.no_because")
    return _reopen(row, because.strip(), by, on)


@transaction.atomic
def hand_over(
    condition_id: int, *, party: str, responsible: Any, version: int, by: Any, on: datetime.date
) -> Condition:
    """Another party, or another person, is to check it.

    Raises `RuleBroken` as `lock_condition` does, or "condition.settled" (state).
    """
    row = lock_condition(condition_id, version, by)
    _check_yours(row, by)
    if row.state != ConditionState.OPEN:
        raise RuleBroken("condition.settled", state=row.state)
    row.party, row.responsible = party, responsible
    _keep(row, by)
    told = {"condition": row.pk, "kind": row.kind, "party": party}
    note_act(row.decision.application, "condition_handed_over", told, by=by, on=on)
    touched(row.decision.application)
    return row


@transaction.atomic
def review_arrears_conditions(
    application_id: int, *, by: Any, on: datetime.date
) -> list[Condition]:
    """Looks at every met condition on old arrears again, and opens those whose plan is broken or
    whose people owe what no plan covers. Called before a home is taken over; returns what it
    opened."""
    application = at_work(application_id, by=by)
    rows = Condition.objects.select_for_update(of=("self",)).filter(
        decision__application=application,
        decision__state=DecisionState.FINAL,
        kind=rules.ARREARS,
        state=ConditionState.MET,
    )
    met = list(rows.order_by("pk"))
    opened = []
    for row, because in why_fallen_away(met, on).items():
        row.decision.application = application
        opened.append(_reopen(row, because, by, on))
    return opened


def review_every_condition(day: datetime.date) -> Counts:
    """The night: the same for every application that has not led to a home yet, so that whoever is
    to check hears of a broken plan or of new debt before a home is offered.

    Safe to run twice.
    """
    met = Condition.objects.filter(
        kind=rules.ARREARS,
        state=ConditionState.MET,
        decision__state=DecisionState.FINAL,
        decision__application__state__in=OPEN,
    )
    rows = list(met.select_related("decision"))
    counts = {"looked": len(rows), "opened": 0}
    fallen = {row.decision.application_id for row in why_fallen_away(rows, day)}
    for application_id in sorted(fallen):
        try:
            opened = review_arrears_conditions(application_id, by=None, on=day)
        except RuleBroken as broken:
            if broken.code != "application.ended":
                raise
            continue  # it was withdrawn, or led to a home, while this one waited
        counts["opened"] += len(opened)
    return counts


def why_fallen_away(met: list[Condition], day: datetime.date) -> dict[Condition, str]:
    """Of some met conditions those whose evidence holds no more, with a code that says why. A
    constant number of queries."""
    rows = [row for row in met if row.kind == rules.ARREARS]
    if not rows:
        return {}
    plans = {pk for row in rows for pk in rules.plan_ids(row.evidence)}
    states = {pk: now.state for pk, now in books().plans(plans).items()} if plans else {}
    people = adults_of({row.decision.application_id for row in rows})
    owing = set(books().who_owes(set().union(*people.values()), day))
    found = {}
    for row in rows:
        owes = bool(people[row.decision.application_id] & owing)
        if because := rules.fallen_away(row.evidence, states, owes=owes):
            found[row] = because
    return found


def broken_evidence(application_id: int, day: datetime.date) -> dict[int, str]:
    """Of an application's conditions that stand as met, those whose evidence no longer holds, by
    id: for pages, which change nothing."""
    met = [row for row in conditions_of(application_id) if row.state == ConditionState.MET]
    return {row.pk: because for row, because in why_fallen_away(met, day).items()}


def lock_condition(condition_id: int, version: int | None, by: Any) -> Condition:
    """The condition with its decision and application; application and condition are locked.

    Raises `RuleBroken` as `at_work` does, "condition.not_in_force" where its decision holds no
    more, or "condition.changed" (version, state).
    """
    application_id = Condition.objects.values_list("decision__application_id", flat=True).get(
        pk=condition_id
    )
    application = at_work(application_id, by=by)
    rows = Condition.objects.select_for_update(of=("self",)).select_related("decision")
    row = rows.get(pk=condition_id)
    row.decision.application = application
    if row.decision.state != DecisionState.FINAL:
        raise RuleBroken("condition.not_in_force")
    if version is not None and row.version != version:
        raise RuleBroken("condition.changed", version=row.version, state=row.state)
    return row


def _check_yours(row: Condition, by: Any) -> None:
    """A condition is settled by the party that checks it; one that somebody outside checks by
    whoever sees the application."""
    roles = ROLES_OF_PARTY.get(row.party)
    if by is None or (roles is None and by.has_perm("tenants.view_application")):
        return
    if roles is None or not by.access.roles & set(roles):
        raise RuleBroken("condition.not_yours", party=row.party)


def _settle(
    row: Condition,
    state: str,
    because: str,
    evidence: dict[str, Any],
    by: Any,
    on: datetime.date,
) -> Condition:
    row.state, row.because, row.evidence = state, because.strip()[:400], evidence
    row.settled_on, row.settled_by = on, by
    _keep(row, by)
    told = {"condition": row.pk, "kind": row.kind, "evidence": evidence.get("kind", "")}
    note_act(row.decision.application, f"condition_{state}", told, by=by, on=on)
    touched(row.decision.application)
    return row


def _reopen(row: Condition, because: str, by: Any, on: datetime.date) -> Condition:
    row.state, row.because = ConditionState.OPEN, because[:400]
    row.settled_on = row.settled_by = None
    row.evidence = {}
    _keep(row, by)
    told = {"condition": row.pk, "kind": row.kind, "because": because[:400]}
    note_act(row.decision.application, "condition_reopened", told, by=by, on=on)
    touched(row.decision.application)
    return row


def _keep(row: Condition, by: Any) -> None:
    row.version += 1
    with signed(by):
        row.save()
