"""From a neighbour's call to a case: three complaints, the flag of the night, and the warning."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import expect

from arrears.models import Flag
from arrears.services.flags import bring_flags_up_to_date
from boligsak.dates import format_day
from boligsak.jobs.services import run
from tenants.models import Complaint, Lease
from tests.browser import town

USER = "koordinator"


@pytest.fixture
def lease(server: Any) -> Lease:
    """A quiet tenancy: nobody has complained, and nobody works on it."""
    rows = Lease.objects.filter(moved_out_on=None, is_protected=False, complaints=None, flags=None)
    return rows.filter(starts_on__lt=dt.date(2026, 1, 1)).order_by("pk")[0]


def complain(visitor: Any, lease: Lease, text: str, received_on: dt.date) -> Complaint:
    page = visitor.page
    visitor.go(f"/leases/{lease.pk}/")
    page.get_by_role("link", name="Om leieforholdet").click()
    page.locator("[name=kind]").select_option("noise")
    page.locator("[name=text]").fill(text)
    page.locator("[name=received_on]").fill(format_day(received_on))
    page.locator("[name=source][value=neighbour]").check()
    page.locator("[name=from_name]").fill("Nabo Nilsen")
    page.get_by_role("button", name="Registrer klagen").click()
    page.wait_for_url("**/complaints/*/")
    return Complaint.objects.get(text=text)


def test_from_three_complaints_to_a_case(visit: Any, lease: Lease) -> None:
    visitor = visit(USER)
    page = visitor.page
    days = (60, 30, 1)
    rows = [
        complain(visitor, lease, f"Fest nummer {number}", town.TODAY - dt.timedelta(days=ago))
        for number, ago in enumerate(days, start=1)
    ]
    assert visitor.faults() == []

    # The household is heard about the latest, and it is found to be so.
    page.get_by_role("link", name="Noter en samtale med husstanden").first.click()
    page.locator("[name=contacted_on]").fill("i dag")
    page.locator("[name=says]").fill("Det var brorens bursdag")
    page.get_by_role("button", name="Noter samtalen").click()
    page.get_by_role("link", name="Vurder klagen").first.click()
    page.locator("[name=is_upheld][value=yes]").check()
    page.locator("[name=assessed]").fill("Flere naboer har hørt det")
    page.get_by_role("button", name="Lagre vurderingen").click()
    expect(page.get_by_text("Det var brorens bursdag").first).to_be_visible()

    # The night finds the pattern, and that nobody has called about the first two.
    run("flags", lambda progress: bring_flags_up_to_date(town.TODAY), day=town.TODAY)
    flag = Flag.objects.open().get(lease=lease, kind="complaints")
    assert (flag.level, flag.facts["count"]) == (3, 3)
    visitor.go("/worklist/?kind=complaints")
    expect(page.get_by_text("3 klager siden").first).to_be_visible()

    # It is taken up in a case, with the others.
    visitor.go(f"/complaints/{rows[2].pk}/")
    page.get_by_role("link", name="Ta opp i en boligsak").click()
    expect(page.get_by_text(rows[0].number)).to_be_visible()
    page.get_by_role("button", name="Åpne saken").click()
    page.wait_for_url("**/cases/*/")
    for row in rows:
        expect(page.locator("#complaints").get_by_text(row.number)).to_be_visible()
    assert page.get_by_text("Nabo Nilsen").count() == 0
    assert visitor.faults() == []

    # The written warning of § 9-9 is one click away.
    page.get_by_role("link", name="Skriv en advarsel (§ 9-9)").click()
    page.wait_for_url("**/notices/new/nuisance_warning/")
