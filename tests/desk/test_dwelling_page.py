"""The dwelling page: that somebody lives there is no secret, who does may be."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from boligsak.accounts.models import LookUp
from boligsak.dates import today
from boligsak.show import day as format_day
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

YESTERDAY = dt.timedelta(days=1)


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def opened(client: Client, dwelling):
    response = client.get(reverse("desk:dwelling", args=[dwelling.pk]))
    assert response.status_code == 200
    return response


def test_the_tenant_of_today_and_those_before_are_listed() -> None:
    dwelling = DwellingFactory()
    LeaseFactory(
        dwelling=dwelling,
        starts_on=dt.date(2016, 1, 1),
        moved_out_on=dt.date(2019, 12, 31),
        tenant__given_name="Tidligere",
    )
    LeaseFactory(dwelling=dwelling, tenant__given_name="Nåværende")
    response = opened(signed_in(UserFactory()), dwelling)
    page = response.content.decode()
    assert page.index("Nåværende") < page.index("Tidligere")
    assert response.context["status"]["text"] == "Let"
    assert len(LookUp.objects.latest("pk").person_ids) == 2


@pytest.mark.parametrize("offices", ["every", "its own"])
def test_a_protected_tenancy_has_no_number_no_name_and_no_dates(offices: str) -> None:
    dwelling = DwellingFactory()
    lease = LeaseFactory(
        dwelling=dwelling,
        starts_on=dt.date(2019, 3, 14),
        is_protected=True,
        tenant__given_name="Hemmelig",
        tenant__protection=6,
    )
    bound = {"role__offices": [dwelling.office]} if offices == "its own" else {}
    response = opened(signed_in(UserFactory(role="coordinator", **bound)), dwelling)
    page = response.content.decode()
    for secret in ("Hemmelig", lease.number, "14.03.2019", "rotected"):
        assert secret not in page
    assert response.context["status"]["text"] == "Let"
    assert "Tenancy without details" in page


def test_vacancy_is_counted_from_the_day_after_the_last_tenant() -> None:
    left = today() - dt.timedelta(days=11)
    lease = LeaseFactory(moved_out_on=left)
    response = opened(signed_in(UserFactory()), lease.dwelling)
    assert response.context["status"]["text"] == "Vacant"
    assert dict(response.context["facts"])["Vacant"] == (
        f"since {format_day(left + YESTERDAY)}, 10 days"
    )


def test_how_long_it_is_vacant_is_not_told_after_a_protected_tenancy() -> None:
    lease = LeaseFactory(moved_out_on=today() - YESTERDAY, is_protected=True)
    response = opened(signed_in(UserFactory()), lease.dwelling)
    assert "Vacant" not in dict(response.context["facts"])


def test_a_dwelling_at_another_office_is_not_found() -> None:
    client = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    address = reverse("desk:dwelling", args=[DwellingFactory().pk])
    assert client.get(address).status_code == 404


def test_fifty_tenancies_cost_the_queries_of_one(django_assert_max_num_queries) -> None:
    few, many = DwellingFactory(), DwellingFactory()
    for dwelling, count in ((few, 1), (many, 50)):
        for number in range(count):
            day = dt.date(2016, 1, 1) + dt.timedelta(days=30 * number)
            LeaseFactory(dwelling=dwelling, starts_on=day, moved_out_on=day + dt.timedelta(days=20))
    client = signed_in(UserFactory())
    counts = []
    for dwelling in (few, many):
        opened(client, dwelling)
        with django_assert_max_num_queries(15) as queries:
            opened(client, dwelling)
        counts.append(len(queries))
    assert counts[0] == counts[1]
