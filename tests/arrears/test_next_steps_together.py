"""Two people, and the night, at one next step at the same time, on connections of their own."""

import datetime as dt
from typing import Any

import pytest

from arrears.models import Case, NextStep
from arrears.services import next_steps as service
from arrears.services.cases.opening import NewTrigger, open_case
from boligsak.dates import today
from tests.desk.work import owing
from tests.factories import UserFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


def a_case() -> tuple[Case, NextStep, Any, Any]:
    kari, ola = UserFactory(role="caseworker"), UserFactory(role="caseworker")
    case = open_case(owing().lease.pk, [NewTrigger("arrears")], by=kari, on=today()).case
    step = NextStep.objects.get(case=case)
    return Case.objects.get(pk=case.pk), step, kari, ola


def test_of_two_who_decide_on_the_same_version_one_is_told_it_has_changed() -> None:
    case, step, kari, ola = a_case()
    found = at_once(
        lambda: service.confirm(step.pk, by=kari, on=today(), version=case.version),
        lambda: service.postpone(
            step.pk,
            reason="Ferie",
            until=today() + DAY,
            by=ola,
            on=today(),
            version=case.version,
        ),
    )
    assert found == ["case.changed", "done"]


def test_two_who_each_choose_another_step_leave_one_standing() -> None:
    case, step, kari, ola = a_case()
    found = at_once(
        *(
            lambda by=by, action=action: service.override(
                step.pk, action=action, reason="x", due_on=today(), by=by, on=today()
            )
            for by, action in ((kari, "debt_advice"), (ola, "check_housing_allowance"))
        )
    )
    assert found == ["done", "step.replaced"]
    assert NextStep.objects.filter(case=case, ended_on=None).count() == 1


def test_two_nights_at_once_propose_once() -> None:
    case, step, _kari, _ola = a_case()
    NextStep.objects.filter(pk=step.pk).update(ended_on=today(), state="lapsed")
    assert at_once(*[lambda: service.propose(today())] * 2) == ["done", "done"]
    assert NextStep.objects.filter(case=case, ended_on=None).count() == 1


def test_the_night_and_a_caseworker_leave_what_the_caseworker_decided() -> None:
    case, step, kari, _ola = a_case()
    found = at_once(
        lambda: service.propose(today()),
        lambda: service.confirm(step.pk, by=kari, on=today()),
    )
    assert found == ["done", "done"]
    standing = NextStep.objects.get(case=case, ended_on=None)
    assert (standing.pk, standing.state) == (step.pk, "confirmed")
