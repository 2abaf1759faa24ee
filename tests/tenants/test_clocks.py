"""The clocks of applications as lists of deadlines show them."""

import datetime
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boligsak.dates import add_months
from boligsak.rates.services import enter_policy
from tenants.models import Appeal, Application, LeaseContract, ServiceAgreement
from tenants.queries import clocks
from tenants.queries.clocks import clocks_of, deadlines, next_clocks, overdue
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
WEEK = datetime.timedelta(days=6)


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


def a_town(day: datetime.date) -> None:
    """Applications of every sort, whose clocks began and end on days around `day`."""
    some = random.Random(day.toordinal())
    offices = [OfficeFactory(), OfficeFactory()]
    user = UserFactory()
    own = {"preliminary_months": 2, "decision_months": 3, "allocation_months": 4}
    enter_policy(
        "applications",
        office_id=offices[1].pk,
        valid_from=datetime.date(2020, 1, 1),
        values=default_values() | own,
    )

    def near(months: int, days: int = 8) -> datetime.date:
        return add_months(day, -months) + datetime.timedelta(days=some.randint(-days, days))

    for _number in range(60):
        made_on = near(some.choice([1, 4]))
        kind = some.choice(["new", "new", "extension"])
        stays = kind == "extension"
        lease = LeaseFactory(ends_on=some.choice([None, near(0), near(-9)])) if stays else None
        decision = DecisionFactory(
            application__kind=kind,
            application__lease=lease,
            application__office=some.choice(offices),
            application__state=some.choice(["received", "decided", "waiting", "housed"]),
            application__received_on=min(made_on, near(some.choice([1, 2, 3]))),
            application__preliminary_sent_on=some.choice([None, made_on]),
            application__decision_expected_on=some.choice([None, near(0)]),
            application__by=user,
            made_on=made_on,
            outcome=some.choice(["granted", "granted", "refused"]),
            kind=some.choice(["allocation", "allocation", "housing_help"]),
            conditions=[{"due_on": near(0)}],
        )
        if some.random() < 0.3:
            Appeal.objects.create(
                decision=decision, received_on=near(1), grounds="Feil.", by=user, state="received"
            )
        if lease is not None and some.random() < 0.5:
            LeaseContract.objects.create(
                lease=lease,
                kind="renewal",
                starts_on=day,
                on=day,
                by=user,
                terms={"old_ends_on": near(0).isoformat()},
            )
    for _number in range(40):
        ApplicationFactory(
            office=some.choice(offices),
            received_on=near(some.choice([1, 2, 3])),
            preliminary_sent_on=some.choice([None, None, near(0)]),
            decision_expected_on=some.choice([None, near(0)]),
            by=user,
        )


@pytest.mark.parametrize("day", [DAY, datetime.date(2027, 2, 26), datetime.date(2027, 3, 30)])
def test_the_deadlines_of_a_week_are_those_that_reading_every_application_gives(day) -> None:
    a_town(day)
    user = UserFactory()
    told: set[str] = set()
    for first in (day, day - datetime.timedelta(days=4), day + datetime.timedelta(days=3)):
        last = first + datetime.timedelta(days=6)
        every = [
            (due.on, due.code, row.pk)
            for row in Application.objects.all()
            for due in clocks_of(row, first)
            if due.is_ours and due.done_on is None and first <= due.on <= last
        ]
        found = [(one.on, one.code, one.application_id) for one in deadlines(user, first, last)]
        assert sorted(found) == sorted(every)
        told |= {code for _on, code, _pk in found}
    kinds = {"preliminary", "decision", "allocation", "renewal", "appeal", "condition"}
    assert told == kinds


def test_of_many_applications_only_those_are_read_whose_clock_may_end(monkeypatch) -> None:
    user = UserFactory()
    soon = ApplicationFactory(received_on=datetime.date(2026, 10, 25), by=user)
    for _number in range(20):
        ApplicationFactory(received_on=datetime.date(2026, 11, 10), by=user)
    reckoned = []
    reckon = clocks._dues
    monkeypatch.setattr(
        clocks, "_dues", lambda row, *rest: reckoned.append(row.number) or reckon(row, *rest)
    )
    assert [one.application_id for one in deadlines(user, DAY, DAY + WEEK)] == [soon.pk]
    assert reckoned == [soon.number]


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
    assert counts[0] == counts[1] == 1
