"""Where a letter to somebody goes on a day."""

import datetime
from typing import Any

import pytest

from tenants.models import Application, Person
from tenants.queries.addressees import addressee, addressees
from tenants.services.letters import application_folder, lease_folder, party_of
from tests.factories import (
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 6, 1)


def test_a_letter_goes_to_the_dwelling_one_rents() -> None:
    person = PersonFactory(given_name="Ola", family_name="Å", post_address="Postboks 1, 7000 By")
    LeaseFactory(tenant=person, dwelling=DwellingFactory(street="Gata", house_no="3", unit=""))
    found = addressee(person.pk, DAY)
    assert found.name == "Ola Å"
    assert found.address == ("Gata 3", "7043 Trondheim")


def test_the_unit_is_told_in_a_house_of_many() -> None:
    person = PersonFactory()
    LeaseFactory(tenant=person, dwelling=DwellingFactory(street="Gata", house_no="3"))
    assert addressee(person.pk, DAY).lines == "Gata 3, H0101\n7043 Trondheim"


def test_who_rents_nothing_gets_it_at_the_postal_address() -> None:
    person = PersonFactory(post_address="c/o Hansen, Storgata 1\n7011 Trondheim")
    assert addressee(person.pk, DAY).address == ("c/o Hansen", "Storgata 1", "7011 Trondheim")


def test_the_day_after_moving_out_it_goes_to_the_postal_address() -> None:
    person = PersonFactory(post_address="Ny vei 2, 7012 Trondheim")
    LeaseFactory(tenant=person, moved_out_on=DAY)
    after = DAY + datetime.timedelta(days=1)
    assert addressee(person.pk, DAY).address[0].startswith("Innherredsveien")
    assert addressee(person.pk, after).address == ("Ny vei 2", "7012 Trondheim")


def test_a_protected_person_has_no_address_lines() -> None:
    person = PersonFactory(protection=6, post_address="Hemmelig 1, 7000 By")
    LeaseFactory(tenant=person, is_protected=True)
    found = addressee(person.pk, DAY)
    assert found.is_protected
    assert found.address == ()


def test_a_home_protected_for_anothers_sake_is_not_told_either() -> None:
    person = PersonFactory()
    LeaseFactory(tenant=person, is_protected=True)
    assert addressee(person.pk, DAY).address == ()


def test_nobody_of_that_number_is_no_addressee() -> None:
    with pytest.raises(Person.DoesNotExist):
        addressee(999_999, DAY)


def test_many_are_found_in_one_query(django_assert_num_queries: Any) -> None:
    people = [PersonFactory() for _ in range(5)]
    with django_assert_num_queries(1):
        assert len(addressees([one.pk for one in people], DAY)) == 5


def test_a_party_says_who_it_is_and_what_is_known_of_them() -> None:
    person = PersonFactory(email="ola@example.org", post_address="Vei 1, 7000 By")
    party = party_of(addressee(person.pk, DAY), "copy")
    assert (party.kind, party.person_id, party.email) == ("copy", person.pk, "ola@example.org")
    assert party.address == "Vei 1\n7000 By"


def test_the_folder_of_an_application_names_nobody_and_is_made_once() -> None:
    row = Application.objects.create(
        number="S2026-00001", kind="new", office=OfficeFactory(), made_on=DAY, by=UserFactory()
    )
    folder = application_folder(row, DAY)
    assert folder.number == "S2026-00001"
    assert folder.title == "Søknad om kommunal bolig"
    assert application_folder(row, DAY) == folder


def test_the_folder_of_a_protected_lease_is_protected() -> None:
    assert lease_folder(LeaseFactory(is_protected=True), DAY).is_protected
