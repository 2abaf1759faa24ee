"""Why something stands on the agenda, and why it cannot be changed."""

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from meetings.rules.agenda import Reason
from meetings.words.planning import refusal as planning_refusal

Facts = Mapping[str, Any]


def _on(facts: Facts, name: str = "on") -> str:
    return str(format_day(datetime.date.fromisoformat(facts[name])))


def _follow_up(facts: Facts) -> str:
    if "again_on" in facts:
        return _("To be taken up again from %(day)s") % {"day": _on(facts, "again_on")}
    return _("Not carried out by %(day)s") % {"day": _on(facts, "late_since")}


_REASONS: dict[str, Callable[[Facts], str]] = {
    Reason.REFERRAL: lambda facts: _("Waits for the meeting's decision"),
    Reason.CLOCK: lambda facts: _("A legal deadline ends %(day)s") % {"day": _on(facts)},
    Reason.HEAD_ACTION: lambda facts: (
        _("The head landlord acts against the dwelling, deadline %(day)s") % {"day": _on(facts)}
        if "on" in facts
        else _("The head landlord acts against the dwelling")
    ),
    Reason.MARKED: lambda facts: _("Marked for the meeting %(day)s") % {"day": _on(facts)},
    Reason.FOLLOW_UP: _follow_up,
    Reason.CARRIED: lambda facts: _("Not reached in the last meeting"),
    Reason.EXPIRY: lambda facts: _("The contract's time is up %(day)s") % {"day": _on(facts)},
    Reason.COMPLAINTS: lambda facts: (
        ngettext("%(count)d complaint", "%(count)d complaints", facts["count"])
        % {"count": facts["count"]}
    ),
    Reason.NO_CONTACT: lambda facts: (
        ngettext(
            "Nobody has reached the tenant for %(days)d day",
            "Nobody has reached the tenant for %(days)d days",
            facts["days"],
        )
        % {"days": facts["days"]}
    ),
    Reason.ADDED: lambda facts: _("Added by hand"),
    Reason.ISSUE: lambda facts: _("A routine that fails"),
}


def why(reasons: list[str], facts: Mapping[str, Facts]) -> str:
    """The reasons in one line, the gravest first: "Frist går ut 9.12.2026 · To klager"."""
    return " · ".join(_REASONS[reason](facts.get(reason, {})) for reason in reasons)


_REFUSALS = {
    "agenda.closed": lambda: _("The meeting is over or cancelled: its agenda stays as it is."),
    "agenda.no_case": lambda: _("No open case that you may see has this number."),
    "agenda.there_already": lambda: _("The case stands on the agenda already."),
    "agenda.no_reason": lambda: _("Say why it is taken off. The others will read it."),
    "agenda.changed": lambda: _(
        "Somebody else has changed this item meanwhile. Look at it again before you go on."
    ),
    "agenda.taken_up": lambda: _("The meeting has taken it up, so it cannot be taken off."),
    "agenda.dropped": lambda: _("It is taken off the agenda. Add the case again first."),
}


def refusal(broken: RuleBroken) -> str:
    """Why it was refused, and what mends it."""
    if broken.code == "agenda.other_office":
        return _("The case belongs to %(office)s and is taken up in that office's meeting.") % {
            "office": broken.facts["office"]
        }
    say = _REFUSALS.get(broken.code)
    return say() if say is not None else planning_refusal(broken)
