"""The pages on who is on a lease: what has happened, who leaves, who comes in, who may move in."""

import datetime as dt
import html
from uuid import uuid4

import pytest

from boligsak.dates import today
from tenants.models import HouseholdMember, LeaseParty, PartyChange
from tenants.services.leases import add_party
from tests.desk.work import body, signed_in
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def client():
    return signed_in(UserFactory(role="caseworker"))


@pytest.fixture
def lease():
    home = HouseholdFactory()
    made = LeaseFactory(household=home)
    HouseholdMemberFactory(household=home, person=made.parties.get().person)
    return made


def sent(client, address: str, **form):
    return client.post(address, {"submission_id": uuid4(), **form})


def said(response) -> str:
    return html.unescape(response.content.decode())


def of(lease, part: str = "") -> str:
    return f"/leases/{lease.pk}/parties/{part}"


def test_the_lease_leads_to_its_parties_and_says_what_each_change_rests_on(client, lease) -> None:
    assert of(lease) in body(client, f"/leases/{lease.pk}/")
    page = body(client, of(lease))
    for words in ("§§ 8-3, 8-5", "§§ 8-2, 9-10", "Separation", "Takes the lease over"):
        assert words in page, words


def test_a_separation_is_registered_and_stands_on_the_lease(client, lease) -> None:
    first = lease.parties.get().person
    spouse = HouseholdMemberFactory(household=lease.household).person
    response = sent(
        client,
        of(lease, "separation/"),
        out=first.pk,
        into=spouse.pk,
        from_on="i morgen",
        reason="Enige",
        version=1,
    )
    assert response["Location"] == of(lease)
    assert f"{first} leaves, {spouse} comes in" in body(client, of(lease))
    page = body(client, f"/leases/{lease.pk}/")
    assert "The parties changed" in page
    assert str(spouse) in page


def test_where_nobody_is_left_the_page_leads_to_moving_out(client, lease) -> None:
    page = body(client, of(lease, "moves_out/"))
    assert f"/leases/{lease.pk}/move-out/" in page
    first = lease.parties.get().person_id
    response = sent(
        client, of(lease, "moves_out/"), out=first, from_on="i morgen", reason="", version=1
    )
    assert response.status_code == 422
    assert "Nobody would be left on the lease" in said(response)


def test_8_2_before_the_death_is_noted_the_page_leads_there(client, lease) -> None:
    person = lease.parties.get().person
    page = body(client, of(lease, "death/"))
    assert "No day of death is noted" in page
    assert f"/people/{person.pk}/death/" in page


def test_8_2_the_day_after_the_death_is_proposed(client, lease) -> None:
    person = lease.parties.get().person
    person.died_on = dt.date(2026, 11, 10)
    person.save()
    assert "11.11.2026" in body(client, of(lease, "death/"))


def test_a_joint_tenant_moves_out(client, lease) -> None:
    other = PersonFactory()
    user = UserFactory(role="landlord")
    add_party(lease.pk, other.pk, from_on=dt.date(2021, 1, 1), by=user, today=today())
    sent(client, of(lease, "moves_out/"), out=other.pk, from_on="i dag", reason="", version=1)
    assert LeaseParty.objects.get(person=other).to_on == today() - DAY


def test_the_second_to_send_is_told(client, lease) -> None:
    first = lease.parties.get().person
    spouse = HouseholdMemberFactory(household=lease.household).person
    form = {"out": first.pk, "into": spouse.pk, "from_on": "i morgen", "reason": "Først"}
    sent(client, of(lease, "takes_over/"), **form, version=1)
    response = sent(client, of(lease, "takes_over/"), **form | {"reason": "Sist"}, version=1)
    assert "Somebody changed this lease" in said(response)
    assert "Sist" in said(response)


def test_7_6_a_request_is_registered_answered_and_stands_with_its_day(client, lease) -> None:
    response = sent(
        client,
        of(lease, "member/"),
        given_name="Per",
        family_name="Samboer",
        born_on="1.5.1990",
        asked_on="i dag",
        reason="Flytter sammen",
        version=1,
    )
    assert response["Location"] == of(lease)
    row = PartyChange.objects.get()
    assert "Per Samboer is to move in" in body(client, f"/leases/{lease.pk}/")
    address = f"/leases/parties/{row.pk}/answer/"
    response = sent(client, address, answer="no", from_on="", reason="", version=1)
    assert "A no needs its reasons" in said(response)
    sent(client, address, answer="yes", from_on="i dag", reason="", version=1)
    assert HouseholdMember.objects.filter(person=row.person_in, household=lease.household).exists()
    assert "has had its answer already" in said(client.get(address))


def test_7_6_when_the_month_is_over_there_is_nothing_left_to_answer(client, lease) -> None:
    sent(
        client,
        of(lease, "member/"),
        given_name="Per",
        family_name="Samboer",
        asked_on=f"{today() - 40 * DAY:%d.%m.%Y}",
        version=1,
    )
    row = PartyChange.objects.get()
    page = said(client.get(f"/leases/parties/{row.pk}/answer/"))
    assert "it counts as a yes (§ 7-6)" in page


def test_a_mistyped_identity_number_says_so_where_it_was_typed(client, lease) -> None:
    response = sent(
        client,
        of(lease, "member/"),
        given_name="Per",
        family_name="Samboer",
        identity_number="123",
        asked_on="i dag",
        version=1,
    )
    assert response.status_code == 422
    assert "An identity number has eleven digits" in said(response)
    assert not PartyChange.objects.exists()


def test_a_stranger_and_somebody_who_is_not_cleared_see_no_parties(lease) -> None:
    stranger = signed_in(UserFactory(role="caseworker", role__offices=[OfficeFactory()]))
    clerk = signed_in(UserFactory(role="caseworker"))
    secret = LeaseFactory(is_protected=True)
    assert stranger.get(of(lease)).status_code == 404
    assert clerk.get(of(secret)).status_code == 404
    assert clerk.get(of(secret, "separation/")).status_code == 404


def test_no_other_kind_of_change_has_a_page(client, lease) -> None:
    assert client.get(of(lease, "new_member/")).status_code == 404
    assert client.get(of(lease, "tull/")).status_code == 404
