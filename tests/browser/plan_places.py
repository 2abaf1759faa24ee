"""Where the pages of repayment plans stand: a signed plan and another payer on the case."""

import datetime

from arrears.models import ExpectedPayment, PlanState, RepaymentPlan
from arrears.rules.plans import Rhythm
from arrears.services.expected import expect_payment
from arrears.services.plans import Told, draft_plan, sign_plan
from boligsak.accounts.models import User
from tenants.rules.economy import ExpenseKind, IncomeKind, Line, People
from tests.browser.case_places import a_case
from tests.browser.town import TODAY
from tests.browser.visits import COORDINATOR, Visit

TOLD = Told(
    (Line(IncomeKind.BENEFIT, 4_000_000), Line(ExpenseKind.RENT, 900_000)), People(1, children=2)
)


def _by() -> User:
    return User.objects.get(username="koordinator")


def _draft() -> RepaymentPlan:
    return draft_plan(
        a_case()[0],
        rhythm=Rhythm.MONTHLY,
        instalment_ore=150_000,
        first_due_on=TODAY + datetime.timedelta(days=10),
        first_ore=50_000,
        told=TOLD,
        by=_by(),
        on=TODAY,
    )


def a_plan() -> list[int]:
    found = RepaymentPlan.objects.filter(case__in=a_case(), state=PlanState.RUNNING).first()
    if found is None:
        found = sign_plan(_draft().pk, signed_on=TODAY, by=_by(), on=TODAY)
    return [found.pk]


def a_draft() -> list[int]:
    found = RepaymentPlan.objects.filter(case__in=a_case(), state=PlanState.DRAFT).first()
    return [(found or _draft()).pk]


def a_case_with_a_payer() -> list[int]:
    [case_id] = a_case()
    found = ExpectedPayment.objects.filter(lease__cases=case_id).order_by("pk").first()
    if found is None:
        found = expect_payment(
            case_id,
            payer="nav",
            name="NAV",
            amount_ore=300_000,
            day=25,
            from_on=TODAY,
            by=_by(),
            on=TODAY,
        )
    return [case_id, found.pk]


VISITS = [
    Visit("arrears:new_plan", COORDINATOR, a_case),
    Visit("arrears:plan", COORDINATOR, a_plan),
    Visit("arrears:plan", COORDINATOR, a_draft),
    Visit("arrears:plan_sign", COORDINATOR, a_draft),
    Visit("arrears:plan_end", COORDINATOR, a_plan),
    Visit("arrears:new_payer", COORDINATOR, a_case),
    Visit("arrears:stop_payer", COORDINATOR, a_case_with_a_payer),
    Visit("arrears:nav_package", COORDINATOR, a_case),
]
