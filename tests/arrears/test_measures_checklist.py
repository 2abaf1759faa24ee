"""The checklist of a case: its lines, the children, and what the gate reads of them."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from arrears.models import Case, ContactAttempt, Measure, MeasureKind, TenantView
from arrears.queries.measures import checklist, measure_facts
from arrears.queries.own import overdue_measures
from arrears.rules.measures import Answer
from arrears.services import measures as service
from arrears.services.measures import Task
from boligsak.together import answers
from tenants.models import HouseholdMember
from tests.arrears.measured import ONE, TODAY, kind, line, opened, proposed, refused, shared
from tests.factories import HouseholdFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Any:
    return UserFactory(role="caseworker")


# --- The checklist --------------------------------------------------------------------------------


def test_many_lines_are_answered_in_one_go(worker: Any) -> None:
    case = opened(worker)
    service.answer(
        case.pk,
        [
            line("debt-advice", "done", result="partly", on=TODAY - ONE, text="Budsjett laget"),
            line("benefits", "unsuitable", text="Har for høy inntekt"),
            line("practical-help", "started", on=TODAY),
        ],
        by=worker,
        on=TODAY,
    )
    answers = {one.kind.code: one.answer for one in checklist(case.pk, TODAY).lines}
    assert answers["debt-advice"] is Answer.TRIED
    assert answers["benefits"] is Answer.UNSUITABLE
    assert answers["practical-help"] is Answer.RUNNING
    assert answers["information"] is Answer.NONE


def test_one_line_that_cannot_stand_leaves_all_of_them_unsent(worker: Any) -> None:
    case = opened(worker)
    answers = [
        line("debt-advice", "done", result="worked", on=TODAY),
        line("benefits", "unsuitable", text=""),
    ]
    broken = refused(service.answer, case.pk, answers, by=worker, on=TODAY)
    assert broken.code == "measure.no_reason"
    assert broken.facts["kind_id"] == kind("benefits").pk
    assert not Measure.objects.exists()


def test_a_line_uses_the_proposal_that_stands(worker: Any) -> None:
    case = opened(worker)
    task = Task(party="welfare", due_on=TODAY - ONE + ONE)
    row = proposed(case, "debt-advice", worker, task)
    service.answer(
        case.pk,
        [line("debt-advice", "done", result="worked", on=TODAY, seen=f"{row.pk}.1")],
        by=worker,
        on=TODAY,
    )
    row.refresh_from_db()
    assert (row.state, row.started_on) == ("done", TODAY)
    assert Measure.objects.count() == 1


def test_nobody_answers_over_an_answer_they_have_not_seen(worker: Any) -> None:
    case = opened(worker)
    proposed(case, "debt-advice", worker)
    broken = refused(
        service.answer,
        case.pk,
        [line("debt-advice", "unsuitable", text="nei")],
        by=worker,
        on=TODAY,
    )
    assert broken.code == "measure.line_changed"


def test_a_landlord_answers_its_own_lines_only(worker: Any) -> None:
    landlord = UserFactory(role="landlord")
    case = shared(worker, "complaint")
    own = Task(party="landlord")
    service.answer(
        case.pk,
        [line("noise-mapping", "done", result="worked", on=TODAY, task=own)],
        by=landlord,
        on=TODAY,
    )
    broken = refused(
        service.answer,
        case.pk,
        [line("information", "unsuitable", text="nei", task=own)],
        by=landlord,
        on=TODAY,
    )
    assert broken.code == "measure.not_yours"


# --- Children -------------------------------------------------------------------------------------


def with_child(by: Any) -> Case:
    household = HouseholdFactory()
    child = PersonFactory(born_on=TODAY - 3000 * ONE)
    HouseholdMember.objects.create(
        household=household, person=child, role="child", from_on=dt.date(2020, 1, 1)
    )
    return opened(by, household=household)


def test_children_make_the_checklist_ask_for_their_best_interest(worker: Any) -> None:
    with_, without = with_child(worker), opened(worker)
    facts = measure_facts([with_.pk, without.pk], TODAY)
    assert (facts[with_.pk].has_children, facts[without.pk].has_children) == (True, False)
    interest = kind("childrens-interest").pk
    assert interest in facts[with_.pk].unanswered
    assert interest not in facts[without.pk].unanswered


def test_the_assessment_answers_it_and_the_newest_counts(worker: Any) -> None:
    case = with_child(worker)
    for day in (TODAY - 2 * ONE, TODAY):
        service.assess_children(case.pk, "Skolen er nær", by=worker, on=TODAY, assessed_on=day)
    facts = measure_facts([case.pk], TODAY)[case.pk]
    assert facts.children_assessed_on == TODAY
    assert kind("childrens-interest").pk not in facts.unanswered


def test_an_assessment_is_never_changed(worker: Any) -> None:
    case = with_child(worker)
    row = service.assess_children(case.pk, "Skolen", by=worker, on=TODAY, assessed_on=TODAY)
    row.text = "noe annet"
    with pytest.raises(DatabaseError, match=r"update|denied"), transaction.atomic():
        row.save()


def test_the_childrens_interest_cannot_be_ticked_off(worker: Any) -> None:
    case = with_child(worker)
    assert refused(proposed, case, "childrens-interest", worker).code == "measure.only_shown"
    broken = refused(
        service.answer,
        case.pk,
        [line("childrens-interest", "unsuitable", text="nei")],
        by=worker,
        on=TODAY,
    )
    assert broken.code == "measure.only_shown"


@pytest.mark.parametrize(
    ("more", "code"),
    [({"text": " "}, "children.empty"), ({"assessed_on": TODAY + ONE}, "children.ahead")],
)
def test_an_assessment_that_says_nothing_is_refused(
    worker: Any, more: dict[str, Any], code: str
) -> None:
    case = with_child(worker)
    values = {"text": "Skolen", "assessed_on": TODAY} | more
    assert refused(service.assess_children, case.pk, by=worker, on=TODAY, **values).code == code


def test_the_landlord_does_not_assess_children(worker: Any) -> None:
    case = shared(worker)
    broken = refused(
        service.assess_children,
        case.pk,
        "x",
        by=UserFactory(role="landlord"),
        on=TODAY,
        assessed_on=TODAY,
    )
    assert broken.code == "measure.for_welfare"


# --- For the gate ---------------------------------------------------------------------------------


def test_every_answered_line_and_nothing_undecided_is_a_finished_case(worker: Any) -> None:
    case = opened(worker, "expiry")
    TenantView.objects.create(
        case=case, person=case.lease.parties.get().person, words="Vil bo", on=TODAY, by=worker
    )
    ContactAttempt.objects.create(
        case=case,
        channel="phone",
        state="done",
        on=TODAY,
        result="talked",
        was_reached=True,
        by=worker,
    )
    facts = measure_facts([case.pk], TODAY)[case.pk]
    assert not facts.is_finished
    names = MeasureKind.objects.in_bulk(facts.unanswered)
    service.answer(
        case.pk,
        [
            line(names[pk].code, "unsuitable", text="Ikke aktuelt her, fordi …")
            for pk in facts.unanswered
        ],
        by=worker,
        on=TODAY,
    )
    facts = measure_facts([case.pk], TODAY)[case.pk]
    assert facts.is_finished
    assert {"early-contact", "tenants-view", "renewal"} <= facts.answered


def test_running_support_holds_the_gate_until_it_says_why_it_is_not_enough(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "practical-help", worker, started_on=TODAY)
    assert measure_facts([case.pk], TODAY)[case.pk].running_support_without_reason == (row.pk,)
    service.say_not_enough(row.pk, "Slipper ingen inn", by=worker, on=TODAY, version=1)
    facts = measure_facts([case.pk], TODAY)[case.pk]
    assert (facts.running_support_without_reason, facts.undecided) == ((), ())


def test_the_facts_of_many_cases_cost_the_queries_of_one(worker: Any) -> None:
    cases = [opened(worker) for _number in range(6)]
    for case in cases:
        proposed(case, "debt-advice", worker)
    counts = []
    for ids in ([cases[0].pk], [case.pk for case in cases]):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            measure_facts(ids, TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3


def late_of(user: Any, day: dt.date) -> list[Measure]:
    (rows,) = answers([overdue_measures(user, day, 10)])
    return rows


def test_overdue_measures_are_their_owners_own_on_open_cases(worker: Any) -> None:
    case = opened(worker)
    task = Task(party="welfare", owner_id=worker.pk, due_on=TODAY)
    row = proposed(case, "debt-advice", worker, task)
    assert late_of(worker, TODAY) == []
    assert late_of(worker, TODAY + ONE) == [row]
    assert late_of(UserFactory(), TODAY + ONE) == []
    Case.objects.filter(pk=case.pk).update(status="closed", closed_on=TODAY, outcome="mistake")
    assert late_of(worker, TODAY + ONE) == []
