"""The search: one box, nothing personal in an address, nobody found who is to be hidden."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from arrears.rules.kid import make_kid
from boligsak import dates, sealed
from boligsak.accounts.models import LookUp
from boligsak.desk.queries.search import MOST_FOUND, Asked, By, read
from boligsak.desk.queries.search_people import people
from boligsak.desk.searches import MOST_KEPT
from boligsak.paging import SIZE
from tenants.models import Lease, Person, PersonIdentity
from tenants.rules.identity import make_synthetic
from tenants.services.people import IDENTITY
from tests.desk.test_person_page import BORN
from tests.factories import (
    DwellingFactory,
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def found(client: Client, text: str, **query):
    """What a search leads to: the list, or the page of the only hit."""
    response = client.post(reverse("desk:search"), {"q": text})
    assert response.status_code == 302
    address = response.headers["Location"]
    assert "Hansen" not in address
    response = client.get(address + "".join(f"&{k}={v}" for k, v in query.items()))
    assert response.status_code == 200
    return response


def hits(response, group: str) -> int:
    groups = {one["key"]: one for one in response.context["groups"]}
    return groups[group]["count"] if group in groups else 0


def first_names(response) -> list[str]:
    (people,) = [one for one in response.context["groups"] if one["key"] == "people"]
    return [re.findall(r"<a [^>]*>([^<]*)</a>", row)[0] for row in people["rows"]]


def identified(person: Person) -> str:
    number = make_synthetic(BORN, 7)
    PersonIdentity.objects.create(
        person=person,
        number_sealed=sealed.seal(number, IDENTITY),
        number_mac=sealed.mac(number, IDENTITY),
    )
    return number


@pytest.mark.parametrize(
    ("text", "by", "digits"),
    [
        ("010180 12345", By.IDENTITY, "01018012345"),
        ("0101 8012 345", By.IDENTITY, "01018012345"),
        ("12345678", By.NUMBER, "12345678"),
        ("2020-00012", By.NUMBER, "202000012"),
        ("Storgata 5", By.WORDS, ""),
        ("5B", By.WORDS, ""),
        ("Ås", By.WORDS, ""),
        ("", By.WORDS, ""),
    ],
)
def test_what_is_typed_is_read_as_what_it_looks_like(text: str, by: By, digits: str) -> None:
    sought = read(text)
    assert (sought.by, sought.digits) == (by, digits)


@pytest.mark.parametrize("text", ["ola han", "HANSEN", "hansen ola", "nordli", "Ola Hansen-Nordli"])
def test_a_person_is_found_by_how_names_begin_in_any_order(text: str) -> None:
    PersonFactory(given_name="Ola", family_name="Hansen-Nordli")
    PersonFactory(given_name="Johannes", family_name="Berg")
    assert first_names(found(signed_in(UserFactory()), text)) == ["Ola Hansen-Nordli"]


@pytest.mark.parametrize("text", ["o'br", "(nils)", "st.", "ola (ni"])
def test_signs_in_what_is_typed_are_found_in_names(text: str) -> None:
    PersonFactory(given_name="Ola (Nils)", family_name="St. O'Brien")
    (group,) = found(signed_in(UserFactory()), text).context["groups"]
    assert (group["count"], group["is_near"]) == (1, False)


@pytest.mark.parametrize(
    "text", ["ola*", "o.a", "rien", "[a-z]{3}", "\\\\y", "^ola", "ola|per", "ola$"]
)
def test_signs_in_what_is_typed_mean_nothing_but_themselves(text: str) -> None:
    PersonFactory(given_name="Ola (Nils)", family_name="St. O'Brien")
    groups = found(signed_in(UserFactory()), text).context["groups"]
    assert all(group["is_near"] for group in groups)


def test_people_stand_in_norwegian_order() -> None:
    for name in ("Zahl", "Aas", "Ås", "Ørn", "Ærlig", "Berg"):
        PersonFactory(given_name="Kari", family_name=name)
    names = [name.split()[1] for name in first_names(found(signed_in(UserFactory()), "kari"))]
    assert names == ["Berg", "Zahl", "Ærlig", "Ørn", "Aas", "Ås"]


def test_a_name_spelled_otherwise_is_found_as_nearly_so() -> None:
    PersonFactory(given_name="Kristian", family_name="Kristiansen")
    response = found(signed_in(UserFactory()), "Christiansen")
    assert first_names(response) == ["Kristian Kristiansen"]
    assert response.context["groups"][0]["is_near"]


def test_two_letters_find_the_family_names_that_begin_so() -> None:
    PersonFactory(given_name="Per", family_name="Ås")
    PersonFactory(given_name="Ås", family_name="Persen")
    assert first_names(found(signed_in(UserFactory()), "ås")) == ["Per Ås"]


@pytest.mark.parametrize(
    "text", ["kirkegata 12", "12 kirkegata", "KIRKEGATA", "kirkegata 12 h0301"]
)
def test_a_dwelling_is_found_by_its_address(text: str) -> None:
    lease = LeaseFactory(
        dwelling__street="Kirkegata",
        dwelling__house_no="12",
        dwelling__unit="H0301",
        tenant__family_name="Beboer",
    )
    DwellingFactory(street="Nordre gate", house_no="12")
    response = found(signed_in(UserFactory()), text)
    assert hits(response, "dwellings") == 1
    assert "Beboer" in response.content.decode()
    assert reverse("desk:lease", args=[lease.pk]) in response.content.decode()


def test_a_kid_or_lease_number_leads_straight_to_the_lease() -> None:
    lease = LeaseFactory(number="2020-54321", kid=make_kid(123456))
    LeaseFactory(number="2021-54321", kid=make_kid(923456))
    client = signed_in(UserFactory())
    for text in (lease.kid, f"{lease.kid[:3]} {lease.kid[3:]}", "2020-54321"):
        assert found(client, text).context["lease"].id == lease.pk


def test_the_beginning_of_a_number_lists_the_leases() -> None:
    for number in range(3):
        LeaseFactory(number=f"2020-5432{number}")
    assert hits(found(signed_in(UserFactory()), "2020-54"), "leases") == 3


def test_an_identity_number_finds_its_person_and_the_log_says_how() -> None:
    person = PersonFactory()
    number = identified(person)
    user = UserFactory(role="caseworker")
    LeaseFactory(tenant=person)
    client = signed_in(user)
    response = found(client, f"{number[:6]} {number[6:]}")
    assert response.context["person"].id == person.pk
    look = LookUp.objects.filter(user=user).latest("pk")
    assert "fødselsnummer" in look.why or "identity number" in look.why
    assert number not in look.why


def test_part_of_an_identity_number_finds_nobody() -> None:
    number = identified(PersonFactory())
    assert found(signed_in(UserFactory()), number[:10]).context["nothing"]


def test_the_housing_unit_cannot_search_by_identity_number() -> None:
    number = identified(PersonFactory())
    client = signed_in(UserFactory(role="housing_unit"))
    assert found(client, number).context["nothing"]


def protected_lease():
    household = HouseholdFactory()
    person = PersonFactory(given_name="Hemmelig", family_name="Hansen", protection=7)
    lease = LeaseFactory(
        tenant=person,
        household=household,
        is_protected=True,
        number="2020-77777",
        dwelling__street="Skjultveien",
    )
    HouseholdMemberFactory(household=household, person=person)
    HouseholdMemberFactory(
        household=household, person=PersonFactory(given_name="Samboer", family_name="Hansen")
    )
    return lease


def test_the_uncleared_find_no_protected_person_by_name_nor_who_lives_with_them() -> None:
    protected_lease()
    assert found(signed_in(UserFactory()), "hansen").context["nothing"]
    assert found(signed_in(UserFactory()), "hemmeligg").context["nothing"]
    cleared = signed_in(UserFactory(role="coordinator", role__cleared=True))
    assert hits(found(cleared, "hansen"), "people") == 2


def test_an_address_is_gone_from_the_hits_as_soon_as_it_is_protected() -> None:
    lease = LeaseFactory(dwelling__street="Nygata", dwelling__house_no="7", dwelling__unit="")
    number = identified(lease.parties.get().person)
    reader, cleared = (
        UserFactory(role="coordinator", role__cleared=is_cleared) for is_cleared in (False, True)
    )

    def address(user) -> str | None:
        (hit,) = people(read(number), Asked(user, dates.today())).rows
        return hit.homes[0].address

    assert address(cleared) == address(reader) == "Nygata 7"
    Lease.objects.filter(pk=lease.pk).update(is_protected=True)
    assert (address(cleared), address(reader)) == ("Nygata 7", None)
    Lease.objects.filter(pk=lease.pk).update(is_protected=False)
    Person.objects.filter(pk=lease.parties.get().person_id).update(protection=7)
    assert (address(cleared), address(reader)) == ("Nygata 7", None)


def test_a_row_that_was_made_for_one_reader_leads_another_back_to_their_own_search() -> None:
    lease = LeaseFactory(tenant__given_name="Oddvar")
    PersonFactory(given_name="Oddvar")
    addresses = []
    for _reader in range(2):
        response = found(signed_in(UserFactory()), "oddvar")
        key = response.wsgi_request.GET["s"]
        page = response.content.decode()
        assert f"{reverse('desk:lease', args=[lease.pk])}?s={key}" in page
        assert not any(other in page for other in addresses)
        addresses.append(key)


def test_an_address_tells_the_uncleared_that_it_is_let_and_no_more() -> None:
    lease = protected_lease()
    page = found(signed_in(UserFactory()), "skjultveien").content.decode()
    assert "Let" in page
    for secret in ("Hemmelig", lease.number, "rotected"):
        assert secret not in page


def test_a_masked_lease_is_found_by_number_and_shows_no_address() -> None:
    protected_lease()
    page = found(signed_in(UserFactory()), "2020-7").content.decode()
    assert "2020-77777" in page
    for secret in ("Hemmelig", "Skjultveien"):
        assert secret not in page


def test_a_protected_person_found_by_identity_number_has_no_address() -> None:
    lease = protected_lease()
    number = identified(lease.parties.get().person)
    page = found(signed_in(UserFactory()), number).content.decode()
    assert "Hemmelig" in page
    assert "Skjultveien" not in page
    assert lease.office.name not in page


def test_somebody_at_one_office_finds_nothing_of_another() -> None:
    lease = LeaseFactory(number="2020-88888", tenant__family_name="Annetsteds")
    client = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    for text in ("annetsteds", "2020-88888", lease.dwelling.street):
        assert found(client, text).context["nothing"]


def test_everybody_named_on_the_list_is_written_down() -> None:
    user = UserFactory()
    people = [LeaseFactory(tenant__given_name="Oddvar").parties.get().person for _ in range(3)]
    found(signed_in(user), "oddvar")
    look = LookUp.objects.filter(user=user).latest("pk")
    assert set(look.person_ids) == {person.pk for person in people}


def test_somebody_elses_key_opens_nothing() -> None:
    PersonFactory(given_name="Oddvar")
    response = signed_in(UserFactory()).post(reverse("desk:search"), {"q": "oddvar"})
    other = signed_in(UserFactory()).get(response.headers["Location"])
    assert other.context["is_forgotten"]
    assert "oddvar" not in other.content.decode().lower()


def test_only_the_latest_searches_are_kept() -> None:
    client = signed_in(UserFactory())
    for number in range(MOST_KEPT + 5):
        client.post(reverse("desk:search"), {"q": f"navn {number}"})
    assert len(client.session["searches"]) == MOST_KEPT


def test_an_empty_search_is_the_page_itself() -> None:
    client = signed_in(UserFactory())
    response = client.post(reverse("desk:search"), {"q": "  "})
    assert response.headers["Location"] == reverse("desk:search")
    assert client.get(reverse("desk:search")).status_code == 200


@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "\\", "\u0000x", "a" * 100, "🏠", "((("])
def test_odd_words_find_nothing_and_break_nothing(text: str) -> None:
    PersonFactory(given_name="Ola")
    client = signed_in(UserFactory())
    response = client.post(reverse("desk:search"), {"q": text})
    response = client.get(response.headers["Location"])
    assert response.status_code == 200
    assert not response.context.get("groups")


def test_a_register_with_many_hits_is_paged() -> None:
    for number in range(55):
        PersonFactory(given_name="Oddvar", family_name=f"Nr{number:02d}")
    client = signed_in(UserFactory())
    assert len(first_names(found(client, "oddvar"))) == 50
    last = found(client, "oddvar", group="people", page=2)
    assert len(first_names(last)) == 5
    assert last.context["groups"][0]["pager"]["previous"] == 1


def test_of_a_name_that_thousands_have_a_thousand_are_listed_and_the_page_says_so() -> None:
    Person.objects.bulk_create(
        PersonFactory.build(given_name="Oddvar", family_name=f"Nr{number}")
        for number in range(MOST_FOUND + 5)
    )
    client = signed_in(UserFactory())
    few = found(client, "oddvar nr1000")
    assert hits(few, "people") == 1
    assert "or more" not in few.content.decode()
    many = found(client, "oddvar", group="people", page=MOST_FOUND // SIZE)
    assert re.search(r"\(1\s000 or more\)", many.content.decode())
    assert "Write more of the name" in many.content.decode()
    assert len(first_names(many)) == SIZE
    assert many.context["groups"][0]["pager"]["next"] is None


def test_fifty_hits_cost_the_queries_of_one(django_assert_max_num_queries) -> None:
    for name, count in (("Sjelden", 1), ("Vanlig", 50)):
        for _number in range(count):
            LeaseFactory(tenant__given_name=name, dwelling__street=f"{name}veien")
    client = signed_in(UserFactory())
    counts = []
    for text in ("sjelden", "vanlig"):
        address = client.post(reverse("desk:search"), {"q": text}).headers["Location"]
        client.get(address)
        with django_assert_max_num_queries(7) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
