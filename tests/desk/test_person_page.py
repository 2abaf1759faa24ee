"""The person page: contact and debt for those who work with them, the rest by need."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from arrears.services.ledger import NewLine, post
from boligsak import sealed
from boligsak.accounts.models import LookUp
from boligsak.dates import add_months, today
from boligsak.money import format_kr
from tenants.models import (
    Absence,
    ApplicationMember,
    Estate,
    Guardianship,
    LeaseParty,
    Person,
    PersonIdentity,
)
from tenants.rules.identity import make_synthetic
from tenants.services.people import IDENTITY
from tests.desk.work import flag
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

BORN = dt.date(1980, 1, 1)


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def owes(lease, amount: int) -> None:
    due = add_months(today().replace(day=1), -2)
    post([NewLine(lease.pk, "rent", amount, due, f"rent:{due:%Y-%m}", due_on=due)])


def identified(person: Person, serial: int = 1) -> str:
    number = make_synthetic(BORN, serial)
    PersonIdentity.objects.create(
        person=person,
        number_sealed=sealed.seal(number, IDENTITY),
        number_mac=sealed.mac(number, IDENTITY),
    )
    return number


def shown(client: Client, person: Person, **query) -> str:
    response = client.get(reverse("desk:person", args=[person.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_debt_of_every_tenancy_is_summed() -> None:
    person = PersonFactory()
    first = LeaseFactory(tenant=person, moved_out_on=today() - dt.timedelta(days=400))
    second = LeaseFactory(tenant=person)
    owes(first, 500_000)
    owes(second, 900_000)
    page = shown(signed_in(UserFactory()), person)
    assert format_kr(1_400_000) in page
    assert first.number in page
    assert second.number in page


def test_a_party_twice_in_one_lease_owes_it_once() -> None:
    person = PersonFactory()
    lease = LeaseFactory(tenant=person)
    LeaseParty.objects.create(lease=lease, person=person, from_on=today())
    owes(lease, 900_000)
    response = signed_in(UserFactory()).get(reverse("desk:person", args=[person.pk]))
    assert response.context["sums"]["debt_ore"] == 900_000


def test_a_guarantor_does_not_owe_the_tenants_debt() -> None:
    lease, person = LeaseFactory(), PersonFactory()
    LeaseParty.objects.create(lease=lease, person=person, role="guarantor", from_on=lease.starts_on)
    owes(lease, 900_000)
    response = signed_in(UserFactory()).get(reverse("desk:person", args=[person.pk]))
    assert response.context["sums"]["debt_ore"] == 0


@pytest.mark.parametrize("is_protected", [True, False])
def test_a_protected_person_has_no_address_for_the_uncleared(is_protected: bool) -> None:
    """Also of a lease that is not kept as protected: they may have left it to somebody else."""
    person = PersonFactory(protection=6)
    household = HouseholdFactory()
    lease = LeaseFactory(
        tenant=person,
        is_protected=is_protected,
        dwelling__street="Skjultveien",
        household=household,
    )
    HouseholdMemberFactory(household=household, person=person)
    HouseholdMemberFactory(household=household, person=PersonFactory(given_name="Samboeren"))
    page = shown(signed_in(UserFactory()), person)
    for secret in ("Skjultveien", lease.office.name, "Samboeren", household.number):
        assert secret not in page
    assert lease.number in page
    cleared = shown(signed_in(UserFactory(role="coordinator", role__cleared=True)), person)
    for open_to_them in ("Skjultveien", lease.office.name, "Samboeren"):
        assert open_to_them in cleared


def test_who_lives_with_a_protected_person_is_not_told_of_from_the_other_side() -> None:
    household = HouseholdFactory()
    known = PersonFactory()
    LeaseFactory(tenant=known, household=household, is_protected=True)
    HouseholdMemberFactory(household=household, person=known)
    HouseholdMemberFactory(
        household=household, person=PersonFactory(given_name="Hemmelig", protection=7)
    )
    assert "Hemmelig" not in shown(signed_in(UserFactory()), known)


def test_a_person_at_another_office_is_not_found() -> None:
    person = PersonFactory()
    LeaseFactory(tenant=person)
    client = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    assert client.get(reverse("desk:person", args=[person.pk])).status_code == 404


def test_the_landlord_sees_nothing_social() -> None:
    person = PersonFactory(safety_note="Hund i gangen", needs_interpreter="somali")
    household = HouseholdFactory()
    LeaseFactory(tenant=person, household=household)
    HouseholdMemberFactory(household=household, person=person)
    HouseholdMemberFactory(
        household=household, person=PersonFactory(given_name="Lillegutt"), role="child"
    )
    Guardianship.objects.create(
        person=person, guardian_name="Verge Vergesen", mandate="økonomi", from_on=today()
    )
    social = ("Hund i gangen", "somali", "Lillegutt", "Verge Vergesen")
    for_landlord = shown(signed_in(UserFactory(role="landlord")), person)
    for_caseworker = shown(signed_in(UserFactory(role="caseworker")), person)
    for text in social:
        assert text not in for_landlord
        assert text in for_caseworker


def test_the_identity_number_is_shown_on_asking_and_the_reason_is_kept() -> None:
    person = PersonFactory()
    number = identified(person)
    user = UserFactory(role="caseworker")
    client = signed_in(user)
    page = shown(client, person)
    assert number[:6] in page
    assert number[6:] not in page
    address = reverse("desk:identity", args=[person.pk])
    assert client.post(address, {"why": ""}).status_code == 422
    response = client.post(address, {"why": "søknad om bostøtte"})
    assert number[6:] in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    look = LookUp.objects.filter(user=user).latest("pk")
    assert look.person_ids == [person.pk]
    assert "søknad om bostøtte" in look.why
    assert number not in look.why


def test_the_housing_unit_sees_no_identity_number() -> None:
    person = PersonFactory()
    number = identified(person)
    client = signed_in(UserFactory(role="housing_unit"))
    assert number[:6] not in shown(client, person)
    address = reverse("desk:identity", args=[person.pk])
    assert client.post(address, {"why": "nysgjerrig"}).status_code == 403


def test_fifty_tenancies_cost_the_queries_of_one(django_assert_max_num_queries) -> None:
    people = []
    for count in (1, 50):
        person, household = PersonFactory(), HouseholdFactory()
        identified(person, serial=count)
        HouseholdMemberFactory(household=household, person=person)
        for number in range(count):
            lease = LeaseFactory(tenant=person, household=household)
            HouseholdMemberFactory(household=household)
            Guardianship.objects.create(
                person=person, guardian_name=f"Verge {number}", mandate="alt", from_on=BORN
            )
            owes(lease, 1000)
            ApplicationFactory(applicant=person)
            Absence.objects.create(
                person=person, kind="hospital", from_on=BORN, contact_name=f"Post {number}"
            )
        Estate.objects.create(person=person, contact_name="Boet", known_on=today())
        Person.objects.filter(pk=person.pk).update(died_on=today())
        people.append(person)
    client = signed_in(UserFactory())
    counts = []
    for person in people:
        shown(client, person)
        with django_assert_max_num_queries(6) as queries:
            shown(client, person)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_applications_absences_and_the_estate_are_shown_to_who_may_see_them() -> None:
    person = PersonFactory(died_on=today())
    own, lives_by = ApplicationFactory(applicant=person), ApplicationFactory()
    ApplicationMember.objects.create(application=lives_by, person=person, role="adult")
    other = ApplicationFactory()
    Absence.objects.create(person=person, kind="hospital", from_on=BORN, contact_name="Post 4")
    Estate.objects.create(person=person, contact_name="Boet etter Berg", known_on=today())
    page = shown(signed_in(UserFactory()), person)
    for words in (own.number, lives_by.number, "Post 4", "Boet etter Berg"):
        assert words in page
    assert other.number not in page
    page = shown(signed_in(UserFactory(role="landlord")), person)
    for words in (own.number, "Post 4", "Boet etter Berg"):
        assert words not in page


def test_where_somebody_protected_is_now_is_for_the_cleared() -> None:
    person = PersonFactory(protection=7)
    Absence.objects.create(person=person, kind="hospital", from_on=BORN, contact_name="Post 4")
    assert "Post 4" not in shown(signed_in(UserFactory()), person)
    cleared = UserFactory(role="coordinator", role__cleared=True)
    assert "Post 4" in shown(signed_in(cleared), person)


def test_another_offices_application_is_not_on_the_page() -> None:
    mine = OfficeFactory()
    person = LeaseFactory(dwelling__office=mine).parties.get().person
    here = ApplicationFactory(applicant=person, office=mine)
    there = ApplicationFactory(applicant=person)
    hidden = ApplicationFactory(applicant=person, office=mine, is_protected=True)
    page = shown(signed_in(UserFactory(role="caseworker", role__offices=[mine])), person)
    assert here.number in page
    assert there.number not in page
    assert hidden.number not in page


@pytest.mark.parametrize("is_cleared", [True, False])
def test_the_flags_are_those_of_the_tenancies_the_reader_sees(is_cleared: bool) -> None:
    mine, other = OfficeFactory(), OfficeFactory()
    here = LeaseFactory(dwelling__office=mine)
    person = here.parties.get().person
    there = LeaseFactory(dwelling__office=other, tenant=None)
    hidden = LeaseFactory(dwelling__office=mine, tenant=None, is_protected=True)
    for lease in (there, hidden):
        LeaseParty.objects.create(lease=lease, person=person, from_on=lease.starts_on)
    raised = {lease.pk: flag(lease) for lease in (here, there, hidden)}
    user = UserFactory(role="caseworker", role__offices=[mine], role__cleared=is_cleared)
    address = reverse("desk:person", args=[person.pk])
    context = signed_in(user).get(address).context
    seen = {here.pk, hidden.pk} if is_cleared else {here.pk}
    assert {line.lease_id for line in context["flags"]} == seen
    assert {line.anchor for line in context["flags"]} == {f"f{raised[pk].pk}" for pk in seen}
