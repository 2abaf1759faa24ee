"""A meeting in session, its closing and its minutes in words."""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.models import DecisionKind, Party
from arrears.words import cases as case_words
from arrears.words import referrals as referral_words
from boligsak import dates
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from meetings.models import AgendaItem, MeetingState
from meetings.words import agenda as agenda_words


def clock(at: datetime.datetime | None) -> str:
    """ "10.42", on Oslo's clock; empty for never."""
    return f"{at.astimezone(dates.OSLO):%H.%M}" if at else ""


def saved(item: AgendaItem) -> str:
    """ "Lagret kl. 10.42". Only of what has been committed."""
    if item.saved_at is None:
        return ""
    return _("Saved at %(time)s") % {"time": clock(item.saved_at)}


def saved_but(item: AgendaItem, faults: list[str]) -> str:
    """What was saved, and what was not."""
    return _("Saved at %(time)s, but not this: %(faults)s") % {
        "time": clock(item.saved_at),
        "faults": " ".join(faults),
    }


def item_name(item: AgendaItem) -> str:
    """What an item is called where anybody may read it: a case's number, an issue's title."""
    if item.case is not None:
        return _("Case %(number)s") % {"number": item.case.number}
    return str(item.issue.title) if item.issue is not None else ""


def decided(item: AgendaItem) -> str:
    """The decision in a word or two; empty while there is none."""
    return capfirst(str(DecisionKind(item.decision).label)) if item.decision else ""


def responsible(item: AgendaItem) -> str:
    if item.owner is not None:
        return str(item.owner)
    return capfirst(str(Party(item.party).label)) if item.party else ""


FAULTS = {
    "undecided": gettext_lazy("It was talked about. Choose a decision, or take it up again later."),
    "no_reason": gettext_lazy("The decision has no reasons yet."),
    "parties": gettext_lazy(
        "A decision to refer takes landlord and welfare office in the room, and the housing unit "
        "invited. Mark who is present, or choose another decision."
    ),
    "no_day": gettext_lazy("Say on which day it is to be taken up again."),
    "day_past": gettext_lazy("The day it is to be taken up again must be after the meeting."),
    "due_before": gettext_lazy("The deadline is before the meeting."),
}


def refusal(broken: RuleBroken) -> str:
    """Why it was refused, and what mends it."""
    say = _REFUSALS.get(broken.code)
    if say is not None:
        return say(broken.facts)
    if referral_words.knows(broken.code):
        return referral_words.refusal(broken)
    if case_words.knows(broken.code):
        return case_words.refusal(broken)
    return agenda_words.refusal(broken)


def _state(facts: dict[str, Any]) -> str:
    if facts["state"] == MeetingState.CANCELLED:
        return _("The meeting is cancelled, so it cannot be held.")
    if facts["state"] == MeetingState.CLOSED:
        return _("The meeting is closed. What is wrong in the minutes is mended by an addition.")
    return _("The meeting has not been opened yet.")


def _parties(facts: dict[str, Any]) -> str:
    missing = [party for party in (Party.WELFARE, Party.LANDLORD) if party not in facts["present"]]
    names = [str(party.label) for party in missing]
    said = []
    if names:
        said.append(
            _(
                "A decision to refer takes landlord and welfare office in the room. "
                "Missing: %(who)s."
            )
            % {"who": ", ".join(names)}
        )
    if Party.HOUSING_UNIT not in facts["asked"]:
        said.append(_("The housing unit is not here and was not invited before the day itself."))
    return " ".join([*said, _("Mark who is present, or choose another decision.")])


def _changed(facts: dict[str, Any]) -> str:
    if not facts["saved_at"]:
        return _("It was changed in another window meanwhile. What you wrote stands here.")
    return _("It was changed in another window at %(time)s. What you wrote stands here.") % {
        "time": clock(facts["saved_at"])
    }


_REFUSALS: dict[str, Callable[[dict[str, Any]], str]] = {
    "meeting.office": lambda facts: _("This is a meeting of an office you do not work for."),
    "session.too_early": lambda facts: (
        _("The meeting is on %(day)s and cannot be opened before that.")
        % {"day": format_day(facts["held_on"])}
    ),
    "session.state": _state,
    "session.not_running": _state,
    "session.pen": lambda facts: (
        _(
            "%(name)s took over as secretary at %(time)s. What you wrote stands here and is not "
            "saved: copy it, or take over again."
        )
        % {"name": facts["name"], "time": clock(facts["since"])}
    ),
    "session.presence": lambda facts: _("Choose whether they are present or absent."),
    "session.nobody": lambda facts: _("Choose somebody, or write the guest's name."),
    "session.changed": _changed,
    "session.dropped": lambda facts: _("It was taken off the agenda, so nothing is decided."),
    "session.decision": lambda facts: _("Choose a decision from the list."),
    "session.masked": lambda facts: (
        _(
            "You do not see whose case %(number)s is. It can be talked about by its number; "
            "somebody who sees it takes over as secretary to decide."
        )
        % {"number": facts["number"]}
    ),
    "session.parties": _parties,
    "session.not_yours": lambda facts: _("You have no access to this part of the case."),
    "closing.nobody": lambda facts: _("Nobody is marked as present. Mark who was there first."),
    "closing.faults": lambda facts: _("Something must be mended before the meeting is closed."),
    "closing.refused": lambda facts: (
        _("Case %(number)s: %(why)s Nothing has been closed.")
        % {"number": facts["number"], "why": refusal(facts["why"])}
    ),
    "minutes.not_closed": lambda facts: _(
        "The meeting is not closed yet: write on the item itself."
    ),
    "minutes.no_text": lambda facts: _("Write what is to be added."),
    "minutes.no_reason": lambda facts: _("Say why it is added. Everybody who reads it sees this."),
}
