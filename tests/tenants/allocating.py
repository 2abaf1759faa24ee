"""Somebody who waits, a home that stands empty, and the steps from one to the other."""

import datetime as dt
from typing import Any

from boligsak.accounts.models import User
from tenants.models import Application, Condition, Dwelling, Lease, Offer
from tenants.rules.contracts import Term
from tenants.services.making_leases import LeaseTerms, make_lease
from tenants.services.offers import accept_offer, offer_home, reserve
from tests.factories import ApplicationFactory, DecisionFactory, DwellingFactory, UserFactory

DAY = dt.date(2026, 11, 20)
RECEIVED = dt.date(2026, 9, 1)
KEYS = dt.date(2026, 12, 1)


def housing_unit(**more: Any) -> User:
    user: User = UserFactory(role="housing_unit", **more)
    return user


def waiting(conditions: list[dict[str, Any]] | None = None, **more: Any) -> Application:
    """An application that has been granted a home and waits for one."""
    more.setdefault("received_on", RECEIVED)
    application: Application = ApplicationFactory(**{"state": "waiting"} | more)
    DecisionFactory(
        application=application, made_on=dt.date(2026, 11, 2), conditions=conditions or []
    )
    return application


def home(**more: Any) -> Dwelling:
    """An empty dwelling with two rooms that has been in use since long ago."""
    dwelling: Dwelling = DwellingFactory(**more)
    return dwelling


def held(by: Any, application: Application | None = None, dwelling: Any = None) -> Offer:
    application = application or waiting()
    return reserve(application.pk, (dwelling or home()).pk, over_because="Avtalt.", by=by, on=DAY)


def offered(by: Any, application: Application | None = None, dwelling: Any = None) -> Offer:
    """Offered by letter, with an answer due 27 November."""
    offer = held(by, application, dwelling)
    offer_home(offer.pk, version=offer.version, by=by, on=DAY)
    offer.refresh_from_db()
    return offer


def accepted(by: Any, application: Application | None = None, dwelling: Any = None) -> Offer:
    offer = offered(by, application, dwelling)
    return accept_offer(offer.pk, answered_on=DAY, version=offer.version, by=by, on=DAY)


def terms(**more: Any) -> LeaseTerms:
    usual: dict[str, Any] = {"starts_on": KEYS, "term": Term.THREE_YEARS, "rent_ore": 900_000}
    return LeaseTerms(**usual | {"told_on": DAY} | more)


def leased(by: Any, offer: Offer | None = None, **more: Any) -> Lease:
    offer = offer or accepted(by)
    return make_lease(offer.pk, terms(**more), version=offer.version, by=by, on=DAY)


def condition(offer: Offer) -> Condition:
    return Condition.objects.get(decision__application=offer.application_id)
