"""Appeals against decisions: registered, looked at again, sent on, and what came of them.

Never a complaint about a tenant. Locks: the application, the decision, the appeal.
"""

import datetime
from typing import Any

from django.db import IntegrityError, transaction

from boligsak.letters.models import Document
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from tenants import letter_kinds
from tenants.models import Appeal, AppealState, Decision, DecisionKind, DecisionState
from tenants.queries.terms import terms
from tenants.rules import appeals as rules
from tenants.rules.clocks import appeal_limit, preliminary_by
from tenants.services.applications.base import note_act, touched
from tenants.services.decision_letters import write_about_appeal
from tenants.services.decisions import lock_decision, start_decision
from tenants.services.history import signed
from tenants.words.appeals import late_in_letter, result_in_letter

NO_LETTER = ""


@transaction.atomic
def register_appeal(
    decision_id: int,
    *,
    received_on: datetime.date,
    grounds: str,
    channel: str,
    by: Any,
    on: datetime.date,
    late_because: str = "",
    version: int | None = None,
) -> Appeal:
    """An appeal has come, in time or not. One that is late is registered all the same: whether it
    is heard is the next step. `channel` empty: no letter says that it came.

    Raises `RuleBroken` as `lock_decision`, `check_received` and `write` do, "decision.not_made"
    (state), "decision.not_yours", "appeal.no_grounds" or "appeal.open" while one is open already.
    """
    decision = lock_decision(decision_id, version, by, must_be_open=False)
    _check_yours(decision, by)
    if decision.state != DecisionState.FINAL or decision.made_on is None:
        raise RuleBroken("decision.not_made", state=decision.state)
    if not grounds.strip():
        raise RuleBroken("appeal.no_grounds")
    rules.check_received(received_on, decision.made_on, on)
    try:
        with transaction.atomic(), signed(by):
            row = Appeal.objects.create(
                decision=decision,
                received_on=received_on,
                grounds=grounds.strip(),
                is_late=rules.is_late(received_on, decision.appeal_last_on),
                late_because=late_because.strip(),
                by=by,
            )
    except IntegrityError as taken:
        raise RuleBroken("appeal.open") from taken
    _tell(row, "appeal_received", by, on)
    if channel:
        policy = terms().policy(decision.application.office_id, received_on)
        expected_on = str(format_day(preliminary_by(received_on, policy)))
        write_about_appeal(
            letter_kinds.APPEAL_RECEIVED,
            row,
            lambda: {"expected_on": expected_on, "late": late_in_letter(row)},
            channel=channel,
            by=by,
            on=on,
        )
    return row


@transaction.atomic
def change_on_appeal(
    appeal_id: int,
    *,
    assessment: str,
    version: int,
    by: Any,
    on: datetime.date,
    late_because: str = "",
) -> Decision:
    """Looked at again, and the decision is to be changed: a new draft starts where the old one
    stands. The appeal has had its way when the new decision is made.

    Raises `RuleBroken` as `_heard` and `start_decision` do.
    """
    row = _heard(appeal_id, version, assessment, late_because, by, on)
    rules.check_step(row.state, AppealState.CHANGED)
    _keep(row, by)
    new = start_decision(
        row.decision.application_id, row.decision.kind, by=by, on=on, replaces=row.decision
    )
    _tell(row, "appeal_to_be_changed", by, on)
    return new


@transaction.atomic
def send_on(
    appeal_id: int,
    *,
    assessment: str,
    channel: str,
    version: int,
    by: Any,
    on: datetime.date,
    late_because: str = "",
) -> Appeal:
    """Fvl. § 33: looked at again and not changed, so the appeal body gets it with the assessment,
    and the appellant a copy of what is said. Raises `RuleBroken` as `_heard` and `write` do."""
    row = _heard(appeal_id, version, assessment, late_because, by, on)
    rules.check_step(row.state, AppealState.SENT_ON)
    row.state = AppealState.SENT_ON
    row.sent_on = on
    _keep(row, by)
    _tell(row, "appeal_sent_on", by, on)
    if channel:
        fields = {
            "sent_on": str(format_day(on)),
            "appeal_body": row.decision.appeal_body,
            "assessment": row.assessment,
        }
        write_about_appeal(
            letter_kinds.APPEAL_SENT_ON, row, lambda: fields, channel=channel, by=by, on=on
        )
    return row


@transaction.atomic
def reject_appeal(
    appeal_id: int, *, because: str, channel: str, version: int, by: Any, on: datetime.date
) -> Appeal:
    """Fvl. § 31: it came too late, and there is no reason to hear it all the same.

    Raises `RuleBroken` as `lock_appeal` and `write` do, "appeal.step", "appeal.in_time" or
    "appeal.no_result".
    """
    row = lock_appeal(appeal_id, version, by)
    rules.check_step(row.state, AppealState.REJECTED)
    rules.check_rejected(row.is_late, row.state)
    return _end(row, AppealState.REJECTED, because, channel, by, on)


@transaction.atomic
def note_result(
    appeal_id: int,
    *,
    result: str,
    text: str,
    ended_on: datetime.date,
    channel: str,
    version: int,
    by: Any,
    on: datetime.date,
) -> Appeal:
    """What the appeal body said. "changed" starts a new decision in the old one's place; the
    appeal ends when that is made.

    Raises `RuleBroken` as `lock_appeal`, `start_decision` and `write` do, "appeal.step",
    "appeal.not_yet" (today), "appeal.before_sent" (sent_on) or "appeal.no_result".
    """
    row = lock_appeal(appeal_id, version, by)
    if row.state != AppealState.SENT_ON or row.sent_on is None:
        raise RuleBroken("appeal.step", state=row.state, to=result)
    rules.check_step(row.state, result)
    if ended_on > on:
        raise RuleBroken("appeal.not_yet", today=on)
    if ended_on < row.sent_on:
        raise RuleBroken("appeal.before_sent", sent_on=row.sent_on)
    if result != AppealState.CHANGED:
        return _end(row, result, text, channel, by, ended_on, today=on)
    if not text.strip():
        raise RuleBroken("appeal.no_result")
    row.result = text.strip()
    _keep(row, by)
    start_decision(
        row.decision.application_id, row.decision.kind, by=by, on=on, replaces=row.decision
    )
    _tell(row, "appeal_to_be_changed", by, on)
    return row


@transaction.atomic
def withdraw_appeal(
    appeal_id: int, *, because: str, version: int, by: Any, on: datetime.date
) -> Appeal:
    """The appellant has taken it back. Raises `RuleBroken` as `lock_appeal` does, "appeal.step" or
    "appeal.no_result"."""
    row = lock_appeal(appeal_id, version, by)
    rules.check_step(row.state, AppealState.WITHDRAWN)
    return _end(row, AppealState.WITHDRAWN, because, NO_LETTER, by, on)


def lock_appeal(appeal_id: int, version: int | None, by: Any) -> Appeal:
    """The appeal with its decision and application, locked in that order.

    Raises `RuleBroken` as `lock_decision` does, "decision.not_yours" or "appeal.changed_meanwhile"
    (version, state).
    """
    decision_id = Appeal.objects.values_list("decision_id", flat=True).get(pk=appeal_id)
    decision = lock_decision(decision_id, None, by, must_be_open=False)
    _check_yours(decision, by)
    row = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal_id)
    row.decision = decision
    if version is not None and row.version != version:
        raise RuleBroken("appeal.changed_meanwhile", version=row.version, state=row.state)
    return row


def _check_yours(decision: Decision, by: Any) -> None:
    """Grounds of help are for the welfare side, and so are appeals against it."""
    if decision.kind == DecisionKind.HOUSING_HELP and not by.has_perm("tenants.view_social"):
        raise RuleBroken("decision.not_yours")


def _heard(
    appeal_id: int,
    version: int,
    assessment: str,
    late_because: str,
    by: Any,
    on: datetime.date,
) -> Appeal:
    """The appeal as one that has been looked at again, not saved yet.

    Raises `RuleBroken` as `lock_appeal` and `check_heard` do, "appeal.step" or
    "appeal.no_assessment".
    """
    row = lock_appeal(appeal_id, version, by)
    if row.state != AppealState.RECEIVED:
        raise RuleBroken("appeal.step", state=row.state, to=AppealState.SENT_ON)
    if not assessment.strip():
        raise RuleBroken("appeal.no_assessment")
    row.late_because = late_because.strip() or row.late_because
    decision = row.decision
    made_on = decision.made_on or on
    limit = appeal_limit(made_on, terms().policy(decision.application.office_id, made_on))
    rules.check_heard(row.received_on, row.is_late, row.late_because, limit)
    row.assessment = assessment.strip()
    row.assessed_on = on
    return row


def _end(
    row: Appeal,
    state: str,
    text: str,
    channel: str,
    by: Any,
    on: datetime.date,
    *,
    today: datetime.date | None = None,
) -> Appeal:
    if not text.strip():
        raise RuleBroken("appeal.no_result")
    row.state, row.result, row.ended_on = state, text.strip(), on
    _keep(row, by)
    _tell(row, f"appeal_{state}", by, today or on)
    if channel:
        _write_result(row, channel, by, today or on)
    return row


def _write_result(row: Appeal, channel: str, by: Any, on: datetime.date) -> Document:
    return write_about_appeal(
        letter_kinds.APPEAL_RESULT,
        row,
        lambda: {"result": result_in_letter(row), "reasons": row.result},
        channel=channel,
        by=by,
        on=on,
    )


def _keep(row: Appeal, by: Any) -> None:
    row.version += 1
    with signed(by):
        row.save()


def _tell(row: Appeal, what: str, by: Any, on: datetime.date) -> None:
    application = row.decision.application
    told = {"appeal": row.pk, "decision": row.decision_id, "kind": row.decision.kind}
    note_act(application, what, told, by=by, on=on)
    touched(application)
