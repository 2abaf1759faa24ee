"""Other payers: entered on the case, asked when their payment does not come, and ended."""

import pytest

from arrears.models import ExpectedPayment, Task
from arrears.queries.payers import missing_payers
from arrears.services.expected import check_payers, expect_payment, stop_expecting
from arrears.services.ledger import keep_rents, move_payment
from arrears.services.plan_check import check_plans
from boligsak.rule import RuleBroken
from tests.arrears.plan_cases import RENT, TODAY, D, case_of, pay, plan_of, rent
from tests.factories import LeaseFactory

pytestmark = pytest.mark.django_db


def nav(case, **more) -> ExpectedPayment:
    terms = {
        "payer": "nav",
        "name": "NAV",
        "amount_ore": 700_000,
        "day": 25,
        "from_on": D(2026, 1, 1),
    } | more
    return expect_payment(case.pk, by=case.owner, on=TODAY, **terms)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"amount_ore": 0}, "payer.amount"),
        ({"amount_ore": RENT + 1}, "payer.above_rent"),
        ({"day": 32}, "payer.day"),
        ({"to_on": D(2025, 12, 31)}, "payer.ends_before_start"),
    ],
)
def test_a_payer_that_cannot_be_is_refused(terms, code):
    case = case_of()
    keep_rents(TODAY, [case.lease_id])
    with pytest.raises(RuleBroken, match=f"^{code}$"):
        nav(case, **terms)


def test_several_payers_together_pay_no_more_than_the_rent():
    case = case_of()
    keep_rents(TODAY, [case.lease_id])
    nav(case, to_on=D(2026, 6, 30))
    with pytest.raises(RuleBroken, match=r"^payer\.above_rent_together$"):
        nav(case, payer="allowance", amount_ore=RENT - 700_000 + 1)
    nav(case, payer="allowance", amount_ore=RENT - 700_000)
    # The next agreement begins when the first has ended, and stands beside the second only.
    nav(case, from_on=D(2026, 7, 1), to_on=D(2026, 9, 30))
    nav(case, from_on=D(2026, 10, 1))


def test_a_missing_payment_is_asked_of_the_agency_once_and_no_more_when_it_comes():
    case = case_of()
    row = nav(case)
    assert check_payers(D(2026, 1, 29))["missing"] == 0
    assert check_payers(D(2026, 1, 30)) == {"missing": 1, "asked": 1, "came": 0}
    assert check_payers(D(2026, 1, 31))["asked"] == 0
    task = Task.objects.get(kind="payer_missing")
    assert (task.case, task.owner, task.facts["short_ore"]) == (case, case.owner, 700_000)
    pay(case.lease, 700_000, D(2026, 1, 28), "p1")
    assert check_payers(D(2026, 2, 2)) == {"missing": 0, "asked": 0, "came": 1}
    task.refresh_from_db()
    assert (task.state, task.about) == ("done", f"payer:{row.pk}:2026-01")


def test_a_task_somebody_dropped_is_not_made_again():
    case = case_of()
    nav(case)
    check_payers(D(2026, 1, 30))
    Task.objects.update(state="dropped", ended_on=D(2026, 1, 30))
    assert check_payers(D(2026, 2, 2))["asked"] == 0


def test_a_payment_moved_away_or_of_another_tenant_has_not_come():
    case, other = case_of(), LeaseFactory()
    nav(case)
    line = pay(case.lease, 700_000, D(2026, 1, 26), "p1")
    assert missing_payers(D(2026, 2, 2)) == {}
    move_payment(line.pk, to_lease_id=other.pk, by=case.owner, note="Feil KID")
    assert set(missing_payers(D(2026, 2, 2))) == {case.lease_id}


def test_an_ended_agreement_asks_for_nothing_later():
    case = case_of()
    row = nav(case)
    with pytest.raises(RuleBroken, match=r"^payer.ends_before_start$"):
        stop_expecting(case.pk, row.pk, last_on=D(2025, 1, 1), by=case.owner, on=TODAY)
    stop_expecting(case.pk, row.pk, last_on=D(2026, 1, 24), by=case.owner, on=TODAY)
    assert missing_payers(D(2026, 3, 1)) == {}


def test_what_the_agency_owes_breaks_no_plan_and_what_the_tenant_owes_does():
    case = case_of()
    plan = plan_of(case)
    nav(case)
    rent(case.lease, "2026-01")
    pay(case.lease, RENT - 700_000, D(2026, 1, 20), "p1")
    pay(case.lease, 600_000, D(2026, 1, 26), "p2")
    check_plans(D(2026, 2, 5))
    plan.refresh_from_db()
    assert plan.state == "running"
    rent(case.lease, "2026-02")
    check_plans(D(2026, 2, 25))
    plan.refresh_from_db()
    assert plan.state == "broken"
    assert plan.broken_facts["short_ore"] == RENT - 700_000


def test_many_payers_are_asked_of_in_as_many_queries_as_one(
    django_assert_num_queries, django_assert_max_num_queries
):
    nav(case_of())
    with django_assert_max_num_queries(5) as one:
        missing_payers(D(2026, 2, 2))
    for _ in range(4):
        nav(case_of())
    with django_assert_num_queries(len(one)):
        missing_payers(D(2026, 2, 2))
