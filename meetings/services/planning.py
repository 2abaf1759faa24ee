"""Putting meetings into the calendar: those of a series, single ones, moved and cancelled ones."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from meetings.models import Attendance, Meeting, MeetingState, Series
from meetings.rules.series import check_day, days

AHEAD = datetime.timedelta(weeks=13)


def plan_meetings(day: datetime.date) -> dict[str, int]:
    """Plans the meetings of every running series for the coming quarter. Safe to run again."""
    running = Series.objects.filter(starts_on__lte=day + AHEAD).exclude(ends_on__lt=day)
    return {"meetings": sum(plan_series(series, day) for series in running.order_by("pk"))}


@transaction.atomic
def plan_series(series: Series, day: datetime.date) -> int:
    """Plans what the series lacks until a quarter from `day` on. Returns how many were added."""
    # One at a time: the night and a coordinator may both be at it.
    Series.objects.select_for_update(of=("self",)).get(pk=series.pk)
    wanted = days(
        starts_on=series.starts_on,
        ends_on=series.ends_on,
        weekday=series.weekday,
        every_weeks=series.every_weeks,
        from_on=day,
        to_on=day + AHEAD,
    )
    there = set(
        series.meetings.filter(planned_for__in=[one.planned_for for one in wanted])
        .exclude(planned_for=None)
        .values_list("planned_for", flat=True)
    )
    members = list(series.members.filter(left_on__isnull=True))
    added = 0
    for one in wanted:
        if one.planned_for in there:
            continue
        meeting = Meeting.objects.create(
            number=next_number(one.held_on),
            series=series,
            office_id=series.office_id,
            held_on=one.held_on,
            planned_for=one.planned_for,
            at_time=series.at_time,
            minutes=series.minutes,
            place=series.place,
        )
        Attendance.objects.bulk_create(
            Attendance(
                meeting=meeting,
                user_id=member.user_id,
                guest=member.guest,
                email=member.email,
                party=member.party,
                invited_on=day,
            )
            for member in members
        )
        added += 1
    return added


@transaction.atomic
def plan_single(
    *,
    office_id: int,
    held_on: datetime.date,
    at_time: datetime.time,
    minutes: int,
    place: str,
    invited: Sequence[Any],
    by: Any,
    on: datetime.date,
) -> Meeting:
    """A meeting outside every series. `invited`: `meetings.services.series.Invited`.

    Raises `RuleBroken` "meeting.past", "meeting.not_a_working_day" or "meeting.office".
    """
    check_day(held_on, on)
    if not by.access.covers(office_id):
        raise RuleBroken("meeting.office")
    meeting = Meeting.objects.create(
        number=next_number(held_on),
        office_id=office_id,
        held_on=held_on,
        at_time=at_time,
        minutes=minutes,
        place=place,
        made_by=by,
    )
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            user_id=one.user_id,
            guest=one.guest,
            email=one.email,
            party=one.party,
            invited_on=on,
        )
        for one in invited
    )
    return meeting


@transaction.atomic
def move_meeting(
    meeting_id: int,
    *,
    held_on: datetime.date,
    at_time: datetime.time,
    place: str,
    reason: str,
    version: int,
    by: Any,
    on: datetime.date,
) -> Meeting:
    """Another day, time or place. Raises `RuleBroken` as `plan_single`, "meeting.not_planned",
    "meeting.changed" or "meeting.no_reason"."""
    meeting = _planned(meeting_id, version, reason, by)
    check_day(held_on, on)
    meeting.held_on, meeting.at_time, meeting.place = held_on, at_time, place
    meeting.moved_because = reason.strip()
    meeting.version += 1
    meeting.save()
    return meeting


@transaction.atomic
def cancel_meeting(
    meeting_id: int, *, reason: str, version: int, by: Any, on: datetime.date
) -> Meeting:
    """Not held at all. What stood on its agenda comes up in the next one.

    Raises `RuleBroken` "meeting.not_planned", "meeting.changed" or "meeting.no_reason".
    """
    meeting = _planned(meeting_id, version, reason, by)
    meeting.state, meeting.cancelled_because = MeetingState.CANCELLED, reason.strip()
    meeting.version += 1
    meeting.save()
    return meeting


def _planned(meeting_id: int, version: int, reason: str, by: Any) -> Meeting:
    meeting = planned(meeting_id, version, by)
    if not reason.strip():
        raise RuleBroken("meeting.no_reason")
    return meeting


def planned(meeting_id: int, version: int, by: Any) -> Meeting:
    """The meeting, locked, as it stood when it was opened. Raises `RuleBroken` "meeting.office",
    "meeting.changed" or "meeting.not_planned" (state)."""
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).visible_to(by).filter(pk=meeting_id).first()
    )
    if meeting is None:
        raise RuleBroken("meeting.office")
    if meeting.version != version:
        raise RuleBroken("meeting.changed")
    if meeting.state != MeetingState.PLANNED:
        raise RuleBroken("meeting.not_planned", state=meeting.state)
    return meeting


def next_number(day: datetime.date) -> str:
    """The next free number of the meeting's year. The caller's transaction holds the place."""
    start = f"M{day.year}-"
    last = (
        Meeting.objects.select_for_update(of=("self",))
        .filter(number__startswith=start)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    place = int(last.removeprefix(start)) + 1 if last else 1
    return f"{start}{place:04d}"
