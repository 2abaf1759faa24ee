"""What has to be in order before a home is taken over, on the application's page."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.desk.application.base import Event, Reader
from boligsak.show import day as format_day
from tenants.models import Application, ApplicationAct, ConditionKind, ConditionState
from tenants.queries.conditions import conditions_of
from tenants.services.conditions import why_fallen_away
from tenants.words.conditions import ACTS, act, because_words, evidence_words, party_name, state_tag


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any] | None:
    """Each condition with who checks it, by when, and what it was met by; a met one whose plan has
    been broken since is shown as broken. None where no decision has set any."""
    rows = conditions_of(application.pk)
    if not rows:
        return None
    met = [row for row in rows if row.state == ConditionState.MET]
    fallen = why_fallen_away(met, day) if reader.is_open else {}
    left = sum(row.state == ConditionState.OPEN or row in fallen for row in rows)
    found: dict[str, Any] = {
        "conditions": [
            {
                "href": reverse("tenants:condition", args=[row.pk])
                if reader.may("tenants.settle_condition")
                else "",
                "what": row.what,
                "party": party_name(row.party),
                "due_on": row.due_on if row.state == ConditionState.OPEN else None,
                "tag": state_tag(row, fallen.get(row, "")),
                "because": because_words(row.because),
                "evidence": evidence_words(row.evidence),
            }
            for row in rows
        ],
        "left": left,
        "remind": reverse("tenants:conditions_remind", args=[application.pk])
        if reader.is_open
        and reader.may("tenants.decide")
        and any(row.state == ConditionState.OPEN for row in rows)
        else "",
        "old_arrears": reverse("arrears:old_arrears", args=[application.pk])
        if reader.is_open and any(row.kind == ConditionKind.ARREARS for row in rows)
        else "",
    }
    if left and reader.is_open:
        found["summary"] = {"term": _("Conditions not met"), "text": str(left), "on": None}
    return found


def events(application: Application, reader: Reader) -> list[Event]:
    """Met, waived, opened again, handed over."""
    rows = ApplicationAct.objects.filter(application=application, what__in=ACTS)
    found = []
    for row in rows.select_related("by"):
        title, text, tone = act(row.what, row.facts)
        entry = {
            "when": format_day(row.on),
            "what": title,
            "text": text,
            "who": str(row.by) if row.by else _("The night's check"),
            "tone": tone,
        }
        found.append(Event(row.on, row.entered_at, entry))
    return found
