"""The minutes in words: the text that is set as PDF and shown on the page."""

import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from arrears.models import DecisionKind, Party
from boligsak.show import day as format_day
from meetings.models import ItemState, Presence

Minutes = tuple[str, tuple[tuple[str, str], ...], str, tuple[str, ...]]


def minutes_text(content: dict[str, Any], *, with_names: bool) -> Minutes:
    """Title, marks beside it, text with the marks of letters, and signature."""
    held_on = _day(content["held_on"])
    title = _("Minutes of coordination meeting %(number)s") % {"number": content["number"]}
    marks = (
        (_("Office"), content["office"]),
        (_("Held"), _("%(day)s at %(time)s") % {"day": held_on, "time": content["at_time"]}),
        (pgettext("meeting", "Place"), content["place"]),
    )
    parts = ["# " + _("Who was there"), *_people(content["people"])]
    taken_up = [one for one in content["items"] if one["state"] == ItemState.DISCUSSED]
    carried = [one for one in content["items"] if one["state"] == ItemState.CARRIED]
    dropped = [one for one in content["items"] if one["state"] == ItemState.DROPPED]
    cases = [one for one in taken_up if one["case"]]
    issues = [one for one in taken_up if one["issue"]]
    if cases:
        parts.append("# " + _("Cases"))
        for one in cases:
            parts += _case(one, with_names=with_names)
    if issues:
        parts.append("# " + _("Routines between the parties"))
        for one in issues:
            parts += [f"## {_flat(one['issue'])}", *_said(one)]
    if carried:
        parts.append("# " + _("Carried over to the next meeting"))
        parts.append("\n".join(f"- {_title(one, with_names=with_names)}" for one in carried))
    if dropped:
        parts.append("# " + _("Taken off the agenda"))
        parts.append(
            "\n".join(
                f"- {_title(one, with_names=with_names)}: {_flat(one['dropped_because'])}"
                for one in dropped
            )
        )
    if not with_names:
        parts.append(_("In this version cases are named by their number only."))
    signature = (_("Secretary"), content["secretary"])
    return title, marks, "\n\n".join(parts), signature


def _people(people: list[dict[str, str]]) -> list[str]:
    words = {str(value): str(label) for value, label in Party.choices}
    head = " | ".join([_("Name"), _("Party"), _("Presence")])
    presence = {str(value): str(label) for value, label in Presence.choices}
    # Who was asked and is not marked as present did not come.
    presence[str(Presence.INVITED)] = presence[str(Presence.ABSENT)]
    rows = [
        f"{_cell(one['name'])} | {words[one['party']]} | {presence[one['presence']]}"
        for one in people
    ]
    return ["\n".join([head, *rows])]


def _case(one: dict[str, Any], *, with_names: bool) -> list[str]:
    return [f"## {_title(one, with_names=with_names)}", *_said(one), *_decided(one)]


def _title(one: dict[str, Any], *, with_names: bool) -> str:
    if one["issue"]:
        return _flat(one["issue"])
    number = _("Case %(number)s") % {"number": one["case"]}
    return f"{number} – {_flat(one['name'])}" if with_names and one["name"] else number


def _said(one: dict[str, Any]) -> list[str]:
    return [one["note"]] if one["note"].strip() else []


def _decided(one: dict[str, Any]) -> list[str]:
    if not one["decision"]:
        return []
    decision = str(DecisionKind(one["decision"]).label)
    told = [_strong(_("Decision"), decision[:1].upper() + decision[1:])]
    if one["reason"]:
        told.append(_strong(_("Reasons"), _flat(one["reason"])))
    who = one["owner"] or (capfirst(str(Party(one["party"]).label)) if one["party"] else "")
    if who:
        told.append(_strong(_("Responsible"), who))
    if one["due_on"]:
        told.append(_strong(_("Deadline"), _day(one["due_on"])))
    if one["again_on"]:
        told.append(_strong(_("Taken up again"), _day(one["again_on"])))
    return ["\n".join(told)]


def _strong(term: str, words: str) -> str:
    return f"**{term}:** {words}"


def _flat(text: str) -> str:
    """On one line: a heading or a cell takes no more."""
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _flat(text).replace("|", "/")


def _day(text: str) -> str:
    return str(format_day(datetime.date.fromisoformat(text)))
