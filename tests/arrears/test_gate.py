"""The gate of a real case: what opens and closes it, through the services and nothing else."""

import datetime
from typing import Any

import pytest

from arrears.queries.gate import gate
from arrears.services.cases.closing import close_case, reopen_case
from arrears.services.decisions import withdraw_decision
from arrears.services.gate import answer, end_settlement, register_settlement
from arrears.services.ledger import dispute
from arrears.services.occupants import add_occupant
from boligsak.rule import RuleBroken
from tenants.models import Guardianship, HouseholdMember, LeaseParty
from tests.arrears.gate_town import DAY, ONE, GateTown
from tests.arrears.notice_town import charge, pay
from tests.factories import HouseholdFactory, PersonFactory

pytestmark = pytest.mark.django_db


def unmet(
    town: GateTown, kind: str = "bailiff", ground: str = "a", day: datetime.date = DAY
) -> list[str]:
    return [one.code for one in gate(town.case.pk, kind, ground, day).unmet]


def test_a_finished_case_opens_the_gate(town):
    assert unmet(town) == []


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ("contacts", ["contact.channels"]),
        ("visit", ["contact.home_visit"]),
        ("view", ["view.recorded", "measures.answered"]),
        ("checklist", ["measures.answered"]),
        ("answers", ["application.decided", "objection.assessed"]),
        (
            "notices",
            ["warning_a.sent", "warning_a.served", "warning_a.carries", "warning_a.waited"],
        ),
    ],
)
def test_what_was_not_done_closes_the_gate_and_nothing_else_does(part, codes):
    assert unmet(GateTown(without=[part])) == codes


def test_without_a_decision_nothing_about_it_is_met():
    found = unmet(GateTown(without=["decision"]))
    assert found[0] == "decision.made"
    assert all(code.startswith("decision.") for code in found)


def test_a_decision_to_collect_opens_no_eviction():
    town = GateTown(kind="collection")
    assert unmet(town, "collection", "none") == []
    assert "decision.made" in unmet(town)


def test_a_reason_answered_for_stands_in_for_the_home_visit():
    town = GateTown(without=["visit"])
    answer(
        town.case.pk,
        "contact.home_visit",
        is_met=True,
        note="Politiet fraråder besøk",
        by=town.welfare,
        on=DAY,
    )
    assert unmet(town) == []


def test_the_newest_answer_counts(town):
    answer(
        town.case.pk,
        "objection.assessed",
        is_met=False,
        note="Klager på fukt",
        by=town.welfare,
        on=DAY,
    )
    assert unmet(town) == ["objection.assessed"]


def test_an_application_handed_in_after_the_decision_sends_it_back_to_the_meeting(town):
    for is_met in (False, True):
        answer(
            town.case.pk,
            "application.decided",
            is_met=is_met,
            note="Søkt § 19",
            by=town.welfare,
            on=DAY,
        )
    # It is decided again, but the meeting did not know of it.
    assert unmet(town) == ["decision.no_application_since"]


def test_a_payment_after_the_decision_sends_it_back_to_the_meeting(town):
    pay(town.lease, 1_000_00, DAY)
    assert unmet(town) == ["decision.no_payment_since"]


def test_a_payment_with_an_old_value_date_that_came_after_the_decision_counts_too(town):
    pay(town.lease, 1_000_00, DAY - 20 * ONE)
    assert unmet(town) == ["decision.no_payment_since"]


def test_a_payment_before_the_decision_was_known_to_the_meeting():
    town = GateTown(without=["decision"])
    pay(town.lease, 1_000_00, DAY - 3 * ONE)
    town.decide()
    assert unmet(town) == []


def test_a_decision_lapses_after_thirty_days():
    town = GateTown(without=["decision"])
    town.decide(on=DAY - 30 * ONE)
    assert "decision.fresh" not in unmet(town)
    assert "decision.fresh" in unmet(town, day=DAY + ONE)


def test_a_later_meeting_that_decides_otherwise_takes_the_decision_away(town):
    town.decide("continue", on=DAY - ONE)
    assert unmet(town) == ["decision.made"]


def test_a_later_decision_that_is_withdrawn_takes_nothing_away(town):
    later = town.decide("stop", on=DAY - ONE)
    withdraw_decision(later.pk, because="Feil sak", by=town.coordinator, on=DAY)
    assert unmet(town) == []


def test_a_decision_does_not_outlive_the_closing_of_its_case(town):
    close_case(town.case.pk, "mistake", by=town.landlord, on=DAY)
    reopen_case(town.case.pk, reason="Likevel ikke", by=town.landlord, on=DAY)
    assert unmet(town) == ["decision.made"]


def test_a_new_tenant_after_the_decision_sends_it_back_to_the_meeting(town):
    LeaseParty.objects.create(
        lease=town.lease, person=PersonFactory(), position=2, from_on=DAY - 90 * ONE
    )
    found = unmet(town)
    assert "decision.no_household_change_since" in found
    # And a joint tenant must be heard and served as well.
    assert {"view.recorded", "warning_a.served"} <= set(found)


def test_a_child_that_moves_in_closes_the_gate_until_it_is_assessed():
    town = GateTown(household=HouseholdFactory())
    child = PersonFactory(born_on=DAY - 2000 * ONE)
    HouseholdMember.objects.create(
        household=town.lease.household, person=child, role="child", from_on=DAY - ONE
    )
    assert {"decision.no_household_change_since", "children.assessed"} <= set(unmet(town))


def test_a_guardian_must_be_informed(town):
    Guardianship.objects.create(
        person=town.person,
        guardian_name="Vera Verge",
        mandate="økonomi",
        from_on=DAY - 90 * ONE,
    )
    assert "guardian.informed" in unmet(town)


def test_a_debt_settlement_stops_the_claim_until_it_has_ended(town):
    row = register_settlement(
        town.case.pk,
        town.person.pk,
        opened_on=DAY - ONE,
        covers_to=DAY,
        by=town.welfare,
        on=DAY,
    )
    assert unmet(town) == ["settlement.none"]
    end_settlement(town.case.pk, row.pk, ended_on=DAY, by=town.welfare, on=DAY)
    assert unmet(town) == []


def test_a_settlement_of_older_debt_does_not_cover_this(town):
    register_settlement(
        town.case.pk,
        town.person.pk,
        opened_on=DAY - ONE,
        covers_to=DAY - 300 * ONE,
        by=town.welfare,
        on=DAY,
    )
    assert unmet(town) == []


def test_a_tenant_who_died_stops_it(town):
    town.person.died_on = DAY - ONE
    town.person.save()
    assert "tenants.alive" in unmet(town)


def test_when_all_that_the_warning_names_is_paid_a_new_debt_is_no_ground_4_18():
    town = GateTown(without=["decision"])
    pay(town.lease, 900_000 + 3_750, DAY - 10 * ONE)
    charge(town.lease, DAY - 9 * ONE)
    town.decide()
    assert unmet(town) == ["warning_a.carries"]


def test_rent_deposited_as_disputed_is_no_ground_3_8():
    town = GateTown(without=["decision"])
    line = town.lease.ledger_lines.get(kind="rent")
    dispute(line.pk, 900_000, on=DAY - 10 * ONE, note="Mugg", by=town.landlord)
    town.decide()
    assert {"warning_a.carries", "debt.overdue"} <= set(unmet(town))


def test_the_warning_waits_to_the_day_4_18():
    town = GateTown(without=["notices", "decision"])
    town.town.send("warning_a", datetime.date(2026, 6, 1))
    town.decide()
    assert unmet(town, day=datetime.date(2026, 6, 15)) == ["warning_a.waited"]
    assert unmet(town, day=datetime.date(2026, 6, 16)) == []


def test_an_adult_who_was_found_there_must_be_heard_13_6(town):
    add_occupant(town.case.pk, **_seen(), by=town.welfare, on=DAY)
    assert unmet(town) == ["occupants.heard"]


def _seen() -> dict[str, Any]:
    return {"name": "", "about": "En voksen mann", "seen_on": DAY - ONE}


@pytest.mark.parametrize("condition", ["decision.made", "warning_a.sent", "nonsense", ""])
def test_nobody_answers_for_what_the_system_knows(condition):
    town = GateTown(without=["decision"])
    with pytest.raises(RuleBroken) as refused:
        answer(town.case.pk, condition, is_met=True, note="Ja", by=town.coordinator, on=DAY)
    assert refused.value.code == "answer.condition"


def test_an_answer_says_what_was_looked_into(town):
    with pytest.raises(RuleBroken) as refused:
        answer(town.case.pk, "application.decided", is_met=True, note=" ", by=town.welfare, on=DAY)
    assert refused.value.code == "answer.no_note"
