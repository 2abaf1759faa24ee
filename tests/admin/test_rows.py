"""What can be done to the rows of the registers, and what is refused, in words beside its field."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from boligsak.accounts.models import LookUp
from tenants.models import Building, Dwelling, Lease, LeaseParty, Person, RentTerm
from tenants.rules.identity import make_synthetic
from tests.factories import (
    BuildingFactory,
    DwellingFactory,
    LeaseFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def landlord(client: Client) -> Client:
    client.force_login(UserFactory(role="landlord"))
    return client


def send(
    client: Client, name: str, step: str, values: dict[str, Any], pk: int | None = None
) -> Any:
    """Posts one step's form, as the page names its fields."""
    address = reverse(f"admin:{name}", args=[pk] if pk else None)
    version = values.pop("version", None)
    data = {f"{step}-{field}": value for field, value in values.items()} | {"step": step}
    if version is not None:
        data["version"] = version
    return client.post(address, data)


DWELLING = {
    "street": "Kongens gate",
    "house_no": "5",
    "unit": "H0201",
    "postcode": "7011",
    "place": "Trondheim",
    "rooms": "3",
    "area_m2": "70",
    "floor": "2",
    "rent_ore": "9 000,50",
    "in_use_from": "1.1.2020",
}


def test_a_building_and_a_dwelling_in_it_are_entered(landlord: Client) -> None:
    sent = send(landlord, "tenants_building_add", "new", {"name": "Nygården", "kind": "municipal"})
    building = Building.objects.get()
    assert sent["Location"] == reverse("admin:tenants_building_change", args=[building.pk])
    office = DwellingFactory().office
    send(
        landlord,
        "tenants_dwelling_add",
        "new",
        DWELLING | {"number": "B-1", "building": "nygården", "office": office.pk},
    )
    dwelling = Dwelling.objects.get(number="B-1")
    assert (dwelling.building, dwelling.rent_ore) == (building, 900_050)
    assert dwelling.in_use_from == datetime.date(2020, 1, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"postcode": "70"}, "postcode"),
        ({"unit": "201"}, "unit"),
        ({"rooms": "0"}, "rooms"),
        ({"rent_ore": "mye"}, "rent_ore"),
        ({"in_use_to": "1.1.2019"}, "in_use_to"),
        ({"building": "Finnes ikke"}, "building"),
        ({"number": "B-taken"}, "number"),
    ],
)
def test_a_dwelling_is_refused_beside_the_field_at_fault(
    landlord: Client, change: dict[str, str], field: str
) -> None:
    taken = DwellingFactory(number="B-taken", building=BuildingFactory(name="Nygården"))
    values = DWELLING | {"number": "B-1", "building": "Nygården", "office": taken.office_id}
    page = send(landlord, "tenants_dwelling_add", "new", values | change)
    assert page.status_code == 422
    assert field in page.context["failed"].errors
    assert 'value="Kongens gate"' in page.content.decode()  # nothing typed is lost
    assert Dwelling.objects.count() == 1


def lease_values(**more: Any) -> dict[str, Any]:
    return {"kind": "lease", "starts_on": "1.1.2026", "rent_ore": "9000", **more}


def test_a_lease_is_signed_with_its_tenants_and_rent(landlord: Client) -> None:
    dwelling = DwellingFactory(number="B-1")
    first, second = PersonFactory(), PersonFactory()
    send(
        landlord,
        "tenants_lease_add",
        "new",
        lease_values(
            number="2026-00001",
            dwelling="b-1",
            tenant=str(first.pk),
            second=str(second.pk),
            utilities_ore="500",
            kid="123456782",
            ends_on="31.12.2028",
        ),
    )
    lease = Lease.objects.get()
    assert (lease.office, lease.kid) == (dwelling.office, "123456782")
    assert [party.person for party in lease.parties.order_by("position")] == [first, second]
    terms = RentTerm.objects.order_by("kind").values_list("kind", "amount_ore")
    assert list(terms) == [("rent", 900_000), ("utilities", 50_000)]


def test_a_tenant_may_be_named_by_identity_number(landlord: Client) -> None:
    number = make_synthetic(datetime.date(1985, 5, 17), 1)
    send(
        landlord,
        "tenants_person_add",
        "new",
        {"given_name": "Áile", "family_name": "Sara", "identity_number": number},
    )
    DwellingFactory(number="B-1")
    send(
        landlord,
        "tenants_lease_add",
        "new",
        lease_values(number="2026-00001", dwelling="B-1", tenant=f"{number[:6]} {number[6:]}"),
    )
    assert Lease.objects.get().parties.get().person.given_name == "Áile"


def test_a_lease_of_somebody_protected_is_protected_from_the_first_moment(
    landlord: Client,
) -> None:
    DwellingFactory(number="B-1")
    hidden = PersonFactory(protection=6)
    sent = send(
        landlord,
        "tenants_lease_add",
        "new",
        lease_values(number="2026-00001", dwelling="B-1", tenant=str(hidden.pk)),
    )
    assert Lease.objects.get().is_protected
    assert landlord.get(sent["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kid": "123456789"}, "kid"),
        ({"dwelling": "B-nei"}, "dwelling"),
        ({"tenant": "999999"}, "tenant"),
        ({"ends_on": "31.12.2020"}, "ends_on"),
        ({"number": "2020-00001"}, "number"),
        ({"starts_on": "i går kveld"}, "starts_on"),
    ],
)
def test_a_lease_is_refused_beside_the_field_at_fault(
    landlord: Client, change: dict[str, str], field: str
) -> None:
    LeaseFactory(number="2020-00001")
    DwellingFactory(number="B-1")
    values = lease_values(number="2026-00001", dwelling="B-1", tenant=str(PersonFactory().pk))
    page = send(landlord, "tenants_lease_add", "new", values | change)
    assert page.status_code == 422
    assert field in page.context["failed"].errors
    assert Lease.objects.count() == 1


def test_two_leases_of_one_dwelling_at_once_are_refused(landlord: Client) -> None:
    LeaseFactory(number="2020-00001", dwelling__number="B-1")
    values = lease_values(number="2026-1", dwelling="B-1", tenant=str(PersonFactory().pk))
    page = send(landlord, "tenants_lease_add", "new", values)
    assert "2020-00001" in str(page.context["failed"].errors)


def change_values(lease: Lease, **more: Any) -> dict[str, Any]:
    return {"kind": "lease", "starts_on": "01.01.2020", "version": lease.version, **more}


def test_a_lease_is_changed_by_its_service_and_the_change_is_told(landlord: Client) -> None:
    lease = LeaseFactory()
    values = change_values(lease, ends_on="31.12.2027", kid="123456782")
    sent = send(landlord, "tenants_lease_change", "change", values, lease.pk)
    assert sent.status_code == 302
    lease.refresh_from_db()
    assert (lease.ends_on, lease.version) == (datetime.date(2027, 12, 31), 2)
    page = landlord.get(sent["Location"])
    (told,) = page.context["timeline"]
    assert "Kari Nordmann" in told["who"]


def test_the_second_of_two_is_told_who_changed_what_and_loses_nothing(landlord: Client) -> None:
    lease = LeaseFactory()
    values = change_values(lease, ends_on="31.12.2027")
    send(landlord, "tenants_lease_change", "change", dict(values), lease.pk)
    late = change_values(lease, signed_on="24.12.2019")
    page = send(landlord, "tenants_lease_change", "change", dict(late), lease.pk)
    assert page.status_code == 422
    assert "Kari Nordmann" in str(page.context["failed"].non_field_errors())
    assert 'value="24.12.2019"' in page.content.decode()
    assert page.context["version"] == 2
    lease.refresh_from_db()
    assert lease.signed_on is None
    again = send(landlord, "tenants_lease_change", "change", late | {"version": 2}, lease.pk)
    assert again.status_code == 302


def test_parties_come_and_go_by_date(landlord: Client) -> None:
    lease = LeaseFactory()
    newcomer = PersonFactory()
    values = {"person": str(newcomer.pk), "role": "tenant", "from_on": "1.2.2026"}
    assert send(landlord, "tenants_lease_change", "party", values, lease.pk).status_code == 302
    first = lease.parties.order_by("pk").first()
    ends = {"party": str(first.pk), "to_on": "31.1.2026"}
    assert send(landlord, "tenants_lease_change", "party-end", ends, lease.pk).status_code == 302
    assert LeaseParty.objects.get(pk=first.pk).to_on == datetime.date(2026, 1, 31)


def test_the_last_tenant_does_not_leave_the_lease(landlord: Client) -> None:
    lease = LeaseFactory()
    ends = {"party": str(lease.parties.get().pk), "to_on": "31.1.2026"}
    page = send(landlord, "tenants_lease_change", "party-end", ends, lease.pk)
    assert "party" in page.context["failed"].errors


def test_a_rent_is_set_from_a_day_on(landlord: Client) -> None:
    lease = LeaseFactory()
    values = {"kind": "rent", "valid_from": "1.3.2026", "amount_ore": "9 500"}
    for _twice in range(2):
        assert send(landlord, "tenants_lease_change", "rent", values, lease.pk).status_code == 302
    assert lease.rent_terms.count() == 2
    assert lease.rent_terms.order_by("-valid_from")[0].amount_ore == 950_000


def test_a_person_shows_nothing_social(landlord: Client) -> None:
    person = PersonFactory(safety_note="Hund i gangen", needs_interpreter="arabisk")
    page = landlord.get(reverse("admin:tenants_person_change", args=[person.pk])).content.decode()
    assert "Hund i gangen" not in page
    assert "arabisk" not in page
    assert LookUp.objects.get().person_ids == [person.pk]


def test_an_identity_number_is_taken_once(landlord: Client) -> None:
    number = make_synthetic(datetime.date(1985, 5, 17), 1)
    values = {"given_name": "A", "family_name": "B", "identity_number": number}
    assert send(landlord, "tenants_person_add", "new", values).status_code == 302
    page = send(landlord, "tenants_person_add", "new", values)
    assert "identity_number" in page.context["failed"].errors
    assert Person.objects.count() == 1


def test_a_housing_units_reader_has_no_administration(client: Client) -> None:
    client.force_login(UserFactory(role="housing_unit"))
    assert client.get(reverse("admin:index")).status_code == 403
    assert client.get(reverse("admin:tenants_lease_changelist")).status_code == 403


def test_a_step_that_is_not_offered_is_refused(landlord: Client) -> None:
    lease = LeaseFactory()
    page = send(landlord, "tenants_lease_change", "delete", {}, lease.pk)
    assert page.status_code == 403


def test_a_ledger_line_leads_to_its_correction(landlord: Client) -> None:
    from arrears.services.ledger import NewLine, post

    lease = LeaseFactory()
    day = datetime.date(2026, 1, 20)
    charge, paid = post(
        [
            NewLine(lease.pk, "rent", 900_000, day, "rent:2026-01", due_on=day),
            NewLine(lease.pk, "payment", -900_000, day, "p"),
        ]
    )
    for line, name in ((charge, "correct_line"), (paid, "move_payment")):
        address = reverse("admin:arrears_ledgerline_change", args=[line.pk])
        page = landlord.get(address)
        assert reverse(f"arrears:{name}", args=[line.pk]) in page.content.decode()
        assert landlord.post(address, {"step": "change"}).status_code == 403
