"""From an accepted offer to a lease: the control, the terms, and everything that follows."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from arrears.models import LedgerLine
from arrears.services.charges import JOB, charge_due
from arrears.services.ledger import NewLine, post
from boligsak.jobs.services import run
from boligsak.rule import RuleBroken
from tenants.models import (
    ApplicationMember,
    Condition,
    HouseholdMember,
    Lease,
    Offer,
    SupportMeasure,
)
from tenants.queries.contracts import short_terms
from tenants.rules.contracts import Term
from tenants.services.conditions import meet_condition
from tenants.services.making_leases import make_lease
from tenants.services.people import change_person
from tenants.services.renewals import NewTerm, convert, renew
from tenants.words.contracts import refusal
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    PersonFactory,
    UserFactory,
)
from tests.tenants import allocating
from tests.tenants.allocating import DAY, KEYS, accepted, home, housing_unit, leased, terms

pytestmark = pytest.mark.django_db


def refused(act: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        act()
    assert refusal(broken.value), "a refusal without words"
    return broken.value


def with_condition(by: Any, **more: Any) -> Offer:
    application = allocating.waiting(conditions=[{"what": "Møter til samtale."} | more])
    return accepted(by, application)


# --- The control ----------------------------------------------------------------------------------


def test_no_lease_is_made_while_a_condition_is_not_met() -> None:
    by = housing_unit()
    offer = with_condition(by)
    broken = refused(lambda: leased(by, offer))
    condition = allocating.condition(offer)
    assert broken.code == "offer.conditions_open"
    assert broken.facts == {"count": 1, "conditions": [condition.pk]}
    assert not Lease.objects.filter(dwelling=offer.dwelling_id).exists()


def test_the_lease_is_made_when_the_condition_is_met() -> None:
    by = housing_unit()
    offer = with_condition(by)
    condition = allocating.condition(offer)
    welfare = UserFactory(role="caseworker")
    meet_condition(condition.pk, because="Møtte.", version=condition.version, by=welfare, on=DAY)
    lease = leased(by, offer)
    offer.refresh_from_db()
    assert (offer.state, offer.lease_id) == ("leased", lease.pk)
    assert offer.application.state == "housed"


def test_the_database_makes_no_lease_of_it_either_while_a_condition_is_not_met() -> None:
    by = housing_unit()
    offer = with_condition(by)
    lease = LeaseFactory()
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(state="leased", lease=lease)
    assert "condition is not met" in str(broken.value)


def test_the_database_makes_no_lease_without_a_decision_that_grants_a_home() -> None:
    by = housing_unit()
    offer = accepted(by)
    offer.application.decisions.update(state="replaced")
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(state="leased", lease=LeaseFactory())
    assert "no decision grants a home" in str(broken.value)


def test_an_offer_that_is_not_accepted_becomes_no_lease() -> None:
    by = housing_unit()
    offer = allocating.offered(by)
    assert refused(lambda: leased(by, offer)).code == "offer.not_accepted"


def test_a_decision_that_has_run_out_meanwhile_gives_no_lease() -> None:
    by = housing_unit()
    offer = accepted(by)
    late = dt.date(2027, 6, 1)
    offer.application.decisions.update(lasts_to=dt.date(2027, 5, 31))
    broken = refused(
        lambda: make_lease(offer.pk, terms(starts_on=late), version=offer.version, by=by, on=late)
    )
    assert broken.code == "offer.no_decision"


# --- What follows from a lease --------------------------------------------------------------------


def test_everything_that_follows_from_a_lease_is_there_at_once() -> None:
    by = housing_unit()
    offer = accepted(by)
    lease = leased(by, offer, guarantor="Nav Falkenborg", guarantee_ore=2_700_000)
    assert (lease.starts_on, lease.ends_on) == (KEYS, dt.date(2029, 11, 30))
    assert lease.number == "2026-00001"
    assert lease.kid == "026000018"
    assert (lease.has_clause_a, lease.has_clause_b, lease.purpose_told_on) == (True, True, DAY)
    assert lease.signed_on is None
    assert lease.rent_terms.get().amount_ore == 900_000
    assert lease.guarantees.get().amount_ore == 2_700_000
    contract = lease.contracts.get()
    assert (contract.kind, contract.state, contract.is_short) == ("first", "signing", False)
    assert lease.household is not None
    assert lease.household.number == offer.application.number
    assert offer.application.acts.filter(what="lease_made").exists()


def test_numbers_and_kids_follow_one_another_past_what_another_system_has_used() -> None:
    by = housing_unit()
    LeaseFactory(number="2026-00006", kid="026000075")  # the KID of 2026-00007
    lease = leased(by)
    assert (lease.number, lease.kid) == ("2026-00008", "026000083")


def test_the_adults_who_are_to_answer_are_tenants_and_everybody_moves_in() -> None:
    by, application = housing_unit(), allocating.waiting()
    partner, child, part_time = PersonFactory(), PersonFactory(), PersonFactory()
    for person, role, some in (
        (partner, "adult", False),
        (child, "child", False),
        (part_time, "child", True),
    ):
        ApplicationMember.objects.create(
            application=application, person=person, role=role, is_part_time=some
        )
    other = HouseholdFactory()
    for person in (child, part_time):
        HouseholdMemberFactory(household=other, person=person, role="child")
    lease = leased(by, accepted(by, application, home(rooms=3)), tenants=[partner.pk])
    parties = lease.parties.order_by("position").values_list("person_id", "position")
    assert list(parties) == [(application.applicant_id, 1), (partner.pk, 2)]
    members = HouseholdMember.objects.filter(household=lease.household_id)
    assert {row.person_id for row in members} == {
        application.applicant_id,
        partner.pk,
        child.pk,
        part_time.pk,
    }
    assert {row.from_on for row in members} == {KEYS}
    left = HouseholdMember.objects.filter(household=other)
    assert dict(left.values_list("person_id", "to_on")) == {
        child.pk: dt.date(2026, 11, 30),
        part_time.pk: None,
    }


def test_only_adults_on_the_application_answer_for_the_lease() -> None:
    by, application = housing_unit(), allocating.waiting()
    child = PersonFactory()
    ApplicationMember.objects.create(application=application, person=child, role="child")
    offer = accepted(by, application)
    for person in (child, PersonFactory()):
        broken = refused(lambda person=person: leased(by, offer, tenants=[person.pk]))
        assert broken.code == "contract.tenant_not_in_household"


def test_nobody_who_has_died_becomes_a_tenant() -> None:
    by, application = housing_unit(), allocating.waiting()
    offer = accepted(by, application)
    person = application.applicant
    change_person(person.pk, version=person.version, by=by, on=DAY, died_on=DAY)
    assert refused(lambda: leased(by, offer)).code == "contract.tenant_dead"


def test_prepared_help_begins_on_the_day_of_the_keys() -> None:
    by = housing_unit()
    offer = accepted(by)
    for kind, starts_on in (("follow-up", None), ("advice", dt.date(2026, 12, 15))):
        SupportMeasure.objects.create(
            application=offer.application,
            kind=kind,
            name="Hjelp",
            party="welfare",
            starts_on=starts_on,
            by=by,
            made_on=DAY,
        )
    lease = leased(by, offer)
    found = SupportMeasure.objects.filter(lease=lease).order_by("pk")
    assert [(one.state, one.started_on) for one in found] == [
        ("running", KEYS),
        ("running", dt.date(2026, 12, 15)),
    ]


def test_a_swap_ends_the_old_lease_on_the_day_that_is_chosen() -> None:
    by, old = housing_unit(), LeaseFactory()
    application = allocating.waiting(kind="swap", lease=old)
    offer = accepted(by, application)
    assert refused(lambda: leased(by, offer)).code == "contract.no_old_end"
    early = refused(lambda: leased(by, offer, old_ends_on=dt.date(2026, 11, 29)))
    assert early.code == "contract.old_ends_early"
    leased(by, offer, old_ends_on=dt.date(2026, 12, 3))
    old.refresh_from_db()
    assert old.moved_out_on == dt.date(2026, 12, 3)


def test_a_lease_begins_when_the_dwelling_is_free() -> None:
    by, old = housing_unit(), LeaseFactory(moved_out_on=dt.date(2026, 12, 5))
    offer = accepted(by, dwelling=old.dwelling)
    broken = refused(lambda: leased(by, offer))
    assert (broken.code, broken.facts["free_on"]) == ("lease.not_free_yet", dt.date(2026, 12, 6))
    assert leased(by, offer, starts_on=dt.date(2026, 12, 6)).starts_on == dt.date(2026, 12, 6)


def test_a_lease_of_a_protected_household_is_protected_from_its_first_moment() -> None:
    by = housing_unit(role__cleared=True)
    person = PersonFactory(protection=7)
    application = allocating.waiting(applicant=person, is_protected=True)
    assert leased(by, accepted(by, application)).refresh_from_db() is None
    assert Lease.objects.get(household__number=application.number).is_protected


def test_two_who_live_in_a_home_are_charged_from_the_day_of_the_keys() -> None:
    by = housing_unit()
    run(JOB, lambda _progress: charge_due(dt.date(2026, 12, 20)), day=dt.date(2026, 12, 20))
    offer = accepted(by)
    late = dt.date(2026, 12, 22)
    lease = make_lease(
        offer.pk, terms(starts_on=dt.date(2026, 12, 22)), version=offer.version, by=by, on=late
    )
    run(JOB, lambda _progress: charge_due(dt.date(2026, 12, 23)), day=dt.date(2026, 12, 23))
    line = LedgerLine.objects.get(lease=lease)
    assert (line.kind, line.amount_ore) == ("rent", 290_323)  # ten of 31 days


# --- The term, §§ 9-3 and 11-1 --------------------------------------------------------------------

SHORT = {"term": Term.OTHER, "ends_on": dt.date(2027, 11, 30)}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"told_on": None, "ground": "special", "reason": "x"}, "term.not_told_in_writing"),
        ({"reason": "x"}, "term.no_special_grounds"),
        ({"ground": "special"}, "contract.no_reason"),
        ({"ends_on": None}, "contract.no_last_day"),
        ({"ends_on": dt.date(2026, 11, 1)}, "term.ends_before_start"),
    ],
)
def test_a_short_term_needs_written_information_grounds_and_a_reason_11_1(
    told: dict[str, Any], code: str
) -> None:
    by = housing_unit()
    offer = accepted(by)
    assert refused(lambda: leased(by, offer, **SHORT | told)).code == code


def test_one_short_term_is_agreed_on_special_grounds_11_1() -> None:
    by = housing_unit()
    lease = leased(by, **SHORT, ground="special", reason="Skal rehabiliteres.")
    contract = lease.contracts.get()
    assert (contract.is_short, contract.ground) == (True, "special")
    assert contract.reason == "Skal rehabiliteres."


def test_a_second_short_term_with_the_same_tenant_here_needs_weighty_grounds_11_1() -> None:
    by = housing_unit()
    old = LeaseFactory(
        starts_on=dt.date(2024, 1, 1),
        ends_on=dt.date(2024, 12, 31),
        moved_out_on=dt.date(2024, 12, 31),
    )
    person = old.parties.get().person
    assert short_terms(old.dwelling_id, [person.pk]) == 1
    offer = accepted(by, allocating.waiting(applicant=person), old.dwelling)
    broken = refused(lambda: leased(by, offer, **SHORT, ground="special", reason="x"))
    assert broken.code == "term.no_weighty_grounds"
    lease = leased(by, offer, **SHORT, ground="weighty", reason="Riving vedtatt.")
    assert lease.contracts.get().ground == "weighty"
    assert short_terms(old.dwelling_id, [person.pk]) == 2


def test_a_short_first_term_counts_also_when_it_was_renewed_for_three_years_11_1() -> None:
    by, day = housing_unit(), dt.timedelta(days=1)
    first = {"starts_on": DAY - 700 * day, "ends_on": DAY + 10 * day}
    old = LeaseFactory(purpose_told_on=first["starts_on"], **first)
    person = old.parties.get().person_id
    renew(old.pk, NewTerm(), version=None, by=by, on=DAY)
    assert short_terms(old.dwelling_id, [person]) == 1
    convert(old.pk, NewTerm(), version=None, by=by, on=DAY)
    assert short_terms(old.dwelling_id, [person]) == 1


def test_a_short_term_of_another_tenant_or_in_another_home_counts_for_nobody_else_11_1() -> None:
    old = LeaseFactory(starts_on=dt.date(2024, 1, 1), ends_on=dt.date(2024, 12, 31))
    person = old.parties.get().person_id
    assert short_terms(old.dwelling_id, [PersonFactory().pk]) == 0
    assert short_terms(home().pk, [person]) == 0


def test_an_open_ended_lease_has_no_clause_for_a_term_that_is_over() -> None:
    by = housing_unit()
    lease = leased(by, term=Term.OPEN)
    assert (lease.ends_on, lease.has_clause_a, lease.has_clause_b) == (None, True, False)


def test_a_condition_is_looked_at_before_the_lease_is_made() -> None:
    by = housing_unit()
    offer = with_condition(by, kind="arrears")
    Condition.objects.filter(decision__application=offer.application_id).update(
        state="met",
        settled_on=DAY,
        settled_by=by,
        because="Ingen gjeld",
        evidence={"kind": "no_debt"},
    )
    owes(offer.application.applicant)
    assert refused(lambda: leased(by, offer)).code == "offer.conditions_open"


def owes(person: Any) -> None:
    """Rent has fallen due on another lease of theirs."""
    lease, due_on = LeaseFactory(tenant=person), dt.date(2026, 10, 20)
    post([NewLine(lease.pk, "rent", 900_000, due_on, "rent:2026-10", due_on=due_on)])
