"""Noting that somebody is away from home, or has died: on the person's page."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from arrears.models import ContactAttempt
from arrears.services.contacts import NewContact, note_contact
from boligsak.dates import format_day, today
from tenants.models import Absence, Estate, Person
from tests.arrears.contact_town import a_case, caseworker
from tests.factories import LeaseFactory, OfficeFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def signed_in(role: str = "caseworker", **user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role, **user))
    return client


def at(name: str, pk: int) -> str:
    return reverse(f"desk:{name}", args=[pk])


def send(client: Client, name: str, pk: int, **fields: Any) -> Any:
    return client.post(at(name, pk), {"submission_id": str(uuid4()), "version": "1"} | fields)


def tenant(**fields: Any) -> Person:
    person: Person = PersonFactory(**fields)
    LeaseFactory(tenant=person)
    return person


def test_an_absence_stands_on_the_persons_page_with_who_can_be_reached_there() -> None:
    person, client = tenant(), signed_in()
    answer = send(
        client,
        "absence_new",
        person.pk,
        kind="prison",
        from_on="i går",
        contact_name="Sosialkonsulent Hagen",
        contact_phone="73001122",
    )
    assert answer["Location"] == at("person", person.pk)
    page = client.get(at("person", person.pk)).content.decode()
    for said in ("Prison", "Sosialkonsulent Hagen, 73001122", "not over"):
        assert said in page, said


def test_the_day_somebody_comes_home_is_noted_on_the_absence() -> None:
    person, client = tenant(), signed_in()
    send(client, "absence_new", person.pk, kind="hospital", from_on="i dag")
    row = Absence.objects.get()
    fields = {"kind": "hospital", "from_on": "i dag", "to_on": format_day(today() + 9 * DAY)}
    send(client, "absence_change", row.pk, **fields)
    row.refresh_from_db()
    assert (row.to_on, row.version) == (today() + 9 * DAY, 2)
    second = send(client, "absence_change", row.pk, **fields)
    assert second.status_code == 422
    assert "Somebody has changed this" in second.content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"from_on": "i dag", "to_on": "i går"}, "to_on", "after the first"),
        ({"from_on": "2.1.2020"}, "from_on", "noted as away"),
        ({}, "from_on", "Fill in this field"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    fields: dict[str, str], field: str, said: str
) -> None:
    person, client = tenant(), signed_in()
    send(client, "absence_new", person.pk, kind="prison", from_on="1.1.2020", to_on="1.2.2020")
    answer = send(client, "absence_new", person.pk, kind="prison", **fields)
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors[field])


def test_a_home_visit_is_counted_anew_with_the_absence_and_without_it() -> None:
    person = PersonFactory()
    case = a_case(person, opened_on=today())
    told = NewContact(channel="home_visit", on=today(), result="not_reached")
    note_contact(case.pk, told, by=caseworker(), on=today())
    client = signed_in()
    send(client, "absence_new", person.pk, kind="prison", from_on="i går")
    assert not ContactAttempt.objects.get().counts
    page = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "does not count: the person was away from home" in page
    assert send(client, "absence_withdraw", Absence.objects.get().pk, reason="Feil person")
    assert ContactAttempt.objects.get().counts
    page = client.get(at("person", person.pk)).content.decode()
    assert "Feil person" in page


def test_a_withdrawn_absence_is_not_changed_any_more() -> None:
    person, client = tenant(), signed_in()
    send(client, "absence_new", person.pk, kind="prison", from_on="i dag")
    row = Absence.objects.get()
    send(client, "absence_withdraw", row.pk, reason="Feil person")
    for name in ("absence_change", "absence_withdraw"):
        assert "withdrawn already" in client.get(at(name, row.pk)).content.decode()
    assert send(client, "absence_new", person.pk, kind="other", from_on="i dag").status_code == 302


def test_a_death_is_noted_with_who_speaks_for_the_estate() -> None:
    person, client = tenant(phone="400"), signed_in()
    answer = send(
        client,
        "person_death",
        person.pk,
        died_on="i går",
        contact_name="Nils Hansen",
        phone="900",
    )
    assert answer["Location"] == at("person", person.pk)
    person.refresh_from_db()
    assert person.died_on == today() - DAY
    assert Estate.objects.get().known_on == today()
    page = client.get(at("person", person.pk)).content.decode()
    assert "Nils Hansen" in page
    send(client, "person_death", person.pk, died_on="i går", contact_name="Mona", version="2")
    assert Estate.objects.get().contact_name == "Mona"


def test_a_death_stands_on_the_case_and_leads_to_the_estate() -> None:
    person = PersonFactory()
    case = a_case(person, opened_on=today())
    client = signed_in()
    send(client, "person_death", person.pk, died_on="i går")
    send(client, "person_death", person.pk, died_on="i går", contact_name="Mona", version="2")
    page = client.get(reverse("desk:case", args=[case.pk])).content.decode()
    assert "letters and dunning stop" in page
    assert "Who speaks for the estate was noted" in page
    assert case.next_steps.get(ended_on=None).action == "contact_estate"


def test_that_somebody_is_away_stands_on_the_case_for_the_welfare_side() -> None:
    person = PersonFactory()
    case = a_case(person, opened_on=today())
    send(signed_in(), "absence_new", person.pk, kind="prison", from_on="i dag")
    address = reverse("desk:case", args=[case.pk])
    assert "away from home from" in signed_in().get(address).content.decode()
    assert "away from home" not in signed_in("landlord").get(address).content.decode()


def test_nobody_dies_tomorrow() -> None:
    person, client = tenant(), signed_in()
    answer = send(client, "person_death", person.pk, died_on="i morgen")
    assert answer.status_code == 422
    assert "yet to come" in str(answer.context["form"].errors["died_on"])


@pytest.mark.parametrize("role", ["landlord", "housing_unit"])
def test_where_somebody_is_away_is_for_the_welfare_side(role: str) -> None:
    person = tenant()
    send(signed_in(), "absence_new", person.pk, kind="prison", from_on="i dag", note="Varetekt")
    client = signed_in(role)
    page = client.get(at("person", person.pk)).content.decode()
    for social in ("Prison", "Varetekt"):
        assert social not in page, social
    for name, pk in (
        ("absence_new", person.pk),
        ("person_death", person.pk),
        ("absence_change", Absence.objects.get().pk),
        ("absence_withdraw", Absence.objects.get().pk),
    ):
        assert client.get(at(name, pk)).status_code == 403, name


def test_a_person_of_another_office_is_not_there() -> None:
    person = tenant()
    send(signed_in(), "absence_new", person.pk, kind="prison", from_on="i dag")
    client = signed_in(role__offices=[OfficeFactory()])
    for name, pk in (
        ("absence_new", person.pk),
        ("person_death", person.pk),
        ("absence_change", Absence.objects.get().pk),
        ("absence_withdraw", Absence.objects.get().pk),
    ):
        assert client.get(at(name, pk)).status_code == 404, name
        assert send(client, name, pk, reason="x", kind="prison").status_code == 404, name


def test_where_a_protected_person_is_away_is_for_the_cleared() -> None:
    person = tenant(protection=6)
    cleared = signed_in(role__cleared=True)
    send(cleared, "absence_new", person.pk, kind="prison", from_on="i dag", note="Fengsel i Bodø")
    assert "Fengsel i Bodø" in cleared.get(at("person", person.pk)).content.decode()
    client = signed_in()
    assert "Bodø" not in client.get(at("person", person.pk)).content.decode()
    row = Absence.objects.get()
    for name, pk in (("absence_new", person.pk), ("absence_change", row.pk)):
        assert client.get(at(name, pk)).status_code == 404, name
