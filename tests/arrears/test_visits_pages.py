"""The pages of home visits: planned, on the day's list, reported from the doorstep, cancelled."""

from typing import Any

import pytest
from django.urls import reverse

from arrears.models import ContactAttempt
from arrears.services.visits import plan_visit
from boligsak.dates import format_day, today
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
    visit,
)
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_a_visit_is_planned_and_stands_on_the_list_of_its_day() -> None:
    person = PersonFactory(given_name="Ali", safety_note="Stor hund", phone="400")
    case = a_case(person, opened_on=today())
    client = signed_in()
    tomorrow = today() + ONE_DAY
    answer = send(
        client,
        at("visit_new", case.pk),
        on="i morgen",
        at_time="13.30",
        who_goes="Kari og Per",
    )
    assert answer["Location"] == case_page(case)
    page = get(client, f"{reverse('arrears:visits')}?on={format_day(tomorrow)}")
    for said in ("13.30", "Kari og Per", "Stor hund", "Ali", "Innherredsveien", "400"):
        assert said in page, said
    assert "No home visit is planned that day" in get(client, reverse("arrears:visits"))


def test_a_visit_to_somebody_away_is_planned_with_open_eyes() -> None:
    person = PersonFactory(given_name="Ali")
    case = a_case(person, opened_on=today())
    note_absence(person.pk, AwayFromHome(kind="hospital", from_on=today()), by=None)
    client = signed_in()
    assert "does not count as an attempt" in get(client, at("visit_new", case.pk))
    row = visit(case)
    assert "does not count as an attempt" in get(client, at("visit_report", row.pk))
    assert "a visit there does not count" in get(client, reverse("desk:case", args=[case.pk]))


def test_a_visit_is_reported_from_the_doorstep() -> None:
    case = a_case(opened_on=today())
    row = visit(case)
    client = signed_in()
    assert "form--thumb" in get(client, at("visit_report", row.pk))
    answer = send(
        client,
        at("visit_report", row.pk),
        on="i dag",
        result="message_left",
        agreed="La igjen kort",
    )
    assert answer["Location"] == case_page(case)
    row.refresh_from_db()
    assert (row.state, row.result, row.counts) == ("done", "message_left", True)
    assert "reported or cancelled already" in get(client, at("visit_report", row.pk))


def test_a_visit_nobody_has_reported_stays_on_the_list() -> None:
    case = a_case(opened_on=today())
    row = visit(case)
    ContactAttempt.objects.filter(pk=row.pk).update(on=today() - 3 * ONE_DAY)
    page = get(signed_in(), reverse("arrears:visits"))
    assert "Earlier visits that nobody has reported" in page
    assert at("visit_report", row.pk) in page


def test_a_visit_is_cancelled_with_a_reason() -> None:
    case = a_case(opened_on=today())
    row = visit(case)
    client = signed_in()
    assert send(client, at("visit_cancel", row.pk), reason="Syk")["Location"] == case_page(case)
    assert at("visit_report", row.pk) not in get(client, reverse("arrears:visits"))


def test_the_list_of_visits_is_of_ones_own_offices_and_of_the_one_chosen() -> None:
    here, there = a_case(opened_on=today()), a_case(opened_on=today())
    one, two = visit(here), visit(there)
    bound = get(signed_in(role__offices=[here.office]), reverse("arrears:visits"))
    assert at("visit_report", one.pk) in bound
    assert at("visit_report", two.pk) not in bound
    chosen = get(signed_in(), f"{reverse('arrears:visits')}?office={there.office_id}")
    assert at("visit_report", one.pk) not in chosen
    assert at("visit_report", two.pk) in chosen


def test_a_protected_home_is_on_no_list_but_that_of_the_cleared() -> None:
    person = PersonFactory(protection=6)
    case = a_case(person, opened_on=today())
    case.lease.is_protected = True
    case.lease.save()
    row = plan_visit(
        case.pk,
        today(),
        who_goes="Kari",
        by=caseworker(role__cleared=True),
        on=today(),
    )
    assert "Innherredsveien" not in get(signed_in(), reverse("arrears:visits"))
    assert signed_in().get(at("visit_report", row.pk)).status_code == 404
    assert "Innherredsveien" in get(signed_in(role__cleared=True), reverse("arrears:visits"))


def test_the_list_asks_the_database_as_often_for_many_visits_as_for_one(
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in()
    visit(a_case(opened_on=today()))
    with django_assert_max_num_queries(40) as first:
        get(client, reverse("arrears:visits"))
    for _ in range(5):
        visit(a_case(opened_on=today()))
    with django_assert_max_num_queries(len(first.captured_queries)):
        get(client, reverse("arrears:visits"))


def test_the_calling_card_tells_nobody_anything() -> None:
    person = PersonFactory(given_name="Ali", family_name="Hansen-Berg")
    case = a_case(person, opened_on=today())
    row = visit(case, who_goes="Kari Nordmann")
    answer = signed_in().get(at("visit_card", row.pk))
    card = answer.content.decode().split('class="calling-card"')[1].split("</main>")[0]
    assert "Kari Nordmann" in card
    assert "would have liked to talk" in card
    office = case.office.name
    for secret in ("Ali", "Hansen", "Boligsak", case.number, office, "rent", "husleie", "kommune"):
        assert secret not in card, secret
