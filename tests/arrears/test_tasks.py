"""Tasks: made once, given away, ended by somebody, and seen by who is to do them."""

import datetime as dt

import pytest

from arrears.models import Task
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.tasks import (
    drop_task,
    end_tasks_about,
    finish_task,
    give_task,
    make_task,
)
from boligsak.dates import today
from boligsak.rule import RuleBroken
from tests.factories import LeaseFactory, OfficeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


@pytest.fixture
def case(kari):
    new = [NewTrigger("arrears")]
    return open_case(LeaseFactory().pk, new, by=kari, on=today(), owner=kari).case


def task_on(case, **more) -> Task:
    facts = {"kind": "by_hand", "title": "Ring Nav", "due_on": today(), "by": None, "on": today()}
    return make_task(**(facts | {"case": case} | more))


def code(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


def test_a_task_on_a_case_is_its_owner_s_at_its_office(case, kari) -> None:
    task = task_on(case)
    assert (task.owner, task.office_id, task.lease_id) == (kari, case.office_id, case.lease_id)


def test_the_same_thing_makes_one_task_until_it_is_done(case, kari) -> None:
    first = task_on(case, kind="plan_broken", about="plan:1")
    assert task_on(case, kind="plan_broken", about="plan:1").pk == first.pk
    finish_task(first.pk, result="Ny avtale", by=kari, on=today())
    assert task_on(case, kind="plan_broken", about="plan:1").pk != first.pk


def test_tasks_without_anything_they_are_about_are_all_made(case) -> None:
    assert task_on(case).pk != task_on(case).pk


def test_a_task_belongs_somewhere() -> None:
    assert code(task_on, None) == "task.no_place"
    office = OfficeFactory()
    assert task_on(None, office_id=office.pk).office == office


def test_what_has_done_itself_ends_its_task(case) -> None:
    task_on(case, kind="agency", about="payer:7")
    assert end_tasks_about("agency", "payer:7", result="", by=None, on=today()) == 1
    assert end_tasks_about("agency", "payer:7", result="", by=None, on=today()) == 0


def test_a_task_ends_once(case, kari) -> None:
    task = task_on(case)
    finish_task(task.pk, result="Ringt", by=kari, on=today(), version=task.version)
    task.refresh_from_db()
    assert (task.state, task.result, task.ended_by, task.ended_on) == (
        "done",
        "Ringt",
        kari,
        today(),
    )
    assert code(drop_task, task.pk, reason="x", by=kari, on=today()) == "task.ended"


def test_a_task_is_dropped_with_a_reason(case, kari) -> None:
    task = task_on(case)
    assert code(drop_task, task.pk, reason=" ", by=kari, on=today()) == "task.no_reason"
    assert drop_task(task.pk, reason="Ikke aktuelt", by=kari, on=today()).state == "dropped"


def test_the_second_to_change_a_task_is_told(case, kari) -> None:
    task = task_on(case)
    give_task(task.pk, None, by=kari, on=today(), version=task.version)
    assert code(give_task, task.pk, kari, by=kari, on=today(), version=task.version) == (
        "task.changed"
    )


def test_a_task_is_given_to_who_works_there(case, kari) -> None:
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    task = task_on(case)
    assert code(give_task, task.pk, stranger, by=kari, on=today()) == "owner.no_role"


def test_tasks_are_seen_by_their_party_at_their_office_and_all_of_them_by_welfare(case) -> None:
    ours, theirs = task_on(case), task_on(case, party="landlord")
    anybody = task_on(case, party="other")
    here = {"role__offices": [case.office]}
    worker = UserFactory(role="caseworker", **here)
    landlord = UserFactory(role="landlord", **here)
    stranger = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert set(Task.objects.visible_to(worker)) == {ours, theirs, anybody}
    assert set(Task.objects.visible_to(landlord)) == {theirs, anybody}
    assert list(Task.objects.visible_to(stranger)) == []
    assert code(finish_task, ours.pk, result="", by=landlord, on=today()) == "task.not_visible"


def test_a_task_of_a_protected_lease_is_not_there_for_the_uncleared_of_one_office() -> None:
    lease = LeaseFactory(is_protected=True)
    task = task_on(None, lease=lease, due_on=today() + dt.timedelta(days=2))
    here = {"role": "caseworker", "role__offices": [lease.office]}
    assert task not in Task.objects.visible_to(UserFactory(**here))
    assert task in Task.objects.visible_to(UserFactory(**here, role__cleared=True))
