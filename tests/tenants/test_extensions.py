"""An application to stay longer: granted, renewed, signed, over."""

import datetime as dt
import time
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from boligsak.dates import today
from boligsak.rule import RuleBroken
from tenants.models import Application, Lease, LeaseContract
from tenants.queries.clocks import clocks_of
from tenants.queries.waiting import waiting
from tenants.services import contracts, renewals
from tenants.services.contracts import finish_signing, sign, write_contract
from tenants.services.extensions import close_extension, close_extensions
from tenants.services.renewals import NewTerm, convert, drop_unsigned, renew
from tests.desk.work import body, signed_in
from tests.factories import ApplicationFactory, LeaseFactory, UserFactory
from tests.tenants import allocating
from tests.tenants.allocating import DAY, housing_unit
from tests.together import at_once

pytestmark = pytest.mark.django_db
LAST = dt.date(2026, 12, 31)
NIGHT = dt.date(2026, 11, 24)


def stays(lease: Lease | None = None, **more: Any) -> Application:
    """Granted to stay in the home they have."""
    return allocating.waiting(kind="extension", lease=lease or LeaseFactory(ends_on=LAST), **more)


def not_granted() -> Application:
    application: Application = ApplicationFactory(
        kind="extension", lease=LeaseFactory(ends_on=LAST), state="received"
    )
    return application


def renewed(application: Application, by: Any) -> LeaseContract:
    return renew(application.lease_id, NewTerm(), version=None, by=by, on=DAY)


def everybody_signs(contract: LeaseContract, by: Any) -> None:
    tenants = contract.lease.parties.values_list("person_id", flat=True)
    for person_id in (*tenants, None):
        sign(contract.pk, person_id, signed_on=DAY, by=by, on=DAY)


def state_of(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


def refused(act: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        act()
    return broken.value.code


def test_it_is_over_at_once_when_the_renewal_is_signed_by_everybody() -> None:
    by, application = housing_unit(), stays()
    assert waiting(None, DAY) == []
    contract = renewed(application, by)
    assert state_of(application) == "waiting"
    everybody_signs(contract, by)
    application.refresh_from_db()
    assert (application.state, application.ended_on) == ("housed", DAY)
    act = application.acts.get(what="lease_extended")
    assert (act.by, act.on) == (by, DAY)
    assert close_extensions(NIGHT) == {"extensions": 0}


def test_9_2_the_old_last_day_is_the_deadline_until_everybody_has_signed() -> None:
    by, application = housing_unit(), stays()
    told = lambda: [(one.code, one.on) for one in clocks_of(application, DAY) if not one.done_on]  # noqa: E731
    assert told() == [("renewal", LAST)]
    contract = renewed(application, by)
    assert Lease.objects.get(pk=contract.lease_id).ends_on != LAST
    assert told() == [("renewal", LAST)]
    everybody_signs(contract, by)
    assert told() == []


def test_a_renewal_that_is_dropped_leaves_it_open() -> None:
    by, application = housing_unit(), stays()
    contract = renewed(application, by)
    assert close_extensions(NIGHT) == {"extensions": 0}
    drop_unsigned(contract.pk, "Vil flytte", version=contract.version, by=by, on=DAY)
    assert state_of(application) == "waiting"


def test_one_that_was_not_granted_stays_open_when_the_contract_is_signed() -> None:
    by, application = housing_unit(), not_granted()
    everybody_signs(renewed(application, by), by)
    assert state_of(application) == "received"


def test_another_home_s_application_stays_open() -> None:
    by, application, other = housing_unit(), stays(), stays()
    everybody_signs(renewed(application, by), by)
    assert (state_of(application), state_of(other)) == ("housed", "waiting")


def test_it_is_over_when_the_last_who_had_not_signed_is_gone() -> None:
    by, application = housing_unit(), stays()
    contract = renewed(application, by)
    sign(contract.pk, None, signed_on=DAY, by=by, on=DAY)
    tenant = contract.lease.parties.get()
    sign(contract.pk, tenant.person_id, signed_on=DAY, by=by, on=DAY)
    assert state_of(application) == "housed"
    assert refused(lambda: finish_signing(contract.pk, by=by, on=DAY)) == (
        "contract.not_for_signing"
    )


def test_9_2_what_the_law_has_made_open_ended_needs_no_signature() -> None:
    by, lease = housing_unit(), LeaseFactory(ends_on=dt.date(2026, 6, 30))
    application = stays(lease)
    convert(lease.pk, NewTerm(), version=None, by=by, on=DAY)
    assert state_of(application) == "housed"


def test_the_night_closes_what_the_signatures_missed() -> None:
    by, application = housing_unit(), stays()
    contract = write_contract(
        application.lease,
        kind="renewal",
        starts_on=dt.date(2027, 1, 1),
        ends_on=dt.date(2029, 12, 31),
        terms={"rent_ore": 900_000},
        by=by,
        on=DAY,
    )
    assert close_extensions(DAY) == {"extensions": 0}
    LeaseContract.objects.filter(pk=contract.pk).update(state="signed")
    assert close_extensions(DAY - dt.timedelta(days=1)) == {"extensions": 0}
    assert close_extensions(DAY) == {"extensions": 1}
    assert close_extensions(DAY) == {"extensions": 0}


def test_it_is_closed_by_hand_when_the_contract_has_been_renewed() -> None:
    by, application = housing_unit(), stays()
    act = lambda: close_extension(application.pk, by=by, on=DAY)  # noqa: E731
    assert refused(act) == "extension.not_renewed"
    renewed(application, by)
    assert act().state == "housed"
    assert refused(act) == "application.ended"


def test_only_who_was_granted_to_stay_longer_is_closed_so() -> None:
    by, home = housing_unit(), allocating.waiting(kind="new", lease=LeaseFactory(ends_on=LAST))
    assert refused(lambda: close_extension(home.pk, by=by, on=DAY)) == "extension.not_one"
    asked = not_granted()
    assert refused(lambda: close_extension(asked.pk, by=by, on=DAY)) == "extension.not_granted"


def test_the_page_of_the_application_leads_to_closing_it() -> None:
    by, client = housing_unit(), signed_in(UserFactory(role="caseworker"))
    application = stays(LeaseFactory(ends_on=today() + dt.timedelta(days=30)))
    address = reverse("tenants:application_carried_out", args=[application.pk])
    here = reverse("desk:application", args=[application.pk])
    assert address not in body(client, here)
    assert "Renew it first" in body(client, address)
    renew(application.lease_id, NewTerm(), version=None, by=by, on=today())
    assert address in body(client, here)
    version = Application.objects.get(pk=application.pk).version
    sent = client.post(address, {"submission_id": uuid4(), "version": version})
    assert sent["Location"] == here
    assert state_of(application) == "housed"


@pytest.mark.django_db(transaction=True)
def test_the_last_signature_and_closing_by_hand_at_once_close_it_once() -> None:
    by, application = housing_unit(), stays()
    contract = renewed(application, by)
    tenant = contract.lease.parties.get().person_id
    sign(contract.pk, None, signed_on=DAY, by=by, on=DAY)
    found = at_once(
        lambda: sign(contract.pk, tenant, signed_on=DAY, by=by, on=DAY),
        lambda: close_extension(application.pk, by=by, on=DAY),
    )
    assert found in (["done", "done"], ["application.ended", "done"])
    assert application.acts.filter(what="lease_extended").count() == 1


@pytest.mark.django_db(transaction=True)
def test_signing_a_new_term_and_dropping_it_at_once_do_not_wait_for_each_other(monkeypatch) -> None:
    by, application = housing_unit(), stays()
    contract = renewed(application, by)
    tenant = contract.lease.parties.get().person_id
    lock, change = contracts.lock_extensions, renewals.change_lease

    def holds_the_application(*args: Any) -> Any:
        found = lock(*args)
        time.sleep(0.4)
        return found

    def holds_the_lease(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.4)
        return change(*args, **kwargs)

    monkeypatch.setattr(contracts, "lock_extensions", holds_the_application)
    monkeypatch.setattr(renewals, "change_lease", holds_the_lease)
    assert at_once(
        lambda: sign(contract.pk, tenant, signed_on=DAY, by=by, on=DAY),
        lambda: drop_unsigned(contract.pk, "Nei", version=contract.version, by=by, on=DAY),
    ) == ["contract.not_for_signing", "done"]
