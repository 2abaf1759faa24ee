"""The list of contracts that run out, and the pages that renew one of them."""

import datetime as dt
import html
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boligsak.accounts.models import LookUp
from boligsak.dates import add_months, today
from tenants.models import Lease, LeaseContract, Person, ServiceAgreement
from tenants.queries.expiring import (
    STATES,
    ExpiringChoice,
    LastDayOfMinimumTerm,
    chosen,
    with_state,
)
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state, last_day_of_term
from tenants.services.leases import note_move_request
from tenants.services.renewals import NewTerm, renew
from tests.desk.work import signed_in
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LIST = "/leases/expiring/"


def ending(left: int, months: int = 36, **more: Any) -> Lease:
    ends_on = today() + left * DAY
    return LeaseFactory(starts_on=add_months(ends_on + DAY, -months), ends_on=ends_on, **more)


def unit(**more: Any) -> Any:
    return UserFactory(role="housing_unit", **more)


def page(client: Client, address: str = LIST, **query: Any) -> str:
    response = client.get(address, query)
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def order(text: str, leases: list[Lease]) -> list[Lease]:
    places = {lease.pk: text.find(f'id="l{lease.pk}"') for lease in leases}
    found = [lease for lease in leases if places[lease.pk] >= 0]
    return sorted(found, key=lambda lease: places[lease.pk])


# --- The list ---------------------------------------------------------------------------------


def test_what_has_run_out_stands_first_by_its_last_safe_day() -> None:
    soon, late, expired, over = ending(10), ending(100), ending(-80), ending(-100)
    asked = ending(-10)
    note_move_request(asked.pk, sent_on=today(), by=unit(), today=today())
    ending(200)
    LeaseFactory()
    text = page(signed_in(unit()))
    expected = [expired, soon, late, over, asked]
    assert order(text, [soon, late, expired, over, asked]) == expected


def test_a_day_is_called_the_deadline_of_9_2_only_once_the_term_is_over() -> None:
    ending(10)
    text = page(signed_in(unit()))
    assert "The clock of § 9-2" not in text
    assert "State and deadline" in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "abcd"),
        ({"within": "30"}, "acd"),
        ({"within": "365"}, "abcde"),
        ({"state": "running"}, "ab"),
        ({"state": "expired"}, "c"),
        ({"state": "open_ended"}, "d"),
        ({"state": "clock_stopped"}, ""),
        ({"state": "unsigned"}, "f"),
        ({"term": "short"}, "b"),
    ],
)
def test_the_filters_choose_what_they_say(query: dict[str, str], expected: str) -> None:
    by = unit()
    leases = {
        "a": ending(10),
        "b": ending(100, months=12),
        "c": ending(-20),
        "d": ending(-150),
        "e": ending(300),
        "f": ending(20),
    }
    renew(leases["f"].pk, NewTerm(), version=None, by=by, on=today())
    text = page(signed_in(by), **query)
    shown = "".join(name for name, lease in leases.items() if f'id="l{lease.pk}"' in text)
    assert shown == expected


def test_an_office_shows_its_own_contracts_only() -> None:
    mine, other = OfficeFactory(), OfficeFactory()
    here = ending(10, dwelling=DwellingFactory(office=mine))
    there = ending(10, dwelling=DwellingFactory(office=other))
    bound = page(signed_in(unit(role__offices=[mine])))
    assert order(bound, [here, there]) == [here]
    everywhere = page(signed_in(unit()), office=str(other.pk))
    assert order(everywhere, [here, there]) == [there]


def test_each_row_says_what_is_proposed_or_why_not() -> None:
    lease, dead = ending(10), ending(20)
    Person.objects.filter(lease_parties__lease=dead).update(died_on=today())
    assert lease.ends_on is not None
    text = page(signed_in(unit()))
    proposed = add_months(lease.ends_on + DAY, 36) - DAY
    assert f"to {proposed:%d.%m.%Y}" in text
    assert "A tenant is dead" in text


def test_a_protected_address_is_a_number_and_stands_last() -> None:
    hidden = ending(-20, is_protected=True, dwelling__street="Hemmeliggata")
    open_one = ending(100)
    user = unit()
    text = page(signed_in(user))
    assert order(text, [hidden, open_one]) == [open_one, hidden]
    assert "Hemmeliggata" not in text
    assert f'value="{hidden.pk}" data-select' not in text
    assert order(page(signed_in(user), state="expired"), [hidden]) == []
    assert order(page(signed_in(unit(role__cleared=True))), [hidden, open_one])[0] == hidden


def test_the_file_holds_what_the_list_shows_and_no_protected_address() -> None:
    lease = ending(10)
    hidden = ending(20, is_protected=True, dwelling__street="Hemmeliggata")
    client = signed_in(unit(role__cleared=True))
    response = client.get(f"{LIST}export/", {"export": "csv"})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert len(text.strip().splitlines()) == 3
    assert lease.dwelling.street in text
    assert hidden.number in text
    assert "Hemmeliggata" not in text


def test_whoever_is_shown_is_written_down() -> None:
    lease = ending(10)
    page(signed_in(unit()))
    person = lease.parties.get().person_id
    assert person in LookUp.objects.latest("pk").person_ids


def test_the_list_costs_the_same_with_one_row_and_with_many() -> None:
    client = signed_in(unit())
    ending(5)
    page(client)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client)
        return len(queries)

    one = cost()
    for number in range(12):
        ending(6 + number)
    assert cost() == one


def test_an_empty_list_says_so() -> None:
    assert "No contract runs out" in page(signed_in(unit()))
    assert "No contracts fit this filter" in page(signed_in(unit()), state="expired")


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    left=st.integers(-140, 60),
    asked=st.one_of(st.none(), st.integers(-60, 100)),
    is_outside=st.booleans(),
)
def test_the_lists_states_are_those_of_the_rule_9_2(
    left: int, asked: int | None, is_outside: bool
) -> None:
    lease = ending(left)
    assert lease.ends_on is not None
    if asked is not None:
        lease.move_requested_on = lease.ends_on + asked * DAY
        lease.save(update_fields=["move_requested_on"])
    if is_outside:
        ServiceAgreement.objects.create(
            lease=lease,
            services="Tilsyn",
            ends_when="Når tilsynet slutter",
            lawyer="Advokat Berg",
            lawyer_on=today(),
            lawyer_reasons="Tjenesten er det vesentlige",
            by=unit(),
        )
    facts = LeaseFacts(
        lease.starts_on,
        lease.ends_on,
        None,
        lease.move_requested_on,
        is_outside_tenancy_act=is_outside,
    )
    row = with_state(Lease.objects.filter(pk=lease.pk), today()).get()
    assert STATES[row.rank] == expiry_state(facts, today()).expiry  # type: ignore[attr-defined]
    everything = chosen(unit(role__cleared=True), ExpiringChoice(within=365), today())
    assert everything.filter(pk=lease.pk).exists() == (
        expiry_state(facts, today()).expiry is not Expiry.NONE
    )


# --- One contract -----------------------------------------------------------------------------


def sent(client: Client, lease: Lease, name: str = "renew", **fields: Any) -> Any:
    data = {"submission_id": uuid4(), "version": lease.version, "term": "usual"} | fields
    return client.post(reverse(f"tenants:{name}", args=[lease.pk]), data)


def test_renewing_takes_the_rows_link_and_one_button() -> None:
    lease, client = ending(30), signed_in(unit())
    link = reverse("tenants:renew", args=[lease.pk])
    assert f'href="{link}?back=' in page(client)
    shown = page(client, link)
    assert 'value="usual"' in shown
    assert "checked" in shown
    answer = sent(client, lease)
    assert answer.status_code == 302
    assert LeaseContract.objects.get().ends_on == Lease.objects.get().ends_on


def test_who_came_from_the_list_comes_back_to_the_same_place() -> None:
    lease, client = ending(30), signed_in(unit())
    address = reverse("tenants:renew", args=[lease.pk]) + "?back=/leases/expiring/%3Fwithin%3D90"
    data = {"submission_id": uuid4(), "version": lease.version, "term": "usual"}
    assert client.post(address, data)["Location"] == "/leases/expiring/?within=90"
    other = ending(30)
    foreign = reverse("tenants:renew", args=[other.pk]) + "?back=https://example.org/"
    data = {"submission_id": uuid4(), "version": other.version, "term": "usual"}
    assert client.post(foreign, data)["Location"].startswith("/leases/")


def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost() -> None:
    lease, client = ending(30), signed_in(unit())
    until = (today() + 300 * DAY).strftime("%d.%m.%Y")
    answer = sent(client, lease, term="until", until=until, reason="Skal rives")
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "told in writing of the dwelling's purpose" in text
    assert "Skal rives" in text
    assert until in text


def test_a_tenant_who_was_asked_to_move_is_renewed_only_with_a_tick() -> None:
    lease, by = ending(-20), unit()
    client = signed_in(by)
    note_move_request(lease.pk, sent_on=today(), by=by, today=today())
    lease.refresh_from_db()
    assert "taken back" in page(client, reverse("tenants:renew", args=[lease.pk]))
    assert sent(client, lease).status_code == 422
    assert sent(client, lease, despite_request="on").status_code == 302


def test_what_the_law_has_made_open_ended_leads_to_noting_it() -> None:
    lease, client = ending(-120), signed_in(unit())
    address = reverse("tenants:convert", args=[lease.pk])
    assert address in page(client, reverse("tenants:renew", args=[lease.pk]))
    assert "The law has made the contract open-ended" in page(client, address)
    assert sent(client, lease, "convert").status_code == 302
    assert Lease.objects.get().ends_on is None


def test_somebody_who_was_second_is_told_and_can_send_the_form_again() -> None:
    lease, client = ending(30), signed_in(unit())
    Lease.objects.update(version=7)
    answer = sent(client, lease)
    assert "Somebody has changed this lease" in html.unescape(answer.content.decode())
    assert 'name="version" value="7"' in answer.content.decode()


def test_a_term_nobody_has_signed_is_dropped_with_a_reason() -> None:
    lease, by = ending(30), unit()
    client, old = signed_in(by), lease.ends_on
    contract = renew(lease.pk, NewTerm(), version=None, by=by, on=today())
    address = reverse("tenants:term_drop", args=[contract.pk])
    assert "clock of § 9-2" in page(client, address)
    data = {"submission_id": uuid4(), "version": contract.version, "reason": "Flytter"}
    assert client.post(address, data).status_code == 302
    assert Lease.objects.get().ends_on == old


def test_9_2_a_term_dropped_too_late_is_warned_of_and_ticked() -> None:
    lease, by = ending(-80), unit()
    client, old = signed_in(by), lease.ends_on
    contract = renew(lease.pk, NewTerm(), version=None, by=by, on=today())
    long_ago = add_months(old, -3)
    contract.terms["old_ends_on"] = long_ago.isoformat()
    contract.save()
    address = reverse("tenants:term_drop", args=[contract.pk])
    assert "can be ended by notice only" in page(client, address)
    data = {"submission_id": uuid4(), "version": contract.version, "reason": "Flytter"}
    response = client.post(address, data)
    assert response.status_code == 422
    assert "Tick that the contract is to be open-ended" in response.content.decode()
    ticked = {**data, "submission_id": uuid4(), "accepts_open": "on"}
    assert client.post(address, ticked).status_code == 302
    assert Lease.objects.get().ends_on == long_ago


@pytest.mark.parametrize("name", ["renew", "convert"])
def test_a_lease_one_does_not_see_by_name_is_not_there(name: str) -> None:
    lease = ending(30, is_protected=True)
    address = reverse(f"tenants:{name}", args=[lease.pk])
    assert signed_in(unit()).get(address).status_code == 404
    assert signed_in(unit(role__cleared=True)).get(address).status_code == 200


@pytest.mark.parametrize(
    ("starts_on", "last_on"),
    [
        (dt.date(2024, 2, 29), dt.date(2027, 2, 28)),
        (dt.date(2025, 3, 1), dt.date(2028, 2, 29)),
        (dt.date(2026, 1, 1), dt.date(2028, 12, 31)),
    ],
)
def test_9_3_the_database_counts_three_years_as_the_rule_does(starts_on, last_on) -> None:
    LeaseFactory(starts_on=starts_on)
    (found,) = Lease.objects.values_list(LastDayOfMinimumTerm(F("starts_on")), flat=True)
    assert found == last_on == last_day_of_term(starts_on, 36)
