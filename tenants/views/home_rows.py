"""Rows of the waiting list, vacancies, matches and offers, as pages and files show them."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boligsak.export import Cell, Ore
from boligsak.show import NOTHING, ago, deadline, kr
from boligsak.show import day as format_day
from tenants.models import ApplicationKind, Offer, OfferState
from tenants.queries.offers import Fit, is_masked
from tenants.queries.vacancies import HELD, RESERVED, Vacancy
from tenants.queries.waiting import Place
from tenants.rules.matching import Answer
from tenants.words.offers import VACANCY_STATES, hold_words, state_tag, vacancy_tag
from tenants.words.ranking import answer_tag, answer_words, reasons_words


def link(name: str, *args: Any) -> str:
    """The address of a page, or nothing where this installation does not have it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def people_words(count: int) -> str:
    return ngettext("%(count)d person", "%(count)d people", count) % {"count": count}


# --- The waiting list -----------------------------------------------------------------------------


def waiting_columns(*, with_match: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"label": _("Rank"), "align": "end"},
        {"label": _("Applicant"), "header": True, "class": "who"},
        {"label": _("Why this place")},
        {"label": _("Household")},
        {"label": _("Received")},
        {"label": _("Decided")},
        {"label": _("State")},
    ]
    return [*found, {"label": _("Home")}] if with_match else found


def waiting_row(one: Place, day: datetime.date, *, with_match: bool) -> dict[str, Any]:
    number = str(one.place) if one.place is not None else NOTHING
    if one.is_masked:
        cells: list[Any] = [number, {"text": one.number, "sub": _("Protected address")}]
        cells += [""] * (5 + with_match)
        return {"id": f"a{one.application_id}", "cells": cells}
    cells = [
        number,
        {
            "text": one.applicant,
            "href": link("desk:application", one.application_id),
            "sub": f"{one.number} · {kind_words(one.kind)} · {one.office}",
        },
        {"text": _("%(points)d points") % {"points": one.rank.points}, "sub": why(one)},
        {"text": people_words(one.people), "sub": needs(one)},
        {"text": format_day(one.received_on), "sub": ago(one.received_on, day)},
        {"text": format_day(one.decided_on), "sub": lasts(one, day)},
        place_state(one),
    ]
    if with_match:
        cells.append(next_for(one))
    return {"id": f"a{one.application_id}", "cells": cells}


def why(one: Place) -> str:
    return reasons_words(one.rank.reasons)


def kind_words(kind: str) -> str:
    return str(ApplicationKind(kind).label)


def needs(one: Place) -> str:
    """Rooms and access, as far as they are asked for."""
    household, said = one.household, []
    if household.rooms_from or household.rooms_to:
        least, most = household.rooms_from, household.rooms_to
        both = sorted({number for number in (least, most) if number})
        said.append(_("%(rooms)s rooms") % {"rooms": "–".join(map(str, both))})
    if household.needs_accessible:
        said.append(_("step-free access"))
    return ", ".join(said)


def lasts(one: Place, day: datetime.date) -> str:
    if one.lasts_to is None:
        return ""
    if one.lasts_to < day:
        return _("ran out %(day)s") % {"day": format_day(one.lasts_to)}
    return _("good until %(day)s") % {"day": format_day(one.lasts_to)}


def place_state(one: Place) -> dict[str, Any]:
    unmet = ""
    if one.open_conditions:
        unmet = ngettext(
            "%(count)d condition is not met",
            "%(count)d conditions are not met",
            one.open_conditions,
        ) % {"count": one.open_conditions}
    if one.offer_id is not None:
        shown = state_tag(one.offer_state)
        href = reverse("tenants:offer", args=[one.offer_id])
        return {"text": shown["text"], "tag": shown["color"], "href": href, "sub": unmet}
    if one.place is None:
        return {"text": _("Decision has run out"), "tag": "danger", "sub": unmet}
    return {"text": _("Waits"), "tag": "neutral", "sub": unmet}


def next_for(one: Place) -> Any:
    if one.offer_id is not None or one.place is None:
        return ""
    return {"text": _("Find a home"), "href": reverse("tenants:match", args=[one.application_id])}


def waiting_file_columns() -> list[str]:
    return [
        _("Rank"),
        _("Application"),
        _("Applicant"),
        _("Kind"),
        _("Office"),
        _("Points"),
        _("Why this place"),
        _("People"),
        _("Step-free access"),
        _("Received"),
        _("Decided"),
        _("Decision good until"),
        _("Conditions not met"),
        _("Offer"),
    ]


def waiting_file_row(one: Place) -> list[Cell]:
    """No protected address leaves the house, whoever asks."""
    if one.is_protected:
        return [one.place, one.number, _("Protected address"), *[None] * 11]
    return [
        one.place,
        one.number,
        one.applicant,
        capfirst(kind_words(one.kind)),
        one.office,
        one.rank.points,
        why(one),
        one.people,
        _("yes") if one.household.needs_accessible else _("no"),
        one.received_on,
        one.decided_on,
        one.lasts_to,
        one.open_conditions,
        capfirst(str(OfferState(one.offer_state).label)) if one.offer_id else "",
    ]


# --- Vacancies ------------------------------------------------------------------------------------


def vacancy_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Dwelling"), "header": True, "class": "who"},
        {"label": _("Rooms")},
        {"label": _("Step-free access")},
        {"label": _("Rent a month"), "align": "end"},
        {"label": _("Empty"), "sort": "free"},
        {"label": _("State")},
        {"label": _("What next")},
    ]


def vacancy_row(one: Vacancy, user: Any, day: datetime.date) -> dict[str, Any]:
    return {
        "id": f"d{one.dwelling_id}",
        "cells": [
            dwelling_cell(one, user),
            {"text": str(one.rooms), "sub": f"{one.area_m2} m²"},
            _("yes") if one.is_accessible else _("no"),
            kr(one.rent_ore),
            empty_cell(one, day),
            state_cell(one, day),
            _next(one, user, day),
        ],
    }


def dwelling_cell(one: Vacancy, user: Any) -> dict[str, Any]:
    cell = {"text": one.where, "sub": f"{one.number} · {one.building} · {one.office}"}
    if user.has_perm("tenants.view_dwelling"):
        cell["href"] = link("desk:dwelling", one.dwelling_id)
    return cell


def empty_cell(one: Vacancy, day: datetime.date) -> Any:
    if one.free_on > day:
        return {
            "text": _("free from %(day)s") % {"day": format_day(one.free_on)},
            "sub": ago(one.free_on, day),
        }
    days = one.days(day)
    if days is None or one.since is None:
        # When a protected tenant moved is not told, and neither is that somebody protected did.
        return _("stands empty now")
    counted = ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return {"text": counted, "sub": _("since %(day)s") % {"day": format_day(one.since)}}


def state_cell(one: Vacancy, day: datetime.date) -> dict[str, Any]:
    state = one.state(day)
    shown = vacancy_tag(state)
    cell: dict[str, Any] = {"text": shown["text"], "tag": shown["color"]}
    if state == HELD and one.hold is not None:
        cell["sub"] = hold_words(one.hold.kind, one.hold.to_on, one.hold.note)
    elif state == RESERVED:
        label = str(OfferState(one.offer_state).label)
        cell["sub"] = f"{label}, {one.offer_number}" if one.offer_number else label
    return cell


def _next(one: Vacancy, user: Any, day: datetime.date) -> Any:
    state = one.state(day)
    may_hold = user.has_perm("tenants.change_dwelling")
    if state == RESERVED:
        if one.application_id is None or not user.has_perm("tenants.view_application"):
            return ""
        return {"text": _("Open the offer"), "href": reverse("tenants:offer", args=[one.offer_id])}
    if state == HELD and one.hold is not None:
        if not may_hold:
            return ""
        href = reverse("tenants:hold", args=[one.hold.hold_id])
        return {"text": _("Change the hold"), "href": href}
    if user.has_perm("tenants.allocate"):
        href = reverse("tenants:match_dwelling", args=[one.dwelling_id])
        return {"text": _("Find who it suits"), "href": href}
    if may_hold:
        href = reverse("tenants:hold_new", args=[one.dwelling_id])
        return {"text": _("Hold it back"), "href": href}
    return ""


def vacancy_file_columns() -> list[str]:
    return [
        _("Number"),
        _("Address"),
        _("Unit"),
        _("Building"),
        _("Office"),
        _("Rooms"),
        _("Area, m²"),
        _("Step-free access"),
        _("Rent a month"),
        _("Free from"),
        _("Days empty"),
        _("State"),
        _("Held back because"),
        _("Held for"),
    ]


def vacancy_file_row(one: Vacancy, day: datetime.date) -> list[Cell]:
    """For whom a home is held is told only where the reader may know it."""
    return [
        one.number,
        one.address,
        one.unit,
        one.building,
        one.office,
        one.rooms,
        one.area_m2,
        _("yes") if one.is_accessible else _("no"),
        Ore(one.rent_ore),
        one.since if one.since or one.free_on <= day else one.free_on,
        one.days(day),
        str(VACANCY_STATES[one.state(day)]),
        hold_words(one.hold.kind, one.hold.to_on, one.hold.note) if one.hold else "",
        "" if one.is_for_protected else one.offer_number,
    ]


# --- Matches --------------------------------------------------------------------------------------


def fit_columns(first: str) -> list[dict[str, Any]]:
    return [
        {"label": first, "header": True, "class": "who"},
        {"label": _("Overall")},
        {"label": _("Rooms")},
        {"label": _("Step-free access")},
        {"label": _("District")},
        {"label": _("Rent")},
        {"label": _("Offer")},
    ]


def fit_row(
    fit: Fit, first: Mapping[str, Any] | str, action: Any, *, sees_social: bool
) -> dict[str, Any]:
    together = (
        {"text": _("Suits"), "tag": "success"}
        if fit.suits
        else {"text": _("Does not suit"), "tag": "warning"}
    )
    return {
        "id": f"f{fit.place.application_id}-{fit.vacancy.dwelling_id}",
        "cells": [first, together, *(_answer(one, sees_social) for one in fit.answers), action],
    }


def _answer(answer: Answer, sees_social: bool) -> dict[str, Any]:
    shown = answer_tag(answer)
    return {
        "text": shown["text"],
        "tag": shown["color"],
        "sub": answer_words(answer, sees_social=sees_social),
    }


# --- Offers ---------------------------------------------------------------------------------------


def offer_columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Application"), "header": True, "class": "who"},
        {"label": _("Dwelling")},
        {"label": _("State")},
        {"label": _("Held since"), "sort": "reserved"},
        {"label": _("Answer by"), "sort": "due"},
        {"label": _("Why")},
    ]


def offer_row(offer: Offer, user: Any, day: datetime.date) -> dict[str, Any]:
    shown = state_tag(offer.state)
    tag = {"text": shown["text"], "tag": shown["color"]}
    application = offer.application
    if is_masked(offer, user):
        who = {"text": application.number, "sub": _("Protected address")}
        return {"id": f"o{offer.pk}", "cells": [who, "", tag, "", "", ""]}
    is_open = offer.state == OfferState.OFFERED and offer.expires_on is not None
    return {
        "id": f"o{offer.pk}",
        "cells": [
            {
                "text": str(application.applicant),
                "href": reverse("tenants:offer", args=[offer.pk]),
                "sub": application.number,
            },
            {"text": str(offer.dwelling), "sub": offer.dwelling.office.name},
            tag,
            format_day(offer.reserved_on),
            deadline(offer.expires_on, day) if is_open else format_day(offer.expires_on),
            offer.because or offer.over_because,
        ],
    }


def offer_file_columns() -> list[str]:
    return [
        _("Application"),
        _("Applicant"),
        _("Dwelling"),
        _("Office"),
        _("State"),
        _("Held since"),
        _("Offered on"),
        _("Answer by"),
        _("Answered on"),
        _("Why"),
        _("Why not the first on the list"),
    ]


def offer_file_row(offer: Offer) -> list[Cell]:
    state = capfirst(str(OfferState(offer.state).label))
    if offer.application.is_protected:
        return [offer.application.number, _("Protected address"), None, None, state, *[None] * 6]
    return [
        offer.application.number,
        str(offer.application.applicant),
        str(offer.dwelling),
        offer.dwelling.office.name,
        state,
        offer.reserved_on,
        offer.offered_on,
        offer.expires_on,
        offer.answered_on,
        offer.because,
        offer.over_because,
    ]
