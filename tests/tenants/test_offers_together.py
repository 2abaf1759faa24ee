"""Two people at one home or one applicant at the same time, on connections of their own."""

import pytest

from tenants.models import Lease, Offer
from tenants.services.making_leases import make_lease
from tenants.services.offers import accept_offer, reserve, withdraw_offer
from tests.tenants import allocating
from tests.tenants.allocating import DAY, accepted, home, housing_unit, offered, terms
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_gets_the_home_and_the_other_is_told_who_was_first() -> None:
    kari, ola, dwelling = housing_unit(), housing_unit(), home()
    first, second = allocating.waiting(), allocating.waiting()
    done = at_once(
        *(
            lambda by=by, one=one: reserve(
                one.pk, dwelling.pk, over_because="Avtalt.", by=by, on=DAY
            )
            for by, one in ((kari, first), (ola, second))
        )
    )
    assert done == ["done", "offer.dwelling_taken"]
    assert Offer.objects.get().dwelling_id == dwelling.pk


def test_one_applicant_gets_one_of_two_homes() -> None:
    by, application = housing_unit(), allocating.waiting()
    homes = [home(), home()]
    done = at_once(
        *(
            lambda one=one: reserve(application.pk, one.pk, over_because="Avtalt.", by=by, on=DAY)
            for one in homes
        )
    )
    assert done == ["done", "offer.application_has_one"]
    assert Offer.objects.count() == 1


def test_many_who_want_the_same_home_leave_one_offer() -> None:
    by, dwelling = housing_unit(), home()
    applications = [allocating.waiting() for _ in range(5)]
    done = at_once(
        *(
            lambda one=one: reserve(one.pk, dwelling.pk, over_because="x", by=by, on=DAY)
            for one in applications
        )
    )
    assert done == ["done", *["offer.dwelling_taken"] * 4]
    assert Offer.objects.count() == 1


def test_an_answer_and_a_withdrawal_at_once_leave_one_of_them() -> None:
    by = housing_unit()
    offer = offered(by)
    version = offer.version
    done = at_once(
        lambda: accept_offer(offer.pk, answered_on=DAY, version=version, by=by, on=DAY),
        lambda: withdraw_offer(offer.pk, "Feil", version=version, by=by, on=DAY),
    )
    assert done == ["done", "offer.changed"]


def test_two_who_make_the_lease_at_once_make_one() -> None:
    by = housing_unit()
    offer = accepted(by)
    version = offer.version
    done = at_once(
        *(lambda: make_lease(offer.pk, terms(), version=version, by=by, on=DAY) for _ in range(2))
    )
    assert done[0] in ("application.ended", "done")
    assert sorted(done) == ["application.ended", "done"]
    assert Lease.objects.count() == 1


def test_two_leases_made_at_once_have_numbers_of_their_own() -> None:
    by = housing_unit()
    offers = [accepted(by) for _ in range(3)]
    at_once(
        *(
            lambda one=one: make_lease(one.pk, terms(), version=one.version, by=by, on=DAY)
            for one in offers
        )
    )
    numbers = sorted(Lease.objects.values_list("number", flat=True))
    assert numbers == ["2026-00001", "2026-00002", "2026-00003"]
    assert len(set(Lease.objects.values_list("kid", flat=True))) == 3
