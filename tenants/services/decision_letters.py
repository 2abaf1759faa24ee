"""Letters about an application's decisions: the decision itself, the preliminary answer, appeals.

A letter goes to the applicant and in copy to a guardian. A decision is notified on the day its
letter was sent, and from that day the time to appeal runs.
"""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import translation

from boligsak.dates import add_months
from boligsak.letters import registry
from boligsak.letters.models import Channel, DispatchState, Document
from boligsak.letters.services.outbox import send
from boligsak.letters.services.writing import preview, write
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from tenants import letter_kinds
from tenants.models import (
    Appeal,
    Application,
    ApplicationState,
    Decision,
    DecisionKind,
    DecisionState,
    Guardianship,
)
from tenants.queries.addressees import Addressee, addressee
from tenants.queries.conditions import open_conditions
from tenants.queries.decisions import answers_of
from tenants.queries.terms import terms
from tenants.rules.clocks import appeal_by
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.decisions import drafted_conditions, lock_decision
from tenants.services.history import signed
from tenants.services.letters import application_folder, guardian_copy, party_of
from tenants.words import decision_letters as words

SOURCE, PRELIMINARY_SOURCE = "decision", "preliminary"

_LONGEST_WAIT_MONTHS = 12
"""A decision that is promised for later than this is promised for a mistyped year."""

KINDS = {
    DecisionKind.HOUSING_HELP: letter_kinds.HOUSING_HELP,
    DecisionKind.ALLOCATION: letter_kinds.ALLOCATION,
}

ON_ITS_WAY = (
    DispatchState.WAITING,
    DispatchState.TAKEN,
    DispatchState.SENT,
    DispatchState.UNCERTAIN,
)


@transaction.atomic
def notify(decision_id: int, *, channel: str, version: int, by: Any, on: datetime.date) -> Decision:
    """Writes the decision's letter, journals it, and puts it in the outbox; one that is handed
    over is notified at once.

    Raises `RuleBroken` as `lock_decision` and `write` do, "decision.not_made" (state),
    "decision.notified" (notified_on), or "decision.letter_waits" while one is on its way.
    """
    row = lock_decision(decision_id, version, by, must_be_open=False)
    if row.state != DecisionState.FINAL:
        raise RuleBroken("decision.not_made", state=row.state)
    if row.notified_on is not None:
        raise RuleBroken("decision.notified", notified_on=row.notified_on)
    if is_on_its_way(row):
        raise RuleBroken("decision.letter_waits")
    to = _applicant(row.application, on)
    document = write(
        KINDS[DecisionKind(row.kind)],
        folder=application_folder(row.application, on),
        fields=decision_fields(row, to, on),
        to=party_of(to),
        copies=_copies(to, on),
        office_id=row.application.office_id,
        language=to.language,
        source=SOURCE,
        source_id=row.pk,
        is_social=row.kind == DecisionKind.HOUSING_HELP,
        by=by,
        on=on,
    )
    row.document = document
    _sent_by(document, channel, by, on)
    row.version += 1
    with signed(by):
        row.save(update_fields=["document", "version"])
    if channel == Channel.HAND:
        _notified(row, on, by)
    return row


def preview_decision(row: Decision, *, by: Any, on: datetime.date) -> bytes:
    """The letter as it would be today, as PDF. Nothing is written down; raises as `write` does."""
    to = _applicant(row.application, on)
    return preview(
        KINDS[DecisionKind(row.kind)],
        reference=row.application.number,
        fields=decision_fields(row, to, on),
        to=party_of(to),
        office_id=row.application.office_id,
        language=to.language,
        by=by,
        on=on,
    )


def is_on_its_way(row: Decision) -> bool:
    """Whether a letter about it waits or has been sent. One that came back is written anew."""
    document = row.document
    return document is not None and document.dispatches.filter(state__in=ON_ITS_WAY).exists()


def decision_sent(document: Document, sent_on: datetime.date, proof: str, by: Any) -> None:
    """The letter went: the decision is notified, and three weeks to appeal begin."""
    row = lock_decision(document.source_id or 0, None, None, must_be_open=False)
    if row.notified_on is None and row.document_id == document.pk:
        _notified(row, sent_on, by)


def may_be_sent(document: Document, on: datetime.date) -> None:
    """Raises `RuleBroken("decision.replaced")` for a decision that holds no more."""
    row = Decision.objects.get(pk=document.source_id or 0)
    if row.state != DecisionState.FINAL:
        raise RuleBroken("decision.replaced")


@transaction.atomic
def send_preliminary_answer(
    application_id: int,
    *,
    why: str,
    expected_on: datetime.date,
    channel: str,
    version: int,
    by: Any,
    on: datetime.date,
) -> Document:
    """Forvaltningsloven § 11 a: tells why it takes time and when a decision can be expected.

    Raises `RuleBroken` as `at_work` and `write` do, "preliminary.not_received",
    "preliminary.decided", "preliminary.past" (today), "preliminary.far" (last_on) or
    "preliminary.no_reason".
    """
    application = at_work(application_id, by=by, version=version)
    if application.received_on is None or application.state == ApplicationState.DRAFT:
        raise RuleBroken("preliminary.not_received")
    if application.state != ApplicationState.RECEIVED:
        raise RuleBroken("preliminary.decided")
    if not why.strip():
        raise RuleBroken("preliminary.no_reason")
    if expected_on <= on:
        raise RuleBroken("preliminary.past", today=on)
    if expected_on > (last_on := add_months(on, _LONGEST_WAIT_MONTHS)):
        raise RuleBroken("preliminary.far", last_on=last_on)
    to = _applicant(application, on)
    with translation.override(to.language):
        fields = {
            "application": application.number,
            "received_on": str(format_day(application.received_on)),
            "why": why.strip(),
            "expected_on": str(format_day(expected_on)),
        }
    document = write(
        letter_kinds.PRELIMINARY,
        folder=application_folder(application, on),
        fields=fields,
        to=party_of(to),
        copies=_copies(to, on),
        office_id=application.office_id,
        language=to.language,
        source=PRELIMINARY_SOURCE,
        source_id=application.pk,
        by=by,
        on=on,
    )
    application.decision_expected_on = expected_on
    with signed(by):
        application.save(update_fields=["decision_expected_on"])
    told = {"expected_on": expected_on.isoformat(), "document": document.pk}
    note_act(application, "preliminary_written", told, by=by, on=on)
    touched(application)
    _sent_by(document, channel, by, on)
    if channel == Channel.HAND:
        _answered(application, on, by)
    return document


def preliminary_sent(document: Document, sent_on: datetime.date, proof: str, by: Any) -> None:
    """The preliminary answer went: its clock stops."""
    application = at_work(document.source_id or 0, by=None, must_be_open=False)
    _answered(application, sent_on, by)


def write_about_appeal(
    kind: str,
    appeal: Appeal,
    fields: Callable[[], Mapping[str, str]],
    *,
    channel: str,
    by: Any,
    on: datetime.date,
) -> Document:
    """A letter to the appellant about an appeal, put in the outbox. Its decision and application
    are those the caller holds; `fields` is asked in the reader's language. Raises as `write`."""
    decision = appeal.decision
    application = decision.application
    to = _applicant(application, on)
    with translation.override(to.language):
        said = {
            "decision": decision.number,
            "made_on": str(format_day(decision.made_on)),
            "appeal_received_on": str(format_day(appeal.received_on)),
            **fields(),
        }
    document = write(
        kind,
        folder=application_folder(application, on),
        fields=said,
        to=party_of(to),
        copies=_copies(to, on),
        office_id=application.office_id,
        language=to.language,
        source="appeal",
        source_id=appeal.pk,
        is_social=decision.kind == DecisionKind.HOUSING_HELP,
        by=by,
        on=on,
    )
    _sent_by(document, channel, by, on)
    return document


@transaction.atomic
def remind_of_conditions(
    application_id: int, *, channel: str, version: int, by: Any, on: datetime.date
) -> Document:
    """A letter that says which conditions are not met yet, and by when they should be.

    Raises `RuleBroken` as `at_work` and `write` do, or "condition.none_open".
    """
    application = at_work(application_id, by=by, version=version)
    waiting = open_conditions(application_id)
    if not waiting:
        raise RuleBroken("condition.none_open")
    to = _applicant(application, on)
    days = [one.due_on for one in waiting if one.due_on is not None]
    with translation.override(to.language):
        fields = {
            "application": application.number,
            "received_on": str(format_day(application.received_on)),
            "decision": waiting[0].decision.number,
            "conditions": registry.items([words.condition(one) for one in waiting]),
            "due_on": str(format_day(max(days))) if days else "",
        }
    document = write(
        letter_kinds.CONDITION_REMINDER,
        folder=application_folder(application, on),
        fields=fields,
        to=party_of(to),
        copies=_copies(to, on),
        office_id=application.office_id,
        language=to.language,
        source="conditions",
        source_id=application.pk,
        by=by,
        on=on,
    )
    note_act(application, "condition_reminded", {"document": document.pk}, by=by, on=on)
    touched(application)
    _sent_by(document, channel, by, on)
    return document


def decision_fields(row: Decision, to: Addressee, on: datetime.date) -> dict[str, str]:
    """What the letter about a decision says, in the reader's language."""
    application = row.application
    policy = terms().policy(application.office_id, row.made_on or on)
    responsible = row.approved_by or application.owner or row.by
    with translation.override(to.language):
        return {
            "application": application.number,
            "received_on": str(format_day(application.received_on)),
            "decision": row.number,
            "made_on": str(format_day(row.made_on or on)),
            "outcome": words.outcome(row.kind, row.outcome),
            "content": row.content or words.content_of(row.outcome),
            "rules": registry.items(words.criteria(answers_of(row.pk), row.outcome)),
            "reasons": words.reasons(row),
            "participation": row.participation or words.no_participation(row.outcome),
            "conditions": registry.items([words.condition(one) for one in _conditions(row)]),
            "lasts_to": str(format_day(row.lasts_to)) if row.lasts_to else "",
            "appeal_last_on": str(format_day(appeal_by(on, policy))),
            "appeal_body": row.appeal_body or policy.appeal_body(row.kind),
            "handler": str(row.by),
            "responsible": str(responsible),
        }


def _conditions(row: Decision) -> list[Any]:
    if row.state in (DecisionState.FINAL, DecisionState.REPLACED):
        return list(row.conditions.order_by("pk"))
    return list(drafted_conditions(row))


def _applicant(application: Application, on: datetime.date) -> Addressee:
    if application.applicant_id is None:
        raise RuleBroken("decision.no_applicant")
    return addressee(application.applicant_id, on)


def _copies(to: Addressee, on: datetime.date) -> list[Any]:
    """The guardian with a mandate on the day."""
    rows = Guardianship.objects.filter(person=to.person_id, from_on__lte=on).exclude(to_on__lt=on)
    return [guardian_copy(row) for row in rows.order_by("pk")]


def _sent_by(document: Document, channel: str, by: Any, on: datetime.date) -> None:
    if channel != Channel.HAND:
        send(document, channel=channel, by=by, on=on)


def _notified(row: Decision, sent_on: datetime.date, by: Any) -> None:
    """The letter names a last day to appeal; one that was sent later gives more time, not less."""
    policy = terms().policy(row.application.office_id, row.made_on or sent_on)
    row.notified_on = sent_on
    row.appeal_last_on = appeal_by(sent_on, policy)
    row.version += 1
    with signed(by):
        row.save(update_fields=["notified_on", "appeal_last_on", "version"])
    told = {
        "decision": row.pk,
        "kind": row.kind,
        "appeal_last_on": row.appeal_last_on.isoformat(),
    }
    note_act(row.application, "decision_notified", told, by=by, on=sent_on)
    touched(row.application)


def _answered(application: Application, sent_on: datetime.date, by: Any) -> None:
    if application.preliminary_sent_on is not None:
        return
    application.preliminary_sent_on = sent_on
    with signed(by):
        application.save(update_fields=["preliminary_sent_on"])
    expected_on = application.decision_expected_on
    told = {"expected_on": expected_on.isoformat() if expected_on else None}
    note_act(application, "preliminary_sent", told, by=by, on=sent_on)
    touched(application)
