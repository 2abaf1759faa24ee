"""Offers as their readers may see them, and what stands against making one."""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from boligsak.together import Part, Question, answers
from tenants.models import Application, Decision, Dwelling, Offer, OfferState
from tenants.queries.masked import masked_last
from tenants.queries.vacancies import Vacancy
from tenants.queries.visibility import row_is_seen
from tenants.queries.waiting import Place, Policies
from tenants.rules.matching import Answer, match, suits
from tenants.rules.offers import ACTIVE

ORDERS: dict[str, tuple[Any, ...]] = {
    "due": ("expires_on", "reserved_on", "pk"),
    "-due": ("-expires_on", "-reserved_on", "-pk"),
    "reserved": ("reserved_on", "pk"),
    "-reserved": ("-reserved_on", "-pk"),
}


def ordered(rows: QuerySet[Offer], order: str, user: Any) -> QuerySet[Offer]:
    """Offers to protected applicants last for who is not cleared."""
    return masked_last(
        rows,
        user,
        ORDERS[order],
        protected="application__is_protected",
        number="application__number",
    )


def seen_offers(user: Any) -> QuerySet[Offer]:
    """Offers whose row this user may see, masked or not.

    Who may read applications sees those of their offices. Others see what concerns a home of
    theirs: an offer that was accepted, and on from there.
    """
    rows = Offer.objects.select_related(
        "application__applicant", "application__office", "dwelling__office", "lease"
    )
    if user.has_perm("tenants.view_application"):
        return rows.filter(application__in=Application.objects.visible_to(user))
    homes = Dwelling.objects.visible_to(user)
    rows = rows.filter(dwelling__in=homes, state__in=[OfferState.ACCEPTED, OfferState.LEASED])
    return rows if user.access.is_cleared else rows.filter(application__is_protected=False)


def open_offers(user: Any) -> QuerySet[Offer]:
    """Those of them that this user may know the content of."""
    rows = seen_offers(user)
    return rows if user.access.is_cleared else rows.filter(application__is_protected=False)


def is_masked(offer: Offer, user: Any) -> bool:
    return offer.application.is_protected and not user.access.is_cleared


class OfferChoice(NamedTuple):
    """What a reader has asked to see. `state` "": those that are not over."""

    office_id: int | None = None
    state: str = ""
    due: str = ""

    @property
    def is_everything(self) -> bool:
        return self == OfferChoice()


OVER, TODAY, WEEK = "over", "today", "week"
ENDED, EVERY = "ended", "every"


def chosen(user: Any, choice: OfferChoice, day: datetime.date) -> QuerySet[Offer]:
    """Masked ones are left out of a choice of office or of days: it would tell where they are, and
    by when they answer."""
    hides = choice.office_id is not None or choice.due
    rows = open_offers(user) if hides else seen_offers(user)
    if choice.office_id is not None:
        rows = rows.filter(application__office_id=choice.office_id)
    if not choice.state:
        rows = rows.filter(state__in=ACTIVE)
    elif choice.state == ENDED:
        rows = rows.exclude(state__in=ACTIVE)
    elif choice.state != EVERY:
        rows = rows.filter(state=choice.state)
    if choice.due:
        rows = rows.filter(state=OfferState.OFFERED)
        last = {OVER: day - datetime.timedelta(days=1), TODAY: day}
        until = last.get(choice.due, day + datetime.timedelta(days=6))
        rows = rows.filter(expires_on__lte=until)
    return rows


class OfferClock(NamedTuple):
    """The last day to answer an offer, for lists of deadlines."""

    on: datetime.date
    code: str
    application_id: int
    number: str
    offer_id: int
    office_id: int
    is_protected: bool


def deadlines(user: Any, first: datetime.date, last: datetime.date) -> list[OfferClock]:
    """Offers to be answered in these days, by day. One query."""
    (found,) = answers([due(user, first, last)])
    return found


def due(user: Any, first: datetime.date, last: datetime.date) -> Question:
    """The same, to be asked with other things."""
    seen = row_is_seen(user, "application")
    where = "row.state = 'offered' AND row.expires_on BETWEEN %(first)s AND %(last)s"
    part = Part(
        Offer,
        ("application", "expires_on"),
        where if seen is None else f"{where} AND {seen.sql}",
        "row.expires_on, row.id",
        (("application", ("number", "office", "is_protected")),),
    )
    days = {"first": first, "last": last}
    return Question(part, days | (seen.parameters if seen is not None else {}), _clocks)


def _clocks(rows: list[Offer]) -> list[OfferClock]:
    return [
        OfferClock(
            row.expires_on,  # type: ignore[arg-type]
            "offer_answer",
            row.application_id,
            row.application.number,
            row.pk,
            row.application.office_id,
            row.application.is_protected,
        )
        for row in rows
    ]


def granted(application_id: int, day: datetime.date) -> Decision | None:
    """The decision that grants a home and is still good; None where there is none."""
    rows = Decision.objects.filter(
        Q(lasts_to__isnull=True) | Q(lasts_to__gte=day),
        application=application_id,
        kind="allocation",
        state="final",
        outcome="granted",
    )
    return rows.order_by("-made_on", "-pk").first()


# --- Who suits what -------------------------------------------------------------------------------


class Fit(NamedTuple):
    """One application beside one dwelling: each test, and whether nothing speaks against it."""

    place: Place
    vacancy: Vacancy
    answers: tuple[Answer, ...]

    @property
    def suits(self) -> bool:
        return suits(self.answers)


def homes_for(one: Place, found: Sequence[Vacancy], terms: Policies) -> list[Fit]:
    """Every dwelling beside one application: those that suit first, the longest empty first."""
    fits = [
        Fit(one, vacancy, match(one.household, vacancy.home, terms.matching_of(one.office_id)))
        for vacancy in found
    ]
    return sorted(fits, key=lambda fit: not fit.suits)


def applications_for(vacancy: Vacancy, places: Sequence[Place], terms: Policies) -> list[Fit]:
    """Every application that waits beside one dwelling: those it suits first, by their place."""
    fits = [
        Fit(one, vacancy, match(one.household, vacancy.home, terms.matching_of(one.office_id)))
        for one in places
        if one.place is not None and one.offer_id is None
    ]
    return sorted(fits, key=lambda fit: not fit.suits)


def first_for(vacancy: Vacancy, places: Sequence[Place], terms: Policies) -> Place | None:
    """The first on the list among those the dwelling suits; None where it suits nobody."""
    fits = applications_for(vacancy, places, terms)
    return fits[0].place if fits and fits[0].suits else None
