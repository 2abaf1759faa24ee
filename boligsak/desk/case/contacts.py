"""Contact on a case: what has been tried, the visits to come, and the tenants' own views.

Who may not see what is social sees that there was contact, how and when, and nothing that was said
where the note is for the welfare side.
"""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arrears.models import (
    Case,
    CaseAct,
    Channel,
    ContactAttempt,
    ContactResult,
    ContactState,
    PromiseState,
    TenantView,
)
from arrears.queries.contacts import contact_facts, contacts_of, views_of
from arrears.rules.contacts import FEWEST_CHANNELS, ContactFacts
from arrears.words.contacts import (
    ACTS,
    SOCIAL_ACTS,
    act_words,
    away_words,
    channel_name,
    not_counted,
    result_words,
    view_lines,
)
from boligsak.dates import OSLO
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day
from tenants.queries.reach import Reach, reach

_FIRST = 5

_TONES = {
    ContactResult.AGREED: "success",
    ContactResult.PROMISED: "success",
    ContactResult.NOT_REACHED: "warning",
    ContactResult.WRONG_NUMBER: "warning",
    ContactResult.REFUSED: "danger",
}
_ACT_TONES = {"promise_kept": "success", "promise_kept_after_all": "success"}


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """What has been tried and what is planned, the newest first; who has been heard."""
    facts = contact_facts([case.pk], day)[case.pk]
    rows = contacts_of(case.pk)
    tenants = reach([case.lease_id], day)[case.lease_id]
    may = reader.may_work
    done = [_line(row, reader) for row in rows if row.state != ContactState.PLANNED]
    planned = sorted(
        (row for row in rows if row.state == ContactState.PLANNED),
        key=lambda row: (row.on, row.at_time, row.pk),
    )
    return {
        "planned": [_planned(row, reader, tenants) for row in planned],
        "first": done[:_FIRST],
        "older": done[_FIRST:],
        "tried": _tried(facts),
        "views": [_heard(one, reader, facts) for one in _latest(case, facts, tenants)],
        "away": _away(tenants) if reader.sees_social else [],
        "steps": _steps(case) if may else {},
        "call": _call(case, tenants) if may else None,
    }


def events(case: Case, reader: Reader) -> list[Event]:
    """Every contact, cancelled and withdrawn ones too, every view, and what became of promises."""
    found = [_event(row, reader) for row in contacts_of(case.pk)]
    found += [_view_event(row, reader) for row in views_of(case.pk)]
    acts = CaseAct.objects.filter(case=case, what__in=ACTS).select_related("by")
    if not reader.sees_social:
        acts = acts.exclude(what__in=SOCIAL_ACTS)
    return found + [_act_event(act, reader) for act in acts]


# --- The section ----------------------------------------------------------------------------------


def _sees(row: ContactAttempt | TenantView | CaseAct, reader: Reader) -> bool:
    return reader.sees_social or not row.is_social


def _line(row: ContactAttempt, reader: Reader) -> dict[str, Any]:
    sees = _sees(row, reader)
    is_done = row.state == ContactState.DONE
    line: dict[str, Any] = {
        "pk": row.pk,
        "what": channel_name(row.channel),
        "when": format_day(row.on),
        "who": str(row.reported_by or row.by),
        "person": str(row.person) if row.person and sees else "",
        "result": capfirst(result_words(row)) if sees else "",
        "said": row.agreed if sees else "",
        "interpreter": row.interpreter if reader.sees_social else "",
        "counts": capfirst(not_counted(row.counts_not_because))
        if is_done and reader.sees_social
        else "",
        "is_broken": row.promise_state == PromiseState.BROKEN and sees,
        "gone": "" if is_done else str(row.get_state_display()),
        "because": row.withdrawn_because if not is_done and sees else "",
        "is_social": row.is_social and reader.sees_social,
    }
    if is_done and reader.may_work and reader.may("arrears.work_case"):
        line["correct"] = reverse("arrears:contact_correct", args=[row.pk])
        line["withdraw"] = reverse("arrears:contact_withdraw", args=[row.pk])
    return line


def _planned(row: ContactAttempt, reader: Reader, tenants: list[Reach]) -> dict[str, Any]:
    meant = [one for one in tenants if row.person_id in (None, one.person_id)]
    is_away = bool(meant) and all(one.away is not None for one in meant)
    return {
        "on": row.on,
        "at_time": row.at_time,
        "who_goes": row.who_goes,
        "is_away": is_away and reader.sees_social,
        "report": reverse("arrears:visit_report", args=[row.pk]) if reader.may_work else "",
        "cancel": reverse("arrears:visit_cancel", args=[row.pk]) if reader.may_work else "",
        "list": f"{reverse('arrears:visits')}?on={format_day(row.on)}" if reader.may_work else "",
    }


def _tried(facts: ContactFacts) -> list[dict[str, Any]]:
    """The three things that are asked before a case is sent on, as met or not."""
    count = len(facts.channels)
    ways = ", ".join(sorted(str(Channel(one).label) for one in facts.channels))
    heard = facts.view_recorded_on is not None
    if heard:
        view = _("Everyone has been heard")
    elif facts.invited_on is not None:
        view = _("Invited to say their view %(day)s") % {"day": format_day(facts.invited_on)}
    else:
        view = _("The tenant's own view is missing")
    visited = facts.home_visit_on
    return [
        {
            "is_met": count >= FEWEST_CHANNELS,
            "text": ngettext(
                "Tried in %(count)s way: %(ways)s", "Tried in %(count)s ways: %(ways)s", count
            )
            % {"count": count, "ways": ways}
            if count
            else _("Not tried to reach the tenant yet"),
        },
        {
            "is_met": visited is not None,
            "text": _("Visited at home %(day)s") % {"day": format_day(visited)}
            if visited
            else _("No home visit that counts"),
        },
        {"is_met": heard or facts.invited_on is not None, "text": view},
    ]


def _latest(
    case: Case, facts: ContactFacts, tenants: list[Reach]
) -> list[tuple[Reach, TenantView | None]]:
    """Each tenant to be heard, with the entry that counts: the newest with words or a reason, or
    else the newest invitation."""
    rows = views_of(case.pk)
    asked = {one.person_id for one in facts.tenants}
    found = []
    for one in tenants:
        if one.person_id not in asked:
            continue
        own = [row for row in rows if row.person_id == one.person_id]
        said = [row for row in own if row.words or row.missing_because]
        found.append((one, next(iter(said or own), None)))
    return found


def _heard(
    heard: tuple[Reach, TenantView | None], reader: Reader, facts: ContactFacts
) -> dict[str, Any]:
    person, row = heard
    known = next(one for one in facts.tenants if one.person_id == person.person_id)
    entry: dict[str, Any] = {"who": person.name, "when": "", "by": "", "words": "", "missing": ""}
    if row is not None:
        entry = dict(view_lines(row))
        if not reader.sees_social:
            entry["interpreter"] = ""
        if not _sees(row, reader):
            entry |= {"words": "", "missing": ""}
            entry["is_hidden"] = bool(row.words or row.missing_because)
    if known.invited_on is not None and not entry.get("invited"):
        told = {"day": format_day(known.invited_on)}
        entry["invited"] = _("Invited to take part %(day)s") % told
    entry["is_missing"] = row is None
    return entry


def _away(tenants: list[Reach]) -> list[str]:
    return [
        f"{one.name}: {away_words(one.away.kind, one.away.to_on)}"
        for one in tenants
        if one.away is not None
    ]


def _steps(case: Case) -> dict[str, str]:
    return {
        name: reverse(f"arrears:{name}", args=[case.pk])
        for name in ("phone_note", "contact_new", "visit_new", "tenant_view")
    }


def _call(case: Case, tenants: list[Reach]) -> dict[str, str]:
    """The button beside the title: it opens the note, and the number stands there to be called."""
    first = next((one.name.split()[0] for one in tenants if one.tel), "")
    if not first and any(one.estate for one in tenants if one.died_on is not None):
        first = _("the estate")
    label = _("Call %(name)s") % {"name": first} if first else _("Phone note")
    return {"href": reverse("arrears:phone_note", args=[case.pk]), "label": label}


# --- The timeline ---------------------------------------------------------------------------------


def _event(row: ContactAttempt, reader: Reader) -> Event:
    sees = _sees(row, reader)
    what, text, tone = channel_name(row.channel), "", ""
    on = row.on
    if row.state == ContactState.PLANNED:
        # What is to come has not happened; that it was planned has.
        on = row.entered_at.astimezone(OSLO).date()
        what = _("Home visit planned for %(day)s") % {"day": format_day(row.on)}
        text = ", ".join(part for part in (row.at_time, row.who_goes) if part)
    elif row.state == ContactState.CANCELLED:
        what = _("Home visit that was cancelled")
        text = row.withdrawn_because if sees else ""
    elif row.state == ContactState.WITHDRAWN:
        what = _("%(what)s (withdrawn)") % {"what": what}
    elif sees:
        what = f"{what}: {result_words(row)}"
        text = row.agreed
        tone = _TONES.get(ContactResult(row.result), "info")
    return Event(
        on,
        row.entered_at,
        {
            "when": format_day(on),
            "what": what,
            "text": text,
            "who": str(row.reported_by or row.by),
            "tone": tone,
        },
    )


def _view_event(row: TenantView, reader: Reader) -> Event:
    name = str(row.person)
    if row.words:
        what = _("%(name)s told their own view") % {"name": name}
    elif row.missing_because:
        what = _("%(name)s's own view is missing, with a reason") % {"name": name}
    else:
        what = _("%(name)s was invited to take part") % {"name": name}
    text = row.words or row.missing_because
    return Event(
        row.on,
        row.entered_at,
        {
            "when": format_day(row.on),
            "what": what,
            "text": text if _sees(row, reader) else "",
            "who": str(row.by),
            "tone": "accent" if row.words else "",
        },
    )


def _act_event(act: CaseAct, reader: Reader) -> Event:
    sees = _sees(act, reader)
    return Event(
        act.on,
        act.entered_at,
        {
            "when": format_day(act.on),
            "what": act_words(act.what, act.facts, sees_why=sees),
            "text": act.note if sees else "",
            "who": str(act.by) if act.by else _("The night's check"),
            "tone": _ACT_TONES.get(act.what, "danger" if act.what == "promise_broken" else ""),
        },
    )
