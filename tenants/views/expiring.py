"""Contracts that run out or have run out: the list, with what is proposed for each and why."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.export import FORMATS, Cell, as_file
from boligsak.paging import Paging
from boligsak.rule import RuleBroken
from boligsak.show import day as format_day
from boligsak.show import deadline
from boligsak.web import PageRequest, page
from tenants.forms.renewals import ExpiringFilter
from tenants.models import BulkKind
from tenants.queries import expiring as query
from tenants.queries.bulk import latest
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.queries.offices import offices
from tenants.queries.renewals import Plans, RenewalRow
from tenants.rules.leases import Expiry, expiry_state, is_short_term
from tenants.rules.renewal import Renewal, Wish
from tenants.views.bulk_rows import bulk_line
from tenants.views.lease_steps import where
from tenants.words import renewals as words

_AS_PROPOSED = Wish()
_AT_A_TIME = 500
_MOST_EXPORTED = 20_000


@require_GET
@page("tenants.renew_lease")
def expiring(request: PageRequest) -> HttpResponseBase:
    """The list in working order: what has run out first, by its last safe day (§ 9-2)."""
    user, day = request.user, dates.today()
    form = ExpiringFilter(request.GET, offices=offices(user))
    choice = form.choice()
    order = _order(request)
    paging = Paging.asked(request.GET)
    found = query.chosen(user, choice, day)
    ids = query.ids(query.ordered(found, order, user, day), paging.offset, paging.limit)
    shown = ids[: paging.size]
    cards = lease_cards(shown, user, day)
    request.saw(person for card in cards.values() for person in card.person_ids)
    is_last = len(ids) <= paging.size and (ids or paging.offset == 0)
    hits = paging.offset + len(ids) if is_last else query.count(found)
    may_bulk = user.has_perm("tenants.renew_in_bulk")
    plans = Plans(shown, day)
    back = quote(request.get_full_path())
    return render(
        request,
        "tenants/expiring.html",
        {
            "title": _("Contracts that run out"),
            "lead": _(
                "In the order they should be worked: what has run out first. Nobody has to apply"
                " again when nothing has changed."
            ),
            "form": form,
            "is_filtered": not choice.is_everything or not form.is_valid(),
            "columns": _columns(),
            "rows": [
                _row(cards[pk], plans, day, back, may_tick=may_bulk) for pk in shown if pk in cards
            ],
            "empty": _("No contracts fit this filter.")
            if not choice.is_everything
            else _("No contract runs out in the coming half year."),
            "empty_action": None
            if choice.is_everything
            else {"url": request.path, "label": _("Clear the filter")},
            "sort": order,
            "query": request.GET,
            "pager": paging.pager(len(ids), hits),
            "export": reverse("tenants:expiring_export"),
            "bulk": {
                "action": reverse("tenants:bulk_new"),
                "submission_id": uuid4(),
                "chosen": request.GET.urlencode(),
                "hits": hits,
            }
            if may_bulk and ids
            else None,
            "latest": [bulk_line(row) for row in latest(BulkKind.RENEWAL)] if may_bulk else [],
        },
    )


@require_GET
@page("tenants.renew_lease")
def expiring_export(request: PageRequest) -> HttpResponseBase:
    """The whole of the list that is shown, on all its pages, as a file."""
    user, day = request.user, dates.today()
    choice = ExpiringFilter(request.GET, offices=offices(user)).choice()
    found = query.ordered(query.chosen(user, choice, day), _order(request), user, day)
    parts = list(query.in_parts(found, _AT_A_TIME, _MOST_EXPORTED))
    for part in parts:
        cards = lease_cards(part, user, day, to_file=True)
        request.saw(person for card in cards.values() for person in card.person_ids)
    file_format = request.GET.get("export")
    return as_file(
        file_format if file_format in FORMATS else "csv",
        _("contracts") + f"-{day.isoformat()}",
        [
            _("Lease number"),
            _("Tenant"),
            _("Address"),
            _("Office"),
            _("From"),
            _("Term ends"),
            _("The clock of § 9-2"),
            _("Last safe day, § 9-2"),
            _("Shorter than three years"),
            _("Proposed"),
            _("Why"),
        ],
        _file_rows(parts, user, day),
    )


def _order(request: PageRequest) -> str:
    order = request.GET.get("sort", "")
    return order if order in query.ORDERS else "work"


def _columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Tenant"), "header": True, "class": "who"},
        {"label": _("Lease number"), "sort": "number"},
        {"label": _("Term ends"), "sort": "ends"},
        {"label": _("State and deadline")},
        {"label": _("Proposed")},
        {"label": _("Next step")},
    ]


def _row(
    card: LeaseCard, plans: Plans, day: datetime.date, back: str, *, may_tick: bool
) -> dict[str, Any]:
    anchor = f"l{card.lease_id}"
    if card.is_masked:
        cells: list[Any] = [_("Protected address"), card.number, "", "", "", ""]
        return {"id": anchor, "cells": cells}
    row = plans.rows[card.lease_id]
    lease, plan = row.facts.lease, plans.of(row, _AS_PROPOSED)
    state = expiry_state(lease, day)
    href = reverse("desk:lease", args=[card.lease_id]) + f"?back={back}%23{anchor}"
    cells = [
        {"text": card.name or card.number, "href": href, "sub": where(card)},
        {"text": card.number, "sub": card.office},
        {"text": format_day(lease.ends_on), "sub": _length(row)},
        _clock_cell(row, state.expiry, state.last_safe_on, day),
        {"text": _("Must be looked at"), "sub": words.refusal(plan)}
        if isinstance(plan, RuleBroken)
        else {"text": words.term(plan), "sub": words.why(plan.why)},
        _step_cell(row, plan, f"?back={back}%23{anchor}"),
    ]
    ticked = {"value": str(card.lease_id), "name": card.number}
    return {"id": anchor, "cells": cells, **(ticked if may_tick else {})}


def _length(row: RenewalRow) -> str:
    lease = row.facts.lease
    if row.unsigned_id is not None:
        return _("renewed, not signed yet")
    if lease.ends_on is not None and is_short_term(lease.starts_on, lease.ends_on):
        return _("shorter than three years")
    return ""


def _clock_cell(
    row: RenewalRow, expiry: Expiry, last_safe_on: datetime.date | None, day: datetime.date
) -> dict[str, Any]:
    told = words.state(expiry, outside_the_act=row.facts.lease.is_outside_tenancy_act)
    cell: dict[str, Any] = {"text": told, "tag": words.STATE_COLORS.get(expiry, "neutral")}
    if expiry is Expiry.EXPIRED:
        cell["sub"] = deadline(last_safe_on, day)
    elif expiry is Expiry.RUNNING:
        cell["sub"] = deadline(row.facts.lease.ends_on, day)
    return cell


def _step_cell(row: RenewalRow, plan: Renewal | RuleBroken, query_string: str) -> Any:
    if isinstance(plan, RuleBroken):
        if plan.code == "renewal.open_ended":
            address = reverse("tenants:convert", args=[row.lease_id])
            return {"text": _("Note as open-ended"), "href": address + query_string}
        if plan.code in ("renewal.too_early", "renewal.no_term"):
            return ""
    address = reverse("tenants:renew", args=[row.lease_id])
    words_of = _("Look at it") if isinstance(plan, RuleBroken) else _("Renew")
    return {"text": words_of, "href": address + query_string}


def _file_rows(
    parts: Sequence[Sequence[int]], user: Any, day: datetime.date
) -> Iterator[list[Cell]]:
    for part in parts:
        cards = lease_cards(part, user, day, to_file=True)
        plans = Plans(part, day)
        for pk in part:
            card = cards.get(pk)
            if card is None:
                continue
            if card.is_masked:
                yield [card.number, _("Protected address"), *[None] * 9]
                continue
            yield _file_row(card, plans.rows[pk], plans, day)


def _file_row(card: LeaseCard, row: RenewalRow, plans: Plans, day: datetime.date) -> list[Cell]:
    lease, plan = row.facts.lease, plans.of(row, _AS_PROPOSED)
    state = expiry_state(lease, day)
    return [
        card.number,
        card.name,
        where(card),
        card.office,
        lease.starts_on,
        lease.ends_on,
        words.state(state.expiry, outside_the_act=lease.is_outside_tenancy_act),
        state.last_safe_on if state.expiry is Expiry.EXPIRED else None,
        _("yes") if _is_short(lease) else _("no"),
        "" if isinstance(plan, RuleBroken) else words.term(plan),
        words.refusal(plan) if isinstance(plan, RuleBroken) else words.why(plan.why),
    ]


def _is_short(lease: Any) -> bool:
    return lease.ends_on is not None and is_short_term(lease.starts_on, lease.ends_on)
