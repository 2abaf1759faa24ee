"""The case itself on its page: what it is about, whose it is, how it is shared, and its tasks."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import Case, CaseAct, SharingBasis, TransferState
from arrears.queries.cases import cases_of
from arrears.queries.tasks import TaskRow, tasks_on
from arrears.queries.worklist import owed
from arrears.words.cases import act_title, act_tone, is_act, trigger_name
from arrears.words.tasks import task_title
from boligsak.desk.case.base import Event, Reader
from boligsak.desk.flag_lines import flag_events, flag_lines
from boligsak.desk.queries import lease as lease_query
from boligsak.show import day as format_day
from boligsak.show import deadline

_FEW = 8


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Everything about the case that is not a noun of its own. Masked: what it is about, how grave
    it is, and the tasks of the reader's own party."""
    flags = lease_query.flags([case.lease_id])
    tasks = tasks_on([case.pk], reader.user)
    found: dict[str, Any] = {
        "triggers": _triggers(case, reader),
        "tasks": [_task(row, reader, day) for row in tasks],
        "links": {},
        "level": max((row.level for row in flags.open), default=0) if reader.is_masked else 0,
    }
    if reader.is_masked:
        return found
    waiting = (
        case.transfers.filter(state=TransferState.WAITING)
        .select_related("to_owner", "to_office")
        .first()
    )
    found |= {
        "flags": flag_lines(flags, owed([case.lease_id], day), day),
        "facts": _facts(case, reader, day),
        "waiting": None
        if waiting is None
        else {
            "to": str(waiting.to_owner or waiting.to_office.name),
            "since": format_day(waiting.asked_on),
            "href": reverse("arrears:case_transfer_answer", args=[waiting.pk]),
        },
        "disqualified": _shut_out(case, reader),
        "others": [
            {
                "href": reverse("desk:case", args=[pk]),
                "number": number,
                "when": format_day(opened_on),
            }
            for pk, number, _status, opened_on in cases_of(case.lease_id, reader.user)[:_FEW]
            if pk != case.pk
        ],
        "links": _links(case, reader),
    }
    return found


def _triggers(case: Case, reader: Reader) -> list[dict[str, Any]]:
    running = [row for row in case.triggers.order_by("opened_on", "pk") if row.closed_on is None]
    may_end = reader.may_work and len(running) > 1
    return [
        {
            "name": capfirst(trigger_name(row.kind)),
            "since": format_day(row.opened_on),
            "note": "" if reader.is_masked else row.note,
            "end": reverse("arrears:case_trigger_end", args=[case.pk, row.kind]) if may_end else "",
        }
        for row in running
    ]


def _facts(case: Case, reader: Reader, day: datetime.date) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        (_("Caseworker"), str(case.owner) if case.owner else _("Nobody has it")),
        (_("Office"), case.office.name),
        (_("Opened"), format_day(case.opened_on)),
    ]
    if case.closed_on:
        outcome = capfirst(str(case.get_outcome_display()))
        facts.append((_("Closed"), f"{format_day(case.closed_on)}: {outcome}"))
    if case.for_meeting_on:
        facts.append((_("Up for the meeting"), format_day(case.for_meeting_on)))
    if case.sharing_basis == SharingBasis.NONE:
        facts.append((_("Sharing"), _("no basis: the other parties see no name")))
    else:
        basis = (
            _("the tenant consents")
            if case.sharing_basis == SharingBasis.CONSENT
            else _("a statute allows it")
        )
        since = format_day(case.sharing_on)
        facts.append((_("Sharing"), f"{basis} ({case.sharing_source}, {since})"))
    return facts


def _shut_out(case: Case, reader: Reader) -> list[dict[str, str]]:
    """Who is disqualified; why, and the way back, for the coordinator alone."""
    may_lift = reader.may("arrears.hand_over_case") and case.status == "open"
    rows = case.disqualifications.filter(lifted_on__isnull=True).select_related("user")
    return [
        {
            "who": str(row.user),
            "since": format_day(row.from_on),
            "reason": row.reason if may_lift else "",
            "lift": reverse("arrears:case_disqualify_lift", args=[row.pk]) if may_lift else "",
        }
        for row in rows.order_by("from_on", "pk")
    ]


def _links(case: Case, reader: Reader) -> dict[str, Any]:
    """What this reader may do to the case, by name."""
    if not reader.may_work:
        is_closed = case.status != "open"
        if not is_closed or not reader.may("arrears.work_case"):
            return {}
        return {"reopen": reverse("arrears:case_reopen", args=[case.pk])}
    names = ("note", "task", "trigger", "meeting", "sharing", "transfer", "disqualify", "close")
    links = {name: reverse(f"arrears:case_{name}", args=[case.pk]) for name in names}
    if reader.may("arrears.hand_over_case") or case.owner_id is None:
        links["owner"] = reverse("arrears:case_owner", args=[case.pk])
    return links


def _task(row: TaskRow, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """One task. What somebody typed is for those who see the case, or whose party is to do it."""
    is_read = not reader.is_masked or (row.party in reader.parties and not row.is_protected)
    return {
        "href": reverse("arrears:task", args=[row.task_id]),
        "title": task_title(row.kind, row.title if is_read else "", row.facts if is_read else {}),
        "due": deadline(row.due_on, day),
        "owner": "" if reader.is_masked else row.owner or _("nobody yet"),
    }


def events(case: Case, reader: Reader) -> list[Event]:
    """What was done to the case, and what happened to the flags of its lease since shortly before.

    Social notes are for the welfare side; acts that other nouns note are told by them.
    """
    if reader.is_masked:
        return []
    told = [
        _event(act)
        for act in CaseAct.objects.filter(case=case).select_related("by").order_by("pk")
        if is_act(act.what) and (reader.sees_social or not act.is_social)
    ]
    flags = lease_query.flags([case.lease_id])
    return told + [
        Event(on, _start_of(on), entry)
        for on, entry in flag_events(flags)
        if case.closed_on is None or on <= case.closed_on
    ]


def _event(act: CaseAct) -> Event:
    minutes = _("%(minutes)d minutes spent.") % {"minutes": act.minutes} if act.minutes else ""
    social = _("For the welfare side only.") if act.is_social else ""
    return Event(
        act.on,
        act.entered_at,
        {
            "when": format_day(act.on),
            "what": act_title(act.what, act.facts),
            "text": " ".join(part for part in (act.note, minutes, social) if part),
            "who": str(act.by or ""),
            "tone": act_tone(act.what),
        },
    )


def _start_of(on: datetime.date) -> datetime.datetime:
    """Flags are changed in the night, before anything somebody does that day."""
    return datetime.datetime.combine(on, datetime.time(), tzinfo=datetime.UTC)
