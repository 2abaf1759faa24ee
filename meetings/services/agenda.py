"""The agenda: filled by itself, then ordered, added to and cut by a person."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from arrears.models import Case
from boligsak.rule import RuleBroken
from meetings.models import (
    AgendaItem,
    IssueState,
    ItemState,
    Meeting,
    MeetingState,
    SystemIssue,
)
from meetings.queries.agenda_facts import case_facts
from meetings.rules.agenda import ORDER, Reason, order, reasons

SOON = datetime.timedelta(days=7)
OPEN_STATES = (MeetingState.PLANNED, MeetingState.RUNNING)


def fill_agendas(day: datetime.date) -> dict[str, int]:
    """Brings the agendas of the coming week up to date. Safe to run again."""
    coming = Meeting.objects.filter(
        state=MeetingState.PLANNED, held_on__gte=day, held_on__lte=day + SOON
    )
    ids = list(coming.order_by("held_on", "pk").values_list("pk", flat=True))
    return {
        "meetings": len(ids),
        "items": sum(fill_agenda(meeting_id, by=None, on=day) for meeting_id in ids),
    }


@transaction.atomic
def fill_agenda(meeting_id: int, *, by: Any, on: datetime.date) -> int:
    """Puts on the agenda what belongs there and is not there yet. Returns how many came.

    What stands there keeps its place; its reasons are brought up to date. What somebody took off
    stays off. `by` None is the night. Raises `RuleBroken` as `at_agenda` does.
    """
    meeting = at_agenda(meeting_id, by=by)
    next_on = (
        Meeting.objects.filter(
            office=meeting.office_id,
            state=MeetingState.PLANNED,
            held_on__gt=meeting.held_on,
        )
        .order_by("held_on")
        .values_list("held_on", flat=True)
        .first()
    )
    ids = list(
        Case.objects.open()
        .filter(office=meeting.office_id)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    facts = case_facts(ids, meeting.held_on)
    why = {
        case_id: found
        for case_id in ids
        if (found := reasons(facts[case_id], held_on=meeting.held_on, next_on=next_on))
    }
    there = {item.case_id: item for item in meeting.items.exclude(case=None)}
    for case_id, item in there.items():
        _renew(item, why.get(case_id, {}))
    place = meeting.items.aggregate(last=Max("position"))["last"] or 0
    new = [case_id for case_id in order(list(why.items())) if case_id not in there]
    items = [
        AgendaItem(
            meeting=meeting,
            case_id=case_id,
            reasons=[str(reason) for reason in ORDER if reason in why[case_id]],
            facts={str(reason): told for reason, told in why[case_id].items()},
            position=place + number,
        )
        for number, case_id in enumerate(new, start=1)
    ]
    items += _issues(meeting, place + len(items))
    AgendaItem.objects.bulk_create(items)
    Meeting.objects.filter(pk=meeting.pk).update(agenda_made_at=Now())
    return len(items)


def _renew(item: AgendaItem, why: dict[Reason, dict[str, Any]]) -> None:
    """The reasons of today; that somebody added it by hand is not forgotten."""
    if item.state != ItemState.WAITING:
        return
    kept = [reason for reason in item.reasons if reason == Reason.ADDED]
    fresh = [str(reason) for reason in ORDER if reason in why] + kept
    facts = {str(reason): told for reason, told in why.items()}
    if fresh and (fresh != item.reasons or facts != item.facts):
        item.reasons, item.facts = fresh, facts
        item.save(update_fields=["reasons", "facts"])


def _issues(meeting: Meeting, place: int) -> list[AgendaItem]:
    """The system issues of the office and of all offices that are not solved."""
    there = meeting.items.exclude(issue=None).values_list("issue_id", flat=True)
    open_issues = SystemIssue.objects.filter(
        state__in=[IssueState.OPEN, IssueState.WORKING]
    ).exclude(pk__in=list(there))
    rows = open_issues.filter(office=meeting.office_id) | open_issues.filter(office=None)
    return [
        AgendaItem(
            meeting=meeting,
            issue=issue,
            reasons=[str(Reason.ISSUE)],
            position=place + number,
        )
        for number, issue in enumerate(rows.order_by("due_on", "pk"), start=1)
    ]


@transaction.atomic
def add_case(meeting_id: int, case_id: int, *, by: Any, on: datetime.date) -> AgendaItem:
    """Puts a case on the agenda by hand, last. One that was taken off comes back.

    Raises `RuleBroken` as `at_agenda` does, "agenda.no_case" (not visible, or closed),
    "agenda.other_office" or "agenda.there_already".
    """
    meeting = at_agenda(meeting_id, by=by)
    case = Case.objects.visible_to(by).open().filter(pk=case_id).first()
    if case is None:
        raise RuleBroken("agenda.no_case")
    if case.office_id != meeting.office_id:
        raise RuleBroken("agenda.other_office", office=case.office.name)
    item = meeting.items.select_for_update(of=("self",)).filter(case=case).first()
    if item is not None and item.state != ItemState.DROPPED:
        raise RuleBroken("agenda.there_already", number=case.number)
    place = (meeting.items.aggregate(last=Max("position"))["last"] or 0) + 1
    if item is None:
        return AgendaItem.objects.create(
            meeting=meeting, case=case, reasons=[str(Reason.ADDED)], position=place, added_by=by
        )
    item.state, item.dropped_because, item.position = ItemState.WAITING, "", place
    item.reasons = [*(one for one in item.reasons if one != Reason.ADDED), str(Reason.ADDED)]
    item.version += 1
    item.save()
    return item


@transaction.atomic
def drop_item(item_id: int, *, reason: str, version: int, by: Any, on: datetime.date) -> AgendaItem:
    """Takes something off the agenda; it does not come back by itself to this meeting.

    Raises `RuleBroken` as `at_agenda` does, "agenda.no_reason", "agenda.changed" or
    "agenda.taken_up".
    """
    item = at_item(item_id, version=version, by=by)
    if not reason.strip():
        raise RuleBroken("agenda.no_reason")
    if item.state != ItemState.WAITING:
        raise RuleBroken("agenda.taken_up")
    item.state, item.dropped_because = ItemState.DROPPED, reason.strip()
    item.version += 1
    item.save()
    return item


@transaction.atomic
def move_item(item_id: int, *, to_place: int, by: Any, on: datetime.date) -> Sequence[int]:
    """Puts an item at a place (1: first) among those that are not taken off.

    Returns the ids in their new order. A place beyond the ends is the end.
    """
    item = at_item(item_id, version=None, by=by)
    ids = list(
        item.meeting.items.exclude(state=ItemState.DROPPED)
        .order_by("position", "pk")
        .values_list("pk", flat=True)
    )
    if item.pk not in ids:
        raise RuleBroken("agenda.dropped")
    ids.remove(item.pk)
    ids.insert(max(0, min(to_place - 1, len(ids))), item.pk)
    for place, pk in enumerate(ids, start=1):
        AgendaItem.objects.filter(pk=pk).exclude(position=place).update(position=place)
    return ids


def at_agenda(meeting_id: int, *, by: Any) -> Meeting:
    """The meeting, locked, whose agenda is to be changed. `by` None is the night.

    Raises `RuleBroken` "meeting.office" or "agenda.closed" (state).
    """
    rows = Meeting.objects.select_for_update(of=("self",))
    if by is not None:
        rows = rows.visible_to(by)
    meeting = rows.filter(pk=meeting_id).first()
    if meeting is None:
        raise RuleBroken("meeting.office")
    if meeting.state not in OPEN_STATES:
        raise RuleBroken("agenda.closed", state=meeting.state)
    return meeting


def at_item(item_id: int, *, version: int | None, by: Any) -> AgendaItem:
    """The item, locked after its meeting. Raises as `at_agenda`, and "agenda.changed"."""
    meeting_id = AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item_id)
    meeting = at_agenda(meeting_id, by=by)
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    if version is not None and item.version != version:
        raise RuleBroken("agenda.changed")
    item.meeting = meeting
    return item
