"""The pages of contact: the phone note, visits, the tenant's view, and who sees what of them."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from arrears.models import ContactAttempt, TenantView
from arrears.services.contacts import withdraw_contact
from arrears.services.ledger import NewLine, post
from arrears.services.tenant_views import NewView, record_view
from boligsak.dates import format_day, today
from tenants.models import Guardianship
from tenants.services.absences import AwayFromHome, note_absence
from tests.arrears.contact_town import (
    ONE_DAY,
    a_case,
    at,
    case_page,
    caseworker,
    get,
    send,
    signed_in,
    talk,
    visit,
)
from tests.factories import OfficeFactory, PersonFactory

pytestmark = pytest.mark.django_db


# --- The phone note -----------------------------------------------------------------------------


def test_a_call_has_the_money_and_the_last_promise_in_view() -> None:
    case = a_case(PersonFactory(given_name="Ali", phone="40 00 00 00"), opened_on=today())
    due_on = today() - 20 * ONE_DAY
    post([NewLine(case.lease_id, "rent", 900_000, due_on, "r", due_on=due_on)])
    talk(case, result="promised", promised_ore=500_000, promised_on=today() + 3 * ONE_DAY)
    page = get(signed_in(), at("phone_note", case.pk))
    for said in ("9 000,00", "(since ", "Promised to pay", "5 000,00", "(running)"):
        assert said in page.replace("\u00a0", " "), said
    assert 'href="tel:40000000"' in page


def test_a_call_is_noted_in_one_choice() -> None:
    case = a_case(opened_on=today())
    answer = send(signed_in(), at("phone_note", case.pk), result="not_reached")
    assert answer["Location"] == case_page(case)
    row = ContactAttempt.objects.get()
    assert (row.channel, row.on, row.was_reached) == ("phone", today(), False)
    assert row.person_id == case.lease.parties.get().person_id
    case.refresh_from_db()
    assert case.first_contact_on == today()


def test_a_promise_is_noted_with_its_amount_and_day() -> None:
    case = a_case(opened_on=today())
    by_on = today() + 5 * ONE_DAY
    send(
        signed_in(),
        at("phone_note", case.pk),
        result="promised",
        promised_ore="5000,50",
        promised_on=format_day(by_on),
        is_social="on",
    )
    row = ContactAttempt.objects.get()
    assert (row.promised_ore, row.promised_on, row.promise_state) == (500_050, by_on, "open")


def test_a_promise_that_runs_can_be_replaced_from_the_form() -> None:
    case = a_case(opened_on=today())
    old = talk(case, result="promised", promised_ore=500_000, promised_on=today())
    client, address = signed_in(), at("phone_note", case.pk)
    assert "Instead of the promise that runs" in get(client, address)
    send(
        client,
        address,
        result="promised",
        promised_ore="5000",
        promised_on=format_day(today() + ONE_DAY),
        replaces="on",
    )
    old.refresh_from_db()
    assert old.promise_state == "moved"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({}, "result", "Choose one"),
        ({"result": "promised"}, "promised_on", "promised to pay by"),
        ({"result": "talked", "promised_ore": "500"}, "result", "leave the amount"),
        ({"result": "promised", "promised_ore": "x"}, "promised_ore", "is not an amount"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    fields: dict[str, str], field: str, said: str
) -> None:
    case = a_case(opened_on=today())
    answer = send(signed_in(), at("phone_note", case.pk), agreed="Ringer tilbake", **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in str(answer.context["form"].errors[field])
    assert "Ringer tilbake" in page
    assert not ContactAttempt.objects.exists()


def test_the_same_note_sent_twice_is_one_note() -> None:
    case = a_case(opened_on=today())
    client, fields = signed_in(), {"submission_id": str(uuid4()), "result": "talked"}
    answers = [client.post(at("phone_note", case.pk), fields) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [case_page(case)] * 2
    assert ContactAttempt.objects.count() == 1


def test_with_two_tenants_one_says_with_whom_one_talked() -> None:
    one, two = PersonFactory(given_name="Ali"), PersonFactory(given_name="Bea")
    case = a_case(one, two, opened_on=today())
    client, address = signed_in(), at("phone_note", case.pk)
    page = get(client, address)
    assert "All together" in page
    send(client, address, result="talked", person=str(two.pk))
    assert ContactAttempt.objects.get().person == two


def test_what_one_should_know_before_calling_stands_there() -> None:
    person = PersonFactory(needs_interpreter="somali", safety_note="Stor hund")
    case = a_case(person, opened_on=today())
    away = AwayFromHome(
        kind="prison", from_on=today() - ONE_DAY, contact_name="Sosialkonsulent", contact_phone="73"
    )
    note_absence(person.pk, away, by=None)
    Guardianship.objects.create(
        person=person, guardian_name="Vera Verge", mandate="økonomi", from_on=today()
    )
    page = get(signed_in(), at("phone_note", case.pk))
    for said in (
        "Stor hund",
        "in prison until further notice",
        "Sosialkonsulent, 73",
        "Guardian: Vera Verge",
        'value="somali"',
    ):
        assert said in page, said


def test_after_a_death_the_page_leads_to_the_estate() -> None:
    person = PersonFactory(given_name="Ali", phone="400", died_on=today() - ONE_DAY)
    case = a_case(person, opened_on=today())
    client, address = signed_in(), at("phone_note", case.pk)
    page = get(client, address)
    assert "Contact the estate" in page
    assert "tel:400" not in page
    assert send(client, address, result="talked").status_code == 302
    assert ContactAttempt.objects.get().person is None


# --- Other contact ------------------------------------------------------------------------------


def test_a_letter_is_noted_without_saying_what_came_of_it() -> None:
    case = a_case(opened_on=today())
    client, address = signed_in(), at("contact_new", case.pk)
    send(client, address, channel="letter", on="i dag")
    row = ContactAttempt.objects.get()
    assert (row.channel, row.result, row.counts) == ("letter", "message_left", True)


def test_a_contact_of_yesterday_is_noted_today() -> None:
    case = a_case(opened_on=today())
    client, address = signed_in(), at("contact_new", case.pk)
    send(client, address, channel="meeting", on="i går", result="agreed", minutes="45")
    row = ContactAttempt.objects.get()
    assert (row.on, row.minutes) == (today() - ONE_DAY, 45)
    answer = send(client, address, channel="meeting", on="i morgen", result="agreed")
    assert "yet to come" in str(answer.context["form"].errors["on"])


def test_a_contact_is_corrected_and_the_mistake_stays_to_be_seen() -> None:
    case = a_case(opened_on=today())
    row = talk(case, agreed="Kommer mandag")
    client = signed_in()
    page = get(client, at("contact_correct", row.pk))
    assert "Kommer mandag" in page
    send(
        client,
        at("contact_correct", row.pk),
        channel="phone",
        on="i dag",
        result="agreed",
        agreed="Kommer tirsdag",
        reason="Feil dag",
        person=str(case.lease.parties.get().person_id),
    )
    page = get(client, reverse("desk:case", args=[case.pk]))
    for said in ("Kommer mandag", "Kommer tirsdag", "Feil dag", "withdrawn"):
        assert said in page, said


def test_a_contact_is_withdrawn_with_a_reason_and_only_once() -> None:
    case = a_case(opened_on=today())
    row = talk(case)
    client, address = signed_in(), at("contact_withdraw", row.pk)
    assert send(client, address, reason="").status_code == 422
    assert send(client, address, reason="Feil sak")["Location"] == case_page(case)
    assert "withdrawn already" in get(client, address)


def test_the_second_of_two_who_withdraw_is_told() -> None:
    case = a_case(opened_on=today())
    row, first = talk(case), caseworker(first_name="Åse", last_name="Ødegård")
    withdraw_contact(row.pk, "Ikke ringt", version=1, by=first, on=today())
    answer = send(signed_in(), at("contact_withdraw", row.pk), reason="Feil sak")
    assert answer.status_code == 422
    assert "Åse Ødegård changed this contact" in answer.content.decode()
    assert "Feil sak" in answer.content.decode()


def test_on_a_closed_case_the_page_says_what_to_do_instead_of_a_form() -> None:
    case = a_case(opened_on=today(), status="closed", closed_on=today(), outcome="paid")
    client = signed_in()
    for name in ("phone_note", "contact_new", "visit_new", "tenant_view"):
        page = get(client, at(name, case.pk))
        assert "is closed. Open it again first" in page, name
        assert 'name="submission_id"' not in page, name


# --- The tenant's own view ----------------------------------------------------------------------


def test_a_view_is_recorded_and_the_earlier_ones_stay() -> None:
    case = a_case(opened_on=today())
    client, address = signed_in(), at("tenant_view", case.pk)
    person = str(case.lease.parties.get().person_id)
    send(client, address, person=person, words="Jeg vil bli", on="i dag", invited_by="")
    send(client, address, person=person, words="Jeg vil flytte", on="i dag", invited_by="")
    assert TenantView.objects.count() == 2
    page = get(client, address)
    assert "Jeg vil bli" in page
    assert "Jeg vil flytte" in page
    section = get(client, reverse("desk:case", args=[case.pk])).split('id="views"')[1]
    section = section.split("</section>")[0]
    assert "Jeg vil flytte" in section
    assert "Jeg vil bli" not in section


def test_a_view_needs_words_or_a_reason_or_an_invitation() -> None:
    case = a_case(opened_on=today())
    person = str(case.lease.parties.get().person_id)
    answer = send(signed_in(), at("tenant_view", case.pk), person=person, on="i dag")
    assert answer.status_code == 422
    assert "how the tenant was invited" in str(answer.context["form"].errors["words"])


def test_an_invitation_alone_can_be_recorded() -> None:
    case = a_case(opened_on=today())
    client = signed_in()
    send(
        client,
        at("tenant_view", case.pk),
        person=str(case.lease.parties.get().person_id),
        invited_on="i går",
        invited_by="letter",
        on="i dag",
    )
    assert "Invited to take part" in get(client, reverse("desk:case", args=[case.pk]))


# --- Who sees what ------------------------------------------------------------------------------


def everything_on(case: Any) -> None:
    person = case.lease.parties.get().person_id
    talk(case, agreed="Har vært innlagt", is_social=True, person_id=person)
    talk(case, agreed="Betaler fredag", is_social=False, channel="meeting")
    view = NewView(
        person_id=person, on=today(), words="Jeg er syk og redd", is_social=True, interpreter="dari"
    )
    record_view(case.pk, view, by=caseworker(), on=today())


@pytest.mark.parametrize("role", ["landlord", "housing_unit"])
def test_the_other_parties_see_that_there_was_contact_and_not_what_is_social(role: str) -> None:
    case = a_case(opened_on=today())
    everything_on(case)
    page = get(signed_in(role), reverse("desk:case", args=[case.pk]))
    assert "Phone call" in page
    assert "Betaler fredag" in page
    for social in ("innlagt", "syk og redd", "dari"):
        assert social not in page, social
    assert "What was said is for the welfare side" in page
    assert at("phone_note", case.pk) not in page


def test_the_welfare_side_sees_all_of_it_and_the_way_to_add_to_it() -> None:
    case = a_case(opened_on=today())
    everything_on(case)
    page = get(signed_in(), reverse("desk:case", args=[case.pk]))
    for said in ("innlagt", "Betaler fredag", "syk og redd", "Tried in 2 ways", "No home visit"):
        assert said in page, said
    assert at("phone_note", case.pk) in page


def test_what_language_somebody_speaks_is_for_the_welfare_side_though_the_words_are_shared() -> (
    None
):
    case = a_case(opened_on=today())
    person = case.lease.parties.get().person_id
    view = NewView(person_id=person, on=today(), words="Jeg vil bli", interpreter="dari")
    record_view(case.pk, view, by=caseworker(), on=today())
    address = reverse("desk:case", args=[case.pk])
    for role, sees in (("caseworker", True), ("landlord", False)):
        page = get(signed_in(role), address)
        assert "Jeg vil bli" in page
        assert ("dari" in page) is sees


def test_without_a_basis_for_sharing_the_others_see_no_contact_at_all() -> None:
    case = a_case(opened_on=today(), sharing_basis="none", sharing_source="", sharing_on=None)
    everything_on(case)
    page = get(signed_in("landlord"), reverse("desk:case", args=[case.pk]))
    for said in ("Phone call", "Betaler fredag", "innlagt", "redd"):
        assert said not in page, said


@pytest.mark.parametrize("role", ["landlord", "housing_unit", "manager", "privacy_officer"])
def test_only_the_welfare_side_notes_contact(role: str) -> None:
    case = a_case(opened_on=today())
    client = signed_in(role)
    for name in ("phone_note", "contact_new", "visit_new", "tenant_view"):
        assert client.get(at(name, case.pk)).status_code == 403
        assert send(client, at(name, case.pk), result="talked").status_code == 403


def test_a_case_of_another_office_is_not_there() -> None:
    case = a_case(opened_on=today())
    row, planned = talk(case), visit(case)
    client = signed_in(role__offices=[OfficeFactory()])
    for name, pk in (
        ("phone_note", case.pk),
        ("contact_new", case.pk),
        ("visit_new", case.pk),
        ("tenant_view", case.pk),
        ("contact_correct", row.pk),
        ("contact_withdraw", row.pk),
        ("visit_report", planned.pk),
        ("visit_cancel", planned.pk),
        ("visit_card", planned.pk),
    ):
        assert client.get(at(name, pk)).status_code == 404, name
        status = send(client, at(name, pk), reason="x", result="talked").status_code
        assert status == (405 if name == "visit_card" else 404), name
