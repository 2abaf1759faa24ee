"""What has been tried on a case, what runs, what is left to try, and who else lives there."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case, CaseAct, Measure, MeasureKind, Occupant
from arrears.queries.measures import (
    Checklist,
    assessments,
    checklist,
    head_actions,
    occupants,
    rule_kind,
)
from arrears.rules import measures as rules
from arrears.rules.occupants import must_be_heard
from arrears.services.measures.children import ASSESSED
from arrears.views.measure_checklist import holds, progress
from arrears.views.measures import COLORS, who
from arrears.words.measures import (
    MEASURE_ACTS,
    OTHER_ACTS,
    act_tone,
    hidden_name,
    kind_name,
    measure_act,
    other_act,
    party_name,
    result_name,
    state_name,
)
from boligsak.desk.case.base import Event, Reader
from boligsak.desk.head_actions import action_line
from boligsak.show import day as format_day

_LONG = 160


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The measures, those that are not over first, and how far the checklist is."""
    found = checklist(case.pk, day)
    lines = [_line(row, reader, day) for row in found.measures]
    may_work = case.status == "open" and reader.may("arrears.work_measure")
    return {
        "progress": progress(found),
        "holds": holds(found, reader.sees_social),
        "open": [line for line in lines if line["is_open"]],
        "over": [line for line in lines if not line["is_open"]],
        "checklist": reverse("arrears:measures", args=[case.pk]),
        "new": reverse("arrears:measure_new", args=[case.pk]) if may_work else "",
        "children": _children(case, found, reader),
        "occupants": [_occupant(row, reader) for row in occupants(case.pk)],
        "add_occupant": reverse("arrears:occupant_new", args=[case.pk]) if reader.may_work else "",
        "head_actions": [
            action_line(row, reader.user, day)
            for row in head_actions(case.lease.dwelling_id)
            if row.closed_on is None
        ],
    }


def _line(row: Measure, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """A measure in the list. Hidden, it is that there is one, whose it is and by when."""
    is_hidden = rules.is_hidden(rule_kind(row.kind), sees_social=reader.sees_social)
    is_open = row.state not in rules.ENDED
    if is_hidden:
        return {
            "name": hidden_name(row.party),
            "url": "",
            "state": _("In progress") if is_open else _("Ended"),
            "color": "info" if is_open else "neutral",
            "who": capfirst(party_name(row.party)),
            "due_on": row.due_on if is_open else None,
            "note": "",
            "result": "",
            "is_open": is_open,
        }
    said = row.why_not or row.insufficient_because or row.note
    return {
        "name": kind_name(row.kind),
        "url": reverse("arrears:measure", args=[row.pk])
        if reader.may("arrears.work_measure")
        else "",
        "state": _state(row, day),
        "color": COLORS.get(row.state, "neutral"),
        "who": who(row),
        "due_on": row.due_on if is_open else None,
        "note": said if len(said) <= _LONG else f"{said[:_LONG].rstrip()} …",
        "result": "" if is_open else format_day(row.ended_on),
        "is_open": is_open,
    }


def _state(row: Measure, day: datetime.date) -> str:
    if rules.is_on_trial(row.state, row.trial_to, day):
        return _("On trial to %(day)s") % {"day": format_day(row.trial_to)}
    if row.result:
        return capfirst(result_name(row.result))
    return capfirst(state_name(row.state))


def _children(case: Case, found: Checklist, reader: Reader) -> dict[str, Any] | None:
    """Whether children live there, and whether what is best for them is assessed: who lives in the
    household is for the welfare side."""
    facts = found.facts
    on = facts.children_assessed_on
    if not reader.sees_social or not (facts.has_children or on):
        return None
    newest = next(iter(assessments(case.pk)), None)
    return {
        "on": format_day(on) if on else "",
        "who": str(newest.by) if newest is not None else "",
        "url": reverse("arrears:children", args=[case.pk])
        if reader.may("arrears.work_case")
        else "",
        "link": _("Read it, or write a new one") if on else _("Write the assessment"),
    }


def _occupant(row: Occupant, reader: Reader) -> dict[str, Any]:
    parts = [_("known of from %(day)s") % {"day": format_day(row.seen_on)}]
    if row.heard_on is not None:
        parts.append(_("heard %(day)s") % {"day": format_day(row.heard_on)})
    if row.left_on is not None:
        parts.append(_("had left %(day)s") % {"day": format_day(row.left_on)})
    return {
        "name": row.name or _("Name not known"),
        "about": row.about,
        "text": ", ".join(parts),
        "must_be_heard": must_be_heard(row.heard_on, row.left_on),
        "url": reverse("arrears:occupant", args=[row.pk]) if reader.may_work else "",
    }


# --- The timeline ---------------------------------------------------------------------------------


def events(case: Case, reader: Reader) -> list[Event]:
    """Everything that was done to measures, to assessments, and about who else lives there."""
    rows = CaseAct.objects.filter(case=case, what__in=[*MEASURE_ACTS, *OTHER_ACTS])
    kinds = MeasureKind.objects.in_bulk()
    told = []
    for act in rows.select_related("by"):
        if act.what == ASSESSED and not reader.sees_social:
            continue
        what, text, href = _told(act, kinds, reader)
        entry = {
            "when": format_day(act.on),
            "what": what,
            "text": text,
            "who": str(act.by) if act.by else "",
            "href": href,
            "tone": act_tone(act.what),
        }
        told.append(Event(act.on, act.entered_at, entry))
    return told


def _told(act: CaseAct, kinds: dict[int, MeasureKind], reader: Reader) -> tuple[str, str, str]:
    text = "" if act.is_social and not reader.sees_social else act.note
    if act.what in OTHER_ACTS:
        return other_act(act.what, act.facts), text, ""
    kind = kinds[act.facts["kind"]]
    is_hidden = rules.is_hidden(rule_kind(kind), sees_social=reader.sees_social)
    name = hidden_name(act.facts.get("party", "welfare")) if is_hidden else kind_name(kind)
    href = ""
    if not is_hidden and reader.may("arrears.work_measure"):
        href = reverse("arrears:measure", args=[act.facts["measure"]])
    return measure_act(act.what, act.facts, name, is_hidden=is_hidden), text, href
