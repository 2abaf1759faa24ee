"""Deadlines of applications, conditions, offers, complaints and meetings beside the flags' own."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from boligsak.dates import today
from boligsak.desk.clock_lines import clock_lines, questions
from boligsak.together import answered
from meetings.models import Meeting
from tenants.models import ServiceAgreement
from tests.factories import (
    ApplicationFactory,
    DecisionFactory,
    LeaseFactory,
    OfficeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = today()
WEEK = DAY + dt.timedelta(days=6)


def due_in(days: int, **more):  # type: ignore[no-untyped-def]
    """A decision whose one condition is due then; its application was received today."""
    return DecisionFactory(
        application__state="waiting",
        conditions=[{"due_on": DAY + dt.timedelta(days=days)}],
        **more,
    )


def lines(user, office_id=None, most=9):  # type: ignore[no-untyped-def]
    told = answered(questions(user, DAY, WEEK))
    return clock_lines(told, user, DAY, WEEK, office_id, most)


def test_a_condition_that_is_due_this_week_is_on_the_list() -> None:
    decision = due_in(2)
    due_in(20)
    assert [line.who for line in lines(UserFactory())] == [decision.application.number]


def test_the_laws_own_come_first() -> None:
    due_in(1)
    old = ApplicationFactory(received_on=DAY - dt.timedelta(days=28))
    found = lines(UserFactory())
    assert found[0].who == old.number
    assert found[0].is_legal


def test_a_filter_on_the_office_leaves_out_the_others_and_what_is_masked() -> None:
    mine = due_in(1)
    due_in(1)
    office = mine.application.office
    due_in(1, application__office=office, application__is_protected=True)
    found = lines(UserFactory(), office.pk)
    assert [line.who for line in found] == [mine.application.number]


def test_a_review_of_a_service_agreement_leads_to_its_lease() -> None:
    lease = LeaseFactory(kind="service")
    ServiceAgreement.objects.create(
        lease=lease, services="x", ends_when="x", review_on=DAY, by=UserFactory()
    )
    assert lines(UserFactory())[0].href == reverse("desk:lease", args=[lease.pk])


def meeting(office, number: str) -> Meeting:  # type: ignore[no-untyped-def]
    return Meeting.objects.create(
        office=office,
        held_on=DAY + dt.timedelta(days=1),
        number=number,
        at_time=dt.time(9),
        place="Rådhuset",
    )


def test_the_next_meeting_is_a_deadline() -> None:
    meeting(OfficeFactory(name="Østbyen"), "M2026-9999")
    assert [line.who for line in lines(UserFactory())] == ["Østbyen"]


def test_who_is_bound_to_an_office_sees_that_offices_deadlines_and_nothing_protected() -> None:
    mine, other = OfficeFactory(name="Østbyen"), OfficeFactory(name="Vestbyen")
    agreed = {"services": "x", "ends_when": "x", "review_on": DAY, "by": UserFactory()}
    numbers = {}
    for place, office in (("mine", mine), ("other", other), ("secret", mine)):
        hidden = {"is_protected": place == "secret"}
        lease = LeaseFactory(kind="service", dwelling__office=office, **hidden)
        ServiceAgreement.objects.create(lease=lease, **agreed)
        due = due_in(1, application__office=office, application__is_protected=place == "secret")
        numbers[place] = {lease.number, due.application.number}
        if place != "secret":
            meeting(office, f"M-{place}")
    bound = UserFactory(role="coordinator", role__offices=[mine])
    assert {line.who for line in lines(bound)} == numbers["mine"] | {"Østbyen"}
    cleared = UserFactory(role="coordinator", role__offices=[mine], role__cleared=True)
    assert {line.who for line in lines(cleared)} == numbers["mine"] | numbers["secret"] | {
        "Østbyen"
    }


def test_the_dashboard_shows_them_and_names_nobody() -> None:
    decision = due_in(1, application__applicant__family_name="Hemmelig")
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory())
    page = client.get("/dashboard/").content.decode()
    assert decision.application.number in page
    assert "Hemmelig" not in page


def test_as_little_is_asked_of_many_as_of_one(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    user = UserFactory()
    assert user.access
    due_in(1)
    with django_assert_max_num_queries(3) as few:
        lines(user)
    for _number in range(12):
        due_in(1)
    with django_assert_max_num_queries(3) as many:
        lines(user)
    assert len(few) == len(many)
