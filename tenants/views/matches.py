"""Which dwellings suit an application, and which applications a dwelling suits."""

import datetime
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from boligsak import dates
from boligsak.paging import Paging
from boligsak.show import kr
from boligsak.web import PageRequest, page
from tenants.models import Application, Dwelling
from tenants.queries.offers import Fit, applications_for, homes_for
from tenants.queries.vacancies import COMING, FREE, Vacancy, vacancies
from tenants.queries.waiting import Place, Policies, one_of, policies, seen, waiting
from tenants.views.home_rows import (
    dwelling_cell,
    empty_cell,
    fit_columns,
    fit_row,
    link,
    people_words,
    state_cell,
    why,
)
from tenants.views.waiting import trail


@require_GET
@page("tenants.allocate")
def match(request: PageRequest, pk: int) -> HttpResponseBase:
    """Every empty dwelling beside one application: what suits first, nothing left out."""
    user, day = request.user, dates.today()
    application = get_object_or_404(Application.objects.unmasked(user), pk=pk)
    terms = policies(day)
    place = one_of(waiting(user, day, terms=terms), pk)
    coming = terms.matching_of(None).coming_days
    fits = homes_for(place, vacancies(user, day, coming_days=coming), terms) if place else []
    paging = Paging.asked(request.GET)
    shown = fits[paging.offset : paging.offset + paging.limit]
    request.saw([application.applicant_id])
    sees_social = user.has_perm("tenants.view_social")
    return render(
        request,
        "tenants/match.html",
        {
            "title": _("Homes for %(number)s") % {"number": application.number},
            "breadcrumb": [
                *trail(user),
                {"label": _("Waiting list"), "url": reverse("tenants:waiting")},
            ],
            "facts": _facts(application, place),
            "refused": _not_on_the_list(place),
            "application_href": link("desk:application", pk),
            "says": _homes_words(fits),
            "columns": fit_columns(_("Dwelling")),
            "rows": [
                fit_row(fit, _home(fit, user, day), _reserve(fit, day), sees_social=sees_social)
                for fit in shown[: paging.size]
            ],
            "empty": _("No dwelling is empty, and none comes free soon."),
            "query": request.GET,
            "pager": paging.pager(len(shown), len(fits)),
        },
    )


@require_GET
@page("tenants.allocate")
def match_dwelling(request: PageRequest, pk: int) -> HttpResponseBase:
    """Everybody who waits beside one dwelling: whom it suits first, in the order of the list."""
    user, day = request.user, dates.today()
    dwelling = get_object_or_404(Dwelling.objects.visible_to(user).select_related("office"), pk=pk)
    terms = policies(day)
    found = vacancies(user, day, coming_days=terms.matching_of(None).coming_days, dwelling_ids=[pk])
    if not found:
        raise Http404
    fits = _fits(found[0], user, day, terms)
    paging = Paging.asked(request.GET)
    shown = fits[paging.offset : paging.offset + paging.limit]
    request.saw(fit.place.applicant_id for fit in shown if not fit.place.is_masked)
    sees_social = user.has_perm("tenants.view_social")
    return render(
        request,
        "tenants/match.html",
        {
            "title": str(dwelling),
            "status": _status(found[0], day),
            "breadcrumb": [
                *trail(user),
                {"label": _("Empty dwellings"), "url": reverse("tenants:vacancies")},
            ],
            "facts": _dwelling_facts(found[0], dwelling),
            "dwelling_href": link("desk:dwelling", pk),
            "hold_href": reverse("tenants:hold_new", args=[pk])
            if user.has_perm("tenants.change_dwelling") and found[0].state(day) in (FREE, COMING)
            else "",
            "says": _people_words(fits),
            "columns": fit_columns(_("Applicant")),
            "rows": [
                fit_row(fit, _who(fit), _reserve(fit, day), sees_social=sees_social)
                for fit in shown[: paging.size]
            ],
            "empty": _("Nobody waits. An application comes here when a decision grants a home."),
            "query": request.GET,
            "pager": paging.pager(len(shown), len(fits)),
        },
    )


def _fits(vacancy: Vacancy, user: Any, day: datetime.date, terms: Policies) -> list[Fit]:
    """Masked rows are left out: that a home suits them would tell who they are."""
    places = [one for one in seen(waiting(user, day, terms=terms)) if not one.is_masked]
    return applications_for(vacancy, places, terms)


def _not_on_the_list(place: Place | None) -> str:
    if place is None:
        return _(
            "The application is not on the waiting list: no decision grants a home, or it has "
            "ended."
        )
    if place.place is None:
        return _("The decision has run out. Make a new one before a home is offered.")
    if place.offer_id is not None:
        return _("The application has a home already. Withdraw that offer first.")
    return ""


def _facts(application: Application, place: Place | None) -> list[tuple[str, str]]:
    facts = [
        (_("Applicant"), str(application.applicant)),
        (_("Application"), application.number),
    ]
    if place is None:
        return facts
    income = place.household.income_ore
    about = [
        (_("Rank"), str(place.place) if place.place is not None else ""),
        (_("Why this place"), why(place) if place.place is not None else ""),
        (_("Household"), people_words(place.people)),
        (_("Wishes"), application.wishes),
        (
            _("Economy"),
            _("has been assessed") if income is not None else _("has not been assessed"),
        ),
    ]
    return [*facts, *((term, value) for term, value in about if value)]


def _dwelling_facts(vacancy: Vacancy, dwelling: Dwelling) -> list[tuple[str, str]]:
    return [
        (_("Number"), vacancy.number),
        (_("Office"), vacancy.office),
        (_("Rooms"), str(vacancy.rooms)),
        (_("Area"), f"{vacancy.area_m2} m²"),
        (_("Floor"), str(vacancy.floor)),
        (_("Step-free access"), _("yes") if vacancy.is_accessible else _("no")),
        (_("Rent a month"), kr(dwelling.rent_ore)),
    ]


def _status(vacancy: Vacancy, day: datetime.date) -> dict[str, Any]:
    cell = state_cell(vacancy, day)
    return {"text": cell["text"], "color": cell["tag"]}


def _homes_words(fits: list[Fit]) -> str:
    free = sum(1 for fit in fits if fit.suits)
    return ngettext(
        "%(free)d of %(all)d dwelling suits in every way.",
        "%(free)d of %(all)d dwellings suit in every way.",
        len(fits),
    ) % {"free": free, "all": len(fits)}


def _people_words(fits: list[Fit]) -> str:
    good = sum(1 for fit in fits if fit.suits)
    return ngettext(
        "The dwelling suits %(good)d of %(all)d application that waits.",
        "The dwelling suits %(good)d of %(all)d applications that wait.",
        len(fits),
    ) % {"good": good, "all": len(fits)}


def _home(fit: Fit, user: Any, day: datetime.date) -> dict[str, Any]:
    cell = dwelling_cell(fit.vacancy, user)
    state = state_cell(fit.vacancy, day)
    empty = empty_cell(fit.vacancy, day)
    since = empty if isinstance(empty, str) else empty["text"]
    return cell | {"sub": f"{cell['sub']} · {state['text']}, {since} · {kr(fit.vacancy.rent_ore)}"}


def _who(fit: Fit) -> dict[str, Any]:
    place = fit.place
    said = _("Number %(place)d on the list, %(points)d points") % {
        "place": place.place,
        "points": place.rank.points,
    }
    return {
        "text": place.applicant,
        "href": link("desk:application", place.application_id),
        "sub": f"{place.number} · {said}: {why(place)}",
    }


def _reserve(fit: Fit, day: datetime.date) -> Any:
    if fit.vacancy.state(day) not in (FREE, COMING):
        return state_cell(fit.vacancy, day)
    if fit.place.place is None or fit.place.offer_id is not None:
        return ""
    args = [fit.place.application_id, fit.vacancy.dwelling_id]
    return {"text": _("Hold for this applicant"), "href": reverse("tenants:reserve", args=args)}
