"""The decisions on the application's page, side by side with their appeal bodies."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.desk.application.base import Event, Reader
from boligsak.show import day as format_day
from tenants.models import Application, ApplicationAct, DecisionKind, DecisionState
from tenants.queries.decisions import decisions_of
from tenants.words.appeals import ACTS as APPEAL_ACTS
from tenants.words.appeals import act as appeal_act
from tenants.words.appeals import state_tag as appeal_tag
from tenants.words.decisions import ACTS, act, kind_name, outcome_tag, state_tag

_MADE = (DecisionState.FINAL, DecisionState.REPLACED)


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Each decision: what came of it, when, who hears an appeal and by which day."""
    rows = decisions_of(application.pk)
    shown = []
    for row in rows:
        is_made = row.state in _MADE
        reads = reader.sees_social or row.kind != DecisionKind.HOUSING_HELP
        shown.append(
            {
                "href": reverse("tenants:decision", args=[row.pk]),
                "name": kind_name(row.kind),
                "number": row.number,
                "state": state_tag(row.state),
                "outcome": outcome_tag(row.outcome) if is_made else None,
                "made_on": row.made_on,
                "notified_on": row.notified_on,
                "is_final": row.state == DecisionState.FINAL,
                "appeal_body": row.appeal_body,
                "appeal_last_on": row.appeal_last_on,
                "content": row.content if is_made and reads else "",
                "appeals": [
                    {
                        "href": reverse("tenants:appeal", args=[one.pk]),
                        "on": one.received_on,
                        "tag": appeal_tag(one),
                        "is_late": one.is_late,
                    }
                    for one in row.appeals.all()
                ]
                if reads
                else [],
            }
        )
    may_decide = reader.is_open and reader.may("tenants.decide") and bool(application.received_on)
    taken = {row.kind for row in rows if row.state != DecisionState.REPLACED}
    kinds = {DecisionKind.ALLOCATION.value}
    if reader.sees_social:
        kinds.add(DecisionKind.HOUSING_HELP.value)
    found: dict[str, Any] = {
        "decisions": shown,
        "new": reverse("tenants:decision_new", args=[application.pk])
        if may_decide and kinds - taken
        else "",
        "preliminary": reverse("tenants:preliminary_answer", args=[application.pk])
        if reader.may_work
        and application.state == "received"
        and application.preliminary_sent_on is None
        else "",
    }
    if found["new"] and not rows:
        found["primary"] = {"href": found["new"], "label": _("Decide on it")}
    return found


def events(application: Application, reader: Reader) -> list[Event]:
    """Begun, made, sent; appeals received, looked at again and ended. One against a decision whose
    grounds are not for this reader is told of no more here than beside the decision."""
    acts = ApplicationAct.objects.filter(
        application=application, what__in=ACTS | APPEAL_ACTS
    ).select_related("by")
    found = []
    for row in acts:
        is_help = row.facts.get("kind") == DecisionKind.HOUSING_HELP
        if row.what in APPEAL_ACTS and is_help and not reader.sees_social:
            continue
        title, text, tone = (
            act(row.what, row.facts) if row.what in ACTS else appeal_act(row.what, row.facts)
        )
        entry = {
            "when": format_day(row.on),
            "what": title,
            "text": text,
            "who": str(row.by) if row.by else _("The outbox"),
            "tone": tone,
        }
        if decision_id := row.facts.get("decision"):
            entry["href"] = reverse("tenants:decision", args=[decision_id])
        found.append(Event(row.on, row.entered_at, entry))
    return found
