"""One person: contact, tenancies over time, debt over all of them, and who may act for them."""

import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from arrears.queries.worklist import Owed
from boligsak import dates, sealed
from boligsak.addresses import address
from boligsak.desk.flag_lines import flag_events, flag_lines, newest_first
from boligsak.desk.forms.search import IdentityForm
from boligsak.desk.own_applications import of_person
from boligsak.desk.queries import person as query
from boligsak.desk.queries.person import PersonRow
from boligsak.desk.queries.person_file import person_file
from boligsak.desk.queries.search import BY_WORDS
from boligsak.desk.searches import kept_search
from boligsak.desk.trail import breadcrumb, here
from boligsak.desk.words import language_name
from boligsak.show import day as format_day
from boligsak.show import kr
from boligsak.web import page
from tenants.models import Absence, PartyRole, Protection
from tenants.services.people import IDENTITY

MOST_EVENTS = 40
_HIDDEN = "•••••"


@require_GET
@page("tenants.view_person")
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Address, dwelling and district of somebody protected are for the cleared only."""
    row = _find(request.user, pk)
    request.saw([row.id], _why(request))
    return _page(request, row, IdentityForm(auto_id="identity-%s"))


@never_cache
@require_POST
@page("tenants.view_identity")
def identity(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Shows the whole identity number, once, to somebody who says why.

    The answer is the page itself and not an address to go on to: the number stands in no address
    and in no session. Reading it again asks, and is written down, again.
    """
    row = _find(request.user, pk)
    form = IdentityForm(request.POST, auto_id="identity-%s")
    number = _number(row)
    if number is None:
        raise Http404
    if not form.is_valid():
        request.saw([row.id])
        return _page(request, row, form, status=422)
    with translation.override(settings.LANGUAGE_CODE):
        why = _("Identity number: %(why)s") % {"why": form.cleaned_data["why"]}
    request.saw([row.id], why)
    return _page(request, row, IdentityForm(auto_id="identity-%s"), shown=number)


def _find(user: Any, pk: int) -> PersonRow:
    row = query.one(user, pk)
    if row is None:
        raise Http404
    return row


def _why(request: HttpRequest) -> str:
    """How the reader came here, for the look-up log. Never the words that were searched for."""
    kept = kept_search(request, request.GET.get("s", ""))
    if kept is None:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        return str(BY_WORDS.get(kept.by, ""))


def _number(row: PersonRow) -> str | None:
    return None if row.number_sealed is None else sealed.unseal(row.number_sealed, IDENTITY)


def _page(
    request: HttpRequest, row: PersonRow, form: IdentityForm, *, shown: str = "", status: int = 200
) -> HttpResponseBase:
    user, day = request.user, dates.today()
    is_cleared = user.access.is_cleared
    sees_social = user.has_perm("tenants.view_social")
    # Where somebody with a protected address is now is as secret as where they live.
    hides_absences = bool(row.protection) and not is_cleared
    file = person_file(
        row, user, day, absences=sees_social and not hides_absences, social=sees_social
    )
    tenancies, flags = file.tenancies, file.flags
    masked = frozenset(
        one.lease_id for one in tenancies if not is_cleared and (one.is_protected or row.protection)
    )
    back = here(request)
    context: dict[str, Any] = {
        "title": row.name,
        "breadcrumb": breadcrumb(request),
        "lead": _born(row, day),
        "status": _status(row),
        "person": row,
        "tel": row.phone.replace(" ", ""),
        "post_address": row.post_address if is_cleared or not row.protection else "",
        "email_used": _email_used(row),
        "email_step": address("desk:email_used", row.id)
        if row.email and not row.protection and user.has_perm("tenants.change_person")
        else "",
        "sees_social": sees_social,
        "change": address("desk:person_change", row.id)
        if user.has_perm("tenants.change_person")
        else "",
        "columns": [
            {"label": _("Lease"), "header": True},
            {"label": _("Dwelling")},
            {"label": _("Period")},
            {"label": _("Status")},
            {"label": _("Balance"), "align": "end"},
        ],
        "tenancies": [_tenancy(one, one.lease_id in masked, day, back) for one in tenancies],
        "sums": _sums(tenancies, day),
        "flags": flag_lines(flags, _owed(tenancies), day, masked=masked),
        "identity": _masked_number(row) if user.has_perm("tenants.view_identity") else "",
        "shown": f"{shown[:6]} {shown[6:]}" if shown else "",
        "identity_form": form,
        "csrf_address": address("desk:identity", row.id),
        "applications": of_person(row.id, file.applications, user, back),
    }
    events = flag_events(flags, masked=masked)
    if sees_social:
        members = file.members
        hides = {one.household_id for one in members if one.is_secret and not is_cleared}
        request.saw(one.person_id for one in members if one.household_id not in hides)
        context |= {
            "households": _households(row, members, hides, day, back),
            "hides_household": bool(hides),
            "guardians": [_guardian(one, day, _may_change(row, user)) for one in file.guardians],
            "language": language_name(row.language),
            "hides_absences": hides_absences,
            "absences": [_absence(one, day) for one in file.absences],
            "estate": next(iter(file.estates), None),
            "steps": _steps(row, user),
        }
    events += _tenancy_events(tenancies, masked, day)
    context["timeline"] = newest_first(sorted(events, key=lambda event: event[0]), MOST_EVENTS)
    return render(request, "desk/person.html", context, status=status)


def _born(row: PersonRow, day: datetime.date) -> str:
    parts = []
    if row.born_on is not None:
        parts.append(_("born %(day)s") % {"day": format_day(row.born_on)})
        if row.died_on is None:
            parts.append(_("%(years)d years") % {"years": _age(row.born_on, day)})
    if row.died_on is not None:
        parts.append(_("died %(day)s") % {"day": format_day(row.died_on)})
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _age(born_on: datetime.date, day: datetime.date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _status(row: PersonRow) -> dict[str, str] | None:
    if row.protection:
        label = str(Protection(row.protection).label)
        said = _("Protected address, %(kind)s") % {"kind": label}
        return {"text": said, "color": "warning"}
    if row.died_on is not None:
        return {"text": _("Dead"), "color": "neutral"}
    return None


def _masked_number(row: PersonRow) -> str:
    number = _number(row)
    return f"{number[:6]} {_HIDDEN}" if number else ""


def _tenancy(one: query.Tenancy, is_masked: bool, day: datetime.date, back: str) -> dict[str, Any]:
    running = one.is_running(day)
    balance = kr(one.balance_ore) if one.balance_ore is not None else ""
    lease = {
        "text": one.number,
        "href": address("desk:lease", one.lease_id) + back,
    }
    if is_masked:
        return {"cells": [lease, _("Protected address"), "", "", balance]}
    period = f"{format_day(one.from_on)}–{format_day(one.to_on) if one.to_on else ''}"
    if one.to_on is None and one.moved_out_on is not None:
        period += format_day(one.moved_out_on)
    status = {"text": _("Running"), "tag": "success"} if running else _("Ended")
    if one.role != PartyRole.TENANT:
        status = str(PartyRole(one.role).label).capitalize()
    return {
        "cells": [
            lease,
            {
                "text": one.address,
                "href": address("desk:dwelling", one.dwelling_id) + back,
                "sub": one.office,
            },
            period,
            status,
            balance,
        ]
    }


def _sums(tenancies: list[query.Tenancy], day: datetime.date) -> dict[str, Any]:
    """Each lease once, whatever the number of times the person has been a party to it."""
    own = {one.lease_id: one for one in tenancies if one.role == PartyRole.TENANT}
    balances = [one.balance_ore or 0 for one in own.values()]
    return {
        "debt_ore": sum(ore for ore in balances if ore > 0),
        "credit_ore": -sum(ore for ore in balances if ore < 0),
        "owing": sum(ore > 0 for ore in balances),
        "running": len({one.lease_id for one in own.values() if one.is_running(day)}),
        "tenancies": len(own),
    }


def _owed(tenancies: list[query.Tenancy]) -> dict[int, Owed]:
    return {
        one.lease_id: Owed(one.overdue_ore, one.monthly_rent_ore, one.oldest_due_on)
        for one in tenancies
        if one.overdue_ore and one.oldest_due_on
    }


def _households(
    row: PersonRow,
    members: list[query.Member],
    hides: set[int],
    day: datetime.date,
    back: str,
) -> list[dict[str, Any]]:
    """The households this reader may see, those that last first, each with who lives in it."""
    found: dict[int, dict[str, Any]] = {}
    for one in members:
        if one.household_id in hides:
            continue
        home = found.setdefault(
            one.household_id, {"number": one.household, "members": [], "is_over": True}
        )
        if one.person_id == row.id:
            home["period"] = _period(one.from_on, one.to_on)
            home["is_over"] = one.to_on is not None and one.to_on < day
            continue
        words = []
        if one.is_child(day):
            words.append(_("child"))
        if one.born_on is not None:
            words.append(_("%(years)d years") % {"years": _age(one.born_on, day)})
        if one.to_on is not None and one.to_on < day:
            words.append(_("until %(day)s") % {"day": format_day(one.to_on)})
        home["members"].append(
            {
                "name": one.name,
                "href": address("desk:person", one.person_id) + back,
                "words": ", ".join(words),
            }
        )
    return sorted(found.values(), key=lambda home: home["is_over"])


def _email_used(row: PersonRow) -> str:
    if not row.email:
        return ""
    if row.protection:
        return _("Protected address: letters go on paper.")
    if row.email_used_on is None:
        return _("Nobody has noted that the address is in use, so letters go on paper.")
    return _("Last used or confirmed %(day)s") % {"day": format_day(row.email_used_on)}


def _may_change(row: PersonRow, user: Any) -> bool:
    """Whether the reader may know, and change, where a guardian lives: it may be where somebody
    with a protected address does."""
    is_open = user.access.is_cleared or not row.protection
    return is_open and bool(user.has_perm("tenants.change_person"))


def _guardian(one: query.Guardian, day: datetime.date, may_change: bool) -> dict[str, Any]:
    return {
        "post_address": one.post_address if may_change else "",
        "href": address("desk:guardian_change", one.id) if may_change else "",
        "name": one.name,
        "phone": one.phone,
        "email": one.email,
        "mandate": one.mandate,
        "period": _period(one.from_on, one.to_on),
        "is_over": one.to_on is not None and one.to_on < day,
    }


def _absence(one: Absence, day: datetime.date) -> dict[str, Any]:
    through = ", ".join(part for part in (one.contact_name, one.contact_phone) if part)
    return {
        "where": str(one.get_kind_display()).capitalize(),
        "period": _period(one.from_on, one.to_on),
        "through": through,
        "note": one.note,
        "is_over": one.to_on is not None and one.to_on < day,
        "withdrawn": one.withdrawn_because,
        "href": address("desk:absence_change", one.pk),
    }


def _steps(row: PersonRow, user: Any) -> dict[str, str]:
    """Where somebody who may change the person goes on."""
    if not user.has_perm("tenants.change_person"):
        return {}
    names = ["absence_new", "person_death"]
    if _may_change(row, user):
        names.append("guardian_new")
    return {name: address(f"desk:{name}", row.id) for name in names}


def _period(from_on: datetime.date, to_on: datetime.date | None) -> str:
    if to_on is None:
        return _("from %(day)s") % {"day": format_day(from_on)}
    return f"{format_day(from_on)}–{format_day(to_on)}"


def _tenancy_events(
    tenancies: list[query.Tenancy], masked: frozenset[int], day: datetime.date
) -> list[tuple[datetime.date, dict[str, str]]]:
    events = []
    for one in tenancies:
        if one.lease_id in masked:
            continue
        ended_on = one.to_on or one.moved_out_on
        for on, words in ((one.from_on, _("Tenancy began")), (ended_on, _("Tenancy ended"))):
            if on is not None and on <= day:
                events.append(
                    (
                        on,
                        {
                            "when": format_day(on),
                            "what": words,
                            "text": f"{one.number}, {one.address}",
                            "tone": "accent",
                        },
                    )
                )
    return events
