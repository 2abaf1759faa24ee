"""One dwelling: what it is, who has it now and who had it before."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arrears.queries.measures import head_actions
from boligsak import dates
from boligsak.addresses import address
from boligsak.desk.complaint_lines import panel
from boligsak.desk.head_actions import action_line
from boligsak.desk.queries import dwelling as query
from boligsak.desk.queries.dwelling import TenancyRow
from boligsak.desk.trail import breadcrumb, here
from boligsak.show import NOTHING, kr
from boligsak.show import day as format_day
from boligsak.web import page
from tenants.models import Dwelling, LeaseKind
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.queries.complaints import of_dwelling


@require_GET
@page("tenants.view_dwelling")
def dwelling(request: HttpRequest, pk: int) -> HttpResponseBase:
    """That somebody lives here is no secret; who does may be. A tenancy the reader may not know of
    is a line without number, name and dates, and says nothing of why."""
    user, day = request.user, dates.today()
    try:
        row = query.one(user, pk)
    except Dwelling.DoesNotExist as missing:
        raise Http404 from missing
    tenancies = query.tenancies(row.pk, user)
    cards = lease_cards([one.lease_id for one in tenancies if one.is_shown], user, day)
    request.saw(person for card in cards.values() for person in card.person_ids)
    back = here(request)
    return render(
        request,
        "desk/dwelling.html",
        {
            "title": str(row),
            "breadcrumb": breadcrumb(request),
            "status": _status(row, tenancies, day),
            "lead": f"{row.postcode} {row.place} · {row.office.name}",
            "facts": _facts(row, tenancies, day),
            "today": day,
            "head_actions": [action_line(one, user, day) for one in head_actions(row.pk)],
            "new_head_action": address("desk:head_action_new", row.pk)
            if user.has_perm("arrears.work_measure")
            else "",
            "complaints": _complaints(row, user, day, back),
            "columns": [
                {"label": _("Tenant"), "header": True},
                {"label": _("Lease")},
                {"label": _("Period")},
                {"label": _("Status")},
                {"label": _("Balance"), "align": "end"},
            ],
            "tenancies": [_tenancy(one, cards.get(one.lease_id), day, back) for one in tenancies],
        },
    )


def _complaints(row: Dwelling, user: Any, day: datetime.date, back: str) -> dict[str, Any] | None:
    if not user.has_perm("tenants.view_complaint"):
        return None
    new = address("tenants:complaint_new_dwelling", row.pk)
    may = user.has_perm("tenants.register_complaint")
    return panel(
        of_dwelling(row.pk, user),
        user,
        day,
        new=new if may else "",
        new_dwelling=f"{new}?about=dwelling" if may else "",
        here=back,
    )


def _status(row: Dwelling, tenancies: list[TenancyRow], day: datetime.date) -> dict[str, str]:
    if any(one.is_running(day) for one in tenancies):
        return {"text": _("Let"), "color": "success"}
    if row.in_use_from > day or (row.in_use_to is not None and row.in_use_to < day):
        return {"text": _("Not in use"), "color": "neutral"}
    return {"text": _("Vacant"), "color": "warning"}


def _facts(row: Dwelling, tenancies: list[TenancyRow], day: datetime.date) -> list[tuple[str, str]]:
    building = row.building
    facts = [
        (_("Number"), row.number),
        (_("Building"), f"{building.name}, {building.get_kind_display()}"),
        (_("Rooms"), str(row.rooms)),
        (_("Area"), f"{row.area_m2} m²"),
        (_("Floor"), str(row.floor)),
        (_("Step-free access"), _("yes") if row.is_accessible else _("no")),
        (_("Rent when vacant"), kr(row.rent_ore)),
        (_("In use"), _period(row.in_use_from, row.in_use_to)),
    ]
    vacant_since = _vacant_since(row, tenancies, day)
    if vacant_since is not None:
        days = (day - vacant_since).days
        text = _("since %(day)s, %(days)d days") % {"day": format_day(vacant_since), "days": days}
        facts.insert(0, (_("Vacant"), text))
    return facts


def _vacant_since(
    row: Dwelling, tenancies: list[TenancyRow], day: datetime.date
) -> datetime.date | None:
    """The first day without a tenant; None while somebody has it, and when the last tenancy is
    one whose days this reader may not know."""
    if row.in_use_from > day or (row.in_use_to is not None and row.in_use_to < day):
        return None
    if any(one.is_running(day) for one in tenancies):
        return None
    before = [one for one in tenancies if one.starts_on <= day]
    if not before:
        return row.in_use_from
    last = before[0]
    if not last.is_shown or last.moved_out_on is None:
        return None
    return last.moved_out_on + datetime.timedelta(days=1)


def _tenancy(
    one: TenancyRow, card: LeaseCard | None, day: datetime.date, back: str
) -> dict[str, Any]:
    running = one.is_running(day)
    if one.starts_on > day:
        status: Any = {"text": _("Not begun"), "tag": "info"}
    else:
        status = {"text": _("Running"), "tag": "success"} if running else _("Ended")
    if not one.is_shown or card is None or card.is_masked:
        return {"cells": [_("Tenancy without details"), "", "", status if running else "", ""]}
    person = card.people[0] if card.people else None
    return {
        "cells": [
            {
                "text": card.name,
                "href": address("desk:person", person[0]) + back,
            }
            if person
            else NOTHING,
            {
                "text": one.number,
                "href": address("desk:lease", one.lease_id) + back,
                "sub": "" if one.kind == LeaseKind.LEASE else capfirst(LeaseKind(one.kind).label),
            },
            _period(one.starts_on, one.moved_out_on),
            status,
            kr(one.balance_ore) if one.balance_ore is not None else "",
        ]
    }


def _period(from_on: datetime.date, to_on: datetime.date | None) -> str:
    if to_on is None:
        return _("from %(day)s") % {"day": format_day(from_on)}
    return f"{format_day(from_on)}–{format_day(to_on)}"
