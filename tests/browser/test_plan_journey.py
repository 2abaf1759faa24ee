"""From a flag to a kept repayment plan: what a caseworker does, and what the nights make of it."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import expect

from arrears.models import Case, Flag, LeaseAccount, RepaymentPlan
from arrears.queries.plans import coverable
from arrears.services.ledger import NewLine, post
from arrears.services.plan_check import check_plans
from boligsak.dates import format_day
from tests.browser import town

USER = "koordinator"


@pytest.fixture
def lease_id(server: Any) -> int:
    """A lease that owes and whose debt nobody works on yet."""
    flags = Flag.objects.open().filter(kind="arrears", lease__is_protected=False)
    free = flags.exclude(lease__cases__status="open").filter(lease__moved_out_on=None)
    return int(free.order_by("-level", "pk").values_list("lease_id", flat=True)[0])


def open_a_case(visitor: Any, lease_id: int) -> Case:
    page = visitor.page
    visitor.go(f"/cases/new/{lease_id}/")
    page.locator("[name=triggers][value=arrears]").check()
    page.locator("[name=note]").fill("Har ikke betalt, vil gjøre opp for seg")
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/cases/*/")
    return Case.objects.open().get(lease_id=lease_id)


def test_from_a_flag_to_a_kept_plan(visit: Any, lease_id: int) -> None:
    visitor = visit(USER)
    page = visitor.page
    case = open_a_case(visitor, lease_id)
    debt = sum(one.open_ore for one in coverable(lease_id, town.TODAY))

    # The plan is reckoned, found too dear, and lowered before anything is written.
    page.get_by_role("link", name="Lag en avtale").first.click()
    # One adult alone needs 10 600 to live on, by the town's example of a rate.
    page.locator("[name=adults]").fill("1")
    page.locator("[name=children]").fill("0")
    page.locator("[name=in_benefit]").fill("25600")
    page.locator("[name=out_rent]").fill("9000")
    page.locator("[name=instalment]").fill("6000")
    due_on = town.TODAY + dt.timedelta(days=12)
    page.locator("[name=first_due_on]").fill(format_day(due_on))
    page.get_by_role("button", name="Regn ut").click()
    expect(page.get_by_text("En avtale ingen kan holde, hjelper ingen")).to_be_visible()
    assert visitor.faults() == []
    assert not RepaymentPlan.objects.filter(case=case).exists()
    page.locator("[name=instalment]").fill("5000")
    page.get_by_role("button", name="Lagre utkastet").click()
    page.wait_for_url("**/cases/plans/*/")
    expect(page.get_by_text("Utkast", exact=True).first).to_be_visible()

    # It is signed and runs.
    page.get_by_role("link", name="Signer …").click()
    page.locator("[name=has_signed]").check()
    page.get_by_role("button", name="Avtalen er signert").click()
    page.wait_for_url("**/cases/plans/*/")
    expect(page.get_by_text("Betalt på avtalen")).to_be_visible()
    assert visitor.faults() == []
    plan = RepaymentPlan.objects.get(case=case)
    assert (plan.state, plan.total_ore) == ("running", debt)

    # The tenant pays all of it, and the rent as it falls due; the night sees it.
    paid_on = town.TODAY + dt.timedelta(days=1)
    account = LeaseAccount.objects.get(lease_id=lease_id)
    post([NewLine(lease_id, "payment", -debt, paid_on, f"kept:{account.pk}")])
    check_plans(paid_on + dt.timedelta(days=1))
    visitor.go(f"/cases/{case.pk}/")
    expect(page.get_by_text("Holdt", exact=True).first).to_be_visible()
    expect(page.get_by_text("Nedbetalingsavtalen ble holdt").first).to_be_visible()
    plan.refresh_from_db()
    assert (plan.state, plan.ended_on) == ("kept", paid_on)
