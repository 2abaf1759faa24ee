"""Somebody is on the line: the search finds them by the number they call from."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boligsak import dates
from boligsak.accounts.models import LookUp
from boligsak.desk.queries.search import Asked, read
from boligsak.desk.queries.search_people import people
from tests.desk.test_search_page import found, hits, protected_lease, signed_in
from tests.factories import LeaseFactory, OfficeFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("91234567", "91234567"),
        ("912 34 567", "91234567"),
        ("91 23 45 67", "91234567"),
        ("+47 912 34 567", "91234567"),
        ("+4791234567", "91234567"),
        ("0047 912 34 567", "91234567"),
        ("47 91234567", "91234567"),
        ("+46 70-123", ""),
        ("+46 70 123 45 67", "01234567"),
        ("073 88765", "07388765"),
        ("123456785", ""),
        ("2020-1234", ""),
        ("9123456", ""),
        ("010180 12345", ""),
        ("Storgata 5", ""),
    ],
)
def test_a_telephone_number_is_known_however_it_is_spaced(text: str, phone: str) -> None:
    assert read(text).phone == phone


@pytest.mark.parametrize("kept", ["91234567", "912 34 567", "+47 91 23 45 67", "+4791234567"])
@pytest.mark.parametrize("typed", ["91234567", "912 34 567", "+47 912 34 567"])
def test_a_caller_is_found_however_the_number_is_kept_and_typed(kept: str, typed: str) -> None:
    caller = PersonFactory(phone=kept)
    PersonFactory(phone="91234568")
    PersonFactory(phone="")
    assert found(signed_in(UserFactory()), typed).context["person"].id == caller.pk


def test_those_who_share_a_telephone_are_listed() -> None:
    for name in ("Kari", "Ola"):
        PersonFactory(given_name=name, phone="91234567")
    assert hits(found(signed_in(UserFactory()), "91234567"), "people") == 2


def test_a_part_of_a_telephone_number_finds_nobody() -> None:
    PersonFactory(phone="91234567")
    assert found(signed_in(UserFactory()), "9123456").context["nothing"]


def test_a_caller_of_another_office_is_not_found() -> None:
    LeaseFactory(tenant__phone="91234567")
    client = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    assert found(client, "91234567").context["nothing"]


@pytest.mark.parametrize("typed", ["91234567", "+47 912 34 567"])
def test_a_protected_caller_is_found_by_the_cleared_alone(typed: str) -> None:
    person = protected_lease().parties.get().person
    person.phone = "91234567"
    person.save()
    assert found(signed_in(UserFactory()), typed).context["nothing"]
    cleared = signed_in(UserFactory(role="coordinator", role__cleared=True))
    assert found(cleared, typed).context["person"].id == person.pk


def test_the_log_says_that_a_number_led_there_and_not_which() -> None:
    user = UserFactory()
    PersonFactory(phone="91234567")
    found(signed_in(user), "91234567")
    why = LookUp.objects.filter(user=user).latest("pk").why
    assert "telefon" in why
    assert "91234567" not in why


@pytest.mark.parametrize("text", ["2020-54321", "2020-1234", "123456789"])
def test_a_lease_number_or_a_kid_asks_nobodys_telephone(text: str) -> None:
    user: Any = UserFactory()
    assert user.access
    with CaptureQueriesContext(connection) as asked:
        people(read(text), Asked(user, dates.today()))
    assert len(asked) == 0
