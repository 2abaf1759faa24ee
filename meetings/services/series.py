"""Series of meetings: setting one up, changing it, and who is always invited."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from boligsak.rule import RuleBroken
from meetings.models import Attendance, Meeting, MeetingState, Series, SeriesMember
from meetings.rules.series import days
from meetings.services.planning import plan_series


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What a series is made of. Days are inclusive, `minutes` the length of a meeting."""

    office_id: int
    name: str
    weekday: int
    every_weeks: int
    starts_on: datetime.date
    ends_on: datetime.date | None
    at_time: datetime.time
    minutes: int
    place: str


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody at the table: a user, or a guest with a name and perhaps an e-mail address."""

    party: str
    user_id: int | None = None
    guest: str = ""
    email: str = ""


@transaction.atomic
def start_series(
    facts: SeriesFacts, members: Sequence[Invited], *, by: Any, on: datetime.date
) -> Series:
    """A new series with its members, and its meetings of the coming months.

    Raises `RuleBroken` "series.weekday", "series.weeks", "series.ends_before_start",
    "series.office" (not the user's own) or "series.member_twice".
    """
    _check(facts, by)
    series = Series.objects.create(**_columns(facts))
    _set_members(series, members, on)
    plan_series(series, on)
    return series


@transaction.atomic
def change_series(
    series_id: int,
    facts: SeriesFacts,
    members: Sequence[Invited],
    *,
    version: int,
    by: Any,
    on: datetime.date,
) -> Series:
    """Changes a series from today on: planned meetings that nobody has moved follow it.

    What has been held stays. Raises what `start_series` does, and `RuleBroken("series.changed")`
    when somebody else was faster.
    """
    series = Series.objects.select_for_update(of=("self",)).get(pk=series_id)
    if series.version != version:
        raise RuleBroken("series.changed")
    _check(facts, by)
    if facts.office_id != series.office_id:
        raise RuleBroken("series.other_office")
    for name, value in _columns(facts).items():
        setattr(series, name, value)
    series.version += 1
    series.save()
    _set_members(series, members, on)
    _follow(series, on)
    plan_series(series, on)
    return series


def _check(facts: SeriesFacts, by: Any) -> None:
    days(
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        weekday=facts.weekday,
        every_weeks=facts.every_weeks,
        from_on=facts.starts_on,
        to_on=facts.starts_on,
    )
    if facts.ends_on is not None and facts.ends_on < facts.starts_on:
        raise RuleBroken("series.ends_before_start", starts_on=facts.starts_on)
    if not by.access.covers(facts.office_id):
        raise RuleBroken("series.office")


def _columns(facts: SeriesFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in SeriesFacts.__dataclass_fields__}


def _set_members(series: Series, members: Sequence[Invited], on: datetime.date) -> None:
    keys = [(one.user_id, one.guest.strip().casefold()) for one in members]
    if len(set(keys)) != len(keys):
        raise RuleBroken("series.member_twice")
    wanted = dict(zip(keys, members, strict=True))
    for row in series.members.filter(left_on__isnull=True):
        one = wanted.pop((row.user_id, row.guest.casefold()), None)
        if one is None:
            row.left_on = on
            row.save(update_fields=["left_on"])
        elif (one.party, one.email) != (row.party, row.email):
            row.party, row.email = one.party, one.email
            row.save(update_fields=["party", "email"])
    SeriesMember.objects.bulk_create(
        SeriesMember(
            series=series,
            user_id=one.user_id,
            guest=one.guest.strip(),
            email=one.email,
            party=one.party,
        )
        for one in wanted.values()
    )


def _follow(series: Series, on: datetime.date) -> None:
    """Planned meetings from today on are those of the series as it is now.

    One that no longer is among its days is cancelled, unless somebody moved it: then it was meant.
    """
    planned = list(
        series.meetings.select_for_update(of=("self",))
        .filter(state=MeetingState.PLANNED, planned_for__gte=on)
        .order_by("planned_for")
    )
    if not planned:
        return
    to_on = max(meeting.planned_for or on for meeting in planned)
    own = {
        day.planned_for: day.held_on
        for day in days(
            starts_on=series.starts_on,
            ends_on=series.ends_on,
            weekday=series.weekday,
            every_weeks=series.every_weeks,
            from_on=on,
            to_on=to_on,
        )
    }
    for meeting in planned:
        if meeting.moved_because:
            continue
        if meeting.planned_for in own:
            meeting.at_time, meeting.minutes = series.at_time, series.minutes
            meeting.place = series.place
        else:
            # Another weekday or rhythm: its own meetings are planned anew.
            meeting.state = MeetingState.CANCELLED
            meeting.cancelled_because = SERIES_CHANGED
        meeting.version += 1
        meeting.save()
    _invite_anew(planned, series, on)


SERIES_CHANGED = "series.changed"
"""Why a planned meeting was cancelled when no person gave a reason. `words` has the sentence."""


def _invite_anew(meetings: Sequence[Meeting], series: Series, on: datetime.date) -> None:
    members = list(series.members.filter(left_on__isnull=True))
    users = {member.user_id for member in members if member.user_id}
    coming = [one for one in meetings if one.state == MeetingState.PLANNED]
    # Who has left the series is not asked any more; who was asked to one meeting only stays.
    left = series.members.filter(left_on=on).values_list("user_id", flat=True)
    gone = {user for user in left if user is not None} - users
    Attendance.objects.filter(meeting__in=coming, user__in=gone).delete()
    there = set(
        Attendance.objects.filter(meeting__in=coming).values_list("meeting_id", "user_id", "guest")
    )
    Attendance.objects.bulk_create(
        Attendance(
            meeting=meeting,
            user_id=member.user_id,
            guest=member.guest,
            email=member.email,
            party=member.party,
            invited_on=on,
        )
        for meeting in coming
        for member in members
        if (meeting.pk, member.user_id, member.guest) not in there
    )
