"""Decisions: begun as a draft, made, looked at by a second person where that is asked for.

Locks: the application first, then the decision.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from boligsak.rates.services import cite_policies
from boligsak.rule import RuleBroken
from tenants.models import (
    Appeal,
    AppealState,
    Application,
    ApplicationState,
    Condition,
    ConditionState,
    Decision,
    DecisionAnswer,
    DecisionKind,
    DecisionState,
    EconomyAssessment,
    SupportAssessment,
)
from tenants.queries.decisions import answers_of, criteria_on, standing
from tenants.queries.terms import terms
from tenants.rules import decisions as rules
from tenants.rules.applications import OPEN
from tenants.rules.decisions import Answer, DecisionFacts, NewCondition
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.history import signed


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has written of a decision so far; anything may be missing.

    `answers`: by criterion id, whether it is met (None: not answered) and why.
    """

    outcome: str
    content: str = ""
    reasons: str = ""
    participation: str = ""
    other_ground: str = ""
    lasts_to: datetime.date | None = None
    answers: Mapping[int, tuple[bool | None, str]] | None = None
    conditions: Sequence[NewCondition] = ()


@transaction.atomic
def start_decision(
    application_id: int,
    kind: str,
    *,
    by: Any,
    on: datetime.date,
    version: int | None = None,
    replaces: Decision | None = None,
) -> Decision:
    """A draft with every criterion in force to be answered. `replaces`: the made decision that an
    appeal has changed; its answers and texts are where the new one starts.

    Raises `RuleBroken` as `at_work` does, "decision.not_received", "decision.not_yours" (housing
    help is decided by the welfare side), "decision.draft_exists" (decision, number) or
    "decision.stands" (number) where a decision of the kind has been made and no appeal changed it.
    """
    application = at_work(application_id, by=by, version=version, must_be_open=False)
    _check_open(application, is_changed=replaces is not None)
    _check_yours(kind, by)
    if application.state == ApplicationState.DRAFT or application.received_on is None:
        raise RuleBroken("decision.not_received", number=application.number)
    begun = _begun(application, kind)
    if begun is not None:
        raise RuleBroken("decision.draft_exists", decision=begun.pk, number=begun.number)
    stands = standing(application.pk, kind)
    if stands and (replaces is None or replaces.pk != stands[0].pk):
        raise RuleBroken("decision.stands", number=stands[0].number)
    made = application.decisions.count()
    with signed(by):
        row = Decision.objects.create(
            application=application,
            number=f"{application.number}-{made + 1}",
            kind=kind,
            outcome=replaces.outcome if replaces else rules.Outcome.GRANTED,
            content=replaces.content if replaces else "",
            reasons=replaces.reasons if replaces else "",
            participation=replaces.participation if replaces else "",
            facts=_draft_facts(replaces),
            replaces=replaces,
            by=by,
        )
    _answer_what_is_in_force(row, on, replaces)
    note_act(application, "decision_begun", {"decision": row.pk, "kind": kind}, by=by, on=on)
    touched(application)
    return row


@transaction.atomic
def save_draft(
    decision_id: int, draft: Draft, *, version: int, by: Any, on: datetime.date
) -> Decision:
    """Keeps what has been written, whole or not. The criteria asked for are those of today.

    Raises `RuleBroken` as `lock_decision` does, or "decision.not_draft" (state).
    """
    row = lock_decision(decision_id, version, by)
    _check_yours(row.kind, by)
    if row.state != DecisionState.DRAFT:
        raise RuleBroken("decision.not_draft", state=row.state)
    row.outcome = draft.outcome
    row.content = draft.content.strip()
    row.reasons = draft.reasons.strip()
    row.participation = draft.participation.strip()
    row.lasts_to = draft.lasts_to
    row.facts = {
        **row.facts,
        "other_ground": draft.other_ground.strip(),
        "conditions": [_stored(one) for one in draft.conditions],
    }
    row.version += 1
    with signed(by):
        row.save()
    _answer_what_is_in_force(row, on)
    for answer in row.answers.all():
        if answer.criterion_id in (draft.answers or {}):
            answer.is_met, answer.reason = (draft.answers or {})[answer.criterion_id]
            answer.reason = answer.reason.strip()
            answer.save(update_fields=["is_met", "reason"])
    return row


@transaction.atomic
def make_decision(decision_id: int, *, version: int, by: Any, on: datetime.date) -> Decision:
    """The draft becomes a decision, or goes to a second person where the terms ask for one.

    Raises `RuleBroken` as `lock_decision` and `missing` do, or "decision.step" (state, to).
    """
    row = lock_decision(decision_id, version, by)
    _check_yours(row.kind, by)
    version_in_force = terms().on(row.application.office_id, on)
    four_eyes = bool(version_in_force.values.four_eyes)
    to = DecisionState.FOR_APPROVAL if four_eyes else DecisionState.FINAL
    rules.check_step(row.state, to)
    if row.state != DecisionState.DRAFT:
        raise RuleBroken("decision.step", state=row.state, to=to)
    rules.check_whole(facts_of(row, on), on)
    row.by = by
    row.facts = {key: value for key, value in row.facts.items() if key != "sent_back"}
    if four_eyes:
        row.state = DecisionState.FOR_APPROVAL
        _keep(row, by)
        _tell(row, "decision_for_approval", by, on)
        return row
    _make(row, by, on)
    return row


@transaction.atomic
def approve_decision(decision_id: int, *, version: int, by: Any, on: datetime.date) -> Decision:
    """A second person has looked at it and makes it final.

    Raises `RuleBroken` as `lock_decision` and `missing` do, "decision.not_waiting" (state), or
    "decision.same_person".
    """
    row = lock_decision(decision_id, version, by)
    _check_yours(row.kind, by)
    if row.state != DecisionState.FOR_APPROVAL:
        raise RuleBroken("decision.not_waiting", state=row.state)
    rules.check_second_person(row.by_id, by.pk)
    rules.check_whole(facts_of(row, on), on)
    row.approved_by, row.approved_on = by, on
    _make(row, by, on)
    return row


@transaction.atomic
def send_back(
    decision_id: int, because: str, *, version: int, by: Any, on: datetime.date
) -> Decision:
    """It is a draft again, with what the second person wants changed.

    Raises `RuleBroken` as `lock_decision` does, "decision.not_waiting" (state) or
    "decision.no_because".
    """
    row = lock_decision(decision_id, version, by)
    if row.state != DecisionState.FOR_APPROVAL:
        raise RuleBroken("decision.not_waiting", state=row.state)
    if not because.strip():
        raise RuleBroken("decision.no_because")
    row.state = DecisionState.DRAFT
    told = {"because": because.strip(), "who": str(by), "on": on.isoformat()}
    row.facts = {**row.facts, "sent_back": told}
    _keep(row, by)
    _tell(row, "decision_sent_back", by, on)
    return row


# --- What other steps build on --------------------------------------------------------------------


def lock_decision(
    decision_id: int, version: int | None, by: Any, *, must_be_open: bool = True
) -> Decision:
    """The decision with its application, both locked: the application first.

    Raises `RuleBroken` as `at_work` does, or "decision.changed" (version, who).
    """
    application_id = Decision.objects.values_list("application_id", flat=True).get(pk=decision_id)
    application = at_work(application_id, by=by, must_be_open=False)
    if must_be_open:
        _check_open(application, is_changed=_is_changed(decision_id))
    row = Decision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    row.application = application
    if version is not None and row.version != version:
        raise RuleBroken("decision.changed", version=row.version, number=row.number)
    return row


def facts_of(row: Decision, on: datetime.date) -> DecisionFacts:
    """What the rules look at before a decision is made."""
    answers = answers_of(row.pk)
    in_force = {one.pk for one in criteria_on(row.kind, on)}
    return DecisionFacts(
        kind=row.kind,
        outcome=row.outcome,
        content=row.content,
        reasons=row.reasons,
        participation=row.participation,
        answers=[
            Answer(one.criterion.code, one.criterion.is_required, one.is_met, one.reason)
            for one in answers
        ],
        conditions=drafted_conditions(row),
        other_ground=str(row.facts.get("other_ground", "")),
        has_support=SupportAssessment.objects.filter(application=row.application_id).exists(),
        has_economy=EconomyAssessment.objects.filter(application=row.application_id).exists(),
        is_current={one.criterion_id for one in answers} == in_force,
        lasts_to=row.lasts_to,
    )


def missing(row: Decision, on: datetime.date) -> list[RuleBroken]:
    """Everything that keeps the draft from being made today."""
    return rules.missing(facts_of(row, on), on)


def drafted_conditions(row: Decision) -> list[NewCondition]:
    """The conditions of a draft. Those of a made decision are rows."""
    return [
        NewCondition(
            kind=one["kind"],
            what=one["what"],
            party=one["party"],
            due_on=datetime.date.fromisoformat(one["due_on"]) if one.get("due_on") else None,
        )
        for one in row.facts.get("conditions", [])
    ]


def _stored(one: NewCondition) -> dict[str, Any]:
    found = asdict(one)
    found["due_on"] = one.due_on.isoformat() if one.due_on else None
    return found


def _draft_facts(replaces: Decision | None) -> dict[str, Any]:
    if replaces is None:
        return {}
    conditions = [
        NewCondition(one.kind, one.what, one.party) for one in replaces.conditions.order_by("pk")
    ]
    return {
        "other_ground": replaces.facts.get("other_ground", ""),
        "conditions": [_stored(one) for one in conditions],
    }


def _is_changed(decision_id: int) -> bool:
    return Decision.objects.filter(pk=decision_id, replaces__isnull=False).exists()


def _check_open(application: Application, *, is_changed: bool) -> None:
    """An appeal may have its way after the home has been taken over."""
    open_states = (*OPEN, ApplicationState.HOUSED) if is_changed else OPEN
    if application.state not in open_states:
        raise RuleBroken("application.ended", number=application.number, state=application.state)


def _check_yours(kind: str, by: Any) -> None:
    """Help rests on health and social grounds, which the welfare side alone reads."""
    if kind == DecisionKind.HOUSING_HELP and not by.has_perm("tenants.view_social"):
        raise RuleBroken("decision.not_yours")


def _begun(application: Application, kind: str) -> Decision | None:
    begun = (DecisionState.DRAFT, DecisionState.FOR_APPROVAL)
    return application.decisions.filter(kind=kind, state__in=begun).first()


def _answer_what_is_in_force(
    row: Decision, on: datetime.date, like: Decision | None = None
) -> None:
    """A row for each criterion of today, and none for others. What was answered stays."""
    in_force = criteria_on(row.kind, on)
    row.answers.exclude(criterion__in=in_force).delete()
    there = set(row.answers.values_list("criterion_id", flat=True))
    before = {one.criterion.code: one for one in answers_of(like.pk)} if like else {}
    DecisionAnswer.objects.bulk_create(
        DecisionAnswer(
            decision=row,
            criterion=one,
            is_met=before[one.code].is_met if one.code in before else None,
            reason=before[one.code].reason if one.code in before else "",
        )
        for one in in_force
        if one.pk not in there
    )


def _make(row: Decision, by: Any, on: datetime.date) -> None:
    """Final: what it rested on is kept with it, its conditions begin, and what it replaces goes."""
    application = row.application
    in_force = terms().on(application.office_id, on)
    support = application.supports.order_by("-pk").first()
    economy = application.economies.order_by("-pk").first()
    conditions = drafted_conditions(row)
    row.facts = {
        **{key: value for key, value in row.facts.items() if key != "conditions"},
        "support": support.pk if support else None,
        "economy": economy.pk if economy else None,
        "policy": in_force.id,
    }
    cite_policies([in_force.id])
    with signed(by):
        Condition.objects.bulk_create(_conditions(row, conditions))
        _replace(row, by, on)
    row.state = DecisionState.FINAL
    row.made_on = on
    row.appeal_body = in_force.values.appeal_body(row.kind)
    _keep(row, by)
    application.state = rules.state_after(row.kind, row.outcome, application.state)
    with signed(by):
        application.save(update_fields=["state"])
    told = {"decision": row.pk, "kind": row.kind, "outcome": row.outcome, "number": row.number}
    note_act(application, "decision_made", told, by=by, on=on)
    touched(application)


def _conditions(row: Decision, drafted: Sequence[NewCondition]) -> list[Condition]:
    """What was met under the decision it replaces is met under this one."""
    before = row.replaces.conditions.all() if row.replaces else []
    settled = {(one.kind, one.what): one for one in before if one.state != ConditionState.OPEN}
    found = []
    for one in drafted:
        new = Condition(
            decision=row, kind=one.kind, what=one.what, party=one.party, due_on=one.due_on
        )
        if old := settled.get((one.kind, one.what)):
            new.state, new.because, new.evidence = old.state, old.because, old.evidence
            new.settled_on, new.settled_by_id = old.settled_on, old.settled_by_id
        found.append(new)
    return found


def _replace(row: Decision, by: Any, on: datetime.date) -> None:
    """The decision that an appeal has changed holds no more, and the appeal has had its way."""
    old = row.replaces
    if old is None:
        return
    old = Decision.objects.select_for_update(of=("self",)).get(pk=old.pk)
    rules.check_step(old.state, DecisionState.REPLACED)
    old.state = DecisionState.REPLACED
    old.version += 1
    old.save(update_fields=["state", "version"])
    appeals = Appeal.objects.select_for_update(of=("self",)).filter(decision=old)
    for appeal in appeals.filter(state__in=(AppealState.RECEIVED, AppealState.SENT_ON)):
        appeal.state = AppealState.CHANGED
        appeal.ended_on = on
        appeal.version += 1
        appeal.save(update_fields=["state", "ended_on", "version"])
        told = {"appeal": appeal.pk, "kind": row.kind}
        note_act(row.application, "appeal_changed", told, by=by, on=on)


def _keep(row: Decision, by: Any) -> None:
    row.version += 1
    with signed(by):
        row.save()


def _tell(row: Decision, what: str, by: Any, on: datetime.date) -> None:
    note_act(row.application, what, {"decision": row.pk, "kind": row.kind}, by=by, on=on)
    touched(row.application)
