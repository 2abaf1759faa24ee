"""Old arrears as a condition of a new home: a plan is made right here, and the books meet it."""

import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from arrears.models import Case, RepaymentPlan
from arrears.queries.old_debts import old_debts
from arrears.services.ledger import NewLine, post
from arrears.services.old_arrears import case_for_plan, meet_by_books
from boligsak.dates import add_months, today
from boligsak.rule import RuleBroken
from tenants.models import Application, ApplicationMember, Condition
from tenants.services.conditions import review_arrears_conditions, review_every_condition
from tests.arrears.plan_cases import RENT, TODAY, case_of, pay, plan_of, rent
from tests.factories import (
    ApplicationFactory,
    DecisionFactory,
    LeaseFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def applies(person: Any, **more: Any) -> tuple[Application, Condition]:
    application = ApplicationFactory(applicant=person, state="waiting", received_on=TODAY, **more)
    decision = DecisionFactory(
        application=application,
        made_on=TODAY,
        conditions=[{"kind": "arrears", "what": "Avtale om gammel gjeld."}],
    )
    return application, decision.conditions.get()


def owing(**more: Any) -> Any:
    """A lease that owes two months."""
    lease = LeaseFactory(**more)
    rent(lease, "2025-11")
    rent(lease, "2025-12")
    return lease


def refused(do: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        do()
    return broken.value.code


def test_old_debts_are_shown_lease_by_lease() -> None:
    lease = owing()
    application, _condition = applies(lease.parties.get().person)
    (debt,) = old_debts(application, TODAY)
    assert (debt.number, debt.overdue_ore, debt.is_planned) == (lease.number, 2 * RENT, False)


def test_a_plan_is_made_in_a_case_on_the_lease_that_is_owed_on() -> None:
    lease, by = owing(), UserFactory(role="caseworker")
    application, _condition = applies(lease.parties.get().person)
    case = case_for_plan(application.pk, lease.pk, by=by, on=TODAY)
    assert case.lease_id == lease.pk
    assert case_for_plan(application.pk, lease.pk, by=by, on=TODAY).pk == case.pk
    assert Case.objects.count() == 1


def test_no_case_is_opened_on_a_lease_that_owes_nothing() -> None:
    lease = LeaseFactory()
    application, _condition = applies(lease.parties.get().person)
    by = UserFactory(role="caseworker")
    code = refused(lambda: case_for_plan(application.pk, lease.pk, by=by, on=TODAY))
    assert code == "old_arrears.not_owed"


def test_debt_without_a_plan_does_not_meet_the_condition() -> None:
    lease = owing()
    _application, row = applies(lease.parties.get().person)
    by = UserFactory()
    code = refused(lambda: meet_by_books(row.pk, because="Lovet.", version=1, by=by, on=TODAY))
    assert code == "old_arrears.no_plan"


def test_a_draft_of_a_plan_does_not_either() -> None:
    case = case_of()
    plan_of(case, sign=False)
    _application, row = applies(case.lease.parties.get().person)
    by = UserFactory()
    code = refused(lambda: meet_by_books(row.pk, because="Utkast.", version=1, by=by, on=TODAY))
    assert code == "old_arrears.no_plan"


def test_a_signed_plan_meets_it_and_a_broken_one_opens_it_again() -> None:
    case, by = case_of(), UserFactory()
    plan = plan_of(case)
    application, row = applies(case.lease.parties.get().person)
    row = meet_by_books(row.pk, because="Signert avtale.", version=1, by=by, on=TODAY)
    assert (row.state, row.evidence["plans"][0]["plan"]) == ("met", plan.pk)
    assert review_arrears_conditions(application.pk, by=by, on=TODAY) == []
    RepaymentPlan.objects.filter(pk=plan.pk).update(state="broken", broken_on=TODAY)
    (opened,) = review_arrears_conditions(application.pk, by=by, on=TODAY)
    assert opened.because == "plan_broken"


def test_what_has_been_paid_meets_it_and_new_debt_opens_it_again() -> None:
    lease, by = owing(), UserFactory()
    pay(lease, 2 * RENT, TODAY, "p1")
    application, row = applies(lease.parties.get().person)
    row = meet_by_books(row.pk, because="Alt er betalt.", version=1, by=by, on=TODAY)
    assert row.evidence["kind"] == "no_debt"
    rent(lease, "2025-10")
    (opened,) = review_arrears_conditions(application.pk, by=by, on=TODAY)
    assert opened.because == "debt_again"


def test_new_debt_that_the_plan_does_not_cover_opens_it_again() -> None:
    case, by = case_of(), UserFactory()
    plan_of(case)
    person = case.lease.parties.get().person
    application, row = applies(person)
    row = meet_by_books(row.pk, because="Signert avtale.", version=1, by=by, on=TODAY)
    elsewhere = LeaseFactory(tenant=person)
    rent(elsewhere, "2025-12")
    assert review_every_condition(TODAY) == {"looked": 1, "opened": 1}
    row.refresh_from_db()
    assert (row.state, row.because) == ("open", "debt_not_covered")
    again = {"because": "Igjen.", "version": row.version, "by": by, "on": TODAY}
    assert refused(lambda: meet_by_books(row.pk, **again)) == "old_arrears.no_plan"
    pay(elsewhere, RENT, TODAY, "p1")
    assert meet_by_books(row.pk, **again).state == "met"
    assert review_arrears_conditions(application.pk, by=by, on=TODAY) == []


def test_debt_of_another_kind_on_the_plans_own_lease_is_not_covered_by_it() -> None:
    case, by = case_of(), UserFactory()
    plan = plan_of(case)
    _application, row = applies(case.lease.parties.get().person)
    meet_by_books(row.pk, because="Signert avtale.", version=1, by=by, on=TODAY)
    due_on = TODAY - datetime.timedelta(days=plan.tolerance_days + 1)
    new = NewLine(case.lease_id, "damage", 300_000, due_on, "damage:1", due_on=due_on)
    post([new])
    assert review_every_condition(TODAY - datetime.timedelta(days=1))["opened"] == 0
    assert review_every_condition(TODAY)["opened"] == 1
    row.refresh_from_db()
    again = {"because": "Igjen.", "version": row.version, "by": by, "on": TODAY}
    assert refused(lambda: meet_by_books(row.pk, **again)) == "old_arrears.not_covered"


def test_a_new_adult_in_the_household_brings_old_debt_with_them() -> None:
    by, owner = UserFactory(), PersonFactory()
    application, row = applies(owner)
    meet_by_books(row.pk, because="Ingenting.", version=1, by=by, on=TODAY)
    assert review_every_condition(TODAY)["opened"] == 0
    other = owing().parties.get().person
    ApplicationMember.objects.create(application=application, person=other, role="adult")
    assert review_every_condition(TODAY)["opened"] == 1


# --- The page -------------------------------------------------------------------------------------


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def owing_now(**more: Any) -> Any:
    lease = LeaseFactory(**more)
    month = add_months(today().replace(day=1), -2)
    rent(lease, f"{month:%Y-%m}")
    return lease


def test_the_page_leads_from_the_debt_to_a_plan() -> None:
    lease = owing_now()
    application, _condition = applies(lease.parties.get().person)
    client = signed_in(UserFactory(role="caseworker"))
    address = reverse("arrears:old_arrears", args=[application.pk])
    page = client.get(address).content.decode()
    assert lease.number in page
    assert "Open a case and make a plan" in page
    sent = {"submission_id": str(uuid4()), "version": "", "lease": lease.pk}
    response = client.post(address, sent)
    case = Case.objects.get()
    assert response.url == reverse("arrears:new_plan", args=[case.pk])


def test_a_lease_of_another_office_is_its_number_and_that_office_is_asked() -> None:
    lease = owing_now()
    application, _condition = applies(lease.parties.get().person)
    user = UserFactory(role="caseworker", role__offices=[application.office])
    page = signed_in(user).get(reverse("arrears:old_arrears", args=[application.pk]))
    said = page.content.decode()
    assert "Ask their office to make the plan" in said
    assert reverse("desk:lease", args=[lease.pk]) not in said


def test_the_condition_is_not_met_while_a_plan_is_lacking() -> None:
    lease = owing_now()
    application, row = applies(lease.parties.get().person)
    client = signed_in(UserFactory(role="caseworker"))
    sent = {
        "submission_id": str(uuid4()),
        "version": row.version,
        "condition": row.pk,
        "because": "Lovet.",
    }
    response = client.post(reverse("arrears:old_arrears", args=[application.pk]), sent)
    assert response.status_code == 422
    assert "No signed plan runs on lease" in response.content.decode()


def test_as_little_is_asked_of_many_debts_as_of_one(
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    lease = owing_now()
    person = lease.parties.get().person
    application, _condition = applies(person)
    client = signed_in(UserFactory(role="caseworker"))
    address = reverse("arrears:old_arrears", args=[application.pk])
    client.get(address)
    with django_assert_max_num_queries(25) as few:
        client.get(address)
    for _number in range(5):
        owing_now(tenant=person)
    with django_assert_max_num_queries(25) as many:
        client.get(address)
    assert len(few) == len(many)
