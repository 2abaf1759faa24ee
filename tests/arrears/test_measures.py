"""Measures on a case: the catalogue, from proposal to result, and whose they are."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from arrears.models import Case, CaseAct, Measure, MeasureKind
from arrears.queries.measures import helpers, measure_facts
from arrears.services import measures as service
from arrears.services.measures import Task
from tests.arrears.measured import ONE, TODAY, WELFARE, opened, proposed, refused, shared
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Any:
    return UserFactory(role="caseworker")


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
