"""From an application to the keys: assessed together, decided with a condition that holds the home
back until it is met, and help that runs from the first day."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from boligsak.accounts.models import Office
from boligsak.dates import format_day
from tenants.models import Application, Condition, Decision, DwellingHold, Lease, SupportMeasure
from tenants.queries.vacancies import vacancies
from tenants.rules.identity import make_synthetic
from tests.browser import town

WELFARE, UNIT = "saksbehandler", "boligenhet"
DAY = dt.timedelta(days=1)


@pytest.fixture
def home(server: Any) -> Any:
    """A flat at the office that nobody has been offered."""
    office = Office.objects.get(code="heimdal")
    DwellingHold.objects.all().update(to_on=town.TODAY - DAY)
    found = [one for one in vacancies(None, town.TODAY) if one.office_id == office.pk]
    return next(one for one in found if one.offer_id is None)


def go_on(page: Any) -> None:
    page.locator("main button[name=go]").click()


def send(page: Any) -> None:
    page.locator("main form.form button[type=submit]").last.click()


def test_from_an_application_to_running_measures(visit: Any, home: Any) -> None:
    welfare = visit(WELFARE)
    page = welfare.page

    # Who applies: somebody nobody knows here yet.
    welfare.go("/applications/new/")
    page.locator("[name=kind][value=new]").check()
    page.locator("[name=number]").fill(make_synthetic(dt.date(1988, 5, 17), 3))
    page.locator("[name=given_name]").fill("Áilu")
    page.locator("[name=family_name]").fill("Somby-Ødegård")
    page.locator("[name=post_address]").fill("Storgata 1, 7013 Trondheim")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/applications/\d+/household/"))
    row = Application.objects.latest("pk")
    go_on(page)

    # The need is saved half-way and found again by somebody else of the office.
    page.wait_for_url(f"**/applications/{row.pk}/need/")
    page.locator("[name=need]").fill("Må ut av den gamle leiligheten")
    page.locator("main button[name=later]").click()
    other = visit("heimdal2")
    other.go(f"/applications/{row.pk}/need/")
    page = other.page
    expect(page.locator("[name=need]")).to_have_value("Må ut av den gamle leiligheten")
    page.locator("[name=present_housing]").select_option("family")
    page.locator("[name=rooms_from]").fill("1")
    page.locator("[name=rooms_to]").fill("4")
    assert other.faults() == []
    go_on(page)
    page.wait_for_url(f"**/applications/{row.pk}/economy/")
    page.locator("[name=in_benefit]").fill("24000")
    page.locator("[name=out_electricity]").fill("900")
    page.locator("[name=out_living]").fill("7000")
    go_on(page)
    page.wait_for_url(lambda url: "/economy/" not in url)
    other.go(f"/applications/{row.pk}/support/")

    # Help is needed, and prepared for the day of the keys.
    page.locator("[name=needs_help][value=yes]").check()
    page.locator("[name=reasons]").fill("Har mistet en bolig før")
    page.locator("[name=tenant_says]").fill("Vil gjerne ha noen å ringe til")
    go_on(page)
    other.go(f"/applications/{row.pk}/help/new/")
    page.locator("[name=kind]").select_option("practical-help")
    page.locator("[name=party][value=welfare]").check()
    send(page)
    page.wait_for_url(re.compile(rf"/applications/{row.pk}/"))
    other.go(f"/applications/{row.pk}/register/")
    assert other.faults() == []
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(rf"/applications/{row.pk}/$"))
    row.refresh_from_db()
    assert (row.state, row.supports.count(), row.economies.count()) == ("received", 1, 1)

    # The housing unit grants a home, on one condition.
    unit = visit(UNIT)
    decide(unit, row)
    condition = Condition.objects.get(decision__application=row)

    # The home is held, offered and accepted; no lease is made while the condition is open.
    unit.go(f"/homes/match/{row.pk}/{home.dwelling_id}/")
    page = unit.page
    page.locator("[name=over_because]").fill("Den eneste som passer nå")
    send(page)
    page.wait_for_url(re.compile(r"/homes/offers/\d+/"))
    offer = row.offers.get()
    unit.go(f"/homes/offers/{offer.pk}/send/")
    page.locator("[name=channel][value=hand]").check()
    send(page)
    page.wait_for_url(re.compile(rf"/homes/offers/{offer.pk}/$"))
    unit.go(f"/homes/offers/{offer.pk}/accept/")
    send(page)
    page.wait_for_url(re.compile(rf"/homes/offers/{offer.pk}/$"))
    unit.go(f"/homes/offers/{offer.pk}/lease/")
    expect(page.get_by_text(condition.what).first).to_be_visible()
    assert unit.faults() == []
    assert not Lease.objects.filter(offer=offer).exists()

    # The caseworker meets the condition, and the lease is made.
    welfare.go(f"/applications/conditions/{condition.pk}/meet/")
    welfare.page.locator("[name=because]").fill("Avtalt i møte på kontoret")
    send(welfare.page)
    welfare.page.wait_for_url(lambda url: "/meet/" not in url)
    unit.go(f"/homes/offers/{offer.pk}/lease/")
    page.locator("[name=starts_on]").fill(format_day(max(home.free_on, town.TODAY) + DAY))
    page.locator("[name=told_on]").fill(format_day(town.TODAY))
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(lambda url: "/lease/" not in url)
    lease = Lease.objects.get(offer=offer)
    assert lease.dwelling_id == home.dwelling_id
    assert lease.kid
    assert not lease.dwelling.offers.filter(state__in=["reserved", "offered", "accepted"]).exists()
    measure = SupportMeasure.objects.get(application=row)
    assert (measure.state, measure.lease_id) == ("running", lease.pk)
    row.refresh_from_db()
    assert row.state == "housed"


def decide(unit: Any, row: Application) -> None:
    page = unit.page
    unit.go(f"/applications/{row.pk}/decisions/new/")
    page.locator("[name=kind][value=allocation]").check()
    send(page)
    page.wait_for_url(re.compile(r"/applications/decisions/\d+/"))
    decision = Decision.objects.get(application=row, kind="allocation")
    unit.go(f"/applications/decisions/{decision.pk}/draft/")
    for box in page.locator("input[name^=met_][value=yes]").all():
        box.check()
    page.locator("[name=outcome][value=granted]").check()
    page.locator("[name=content]").fill("Du får en kommunal bolig.")
    page.locator("[name=reasons]").fill("Søkeren er uten egnet bolig.")
    page.locator("[name=participation]").fill("Har vært i samtale på kontoret.")
    page.locator("[name=condition_1_kind]").select_option("support")
    page.locator("[name=condition_1_what]").fill("Du tar imot hjelp i hjemmet.")
    assert unit.faults() == []
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/draft/" not in url)
    unit.go(f"/applications/decisions/{decision.pk}/make/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/make/" not in url)
    decision.refresh_from_db()
    assert decision.state == "final"
