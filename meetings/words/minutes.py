"""The minutes in words: what their template is filled with."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import DecisionKind, Party
from boligsak.letters import registry
from boligsak.letters.registry import Part
from boligsak.show import day as format_day
from meetings.models import ItemState, Presence


def minutes_fields(content: dict[str, Any], *, with_names: bool) -> dict[str, str]:
    """The fields of the minutes' template. What is said of a case is never read for marks."""
    items = content["items"]
    taken_up = _of(items, ItemState.DISCUSSED)
    carried = _of(items, ItemState.CARRIED)
    dropped = _of(items, ItemState.DROPPED)
    return {
        "meeting": content["number"],
        "held": _("%(day)s at %(time)s")
        % {"day": _day(content["held_on"]), "time": content["at_time"]},
        "place": content["place"],
        "secretary": content["secretary"],
        "people": registry.table([(_("Name"), _("Party"), _("Presence")), *_people(content)]),
        "cases": registry.parts(_part(one, with_names) for one in taken_up if one["case"]),
        "issues": registry.parts(_part(one, with_names) for one in taken_up if one["issue"]),
        "carried": registry.items(_title(one, with_names) for one in carried),
        "dropped": registry.items(
            f"{_title(one, with_names)}: {one['dropped_because']}" for one in dropped
        ),
        "version": "" if with_names else _("In this version cases are named by their number only."),
    }


def _of(items: Sequence[dict[str, Any]], state: str) -> list[dict[str, Any]]:
    return [one for one in items if one["state"] == state]


def _people(content: dict[str, Any]) -> list[tuple[str, str, str]]:
    words = {str(value): str(label) for value, label in Party.choices}
    presence = {str(value): str(label) for value, label in Presence.choices}
    # Who was asked and is not marked as present did not come.
    presence[str(Presence.INVITED)] = presence[str(Presence.ABSENT)]
    return [
        (one["name"], words[one["party"]], presence[one["presence"]]) for one in content["people"]
    ]


def _part(one: dict[str, Any], with_names: bool) -> Part:
    return Part(_title(one, with_names), one["note"], _decided(one))


def _title(one: dict[str, Any], with_names: bool) -> str:
    if one["issue"]:
        return str(one["issue"])
    number = _("Case %(number)s") % {"number": one["case"]}
    return f"{number} – {one['name']}" if with_names and one["name"] else number


def _decided(one: dict[str, Any]) -> list[tuple[str, str]]:
    if not one["decision"]:
        return []
    party = str(Party(one["party"]).label) if one["party"] else ""
    terms = [
        (_("Decision"), capfirst(str(DecisionKind(one["decision"]).label))),
        (_("Reasons"), one["reason"]),
        (_("Responsible"), one["owner"] or capfirst(party)),
        (_("Deadline"), _day(one["due_on"])),
        (_("Taken up again"), _day(one["again_on"])),
    ]
    return [(term, said) for term, said in terms if said]


def _day(text: str) -> str:
    return str(format_day(datetime.date.fromisoformat(text))) if text else ""
