"""Complaints through the services: received, talked about, assessed, closed and withdrawn."""

import datetime as dt

import pytest

from boligsak.rates.models import Policy
from boligsak.rule import RuleBroken
from tenants.models import Complaint, ComplaintAct, HeadLandlordAction, Lease
from tenants.queries.complaints import deadlines, in_pattern
from tenants.rules.complaints import Reduction
from tenants.services.complaints import (
    NewComplaint,
    assess,
    close,
    name_head_action,
    note_contact,
    register,
    withdraw,
)
from tests.factories import DwellingFactory, LeaseFactory, OfficeFactory, PersonFactory, UserFactory
from tests.together import at_once

pytestmark = pytest.mark.django_db
D = dt.date
DAY = D(2026, 11, 23)  # a Monday


@pytest.fixture
def kari():
    return UserFactory(role="caseworker", role__cleared=True)


def complain(lease, by, on=DAY, **more) -> Complaint:
    told = {"about": "tenancy", "kind": "noise", "source": "neighbour", "received_on": on}
    new = NewComplaint(lease_id=lease.pk, text="Høy musikk", **(told | more))
    return register(new, by=by, on=max(on, more.get("today", on)))


def about_the_dwelling(lease, by, on=DAY, **more) -> Complaint:
    return complain(lease, by, on, about="dwelling", kind="moisture", source="tenant", **more)


def refused(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


# --- Coming in ----------------------------------------------------------------------------------


def test_a_complaint_has_a_number_and_a_day_to_call_by(kari) -> None:
    lease = LeaseFactory()
    first, second = complain(lease, kari), complain(lease, kari)
    assert (first.number, second.number) == ("K2026-00001", "K2026-00002")
    assert first.contact_by == D(2026, 11, 30)
    assert first.dwelling_id == lease.dwelling_id


def test_each_office_calls_within_its_own_days(kari) -> None:
    office = OfficeFactory()
    Policy.objects.create(
        kind="complaints",
        office=office,
        valid_from=D(2026, 1, 1),
        values={"contact_days": 2, "pattern_count": 3, "pattern_months": 6, "serious_count": 6},
        source="Vedtak i bydelen",
    )
    here = complain(LeaseFactory(dwelling=DwellingFactory(office=office)), kari)
    assert here.contact_by == D(2026, 11, 25)
    assert complain(LeaseFactory(), kari).contact_by == D(2026, 11, 30)
    assert Policy.objects.filter(kind="complaints", cited_at__isnull=True).count() == 0


def test_a_complaint_about_a_dwelling_finds_who_lived_there_then(kari) -> None:
    dwelling = DwellingFactory()
    before = LeaseFactory(dwelling=dwelling, moved_out_on=D(2026, 10, 31))
    now = LeaseFactory(dwelling=dwelling, starts_on=D(2026, 11, 1))
    told = {"about": "tenancy", "kind": "noise", "source": "neighbour", "text": "Støy"}
    found = [
        register(
            NewComplaint(dwelling_id=dwelling.pk, received_on=DAY, happened_on=on, **told),
            by=kari,
            on=DAY,
        ).lease
        for on in (D(2026, 10, 30), None)
    ]
    assert found == [before, now]


def test_a_complaint_about_nobody_s_tenancy_is_refused(kari) -> None:
    new = NewComplaint(
        about="tenancy",
        kind="noise",
        source="neighbour",
        dwelling_id=DwellingFactory().pk,
        received_on=DAY,
        text="Støy",
    )
    assert refused(register, new, by=kari, on=DAY) == "complaint.no_lease"


def test_a_clerk_of_another_office_registers_nothing(kari) -> None:
    clerk = UserFactory(role="caseworker", role__offices=[OfficeFactory()])
    assert refused(complain, LeaseFactory(), clerk) == "complaint.not_visible"


def test_a_stranger_is_not_the_tenant_who_complains(kari) -> None:
    lease = LeaseFactory()
    tenant = lease.parties.get().person_id
    assert about_the_dwelling(lease, kari, person_id=tenant).person_id == tenant
    with pytest.raises(RuleBroken) as broken:
        about_the_dwelling(lease, kari, person_id=PersonFactory().pk)
    assert broken.value.code == "complaint.not_a_tenant"


def test_nothing_is_registered_without_words(kari) -> None:
    new = NewComplaint(
        about="tenancy",
        kind="noise",
        source="neighbour",
        lease_id=LeaseFactory().pk,
        received_on=DAY,
        text="  ",
    )
    assert refused(register, new, by=kari, on=DAY) == "complaint.no_text"


def test_the_night_hears_of_it_by_the_lease(kari) -> None:
    lease = LeaseFactory()
    before = Lease.objects.get(pk=lease.pk).changed_at
    complain(lease, kari)
    assert Lease.objects.get(pk=lease.pk).changed_at > before


# --- What follows -------------------------------------------------------------------------------


def test_from_receipt_to_the_end(kari) -> None:
    row = complain(LeaseFactory(), kari)
    note_contact(row.pk, contacted_on=DAY, says="Det var en bursdag", by=kari, on=DAY)
    assess(row.pk, is_upheld=True, assessed="Naboen har opptak", by=kari, on=DAY)
    done = close(row.pk, outcome="Har lovet å være stille", by=kari, on=DAY)
    assert (done.state, done.closed_on, done.is_upheld) == ("closed", DAY, True)
    acts = list(ComplaintAct.objects.filter(complaint=row).values_list("what", flat=True))
    assert acts == ["registered", "contacted", "upheld", "closed"]


def test_a_second_talk_is_added_and_the_first_day_stands(kari) -> None:
    row = complain(LeaseFactory(), kari, D(2026, 11, 16))
    note_contact(row.pk, contacted_on=D(2026, 11, 17), says="Nei", by=kari, on=DAY)
    row = note_contact(row.pk, contacted_on=DAY, says="Kanskje", by=kari, on=DAY)
    assert row.contacted_on == D(2026, 11, 17)
    assert row.tenant_says == "Nei\n\nKanskje"


def test_nobody_is_judged_before_they_are_heard(kari) -> None:
    row = complain(LeaseFactory(), kari)
    assess(row.pk, is_upheld=True, assessed="Mange har hørt det", by=kari, on=DAY)
    assert refused(close, row.pk, outcome="Ferdig", by=kari, on=DAY) == "complaint.not_heard"


def test_what_is_done_with_takes_no_more_steps(kari) -> None:
    row = complain(LeaseFactory(), kari)
    withdraw(row.pk, reason="Feil bolig", by=kari, on=DAY)
    steps = [
        (close, {"outcome": "Ferdig"}),
        (withdraw, {"reason": "Igjen"}),
        (assess, {"is_upheld": True, "assessed": "Ja"}),
        (note_contact, {"contacted_on": DAY, "says": "Hei"}),
    ]
    for step, facts in steps:
        assert refused(step, row.pk, **facts, by=kari, on=DAY) == "complaint.withdrawn"


def test_an_old_page_changes_nothing(kari) -> None:
    row = complain(LeaseFactory(), kari)
    note_contact(row.pk, contacted_on=DAY, says="Hei", by=kari, on=DAY, version=1)
    old = {"is_upheld": False, "assessed": "Nei", "by": kari, "on": DAY, "version": 1}
    assert refused(assess, row.pk, **old) == "complaint.changed"


def test_a_protected_home_s_complaint_is_for_who_is_cleared(kari) -> None:
    row = complain(LeaseFactory(is_protected=True), kari)
    clerk = UserFactory(role="caseworker")
    assert refused(withdraw, row.pk, reason="Nei", by=clerk, on=DAY) == "complaint.not_visible"


def test_the_cooperative_s_own_action_hangs_on_the_complaint(kari) -> None:
    row = complain(LeaseFactory(), kari, source="cooperative")
    action = HeadLandlordAction.objects.create(
        dwelling=row.dwelling, kind="warning", received_on=DAY, by=kari
    )
    assert name_head_action(row.pk, action, by=kari, on=DAY).head_action == action


# --- §§ 2-11, 2-15 ------------------------------------------------------------------------------


def test_2_11_a_defect_that_is_found_reduces_the_rent(kari) -> None:
    row = about_the_dwelling(LeaseFactory(), kari)
    reduction = Reduction(150_000, D(2026, 9, 1), D(2026, 11, 30))
    row = assess(row.pk, is_upheld=True, assessed="Mugg", reduction=reduction, by=kari, on=DAY)
    assert (row.reduction_ore, row.reduction_from) == (150_000, D(2026, 9, 1))
    row = assess(row.pk, is_upheld=True, assessed="Mugg likevel ikke der", by=kari, on=DAY)
    assert row.reduction_ore is None


@pytest.mark.parametrize(
    ("about", "is_upheld", "reduction", "code"),
    [
        ("dwelling", False, Reduction(1, D(2026, 9, 1)), "reduction.not_upheld"),
        ("dwelling", True, Reduction(900_001, D(2026, 9, 1)), "reduction.amount"),
        ("dwelling", True, Reduction(1, D(2019, 12, 1)), "reduction.amount"),
        ("tenancy", True, Reduction(1, D(2026, 9, 1)), "reduction.not_dwelling"),
    ],
)
def test_2_11_no_other_complaint_reduces_it(about, is_upheld, reduction, code, kari) -> None:
    lease = LeaseFactory()
    row = complain(lease, kari) if about == "tenancy" else about_the_dwelling(lease, kari)
    facts = {"is_upheld": is_upheld, "assessed": "Sett på", "reduction": reduction}
    assert refused(assess, row.pk, **facts, by=kari, on=DAY) == code


# --- Which count, and which wait ----------------------------------------------------------------


def test_only_those_that_count_are_the_pattern_s(kari) -> None:
    lease = LeaseFactory()
    rows = [complain(lease, kari, on) for on in (D(2026, 5, 22), D(2026, 6, 1), D(2026, 10, 1))]
    gone, unfounded = complain(lease, kari), complain(lease, kari)
    withdraw(gone.pk, reason="Feil", by=kari, on=DAY)
    assess(unfounded.pk, is_upheld=False, assessed="Nei", by=kari, on=DAY)
    about_the_dwelling(lease, kari)
    done = rows[0]
    note_contact(done.pk, contacted_on=D(2026, 5, 23), says="Ja", by=kari, on=DAY)
    assess(done.pk, is_upheld=True, assessed="Ja", by=kari, on=DAY)
    close(done.pk, outcome="Ferdig", by=kari, on=DAY)
    assert set(in_pattern(lease, DAY)) == {rows[1], rows[2]}


def test_the_days_to_call_by_are_on_the_list_of_deadlines(kari) -> None:
    soon, late = complain(LeaseFactory(), kari), complain(LeaseFactory(), kari, D(2026, 11, 2))
    talked = complain(LeaseFactory(), kari)
    note_contact(talked.pk, contacted_on=DAY, says="Ja", by=kari, on=DAY)
    found = deadlines(kari, DAY, D(2026, 11, 30))
    assert [(one.complaint_id, one.on) for one in found] == [(soon.pk, D(2026, 11, 30))]
    assert late.contact_by == D(2026, 11, 9)


# --- Two at once --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_register_at_the_same_time_get_a_number_each() -> None:
    kari, ola = UserFactory(role="caseworker"), UserFactory(role="landlord")
    lease = LeaseFactory()
    assert at_once(lambda: complain(lease, kari), lambda: complain(lease, ola)) == ["done", "done"]
    assert Complaint.objects.values("number").distinct().count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_it_the_second_is_told_who_was_first() -> None:
    kari, ola = UserFactory(role="caseworker"), UserFactory(role="landlord")
    row = complain(LeaseFactory(), kari)
    assert at_once(
        lambda: withdraw(row.pk, reason="Feil", by=kari, on=DAY, version=1),
        lambda: assess(row.pk, is_upheld=True, assessed="Ja", by=ola, on=DAY, version=1),
    ) == ["complaint.changed", "done"]


def test_the_tenant_who_complains_of_the_dwelling_is_answered_by_the_assessment(kari) -> None:
    row = about_the_dwelling(LeaseFactory(), kari)
    assert [one.complaint_id for one in deadlines(kari, DAY, D(2026, 12, 31))] == [row.pk]
    assess(row.pk, is_upheld=False, assessed="Vinduet var åpent", by=kari, on=DAY)
    assert deadlines(kari, DAY, D(2026, 12, 31)) == []
