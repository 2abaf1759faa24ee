"""The pages of an application, from the first word to the register."""

import datetime
from typing import Any
from uuid import uuid4

import pytest

from boligsak.dates import today
from tenants.models import Application, EconomyAssessment, LeaseParty, Person
from tests.desk.applying import ECONOMY, HELP, NEED, draft, send, text
from tests.desk.work import signed_in
from tests.factories import (
    ApplicationFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari() -> Any:
    return UserFactory(role="caseworker", first_name="Kari", last_name="Haugen")


def test_an_application_goes_page_by_page_to_the_register(kari: Any) -> None:
    client, office = signed_in(kari), OfficeFactory()
    begun = send(
        client,
        "/applications/new/",
        kind="new",
        office=office.pk,
        given_name="Ola",
        family_name="Ås",
        born_on="1.2.1980",
    )
    row = Application.objects.get()
    at = f"/applications/{row.pk}"
    assert begun.url == f"{at}/household/"
    assert send(client, f"{at}/household/", row, go=1).url == f"{at}/need/"
    assert send(client, f"{at}/need/", row, **NEED).url == f"{at}/economy/"
    assert send(client, f"{at}/economy/", row, **ECONOMY).url == f"{at}/budget/"
    assert send(client, f"{at}/support/", row, **HELP).url == f"{at}/consents/"
    consents = send(client, f"{at}/consents/", row, on="i dag", given=["obtain_income"])
    assert consents.url == f"{at}/register/"
    assert send(client, f"{at}/register/", row, received_on="i dag").url == f"{at}/"
    row.refresh_from_db()
    assert (row.state, row.received_on, row.owner) == ("received", today(), kari)
    assert "Received" in text(client.get(f"{at}/"))


def test_what_is_typed_is_kept_for_anybody_at_the_office(kari: Any) -> None:
    row = draft(kari, need="", present_housing="")
    answer = send(
        signed_in(kari),
        f"/applications/{row.pk}/economy/",
        row,
        later=1,
        adults="en",
        in_wage="12 3x",
        in_wage_every="fortnight",
    )
    assert answer.url == f"/applications/{row.pk}/"
    other = signed_in(UserFactory(role="caseworker"))
    page = text(other.get(f"/applications/{row.pk}/economy/"))
    assert 'value="12 3x"' in page
    assert 'value="fortnight" selected' in page
    assert "Saved half-way by Kari Haugen" in page
    assert not EconomyAssessment.objects.exists()


def test_two_who_keep_the_same_page_are_told_of_each_other(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    old = row.version
    send(client, f"/applications/{row.pk}/need/", row, later=1, need="Først")
    answer = client.post(
        f"/applications/{row.pk}/need/",
        {"submission_id": str(uuid4()), "version": old, "later": 1, "need": "Sist"},
    )
    assert answer.status_code == 422
    page = text(answer)
    assert "Somebody changed application" in page
    assert "Sist" in page
    row.refresh_from_db()
    assert row.typed["need"]["fields"]["need"] == ["Først"]
    assert f'name="version" value="{row.version}"' in page


def test_saving_a_page_forgets_what_was_typed_of_it(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    send(client, f"/applications/{row.pk}/need/", row, later=1, need="Uferdig")
    send(client, f"/applications/{row.pk}/need/", row, **NEED)
    row.refresh_from_db()
    assert row.typed == {}


def test_a_page_says_what_is_wrong_and_keeps_what_was_typed(kari: Any) -> None:
    row = draft(kari)
    fields = NEED | {"rooms_from": "3", "rooms_to": "2", "wishes": "Nær skolen"}
    answer = send(signed_in(kari), f"/applications/{row.pk}/need/", row, **fields)
    assert answer.status_code == 422
    assert "Nær skolen" in text(answer)
    assert "#id_rooms_to" in text(answer)


def test_rooms_are_proposed_by_who_is_to_live_there(kari: Any) -> None:
    children = [(PersonFactory(born_on=datetime.date(2018, 1, n)), "child") for n in (1, 2)]
    row = draft(kari)
    for person, role in children:
        row.members.create(person=person, role=role)
    row.members.create(person=row.applicant, role="adult")
    page = text(signed_in(kari).get(f"/applications/{row.pk}/need/"))
    assert "1 adult, 2 children" in page


# --- Who ------------------------------------------------------------------------------------------


def test_somebody_alike_is_shown_with_a_link_and_may_be_somebody_else(kari: Any) -> None:
    twin = PersonFactory(given_name="Ola", family_name="Ås", born_on=datetime.date(1980, 2, 1))
    client, office = signed_in(kari), OfficeFactory()
    fields = {
        "kind": "new",
        "office": office.pk,
        "given_name": "ola",
        "family_name": "ås",
        "born_on": "1.2.1980",
    }
    answer = send(client, "/applications/new/", **fields)
    assert answer.status_code == 422
    assert f"/people/{twin.pk}/" in text(answer)
    assert send(client, "/applications/new/", **fields, is_other="on").status_code == 302
    assert Person.objects.filter(search_name="ola ås").count() == 2


@pytest.mark.parametrize("field", ["email", "phone", "post_address"])
def test_somebody_alike_is_not_looked_for_before_the_form_can_be_read(
    kari: Any, field: str
) -> None:
    fields = {"kind": "new", "office": OfficeFactory().pk, "given_name": "Ola", field: "x" * 201}
    answer = send(signed_in(kari), "/applications/new/", **fields)
    assert answer.status_code == 422
    assert f"#id_{field}" in text(answer)


def test_the_one_who_was_meant_is_chosen_by_number(kari: Any) -> None:
    person = PersonFactory()
    fields = {"kind": "new", "office": OfficeFactory().pk, "number": str(person.pk)}
    assert send(signed_in(kari), "/applications/new/", **fields).status_code == 302
    assert Application.objects.get().applicant == person


def test_the_leases_page_leads_to_a_swap_with_its_tenant(kari: Any) -> None:
    lease = LeaseFactory()
    client = signed_in(kari)
    link = f"/applications/new/?kind=swap&lease={lease.pk}"
    assert link in text(client.get(f"/leases/{lease.pk}/")).replace("&amp;", "&")
    page = text(client.get(link))
    assert f'value="{lease.number}"' in page
    assert f'value="{LeaseParty.objects.get(lease=lease).person_id}"' in page


def test_those_of_the_registered_household_are_taken_in_with_a_tick(kari: Any) -> None:
    row = draft(kari)
    home, child = HouseholdFactory(), PersonFactory(born_on=datetime.date(2019, 1, 1))
    HouseholdMemberFactory(household=home, person=row.applicant)
    HouseholdMemberFactory(household=home, person=child, role="child")
    LeaseFactory(household=home)
    client = signed_in(kari)
    page = client.get(f"/applications/{row.pk}/household/")
    assert str(child) in text(page)
    send(client, f"/applications/{row.pk}/household/", row, go=1, mates=[child.pk])
    assert row.members.get(person=child).role == "child"


def test_somebody_is_added_changed_and_taken_out_again(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    at = f"/applications/{row.pk}/household/"
    added = send(
        client,
        f"{at}add/",
        row,
        role="child",
        given_name="Siv",
        family_name="Ås",
        born_on="1.2.2019",
    )
    assert added.url == at
    member = row.members.get(person__given_name="Siv")
    change = f"/applications/members/{member.pk}/"
    assert send(client, change, row, role="child", is_part_time="on").url == at
    assert "part of the time" in text(client.get(at))
    assert send(client, f"{change}remove/", row).url == at
    assert not row.members.filter(pk=member.pk).exists()


def test_an_adult_is_no_child_of_the_household(kari: Any) -> None:
    row = draft(kari)
    fields = {"role": "child", "given_name": "A", "family_name": "B", "born_on": "1.2.1990"}
    address = f"/applications/{row.pk}/household/add/"
    answer = send(signed_in(kari), address, row, **fields)
    assert answer.status_code == 422
    assert not Person.objects.filter(given_name="A").exists()


def test_the_household_page_says_who_has_applied_already(kari: Any) -> None:
    row = draft(kari)
    other = ApplicationFactory(applicant=row.applicant)
    row.members.create(person=row.applicant, role="adult")
    page = text(signed_in(kari).get(f"/applications/{row.pk}/household/"))
    assert f"/applications/{other.pk}/" in page


def test_another_applicant_is_chosen(kari: Any) -> None:
    row, person = draft(kari), PersonFactory()
    address = f"/applications/{row.pk}/applicant/"
    send(signed_in(kari), address, row, number=str(person.pk))
    row.refresh_from_db()
    assert row.applicant == person


# --- Register, withdraw, give ---------------------------------------------------------------------


def test_the_last_page_says_what_is_not_done_with_links(kari: Any) -> None:
    row = draft(kari, need="", present_housing="")
    page = text(signed_in(kari).get(f"/applications/{row.pk}/register/"))
    for step in ("need", "economy", "support"):
        assert f"/applications/{row.pk}/{step}/" in page
    assert "Register as received" not in page


def test_it_is_withdrawn_with_a_reason_and_stays_to_be_seen(kari: Any) -> None:
    row, client = ApplicationFactory(), signed_in(kari)
    send(client, f"/applications/{row.pk}/withdraw/", row, reason="Fant bolig selv")
    page = text(client.get(f"/applications/{row.pk}/"))
    assert "Fant bolig selv" in page
    assert client.get(f"/applications/{row.pk}/need/").status_code == 200
    assert "has ended" in text(client.get(f"/applications/{row.pk}/need/"))


def test_it_is_given_to_a_colleague(kari: Any) -> None:
    row = ApplicationFactory()
    ola = UserFactory(role="caseworker", first_name="Ola")
    send(signed_in(kari), f"/applications/{row.pk}/owner/", row, owner=ola.pk)
    row.refresh_from_db()
    assert row.owner == ola


# --- Who may --------------------------------------------------------------------------------------


_STEPS = [
    "household/",
    "household/add/",
    "applicant/",
    "need/",
    "economy/",
    "support/",
    "consents/",
    "register/",
    "withdraw/",
    "owner/",
    "help/new/",
]


@pytest.mark.parametrize("step", _STEPS)
def test_the_housing_unit_assesses_nothing(step: str) -> None:
    row = ApplicationFactory()
    client = signed_in(UserFactory(role="housing_unit"))
    assert client.get(f"/applications/{row.pk}/{step}").status_code == 403


@pytest.mark.parametrize("step", [*_STEPS, "budget/"])
def test_a_protected_application_has_no_pages_for_who_is_not_cleared(step: str, kari: Any) -> None:
    row = ApplicationFactory(is_protected=True)
    assert signed_in(kari).get(f"/applications/{row.pk}/{step}").status_code == 404


@pytest.mark.parametrize("step", [*_STEPS, "budget/"])
def test_opening_a_page_changes_nothing(step: str, kari: Any) -> None:
    row = ApplicationFactory()
    assert signed_in(kari).get(f"/applications/{row.pk}/{step}").status_code == 200
    version = row.version
    row.refresh_from_db()
    assert (row.version, row.acts.count()) == (version, 0)


# --- Where they are found -------------------------------------------------------------------------


def test_a_persons_page_says_what_they_have_applied_for_and_leads_to_more(kari: Any) -> None:
    row = ApplicationFactory()
    client = signed_in(kari)
    page = text(client.get(f"/people/{row.applicant_id}/"))
    assert f"/applications/{row.pk}/" in page
    assert f"/applications/new/?person={row.applicant_id}" in page
    begun = text(client.get(f"/applications/new/?person={row.applicant_id}"))
    assert f'value="{row.applicant_id}"' in begun


def test_somebody_who_has_only_applied_is_found_at_the_applications_office() -> None:
    row = ApplicationFactory()
    here = signed_in(UserFactory(role="caseworker", role__offices=[row.office]))
    elsewhere = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    assert here.get(f"/people/{row.applicant_id}/").status_code == 200
    assert elsewhere.get(f"/people/{row.applicant_id}/").status_code == 404


def test_the_application_page_leads_back_to_where_one_came_from(kari: Any) -> None:
    row = ApplicationFactory()
    client = signed_in(kari)
    assert 'href="/applications/"' in text(client.get(f"/applications/{row.pk}/"))
    page = text(client.get(f"/applications/{row.pk}/", {"back": "/people/7/"}))
    assert 'href="/people/7/"' in page


def test_each_party_reads_that_nobody_has_said_what_people_live_on(kari: Any) -> None:
    row = draft(kari, state="received", received_on=today())
    send(signed_in(kari), f"/applications/{row.pk}/economy/", row, **ECONOMY)
    unit = signed_in(UserFactory(role="housing_unit"))
    assert "not entered by the municipality" in text(unit.get(f"/applications/{row.pk}/"))
