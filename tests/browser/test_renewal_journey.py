"""The life of a contract in a browser: one renewed in three clicks, many at once, some refused."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import expect

from boligsak.accounts.models import User
from tenants.models import BulkStep, Lease, LeaseContract, Person
from tenants.queries.renewals import Plans
from tenants.rules.renewal import Renewal, Wish
from tenants.services.bulk import work
from tenants.services.bulk_renewal import RENEWALS
from tenants.services.leases import note_move_request
from tests.browser import town

USER = "boligenhet"


@pytest.fixture
def running_out(server: Any) -> list[Lease]:
    """Leases whose term ends in the coming half year, soonest first, nothing to look at."""
    rows = Lease.objects.filter(
        is_protected=False,
        moved_out_on=None,
        move_requested_on=None,
        ends_on__gt=town.TODAY,
        ends_on__lte=town.TODAY + dt.timedelta(days=170),
    )
    leases = list(rows.exclude(contracts__state="signing").order_by("ends_on", "pk"))
    plans = Plans([lease.pk for lease in leases], town.TODAY)
    return [one for one in leases if isinstance(plans.of(plans.rows[one.pk], Wish()), Renewal)]


def test_a_contract_is_renewed_in_three_clicks(visit: Any, running_out: list[Lease]) -> None:
    visitor = visit(USER)
    page = visitor.page
    lease = running_out[0]
    visitor.go("/leases/expiring/?state=running&sort=ends")
    assert visitor.faults() == []
    row = page.locator(f"#l{lease.pk}")
    row.get_by_role("link", name="Forny").click()
    expect(page.get_by_role("heading", name="Forny kontrakten")).to_be_visible()
    expect(page.get_by_text("Det trengs ingen ny søknad")).to_be_visible()
    assert visitor.faults() == []
    page.locator("main form.form").get_by_role("button", name="Forny").click()
    page.wait_for_url("**/leases/expiring/**")
    expect(page.get_by_text("er fornyet til")).to_be_visible()
    contract = LeaseContract.objects.get(lease=lease, kind="renewal")
    assert contract.document is not None

    # What waits to be signed is on the list, and on the lease.
    visitor.go("/leases/expiring/?state=unsigned")
    expect(page.locator(f"#l{lease.pk}")).to_be_visible()
    visitor.go(f"/leases/{lease.pk}/")
    expect(page.get_by_role("heading", name="Kontrakter og leie")).to_be_visible()
    expect(page.locator("#contracts").get_by_text("Fornyelse")).to_be_visible()
    assert visitor.faults() == []


def test_many_are_looked_through_and_renewed_and_the_refused_are_told_why(
    visit: Any, running_out: list[Lease]
) -> None:
    visitor = visit(USER)
    page = visitor.page
    by = User.objects.get(username=USER)
    few = running_out[-5:]
    note_move_request(few[0].pk, sent_on=town.TODAY, by=by, today=town.TODAY)
    Person.objects.filter(lease_parties__lease=few[1]).update(died_on=town.TODAY)
    visitor.go("/leases/expiring/?state=running&sort=-ends")
    for lease in few:
        page.locator(f"#l{lease.pk} input[name=lease]").check()
    page.get_by_role("button", name="Forny de avkryssede").click()
    page.wait_for_url("**/leases/bulk/*/")
    step = BulkStep.objects.latest("pk")
    expect(page.get_by_text("2 kan ikke utføres")).to_be_visible()
    expect(page.get_by_text("En leietaker er død")).to_be_visible()
    assert visitor.faults() == []

    # One is left out; the others are started, and the page can be left and found again.
    page.locator(f"#r{step.rows.get(lease=few[4]).pk} input[name=row]").check()
    page.get_by_role("button", name="Utelat de avkryssede").click()
    expect(page.get_by_text("Utelatt", exact=True)).to_be_visible()
    page.locator("[name=minutes]").fill("12")
    page.get_by_role("button", name="Forny 2 kontrakter").click()
    page.wait_for_url("**/leases/bulk/*/")
    step.refresh_from_db()
    assert step.state in ("asked", "running", "done")
    work(RENEWALS, step.pk, on=town.TODAY)
    visitor.go("/leases/expiring/")
    page.get_by_role("region").first.wait_for()
    page.locator(f"a[href='/leases/bulk/{step.pk}/']").click()
    expect(page.get_by_text("4 leieforhold: 2 utført, 2 avvist").first).to_be_visible()
    expect(page.get_by_text("En leietaker er død")).to_be_visible()
    assert visitor.faults() == []
    done = LeaseContract.objects.filter(lease__in=few, kind="renewal")
    assert set(done.values_list("lease_id", flat=True)) == {few[2].pk, few[3].pk}
