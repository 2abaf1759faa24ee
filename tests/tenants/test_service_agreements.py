"""Service agreements: husleieloven's clocks run until a lawyer has recorded otherwise."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from arrears.models import Flag
from arrears.queries.notices import situation
from arrears.services.flags import bring_flags_up_to_date
from boligsak.dates import today
from boligsak.desk.clock import clock
from boligsak.desk.queries import lease as lease_query
from boligsak.rule import RuleBroken
from tenants.models import Lease, ServiceAgreement
from tenants.queries.service_agreements import outside_the_act
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state
from tenants.rules.service_agreements import is_outside
from tenants.services.service_agreements import (
    note_review,
    record_assessment,
    withdraw_assessment,
    write_agreement,
)
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = today()
HELP = "Miljøarbeider tre ganger i uka."


def service(**more: Any) -> Lease:
    """A service agreement whose term ran out a month ago."""
    more.setdefault("ends_on", DAY - dt.timedelta(days=30))
    return LeaseFactory(kind="service", **more)


def written(lease: Lease, by: Any) -> ServiceAgreement:
    return write_agreement(
        lease.pk,
        services=HELP,
        ends_when="Når hjelpen ikke lenger trengs.",
        review_on=DAY + dt.timedelta(days=90),
        version=None,
        by=by,
        on=DAY,
    )


def assessed(lease: Lease, by: Any, on: dt.date = DAY) -> ServiceAgreement:
    row = ServiceAgreement.objects.get(lease=lease)
    return record_assessment(
        lease.pk,
        lawyer="Advokat Lov",
        reasons="Omsorgen er det vesentlige.",
        assessed_on=on,
        version=row.version,
        by=by,
        on=DAY,
    )


def refused(do: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value.code


@pytest.fixture
def by() -> Any:
    return UserFactory(role="housing_unit")


def test_an_agreement_says_what_help_it_holds_and_what_ends_it(by: Any) -> None:
    lease = service()

    def write(**more: Any) -> ServiceAgreement:
        given = {"services": HELP, "ends_when": "Utflytting.", "review_on": DAY} | more
        return write_agreement(lease.pk, version=None, by=by, on=DAY, **given)

    assert refused(lambda: write(services=" ")) == "service.no_services"
    assert refused(lambda: write(ends_when="")) == "service.no_end"
    assert refused(lambda: write(review_on=None)) == "service.no_review"
    assert refused(lambda: write(review_on=DAY - dt.timedelta(days=1))) == "service.review_past"
    assert refused(lambda: write(review_on=dt.date(2062, 1, 1))) == "service.review_far"
    assert write().version == 1


def test_an_ordinary_lease_has_no_service_agreement(by: Any) -> None:
    assert refused(lambda: written(LeaseFactory(), by)) == "service.not_service"


def test_a_review_sets_a_later_day(by: Any) -> None:
    lease = service()
    row = written(lease, by)

    def review(next_on: dt.date) -> ServiceAgreement:
        return note_review(
            lease.pk,
            reviewed_on=DAY,
            note="Hjelpen virker.",
            next_on=next_on,
            version=row.version,
            by=by,
            on=DAY,
        )

    assert refused(lambda: review(DAY)) == "service.review_order"
    assert review(DAY + dt.timedelta(days=180)).reviewed_on == DAY


@pytest.mark.parametrize(
    ("lawyer_on", "outside"),
    [(None, False), (DAY, True), (DAY + dt.timedelta(days=1), False)],
)
def test_the_act_holds_until_the_day_of_the_assessment(
    lawyer_on: dt.date | None, outside: bool
) -> None:
    assert is_outside(lawyer_on, DAY) is outside


def test_without_an_assessment_the_clock_of_9_2_runs(by: Any) -> None:
    lease = service()
    written(lease, by)
    assert situation(lease, DAY).lease.is_outside_tenancy_act is False
    facts = situation(lease, DAY).lease
    assert expiry_state(facts, DAY).expiry is Expiry.EXPIRED


def test_with_one_it_stands(by: Any) -> None:
    lease = service()
    written(lease, by)
    assessed(lease, by)
    assert outside_the_act([lease], DAY) == {lease.pk}
    facts: LeaseFacts = situation(lease, DAY).lease
    assert expiry_state(facts, DAY).expiry is Expiry.CLOCK_STOPPED


def test_taken_back_it_runs_again(by: Any) -> None:
    lease = service()
    written(lease, by)
    row = assessed(lease, by)
    withdraw_assessment(lease.pk, because="Feil.", version=row.version, by=by, on=DAY)
    assert outside_the_act([lease], DAY) == set()


def test_the_flag_of_the_term_loses_its_clock_with_the_assessment(by: Any) -> None:
    lease = service()
    written(lease, by)
    bring_flags_up_to_date(DAY)
    assert "last_safe_on" in Flag.objects.open().get(lease=lease, kind="expired").facts
    assessed(lease, by)
    bring_flags_up_to_date(DAY)
    assert "last_safe_on" not in Flag.objects.open().get(lease=lease, kind="expired").facts


def test_the_lease_page_says_that_the_clock_stands(by: Any) -> None:
    lease = service()
    written(lease, by)
    assert clock(lease_query.of_case(lease.pk, DAY), DAY).deadline is not None
    assessed(lease, by)
    assert clock(lease_query.of_case(lease.pk, DAY), DAY).deadline is None


def test_an_ordinary_lease_is_under_the_act_whatever_is_recorded() -> None:
    lease = LeaseFactory()
    ServiceAgreement.objects.create(
        lease=lease,
        services="x",
        ends_when="x",
        lawyer="x",
        lawyer_on=DAY,
        lawyer_reasons="x",
        by=UserFactory(),
    )
    assert outside_the_act([lease], DAY) == set()


# --- Pages ----------------------------------------------------------------------------------------


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def post(client: Client, name: str, lease: Lease, version: int | str, **fields: Any) -> Any:
    form = {"submission_id": str(uuid4()), "version": version}
    return client.post(reverse(f"tenants:{name}", args=[lease.pk]), form | fields)


def test_the_agreement_is_written_reviewed_and_assessed_by_its_pages(by: Any) -> None:
    lease, client = service(), signed_in(by)
    later = (DAY + dt.timedelta(days=90)).isoformat()
    post(client, "service_write", lease, "", services=HELP, ends_when="Slutt.", review_on=later)
    row = ServiceAgreement.objects.get(lease=lease)
    latest = (DAY + dt.timedelta(days=300)).isoformat()
    post(
        client,
        "service_review",
        lease,
        row.version,
        reviewed_on=DAY.isoformat(),
        note="Bra.",
        next_on=latest,
    )
    row.refresh_from_db()
    post(
        client,
        "service_assess",
        lease,
        row.version,
        lawyer="Advokat Lov",
        assessed_on=DAY.isoformat(),
        reasons="Omsorg.",
    )
    row.refresh_from_db()
    assert (row.reviewed_on, row.lawyer_on) == (DAY, DAY)
    page = client.get(reverse("tenants:service_agreement", args=[lease.pk])).content.decode()
    assert "The clocks stand" in page


def test_the_page_leads_to_where_the_end_of_the_agreement_is_registered(by: Any) -> None:
    row = written(service(), by)
    address = reverse("tenants:service_agreement", args=[row.lease_id])
    out = reverse("tenants:move_out", args=[row.lease_id])
    assert out in signed_in(by).get(address).content.decode()
    Lease.objects.filter(pk=row.lease_id).update(moved_out_on=DAY)
    assert out not in signed_in(by).get(address).content.decode()


def test_what_the_help_is_is_for_the_welfare_side(by: Any) -> None:
    lease = service()
    written(lease, by)
    address = reverse("tenants:service_agreement", args=[lease.pk])
    assert HELP not in signed_in(UserFactory(role="landlord")).get(address).content.decode()
    assert HELP in signed_in(UserFactory(role="caseworker")).get(address).content.decode()


def test_the_office_that_gives_the_help_writes_of_it_and_the_landlord_does_not(by: Any) -> None:
    row = written(service(), by)
    pages = ("service_write", "service_review", "service_assess", "service_withdraw")
    addresses = [reverse(f"tenants:{name}", args=[row.lease_id]) for name in pages]
    for role, answer in (("caseworker", 200), ("coordinator", 200), ("landlord", 403)):
        client = signed_in(UserFactory(role=role))
        assert {client.get(address).status_code for address in addresses} == {answer}, role
        shown = client.get(reverse("tenants:service_agreement", args=[row.lease_id]))
        assert (addresses[0] in shown.content.decode()) is (answer == 200), role


def test_who_does_not_see_what_the_help_is_changes_the_rest_and_leaves_it(by: Any) -> None:
    row = written(service(), by)
    client = signed_in(by)
    address = reverse("tenants:service_write", args=[row.lease_id])
    assert HELP not in client.get(address).content.decode()
    later = (DAY + dt.timedelta(days=60)).isoformat()
    sent = post(
        client,
        "service_write",
        row.lease,
        row.version,
        services="Ikke mer hjelp.",
        ends_when="Når vedtaket opphører.",
        review_on=later,
    )
    assert sent.status_code == 302
    row.refresh_from_db()
    assert (row.services, row.ends_when) == (HELP, "Når vedtaket opphører.")
    page = client.get(reverse("tenants:service_agreement", args=[row.lease_id])).content.decode()
    assert "Changed:" in page


def test_a_review_is_told_of_in_the_words_of_its_form(by: Any) -> None:
    row = written(service(), by)
    note_review(
        row.lease_id,
        reviewed_on=DAY,
        note="Som før.",
        next_on=DAY + dt.timedelta(days=180),
        version=row.version,
        by=by,
        on=DAY,
    )
    address = reverse("tenants:service_agreement", args=[row.lease_id])
    page = signed_in(UserFactory(role="landlord")).get(address).content.decode()
    assert "looked at on" in page
    assert "reviewed on" not in page


def test_a_protected_lease_has_no_page_for_who_is_not_cleared(by: Any) -> None:
    lease = service(is_protected=True)
    address = reverse("tenants:service_agreement", args=[lease.pk])
    assert signed_in(by).get(address).status_code == 404


def test_an_ordinary_lease_has_no_such_page(by: Any) -> None:
    address = reverse("tenants:service_agreement", args=[LeaseFactory().pk])
    assert signed_in(by).get(address).status_code == 404
