"""What people answer for to the gate, debt settlements, and the act of an emergency."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, DebtSettlement, EmergencyAct, GateAnswer
from arrears.rules.gate import ANSWERABLE
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.tasks import make_task
from boligsak.rule import RuleBroken
from tenants.models import LeaseParty


@transaction.atomic
def answer(
    case_id: int,
    condition: str,
    *,
    is_met: bool,
    note: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> GateAnswer:
    """Answers for what the system cannot know (`ANSWERABLE`); the newest answer counts.

    `note` says what was looked into. Raises `RuleBroken` as `at_work` does, "answer.condition" or
    "answer.no_note".
    """
    case = at_work(case_id, by=by, version=version)
    if condition not in ANSWERABLE:
        raise RuleBroken("answer.condition", condition=condition)
    if not note.strip():
        raise RuleBroken("answer.no_note", condition=condition)
    row = GateAnswer.objects.create(
        case=case, condition=condition, is_met=is_met, note=note.strip(), on=on, by=by
    )
    touched(case)
    return row


@transaction.atomic
def register_settlement(
    case_id: int,
    person_id: int,
    *,
    opened_on: datetime.date,
    covers_to: datetime.date,
    note: str = "",
    by: Any,
    on: datetime.date,
) -> DebtSettlement:
    """A gjeldsordning was opened for a tenant: collection of what it covers stops at once.

    `covers_to` is the last due day of the debt it covers. Raises `RuleBroken` as `at_work` does,
    "settlement.not_a_tenant", "settlement.ahead" (opened_on), or "settlement.runs" (opened_on)
    when one runs already.
    """
    case = at_work(case_id, by=by)
    if not LeaseParty.objects.filter(lease_id=case.lease_id, person_id=person_id).exists():
        raise RuleBroken("settlement.not_a_tenant")
    if opened_on > on:
        raise RuleBroken("settlement.ahead", opened_on=opened_on)
    standing = DebtSettlement.objects.filter(person_id=person_id, ended_on__isnull=True).first()
    if standing is not None:
        raise RuleBroken("settlement.runs", opened_on=standing.opened_on)
    row = DebtSettlement.objects.create(
        person_id=person_id, opened_on=opened_on, covers_to=covers_to, note=note.strip(), by=by
    )
    facts = {"opened_on": opened_on.isoformat(), "covers_to": covers_to.isoformat()}
    note_act(case, "settlement", by=by, on=on, facts=facts, note=note.strip())
    touched(case)
    return row


@transaction.atomic
def end_settlement(
    case_id: int, settlement_id: int, *, ended_on: datetime.date, by: Any, on: datetime.date
) -> DebtSettlement:
    """The settlement is over, or was set aside: what it covered can be claimed again, or is gone.

    Raises `RuleBroken` as `at_work` does, "settlement.ended" (ended_on), "settlement.ahead" or
    "settlement.before" (opened_on).
    """
    case = at_work(case_id, by=by)
    row = DebtSettlement.objects.select_for_update(of=("self",)).get(
        pk=settlement_id, person__lease_parties__lease_id=case.lease_id
    )
    if row.ended_on is not None:
        raise RuleBroken("settlement.ended", ended_on=row.ended_on)
    if ended_on > on:
        raise RuleBroken("settlement.ahead", opened_on=ended_on)
    if ended_on < row.opened_on:
        raise RuleBroken("settlement.before", opened_on=row.opened_on)
    row.ended_on = ended_on
    row.version += 1
    row.save(update_fields=["ended_on", "version"])
    note_act(case, "settlement_ended", by=by, on=on, facts={"ended_on": ended_on.isoformat()})
    touched(case)
    return row


@transaction.atomic
def act_in_emergency(
    case_id: int,
    *,
    what: str,
    danger: str,
    reported_to: str,
    reported_on: datetime.date,
    by: Any,
    on: datetime.date,
) -> EmergencyAct:
    """A manager's act because life is in danger. It is named and reported, and opens no gate.

    The case's coordinator is told by a task. Raises `RuleBroken`: "emergency.not_manager",
    "case.not_visible", "emergency.incomplete" (field), "emergency.reported_ahead".
    """
    if not by.has_perm("arrears.act_in_emergency"):
        raise RuleBroken("emergency.not_manager")
    # Not `at_work`: a manager belongs to no party, and danger does not wait for a basis to share.
    if not Case.objects.visible_to(by).filter(pk=case_id).exists():
        raise RuleBroken("case.not_visible")
    case = Case.objects.select_for_update(of=("self",)).select_related("lease").get(pk=case_id)
    told = {"what": what, "danger": danger, "reported_to": reported_to}
    for field, words in told.items():
        if not words.strip():
            raise RuleBroken("emergency.incomplete", field=field)
    if reported_on > on:
        raise RuleBroken("emergency.reported_ahead", reported_on=reported_on)
    row = EmergencyAct.objects.create(
        case=case,
        what=what.strip(),
        danger=danger.strip(),
        on=on,
        reported_to=reported_to.strip(),
        reported_on=reported_on,
        by=by,
    )
    make_task(
        kind="emergency_act",
        due_on=on,
        by=by,
        on=on,
        case=case,
        facts={"on": on.isoformat()},
        about=f"emergency:{row.pk}",
    )
    touched(case)
    return row
