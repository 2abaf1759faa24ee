"""Changing a person's contact facts and address protection."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tenants.models import Lease, Person, Protection
from tenants.services.people import change_person
from tests.factories import LeaseFactory, OfficeFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def signed_in(**user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(**user))
    return client


def address(person: Person) -> str:
    return reverse("desk:person_change", args=[person.pk])


def form_of(person: Person, **more: Any) -> dict[str, Any]:
    """What the page sends when nothing is touched, and then what is."""
    values = {
        "phone": person.phone,
        "email": person.email,
        "language": person.language,
        "needs_interpreter": person.needs_interpreter,
        "safety_note": person.safety_note,
        "protection": person.protection,
        "version": person.version,
        "submission_id": uuid4(),
    }
    return values | more


def tenant(**fields: Any) -> tuple[Person, Lease]:
    person = PersonFactory(**fields)
    return person, LeaseFactory(
        tenant=person, is_protected=bool(person.protection), dwelling__street="Skjultveien"
    )


def test_everything_on_the_page_is_saved() -> None:
    person, _lease = tenant()
    new = {
        "phone": "99 88 77 66",
        "email": "kari@example.org",
        "is_reserved": "on",
        "language": "so",
        "needs_interpreter": "somali",
        "safety_note": "Stor hund",
    }
    client = signed_in(role="caseworker")
    answer = client.post(address(person), form_of(person, **new))
    assert answer["Location"] == reverse("desk:person", args=[person.pk])
    person.refresh_from_db()
    saved = {name: getattr(person, name) for name in new}
    assert saved == new | {"is_reserved": True}


def test_the_same_form_sent_twice_is_one_change() -> None:
    person, _lease = tenant()
    sent, client = form_of(person, phone="1"), signed_in()
    assert [client.post(address(person), sent).status_code for _ in range(2)] == [302, 302]
    person.refresh_from_db()
    assert person.version == 2


def test_who_is_second_is_told_what_the_first_saved_and_loses_nothing() -> None:
    person, _lease = tenant()
    first = UserFactory(first_name="Åse", last_name="Ødegård")
    change_person(person.pk, version=1, by=first, on=person.born_on, phone="11111111")
    client = signed_in()
    answer = client.post(address(person), form_of(person, phone="22222222", safety_note="Hund"))
    page = answer.content.decode()
    assert answer.status_code == 409
    for said in ("Åse Ødegård saved another version", "11111111", "22222222", "Hund"):
        assert said in page
    assert Person.objects.get().phone == "11111111"
    sent = {field.name: field.value() for field in answer.context["form"]}
    sent["is_reserved"] = sent["email_used_on"] = ""
    assert client.post(address(person), sent).status_code == 302
    assert Person.objects.get().phone == "22222222"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "kari"}, "valid email"),
        ({"phone": "1" * 21}, "at most 20"),
        ({"language": "xx"}, "not one of the available"),
        ({"protection": 5}, "not one of the available"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(wrong: dict[str, Any], said: str) -> None:
    person, _lease = tenant()
    answer = signed_in().post(address(person), form_of(person, **wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_language_that_is_not_in_the_list_is_kept() -> None:
    person, _lease = tenant(language="rom")
    assert signed_in().post(address(person), form_of(person)).status_code == 302
    assert Person.objects.get().language == "rom"


# --- Address protection -----------------------------------------------------------------------


@pytest.mark.parametrize("cleared", [True, False])
def test_protection_hides_the_address_at_once_from_who_is_not_cleared(cleared: bool) -> None:
    person, lease = tenant()
    client = signed_in(role="caseworker", role__cleared=cleared)
    page = client.get(address(person)).content.decode()
    assert "hidden at once" in page
    assert ("You are not cleared" in page) is not cleared
    answer = client.post(address(person), form_of(person, protection=6), follow=True)
    assert Lease.objects.get(pk=lease.pk).is_protected
    assert ("Skjultveien" in answer.content.decode()) is cleared


def test_who_is_at_one_office_and_not_cleared_is_led_away_from_the_person_they_protected() -> None:
    person, lease = tenant()
    client = signed_in(role="caseworker", role__offices=[lease.office])
    page = client.get(address(person)).content.decode()
    assert "Nor do you find the person" in page
    sent = form_of(person, protection=7)
    for _ in range(2):
        answer = client.post(address(person), sent)
    assert answer.status_code == 404
    assert Person.objects.get(pk=person.pk).protection == Protection.CONFIDENTIAL


def test_the_one_who_protects_somebody_away_is_told_so() -> None:
    person, lease = tenant()
    client = signed_in(role="caseworker", role__offices=[lease.office])
    answer = client.post(address(person), form_of(person, protection=7), follow=True)
    assert answer.redirect_chain == [(reverse("desk:search"), 302)]
    assert "no longer shown to you" in answer.content.decode()


def test_who_is_not_cleared_can_make_the_protection_stricter_but_not_weaker() -> None:
    person, lease = tenant(protection=Protection.CONFIDENTIAL)
    client = signed_in(role="coordinator")
    weaker = client.post(address(person), form_of(person, protection=0))
    assert weaker.status_code == 422
    assert Lease.objects.get(pk=lease.pk).is_protected
    stricter = client.post(address(person), form_of(person, protection=6))
    assert stricter.status_code == 302
    assert Person.objects.get().protection == Protection.STRICT


def test_the_cleared_can_take_the_protection_away() -> None:
    person, lease = tenant(protection=Protection.STRICT)
    client = signed_in(role="coordinator", role__cleared=True)
    client.post(address(person), form_of(person, protection=0))
    assert not Lease.objects.get(pk=lease.pk).is_protected


# --- Who --------------------------------------------------------------------------------------


def test_only_the_welfare_side_changes_a_person_here() -> None:
    person, _lease = tenant()
    for role, may in (("caseworker", True), ("coordinator", True), ("landlord", False)):
        client = signed_in(role=role)
        page = client.get(reverse("desk:person", args=[person.pk])).content.decode()
        assert (address(person) in page) is may
        assert client.get(address(person)).status_code == (200 if may else 403)


def test_a_person_at_another_office_is_not_found() -> None:
    person, _lease = tenant()
    client = signed_in(role="caseworker", role__offices=[OfficeFactory()])
    assert client.get(address(person)).status_code == 404
    assert client.post(address(person), form_of(person, phone="1")).status_code == 404


def test_where_letters_go_is_written_down_and_shown() -> None:
    person, _lease = tenant()
    client = signed_in(role="caseworker")
    client.post(address(person), form_of(person, post_address="Storgata 1, 7010 Trondheim"))
    page = client.get(reverse("desk:person", args=[person.pk])).content.decode()
    assert "Storgata 1, 7010 Trondheim" in page


def test_where_a_protected_person_gets_letters_is_for_the_cleared() -> None:
    person, _lease = tenant(protection=6, post_address="Hemmelig 1, 7000 By")
    client = signed_in(role="caseworker")
    for where in (address(person), reverse("desk:person", args=[person.pk])):
        assert "Hemmelig 1" not in client.get(where).content.decode()
    client.post(address(person), form_of(person, post_address="Borte"))
    person.refresh_from_db()
    assert person.post_address == "Hemmelig 1, 7000 By"
    cleared = signed_in(role="caseworker", role__cleared=True)
    assert "Hemmelig 1" in cleared.get(address(person)).content.decode()
