"""Deposits noted and settled, and charges added by hand: the pages, and what they refuse."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from arrears.models import ChargeDispute, LeaseAccount, LedgerLine
from arrears.services.ledger import NewLine, dispute, post
from boligsak.dates import add_months, format_day, today
from boligsak.money import format_kr
from tenants.models import Lease
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def landlord() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role="landlord"))
    return client


def charged(lease: Lease, ore: int = 900_000) -> LedgerLine:
    due = add_months(today().replace(day=1), -1)
    (line,) = post([NewLine(lease.pk, "rent", ore, due, f"rent:{due:%Y-%m}", due_on=due)])
    return line


def deposit(line: LedgerLine, **more: Any) -> dict[str, Any]:
    sent = {"deposited": "4 000", "on": "i dag", "note": "fukt på badet", "submission_id": uuid4()}
    return sent | more


def address(name: str, pk: int) -> str:
    return reverse(f"arrears:{name}", args=[pk])


# --- Noting a deposit -------------------------------------------------------------------------


def test_the_deposited_part_is_set_aside(landlord: Client) -> None:
    line = charged(LeaseFactory())
    answer = landlord.post(address("dispute_charge", line.pk), deposit(line))
    assert answer["Location"] == reverse("desk:lease", args=[line.lease_id]) + "#charges"
    account = LeaseAccount.objects.get(pk=line.lease_id)
    assert (account.open_ore, account.disputed_ore) == (500_000, 400_000)


def test_the_same_form_sent_twice_notes_one_deposit(landlord: Client) -> None:
    line = charged(LeaseFactory())
    sent = deposit(line)
    answers = [landlord.post(address("dispute_charge", line.pk), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert ChargeDispute.objects.count() == 1


def test_a_second_open_dispute_of_a_charge_is_refused_in_words(landlord: Client) -> None:
    line = charged(LeaseFactory())
    landlord.post(address("dispute_charge", line.pk), deposit(line))
    answer = landlord.post(address("dispute_charge", line.pk), deposit(line, note="kaldt"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"A deposit from {format_day(today())} is noted" in page
    assert "kaldt" in page


def test_a_disputed_charge_leads_to_the_settling_of_its_dispute(landlord: Client) -> None:
    line = charged(LeaseFactory())
    row = dispute(line.pk, 100, on=today(), note="kaldt", by=UserFactory())
    page = landlord.get(address("dispute_charge", line.pk)).content.decode()
    assert address("settle_dispute", row.pk) in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"deposited": "9000,01"}, format_kr(900_000)),
        ({"deposited": "0"}, "must be between"),
        ({"deposited": "-5"}, "must be between"),
        ({"deposited": "9999999999999"}, "must be between"),
        ({"on": "i morgen"}, "yet to come"),
        ({"note": ""}, "Fill in this field"),
    ],
)
def test_a_deposit_that_cannot_be_is_refused_and_nothing_is_lost(
    landlord: Client, wrong: dict[str, str], said: str
) -> None:
    line = charged(LeaseFactory())
    answer = landlord.post(address("dispute_charge", line.pk), deposit(line, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "fukt på badet" in page or not wrong.get("note", "x")
    assert not ChargeDispute.objects.exists()


def test_a_payment_cannot_be_disputed(landlord: Client) -> None:
    lease = LeaseFactory()
    (paid,) = post([NewLine(lease.pk, "payment", -100, today(), "p1")])
    where = address("dispute_charge", paid.pk)
    for answer in (landlord.get(where), landlord.post(where, deposit(paid))):
        assert "Only a charge can be disputed" in answer.content.decode()
    assert not ChargeDispute.objects.exists()


# --- Settling it ------------------------------------------------------------------------------


def test_a_settled_dispute_opens_what_is_left_of_the_charge(landlord: Client) -> None:
    line = charged(LeaseFactory())
    row = dispute(line.pk, 400_000, on=today() - 10 * DAY, note="kaldt", by=UserFactory())
    where = address("settle_dispute", row.pk)
    sent = {"on": "i går", "outcome": "ikke medhold", "submission_id": uuid4()}
    assert [landlord.post(where, sent).status_code for _ in range(2)] == [302, 302]
    row.refresh_from_db()
    assert (row.closed_on, row.outcome) == (today() - DAY, "ikke medhold")
    assert LeaseAccount.objects.get(pk=line.lease_id).open_ore == 900_000
    assert "settled already" in landlord.get(where).content.decode()
    again = landlord.post(where, sent | {"submission_id": uuid4()})
    assert "settled already" in again.content.decode()


@pytest.mark.parametrize(
    ("days", "said"), [(-11, "cannot have been settled before"), (1, "yet to come")]
)
def test_a_dispute_is_settled_neither_before_it_began_nor_ahead(
    landlord: Client, days: int, said: str
) -> None:
    row = dispute(charged(LeaseFactory()).pk, 100, on=today() - 10 * DAY, note="", by=UserFactory())
    sent = {"on": format_day(today() + days * DAY), "outcome": "x", "submission_id": uuid4()}
    answer = landlord.post(address("settle_dispute", row.pk), sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ChargeDispute.objects.get().closed_on is None


# --- Charging by hand -------------------------------------------------------------------------


def fee(**more: Any) -> dict[str, Any]:
    due = format_day(today() + 14 * DAY)
    sent = {"kind": "fee", "amount": "350", "due_on": due, "note": "ny nøkkel"}
    return sent | {"submission_id": uuid4()} | more


@pytest.mark.parametrize("kind", ["fee", "damage", "loan"])
def test_a_charge_is_added_once_however_often_the_form_is_sent(landlord: Client, kind: str) -> None:
    lease, sent = LeaseFactory(), fee(kind=kind)
    where = address("new_charge", lease.pk)
    assert [landlord.post(where, sent).status_code for _ in range(2)] == [302, 302]
    (line,) = LedgerLine.objects.filter(lease=lease)
    assert (line.kind, line.amount_ore, line.note) == (kind, 35_000, "ny nøkkel")
    assert (line.effective_on, line.due_on) == (today(), today() + 14 * DAY)
    assert line.by is not None
    assert LeaseAccount.objects.get(pk=lease.pk).balance_ore == 35_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "rent"}, "not one of the available"),
        ({"kind": "interest"}, "not one of the available"),
        ({"amount": "0"}, "must be between"),
        ({"amount": "9999999999999"}, "must be between"),
        ({"due_on": "31.12.2019"}, "The lease began 01.01.2020"),
        ({"due_on": "20.12.2099"}, "Check the year"),
        ({"due_on": "snart"}, "is not a date"),
        ({"note": " "}, "Fill in this field"),
    ],
)
def test_a_charge_that_cannot_be_is_refused(
    landlord: Client, wrong: dict[str, str], said: str
) -> None:
    lease = LeaseFactory(starts_on=dt.date(2020, 1, 1))
    answer = landlord.post(address("new_charge", lease.pk), fee(**wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not LedgerLine.objects.exists()


def test_the_page_says_that_a_fee_cannot_carry_eviction(landlord: Client) -> None:
    page = landlord.get(address("new_charge", LeaseFactory().pk)).content.decode()
    assert "cannot carry eviction" in page


# --- Who, and from where ----------------------------------------------------------------------


def test_a_masked_lease_keeps_its_secrets_on_every_step(landlord: Client) -> None:
    lease = LeaseFactory(is_protected=True, tenant__given_name="Hemmelig", tenant__protection=6)
    line = charged(lease)
    row = dispute(line.pk, 100, on=today(), note="fra Hemmelig", by=UserFactory())
    steps = [("dispute_charge", line.pk), ("settle_dispute", row.pk), ("new_charge", lease.pk)]
    for name, pk in steps:
        page = landlord.get(address(name, pk)).content.decode()
        assert lease.number in page
        assert "Hemmelig" not in page


def test_the_steps_of_another_offices_lease_are_not_found() -> None:
    client = Client()
    client.force_login(UserFactory(role="landlord", role__offices=[OfficeFactory()]))
    line = charged(LeaseFactory())
    row = dispute(line.pk, 100, on=today(), note="", by=UserFactory())
    steps = [("dispute_charge", line.pk), ("settle_dispute", row.pk)]
    for name, pk in [*steps, ("new_charge", line.lease_id)]:
        assert client.get(address(name, pk)).status_code == 404
        assert client.post(address(name, pk), {}).status_code == 404


def test_the_lease_page_offers_the_steps_to_the_landlord_only(landlord: Client) -> None:
    lease = LeaseFactory()
    line = charged(lease)
    page = reverse("desk:lease", args=[lease.pk])
    dispute_it = address("dispute_charge", line.pk)
    add_one = address("new_charge", lease.pk)
    shown = landlord.get(page).content.decode()
    assert dispute_it in shown
    assert add_one in shown
    row = dispute(line.pk, 100, on=today(), note="", by=UserFactory())
    shown = landlord.get(page).content.decode()
    settle_it = address("settle_dispute", row.pk)
    assert dispute_it not in shown
    assert settle_it in shown
    coordinator = Client()
    coordinator.force_login(UserFactory())
    shown = coordinator.get(page).content.decode()
    assert not any(link in shown for link in (dispute_it, add_one, settle_it))


def test_a_correction_of_more_money_than_there_is_is_refused_in_words(landlord: Client) -> None:
    line = charged(LeaseFactory())
    sent = {"way": "add", "amount": "9999999999999", "on": "i dag", "reason": "x"}
    answer = landlord.post(address("correct_line", line.pk), sent | {"submission_id": uuid4()})
    assert answer.status_code == 422
    assert "must be between" in answer.content.decode()


@pytest.mark.parametrize(
    ("on", "words"),
    [("1.1.1900", "cannot be corrected from a day before that"), ("1.1.2999", "at the latest")],
)
def test_a_correction_counts_from_a_day_between_its_line_and_today(
    landlord: Client, on: str, words: str
) -> None:
    line = charged(LeaseFactory())
    sent = {"way": "off", "amount": "100", "on": on, "reason": "x", "submission_id": uuid4()}
    answer = landlord.post(address("correct_line", line.pk), sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert LedgerLine.objects.count() == 1


def test_a_deposit_from_before_the_lease_began_is_refused_in_words(landlord: Client) -> None:
    line = charged(LeaseFactory(starts_on=dt.date(2024, 1, 1)))
    answer = landlord.post(address("dispute_charge", line.pk), deposit(line, on="31.12.2023"))
    assert answer.status_code == 422
    assert "The lease began 01.01.2024" in answer.content.decode()
