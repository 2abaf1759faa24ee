"""An offer's page and its steps, the lease that is made of it, and the contract's signatures."""

import datetime as dt
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from boligsak.dates import today
from boligsak.letters.models import Dispatch, Document
from boligsak.show import day as format_day
from tenants.models import ApplicationMember, Lease, LeaseContract, LeaseParty, Offer
from tenants.services.contracts import sign
from tenants.services.offers import accept_offer, offer_home, reserve
from tests.desk.work import signed_in
from tests.factories import DecisionFactory, LeaseFactory, PersonFactory, UserFactory
from tests.tenants import allocating
from tests.tenants.allocating import home, housing_unit
from tests.tenants.test_homes_pages import counted, get, text

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def waiting(**more: Any) -> Any:
    return allocating.waiting(received_on=today() - 70 * DAY, **more)


def at(step: str, application: Any = None, **more: Any) -> Offer:
    """An offer as far as `step`, today."""
    by, day = housing_unit(role__cleared=True), today()
    application = application or waiting(**more)
    offer = reserve(application.pk, home().pk, over_because="Avtalt.", by=by, on=day)
    if step != "reserved":
        offer_home(offer.pk, version=offer.version, by=by, on=day)
        offer.refresh_from_db()
    if step == "accepted":
        offer = accept_offer(offer.pk, answered_on=day, version=offer.version, by=by, on=day)
    return offer


def send(client: Client, name: str, *args: Any, row: Any = None, **fields: Any) -> Any:
    sent = {"submission_id": str(uuid4()), "version": getattr(row, "version", ""), **fields}
    return client.post(reverse(name, args=args), sent)


@pytest.fixture
def unit() -> Client:
    return signed_in(housing_unit())


def test_the_page_that_holds_a_home_says_whose_turn_it_is(unit: Client) -> None:
    first, second, dwelling = waiting(present_housing="homeless"), waiting(), home()
    shown = get(unit, "tenants:reserve", second.pk, dwelling.pk)
    assert f"also suits {first.number}, number 1 on the list" in shown
    answer = send(unit, "tenants:reserve", second.pk, dwelling.pk, row=second)
    assert answer.status_code == 422
    assert "comes before" in text(answer)
    done = send(
        unit, "tenants:reserve", second.pk, dwelling.pk, row=second, over_because="Nær skolen."
    )
    offer = Offer.objects.get()
    assert done.url == reverse("tenants:offer", args=[offer.pk])
    assert offer.over_because == "Nær skolen."


@pytest.mark.parametrize(
    ("conditions", "said"),
    [([], "Now the lease can be made"), ([{"what": "Møter."}], "when every condition is met")],
)
def test_a_yes_says_whether_the_lease_can_be_made_now(
    unit: Client, conditions: list[dict[str, Any]], said: str
) -> None:
    offer = at("offered", waiting(conditions=conditions))
    send(unit, "tenants:offer_accept", offer.pk, row=offer, answered_on=format_day(today()))
    assert said in get(unit, "tenants:offer", offer.pk)


@pytest.mark.parametrize(("was_a_tenant", "is_ticked"), [(True, 1), (False, 0)])
def test_who_is_a_tenant_of_the_home_that_is_swapped_away_is_ticked_for_the_new_one(
    unit: Client, *, was_a_tenant: bool, is_ticked: int
) -> None:
    first, partner = PersonFactory(), PersonFactory()
    old = LeaseFactory(tenant=first)
    if was_a_tenant:
        LeaseParty.objects.create(lease=old, person=partner, from_on=old.starts_on, position=2)
    application = waiting(kind="swap", lease=old, applicant=first)
    ApplicationMember.objects.create(application=application, person=partner, role="adult")
    shown = get(unit, "tenants:make_lease", at("accepted", application).pk)
    ticked = re.findall(r'name="tenants" value="(\d+)"[^>]* checked', shown)
    assert ticked == [str(partner.pk)] * is_ticked


def test_the_same_form_sent_twice_holds_one_home(unit: Client) -> None:
    application, dwelling = waiting(), home()
    sent = {"submission_id": str(uuid4()), "version": application.version}
    address = reverse("tenants:reserve", args=[application.pk, dwelling.pk])
    first, second = unit.post(address, sent), unit.post(address, sent)
    assert first.url == second.url
    assert Offer.objects.count() == 1


@pytest.mark.parametrize(
    ("step", "role", "shown", "hidden"),
    [
        ("reserved", "housing_unit", ["Offer the home", "Let it go"], ["Make the lease"]),
        ("offered", "housing_unit", ["The answer is yes", "More time to answer"], []),
        ("offered", "caseworker", ["The answer is yes"], ["Withdraw the offer"]),
        ("accepted", "housing_unit", ["Make the lease"], ["The answer is yes"]),
        ("accepted", "coordinator", ["Withdraw the offer"], ["Make the lease"]),
        ("accepted", "landlord", ["Make the lease"], ["Withdraw the offer", "Why this applicant"]),
    ],
)
def test_an_offer_shows_what_its_reader_can_do_now(
    step: str, role: str, shown: list[str], hidden: list[str]
) -> None:
    offer = at(step)
    page = get(signed_in(UserFactory(role=role)), "tenants:offer", offer.pk)
    assert [words for words in shown if words not in page] == []
    assert [words for words in hidden if words in page] == []


def test_the_landlord_sees_an_offer_from_the_answer_on() -> None:
    landlord = signed_in(UserFactory(role="landlord"))
    offer = at("offered")
    assert landlord.get(reverse("tenants:offer", args=[offer.pk])).status_code == 404


def test_an_offer_to_a_protected_applicant_is_not_there_for_the_uncleared(unit: Client) -> None:
    application = waiting(is_protected=True)
    offer = at("offered", application)
    assert unit.get(reverse("tenants:offer", args=[offer.pk])).status_code == 404
    listed = get(unit, "tenants:offers")
    assert application.number in listed
    assert str(offer.dwelling) not in listed
    written = get(
        signed_in(housing_unit(role__cleared=True)), "tenants:offers_export", query="?export=csv"
    )
    assert application.number in written
    assert str(offer.dwelling) not in written


def test_neither_order_nor_filter_tells_by_when_a_masked_offer_is_answered(unit: Client) -> None:
    hidden, other = waiting(is_protected=True), waiting()
    for application in (hidden, other):
        at("offered", application)
    for sort in ("due", "-due", "reserved", "-reserved"):
        listed = get(unit, "tenants:offers", query=f"?sort={sort}")
        assert listed.index(other.number) < listed.index(hidden.number)
    Offer.objects.update(expires_on=today())
    listed = get(unit, "tenants:offers", query="?due=today")
    assert other.number in listed
    assert hidden.number not in listed


def test_an_offer_is_written_and_sent_from_its_page(unit: Client) -> None:
    offer = at("reserved")
    last = today() + 10 * DAY
    answer = send(
        unit,
        "tenants:offer_send",
        offer.pk,
        row=offer,
        expires_on=format_day(last),
        channel="print",
    )
    assert answer.status_code == 302
    offer.refresh_from_db()
    assert (offer.state, offer.expires_on) == ("offered", last)
    document = Document.objects.get(source="offer", source_id=offer.pk)
    assert Dispatch.objects.filter(document=document).exists()
    assert document.title in get(unit, "tenants:offer", offer.pk)


def test_a_step_that_cannot_follow_is_refused_before_anything_is_typed(unit: Client) -> None:
    offer = at("reserved")
    shown = get(unit, "tenants:offer_accept", offer.pk)
    assert "That cannot follow now" in shown
    assert "<form" not in shown.split("<main", 1)[1].split("</main>")[0].replace("search", "")


def test_who_comes_second_is_told_and_can_send_again(unit: Client) -> None:
    offer = at("offered")
    answer = send(unit, "tenants:offer_withdraw", offer.pk, version="1", because="Vannskade")
    assert answer.status_code == 422
    offer.refresh_from_db()
    shown = text(answer)
    assert "Vannskade" in shown
    assert f'name="version" value="{offer.version}"' in shown
    again = send(unit, "tenants:offer_withdraw", offer.pk, row=offer, because="Vannskade")
    assert again.status_code == 302


def test_a_no_says_why_and_the_offer_is_over(unit: Client) -> None:
    offer = at("offered")
    empty = send(unit, "tenants:offer_decline", offer.pk, row=offer, answered_on="i dag")
    assert empty.status_code == 422
    done = send(
        unit,
        "tenants:offer_decline",
        offer.pk,
        row=offer,
        answered_on="i dag",
        because="For langt fra skolen",
    )
    assert done.status_code == 302
    assert "For langt fra skolen" in get(unit, "tenants:offer", offer.pk)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", True),
        ("?state=offered", True),
        ("?state=accepted", False),
        ("?state=ended", False),
        ("?state=every", True),
        ("?due=week", False),
        ("?due=over", False),
    ],
)
def test_offers_are_filtered_by_codes(unit: Client, query: str, expected: bool) -> None:
    offer = at("offered")
    Offer.objects.filter(pk=offer.pk).update(expires_on=today() + 9 * DAY)
    assert (offer.application.number in get(unit, "tenants:offers", query=query)) is expected


def test_the_list_of_offers_asks_as_often_for_many_as_for_one(unit: Client) -> None:
    at("offered")
    get(unit, "tenants:offers")
    one = counted(unit, "tenants:offers")
    for _ in range(10):
        at("offered")
    assert counted(unit, "tenants:offers") == one


# --- The lease ------------------------------------------------------------------------------------


def lease_form(offer: Offer, **more: Any) -> dict[str, Any]:
    usual = {
        "row": offer,
        "kind": "lease",
        "starts_on": format_day(today() + 5 * DAY),
        "term": "three_years",
        "told_on": "i dag",
        "rent": "9 000,00",
        "clause_a": "on",
        "clause_b": "on",
    }
    return usual | more


def test_a_lease_is_refused_with_each_condition_who_mends_it_and_the_link() -> None:
    application = waiting(
        conditions=[
            {"what": "Avtale om gammel gjeld", "kind": "arrears"},
            {"what": "Nøkkelkort hentes", "party": "landlord"},
        ]
    )
    offer = at("accepted", application)
    landlord = signed_in(UserFactory(role="landlord"))
    shown = get(landlord, "tenants:make_lease", offer.pk)
    assert "Avtale om gammel gjeld" in shown
    assert "Checked by the welfare office" in shown
    assert "Nøkkelkort hentes" in shown
    for one in application.decisions.get().conditions.all():
        leads = reverse("tenants:condition", args=[one.pk]) in shown
        assert leads is (one.party == "landlord")  # the others' pages are not there for it
    answer = send(landlord, "tenants:make_lease", offer.pk, **lease_form(offer))
    assert answer.status_code == 422
    assert not Lease.objects.filter(dwelling=offer.dwelling_id).exists()


def test_the_landlord_does_not_read_what_a_decision_on_help_asks_for() -> None:
    application = waiting()
    offer = at("accepted", application)
    DecisionFactory(
        application=application, kind="housing_help", conditions=[{"what": "Rusbehandling."}]
    )
    for name in ("tenants:offer", "tenants:make_lease"):
        landlord = get(signed_in(UserFactory(role="landlord")), name, offer.pk)
        assert "Conditions that are not met" in landlord
        assert "Rusbehandling" not in landlord
        assert "Rusbehandling" in get(signed_in(housing_unit()), name, offer.pk)


def test_a_lease_is_made_from_its_page_and_leads_to_the_contract(unit: Client) -> None:
    application = waiting()
    partner = PersonFactory()
    ApplicationMember.objects.create(application=application, person=partner, role="adult")
    offer = at("accepted", application)
    assert str(partner) in get(unit, "tenants:make_lease", offer.pk)
    answer = send(
        unit, "tenants:make_lease", offer.pk, **lease_form(offer, tenants=[str(partner.pk)])
    )
    assert answer.status_code == 302, text(answer)
    contract = LeaseContract.objects.get()
    assert answer.url == reverse("tenants:contract", args=[contract.pk])
    shown = get(unit, "tenants:contract", contract.pk)
    assert shown.count("not signed") == 3
    assert contract.lease.kid in shown


def test_a_short_term_without_grounds_says_so_at_the_field(unit: Client) -> None:
    offer = at("accepted")
    short = {"term": "other", "ends_on": format_day(today() + 300 * DAY)}
    answer = send(unit, "tenants:make_lease", offer.pk, **lease_form(offer, **short))
    assert answer.status_code == 422
    assert "needs special grounds" in text(answer)


def test_signatures_are_recorded_one_by_one_and_the_last_signs_the_lease(unit: Client) -> None:
    offer = at("accepted")
    send(unit, "tenants:make_lease", offer.pk, **lease_form(offer))
    contract = LeaseContract.objects.get()
    tenant = str(offer.application.applicant_id)
    for who in (tenant, "landlord"):
        contract.refresh_from_db()
        answer = send(
            unit,
            "tenants:contract_sign",
            contract.pk,
            row=contract,
            who=who,
            signed_on="i dag",
            method="paper",
        )
        assert answer.status_code == 302, text(answer)
    contract.refresh_from_db()
    assert contract.state == "signed"
    assert Lease.objects.get(pk=contract.lease_id).signed_on == today()
    refused = get(unit, "tenants:contract_sign", contract.pk)
    assert "nobody can sign it" in refused


def test_a_contract_whose_parties_changed_says_so_and_is_written_anew(unit: Client) -> None:
    partner = PersonFactory(given_name="Odd", family_name="Hansen")
    application = waiting()
    ApplicationMember.objects.create(application=application, person=partner, role="adult")
    offer = at("accepted", application)
    send(unit, "tenants:make_lease", offer.pk, **lease_form(offer, tenants=[partner.pk]))
    contract = LeaseContract.objects.get()
    LeaseParty.objects.filter(person=partner).delete()
    shown = get(unit, "tenants:contract", contract.pk)
    assert f"The parties have changed since this contract was written: {partner}" in shown
    answer = send(unit, "tenants:contract_anew", contract.pk, row=contract)
    new = LeaseContract.objects.latest("pk")
    assert answer.url == reverse("tenants:contract", args=[new.pk])
    assert str(partner) not in get(unit, "tenants:contract", new.pk)
    assert "Only the newest contract" in get(unit, "tenants:contract_anew", contract.pk)


def test_a_contract_that_only_the_gone_had_not_signed_is_noted_as_signed(unit: Client) -> None:
    partner, application = PersonFactory(), waiting()
    ApplicationMember.objects.create(application=application, person=partner, role="adult")
    offer = at("accepted", application)
    send(unit, "tenants:make_lease", offer.pk, **lease_form(offer, tenants=[partner.pk]))
    contract, by = LeaseContract.objects.get(), housing_unit()
    for who in (application.applicant_id, None):
        contract = sign(contract.pk, who, signed_on=today(), by=by, on=today())
    assert "has not signed yet" in get(unit, "tenants:contract_finish", contract.pk)
    LeaseParty.objects.filter(person=partner).delete()
    finish = reverse("tenants:contract_finish", args=[contract.pk])
    assert finish in get(unit, "tenants:contract", contract.pk)
    assert send(unit, "tenants:contract_finish", contract.pk, row=contract).status_code == 302
    assert Lease.objects.get(pk=contract.lease_id).signed_on == today()


def test_a_guarantee_is_entered_and_ended_on_the_lease(unit: Client) -> None:
    offer = at("accepted")
    send(unit, "tenants:make_lease", offer.pk, **lease_form(offer))
    lease = Lease.objects.get(dwelling=offer.dwelling_id)
    fields = {"guarantor": "Nav", "from_on": format_day(lease.starts_on)}
    high = send(unit, "tenants:guarantee_new", lease.pk, amount="54 001", **fields)
    assert high.status_code == 422
    assert "six months" in text(high)
    assert send(unit, "tenants:guarantee_new", lease.pk, amount="9000", **fields).status_code == 302
    row = lease.guarantees.get()
    assert "Nav" in get(unit, "tenants:contract", lease.contracts.get().pk)
    last = format_day(lease.starts_on + 30 * DAY)
    assert send(unit, "tenants:guarantee_end", row.pk, to_on=last).status_code == 302


def test_the_application_shows_its_place_and_then_its_offer(unit: Client) -> None:
    application = waiting(present_housing="homeless")
    shown = get(unit, "desk:application", application.pk)
    assert "42 points: has no home (40), has waited 2 months (2)." in shown
    offer = at("offered", application)
    again = get(unit, "desk:application", application.pk)
    assert reverse("tenants:offer", args=[offer.pk]) in again
    assert "A home was offered, with an answer due" in again
