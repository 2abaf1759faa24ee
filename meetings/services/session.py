"""A meeting in session: who is there, who holds the pen, and what is said and decided.

Everything that the screen calls saved has been committed. One person holds the pen; whoever takes
it over says so, and the other's next word is refused, not lost.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from arrears.models import DecisionKind, Party
from boligsak import dates
from boligsak.rule import RuleBroken
from meetings.models import (
    AgendaItem,
    Attendance,
    ItemState,
    Meeting,
    MeetingState,
    Presence,
)
from meetings.queries.session import hidden_items, may_decide
from meetings.rules.session import AGAIN, REFERRALS, check_opening, check_state
from meetings.services.series import Invited


@transaction.atomic
def open_meeting(meeting_id: int, *, by: Any, on: datetime.date) -> Meeting:
    """Begins the meeting; whoever opens it holds the pen. Opening it again changes nothing.

    Raises `RuleBroken` "meeting.office", "session.state" or "session.too_early".
    """
    meeting = _locked(meeting_id, by)
    if meeting.state == MeetingState.RUNNING:
        return meeting
    check_state(meeting.state, MeetingState.RUNNING)
    check_opening(meeting.held_on, on)
    meeting.state, meeting.opened_at = MeetingState.RUNNING, dates.now()
    meeting.secretary, meeting.secretary_since = by, dates.now()
    meeting.version += 1
    meeting.save()
    return meeting


@transaction.atomic
def take_pen(meeting_id: int, *, by: Any) -> Meeting:
    """Takes over as secretary. Raises `RuleBroken` "meeting.office" or "session.not_running"."""
    meeting = _running(meeting_id, by)
    if meeting.secretary_id != by.pk:
        meeting.secretary, meeting.secretary_since = by, dates.now()
        meeting.version += 1
        meeting.save()
    return meeting


@transaction.atomic
def set_presence(attendance_id: int, presence: str, *, by: Any) -> Attendance:
    """Somebody came, or did not. Raises as `at_pen` does, or `RuleBroken("session.presence")`."""
    meeting_id = Attendance.objects.values_list("meeting_id", flat=True).get(pk=attendance_id)
    set_presences(meeting_id, {attendance_id: presence}, by=by)
    return Attendance.objects.get(pk=attendance_id)


@transaction.atomic
def set_presences(meeting_id: int, presences: Mapping[int, str], *, by: Any) -> int:
    """Who came and who did not, by attendance id. Returns how many were changed.

    Raises as `at_pen` does, or `RuleBroken("session.presence")` for a word that is none.
    """
    meeting = at_pen(meeting_id, by)
    if not set(presences.values()) <= set(Presence.values):
        raise RuleBroken("session.presence")
    rows = meeting.attendances.select_for_update(of=("self",)).filter(pk__in=list(presences))
    changed = 0
    for row in rows.order_by("pk"):
        if row.presence != presences[row.pk]:
            row.presence = presences[row.pk]
            row.save(update_fields=["presence"])
            changed += 1
    return changed


@transaction.atomic
def let_in(meeting_id: int, guest: Invited, *, by: Any, on: datetime.date) -> Attendance:
    """Somebody came who was not on the list. Raises as `at_pen`, or "session.nobody"."""
    meeting = at_pen(meeting_id, by)
    if guest.user_id is None and not guest.guest.strip():
        raise RuleBroken("session.nobody")
    if guest.party not in Party.values:
        raise RuleBroken("session.nobody")
    user_id: Any = guest.user_id
    row, _ = Attendance.objects.get_or_create(
        meeting=meeting,
        user_id=user_id,
        guest=guest.guest.strip(),
        defaults={"party": guest.party, "email": guest.email, "invited_on": on},
    )
    row.presence = Presence.PRESENT
    row.save(update_fields=["presence"])
    return row


@dataclass(frozen=True, slots=True)
class Words:
    """What is written about an item, for all three parties. A decision may be half made while it
    is typed: what it needs is asked when the meeting is closed, but one to refer asks for the
    parties at once."""

    note: str = ""
    decision: str = ""
    reason: str = ""
    party: str = ""
    owner_id: int | None = None
    due_on: datetime.date | None = None
    again_on: datetime.date | None = None


@transaction.atomic
def save_item(item_id: int, words: Words, *, version: int, by: Any) -> AgendaItem:
    """Keeps what is written about an item. What it returns is committed when this returns.

    Raises `RuleBroken` as `at_pen` does, "session.changed" (version, saved_at: somebody wrote
    meanwhile), "session.dropped", "session.decision", "session.masked" (number: by does not see
    whose case it is, and decides nothing about it), "session.not_yours" (by is disqualified from
    it), or "session.parties" for a referral without
    landlord and welfare office in the room or the housing unit invited.
    """
    item = _at_item(item_id, by)
    if item.version != version:
        raise RuleBroken("session.changed", version=item.version, saved_at=item.saved_at)
    _check_decision(item, words.decision, by)
    _write(item, words)
    return item


@transaction.atomic
def save_as_typed(
    item_id: int, words: Words, *, version: int, by: Any
) -> tuple[AgendaItem, RuleBroken | None]:
    """Keeps all that can be kept: a decision that is refused stays as it was, the rest is saved.

    A note must not be lost because the landlord has left the room. Returns the item and why the
    decision was refused. Raises as `save_item` does, but for "session.decision",
    "session.masked" and "session.parties".
    """
    item = _at_item(item_id, by)
    if item.version != version:
        raise RuleBroken("session.changed", version=item.version, saved_at=item.saved_at)
    refused = None
    try:
        _check_decision(item, words.decision, by)
    except RuleBroken as broken:
        refused = broken
        words = replace(words, decision=item.decision)
    _write(item, words)
    return item, refused


@transaction.atomic
def save_social_note(item_id: int, text: str, *, was: str, by: Any) -> AgendaItem:
    """Keeps what is for the welfare side only. It takes no pen: it is in no minutes.

    `was` is the text the form was opened on. Raises `RuleBroken` "meeting.office",
    "session.not_running", "session.not_yours", "session.dropped", or "session.changed".
    """
    meeting_id = AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item_id)
    _running(meeting_id, by)
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    if item.case is None or not by.has_perm("tenants.view_social") or not may_decide(item.case, by):
        raise RuleBroken("session.not_yours")
    if item.state == ItemState.DROPPED:
        raise RuleBroken("session.dropped")
    if _lines(item.social_note) != _lines(was):
        raise RuleBroken("session.changed", version=item.version, saved_at=None)
    item.social_note = text.strip()
    item.state = _state(item)
    # The version stays: whoever writes on the screen has not been overtaken by this.
    item.save(update_fields=["social_note", "state"])
    return item


def _at_item(item_id: int, by: Any) -> AgendaItem:
    meeting_id = AgendaItem.objects.values_list("meeting_id", flat=True).get(pk=item_id)
    meeting = at_pen(meeting_id, by)
    item = AgendaItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    if item.state == ItemState.DROPPED:
        raise RuleBroken("session.dropped")
    if hidden_items([item], by):
        raise RuleBroken("session.not_yours")
    item.meeting = meeting
    return item


def _check_decision(item: AgendaItem, decision: str, by: Any) -> None:
    if not decision:
        return
    if decision not in DecisionKind.values or item.case is None:
        raise RuleBroken("session.decision")
    if not may_decide(item.case, by):
        raise RuleBroken("session.masked", number=item.case.number)
    if decision in REFERRALS:
        present, asked = parties(item.meeting)
        if not {Party.WELFARE, Party.LANDLORD} <= present or Party.HOUSING_UNIT not in asked:
            raise RuleBroken("session.parties", present=sorted(present), asked=sorted(asked))


def _write(item: AgendaItem, words: Words) -> None:
    item.note = words.note
    item.decision, item.reason = words.decision, words.reason
    item.party, item.owner_id = words.party, words.owner_id
    item.due_on = words.due_on
    item.again_on = words.again_on if words.decision == AGAIN else None
    item.state = _state(item)
    item.version += 1
    item.saved_at = dates.now()
    item.save()


def _state(item: AgendaItem) -> str:
    is_taken_up = bool(item.note.strip() or item.social_note.strip() or item.decision)
    return ItemState.DISCUSSED if is_taken_up else ItemState.WAITING


def _lines(text: str) -> list[str]:
    """The text as it is, whatever a browser ends its lines with."""
    return text.strip().splitlines()


def parties(meeting: Meeting) -> tuple[frozenset[str], frozenset[str]]:
    """Which parties are in the room, and which were asked to come.

    Who is put on the list on the day itself has been asked only when they came: nobody invites the
    housing unit by writing it down in the meeting and marking it absent.
    """
    rows = list(meeting.attendances.values_list("party", "presence", "invited_on"))
    present = frozenset(party for party, presence, _ in rows if presence == Presence.PRESENT)
    before = {party for party, _, invited_on in rows if invited_on < meeting.held_on}
    return present, present | before


def at_pen(meeting_id: int, by: Any) -> Meeting:
    """The running meeting, locked, for whoever holds its pen.

    Raises `RuleBroken` "meeting.office", "session.not_running" (state) or "session.pen" (name,
    since: who has taken over).
    """
    meeting = _running(meeting_id, by)
    if meeting.secretary_id != by.pk:
        holder = meeting.secretary
        raise RuleBroken("session.pen", name=str(holder or ""), since=meeting.secretary_since)
    return meeting


def _running(meeting_id: int, by: Any) -> Meeting:
    meeting = _locked(meeting_id, by)
    if meeting.state != MeetingState.RUNNING:
        raise RuleBroken("session.not_running", state=meeting.state)
    return meeting


def _locked(meeting_id: int, by: Any) -> Meeting:
    rows = Meeting.objects.select_for_update(of=("self",)).visible_to(by)
    meeting = rows.filter(pk=meeting_id).first()
    if meeting is None:
        raise RuleBroken("meeting.office")
    return meeting
