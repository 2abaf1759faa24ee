"""Every register's list: what it shows, finds and leaves out, and what it costs."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arrears.services.ledger import NewLine, post
from boligsak.administration import lists
from boligsak.jobs.models import JobRun
from tenants.models import Dwelling, Lease, Person
from tests.factories import (
    BuildingFactory,
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LEASES = "admin:tenants_lease_changelist"
DWELLINGS = "admin:tenants_dwelling_changelist"
PEOPLE = "admin:tenants_person_changelist"
LEDGER = "admin:arrears_ledgerline_changelist"


@pytest.fixture
def landlord(client: Client) -> Client:
    client.force_login(UserFactory(role="landlord"))
    return client


def shown(client: Client, name: str, query: str = "") -> str:
    response = client.get(f"{reverse(name)}{query}")
    assert response.status_code == 200
    return response.content.decode()


def search(client: Client, name: str, words: str) -> str:
    response = client.post(reverse(name), {"words": words})
    assert response.status_code == 302
    assert words not in response["Location"]
    return client.get(response["Location"]).content.decode()


def ten_more(name: str) -> None:
    for number in range(10):
        lease = LeaseFactory()
        line = NewLine(
            lease.pk,
            "rent",
            1000,
            datetime.date(2026, 1, 1),
            "r",
            due_on=datetime.date(2026, 1, 20),
        )
        post([line])
        UserFactory(role="caseworker")
        JobRun.objects.create(job=f"job{number}")


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("landlord", "admin:tenants_building_changelist"),
        ("landlord", DWELLINGS),
        ("landlord", LEASES),
        ("landlord", PEOPLE),
        ("landlord", LEDGER),
        ("landlord", "admin:jobs_jobrun_changelist"),
        ("administrator", "admin:accounts_user_changelist"),
        ("administrator", "admin:accounts_office_changelist"),
        ("administrator", "admin:rates_policy_changelist"),
        ("administrator", "admin:rates_rate_changelist"),
    ],
)
def test_a_list_asks_as_often_for_many_rows_as_for_few(
    client: Client, role: str, name: str
) -> None:
    client.force_login(UserFactory(role=role))
    ten_more(name)
    shown(client, name)  # what is remembered between pages is remembered now
    with CaptureQueriesContext(connection) as few:
        shown(client, name)
    for _time in range(3):
        ten_more(name)
    with CaptureQueriesContext(connection) as many:
        shown(client, name)
    assert len(many) <= len(few)
    assert len(few) <= 15


def test_hits_are_counted_to_ten_thousand_and_no_further(monkeypatch: Any) -> None:
    monkeypatch.setattr(lists, "MOST_HITS", 3)
    PersonFactory.create_batch(6)
    with CaptureQueriesContext(connection) as queries:
        assert lists.count(Person.objects.all()) == 4
    assert "LIMIT 4" in queries.captured_queries[0]["sql"]


def test_a_masked_lease_is_its_number(landlord: Client) -> None:
    secret = LeaseFactory(
        number="2020-SKJULT",
        is_protected=True,
        dwelling__street="Skjultefaret",
        tenant=PersonFactory(family_name="Ukjentsen", protection=7),
    )
    page = shown(landlord, LEASES)
    assert "2020-SKJULT" in page
    assert "Skjultefaret" not in page
    assert "Ukjentsen" not in page
    assert landlord.get(reverse("admin:tenants_lease_change", args=[secret.pk])).status_code == 404


@pytest.mark.parametrize("words", ["Skjultefaret", "Ukjentsen"])
def test_a_masked_lease_is_not_found_by_what_is_hidden(landlord: Client, words: str) -> None:
    LeaseFactory(
        number="2020-SKJULT",
        is_protected=True,
        dwelling__street="Skjultefaret",
        tenant=PersonFactory(family_name="Ukjentsen", protection=7),
    )
    assert "2020-SKJULT" not in search(landlord, LEASES, words)


@pytest.mark.parametrize("query", ["?office={office}", "?state=running", "?sort=starts", "?kid=no"])
def test_a_filter_does_not_tell_what_a_masked_lease_hides(landlord: Client, query: str) -> None:
    secret = LeaseFactory(number="2020-SKJULT", is_protected=True)
    page = shown(landlord, LEASES, query.format(office=secret.office_id))
    assert "2020-SKJULT" not in page


def test_a_masked_lease_is_found_by_its_number(landlord: Client) -> None:
    LeaseFactory(number="2020-00099", is_protected=True)
    assert "2020-00099" in search(landlord, LEASES, "2020-00099")


@pytest.mark.parametrize("words", ["2020-777", "kari nord", "Nordm", "kongens gate 5", "12345678"])
def test_a_lease_is_found_by_number_kid_tenant_and_address(landlord: Client, words: str) -> None:
    LeaseFactory(
        number="2020-77777",
        kid="123456782",
        dwelling__street="Kongens gate",
        dwelling__house_no="5",
        tenant=PersonFactory(given_name="Kari", family_name="Nordmann"),
    )
    LeaseFactory(number="2020-88888", dwelling__house_no="77")
    page = search(landlord, LEASES, words)
    assert "2020-77777" in page
    assert "2020-88888" not in page


def test_what_was_searched_for_is_gone_with_the_session(landlord: Client) -> None:
    LeaseFactory(number="2020-77777")
    address = landlord.post(reverse(LEASES), {"words": "2020-77777"})["Location"]
    landlord.force_login(UserFactory(role="landlord"))
    assert "2020-77777" in landlord.get(address).content.decode()  # no search: everything


@pytest.mark.parametrize(
    ("words", "found"), [("innherredsveien 7", True), ("B-7", True), ("storgata", False)]
)
def test_a_dwelling_is_found_by_number_and_address(
    landlord: Client, words: str, found: bool
) -> None:
    DwellingFactory(number="B-777", street="Innherredsveien", house_no="7")
    assert ("B-777" in search(landlord, DWELLINGS, words)) is found


def test_a_landlord_of_one_office_sees_its_dwellings_only(client: Client) -> None:
    here, there = DwellingFactory(number="B-HER"), DwellingFactory(number="B-DER")
    client.force_login(UserFactory(role="landlord", role__offices=[here.office]))
    page = shown(client, DWELLINGS)
    assert "B-HER" in page
    assert "B-DER" not in page
    assert client.get(reverse("admin:tenants_dwelling_change", args=[there.pk])).status_code == 404


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("?rooms=5", {"B-stor"}),
        ("?use=no", {"B-ute"}),
        ("?kind=cooperative", {"B-lag"}),
        ("?kind=nonsense&rooms=x", {"B-stor", "B-ute", "B-lag"}),
    ],
)
def test_dwellings_are_filtered(landlord: Client, query: str, numbers: set[str]) -> None:
    DwellingFactory(number="B-stor", rooms=6)
    DwellingFactory(number="B-ute", in_use_to=datetime.date(2026, 1, 1))
    DwellingFactory(number="B-lag", building=BuildingFactory(kind="cooperative"))
    page = shown(landlord, DWELLINGS, query)
    assert {n for n in ("B-stor", "B-ute", "B-lag") if n in page} == numbers


def test_a_list_is_paged_and_keeps_its_filter(landlord: Client) -> None:
    office = OfficeFactory()
    building = BuildingFactory()
    for number in range(60):
        DwellingFactory(number=f"B-{number:03d}", office=office, building=building)
    page = shown(landlord, DWELLINGS, f"?office={office.pk}&page=2")
    assert "B-050" in page
    assert "B-049" not in page
    assert f"office={office.pk}" in page


def test_the_list_of_people_logs_whom_it_showed(landlord: Client) -> None:
    from boligsak.accounts.models import LookUp

    person = PersonFactory()
    shown(landlord, PEOPLE)
    assert LookUp.objects.get().person_ids == [person.pk]


def test_a_protected_person_is_a_number_in_the_list(landlord: Client) -> None:
    hidden = PersonFactory(given_name="Vilde", family_name="Ukjentsen", protection=6)
    page = shown(landlord, PEOPLE)
    assert "Ukjentsen" not in page
    assert f">{hidden.pk}<" in page
    assert f">{hidden.pk}<" not in search(landlord, PEOPLE, "Ukjentsen")


def test_the_ledger_is_chosen_by_lease(landlord: Client) -> None:
    mine, other = LeaseFactory(number="2020-11111"), LeaseFactory(number="2020-22222")
    for lease in (mine, other):
        post([NewLine(lease.pk, "payment", -1000, datetime.date(2026, 1, 1), "p")])
    for page in (
        shown(landlord, LEDGER, f"?lease={mine.pk}"),
        search(landlord, LEDGER, "2020-11111"),
    ):
        assert "2020-11111" in page
        assert "2020-22222" not in page


def test_a_kind_is_looked_for_among_the_newest_lines_only(
    landlord: Client, monkeypatch: Any
) -> None:
    from arrears.admin import ledger

    monkeypatch.setattr(ledger, "NEWEST", 2)
    lease = LeaseFactory()
    lines = post(
        [
            NewLine(lease.pk, "payment", -1000, datetime.date(2026, 1, n), f"p{n}")
            for n in range(1, 5)
        ]
    )
    page = shown(landlord, LEDGER, "?kind=payment")
    assert [f">{line.pk}<" in page for line in lines] == [False, False, True, True]
    every = shown(landlord, LEDGER, f"?kind=payment&lease={lease.pk}")
    assert all(f">{line.pk}<" in every for line in lines)


def test_nothing_is_left_of_djangos_own_admin(client: Client) -> None:
    client.force_login(UserFactory(role="administrator"))
    for path in ("auth/group/", "login/", "logout/", "password_change/", "jsi18n/", "r/1/1/"):
        assert client.get(f"/admin/{path}").status_code == 404


def test_a_large_register_is_searched_by_its_indexes() -> None:
    """Names and addresses by trigrams, numbers by their prefix: never row by row."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = [
            Person.objects.filter(search_name__contains="hansen").explain(),
            Dwelling.objects.filter(search_address__contains="veien 5").explain(),
            Lease.objects.filter(number__startswith="2020-1").explain(),
            Lease.objects.filter(kid__startswith="123").explain(),
        ]
    for plan in plans:
        assert "Index" in plan, plan
