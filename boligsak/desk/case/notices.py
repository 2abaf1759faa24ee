"""Notices on a case: what has been sent, what waits to be, and what came back."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arrears.models import Case, Notice, NoticeState
from arrears.queries.notices import notice_facts
from arrears.words.notices import kind_name
from boligsak.dates import OSLO
from boligsak.desk.case.base import Event, Reader
from boligsak.show import day as format_day
from boligsak.show import kr

_FIRST = 5


def section(case: Case, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The notices of the case, newest first: sent, drafts, and what carries the next step."""
    rows = _notices(case)
    facts = notice_facts([case.pk], day)[case.pk]
    carrying = {one.notice_id for one in facts.latest.values() if one.is_carrying}
    spent = {one.notice_id for one in facts.latest.values() if not one.is_carrying}
    unserved = {one.notice_id for one in facts.latest.values() if not one.served_to_all}
    shown = [_row(one, carrying, spent, unserved) for one in rows]
    may_write = reader.may("arrears.send_notice") and case.status == "open"
    return {
        "first": shown[:_FIRST],
        "older": shown[_FIRST:],
        "new": reverse("arrears:notice_new", args=[case.pk]) if may_write else "",
    }


def _notices(case: Case) -> list[Notice]:
    return list(case.notices.select_related("by", "sent_by").order_by("-made_on", "-id"))


def _row(notice: Notice, carrying: set[int], spent: set[int], unserved: set[int]) -> dict[str, Any]:
    is_sent = notice.state == NoticeState.SENT
    note = ""
    if notice.pk in spent:
        note = _("No step can rest on it any more.")
    elif notice.pk in unserved:
        note = _("Not served on everybody it concerns now.")
    ore = notice.principal_ore + notice.fee_ore + notice.interest_ore
    return {
        "href": reverse("arrears:notice", args=[notice.pk]),
        "name": kind_name(notice.kind),
        "on": format_day(notice.sent_on if is_sent else notice.made_on),
        "how": notice.get_channel_display() if is_sent else "",
        "sum": kr(ore) if ore else "",
        "last_on": notice.last_on if notice.pk in carrying else None,
        "tag": {
            "text": {
                NoticeState.SENT: _("Sent"),
                NoticeState.DRAFT: _("Draft"),
                NoticeState.WITHDRAWN: _("Withdrawn"),
            }[NoticeState(notice.state)],
            "color": {"sent": "success", "draft": "info", "withdrawn": "neutral"}[notice.state],
        },
        "note": note,
    }


def events(case: Case, reader: Reader) -> list[Event]:
    """What was sent and withdrawn, and what came back: receipt, protest, reservation."""
    found: list[Event] = []
    for notice in case.notices.select_related("sent_by"):
        if notice.sent_on is None:
            continue
        name, href = kind_name(notice.kind), reverse("arrears:notice", args=[notice.pk])
        entry = {
            "what": _("%(notice)s sent") % {"notice": name},
            "text": notice.get_channel_display(),
            "who": str(notice.sent_by),
            "href": href,
            "tone": "warning",
        }
        found.append(_event(notice.sent_on, notice.entered_at, entry))
        if notice.withdrawn_on is not None:
            told = {
                "what": _("%(notice)s withdrawn") % {"notice": name},
                "text": notice.withdrawn_because,
                "who": "",
                "href": href,
                "tone": "",
            }
            found.append(_event(notice.withdrawn_on, _noon(notice.withdrawn_on), told))
        found += _answers(notice, name, href)
    return found


def _answers(notice: Notice, name: str, href: str) -> list[Event]:
    found: list[Event] = []
    for serving in notice.servings.select_related("person"):
        told = {"notice": name, "who": str(serving.person)}
        said = (
            (serving.received_on, _("%(who)s received the %(notice)s"), ""),
            (serving.protest_on, _("%(who)s protested"), "danger"),
            (serving.reserved_on, _("%(who)s reserved against warning Nav"), "warning"),
        )
        for on, words, tone in said:
            if on is not None and serving.guardianship_id is None:
                entry = {"what": words % told, "text": "", "who": "", "href": href, "tone": tone}
                found.append(_event(on, _noon(on), entry))
    return found


def _noon(on: datetime.date) -> datetime.datetime:
    """The middle of a day: what has no instant of its own is placed among the others there."""
    return datetime.datetime.combine(on, datetime.time(12), tzinfo=OSLO)


def _event(on: datetime.date, order: datetime.datetime, entry: dict[str, Any]) -> Event:
    return Event(on, order, {"when": format_day(on), **entry})
