"""Where the pages from the waiting list to the lease stand: somebody who waits, an empty home, and
offers at each step, made for the visit where the town has none."""

from typing import Any

from boligsak.accounts.models import Office, User
from tenants.models import (
    Application,
    ContractState,
    Dwelling,
    DwellingHold,
    Guarantee,
    LeaseContract,
    Offer,
    OfferState,
)
from tenants.services.guarantees import give_guarantee
from tenants.services.holds import hold_dwelling
from tenants.services.making_leases import LeaseTerms, make_lease
from tenants.services.offers import accept_offer, offer_home, reserve
from tests.browser.town import TODAY
from tests.browser.visits import HOUSING_UNIT, LANDLORD, MANAGER, Visit
from tests.factories import (
    ApplicationFactory,
    BuildingFactory,
    DecisionFactory,
    DwellingFactory,
    PersonFactory,
)

WITHOUT_ROWS = ("homes", "waiting", "vacancies", "offers")
ON_AN_OFFER = ("offer", "offer_extend", "offer_accept", "offer_decline", "offer_withdraw")
ON_A_CONTRACT = (
    "contract",
    "contract_sign",
    "contract_finish",
    "contract_anew",
    "contract_drop",
)


def _by() -> User:
    return User.objects.get(username="boligenhet")


def _office() -> Office:
    office = Office.objects.filter(closed_on=None).order_by("pk").first()
    assert office is not None
    return office


def _waits(**more: Any) -> Application:
    """Somebody who was granted a home and waits for one, whatever the town has."""
    application: Application = ApplicationFactory(
        state="waiting",
        office=_office(),
        applicant=PersonFactory(given_name="Ella", family_name="Sørensen"),
        received_on=TODAY.replace(month=8),
        present_housing="homeless",
        by=_by(),
        **more,
    )
    conditions = [{"what": "Avtale om gammel husleiegjeld", "kind": "other"}]
    DecisionFactory(application=application, made_on=TODAY, conditions=conditions)
    return application


def _home() -> Dwelling:
    dwelling: Dwelling = DwellingFactory(
        office=_office(), building=BuildingFactory(name="Tomgården"), number=_free_number()
    )
    return dwelling


def _free_number() -> str:
    return f"B9{Dwelling.objects.count():05d}"


def _at(state: str) -> Offer:
    """A new offer as far as `state`."""
    offer = reserve(_waits().pk, _home().pk, over_because="Avtalt.", by=_by(), on=TODAY)
    if state == OfferState.RESERVED:
        return offer
    offer_home(offer.pk, version=offer.version, by=_by(), on=TODAY)
    offer.refresh_from_db()
    if state == OfferState.OFFERED:
        return offer
    return accept_offer(offer.pk, answered_on=TODAY, version=offer.version, by=_by(), on=TODAY)


def somebody_who_waits() -> list[int]:
    return [_waits().pk]


def an_empty_home() -> list[int]:
    return [_home().pk]


def a_home_for_somebody() -> list[int]:
    return [*somebody_who_waits(), *an_empty_home()]


def a_held_home() -> list[int]:
    return [_at(OfferState.RESERVED).pk]


def an_open_offer() -> list[int]:
    return [_at(OfferState.OFFERED).pk]


def an_offer_with_unmet_conditions() -> list[int]:
    return [_at(OfferState.ACCEPTED).pk]


def an_accepted_offer() -> list[int]:
    """One whose conditions are met."""
    offer = _at(OfferState.ACCEPTED)
    decision = offer.application.decisions.get()
    decision.conditions.update(
        state="met", because="Avtalen er inngått.", settled_on=TODAY, settled_by=_by()
    )
    return [offer.pk]


def a_contract() -> list[int]:
    found = LeaseContract.objects.filter(
        state=ContractState.FOR_SIGNING, lease__is_protected=False, kind="first"
    ).first()
    return [found.pk if found else _contract().pk]


def _contract() -> LeaseContract:
    (pk,) = an_accepted_offer()
    offer = Offer.objects.get(pk=pk)
    terms = LeaseTerms(starts_on=TODAY, rent_ore=900_000, told_on=TODAY)
    lease = make_lease(pk, terms, version=offer.version, by=_by(), on=TODAY)
    return lease.contracts.get()


def a_lease_with_a_contract() -> list[int]:
    return [LeaseContract.objects.get(pk=a_contract()[0]).lease_id]


def a_guarantee() -> list[int]:
    found = Guarantee.objects.filter(to_on=None, lease__is_protected=False).first()
    if found is None:
        found = give_guarantee(
            a_lease_with_a_contract()[0],
            guarantor="Nav Falkenborg",
            amount_ore=900_000,
            from_on=LeaseContract.objects.get(pk=a_contract()[0]).starts_on,
            by=_by(),
            on=TODAY,
        )
    return [found.pk]


def a_hold() -> list[int]:
    found = DwellingHold.objects.filter(to_on=None).first()
    if found is None:
        found = hold_dwelling(
            an_empty_home()[0], kind="repair", note="Nytt bad", from_on=TODAY, by=_by()
        )
    return [found.pk]


VISITS = [
    *(Visit(f"tenants:{name}", HOUSING_UNIT) for name in WITHOUT_ROWS),
    Visit("tenants:homes", MANAGER),
    Visit("tenants:match", HOUSING_UNIT, somebody_who_waits),
    Visit("tenants:match_dwelling", HOUSING_UNIT, an_empty_home),
    Visit("tenants:reserve", HOUSING_UNIT, a_home_for_somebody),
    Visit("tenants:hold_new", HOUSING_UNIT, an_empty_home),
    Visit("tenants:hold", HOUSING_UNIT, a_hold),
    Visit("tenants:hold_end", HOUSING_UNIT, a_hold),
    Visit("tenants:offer_send", HOUSING_UNIT, a_held_home),
    *(Visit(f"tenants:{name}", HOUSING_UNIT, an_open_offer) for name in ON_AN_OFFER),
    Visit("tenants:offer", LANDLORD, an_offer_with_unmet_conditions),
    Visit("tenants:make_lease", HOUSING_UNIT, an_offer_with_unmet_conditions),
    Visit("tenants:make_lease", HOUSING_UNIT, an_accepted_offer),
    *(Visit(f"tenants:{name}", HOUSING_UNIT, a_contract) for name in ON_A_CONTRACT),
    Visit("tenants:guarantee_new", HOUSING_UNIT, a_lease_with_a_contract),
    Visit("tenants:guarantee_end", HOUSING_UNIT, a_guarantee),
]
