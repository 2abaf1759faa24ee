"""A signed repayment plan and somebody else who pays a part of the rent."""

from typing import Any

from arrears.models import PayerKind
from arrears.rules.plans import Rhythm
from arrears.services.expected import expect_payment
from arrears.services.plans import draft_plan, sign_plan
from boligsak import dates
from tests.factories import UserFactory


def addresses(world: Any, case: Any) -> dict[str, dict[str, Any]]:
    by, day = UserFactory(role="caseworker", role__cleared=True), dates.today()
    plan = draft_plan(
        case.pk,
        rhythm=Rhythm.MONTHLY,
        instalment_ore=100_000,
        first_due_on=day,
        by=by,
        on=day,
    )
    sign_plan(plan.pk, signed_on=day, by=by, on=day)
    payer = expect_payment(
        case.pk,
        payer=PayerKind.NAV,
        name="NAV",
        amount_ore=200_000,
        day=25,
        from_on=day,
        by=by,
        on=day,
    )
    on_case, on_plan = {"pk": case.pk}, {"pk": plan.pk}
    return {
        "arrears:new_plan": on_case,
        "arrears:new_payer": on_case,
        "arrears:stop_payer": {"pk": case.pk, "payment_id": payer.pk},
        "arrears:nav_package": on_case,
        "arrears:nav_package_pdf": on_case,
        "arrears:nav_package_send": on_case,
        "arrears:plan": on_plan,
        "arrears:plan_pdf": on_plan,
        "arrears:plan_sign": on_plan,
        "arrears:plan_end": on_plan,
    }
