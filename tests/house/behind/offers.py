"""From the waiting list to the lease: somebody who waits, offers at every step, and a contract."""

from datetime import timedelta
from typing import Any

from boligsak.dates import today
from tenants.services.guarantees import give_guarantee
from tenants.services.holds import hold_dwelling
from tenants.services.making_leases import LeaseTerms, make_lease
from tenants.services.offers import accept_offer, offer_home, reserve
from tests.factories import ApplicationFactory, DecisionFactory, DwellingFactory, UserFactory
from tests.house.world import SECRET_NAME, SECRET_STREET


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    day, lease = today(), case.lease
    # What is said of an ordinary tenancy may be read; only the protected one has a secret to keep.
    tells = f"{SECRET_NAME} i {SECRET_STREET}" if lease.is_protected else "Ikke noe hemmelig"
    by = UserFactory(role="housing_unit", role__cleared=True)

    def waiting() -> Any:
        application = ApplicationFactory(
            state="waiting",
            applicant=lease.parties.get().person,
            office=lease.office,
            wishes=tells,
            is_protected=lease.is_protected,
            received_on=day,
        )
        DecisionFactory(application=application, made_on=day)
        return application

    def home() -> Any:
        return DwellingFactory(office=lease.office)

    def offered() -> Any:
        offer = reserve(waiting().pk, home().pk, over_because=tells, by=by, on=day)
        offer_home(offer.pk, version=offer.version, by=by, on=day)
        offer.refresh_from_db()
        return offer

    def accepted() -> Any:
        offer = offered()
        return accept_offer(offer.pk, answered_on=day, version=offer.version, by=by, on=day)

    free, waits, open_offer, yes, leased = home(), waiting(), offered(), accepted(), accepted()
    terms = LeaseTerms(starts_on=day, rent_ore=900_000, told_on=day)
    made = make_lease(leased.pk, terms, version=leased.version, by=by, on=day)
    contract = made.contracts.get()
    guarantee = give_guarantee(
        made.pk, guarantor=tells, amount_ore=900_000, from_on=day, by=by, on=day
    )
    held = hold_dwelling(home().pk, kind="repair", note="", from_on=day + timedelta(days=1), by=by)
    on_offer = {"pk": open_offer.pk}
    return {
        "tenants:match": {"pk": waits.pk},
        "tenants:match_dwelling": {"pk": free.pk},
        "tenants:reserve": {"pk": waits.pk, "dwelling": free.pk},
        "tenants:hold_new": {"pk": free.pk},
        "tenants:hold": {"pk": held.pk},
        "tenants:hold_end": {"pk": held.pk},
        "tenants:offer": {"pk": yes.pk},
        "tenants:offer_send": on_offer,
        "tenants:offer_extend": on_offer,
        "tenants:offer_accept": on_offer,
        "tenants:offer_decline": {"pk": yes.pk},
        "tenants:offer_withdraw": on_offer,
        "tenants:make_lease": {"pk": yes.pk},
        "tenants:contract": {"pk": contract.pk},
        "tenants:contract_sign": {"pk": contract.pk},
        "tenants:contract_finish": {"pk": contract.pk},
        "tenants:contract_anew": {"pk": contract.pk},
        "tenants:contract_drop": {"pk": contract.pk},
        "tenants:guarantee_new": {"pk": made.pk},
        "tenants:guarantee_end": {"pk": guarantee.pk},
    }
