"""Homes: what stands empty, who has been offered one and must answer, and who waits."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.show import grouped
from boligsak.web import PageRequest, page
from tenants.models import OfferState
from tenants.queries.offers import OfferChoice, chosen, is_masked
from tenants.queries.vacancies import COMING, FREE, HELD, empty_lengths, vacancies
from tenants.queries.waiting import RUN_OUT, WAITS, policies, seen, waiting
from tenants.views.home_rows import (
    offer_columns,
    offer_row,
    vacancy_columns,
    vacancy_row,
    waiting_columns,
    waiting_row,
)

_SHOWN = 8


@require_GET
@page("tenants.view_vacancies")
def homes(request: PageRequest) -> HttpResponseBase:
    """One page for whoever allocates homes: the morning's look."""
    user, day = request.user, dates.today()
    terms = policies(day)
    empty = vacancies(user, day, coming_days=terms.matching_of(None).coming_days)
    sees_people = user.has_perm("tenants.view_application")
    may_lease = user.has_perm("tenants.make_lease")
    context: dict[str, Any] = {
        "title": _("Homes"),
        "tiles": _empty_tiles(empty, day),
        "vacancy_columns": _unsorted(vacancy_columns()),
        "vacancies": [vacancy_row(one, user, day) for one in _first(empty, day)],
        "all_vacancies": reverse("tenants:vacancies"),
    }
    if sees_people:
        places = seen(waiting(user, day, terms=terms))
        waits = [one for one in places if one.state == WAITS]
        request.saw(one.applicant_id for one in waits[:_SHOWN] if not one.is_masked)
        with_match = user.has_perm("tenants.allocate")
        run_out = sum(1 for one in places if one.state == RUN_OUT)
        context["tiles"] += [
            _tile(
                len(waits),
                _("waiting for a home"),
                f"{reverse('tenants:waiting')}?state={WAITS}",
                _("%(count)d with a decision that has run out") % {"count": run_out}
                if run_out
                else "",
            )
        ]
        context |= {
            "waiting_columns": waiting_columns(with_match=with_match),
            "waiting": [waiting_row(one, day, with_match=with_match) for one in waits[:_SHOWN]],
            "all_waiting": reverse("tenants:waiting"),
        }
    if sees_people or may_lease:
        context |= _offers(request, day)
    return render(request, "tenants/homes.html", context)


def _unsorted(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The head of a list's first rows: it is sorted where the whole of it stands."""
    return [{key: one for key, one in column.items() if key != "sort"} for column in columns]


def _first(empty: list[Any], day: Any) -> list[Any]:
    """What can be offered first, then what waits for somebody; the longest empty first."""
    order = {FREE: 0, HELD: 1, COMING: 3}
    return sorted(empty, key=lambda one: order.get(one.state(day), 2))[:_SHOWN]


def _empty_tiles(empty: list[Any], day: Any) -> list[dict[str, Any]]:
    length = empty_lengths(empty, day)
    where = reverse("tenants:vacancies")
    free = sum(1 for one in empty if one.state(day) == FREE)
    coming = sum(1 for one in empty if one.free_on > day)
    return [
        _tile(
            free,
            _("free to offer"),
            f"{where}?state={FREE}",
            _("%(count)d empty, %(coming)d coming free")
            % {"count": length.dwellings, "coming": coming},
        ),
        _tile(
            length.average,
            _("days empty on average"),
            where,
            _("%(days)d at the longest") % {"days": length.longest},
        ),
    ]


def _tile(count: int, label: str, href: str, note: str = "") -> dict[str, Any]:
    return {"value": grouped(count), "label": label, "href": href, "note": note}


def _offers(request: PageRequest, day: Any) -> dict[str, Any]:
    """What has been offered and not answered, the first deadline first; and what was accepted."""
    user = request.user
    rows = chosen(user, OfferChoice(), day)
    found = list(rows.order_by("expires_on", "reserved_on", "pk"))
    shown = found[: 2 * _SHOWN]
    request.saw(offer.application.applicant_id for offer in shown if not is_masked(offer, user))
    where = reverse("tenants:offers")
    unanswered = sum(1 for one in found if one.state == OfferState.OFFERED)
    accepted = sum(1 for one in found if one.state == OfferState.ACCEPTED)
    return {
        "offer_columns": _unsorted(offer_columns()),
        "offers": [offer_row(offer, user, day) for offer in shown],
        "all_offers": where,
        "offer_tiles": [
            _tile(unanswered, _("offers to be answered"), f"{where}?state={OfferState.OFFERED}"),
            _tile(
                accepted, _("accepted, lease to be made"), f"{where}?state={OfferState.ACCEPTED}"
            ),
        ],
    }
