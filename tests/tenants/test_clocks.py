"""The clocks of applications as lists of deadlines show them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boligsak.rates.services import enter_policy
from tenants.models import Application, ServiceAgreement
from tenants.queries.clocks import clocks_of, deadlines, late, next_clocks, overdue
from tenants.rules.application_policy import default_values
from tests.factories import (
    ApplicationFactory,
    DecisionFactory,
    LeaseFactory,
    OfficeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 23)
OCTOBER = datetime.date(2026, 10, 5)
FAR = datetime.date(2027, 12, 31)


def test_an_application_that_nobody_answered_is_overdue_after_a_month() -> None:
    old = ApplicationFactory(received_on=OCTOBER)
    ApplicationFactory(received_on=DAY)
    assert overdue(Application.objects.all(), DAY) == {old.pk}


def test_a_clock_follows_the_terms_of_the_day_the_application_came() -> None:
    office = OfficeFactory()
    enter_policy(
        "applications",
        office_id=office.pk,
        valid_from=datetime.date(2026, 11, 1),
        values=default_values() | {"preliminary_months": 2},
    )
    before = ApplicationFactory(office=office, received_on=OCTOBER)
    after = ApplicationFactory(office=office, received_on=datetime.date(2026, 11, 2))
    found = next_clocks([before.pk, after.pk], DAY)
    assert found[before.pk].on == datetime.date(2026, 11, 5)
    assert found[after.pk].on == datetime.date(2027, 1, 2)


def test_deadlines_hold_the_days_asked_for_and_no_others() -> None:
    user = UserFactory()
    row = ApplicationFactory(received_on=datetime.date(2026, 11, 2))
    assert [(one.on, one.application_id) for one in deadlines(user, DAY, FAR)] == [
        (datetime.date(2026, 12, 2), row.pk)
    ]
    assert deadlines(user, DAY, datetime.date(2026, 12, 1)) == []


def test_a_condition_is_a_deadline_until_it_is_met() -> None:
    user = UserFactory()
    due = datetime.date(2026, 12, 1)
    decision = DecisionFactory(
        application__state="waiting",
        application__received_on=datetime.date(2026, 11, 2),
        made_on=DAY,
        conditions=[{"due_on": due}],
    )
    assert ("condition", due) in [(one.code, one.on) for one in deadlines(user, DAY, FAR)]
    decision.conditions.update(state="waived", because="x", settled_on=DAY, settled_by=user)
    assert "condition" not in [one.code for one in deadlines(user, DAY, FAR)]


def test_another_offices_deadlines_are_not_shown() -> None:
    here = OfficeFactory()
    ApplicationFactory(received_on=DAY)
    user = UserFactory(role="caseworker", role__offices=[here])
    assert deadlines(user, DAY, FAR) == []


def test_the_landlord_sees_no_clock_of_an_application() -> None:
    ApplicationFactory(received_on=OCTOBER)
    landlord = UserFactory(role="landlord")
    assert deadlines(landlord, DAY, FAR) == []
    assert late(landlord, DAY) == []


def test_a_review_of_a_service_agreement_is_a_deadline() -> None:
    lease = LeaseFactory(kind="service")
    ServiceAgreement.objects.create(
        lease=lease,
        services="Miljøtjeneste.",
        ends_when="Når hjelpen ikke trengs.",
        review_on=datetime.date(2026, 12, 1),
        by=UserFactory(),
    )
    found = deadlines(UserFactory(role="landlord"), DAY, FAR)
    assert [(one.code, one.lease_id) for one in found] == [("service_review", lease.pk)]


def test_what_has_run_out_comes_oldest_first() -> None:
    user = UserFactory()
    second = ApplicationFactory(received_on=datetime.date(2026, 10, 6))
    first = ApplicationFactory(received_on=OCTOBER)
    assert [one.application_id for one in late(user, DAY)] == [first.pk, second.pk]


def test_an_ended_application_has_no_clocks() -> None:
    row = ApplicationFactory(state="withdrawn", received_on=OCTOBER)
    assert clocks_of(row, DAY) == []


def test_a_list_of_clocks_costs_the_same_for_one_and_for_fifty() -> None:
    user = UserFactory()
    assert user.access
    counts = []
    for more in (1, 49):
        for _number in range(more):
            ApplicationFactory(received_on=datetime.date(2026, 11, 2), by=user)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            deadlines(user, DAY, FAR)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6
