"""A caseworker's own day is asked for in statements of its own: they find what the querysets find.

Who sees which case, task, application and measure is said in one place for the whole product; here
the two ways of asking are held together.
"""

import datetime as dt
from typing import Any

import pytest

from arrears.models import (
    Case,
    CaseTransfer,
    CaseTrigger,
    Disqualification,
    Flag,
    Measure,
    MeasureKind,
    NextStep,
    Task,
)
from arrears.queries import cases as query
from arrears.queries import own
from arrears.queries.cases import CaseChoice
from arrears.queries.measures import seen_measures
from arrears.queries.tasks import offers_to, tasks_of, tasks_of_nobody
from boligsak.dates import today
from boligsak.desk.queries import applications
from boligsak.desk.queries.applications import ApplicationChoice
from boligsak.together import Question, answers
from tests.factories import (
    ApplicationFactory,
    CaseFactory,
    LeaseFactory,
    OfficeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

MANY = 100


def found(question: Question) -> list[Any]:
    (rows,) = answers([question])
    return rows


@pytest.fixture(params=["all offices", "one office"])
def places(request: Any) -> tuple[Any, list[Any]]:
    """An office, and those that the reader works for."""
    office = OfficeFactory()
    return office, [office if request.param == "one office" else None]


def reader_of(offices: list[Any], role: str, *, cleared: bool) -> Any:
    return UserFactory(role=role, role__cleared=cleared, role__offices=offices)


def cases_around(office: Any, user: Any) -> list[Case]:
    """Of this office, of another, of a lease at another, protected, closed, and shut out of."""
    made = []
    for number in range(12):
        here = {"dwelling__office": office} if number % 2 else {}
        lease = LeaseFactory(is_protected=number % 3 == 0, **here)
        case_at = {"office": office} if number % 4 == 0 else {}
        shared = {"sharing_basis": "none", "sharing_source": "", "sharing_on": None}
        party = ("welfare", "housing_unit", "landlord")[number % 3]
        over = {"status": "closed", "closed_on": today(), "outcome": "paid"}
        made.append(
            CaseFactory(
                lease=lease,
                owner=user,
                party=party,
                **case_at,
                **(shared if number % 5 == 0 else {}),
                **(over if number == 7 else {}),
            )
        )
    for case in made[4:6]:
        Disqualification.objects.create(
            case=case, user=user, from_on=today(), reason="kin", by=UserFactory()
        )
    return made


ROLES = ["caseworker", "coordinator", "housing_unit", "landlord"]


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_my_cases_are_those_of_the_list_of_cases(places: Any, role: str, *, cleared: bool) -> None:
    office, offices = places
    user, day = reader_of(offices, role, cleared=cleared), today()
    made = cases_around(office, user)
    CaseFactory(owner=UserFactory())
    CaseFactory(owner=None)
    for number, case in enumerate(made):
        CaseTrigger.objects.create(case=case, kind="complaint", opened_on=day, by=user)
        if number % 2:
            due = day + dt.timedelta(days=number % 3)
            NextStep.objects.create(case=case, action="contact", due_on=due, proposed_on=day)
        if number % 4:
            Flag.objects.create(
                lease=case.lease,
                kind="complaints",
                level=number % 3 + 1,
                anchor_on=day,
                raised_on=day,
                changed_on=day,
            )
    choice = query.chosen(user, CaseChoice(owner=user.pk), day)
    listed = query.rows(query.ordered(choice, "step", user, day), user, day, 0, MANY)
    assert len(listed) > 1
    assert own.with_deadlines(found(own.cases_of(user, day, MANY)), day) == listed
    assert found(own.cases_of(user, day, 2)) == [row._replace(deadline=None) for row in listed[:2]]


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("role", ROLES)
def test_tasks_are_those_the_reader_may_see(places: Any, role: str, *, cleared: bool) -> None:
    office, offices = places
    user, day = reader_of(offices, role, cleared=cleared), today()
    for number, case in enumerate(cases_around(office, user)):
        for party in ("welfare", "housing_unit", "landlord", "other"):
            for owner in (user, None, UserFactory()):
                about: dict[str, Any] = {"case": case, "lease": case.lease}
                if number % 4 == 1:
                    about = {"lease": case.lease}
                elif number == 2:
                    about = {}
                Task.objects.create(
                    office=office if number % 2 else case.office,
                    kind="by_hand",
                    title="Ring",
                    facts={"number": number},
                    party=party,
                    owner=owner,
                    due_on=day + dt.timedelta(days=number % 5),
                    made_on=day,
                    state="open" if number != 3 else "done",
                    ended_on=None if number != 3 else day,
                    **about,
                )
    seen = Task.objects.open().visible_to(user).order_by("due_on", "pk")
    for asked, whose in (
        (tasks_of, seen.filter(owner=user)),
        (tasks_of_nobody, seen.filter(owner=None)),
    ):
        rows = found(asked(user, 1000))
        assert [row.task_id for row in rows] == [task.pk for task in whose]
        for row, task in zip(rows, whose.select_related("case", "lease"), strict=True):
            assert row.case_number == (task.case.number if task.case else "")
            assert row.lease_number == (task.lease.number if task.lease else "")
            assert row.is_protected == bool(task.lease and task.lease.is_protected)
            assert (row.facts, row.due_on, row.party) == (task.facts, task.due_on, task.party)
        assert found(asked(user, 3)) == rows[:3]


@pytest.mark.parametrize("cleared", [False, True])
def test_my_late_measures_are_on_open_cases_that_i_know_by_name(
    places: Any, *, cleared: bool
) -> None:
    office, offices = places
    user, day = reader_of(offices, "caseworker", cleared=cleared), today()
    kind = MeasureKind.objects.order_by("pk")[0]
    for number, case in enumerate(cases_around(office, user)):
        Measure.objects.create(
            case=case,
            kind=kind,
            state="started" if number % 2 else "proposed",
            party="welfare",
            owner=user if number != 8 else UserFactory(),
            proposed_on=day,
            started_on=day if number % 2 else None,
            due_on=day - dt.timedelta(days=number % 4),
            by=user,
        )
    seen = seen_measures(user).filter(owner=user, due_on__lt=day, case__status="open")
    if not cleared:
        seen = seen.filter(case__lease__is_protected=False)
    late = list(seen.order_by("due_on", "pk"))
    rows = found(own.overdue_measures(user, day, MANY))
    assert len(rows) > 1
    assert rows == late
    assert [(row.case.number, row.kind.name_en) for row in rows] == [
        (row.case.number, row.kind.name_en) for row in late
    ]
    assert found(own.overdue_measures(user, day, 2)) == late[:2]


@pytest.mark.parametrize("cleared", [False, True])
def test_my_applications_are_those_of_the_list_of_applications(
    places: Any, *, cleared: bool
) -> None:
    office, offices = places
    user, day = reader_of(offices, "caseworker", cleared=cleared), today()
    for number in range(12):
        here = {"office": office} if number % 2 else {}
        ApplicationFactory(
            owner=user if number % 5 else None,
            is_protected=number % 3 == 0,
            received_on=day - dt.timedelta(days=number % 4),
            state="withdrawn" if number == 6 else "received",
            **here,
        )
    ApplicationFactory(owner=user, office=office, state="draft", received_on=None, made_on=day)
    choice = applications.chosen(user, ApplicationChoice(owner=user.pk), day)
    listed = list(applications.ordered(choice, "received"))
    rows = found(applications.own(user, MANY))
    assert len(rows) > 1
    assert rows == listed
    assert [str(row.applicant) for row in rows] == [str(row.applicant) for row in listed]
    assert found(applications.own(user, 2)) == listed[:2]


@pytest.mark.parametrize("cleared", [False, True])
def test_offers_are_to_me_or_to_an_office_of_mine_and_of_cases_i_may_know(*, cleared: bool) -> None:
    office, day = OfficeFactory(), today()
    user, boss = UserFactory(role=False), UserFactory(role="coordinator")
    user.role_assignments.create(
        role="caseworker", office=office, valid_from=day, valid_to=day, is_cleared=cleared
    )

    def offered(**more: Any) -> CaseTransfer:
        case = CaseFactory(lease=LeaseFactory(is_protected=more.pop("is_protected", False)))
        asked = {"from_office": case.office, "to_office": OfficeFactory(), "asked_by": boss}
        made: CaseTransfer = CaseTransfer.objects.create(
            case=case, reason="Nabo", asked_on=day, **{**asked, **more}
        )
        return made

    to_me, to_us = offered(to_owner=user), offered(to_office=office)
    hidden = offered(to_owner=user, is_protected=True)
    offered()
    offered(to_office=office, to_owner=UserFactory())
    offered(to_office=office, asked_by=user)
    offered(to_owner=user, state="withdrawn", answered_by=boss, answered_on=day)
    Disqualification.objects.create(
        case=offered(to_owner=user).case, user=user, from_on=day, reason="kin", by=boss
    )
    rows = found(offers_to(user, day))
    mine = [to_me, to_us, *([hidden] if cleared else [])]
    assert [row.transfer_id for row in rows] == [one.pk for one in mine]
    assert (rows[0].asked_by, rows[0].from_office) == (str(boss), to_me.from_office.name)
    tomorrow = day + dt.timedelta(days=1)  # the role at the office is over
    assert [row.transfer_id for row in found(offers_to(user, tomorrow))] == [
        one.pk for one in mine if one != to_us
    ]
