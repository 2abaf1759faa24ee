"""Offers: a dwelling is held for one application, offered to it with a last day, and answered.

The application is locked first, then the offer, then the dwelling; whoever comes second to a
dwelling is told who was first.
"""

import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from boligsak.jobs.services import Counts
from boligsak.letters.models import Channel, Document
from boligsak.letters.services.outbox import send
from boligsak.letters.services.writing import write
from boligsak.rates.services import cite_policies
from boligsak.rule import RuleBroken
from tenants.models import Application, Dwelling, Guardianship, Offer, OfferState
from tenants.queries.addressees import addressee
from tenants.queries.conditions import open_conditions
from tenants.queries.offers import first_for, granted
from tenants.queries.vacancies import Vacancy, vacancies
from tenants.queries.waiting import Place, Policies, one_of, policies, waiting
from tenants.rules.matching import Answer, match
from tenants.rules.offers import ACTIVE, answer_by, check_answer, check_expiry, check_step
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.history import signed
from tenants.services.letters import application_folder, guardian_copy, party_of
from tenants.words.offers import letter_fields

SOURCE = "offer"


# --- Holding a dwelling ---------------------------------------------------------------------------


@transaction.atomic
def reserve(
    application_id: int,
    dwelling_id: int,
    *,
    over_because: str = "",
    version: int | None = None,
    by: Any,
    on: datetime.date,
) -> Offer:
    """Holds a dwelling for an application; its rank and what suits are kept with it.

    Raises `RuleBroken` as `at_work` does, "offer.no_decision", "offer.application_has_one"
    (state), "offer.dwelling_not_visible", "offer.dwelling_taken" (number: the application that was
    first, "" where it is not to be told), "offer.dwelling_let", "offer.dwelling_held" (kind,
    to_on), "offer.not_suited" or "offer.not_first" (number, place) while `over_because` is empty.
    """
    application = at_work(application_id, by=by, version=version)
    if granted(application.pk, on) is None:
        raise RuleBroken("offer.no_decision", number=application.number)
    own = Offer.objects.select_for_update().filter(application=application, state__in=ACTIVE)
    if (has := own.first()) is not None:
        raise RuleBroken("offer.application_has_one", state=has.state)
    vacancy, terms = _free(dwelling_id, by, on)
    places = waiting(None, on, terms=terms)
    place = one_of(places, application.pk)
    if place is None:
        raise RuleBroken("offer.no_decision", number=application.number)
    answers = match(place.household, vacancy.home, terms.matching_of(application.office_id))
    _check_turn(place, vacancy, answers, places, terms, over_because, by)
    offer = Offer(
        application=application,
        dwelling_id=dwelling_id,
        rank=_kept(place, answers, terms),
        over_because=over_because.strip(),
        reserved_on=on,
        by=by,
    )
    with signed(by):
        offer.save()
    cite_policies(terms.ids_of(application.office_id))
    note_act(application, "offer_reserved", {"offer": offer.pk}, by=by, on=on)
    touched(application)
    return offer


def _free(dwelling_id: int, by: Any, on: datetime.date) -> tuple[Vacancy, Policies]:
    """The dwelling, locked and free to be held for somebody."""
    terms = policies(on)
    if not Dwelling.objects.visible_to(by).filter(pk=dwelling_id).exists():
        raise RuleBroken("offer.dwelling_not_visible")
    dwelling = Dwelling.objects.select_for_update(of=("self",)).get(pk=dwelling_id)
    taken = Offer.objects.filter(dwelling=dwelling, state__in=ACTIVE)
    if (other := taken.select_related("application").first()) is not None:
        raise RuleBroken("offer.dwelling_taken", number=told(other.application, by))
    days = terms.matching_of(dwelling.office_id).coming_days
    found = vacancies(None, on, coming_days=days, dwelling_ids=[dwelling_id])
    if not found:
        raise RuleBroken("offer.dwelling_let")
    if (hold := found[0].hold) is not None:
        raise RuleBroken("offer.dwelling_held", kind=hold.kind, to_on=hold.to_on)
    return found[0], terms


def told(application: Application, by: Any) -> str:
    """The number of an application that stands in the way; "" for who may not know whose home it
    is to be."""
    is_secret = application.is_protected and by is not None and not by.access.is_cleared
    return "" if is_secret else application.number


def _check_turn(
    place: Place,
    vacancy: Vacancy,
    answers: tuple[Answer, ...],
    places: list[Place],
    terms: Policies,
    over_because: str,
    by: Any,
) -> None:
    """Who is not the first among those the dwelling suits gets it only with a reason."""
    if over_because.strip():
        return
    wrong = [answer.test.value for answer in answers if answer.suits is False]
    if wrong:
        raise RuleBroken("offer.not_suited", tests=wrong)
    first = first_for(vacancy, places, terms)
    if first is None or first.application_id == place.application_id:
        return
    is_secret = _is_secret(first, by)
    raise RuleBroken("offer.not_first", number="" if is_secret else first.number, place=first.place)


def _is_secret(place: Place, by: Any) -> bool:
    if by is None or by.access.is_cleared:
        return False
    return Application.objects.filter(pk=place.application_id, is_protected=True).exists()


def _kept(place: Place, answers: tuple[Answer, ...], terms: Policies) -> dict[str, Any]:
    return {
        "place": place.place,
        "points": place.rank.points,
        "reasons": [list(reason) for reason in place.rank.reasons],
        "match": [[one.test.value, one.suits, dict(one.facts)] for one in answers],
        "policies": terms.ids_of(place.office_id),
    }


# --- Offering -------------------------------------------------------------------------------------


@transaction.atomic
def offer_home(
    offer_id: int,
    *,
    expires_on: datetime.date | None = None,
    channel: str = Channel.PRINT,
    version: int,
    by: Any,
    on: datetime.date,
) -> Document:
    """Offers the dwelling: the letter is written and put in the outbox. Returns it.

    `expires_on`: the last day to answer; without one, as the policy says. Raises `RuleBroken` as
    `lock_offer` and `check_step` do, "offer.expires_too_soon", "offer.expires_too_late", and what
    writing and sending refuse.
    """
    offer = lock_offer(offer_id, version=version, by=by)
    check_step(offer.state, OfferState.OFFERED)
    terms = policies(on).matching_of(offer.application.office_id)
    last = expires_on or answer_by(on, terms.answer_days)
    check_expiry(on, last)
    _save(offer, by, state=OfferState.OFFERED, offered_on=on, expires_on=last)
    _tell(offer, "offer_sent", by, on, expires_on=last.isoformat())
    document = _letter(offer, by, on)
    send(document, channel=channel, by=by, on=on)
    return document


def _letter(offer: Offer, by: Any, on: datetime.date) -> Document:
    application = offer.application
    to = addressee(application.applicant_id, on)  # type: ignore[arg-type]
    free = vacancies(None, on, coming_days=366, dwelling_ids=[offer.dwelling_id])
    return write(
        "offer",
        folder=application_folder(application, on),
        fields=letter_fields(
            offer,
            conditions=[one.what for one in open_conditions(application.pk)],
            free_on=max(free[0].free_on, on),
            language=to.language,
        ),
        to=party_of(to),
        copies=[guardian_copy(one) for one in guardians_of(application.applicant_id, on)],
        office_id=application.office_id,
        language=to.language,
        source=SOURCE,
        source_id=offer.pk,
        by=by,
        on=on,
    )


def guardians_of(person_id: int | None, day: datetime.date) -> list[Guardianship]:
    """Guardians with a mandate on the day."""
    rows = Guardianship.objects.filter(person=person_id, from_on__lte=day)
    return list(rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=day)).order_by("pk"))


@transaction.atomic
def extend_offer(
    offer_id: int, *, expires_on: datetime.date, version: int, by: Any, on: datetime.date
) -> Offer:
    """Gives more time to answer. Raises `RuleBroken` as `lock_offer` does, "offer.step" or
    "offer.expires_too_soon" / "offer.expires_too_late"."""
    offer = lock_offer(offer_id, version=version, by=by)
    if offer.state != OfferState.OFFERED:
        raise RuleBroken("offer.step", state=offer.state, to=OfferState.OFFERED)
    if offer.expires_on is not None and expires_on <= max(offer.expires_on, on):
        raise RuleBroken("offer.expires_too_soon")
    check_expiry(on, expires_on)
    _save(offer, by, expires_on=expires_on)
    _tell(offer, "offer_extended", by, on, expires_on=expires_on.isoformat())
    return offer


# --- The answer -----------------------------------------------------------------------------------


@transaction.atomic
def accept_offer(
    offer_id: int, *, answered_on: datetime.date, version: int, by: Any, on: datetime.date
) -> Offer:
    """The applicant says yes, in time. One that was given in time counts also when it was found
    after the day, while the dwelling is there still.

    Raises `RuleBroken` as `lock_offer`, `check_step` and `check_answer` do, or
    "offer.dwelling_taken" / "offer.application_has_one" when another offer has come between.
    """
    offer = lock_offer(offer_id, version=version, by=by)
    check_step(offer.state, OfferState.ACCEPTED)
    check_answer(offer.offered_on, offer.expires_on, answered_on, on)  # type: ignore[arg-type]
    if offer.state == OfferState.EXPIRED:
        _still_there(offer, by, on)
    _save(offer, by, state=OfferState.ACCEPTED, answered_on=answered_on, ended_on=None)
    _tell(offer, "offer_accepted", by, on)
    return offer


def _still_there(offer: Offer, by: Any, on: datetime.date) -> None:
    if Offer.objects.filter(application=offer.application_id, state__in=ACTIVE).exists():
        raise RuleBroken("offer.application_has_one", state=OfferState.RESERVED)
    _free(offer.dwelling_id, by, on)


@transaction.atomic
def decline_offer(
    offer_id: int,
    because: str,
    *,
    answered_on: datetime.date,
    version: int,
    by: Any,
    on: datetime.date,
) -> Offer:
    """The applicant says no, and why. The application keeps its place.

    Raises `RuleBroken` as `lock_offer` and `check_step` do, "offer.no_reason",
    "offer.answered_ahead" or "offer.answered_before".
    """
    if not because.strip():
        raise RuleBroken("offer.no_reason")
    offer = lock_offer(offer_id, version=version, by=by)
    check_step(offer.state, OfferState.DECLINED)
    check_answer(offer.offered_on, datetime.date.max, answered_on, on)  # type: ignore[arg-type]
    _save(
        offer,
        by,
        state=OfferState.DECLINED,
        answered_on=answered_on,
        ended_on=on,
        because=because.strip(),
    )
    _tell(offer, "offer_declined", by, on)
    return offer


@transaction.atomic
def withdraw_offer(
    offer_id: int, because: str, *, version: int, by: Any, on: datetime.date
) -> Offer:
    """Takes the offer back, with a reason: the dwelling is free again, the place is kept.

    Raises `RuleBroken` as `lock_offer` and `check_step` do, or "offer.no_reason".
    """
    if not because.strip():
        raise RuleBroken("offer.no_reason")
    offer = lock_offer(offer_id, version=version, by=by, must_be_open=False)
    check_step(offer.state, OfferState.WITHDRAWN)
    _save(offer, by, state=OfferState.WITHDRAWN, ended_on=on, because=because.strip())
    _tell(offer, "offer_withdrawn", by, on)
    return offer


def expire_offers(day: datetime.date) -> Counts:
    """The night's step: offers whose last day to answer is over free their dwellings. Each in a
    transaction of its own; safe to run twice and for a past day."""
    due = Offer.objects.filter(state=OfferState.OFFERED, expires_on__lt=day).order_by("pk")
    expired = 0
    for offer_id in list(due.values_list("pk", flat=True)):
        expired += _expire(offer_id, day)
    return {"offers": expired}


@transaction.atomic
def _expire(offer_id: int, day: datetime.date) -> int:
    offer = lock_offer(offer_id, by=None, must_be_open=False)
    if offer.state != OfferState.OFFERED or offer.expires_on is None or offer.expires_on >= day:
        return 0  # somebody answered or gave more time meanwhile
    _save(offer, None, state=OfferState.EXPIRED, ended_on=day)
    _tell(offer, "offer_expired", None, day)
    return 1


# --- What every step has in common ----------------------------------------------------------------


def lock_offer(
    offer_id: int, *, version: int | None = None, by: Any, must_be_open: bool = True
) -> Offer:
    """The offer with its application, both locked: the application first.

    Raises `RuleBroken` as `at_work` does, or "offer.changed" (version, state).
    """
    application_id = Offer.objects.values_list("application_id", flat=True).get(pk=offer_id)
    application = at_work(application_id, by=by, must_be_open=must_be_open)
    rows = Offer.objects.select_for_update(of=("self",)).select_related("dwelling__office")
    offer = rows.get(pk=offer_id)
    if version is not None and version != offer.version:
        raise RuleBroken("offer.changed", version=offer.version, state=offer.state)
    offer.application = application
    return offer


def _save(offer: Offer, by: Any, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(offer, name, value)
    offer.version += 1
    with signed(by):
        offer.save(update_fields=[*changes, "version"])


def _tell(offer: Offer, what: str, by: Any, on: datetime.date, **facts: Any) -> None:
    note_act(offer.application, what, {"offer": offer.pk, **facts}, by=by, on=on)
    touched(offer.application)
