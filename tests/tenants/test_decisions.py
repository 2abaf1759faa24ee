"""Decisions on applications: drafted, made, approved by a second person, and kept as they were."""

import datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from boligsak.rates.models import Policy
from boligsak.rates.services import enter_policy
from boligsak.rule import RuleBroken
from tenants.models import Application, Condition, Criterion, Decision, DecisionAnswer
from tenants.queries.decisions import answers_of, criteria_on
from tenants.rules.application_policy import default_values
from tenants.rules.decisions import NewCondition
from tenants.services.decisions import (
    approve_decision,
    make_decision,
    missing,
    save_draft,
    send_back,
    start_decision,
)
from tests.factories import ApplicationFactory, UserFactory
from tests.tenants.deciding import DAY, draft_of, made, ready

pytestmark = pytest.mark.django_db

PLAN = NewCondition("arrears", "Avtale om gammel gjeld.", "welfare", datetime.date(2026, 12, 15))


def refused(do) -> RuleBroken:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value


@pytest.fixture
def by():  # type: ignore[no-untyped-def]
    return UserFactory()


def four_eyes(application: Application) -> None:
    enter_policy(
        "applications",
        office_id=application.office_id,
        valid_from=datetime.date(2026, 1, 1),
        values=default_values() | {"four_eyes": 1},
    )


def test_the_published_criteria_are_there_from_their_days() -> None:
    assert [one.code for one in criteria_on("housing_help", DAY)] == ["in-difficulty", "needs-help"]
    assert [one.code for one in criteria_on("allocation", DAY)] == [
        "no-suitable-home",
        "cannot-get-one",
        "reasons",
    ]
    assert criteria_on("housing_help", datetime.date(2023, 6, 30)) == []


def test_a_draft_asks_for_every_criterion_in_force(by) -> None:  # type: ignore[no-untyped-def]
    row = start_decision(ready().pk, "allocation", by=by, on=DAY)
    assert [one.criterion.code for one in answers_of(row.pk)] == [
        "no-suitable-home",
        "cannot-get-one",
        "reasons",
    ]
    assert all(one.is_met is None for one in answers_of(row.pk))


def test_a_draft_is_kept_with_anything_missing(by) -> None:  # type: ignore[no-untyped-def]
    row = start_decision(ready().pk, "allocation", by=by, on=DAY)
    kept = save_draft(
        row.pk,
        draft_of(row, reasons="", answers={}, conditions=[PLAN]),
        version=row.version,
        by=by,
        on=DAY,
    )
    assert (kept.state, kept.facts["conditions"][0]["due_on"]) == ("draft", "2026-12-15")


def test_a_decision_begins_with_a_received_application(by) -> None:  # type: ignore[no-untyped-def]
    draft = ApplicationFactory(state="draft", received_on=None, made_on=DAY)
    broken = refused(lambda: start_decision(draft.pk, "allocation", by=by, on=DAY))
    assert broken.code == "decision.not_received"


def test_a_draft_that_has_been_begun_is_gone_on_with(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    row = start_decision(application.pk, "allocation", by=by, on=DAY)
    broken = refused(lambda: start_decision(application.pk, "allocation", by=by, on=DAY))
    assert (broken.code, broken.facts["decision"]) == ("decision.draft_exists", row.pk)


def test_a_made_decision_is_changed_by_an_appeal_only(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    made(application, by)
    broken = refused(lambda: start_decision(application.pk, "allocation", by=by, on=DAY))
    assert broken.code == "decision.stands"


def test_housing_help_is_decided_on_by_the_welfare_side() -> None:
    unit = UserFactory(role="housing_unit")
    broken = refused(lambda: start_decision(ready().pk, "housing_help", by=unit, on=DAY))
    assert broken.code == "decision.not_yours"


def test_a_home_is_decided_on_together_with_economy_and_help(by) -> None:  # type: ignore[no-untyped-def]
    application = ApplicationFactory()
    row = start_decision(application.pk, "allocation", by=by, on=DAY)
    row = save_draft(row.pk, draft_of(row), version=row.version, by=by, on=DAY)
    assert [one.code for one in missing(row, DAY)] == ["decision.no_support", "decision.no_economy"]


def test_a_granted_home_waits_for_one_and_knows_its_appeal_body(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    row = made(application, by, conditions=[PLAN])
    application.refresh_from_db()
    assert application.state == "waiting"
    assert (row.state, row.made_on, row.appeal_body) == ("final", DAY, "Kommunens klagenemnd")
    assert [(one.kind, one.state) for one in row.conditions.all()] == [("arrears", "open")]


def test_two_decisions_of_one_application_have_different_appeal_bodies(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    help_row = made(application, by, "housing_help")
    home = made(application, by)
    assert {help_row.appeal_body, home.appeal_body} == {"Statsforvalteren", "Kommunens klagenemnd"}
    assert help_row.number != home.number


def test_a_made_decision_keeps_what_it_rested_on(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    row = made(application, by)
    assert row.facts["economy"] == application.economies.get().pk
    assert row.facts["support"] == application.supports.get().pk
    assert Policy.objects.get(pk=row.facts["policy"]).cited_at is not None


def test_a_refusal_names_a_criterion_that_is_not_met(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    row = made(application, by, outcome="refused")
    application.refresh_from_db()
    assert (row.outcome, application.state) == ("refused", "decided")


def test_what_has_been_made_is_not_changed_by_anybody(by) -> None:  # type: ignore[no-untyped-def]
    row = made(ready(), by)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=row.pk).update(reasons="Andre grunner.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.filter(pk=row.pk).update(state="draft")


def test_the_answers_of_a_made_decision_stay(by) -> None:  # type: ignore[no-untyped-def]
    row = made(ready(), by)
    with pytest.raises(IntegrityError, match="has been made"), transaction.atomic():
        DecisionAnswer.objects.filter(decision=row).update(is_met=False)
    with pytest.raises(IntegrityError, match="has been made"), transaction.atomic():
        DecisionAnswer.objects.filter(decision=row).delete()


def test_a_made_decision_gets_no_new_condition(by) -> None:  # type: ignore[no-untyped-def]
    row = made(ready(), by, conditions=[PLAN])
    with pytest.raises(IntegrityError, match="no new condition"), transaction.atomic():
        Condition.objects.create(decision=row, kind="other", what="Mer.", party="welfare")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.conditions.update(what="Noe annet.")


def test_a_draft_answers_the_criteria_of_the_day_it_is_saved(by) -> None:  # type: ignore[no-untyped-def]
    row = start_decision(ready().pk, "allocation", by=by, on=DAY)
    row = save_draft(row.pk, draft_of(row), version=row.version, by=by, on=DAY)
    new = Criterion.objects.create(
        decision="allocation",
        code="lives-here",
        position=9,
        text="Bor i kommunen.",
        section="kriteriene",
        valid_from=DAY,
    )
    broken = refused(lambda: make_decision(row.pk, version=row.version, by=by, on=DAY))
    assert broken.code == "decision.criteria_changed"
    row = save_draft(row.pk, draft_of(row), version=row.version, by=by, on=DAY)
    assert new.pk in {one.criterion_id for one in answers_of(row.pk)}


def test_four_eyes_let_a_second_person_make_it_final(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    four_eyes(application)
    row = made(application, by)
    assert (row.state, row.made_on) == ("approval", None)
    other = UserFactory()
    row = approve_decision(row.pk, version=row.version, by=other, on=DAY)
    assert (row.state, row.by, row.approved_by) == ("final", by, other)


def test_nobody_approves_their_own_decision(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    four_eyes(application)
    row = made(application, by)
    broken = refused(lambda: approve_decision(row.pk, version=row.version, by=by, on=DAY))
    assert broken.code == "decision.same_person"


def test_the_database_knows_four_eyes_too(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    four_eyes(application)
    row = made(application, by)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Decision.objects.filter(pk=row.pk).update(approved_by=by)


def test_the_second_person_sends_it_back_with_why(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    four_eyes(application)
    row = made(application, by)
    other = UserFactory()
    row = send_back(row.pk, "Begrunn bedre.", version=row.version, by=other, on=DAY)
    assert (row.state, row.facts["sent_back"]["because"]) == ("draft", "Begrunn bedre.")


def test_who_was_first_is_said(by) -> None:  # type: ignore[no-untyped-def]
    row = start_decision(ready().pk, "allocation", by=by, on=DAY)
    save_draft(row.pk, draft_of(row), version=row.version, by=by, on=DAY)
    broken = refused(lambda: save_draft(row.pk, draft_of(row), version=row.version, by=by, on=DAY))
    assert (broken.code, broken.facts["version"]) == ("decision.changed", row.version + 1)


def test_a_masked_application_is_decided_on_by_who_is_cleared(by) -> None:  # type: ignore[no-untyped-def]
    application = ready(is_protected=True)
    broken = refused(lambda: start_decision(application.pk, "allocation", by=by, on=DAY))
    assert broken.code == "application.masked"


def test_each_step_is_on_the_timeline(by) -> None:  # type: ignore[no-untyped-def]
    application = ready()
    made(application, by)
    assert list(application.acts.order_by("pk").values_list("what", flat=True)) == [
        "decision_begun",
        "decision_made",
    ]
