"""Measures on a case: the services, who may use them, and what the gate reads of them."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from arrears.models import (
    Case,
    CaseAct,
    ContactAttempt,
    Measure,
    MeasureKind,
    TenantView,
)
from arrears.queries.measures import checklist, helpers, measure_facts, overdue_measures
from arrears.rules.measures import Answer
from arrears.services import measures as service
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import set_sharing
from arrears.services.measures import LineAnswer, Task
from boligsak.rule import RuleBroken
from tenants.models import HouseholdMember
from tests.factories import HouseholdFactory, LeaseFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 20)
ONE = dt.timedelta(days=1)
WELFARE = Task(party="welfare")


@pytest.fixture
def worker() -> Any:
    return UserFactory(role="caseworker")


def opened(by: Any, *triggers: str, **lease: Any) -> Case:
    kinds = triggers or ("arrears",)
    made = open_case(
        LeaseFactory(**lease).pk, [NewTrigger(kind) for kind in kinds], by=by, on=TODAY
    )
    return made.case


def shared(by: Any, *triggers: str) -> Case:
    """A case the landlord and the housing unit may see."""
    case = opened(by, *triggers)
    set_sharing(case.pk, "consent", by=by, on=TODAY, source="Muntlig, telefon", since=TODAY)
    return case


def kind(code: str) -> MeasureKind:
    return MeasureKind.objects.get(code=code)


def proposed(case: Case, code: str, by: Any, task: Task = WELFARE, **more: Any) -> Measure:
    return service.propose(case.pk, kind(code).pk, task, by=by, on=TODAY, **more)


def refused(call: Any, *args: Any, **more: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken, transaction.atomic():
        call(*args, **more)
    return broken.value


# --- The seeded catalogue -------------------------------------------------------------------------


def test_a_new_installation_knows_what_is_tried_first() -> None:
    codes = set(MeasureKind.objects.values_list("code", flat=True))
    assert {
        "early-contact",
        "information",
        "benefits",
        "debt-advice",
        "voluntary-deduction",
        "repayment-plan",
        "social-support",
        "practical-help",
        "another-home",
        "health-services",
        "childrens-interest",
        "noise-mapping",
        "nuisance-warning",
        "service-agreement",
        "renewal",
        "nav-warning",
        "temporary-housing",
    } <= codes


def test_no_seeded_social_measure_is_the_landlords_to_do() -> None:
    social = MeasureKind.objects.filter(is_social=True)
    assert set(social.values_list("party", flat=True)) == {"welfare"}


# --- Doing ----------------------------------------------------------------------------------------


def test_a_measure_goes_from_proposal_to_result_and_each_step_is_in_the_history(
    worker: Any,
) -> None:
    case = opened(worker)
    before = case.version
    row = proposed(case, "debt-advice", worker, note="Time hos gjeldsrådgiver")
    row = service.start(row.pk, WELFARE, started_on=TODAY, by=worker, on=TODAY, version=row.version)
    row = service.finish(
        row.pk, "partly", ended_on=TODAY, by=worker, on=TODAY, version=row.version, note="Budsjett"
    )
    assert (row.state, row.result, row.ended_by, row.note) == ("done", "partly", worker, "Budsjett")
    acts = CaseAct.objects.filter(case=case, what__startswith="measure_").order_by("pk")
    assert [act.what for act in acts] == ["measure_proposed", "measure_started", "measure_done"]
    assert all(act.is_social and act.by == worker for act in acts)
    case.refresh_from_db()
    assert case.version == before + 3


def test_a_measure_that_somebody_changed_meanwhile_is_left_alone(worker: Any) -> None:
    row = proposed(opened(worker), "debt-advice", worker)
    service.change(
        row.pk, Task(party="welfare", due_on=TODAY + ONE), by=worker, on=TODAY, version=1
    )
    broken = refused(
        service.start, row.pk, WELFARE, started_on=TODAY, by=worker, on=TODAY, version=1
    )
    assert (broken.code, broken.facts) == ("measure.changed", {"version": 2})


def test_one_measure_of_a_kind_is_open_at_a_time(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "debt-advice", worker)
    assert refused(proposed, case, "debt-advice", worker).code == "measure.open_already"
    service.reject(row.pk, "Har ordnet gjelden", by=worker, on=TODAY, version=1)
    again = proposed(case, "debt-advice", worker)
    assert refused(service.reopen, row.pk, "igjen", by=worker, on=TODAY, version=2).code == (
        "measure.open_already"
    )
    assert again.state == "proposed"


@pytest.mark.parametrize("act", ["drop", "reject"])
def test_what_is_not_carried_out_says_why(worker: Any, act: str) -> None:
    row = proposed(opened(worker), "debt-advice", worker)
    assert refused(getattr(service, act), row.pk, "  ", by=worker, on=TODAY, version=1).code == (
        "measure.no_reason"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=row.pk).update(state="dropped")


def test_a_trial_is_given_its_time_unless_the_measure_worked(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "practical-help", worker, started_on=TODAY, trial_to=TODAY + 30 * ONE)
    ended = {"ended_on": TODAY, "by": worker, "on": TODAY, "version": 1}
    broken = refused(service.finish, row.pk, "not", **ended)
    assert (broken.code, broken.facts["trial_to"]) == ("measure.trial_runs", TODAY + 30 * ONE)
    assert (
        refused(service.say_not_enough, row.pk, "x", by=worker, on=TODAY, version=1).code
        == "measure.trial_runs"
    )
    assert service.finish(row.pk, "worked", **ended).state == "done"


def test_a_measure_taken_up_again_is_undecided_again(worker: Any) -> None:
    case = opened(worker)
    row = proposed(case, "debt-advice", worker)
    row = service.finish(row.pk, "not", ended_on=TODAY, by=worker, on=TODAY, version=1)
    assert measure_facts([case.pk], TODAY)[case.pk].undecided == ()
    row = service.reopen(row.pk, "Feil sak", by=worker, on=TODAY, version=2)
    assert (row.state, row.result, row.ended_on) == ("started", "", None)
    assert measure_facts([case.pk], TODAY)[case.pk].undecided == (row.pk,)


def test_the_database_itself_holds_one_open_measure_of_a_kind_and_a_day_for_each_end(
    worker: Any,
) -> None:
    case = opened(worker)
    row = proposed(case, "debt-advice", worker)
    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
        Measure.objects.create(
            case=case,
            kind=row.kind,
            state="proposed",
            party="welfare",
            proposed_on=TODAY,
            by=worker,
        )
    rows = Measure.objects.filter(pk=row.pk)
    with pytest.raises(IntegrityError, match="ended_when_over"), transaction.atomic():
        rows.update(state="done", result="worked")
    with pytest.raises(IntegrityError, match="done_has_result"), transaction.atomic():
        rows.update(state="done", ended_on=TODAY)


def test_nobody_deletes_a_measure(worker: Any) -> None:
    row = proposed(opened(worker), "debt-advice", worker)
    with pytest.raises(DatabaseError, match=r"delete|denied"), transaction.atomic():
        Measure.objects.filter(pk=row.pk).delete()


# --- Whose it is ----------------------------------------------------------------------------------


def test_the_landlord_sees_to_its_own_measures_and_to_no_other(worker: Any) -> None:
    landlord = UserFactory(role="landlord")
    case = shared(worker, "complaint")
    own = Task(party="landlord", owner_id=landlord.pk)
    row = proposed(case, "noise-mapping", landlord, own, started_on=TODAY)
    done = service.finish(row.pk, "worked", ended_on=TODAY, by=landlord, on=TODAY, version=1)
    assert done.state == "done"
    for code in ("information", "another-home"):
        assert refused(proposed, case, code, landlord, own).code == "measure.not_yours"
    assert refused(proposed, case, "practical-help", landlord, own).code == "measure.for_welfare"


def test_the_landlord_hands_nothing_on_to_another_party(worker: Any) -> None:
    landlord = UserFactory(role="landlord")
    case = shared(worker, "complaint")
    row = proposed(case, "noise-mapping", landlord, Task(party="landlord"))
    broken = refused(service.change, row.pk, WELFARE, by=landlord, on=TODAY, version=1)
    assert broken.code == "measure.hand_on"


def test_without_a_basis_for_sharing_another_party_does_nothing(worker: Any) -> None:
    case = opened(worker, "complaint")
    landlord = UserFactory(role="landlord")
    assert (
        refused(proposed, case, "noise-mapping", landlord, Task(party="landlord")).code
        == "case.masked"
    )


def test_a_social_measure_is_given_to_nobody_who_may_not_know_of_it(worker: Any) -> None:
    broken = refused(proposed, opened(worker), "debt-advice", worker, Task(party="landlord"))
    assert broken.code == "measure.social_party"


def test_a_measure_is_given_to_somebody_with_a_role_of_the_party_at_the_office(
    worker: Any,
) -> None:
    case = opened(worker)
    here = UserFactory(role="caseworker", role__offices=[case.office])
    elsewhere = UserFactory(role="caseworker", role__offices=[LeaseFactory().office])
    names = {(one.party, one.user_id) for one in helpers(case, TODAY)}
    assert ("welfare", here.pk) in names
    assert ("welfare", elsewhere.pk) not in names
    task = Task(party="welfare", owner_id=elsewhere.pk)
    assert refused(proposed, case, "debt-advice", worker, task).code == "measure.owner"
    row = proposed(case, "debt-advice", worker, Task(party="welfare", owner_id=here.pk))
    assert row.owner == here


def test_only_the_cleared_are_given_measures_at_a_protected_address() -> None:
    cleared = UserFactory(role="caseworker", role__cleared=True)
    UserFactory(role="caseworker")
    case = opened(cleared, is_protected=True)
    assert {one.user_id for one in helpers(case, TODAY)} == {cleared.pk}


def test_a_closed_case_takes_no_measures(worker: Any) -> None:
    case = opened(worker)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_on=TODAY, outcome="mistake")
    assert refused(proposed, case, "debt-advice", worker).code == "case.closed"


# --- The checklist --------------------------------------------------------------------------------


def line(code: str, how: str, **more: Any) -> LineAnswer:
    row = kind(code)
    return LineAnswer(kind_id=row.pk, how=how, **{"seen": "", "task": Task(party=row.party)} | more)


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


def test_overdue_measures_are_their_owners_own_on_open_cases(worker: Any) -> None:
    case = opened(worker)
    task = Task(party="welfare", owner_id=worker.pk, due_on=TODAY)
    row = proposed(case, "debt-advice", worker, task)
    assert list(overdue_measures(worker, TODAY)) == []
    assert list(overdue_measures(worker, TODAY + ONE)) == [row]
    assert list(overdue_measures(UserFactory(), TODAY + ONE)) == []
    Case.objects.filter(pk=case.pk).update(status="closed", closed_on=TODAY, outcome="mistake")
    assert list(overdue_measures(worker, TODAY + ONE)) == []
