"""Conditions of a decision: met, waived, opened again when what they were met by falls away."""

import datetime

import pytest
from django.db import DatabaseError, transaction

from boligsak.rule import RuleBroken
from tenants import old_debts
from tenants.models import Application, Condition
from tenants.old_debts import PlanNow
from tenants.queries.conditions import open_conditions
from tenants.rules.conditions import fallen_away
from tenants.services.conditions import (
    broken_evidence,
    hand_over,
    meet_condition,
    reopen_condition,
    review_arrears_conditions,
    review_every_condition,
    waive_condition,
)
from tests.factories import DecisionFactory, UserFactory
from tests.tenants.deciding import DAY

pytestmark = pytest.mark.django_db

PLAN = {"kind": "plan", "plans": [{"plan": 5, "lease": 1, "lease_number": "2020-00001"}]}
NO_DEBT = {"kind": "no_debt", "people": [1]}


class Books:
    """A ledger that says what a test wants."""

    def __init__(self, state: str = "running", *, owes: bool = False) -> None:
        self.state, self.owes = state, owes

    def plans(self, plan_ids):  # type: ignore[no-untyped-def]
        return {pk: PlanNow(pk, "2020-00001", self.state, DAY, None) for pk in plan_ids}

    def who_owes(self, person_ids, day: datetime.date):  # type: ignore[no-untyped-def]
        return person_ids if self.owes else []


@pytest.fixture
def ledger():  # type: ignore[no-untyped-def]
    before = old_debts.books()
    yield lambda **says: old_debts.register(Books(**says))
    old_debts.register(before)


@pytest.fixture
def by():  # type: ignore[no-untyped-def]
    return UserFactory()


def condition(kind: str = "other", **more: object) -> Condition:
    decision = DecisionFactory(application__state="waiting", conditions=[{"kind": kind, **more}])
    return Condition.objects.get(decision=decision)


def refused(do) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value.code


@pytest.mark.parametrize(
    ("evidence", "state", "owes", "because"),
    [
        (PLAN, "running", False, ""),
        (PLAN, "kept", False, ""),
        (PLAN, "broken", False, "plan_broken"),
        (PLAN, "ended", False, "plan_ended"),
        (PLAN, "running", True, "debt_not_covered"),
        (PLAN, "kept", True, "debt_not_covered"),
        (PLAN, "broken", True, "plan_broken"),
        (NO_DEBT, "", False, ""),
        (NO_DEBT, "", True, "debt_again"),
        ({}, "", True, ""),
    ],
)
def test_evidence_holds_while_the_books_say_so(
    evidence: dict[str, object], state: str, owes: bool, because: str
) -> None:
    assert fallen_away(evidence, {5: state}, owes=owes) == because


def test_a_condition_is_met_with_why(by) -> None:  # type: ignore[no-untyped-def]
    row = condition()
    row = meet_condition(row.pk, because="Har møtt.", version=1, by=by, on=DAY)
    assert (row.state, row.settled_by, row.settled_on) == ("met", by, DAY)
    assert open_conditions(row.decision.application_id) == []


def test_nobody_meets_a_condition_without_saying_why(by) -> None:  # type: ignore[no-untyped-def]
    row = condition()
    code = refused(lambda: meet_condition(row.pk, because=" ", version=1, by=by, on=DAY))
    assert code == "condition.no_because"


def test_one_on_old_arrears_is_met_by_the_books_and_not_by_words(by) -> None:  # type: ignore[no-untyped-def]
    row = condition("arrears")
    code = refused(lambda: meet_condition(row.pk, because="Lovet.", version=1, by=by, on=DAY))
    assert code == "condition.not_on_the_books"


def test_a_broken_plan_opens_the_condition_again(by, ledger) -> None:  # type: ignore[no-untyped-def]
    ledger(state="running")
    row = condition("arrears")
    row = meet_condition(row.pk, because="Avtale.", evidence=PLAN, version=1, by=by, on=DAY)
    application_id = row.decision.application_id
    assert review_arrears_conditions(application_id, by=by, on=DAY) == []
    ledger(state="broken")
    assert broken_evidence(application_id, DAY) == {row.pk: "plan_broken"}
    assert [one.pk for one in review_arrears_conditions(application_id, by=by, on=DAY)] == [row.pk]
    row.refresh_from_db()
    assert (row.state, row.because, row.evidence) == ("open", "plan_broken", {})


def test_debt_that_comes_back_opens_the_condition_again(by, ledger) -> None:  # type: ignore[no-untyped-def]
    ledger()
    row = condition("arrears")
    meet_condition(row.pk, because="Intet.", evidence=NO_DEBT, version=1, by=by, on=DAY)
    ledger(owes=True)
    opened = review_arrears_conditions(row.decision.application_id, by=by, on=DAY)
    assert [one.because for one in opened] == ["debt_again"]


def test_the_night_opens_what_new_debt_has_undone_and_says_so(by, ledger) -> None:  # type: ignore[no-untyped-def]
    ledger()
    rows = [condition("arrears") for _number in range(3)]
    for row in rows:
        meet_condition(row.pk, because="Avtale.", evidence=PLAN, version=1, by=by, on=DAY)
    assert review_every_condition(DAY) == {"looked": 3, "opened": 0}
    Application.objects.filter(pk=rows[2].decision.application_id).update(state="housed")
    ledger(owes=True)
    assert review_every_condition(DAY) == {"looked": 2, "opened": 2}
    assert review_every_condition(DAY) == {"looked": 0, "opened": 0}
    states = Condition.objects.order_by("pk").values_list("state", "because")
    assert list(states) == [("open", "debt_not_covered")] * 2 + [("met", "Avtale.")]
    act = rows[0].decision.application.acts.latest("pk")
    assert (act.what, act.by, act.facts["because"]) == (
        "condition_reopened",
        None,
        "debt_not_covered",
    )


def test_the_night_asks_the_books_once_of_many_as_of_one(  # type: ignore[no-untyped-def]
    by, ledger, django_assert_num_queries
) -> None:
    ledger()
    for many in (1, 4):
        for _number in range(many):
            row = condition("arrears")
            meet_condition(row.pk, because="Avtale.", evidence=PLAN, version=1, by=by, on=DAY)
        with django_assert_num_queries(3):
            review_every_condition(DAY)


def test_looking_changes_nothing(by, ledger) -> None:  # type: ignore[no-untyped-def]
    ledger(state="broken")
    row = condition("arrears")
    meet_condition(row.pk, because="Avtale.", evidence=PLAN, version=1, by=by, on=DAY)
    broken_evidence(row.decision.application_id, DAY)
    row.refresh_from_db()
    assert row.state == "met"


def test_only_who_approves_decisions_lets_a_condition_go() -> None:
    row = condition()
    worker = UserFactory(role="caseworker")
    code = refused(lambda: waive_condition(row.pk, because="Nei.", version=1, by=worker, on=DAY))
    assert code == "condition.may_not_waive"
    unit = UserFactory(role="housing_unit")
    row = waive_condition(row.pk, because="Ikke rimelig.", version=1, by=unit, on=DAY)
    assert row.state == "waived"


def test_a_settled_condition_is_opened_again_with_why(by) -> None:  # type: ignore[no-untyped-def]
    row = condition()
    row = meet_condition(row.pk, because="Har møtt.", version=1, by=by, on=DAY)
    row = reopen_condition(row.pk, because="Feil person.", version=row.version, by=by, on=DAY)
    assert (row.state, row.settled_on) == ("open", None)


def test_a_condition_is_handed_over_to_another_party(by) -> None:  # type: ignore[no-untyped-def]
    row = condition()
    row = hand_over(row.pk, party="landlord", responsible=None, version=1, by=by, on=DAY)
    assert row.party == "landlord"


def test_two_who_settle_at_once_are_told_who_was_first(by) -> None:  # type: ignore[no-untyped-def]
    row = condition()
    meet_condition(row.pk, because="Har møtt.", version=1, by=by, on=DAY)
    code = refused(lambda: meet_condition(row.pk, because="Igjen.", version=1, by=by, on=DAY))
    assert code == "condition.changed"


def test_a_condition_is_never_deleted() -> None:
    row = condition()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_each_step_is_on_the_timeline(by) -> None:  # type: ignore[no-untyped-def]
    row = condition()
    meet_condition(row.pk, because="Har møtt.", version=1, by=by, on=DAY)
    acts = row.decision.application.acts.values_list("what", flat=True)
    assert list(acts) == ["condition_met"]


@pytest.mark.parametrize(
    ("party", "role", "may"),
    [
        ("welfare", "caseworker", True),
        ("welfare", "coordinator", True),
        ("welfare", "housing_unit", False),
        ("welfare", "landlord", False),
        ("housing_unit", "housing_unit", True),
        ("housing_unit", "caseworker", False),
        ("landlord", "landlord", True),
    ],
)
def test_a_condition_is_settled_by_the_party_that_checks_it(
    party: str, role: str, may: bool
) -> None:
    row, user = condition(party=party), UserFactory(role=role)
    if may:
        assert meet_condition(row.pk, because="Sett.", version=1, by=user, on=DAY).state == "met"
        return
    for settle in (
        lambda: meet_condition(row.pk, because="Sett.", version=1, by=user, on=DAY),
        lambda: reopen_condition(row.pk, because="Feil.", version=1, by=user, on=DAY),
        lambda: hand_over(row.pk, party=party, responsible=None, version=1, by=user, on=DAY),
    ):
        with pytest.raises(RuleBroken) as broken:
            settle()
        assert broken.value.code == "condition.not_yours"
