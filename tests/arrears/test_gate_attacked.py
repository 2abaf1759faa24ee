"""The gate attacked: by raw SQL, through the admin site, and through the pages by every role."""

import datetime
import json

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from arrears.models import CaseDecision, EmergencyAct, GateAnswer, Referral, ReferralStep
from arrears.services import referrals as service
from arrears.services.decisions import record_decision
from arrears.services.gate import act_in_emergency
from boligsak.dates import today
from boligsak.rule import RuleBroken
from tests.arrears.gate_town import ANOTHER, DAY, ONE, PARTIES, GateTown
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

OPEN = [{"code": "decision.made", "group": "decision", "is_met": True, "facts": {}}]


def insert(town: GateTown, decision: CaseDecision | None, **changes: object) -> None:
    """As somebody would in psql, with every column filled in."""
    values = {
        "case_id": town.case.pk,
        "lease_id": town.lease.pk,
        "decision_id": decision.pk if decision else None,
        "kind": "bailiff",
        "ground": "a",
        "reason": "arrears",
        "state": "prepared",
        "gate": json.dumps(OPEN),
        "gate_at_filing": "[]",
        "principal_ore": 1,
        "additional_ore": 0,
        "made_on": DAY,
        "by_id": town.landlord.pk,
        "temporary_home": "",
        "result": "",
        "contacts_before": 0,
        "measures_before": 0,
        "days_open": 0,
        "version": 1,
        "filed_on": None,
        **changes,
    }
    names = ", ".join(values)
    holes = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO arrears_referral ({names}) VALUES ({holes})",
            list(values.values()),
        )


def refused(do, *args, **facts) -> str:
    with pytest.raises(DatabaseError) as broken, transaction.atomic():
        do(*args, **facts)
    return str(broken.value)


# --- Raw SQL ------------------------------------------------------------------------------------


def test_the_database_takes_what_the_service_would_write(town):
    insert(town, town.decision)
    assert Referral.objects.get().decision == town.decision


def test_the_database_refuses_a_referral_without_a_decision():
    assert "decision_id" in refused(insert, GateTown(without=["decision"]), None)


def test_the_database_refuses_the_decision_of_another_case(town):
    other = GateTown(kid="123456790", number=ANOTHER)
    assert "same case" in refused(insert, town, other.decision)


def test_the_database_refuses_a_decision_of_another_kind():
    town = GateTown(kind="collection")
    assert "same case and kind" in refused(insert, town, town.decision)


def test_the_database_refuses_a_decision_that_is_withdrawn(town):
    CaseDecision.objects.update(
        withdrawn_on=DAY, withdrawn_by=town.coordinator, withdrawn_because="Feil"
    )
    assert "withdrawn" in refused(insert, town, town.decision)


def test_the_database_refuses_a_decision_that_has_been_used(town):
    service.withdraw(town.refer().pk, note="Feil", by=town.landlord, on=DAY)
    assert "decision" in refused(insert, town, town.decision)


@pytest.mark.parametrize("made_on", [DAY + 29 * ONE, DAY - 3 * ONE, datetime.date(2018, 12, 31)])
def test_the_database_refuses_a_decision_that_has_lapsed_or_is_not_held(made_on, town):
    told = refused(insert, town, town.decision, made_on=made_on)
    assert "lapsed" in told or "how long" in told


@pytest.mark.parametrize(
    "gate",
    [
        "[]",
        "{}",
        '[{"code": "decision.made", "is_met": false}]',
        '[{"code": "decision.made"}]',
        '[{"is_met": true}]',
        '[{"code": "decision.made", "is_met": "yes"}]',
    ],
)
def test_the_database_refuses_a_referral_whose_gate_was_not_open(gate, town):
    assert refused(insert, town, town.decision, gate=gate)


def test_the_database_refuses_one_that_is_sent_from_the_start(town):
    told = refused(insert, town, town.decision, state="filed", filed_on=DAY)
    assert "prepared before" in told


def test_the_database_refuses_another_lease_than_the_cases(town):
    other = GateTown(kid="123456790", number=ANOTHER)
    assert "its lease" in refused(insert, town, town.decision, lease_id=other.lease.pk)


def test_no_session_can_tell_the_gate_to_stand_aside():
    town = GateTown(kind="collection")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{arrears_referral:*}', false)")
    assert "same case and kind" in refused(insert, town, town.decision)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '', false)")


def test_the_database_refuses_a_decision_that_no_meeting_made():
    town = GateTown(without=["decision"])
    row = record_decision(
        town.case.pk,
        "bailiff",
        meeting="Et møte som ikke var",
        held_on=DAY,
        present=PARTIES,
        reason="Fordi",
        by=town.coordinator,
        on=DAY,
    )
    assert "closed meeting" in refused(insert, town, row)


def test_the_database_refuses_a_decision_that_a_later_meeting_has_replaced(town):
    town.decide("continue", on=DAY - ONE)
    assert "something else" in refused(insert, town, town.decision)


def test_a_prepared_referral_is_not_sent_when_a_later_meeting_has_decided_otherwise(town):
    row = town.refer()
    town.decide("continue", on=DAY)
    rows = Referral.objects.filter(pk=row.pk)
    assert "something else" in refused(
        rows.update, state="filed", filed_on=DAY, gate_at_filing=OPEN
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE meetings_meeting SET held_on = held_on + 1",
        "UPDATE meetings_agendaitem SET decision = 'court'",
        "UPDATE meetings_attendance SET presence = 'present'",
        "DELETE FROM meetings_attendance",
        "DELETE FROM meetings_agendaitem",
    ],
)
def test_no_session_rewrites_a_meeting_that_is_closed(sql, town):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [_ALL_TRIGGERS])
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(sql)


_ALL_TRIGGERS = "{meetings_meeting:*,meetings_agendaitem:*,meetings_attendance:*}"


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "court"},
        {"ground": "c"},
        {"reason": "nuisance"},
        {"gate": []},
        {"made_on": DAY - ONE},
        {"days_to_contact": 1},
        {"contacts_before": 99},
    ],
)
def test_what_a_referral_rests_on_is_never_changed(change, town):
    row = town.refer()
    told = refused(Referral.objects.filter(pk=row.pk).update, **change)
    assert "never changed" in told


def test_a_referral_is_not_given_another_decision(town):
    row = town.refer()
    other = town.decide(on=DAY)
    told = refused(Referral.objects.filter(pk=row.pk).update, decision=other)
    assert "never changed" in told


def test_a_prepared_referral_is_not_sent_past_the_gate(town):
    row = town.refer()
    rows = Referral.objects.filter(pk=row.pk)
    assert "gate is not open" in refused(rows.update, state="filed", filed_on=DAY)
    late = DAY + 29 * ONE
    assert "lapsed" in refused(rows.update, state="filed", filed_on=late, gate_at_filing=OPEN)


def test_a_referral_that_is_over_stays_so(town):
    row = town.refer()
    service.withdraw(row.pk, note="Feil", by=town.landlord, on=DAY)
    assert "stays so" in refused(Referral.objects.filter(pk=row.pk).update, state="prepared")


@pytest.mark.parametrize("model", [Referral, CaseDecision, ReferralStep, GateAnswer])
def test_nothing_of_it_is_ever_removed(model, town):
    service.withdraw(town.refer().pk, note="Feil", by=town.landlord, on=DAY)
    row = model.objects.first()
    table = model._meta.db_table
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row.pk])


# --- The admin site -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Referral, CaseDecision, ReferralStep, GateAnswer, EmergencyAct])
def test_the_administration_has_no_way_to_them(model):
    assert model not in admin.site._registry


# --- The emergency ------------------------------------------------------------------------------


def emergency(town: GateTown, by: object) -> EmergencyAct:
    return act_in_emergency(
        town.case.pk,
        what="Flyttet til krisesenter",
        danger="Trusler om drap",
        reported_to="Politiet",
        reported_on=DAY,
        by=by,
        on=DAY,
    )


def test_a_managers_emergency_act_is_named_and_reported_and_opens_no_gate():
    town = GateTown(without=["decision"])
    manager = UserFactory(role="manager")
    row = emergency(town, manager)
    assert (row.by, row.reported_to) == (manager, "Politiet")
    assert town.case.tasks.filter(kind="emergency_act").exists()
    with pytest.raises(RuleBroken) as broken:
        town.refer()
    assert broken.value.code == "gate.closed"


@pytest.mark.parametrize("role", ["coordinator", "caseworker", "landlord", "administrator"])
def test_nobody_else_acts_in_an_emergency(role, town):
    with pytest.raises(RuleBroken) as broken:
        emergency(town, UserFactory(role=role))
    assert broken.value.code == "emergency.not_manager"


# --- The pages ----------------------------------------------------------------------------------

ROLES = [
    "caseworker",
    "coordinator",
    "housing_unit",
    "landlord",
    "manager",
    "privacy_officer",
    "administrator",
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("part", ["visit", "decision", "answers"])
def test_no_role_refers_through_the_page_while_the_gate_is_closed(client, role, part):
    town = GateTown(today(), without=[part])
    client.force_login(UserFactory(role=role, role__cleared=True))
    url = reverse("arrears:refer", args=[town.case.pk]) + "?way=bailiff.a"
    answer = client.post(
        url,
        {
            "reason": "arrears",
            "submission_id": "11111111-1111-4111-8111-111111111111",
            "version": town.case.version,
        },
    )
    assert answer.status_code in (403, 422)
    assert not Referral.objects.exists()


@pytest.mark.parametrize("role", ["coordinator", "landlord"])
def test_those_who_may_refer_through_the_open_gate(client, role):
    town = GateTown(today())
    town.case.refresh_from_db()
    client.force_login(UserFactory(role=role))
    answer = client.post(
        reverse("arrears:refer", args=[town.case.pk]) + "?way=bailiff.a",
        {
            "reason": "arrears",
            "submission_id": "11111111-1111-4111-8111-111111111111",
            "version": town.case.version,
        },
    )
    row = Referral.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("arrears:referral", args=[row.pk]))
