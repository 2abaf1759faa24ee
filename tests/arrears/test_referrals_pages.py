"""The pages of the gate and the referrals: what each role sees, and what leaves the house."""

import csv
import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.urls import NoReverseMatch, reverse

from arrears.models import (
    CaseCost,
    DebtSettlement,
    EmergencyAct,
    GateAnswer,
    Referral,
)
from arrears.services import referrals as service
from arrears.services.cases.handing import disqualify
from arrears.services.cases.sharing import mark_for_meeting, set_sharing
from boligsak.accounts.models import LookUp, User
from boligsak.dates import today
from tenants.services.people import change_person
from tests.arrears.gate_town import NUMBER, ONE, GateTown
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def page(name: str, *args: Any) -> str:
    return reverse(f"arrears:{name}", args=args)


def send(client: Any, url: str, town: GateTown | None = None, **typed: Any) -> Any:
    if town is not None:
        town.case.refresh_from_db()
        typed.setdefault("version", town.case.version)
    return client.post(url, {"submission_id": str(uuid4()), **typed})


def a_town(**more: Any) -> GateTown:
    return GateTown(today(), **more)


def sent_to_collector(town: GateTown) -> Referral:
    row = town.refer("collection", "none")
    return service.file_petition(row.pk, by=town.landlord, on=town.day)


def protect(town: GateTown) -> None:
    chief = UserFactory(role="coordinator", role__cleared=True)
    town.person.refresh_from_db()
    change_person(town.person.pk, version=town.person.version, by=chief, on=today(), protection=6)
    for name in ("landlord", "welfare", "coordinator"):
        user = getattr(town, name)
        user.role_assignments.update(is_cleared=True)
        # What somebody may do is kept on the user for a request.
        setattr(town, name, User.objects.get(pk=user.pk))


def text_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


# --- The gate -------------------------------------------------------------------------------------


def test_the_gate_shows_each_condition_with_the_link_that_meets_it(client):
    town = a_town(without=["visit", "decision"])
    client.force_login(town.coordinator)
    shown = text_of(client.get(page("gate", town.case.pk)))
    assert "Porten er stengt" in shown
    for url in (
        page("visit_new", town.case.pk),
        page("gate_answer", town.case.pk, "contact.home_visit"),
        page("case_meeting", town.case.pk),
    ):
        assert url in shown
    assert page("refer", town.case.pk) not in shown


def test_an_open_gate_leads_on(client):
    town = a_town()
    client.force_login(town.landlord)
    shown = text_of(client.get(page("gate", town.case.pk)))
    assert "Porten er åpen" in shown
    assert page("refer", town.case.pk) in shown


@pytest.mark.parametrize(
    "way",
    [
        "bailiff.b",
        "bailiff.c",
        "court.heving",
        "court.c",
        "tribunal.none",
        "tribunal.c",
        "tribunal.heving",
        "collection.none",
        "distraint.none",
        "nonsense",
    ],
)
def test_every_way_out_has_its_gate(client, way):
    town = a_town()
    client.force_login(town.coordinator)
    assert client.get(page("gate", town.case.pk), {"way": way}).status_code == 200


def test_a_link_that_a_reader_may_not_follow_is_not_shown(client):
    town = a_town(without=["visit", "decision"])
    client.force_login(town.landlord)
    shown = text_of(client.get(page("gate", town.case.pk)))
    assert page("visit_new", town.case.pk) not in shown
    assert page("case_meeting", town.case.pk) not in shown


def test_without_a_basis_for_sharing_the_other_party_sees_no_gate(client):
    town = a_town()
    town.case.refresh_from_db()
    set_sharing(town.case.pk, "none", by=town.landlord, on=town.day)
    client.force_login(town.coordinator)
    assert client.get(page("gate", town.case.pk)).status_code == 404


def test_who_is_disqualified_sees_no_gate_and_refers_nothing(client):
    town = a_town()
    disqualify(town.case.pk, town.landlord, reason="Slekt", by=town.coordinator, on=town.day)
    client.force_login(town.landlord)
    assert client.get(page("gate", town.case.pk)).status_code == 404
    assert send(client, page("refer", town.case.pk), reason="arrears").status_code == 404


# --- From a decision to a petition ----------------------------------------------------------------


def test_from_a_meetings_decision_to_a_petition_that_is_sent(client):
    town = a_town(without=["decision", "answers"])
    client.force_login(town.welfare)
    for condition in ("application.decided", "objection.assessed"):
        url = page("gate_answer", town.case.pk, condition)
        assert client.get(url).status_code == 200
        assert send(client, url, town, answer="yes", note="Sjekket").status_code == 302
    assert GateAnswer.objects.count() == 2
    town.decide(on=town.day)
    client.force_login(town.landlord)
    url = page("refer", town.case.pk) + "?way=bailiff.a"
    assert client.get(url).status_code == 200
    assert send(client, url, town, reason="arrears").status_code == 302
    row = Referral.objects.get()
    assert client.get(page("referral", row.pk)).status_code == 200
    url = page("referral_step", row.pk, "file")
    shown = text_of(client.get(url))
    assert "signerte leieavtalen" in shown
    refused = send(client, url, version=row.version, fee="1642", attachments=["lease"])
    assert refused.status_code == 422
    assert "bevis for at det er sendt" in text_of(refused)
    done = send(
        client,
        url,
        version=row.version,
        fee="1642",
        attachments=["lease", "warning", "proof", "specification"],
    )
    assert done.status_code == 302
    row.refresh_from_db()
    assert row.state == "filed"
    assert CaseCost.objects.get().amount_ore == 164_200
    assert "Utkastelse gjennomført" not in text_of(client.get(page("referral", row.pk)))


def test_a_case_that_is_up_for_the_meeting_is_not_led_off_it(client):
    town = a_town(without=["decision"])
    mark_for_meeting(town.case.pk, by=town.welfare, on=town.day)
    client.force_login(town.coordinator)
    shown = text_of(client.get(page("gate", town.case.pk)))
    assert page("case_meeting", town.case.pk) not in shown
    assert reverse("desk:case", args=[town.case.pk]) + "#meetings" in shown


@pytest.mark.parametrize("address", ["decision_new", "decision", "decide"])
def test_no_page_records_a_decision_that_no_meeting_made(address):
    with pytest.raises(NoReverseMatch):
        page(address, 1)


def test_a_step_that_does_not_follow_says_so_instead_of_a_form(client):
    town = a_town()
    row = town.refer()
    client.force_login(town.landlord)
    shown = text_of(client.get(page("referral_step", row.pk, "carry_out")))
    assert "følger ikke av hvor oversendelsen står" in shown
    assert client.get(page("referral_step", row.pk, "nonsense")).status_code == 404


def test_every_step_of_an_eviction_has_its_page(client):
    town = a_town()
    row = town.refer()
    client.force_login(town.landlord)
    service.file_petition(
        row.pk,
        attachments=["lease", "warning", "proof", "specification"],
        fee_ore=0,
        by=town.landlord,
        on=town.day,
    )
    for name, typed in (
        ("set_date", {"eviction_on": (town.day + 30 * ONE).strftime("%d.%m.%Y")}),
        ("postpone", {"note": "Samtykke fra utleier"}),
        ("ready_home", {"home": "Hybel"}),
        ("withdraw", {"note": "Avtale inngått"}),
    ):
        url = page("referral_step", row.pk, name)
        assert client.get(url).status_code == 200
        row.refresh_from_db()
        assert send(client, url, version=row.version, **typed).status_code == 302, name
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_the_same_form_sent_twice_refers_once(client):
    town = a_town()
    town.case.refresh_from_db()
    client.force_login(town.landlord)
    typed = {
        "reason": "arrears",
        "version": town.case.version,
        "submission_id": str(uuid4()),
    }
    url = page("refer", town.case.pk) + "?way=bailiff.a"
    first, second = client.post(url, typed), client.post(url, typed)
    assert first.url == second.url
    assert Referral.objects.count() == 1


def test_somebody_elses_change_is_told_and_nothing_typed_is_lost(client):
    town = a_town()
    town.case.refresh_from_db()
    seen = town.case.version
    town.contact("sms", "message_left", town.day)
    client.force_login(town.landlord)
    url = page("refer", town.case.pk) + "?way=bailiff.a"
    answer = send(client, url, reason="arrears", version=seen)
    assert answer.status_code == 422
    assert "endret" in text_of(answer)


# --- What leaves the house ------------------------------------------------------------------------


def test_a_petition_shows_the_claim_split_and_keeps_the_numbers_until_asked(client):
    town = a_town()
    row = town.refer()
    client.force_login(town.landlord)
    shown = text_of(client.get(page("petition", row.pk)))
    assert NUMBER[6:] not in shown
    assert "Hovedstol" in shown
    assert "9\u00a0000,00\u00a0kr" in shown
    assert "37,50\u00a0kr" in shown
    asked = text_of(client.post(page("petition", row.pk)))
    assert f"{NUMBER[:6]} {NUMBER[6:]}" in asked
    assert (
        LookUp.objects.filter(why__startswith="Fødselsnummer").exists()
        or LookUp.objects.filter(why__contains="namsmannen").exists()
    )


@pytest.mark.parametrize("role", ["caseworker", "housing_unit"])
def test_who_does_not_refer_opens_no_petition(client, role):
    row = a_town().refer()
    client.force_login(UserFactory(role=role))
    assert client.get(page("petition", row.pk)).status_code == 403


def test_the_collector_gets_the_claim_and_the_address_and_no_identity_number(client):
    town = a_town(kind="collection")
    row = sent_to_collector(town)
    client.force_login(town.landlord)
    told = text_of(client.get(page("collector_file", row.pk, "json")))
    file = json.loads(told)
    assert NUMBER not in told
    assert file["skyldnere"][0]["adresse"].startswith("Innherredsveien")
    assert file["hovedstol_øre"] == 900_000
    assert [one["er_tilleggskrav"] for one in file["krav"]].count(False) == 1


@pytest.mark.parametrize("form", ["json", "csv"])
def test_no_protected_address_goes_to_the_collector(client, form):
    town = a_town(kind="collection")
    protect(town)
    row = sent_to_collector(town)
    client.force_login(town.landlord)
    told = text_of(client.get(page("collector_file", row.pk, form)))
    for secret in ("Innherredsveien", "7043", "H0101", NUMBER, "01.01.1980", "1980-01-01"):
        assert secret not in told
    assert str(town.person) in told


def test_nobodys_address_goes_when_somebody_in_the_household_is_protected(client):
    town = a_town(kind="collection")
    row = sent_to_collector(town)
    protect(town)
    client.force_login(town.landlord)
    file = json.loads(text_of(client.get(page("collector_file", row.pk, "json"))))
    assert [one["adresse"] for one in file["skyldnere"]] == [None]


def test_the_file_as_csv_has_debtors_and_claims_apart(client):
    town = a_town(kind="collection")
    row = sent_to_collector(town)
    client.force_login(town.landlord)
    told = text_of(client.get(page("collector_file", row.pk, "csv"))).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(told), delimiter=";"))
    assert [one["Type"] for one in rows].count("Skyldner") == 1
    assert "9000,00" in {one["Hovedstol"] for one in rows}


def test_there_is_no_file_before_it_is_sent_nor_after_it_is_withdrawn(client):
    town = a_town(kind="collection")
    row = town.refer("collection", "none")
    client.force_login(town.landlord)
    url = page("collector_file", row.pk, "json")
    assert client.get(url).status_code == 404
    service.file_petition(row.pk, by=town.landlord, on=town.day)
    assert client.get(url).status_code == 200
    service.withdraw(row.pk, note="Feil", by=town.landlord, on=town.day)
    assert client.get(url).status_code == 404


# --- Settlements, costs and emergencies -----------------------------------------------------------


def test_a_debt_settlement_is_registered_and_ended(client):
    town = a_town()
    client.force_login(town.welfare)
    url = page("settlement_new", town.case.pk)
    assert client.get(url).status_code == 200
    day = town.day.strftime("%d.%m.%Y")
    typed = {"person": town.person.pk, "opened_on": day, "covers_to": day}
    assert send(client, url, town, **typed).status_code == 302
    row = DebtSettlement.objects.get()
    assert "løper allerede" in text_of(client.get(url))
    url = page("settlement_end", town.case.pk, row.pk)
    assert client.get(url).status_code == 200
    assert send(client, url, town, ended_on=day).status_code == 302
    row.refresh_from_db()
    assert row.ended_on == town.day


def test_a_cost_is_entered(client):
    town = a_town()
    client.force_login(town.landlord)
    url = page("cost_new", town.case.pk)
    assert client.get(url).status_code == 200
    typed = {
        "kind": "own",
        "payer": "municipality",
        "amount": "1 250,50",
        "spent_on": "i dag",
        "note": "Låsesmed",
    }
    assert send(client, url, town, **typed).status_code == 302
    assert CaseCost.objects.get().amount_ore == 125_050


def test_a_manager_acts_in_an_emergency_by_the_cases_number(client):
    town = a_town()
    client.force_login(UserFactory(role="manager"))
    typed = {
        "number": town.case.number,
        "danger": "Trusler",
        "what": "Flyttet",
        "reported_to": "Politiet",
        "reported_on": "i dag",
    }
    assert client.get(page("emergency")).status_code == 200
    assert send(client, page("emergency"), **typed | {"number": "1900-1"}).status_code == 422
    assert send(client, page("emergency"), **typed).status_code == 302
    assert EmergencyAct.objects.get().case == town.case
    assert town.case.number in text_of(client.get(page("emergency")))


@pytest.mark.parametrize("role", ["caseworker", "coordinator", "landlord", "housing_unit"])
def test_the_case_page_shows_gate_decisions_referrals_and_costs(client, role):
    town = a_town()
    town.refer()
    client.force_login(UserFactory(role=role))
    shown = text_of(client.get(reverse("desk:case", args=[town.case.pk])))
    for heading in ("Porten", "Møtenes beslutninger", "Oversendelser", "Hva det har kostet"):
        assert heading in shown
    assert "Sjekket i fagsystemet" not in shown or role in ("caseworker", "coordinator")
