"""What a coordination meeting decided about a case: written down here, by whoever holds it."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db import transaction

from arrears.models import CaseDecision, DecisionKind, Party
from arrears.models.referrals import Referral
from arrears.queries.households import household_state
from arrears.rules.decisions import AGAIN, MeetingFacts, check_decision
from arrears.rules.referrals import RUNNING
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.tasks import drop_tasks_about, make_task
from boligsak.rule import RuleBroken

TASK = "decision"
"""The kind of task that a decision with a deadline makes; `about` is "decision:<id>"."""


@transaction.atomic
def record_decision(
    case_id: int,
    kind: str,
    *,
    meeting: str,
    held_on: datetime.date,
    present: Collection[str],
    invited: Collection[str] = (),
    reason: str,
    party: str = Party.WELFARE,
    owner: Any | None = None,
    due_on: datetime.date | None = None,
    again_on: datetime.date | None = None,
    decided_at: datetime.datetime | None = None,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> CaseDecision:
    """Writes down a decision (`DecisionKind`) of a meeting that was held on `held_on`.

    `meeting` is the meeting's own reference, `present` and `invited` the parties. With a deadline
    (`due_on`, or `again_on` for a case to be taken up again) it becomes a task of `owner` or of
    `party`. `decided_at` is the moment it was said, where that is not now: minutes may be closed
    the day after, and what was entered in between the meeting did not know of. The case is no
    longer marked for the meeting. Raises `RuleBroken` as `at_work` and `check_decision` do,
    "decision.kind", or "decision.recorded" when this meeting has decided the same already.
    """
    case = at_work(case_id, by=by, version=version)
    if kind not in DecisionKind.values:
        raise RuleBroken("decision.kind", kind=kind)
    facts = MeetingFacts(meeting.strip(), held_on, frozenset(present), frozenset(invited))
    check_decision(
        kind,
        facts,
        reason=reason,
        due_on=due_on,
        again_on=again_on,
        opened_on=case.opened_on,
        on=on,
    )
    same = case.decisions.filter(
        kind=kind, meeting=facts.name, held_on=held_on, withdrawn_on__isnull=True
    )
    if same.exists():
        raise RuleBroken("decision.recorded", meeting=facts.name, held_on=held_on)
    row = CaseDecision.objects.create(
        case=case,
        kind=kind,
        meeting=facts.name,
        held_on=held_on,
        welfare_present=Party.WELFARE in facts.present,
        landlord_present=Party.LANDLORD in facts.present,
        housing_unit_invited=Party.HOUSING_UNIT in facts.asked,
        reason=reason.strip(),
        household=household_state(case.lease),
        party=party,
        owner=owner,
        due_on=due_on,
        again_on=again_on if kind == AGAIN else None,
        by=by,
        **({"entered_at": decided_at} if decided_at is not None else {}),
    )
    if deadline := row.again_on or due_on:
        make_task(
            kind=TASK,
            due_on=deadline,
            by=by,
            on=on,
            case=case,
            facts={"decision": kind, "held_on": held_on.isoformat()},
            about=f"decision:{row.pk}",
            owner=owner,
            party=party,
        )
    if case.for_meeting_on is not None:
        case.for_meeting_on = None
        case.save(update_fields=["for_meeting_on"])
        note_act(case, "not_for_meeting", by=by, on=on, facts={"decision": kind})
    touched(case)
    return row


@transaction.atomic
def withdraw_decision(
    decision_id: int, *, because: str, by: Any, on: datetime.date, version: int | None = None
) -> CaseDecision:
    """Takes a decision back. It stays in the file, and nothing can rest on it any more.

    `version` is the case's. Raises `RuleBroken` as `at_work` does, "decision.no_because",
    "decision.withdrawn" (withdrawn_on), or "decision.referral_runs" while a referral rests on it.
    """
    case_id = CaseDecision.objects.values_list("case_id", flat=True).get(pk=decision_id)
    case = at_work(case_id, by=by, version=version)
    row = CaseDecision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if not because.strip():
        raise RuleBroken("decision.no_because")
    if row.withdrawn_on is not None:
        raise RuleBroken("decision.withdrawn", withdrawn_on=row.withdrawn_on)
    running = Referral.objects.filter(decision=row, state__in=[*map(str, RUNNING)])
    if running.exists():
        raise RuleBroken("decision.referral_runs")
    row.withdrawn_on, row.withdrawn_by, row.withdrawn_because = on, by, because.strip()
    row.save(update_fields=["withdrawn_on", "withdrawn_by", "withdrawn_because"])
    drop_tasks_about(TASK, f"decision:{row.pk}", reason=row.withdrawn_because, by=by, on=on)
    touched(case)
    return row
