"""The next step on the case page: what, by when and why, its buttons, and the steps before it."""

import datetime
from itertools import pairwise
from typing import Any
from uuid import uuid4

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case, CaseAct, NextStep
from arrears.queries.next_steps import steps_of
from arrears.rules.standing_steps import LEAVES_TRACE
from arrears.views.step_pages import place_of
from arrears.words import next_steps as words
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day

_HISTORY = 4
_COLORS = {"proposed": "info", "confirmed": "success", "postponed": "warning"}


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The step that stands, with its buttons, and those before it."""
    rows = steps_of(case.pk)
    now = next((row for row in rows if row.ended_on is None), None)
    before = [row for row in rows if row.ended_on is not None]
    shown: dict[str, Any] = {
        "is_open": case.status == "open",
        "history": [_past(row, reader, day) for row in before[:_HISTORY]],
        "more": max(0, len(before) - _HISTORY),
        "all": reverse("arrears:next_steps", args=[case.pk]) if rows else "",
    }
    if now is None:
        return shown
    what = words.action_name(now.action, sees_social=reader.sees_social)
    why = words.why(now.facts, day, sees_social=reader.sees_social)
    place = place_of(now, case.lease_id, reader.user) if case.status == "open" else None
    shown |= {
        "what": what,
        "due_on": now.due_on,
        "why": why,
        "note": words.note_of(now.facts),
        "party": words.party_name(now.facts.get("party", "welfare")),
        "status": _status(now),
        "reason": now.reason if reader.sees_social else "",
        "who": str(now.decided_by) if now.decided_by else "",
        "according_to": words.according_to(now.policy),
        "summary": {"term": _("Next step"), "text": what, "on": now.due_on},
    }
    if place is not None:
        shown["primary"] = place
    if reader.may_work:
        shown["acts"] = _acts(now)
        shown["confirm"] = _confirm(now, case)
    return shown


def _status(row: NextStep) -> dict[str, str]:
    text = capfirst(words.state_name(row.state))
    if row.until_on is not None:
        text = _("Put off until %(day)s") % {"day": format_day(row.until_on)}
    return {"text": text, "color": _COLORS.get(row.state, "neutral")}


def _acts(row: NextStep) -> list[dict[str, str]]:
    acts = [
        {"label": _("Put it off …"), "href": reverse("arrears:step_postpone", args=[row.pk])},
        {"label": _("Choose another …"), "href": reverse("arrears:step_override", args=[row.pk])},
    ]
    if row.action not in LEAVES_TRACE:
        done = reverse("arrears:step_finish", args=[row.pk])
        acts.insert(0, {"label": _("It is done …"), "href": done})
    return acts


def _confirm(row: NextStep, case: Case) -> dict[str, Any] | None:
    if row.state == "confirmed":
        return None
    return {
        "url": reverse("arrears:step_confirm", args=[row.pk]),
        "submission_id": uuid4(),
        "version": case.version,
    }


def _past(row: NextStep, reader: Reader, day: datetime.date) -> dict[str, Any]:
    what = words.action_name(row.action, sees_social=reader.sees_social)
    state = words.state_name(row.state)
    reason = row.reason if reader.sees_social else ""
    why = words.why(row.facts, row.ended_on or day, sees_social=reader.sees_social)
    return {
        "when": format_day(row.ended_on),
        "what": f"{what}: {state}",
        "who": str(row.decided_by) if row.decided_by else "",
        "text": reason or why,
    }


_TITLES = {
    "step_confirmed": lambda shown: _("Next step confirmed: %(what)s") % shown,
    "step_postponed": lambda shown: _("Next step put off until %(until)s: %(what)s") % shown,
    "step_overridden": lambda shown: (
        _("Next step replaced: %(instead)s instead of %(what)s") % shown
    ),
    "step_done": lambda shown: _("Next step done: %(what)s") % shown,
}


def events(case: Case, reader: Reader) -> list[Event]:
    """What somebody decided about a next step, and what of it fell away again. What the policy
    alone proposed stands in the section."""
    acts = CaseAct.objects.filter(case=case, what__in=_TITLES).select_related("by")
    return [_event(act, reader) for act in acts] + _fallen(case, reader)


def _fallen(case: Case, reader: Reader) -> list[Event]:
    """Decisions that stand no more though nobody took them back: their reason is gone, or
    something more pressing has come. The step after them was entered in the same moment."""
    found = []
    rows = steps_of(case.pk)
    for after, row in pairwise(rows):
        if row.state != "lapsed" or row.decided_by is None or row.ended_on is None:
            continue
        shown = {
            "what": words.action_name(row.action, sees_social=reader.sees_social),
            "instead": words.action_name(after.action, sees_social=reader.sees_social),
        }
        entry = {
            "when": format_day(row.ended_on),
            "what": _("%(what)s fell away, and the next step is another: %(instead)s") % shown,
            "text": words.why(after.facts, row.ended_on, sees_social=reader.sees_social),
            "who": "",
            "tone": "warning",
        }
        found.append(Event(row.ended_on, after.entered_at, entry))
    return found


def _event(act: CaseAct, reader: Reader) -> Event:
    facts = act.facts
    until = facts.get("until_on")
    shown = {
        "what": words.action_name(facts["action"], sees_social=reader.sees_social),
        "instead": words.action_name(facts.get("instead", ""), sees_social=reader.sees_social),
        "until": format_day(datetime.date.fromisoformat(until)) if until else "",
    }
    entry = {
        "when": format_day(act.on),
        "what": _TITLES[act.what](shown),
        "text": act.note if reader.sees_social else "",
        "who": str(act.by) if act.by else "",
        "tone": "success" if act.what == "step_done" else "",
    }
    return Event(act.on, act.entered_at, entry)
