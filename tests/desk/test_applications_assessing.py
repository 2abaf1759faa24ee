"""Economy, budget and help of an application in the browser, and what each party reads of them."""

import datetime
from typing import Any

import pytest

from arrears.models import MeasureKind
from arrears.rules.measures import NEEDS_A_CASE
from boligsak.dates import today
from boligsak.desk.services.applications import check_kind
from boligsak.rule import RuleBroken
from boligsak.show import kr
from tenants.models import EconomyAssessment, SupportAssessment, SupportMeasure
from tests.arrears.plan_cases import rent
from tests.desk.applying import ECONOMY, HELP, draft, send, text
from tests.desk.work import signed_in
from tests.factories import LeaseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari() -> Any:
    return UserFactory(role="caseworker", first_name="Kari", last_name="Haugen")


# --- Economy --------------------------------------------------------------------------------------


def test_old_debts_are_looked_up_in_the_ledger_and_kept(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    old = LeaseFactory(tenant=row.applicant, moved_out_on=datetime.date(2025, 6, 30))
    rent(old, "2025-05")
    page = text(client.get(f"/applications/{row.pk}/economy/"))
    assert old.number in page
    assert "9 000,00 kr" in page
    send(client, f"/applications/{row.pk}/economy/", row, **ECONOMY)
    found = EconomyAssessment.objects.get()
    assert found.debt_ore == 900_000
    assert found.debts[0]["lease"] == old.pk


def test_the_budget_is_a_table_and_one_sentence(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    send(client, f"/applications/{row.pk}/economy/", row, **ECONOMY)
    page = text(client.get(f"/applications/{row.pk}/budget/", {"rent": "9000"}))
    assert "can pay at most 12 199,00 kr" in page
    assert "45 %" in page
    assert "3 199,50 kr" in page


def money(found: EconomyAssessment) -> str:
    """What may go to a plan, as `text` shows it."""
    return kr(found.affordable_ore).replace("\xa0", " ")


def test_a_budget_with_a_rent_says_what_a_plan_may_take(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    send(client, f"/applications/{row.pk}/economy/", row, **ECONOMY, out_rent="8 000")
    found = EconomyAssessment.objects.get()
    page = text(client.get(f"/applications/{row.pk}/budget/"))
    assert money(found) in page
    assert "without the rent" not in page


def test_a_budget_without_a_rent_says_nothing_of_what_a_plan_may_take(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    send(client, f"/applications/{row.pk}/economy/", row, **ECONOMY)
    found = EconomyAssessment.objects.get()
    page = text(client.get(f"/applications/{row.pk}/budget/"))
    assert "Cannot be said: no rent is entered" in page
    assert money(found) not in page


def test_the_budget_says_what_nobody_has_entered(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    send(client, f"/applications/{row.pk}/economy/", row, **ECONOMY)
    page = text(client.get(f"/applications/{row.pk}/budget/"))
    assert "not entered" in page


def test_what_homes_of_the_size_cost_is_set_against_the_economy(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    lease = LeaseFactory(dwelling__office=row.office, dwelling__rooms=2)
    send(client, f"/applications/{row.pk}/economy/", row, **ECONOMY)
    page = text(client.get(f"/applications/{row.pk}/budget/"))
    assert "0 of 1 stand empty" in page
    assert lease.dwelling.street not in page


def test_the_housing_unit_reads_which_rents_can_be_carried_and_no_more(kari: Any) -> None:
    row = draft(kari, state="received", received_on=today())
    LeaseFactory(dwelling__office=row.office, dwelling__rooms=2)
    send(signed_in(kari), f"/applications/{row.pk}/economy/", row, **ECONOMY)
    unit = signed_in(UserFactory(role="housing_unit"))
    page = text(unit.get(f"/applications/{row.pk}/"))
    assert "The household can pay it" in page
    assert "20 000,00" not in page
    assert unit.get(f"/applications/{row.pk}/budget/").status_code == 403


# --- Help -----------------------------------------------------------------------------------------


def test_help_that_is_needed_is_prepared_at_once(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    yes = HELP | {"needs_help": "yes"}
    answer = send(client, f"/applications/{row.pk}/support/", row, **yes)
    assert answer.url == f"/applications/{row.pk}/help/new/"
    kind = MeasureKind.objects.get(code="voluntary-deduction")
    prepared = send(
        client,
        answer.url,
        row,
        kind=kind.code,
        name="To ganger i uka",
        party="welfare",
        responsible=kari.pk,
    )
    assert prepared.url == f"/applications/{row.pk}/support/"
    measure = SupportMeasure.objects.get()
    assert (measure.name, measure.responsible, measure.state) == (
        "To ganger i uka",
        kari,
        "prepared",
    )


def test_what_answers_a_petition_is_no_help_for_a_new_tenancy(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    page = client.get(f"/applications/{row.pk}/help/new/")
    offered = {code for code, _name in page.context["form"].fields["kind"].choices}
    assert {"practical-help", "debt-advice", "voluntary-deduction"} <= offered
    assert not offered & NEEDS_A_CASE


def test_help_that_needs_a_case_is_refused_however_it_is_sent() -> None:
    with pytest.raises(RuleBroken, match=r"support\.kind"):
        check_kind("pay-up", today())


def test_the_housing_unit_reads_that_help_is_arranged_and_not_why(kari: Any) -> None:
    row = draft(kari, state="received", received_on=today())
    SupportAssessment.objects.create(
        application=row,
        needs_help=True,
        reasons="Rusavhengig",
        tenant_says="Ja",
        on=today(),
        by=kari,
    )
    SupportMeasure.objects.create(
        application=row, kind="x", name="Ruskonsulent", party="welfare", by=kari, made_on=today()
    )
    page = text(signed_in(UserFactory(role="housing_unit")).get(f"/applications/{row.pk}/"))
    assert "Rusavhengig" not in page
    assert "Ruskonsulent" not in page
    assert "1 measure is arranged" in page


def test_prepared_help_is_changed_and_dropped_with_a_reason(kari: Any) -> None:
    row, client = draft(kari), signed_in(kari)
    kind = MeasureKind.objects.first()
    assert kind is not None
    measure = SupportMeasure.objects.create(
        application=row, kind=kind.code, name="A", party="welfare", by=kari, made_on=today()
    )
    fields = {"kind": kind.code, "name": "B", "party": "other"}
    assert send(client, f"/help/{measure.pk}/change/", measure, **fields).status_code == 302
    assert send(client, f"/help/{measure.pk}/drop/", measure, reason="").status_code == 422
    assert send(client, f"/help/{measure.pk}/drop/", measure, reason="Ikke nå").status_code == 302
    measure.refresh_from_db()
    assert (measure.name, measure.party, measure.state) == ("B", "other", "dropped")
