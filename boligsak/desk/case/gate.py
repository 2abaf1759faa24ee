"""The gate on the case page: what is met, what is not with the link that meets it, and what the
meetings have decided."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case, CaseAct, CaseDecision, EmergencyAct, GateAnswer, Party
from arrears.queries.gate import gate
from arrears.queries.referrals import decisions_of, running_referrals
from arrears.rules.decisions import REFERRALS
from arrears.views.gate import WAYS, shown, usual_way
from arrears.words.gate import name_of
from arrears.words.referrals import way
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day

_FIRST = 3
_SETTLEMENTS = ("settlement", "settlement_ended")


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The gate of the way that is nearest, in short, and the meetings' decisions."""
    running = next((row for row in running_referrals([case.pk])[case.pk]), None)
    code = f"{running.kind}.{running.ground}" if running else usual_way(case)
    kind, ground = WAYS[code]
    found = gate(case.pk, kind, ground, day, referral_id=running.pk if running else None)
    # Once it is sent the gate is behind it, and is looked at no more.
    passed_on = running.filed_on if running else None
    groups = shown(case, found, reader.user)
    decisions = [_decision(one, reader) for one in decisions_of(case.pk)]
    is_open = case.status == "open"
    return {
        "way": capfirst(way(kind, ground)),
        "is_open": found.is_open,
        "passed": format_day(passed_on) if passed_on else "",
        "met": len(found.conditions) - len(found.unmet),
        "count": len(found.conditions),
        "groups": [
            {"name": group["name"], "met": group["met"], "count": group["count"]}
            for group in groups
        ],
        "unmet": []
        if passed_on
        else [row for group in groups for row in group["rows"] if not row["told"].is_met],
        "page": f"{reverse('arrears:gate', args=[case.pk])}?way={code}",
        "refer": f"{reverse('arrears:refer', args=[case.pk])}?way={code}"
        if found.is_open and is_open and running is None and reader.may("arrears.refer")
        else "",
        "decisions": decisions[:_FIRST],
        "earlier": decisions[_FIRST:],
    }


def _decision(row: CaseDecision, reader: Reader) -> dict[str, Any]:
    may = row.case.status == "open" and reader.may("arrears.record_decision")
    is_used = hasattr(row, "referral")
    return {
        "what": capfirst(str(row.get_kind_display())),
        "meeting": row.meeting,
        "held": format_day(row.held_on),
        "reason": row.reason,
        "follows": capfirst(str(Party(row.party).label)) if row.due_on else "",
        "due_on": row.due_on or row.again_on,
        "gone": _("withdrawn") if row.withdrawn_on else "",
        "because": row.withdrawn_because,
        "withdraw": reverse("arrears:decision_withdraw", args=[row.pk])
        if may and row.withdrawn_on is None and not is_used
        else "",
    }


def events(case: Case, reader: Reader) -> list[Event]:
    """Decisions and their withdrawal, answers to the gate, settlements, and emergency acts."""
    found = [_decided(row) for row in decisions_of(case.pk)]
    found += [
        _event(
            row.withdrawn_on,
            row.entered_at,
            _("Decision withdrawn: %(what)s") % {"what": row.get_kind_display()},
            row.withdrawn_because,
            row.withdrawn_by,
            "warning",
        )
        for row in decisions_of(case.pk).filter(withdrawn_on__isnull=False)
    ]
    found += [
        _event(
            row.on,
            row.entered_at,
            name_of(row.condition),
            # What somebody looked into may be about applications and health.
            row.note if reader.sees_social else "",
            row.by,
            "success" if row.is_met else "warning",
        )
        for row in GateAnswer.objects.filter(case=case).select_related("by")
    ]
    acts = CaseAct.objects.filter(case=case, what__in=_SETTLEMENTS).select_related("by")
    found += [_event(row.on, row.entered_at, _settled(row), row.note, row.by, "") for row in acts]
    found += [
        _event(
            row.on,
            row.entered_at,
            _("Emergency act by the manager"),
            _told(row) if reader.sees_social else "",
            row.by,
            "danger",
        )
        for row in EmergencyAct.objects.filter(case=case).select_related("by")
    ]
    return found


def _decided(row: CaseDecision) -> Event:
    return _event(
        row.held_on,
        row.entered_at,
        _("Meeting's decision: %(what)s") % {"what": row.get_kind_display()},
        f"{row.meeting}. {row.reason}",
        row.by,
        "warning" if row.kind in REFERRALS else "info",
    )


def _settled(row: CaseAct) -> str:
    if row.what == "settlement_ended":
        return _("A debt settlement has ended")
    return _("Debt settlement registered")


def _told(row: EmergencyAct) -> str:
    reported = {"to": row.reported_to, "on": format_day(row.reported_on)}
    told = _("Reported to %(to)s, %(on)s.") % reported
    return f"{row.danger} {row.what} {told}"


def _event(on: Any, order: Any, what: str, text: str, who: Any, tone: str) -> Event:
    entry = {
        "when": format_day(on),
        "what": what,
        "text": text,
        "who": str(who) if who else "",
        "tone": tone,
    }
    return Event(on, order, entry)
