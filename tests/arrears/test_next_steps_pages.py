"""The pages of the next step: what a caseworker, and what the landlord, sees and can do."""

import datetime as dt
import uuid

import pytest
from django.urls import reverse

from arrears.models import Case, NextStep
from arrears.rules.step_policy import Action
from arrears.services import next_steps as service
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.views.step_pages import place_of
from boligsak.dates import format_day, today
from tests.desk.work import owing, signed_in
from tests.factories import OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


@pytest.fixture
def case(kari) -> Case:
    found = open_case(owing().lease.pk, [NewTrigger("arrears")], by=kari, on=today()).case
    service.refresh(found.pk, today())
    return Case.objects.get(pk=found.pk)


def step(case) -> NextStep:
    return NextStep.objects.get(case=case, ended_on__isnull=True)


def send(client, name, row, case, **fields):
    data = {"submission_id": str(uuid.uuid4()), "version": str(case.version), **fields}
    return client.post(reverse(f"arrears:{name}", args=[row.pk]), data)


def shown(client, case) -> str:
    return client.get(reverse("desk:case", args=[case.pk])).content.decode()


def test_the_case_page_says_what_to_do_by_when_and_why(case, kari) -> None:
    page = shown(signed_in(kari), case)
    assert "Call the tenant" in page
    assert format_day(step(case).due_on) in page
    assert "is overdue, the oldest by 23 days, no contact yet" in page
    assert "the policy from 01.01.2020" in page


def test_the_one_primary_button_leads_where_the_step_is_done(case, kari) -> None:
    page = shown(signed_in(kari), case)
    assert reverse("arrears:phone_note", args=[case.pk]) in page


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_a_page_where_it_is_done(case, kari, action) -> None:
    row = step(case)
    row.action = action
    place = place_of(row, case.lease_id, kari)
    assert place is not None
    assert signed_in(kari).get(place["href"].partition("#")[0]).status_code == 200


def test_a_step_is_confirmed_from_the_case_page(case, kari) -> None:
    answer = send(signed_in(kari), "step_confirm", step(case), case)
    assert answer["Location"].endswith(f"/cases/{case.pk}/#next-step")
    assert step(case).state == "confirmed"
    assert "Next step confirmed" in shown(signed_in(kari), case)


def test_the_same_form_sent_twice_decides_once(case, kari) -> None:
    client, row = signed_in(kari), step(case)
    data = {"submission_id": str(uuid.uuid4()), "version": str(case.version)}
    url = reverse("arrears:step_confirm", args=[row.pk])
    assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]


def test_a_step_is_put_off_with_a_reason_and_a_day(case, kari) -> None:
    row, until = step(case), today() + 9 * DAY
    client = signed_in(kari)
    send(client, "step_postpone", row, case, until=format_day(until), reason="Lønn den 25.")
    row.refresh_from_db()
    assert (row.state, row.until_on, row.reason) == ("postponed", until, "Lønn den 25.")
    assert f"Put off until {format_day(until)}" in shown(client, case)


def test_a_day_that_has_been_is_refused_at_its_field_and_nothing_typed_is_lost(case, kari) -> None:
    answer = send(
        signed_in(kari),
        "step_postpone",
        step(case),
        case,
        until=format_day(today()),
        reason="Lønn den 25.",
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a day after today" in page
    assert "Lønn den 25." in page


def test_a_reason_is_needed_to_put_a_step_off(case, kari) -> None:
    answer = send(signed_in(kari), "step_postpone", step(case), case, until="i morgen", reason="")
    assert answer.status_code == 422


def test_another_step_is_chosen_with_a_reason(case, kari) -> None:
    client = signed_in(kari)
    send(
        client,
        "step_override",
        step(case),
        case,
        action="home_visit",
        due_on=format_day(today() + 2 * DAY),
        reason="Svarer aldri på telefon",
    )
    assert (step(case).action, step(case).policy) == ("home_visit", None)
    page = shown(client, case)
    assert "Visit the tenant at home instead of Call the tenant" in page
    assert "a caseworker&#x27;s own choice" in page


def test_the_second_of_two_is_told_who_was_first_and_keeps_what_was_typed(case, kari) -> None:
    row = step(case)
    ola = UserFactory(role="caseworker", last_name="Olsen")
    send(signed_in(ola), "step_confirm", row, case)
    answer = send(
        signed_in(kari), "step_postpone", row, case, until="i morgen", reason="Ferie i uke 8"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Olsen" in page
    assert "Ferie i uke 8" in page


def test_a_step_that_was_replaced_says_so_instead_of_a_form(case, kari) -> None:
    row = step(case)
    NextStep.objects.filter(pk=row.pk).update(ended_on=today(), state="lapsed")
    page = signed_in(kari).get(reverse("arrears:step_postpone", args=[row.pk])).content.decode()
    assert "no longer stands on the case" in page
    assert "<textarea" not in page


def test_a_call_is_sent_to_where_it_is_registered(case, kari) -> None:
    page = signed_in(kari).get(reverse("arrears:step_finish", args=[step(case).pk]))
    assert reverse("arrears:phone_note", args=[case.pk]) in page.content.decode()


def test_what_leaves_no_trace_is_done_with_what_came_of_it(case, kari) -> None:
    service.override(
        step(case).pk, action="debt_advice", reason="x", due_on=today(), by=kari, on=today()
    )
    case.refresh_from_db()
    own = step(case)
    send(signed_in(kari), "step_finish", own, case, result="Time hos rådgiver 3. mai")
    own.refresh_from_db()
    assert own.state == "done"
    assert step(case).state == "proposed"


def test_a_decision_that_fell_away_is_told_on_the_timeline(case, kari) -> None:
    service.confirm(step(case).pk, by=kari, on=today())
    person = case.lease.parties.get().person
    person.died_on = today()
    person.save()
    service.refresh(case.pk, today())
    page = shown(signed_in(kari), case)
    assert "Call the tenant fell away, and the next step is another: Get in touch with the" in page


def test_the_history_says_which_version_said_what(case, kari) -> None:
    page = signed_in(kari).get(reverse("arrears:next_steps", args=[case.pk])).content.decode()
    assert "Call the tenant" in page
    assert "the policy from 01.01.2020" in page


def test_the_landlord_sees_that_something_is_done_and_when_but_nothing_social(case, kari) -> None:
    Case.objects.filter(pk=case.pk).update(
        sharing_basis="statute", sharing_source="sosialtjenesteloven § 44", sharing_on=today()
    )
    service.override(
        step(case).pk,
        action="debt_advice",
        reason="Har mistet jobben og er syk",
        due_on=today(),
        by=kari,
        on=today(),
    )
    landlord = signed_in(UserFactory(role="landlord"))
    for page in (
        shown(landlord, case),
        landlord.get(reverse("arrears:next_steps", args=[case.pk])).content.decode(),
    ):
        assert "Follow-up by the welfare office" in page
        assert "debt advice" not in page.lower()
        assert "syk" not in page


@pytest.mark.parametrize("name", ["step_confirm", "step_postpone", "step_override", "step_finish"])
def test_only_the_welfare_side_decides_and_only_where_it_may_look(case, name) -> None:
    url = reverse(f"arrears:{name}", args=[step(case).pk])
    assert signed_in(UserFactory(role="landlord")).get(url).status_code == 403
    other = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert signed_in(other).get(url).status_code == 404
