"""The place on the waiting list and the offers on the application's page."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.desk.application.base import Event, Reader
from boligsak.show import day as format_day
from tenants.models import (
    Application,
    ApplicationAct,
    ApplicationKind,
    ApplicationState,
    Offer,
    OfferState,
)
from tenants.queries.offers import granted
from tenants.queries.waiting import one_of, waiting
from tenants.rules.offers import ACTIVE
from tenants.services.extensions import why_not
from tenants.words.offers import ACTS, act, state_tag
from tenants.words.ranking import reasons_words

_LISTED = (ApplicationState.RECEIVED, ApplicationState.DECIDED, ApplicationState.WAITING)


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """Where it stands on the list and why, what it has been offered, and the way to a home."""
    rows = Offer.objects.filter(application=application).select_related("dwelling")
    offers = list(rows.order_by("-pk"))
    running = next((one for one in offers if one.state in ACTIVE), None)
    place = None
    if application.state in _LISTED:
        place = one_of(waiting(reader.user, day), application.pk)
    found: dict[str, Any] = {
        "place": place.place if place else None,
        "points": place.rank.points if place else 0,
        "why": reasons_words(place.rank.reasons) if place else "",
        "ran_out": place.lasts_to if place and place.place is None else None,
        "offers": [_line(one) for one in offers],
        "match": "",
        "waiting": reverse("tenants:waiting"),
        "renew": _renewal(application, reader, day),
        "carried_out": _carried_out(application, reader),
    }
    may_match = reader.may("tenants.allocate") and place is not None and place.place is not None
    if running is None and may_match:
        found["match"] = reverse("tenants:match", args=[application.pk])
        found["primary"] = {"href": found["match"], "label": _("Find a home")}
    if running is not None and running.state == OfferState.OFFERED:
        found["summary"] = {
            "term": _("Answer to the offer"),
            "kr": None,
            "text": "",
            "on": running.expires_on,
        }
    elif place is not None and place.place is not None and running is None:
        text = _("number %(place)d") % {"place": place.place}
        found["summary"] = {"term": _("Waiting list"), "kr": None, "text": text, "on": None}
    return found


def _renewal(application: Application, reader: Reader, day: datetime.date) -> str:
    """Where the contract is renewed of somebody who was granted to stay longer."""
    stays = application.kind == ApplicationKind.EXTENSION and application.state in _LISTED
    if not stays or application.lease_id is None or not reader.may("tenants.renew_lease"):
        return ""
    if granted(application.pk, day) is None:
        return ""
    return reverse("tenants:renew", args=[application.lease_id])


def _carried_out(application: Application, reader: Reader) -> str:
    """Where it is closed by hand once the contract has been renewed."""
    if application.kind != ApplicationKind.EXTENSION or not reader.may_work:
        return ""
    if why_not(application) is not None:
        return ""
    return reverse("tenants:application_carried_out", args=[application.pk])


def _line(offer: Offer) -> dict[str, Any]:
    return {
        "href": reverse("tenants:offer", args=[offer.pk]),
        "tag": state_tag(offer.state),
        "dwelling": str(offer.dwelling),
        "reserved_on": offer.reserved_on,
        "expires_on": offer.expires_on if offer.state == OfferState.OFFERED else None,
        "because": offer.because,
        "lease": reverse("desk:lease", args=[offer.lease_id]) if offer.lease_id else "",
    }


def events(application: Application, reader: Reader) -> list[Event]:
    """Homes held, offered, answered, and the lease."""
    found = []
    rows = ApplicationAct.objects.filter(application=application, what__in=ACTS)
    for row in rows.select_related("by"):
        what, tone = act(row.what, row.facts)
        entry = {
            "when": format_day(row.on),
            "what": what,
            "who": str(row.by) if row.by else _("The night's check"),
            "tone": tone,
        }
        if offer_id := row.facts.get("offer"):
            entry["href"] = reverse("tenants:offer", args=[offer_id])
        found.append(Event(row.on, row.entered_at, entry))
    return found
