"""Meetings and series in words, and why one cannot be planned, moved or changed."""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from boligsak.letters.words import templates as letter_words
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from meetings.models import Meeting, MeetingState

STATE_COLORS = {
    MeetingState.PLANNED: "info",
    MeetingState.RUNNING: "success",
    MeetingState.CLOSED: "neutral",
    MeetingState.CANCELLED: "warning",
}
SERIES_CHANGED = "series.changed"


def title(meeting: Meeting) -> str:
    """ "Samarbeidsmøte M2026-0012"."""
    return _("Coordination meeting %(number)s") % {"number": meeting.number}


def when(meeting: Meeting) -> str:
    """ "onsdag 25.11.2026 kl. 9.30"."""
    return when_on(meeting.held_on, meeting.at_time)


def when_on(day: datetime.date, at: datetime.time) -> str:
    """The same of a day and a time."""
    return _("%(weekday)s %(day)s at %(time)s") % {
        "weekday": date_format(day, "l").lower(),
        "day": format_day(day),
        "time": f"{at:%H.%M}",
    }


def why_changed(meeting: Meeting) -> str:
    """Why it was moved or cancelled, in a sentence; empty for one that was not."""
    if meeting.state == MeetingState.CANCELLED:
        if meeting.cancelled_because == SERIES_CHANGED:
            return _("Cancelled: the series meets on other days now.")
        return _("Cancelled: %(reason)s") % {"reason": meeting.cancelled_because}
    if meeting.moved_because:
        return _("Moved: %(reason)s") % {"reason": meeting.moved_because}
    return ""


def rhythm(every_weeks: int) -> str:
    """ "hver uke", "hver 2. uke"."""
    words = npgettext("meetings", "every week", "every %(weeks)d weeks", every_weeks)
    return words % {"weeks": every_weeks}


def refusal(broken: RuleBroken) -> str:
    """Why it was refused, and what mends it."""
    say = _REFUSALS.get(broken.code)
    if say is None and letter_words.knows(broken.code):
        return letter_words.refusal(broken)
    if say is None:
        raise LookupError(broken.code) from broken
    return say(broken.facts)


_REFUSALS: dict[str, Callable[[dict[str, Any]], str]] = {
    "meeting.past": lambda facts: _("That day is over. Choose today or a later day."),
    "meeting.not_a_working_day": lambda facts: (
        _("That day is a Saturday, a Sunday or a holiday. The next working day is %(day)s.")
        % {"day": format_day(facts["next_on"])}
    ),
    "meeting.office": lambda facts: _("You do not plan meetings for that office."),
    "meeting.changed": lambda facts: _(
        "Somebody else has changed the meeting meanwhile. Look at it again before you go on."
    ),
    "meeting.not_planned": lambda facts: _(
        "The meeting has begun, is over or is cancelled, so it cannot be moved or cancelled."
    ),
    "summons.past": lambda facts: (
        _("The meeting was on %(day)s. Move it before anybody is summoned.")
        % {"day": format_day(facts["held_on"])}
    ),
    "summons.nobody": lambda facts: _("Nobody is invited. Invite those who are to come first."),
    "meeting.no_reason": lambda facts: _("Say why. Those who are invited will read it."),
    "series.weekday": lambda facts: _("Choose a weekday from Monday to Friday."),
    "series.weeks": lambda facts: _("Choose between one and twelve weeks."),
    "series.ends_before_start": lambda facts: (
        _("The last day is before the first meeting, %(day)s.")
        % {"day": format_day(facts["starts_on"])}
    ),
    "series.office": lambda facts: _("You do not plan meetings for that office."),
    "series.other_office": lambda facts: _(
        "A series stays with its office. End this one and start another."
    ),
    "series.member_twice": lambda facts: _("Somebody is invited twice. Take one of them away."),
    "series.changed": lambda facts: _(
        "Somebody else has changed the series meanwhile. What you wrote stands here; look at the "
        "series in another window, then save again."
    ),
}
