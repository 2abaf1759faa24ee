"""Two people at one case's measures at once, on connections of their own."""

from typing import Any

import pytest

from arrears.models import CaseAct, Measure, MeasureKind, Task
from arrears.services import measures as service
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.measures import LineAnswer
from arrears.services.measures import Task as Who
from arrears.services.rehousing import receive
from boligsak.dates import today
from tenants.models import HeadLandlordAction
from tests.factories import LeaseFactory, UserFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WELFARE = Who(party="welfare")


def case_and_workers() -> tuple[Any, Any, Any]:
    one, other = UserFactory(role="caseworker"), UserFactory(role="caseworker")
    case = open_case(LeaseFactory().pk, [NewTrigger("arrears")], by=one, on=today()).case
    return case, one, other


def test_two_who_propose_the_same_measure_make_one() -> None:
    case, one, other = case_and_workers()
    kind = MeasureKind.objects.get(code="debt-advice").pk
    said = at_once(
        *(
            lambda by=by: service.propose(case.pk, kind, WELFARE, by=by, on=today())
            for by in (one, other)
        )
    )
    assert said == ["done", "measure.open_already"]
    assert Measure.objects.count() == 1


def test_of_two_who_end_a_measure_differently_one_is_told() -> None:
    case, one, other = case_and_workers()
    kind = MeasureKind.objects.get(code="debt-advice").pk
    row = service.propose(case.pk, kind, WELFARE, by=one, on=today())
    said = at_once(
        lambda: service.finish(row.pk, "worked", ended_on=today(), by=one, on=today(), version=1),
        lambda: service.reject(row.pk, "Passer ikke", by=other, on=today(), version=1),
    )
    assert said == ["done", "measure.changed"]
    row.refresh_from_db()
    assert row.version == 2
    assert CaseAct.objects.filter(what__in=["measure_done", "measure_rejected"]).count() == 1


def test_of_two_checklists_sent_at_once_the_second_sees_the_first() -> None:
    case, one, other = case_and_workers()
    kind = MeasureKind.objects.get(code="debt-advice").pk

    def answer(by: Any) -> None:
        line = LineAnswer(kind_id=kind, how="unsuitable", seen="", task=WELFARE, text=str(by))
        service.answer(case.pk, [line], by=by, on=today())

    assert at_once(lambda: answer(one), lambda: answer(other)) == ["done", "measure.line_changed"]
    assert Measure.objects.count() == 1


def test_two_clerks_with_the_same_letter_make_one_action_and_one_task() -> None:
    lease = LeaseFactory()
    clerks = [UserFactory(role="landlord"), UserFactory(role="housing_unit")]
    said = at_once(
        *(
            lambda by=by: receive(
                lease.dwelling_id,
                "eviction",
                received_on=today(),
                deadline_on=None,
                by=by,
                on=today(),
            )
            for by in clerks
        )
    )
    assert said == ["done", "head.open_already"]
    assert (HeadLandlordAction.objects.count(), Task.objects.count()) == (1, 1)
