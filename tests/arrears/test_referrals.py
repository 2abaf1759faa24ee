"""Referrals: made through the open gate only, sent after another look, and what comes of them."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction

from arrears.models import CaseCost, Referral, Task
from arrears.queries.costs import costs_of, outside
from arrears.queries.referrals import claim_of
from arrears.services import referrals as service
from arrears.services.cases.closing import close_case
from arrears.services.costs import add_cost
from arrears.services.decisions import withdraw_decision
from boligsak.rates.models import Rate
from boligsak.rule import RuleBroken
from tenants.models import HouseholdMember
from tests.arrears.gate_town import ANOTHER, DAY, ONE, GateTown
from tests.arrears.notice_town import charge, pay
from tests.factories import HouseholdFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

ENCLOSED = ("lease", "warning", "proof", "specification")
FEE_ORE = 164_200


def refused(do, *args, **facts) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken, transaction.atomic():
        do(*args, **facts)
    return broken.value


def filed(town: GateTown, **more) -> Referral:
    row = town.refer()
    facts = {"attachments": ENCLOSED, "fee_ore": FEE_ORE, "by": town.landlord, "on": DAY} | more
    return service.file_petition(row.pk, **facts)


def dated(town: GateTown) -> Referral:
    row = filed(town)
    return service.set_eviction_date(row.pk, DAY + 30 * ONE, by=town.landlord, on=DAY + ONE)


# --- Making -----------------------------------------------------------------------------------


def test_a_referral_keeps_its_decision_the_gate_and_the_facts_for_the_figures(town):
    row = town.refer()
    assert row.decision == town.decision
    assert row.gate
    assert all(one["is_met"] for one in row.gate)
    assert (row.state, row.reason) == ("prepared", "arrears")
    assert (row.contacts_before, row.days_open) == (3, 80)
    assert row.days_to_contact == 20
    assert row.principal_ore == 900_000


@pytest.mark.parametrize(
    "part", ["contacts", "visit", "view", "checklist", "answers", "notices", "decision"]
)
def test_a_closed_gate_lets_nothing_through_and_names_every_unmet_condition(part):
    town = GateTown(without=[part])
    broken = refused(town.refer)
    assert broken.code == "gate.closed"
    assert broken.facts["conditions"]
    assert not Referral.objects.exists()


def test_all_that_is_unmet_is_named_at_once():
    town = GateTown(without=["contacts", "visit", "decision"])
    named = refused(town.refer).facts["conditions"]
    assert {"contact.channels", "contact.home_visit", "decision.made"} <= set(named)


@pytest.mark.parametrize("role", ["caseworker", "housing_unit", "manager", "privacy_officer"])
def test_nobody_but_coordinator_and_landlord_refers(role, town):
    assert refused(town.refer, by=UserFactory(role=role)).code == "referral.not_yours"


def test_a_decision_carries_one_referral(town):
    row = town.refer()
    assert refused(town.refer).code == "referral.runs_already"
    service.withdraw(row.pk, note="Betaler likevel", by=town.landlord, on=DAY)
    broken = refused(town.refer)
    assert broken.code == "gate.closed"
    assert "decision.made" in broken.facts["conditions"]


def test_a_new_decision_carries_a_new_one(town):
    service.withdraw(town.refer().pk, note="Feil", by=town.landlord, on=DAY)
    town.decide(on=DAY)
    assert town.refer().pk


def test_the_decision_of_another_case_carries_nothing():
    town, other = GateTown(without=["decision"]), GateTown(kid="123456790", number=ANOTHER)
    broken = refused(town.refer, decision_id=other.decision.pk)
    assert broken.code == "gate.closed"


def test_a_withdrawn_decision_carries_nothing(town):
    withdraw_decision(town.decision.pk, because="Feil", by=town.coordinator, on=DAY)
    assert refused(town.refer).code == "gate.closed"


def test_a_decision_is_not_withdrawn_under_a_running_referral(town):
    town.refer()
    broken = refused(
        withdraw_decision, town.decision.pk, because="Feil", by=town.coordinator, on=DAY
    )
    assert broken.code == "decision.referral_runs"


@pytest.mark.parametrize(
    ("kind", "ground", "reason", "code"),
    [
        ("bailiff", "heving", "nuisance", "referral.ground"),
        ("collection", "a", "arrears", "referral.ground"),
        ("bailiff", "b", "nuisance", "referral.reason"),
    ],
)
def test_kind_ground_and_reason_fit_each_other(kind, ground, reason, code, town):
    assert refused(town.refer, kind, ground, reason).code == code


def test_a_case_is_not_closed_while_a_referral_runs(town):
    town.refer()
    broken = refused(close_case, town.case.pk, "moved_out", by=town.coordinator, on=DAY)
    assert broken.code == "close.referral_runs"


# --- Sending ----------------------------------------------------------------------------------


def test_a_petition_is_sent_with_its_claim_split_and_the_tenants_fourteen_days(town):
    row = filed(town)
    assert (row.state, row.filed_on) == ("filed", DAY)
    assert row.comment_by_on == DAY + 14 * ONE
    # The fee of the inkassovarsel, 1/20 of 750 kr, is an additional claim.
    assert (row.principal_ore, row.additional_ore) == (900_000, 3_750)
    assert all(one["is_met"] for one in row.gate_at_filing)


def test_what_was_sent_stands_when_the_ledger_moves_on(town):
    row = filed(town)
    pay(town.lease, 500_000, DAY + ONE)
    claim = claim_of(row, DAY + ONE)
    assert claim.split.principal_ore == 900_000
    assert sum(one.open_ore for one in claim.lines) == 903_750


@pytest.mark.parametrize("missing", ENCLOSED)
def test_a_petition_lacks_none_of_its_enclosures_5_2(missing, town):
    row = town.refer()
    broken = refused(
        service.file_petition,
        row.pk,
        attachments=[name for name in ENCLOSED if name != missing],
        fee_ore=FEE_ORE,
        by=town.landlord,
        on=DAY,
    )
    assert (broken.code, broken.facts["missing"]) == ("petition.attachments", [missing])


def test_a_petition_holds_every_tenants_identity_number_5_2(town):
    town.person.identity.delete()
    assert refused(filed, town).code == "petition.numbers"


def test_everything_is_checked_again_when_it_is_sent(town):
    row = town.refer()
    pay(town.lease, 100_00, DAY)
    broken = refused(
        service.file_petition,
        row.pk,
        attachments=ENCLOSED,
        fee_ore=FEE_ORE,
        by=town.landlord,
        on=DAY,
    )
    assert broken.facts["conditions"] == ["decision.no_payment_since"]


def test_a_decision_that_lapses_before_it_is_sent_stops_it(town):
    row = town.refer()
    late = DAY + 29 * ONE
    town.answers(late)
    broken = refused(
        service.file_petition,
        row.pk,
        attachments=ENCLOSED,
        fee_ore=FEE_ORE,
        by=town.landlord,
        on=late,
    )
    assert broken.facts["conditions"] == ["decision.fresh"]


def test_a_missing_court_fee_refuses_rather_than_guesses(town):
    # No fee is entered for 2026.
    broken = refused(filed, town, fee_ore=None)
    assert broken.code == "referral.fee_unknown"


def test_the_fees_of_an_eviction_follow_the_rates_each_rounded_down(town):
    Rate.objects.create(
        kind="court-fee",
        valid_from=datetime.date(2026, 1, 1),
        value=Decimal(127_700),
        unit="øre",
        source="test",
    )
    row = filed(town, fee_ore=None)
    service.set_eviction_date(row.pk, DAY + 30 * ONE, by=town.landlord, on=DAY)
    service.carry_out(row.pk, by=town.landlord, on=DAY + 30 * ONE)
    costs = [cost.amount_ore for cost in CaseCost.objects.order_by("id")]
    assert costs == [159_600, 172_300]
    assert Rate.objects.get(kind="court-fee", valid_from__year=2026).cited_at is not None


def test_two_who_send_at_once_are_told_of_each_other(town):
    row = town.refer()
    service.withdraw(row.pk, note="Feil", by=town.coordinator, on=DAY, version=row.version)
    broken = refused(
        service.file_petition,
        row.pk,
        attachments=ENCLOSED,
        fee_ore=FEE_ORE,
        by=town.landlord,
        on=DAY,
        version=row.version,
    )
    assert broken.code == "referral.changed"


# --- What comes of it -------------------------------------------------------------------------


def test_a_payment_of_everything_stops_an_eviction_on_ground_a(town):
    row = dated(town)
    pay(town.lease, 903_750, DAY + 2 * ONE)
    row = service.pay_up(row.pk, by=town.landlord, on=DAY + 2 * ONE)
    assert (row.state, row.ended_on) == ("paid_up", DAY + 2 * ONE)


def test_a_part_payment_stops_nothing(town):
    row = dated(town)
    pay(town.lease, 900_000, DAY + 2 * ONE)
    broken = refused(service.pay_up, row.pk, by=town.landlord, on=DAY + 2 * ONE)
    assert (broken.code, broken.facts["owed_ore"]) == ("referral.still_owes", 3_750)


def test_rent_that_has_fallen_due_since_must_be_paid_too(town):
    row = dated(town)
    charge(town.lease, DAY + 2 * ONE)
    pay(town.lease, 903_750, DAY + 2 * ONE)
    broken = refused(service.pay_up, row.pk, by=town.landlord, on=DAY + 2 * ONE)
    assert broken.facts["owed_ore"] == 900_000


def test_what_was_laid_out_moves_to_the_tenant_who_paid_it(town):
    row = dated(town)
    assert costs_of(town.case).municipality == {"court_fee": FEE_ORE}
    pay(town.lease, 903_750, DAY + 2 * ONE)
    service.pay_up(row.pk, by=town.landlord, on=DAY + 2 * ONE)
    found = costs_of(town.case)
    assert found.municipality == {}
    assert found.tenant == {"fee": 3_750, "court_fee": FEE_ORE}


def test_an_eviction_where_children_live_needs_a_temporary_home_and_makes_it_a_task():
    household = HouseholdFactory()
    child = PersonFactory(born_on=DAY - 2000 * ONE)
    town = GateTown(household=household)
    row = filed(town)
    HouseholdMember.objects.create(household=household, person=child, role="child", from_on=DAY)
    row = service.set_eviction_date(row.pk, DAY + 30 * ONE, by=town.landlord, on=DAY + ONE)
    task = Task.objects.get(kind="temporary_home")
    assert task.due_on == DAY + 23 * ONE
    on = DAY + 30 * ONE
    broken = refused(service.carry_out, row.pk, fee_ore=FEE_ORE, by=town.landlord, on=on)
    assert broken.code == "referral.no_temporary_home"
    service.ready_home(row.pk, "Leilighet fra 1.7.", by=town.coordinator, on=on)
    task.refresh_from_db()
    assert task.state == "done"
    row = service.carry_out(row.pk, fee_ore=FEE_ORE, by=town.landlord, on=on)
    assert (row.state, row.lock_changed_on) == ("carried_out", on)


def test_nobody_is_evicted_without_a_day_or_before_it(town):
    row = filed(town)
    broken = refused(
        service.carry_out, row.pk, fee_ore=FEE_ORE, by=town.landlord, on=DAY + 40 * ONE
    )
    assert broken.code == "referral.step"
    service.set_eviction_date(row.pk, DAY + 30 * ONE, by=town.landlord, on=DAY + ONE)
    broken = refused(
        service.carry_out, row.pk, fee_ore=FEE_ORE, by=town.landlord, on=DAY + 29 * ONE
    )
    assert broken.code == "referral.before_eviction_date"


def test_a_postponement_takes_the_day_away_until_there_is_another(town):
    row = dated(town)
    row = service.postpone(row.pk, note="Utleier samtykker", by=town.landlord, on=DAY + 2 * ONE)
    assert (row.state, row.eviction_on) == ("postponed", None)
    row = service.set_eviction_date(row.pk, DAY + 60 * ONE, by=town.landlord, on=DAY + 3 * ONE)
    assert row.state == "date_set"


def test_a_referral_says_why_it_is_withdrawn(town):
    row = filed(town)
    broken = refused(service.withdraw, row.pk, note=" ", by=town.landlord, on=DAY)
    assert broken.code == "referral.no_note"


def test_a_collection_goes_out_without_identity_numbers_and_ends_with_its_result():
    town = GateTown(kind="collection")
    town.person.identity.delete()
    row = town.refer("collection", "none")
    row = service.file_petition(row.pk, by=town.landlord, on=DAY)
    assert (row.state, row.comment_by_on) == ("filed", None)
    row = service.end(row.pk, result="Innfordret", by=town.landlord, on=DAY + 20 * ONE)
    assert (row.state, row.result) == ("ended", "Innfordret")


# --- Costs ------------------------------------------------------------------------------------


def test_a_mistaken_cost_is_taken_off_by_a_row_with_a_minus_and_no_more_than_there_is(town):
    case, by = town.case.pk, town.landlord
    add_cost(case, "own", "municipality", 50_000, spent_on=DAY, note="Låsesmed", by=by, on=DAY)
    broken = refused(
        add_cost, case, "own", "municipality", -60_000, spent_on=DAY, note="Feil", by=by, on=DAY
    )
    assert broken.facts["there_ore"] == 50_000
    add_cost(case, "own", "municipality", -50_000, spent_on=DAY, note="Feil", by=by, on=DAY)
    assert costs_of(town.case).municipality == {}


def test_the_case_tells_what_external_collection_would_cost_the_tenant(town):
    found = outside(town.case, DAY)
    # 9000 kr with the sats of 2026, 750 kr: 37.50 + 600 + 600.
    assert found.collection.total_ore == 123_750
    assert found.eviction_ore is None  # no court fee is entered for 2026
