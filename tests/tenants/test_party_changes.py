"""Separation, death, joint tenants, taking over, and new members: dated changes of the parties."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.models import HouseholdMember, Lease, LeaseAct, LeaseParty, PartyChange, Person
from tenants.rules.party_changes import (
    PartyFacts,
    answer_by,
    answer_now,
    check_answer,
    check_change,
    gone,
)
from tenants.services.leases import add_party
from tenants.services.party_changes import (
    NewPartyChange,
    answer_member,
    ask_for_member,
    change_parties,
    let_silence_answer,
)
from tenants.services.people import NewPerson
from tests.factories import (
    HouseholdFactory,
    HouseholdMemberFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
    UserFactory,
)
from tests.together import at_once

D = dt.date
DAY = D(2026, 11, 23)
ON = D(2026, 12, 1)


def refused(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


# --- The rules ----------------------------------------------------------------------------------

_FACTS = {
    "kind": "separation",
    "from_on": ON,
    "starts_on": D(2020, 1, 1),
    "tenants": frozenset({1, 2}),
    "out_id": 1,
}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, ""),
        ({"kind": "new_member"}, "party.kind"),
        ({"from_on": D(2020, 1, 1)}, "party.before_lease"),
        ({"moved_out_on": D(2026, 11, 30)}, "party.lease_over"),
        ({"out_id": None}, "party.nobody_out"),
        ({"out_id": 9}, "party.not_tenant"),
        ({"in_id": 2}, "party.is_tenant"),
        ({"in_id": 3, "in_died_on": DAY}, "party.in_dead"),
        ({"in_id": 3}, ""),
        ({"tenants": frozenset({1})}, "party.nobody_left"),
        ({"tenants": frozenset({1}), "in_id": 3}, ""),
        ({"kind": "moves_out"}, ""),
        ({"kind": "moves_out", "tenants": frozenset({1})}, "party.nobody_left"),
        ({"kind": "moves_out", "in_id": 3}, "party.somebody_in"),
        ({"kind": "takes_over"}, "party.nobody_in"),
        ({"kind": "takes_over", "in_id": 3}, ""),
        ({"kind": "death"}, "party.not_dead"),
        ({"kind": "death", "died_on": ON}, "party.before_death"),
        ({"kind": "death", "died_on": D(2026, 11, 30)}, ""),
        (
            {"kind": "death", "died_on": D(2026, 11, 30), "tenants": frozenset({1})},
            "party.nobody_left",
        ),
    ],
)
def test_8_2_8_3_who_can_leave_and_who_can_come_in(changed, code) -> None:
    facts = PartyFacts(**{**_FACTS, **changed})
    if code:
        assert refused(check_change, facts) == code
    else:
        check_change(facts)


@pytest.mark.parametrize(
    ("asked_on", "expected"),
    [
        (D(2026, 11, 23), D(2026, 12, 23)),
        (D(2026, 1, 31), D(2026, 2, 28)),
        (D(2026, 10, 15), D(2026, 11, 15)),  # a Sunday: the landlord's deadline does not move
    ],
)
def test_7_6_the_landlord_has_one_month_to_answer(asked_on, expected) -> None:
    assert answer_by(asked_on) == expected


@pytest.mark.parametrize(
    ("answer", "day", "expected"),
    [
        ("", D(2026, 12, 23), "waiting"),
        ("", D(2026, 12, 24), "silence"),
        ("no", D(2026, 12, 24), "no"),
        ("yes", D(2026, 12, 1), "yes"),
    ],
)
def test_7_6_silence_is_a_yes_when_the_month_is_over(answer, day, expected) -> None:
    assert answer_now(answer, D(2026, 12, 23), day) == expected


@pytest.mark.parametrize(
    ("died_on", "moved_out_on", "day", "expected"),
    [
        (None, None, D(2026, 12, 24), "silence"),
        (None, D(2026, 12, 23), D(2026, 12, 23), "waiting"),  # the last day is a day of the tenancy
        (None, D(2026, 12, 23), D(2026, 12, 24), "over"),
        (None, D(2026, 12, 24), D(2026, 12, 24), "silence"),  # moves in on its last day
        (None, D(2026, 12, 24), D(2026, 12, 25), "silence"),
        (None, D(2026, 12, 1), D(2026, 12, 2), "over"),
        (None, D(2027, 1, 31), D(2026, 12, 24), "silence"),
        (D(2026, 12, 1), None, D(2026, 12, 2), "dead"),
        (D(2026, 12, 1), D(2026, 12, 1), D(2026, 12, 24), "dead"),
    ],
)
def test_7_6_silence_lets_nobody_into_a_home_that_is_left(
    died_on, moved_out_on, day, expected
) -> None:
    by = D(2026, 12, 23)
    assert answer_now("", by, day, gone(by, died_on, moved_out_on, day)) == expected
    assert answer_now("no", by, day, gone(by, died_on, moved_out_on, day)) == "no"


@given(st.dates(D(2020, 1, 1), D(2030, 1, 1)))
def test_7_6_the_month_is_never_shorter_than_the_shortest(asked_on) -> None:
    assert 28 <= (answer_by(asked_on) - asked_on).days <= 31


@pytest.mark.parametrize(
    ("answer", "now", "from_on", "reason", "code"),
    [
        ("yes", "waiting", ON, "", ""),
        ("no", "waiting", None, "Trangbodd", ""),
        ("yes", "silence", ON, "", "member.silence"),
        ("no", "yes", None, "Nei", "member.answered"),
        ("no", "waiting", None, " ", "member.no_reason"),
        ("yes", "waiting", None, "", "member.no_day"),
        ("yes", "waiting", D(2026, 11, 22), "", "member.day"),
    ],
)
def test_7_6_an_answer_has_a_day_or_a_reason(answer, now, from_on, reason, code) -> None:
    given_ = (answer, now, D(2026, 12, 23), DAY, from_on, reason)
    if code:
        assert refused(check_answer, *given_) == code
    else:
        check_answer(*given_)


# --- The services -------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


@pytest.fixture
def lease():
    home = HouseholdFactory()
    made = LeaseFactory(household=home)
    HouseholdMemberFactory(household=home, person=made.parties.get().person)
    return made


def member(lease) -> Person:
    return HouseholdMemberFactory(household=lease.household).person


def joint(lease, kari) -> Person:
    person = member(lease)
    add_party(lease.pk, person.pk, from_on=D(2021, 1, 1), by=kari, today=DAY)
    return person


def periods(lease) -> dict[int, tuple[dt.date, dt.date | None]]:
    rows = LeaseParty.objects.filter(lease=lease)
    return {row.person_id: (row.from_on, row.to_on) for row in rows}


def test_8_3_at_separation_one_keeps_the_home_and_the_other_leaves_with_a_day(lease, kari) -> None:
    first, other = lease.parties.get().person_id, joint(lease, kari).pk
    new = NewPartyChange(kind="separation", from_on=ON, out_id=first, reason="Enige")
    row = change_parties(lease.pk, new, by=kari, on=DAY)
    assert periods(lease) == {
        first: (D(2020, 1, 1), D(2026, 11, 30)),
        other: (D(2021, 1, 1), None),
    }
    left = HouseholdMember.objects.get(household=lease.household, person=first)
    assert left.to_on == D(2026, 11, 30)
    assert (row.kind, row.by) == ("separation", kari)
    assert LeaseAct.objects.get(lease=lease).what == "parties"


def test_8_3_who_was_no_tenant_can_keep_the_home(lease, kari) -> None:
    first, spouse = lease.parties.get().person_id, member(lease).pk
    new = NewPartyChange(kind="separation", from_on=ON, out_id=first, in_id=spouse)
    change_parties(lease.pk, new, by=kari, on=DAY)
    assert periods(lease)[spouse] == (ON, None)
    assert periods(lease)[first][1] == D(2026, 11, 30)


def test_nobody_who_has_died_takes_a_lease_over(lease, kari) -> None:
    dead = member(lease)
    Person.objects.filter(pk=dead.pk).update(died_on=DAY)
    out_id = lease.parties.get().person_id
    new = NewPartyChange(kind="takes_over", from_on=ON, out_id=out_id, in_id=dead.pk)
    assert refused(change_parties, lease.pk, new, by=kari, on=DAY) == "party.in_dead"


def test_8_2_somebody_of_the_household_takes_over_the_day_after_a_death(lease, kari) -> None:
    dead, heir = lease.parties.get().person, member(lease)
    new = NewPartyChange(kind="death", from_on=D(2026, 11, 11), out_id=dead.pk, in_id=heir.pk)
    assert refused(change_parties, lease.pk, new, by=kari, on=DAY) == "party.not_dead"
    dead.died_on = D(2026, 11, 10)
    dead.save()
    change_parties(lease.pk, new, by=kari, on=DAY)
    assert periods(lease)[dead.pk][1] == D(2026, 11, 10)
    assert periods(lease)[heir.pk] == (D(2026, 11, 11), None)


def test_the_last_tenant_does_not_leave_alone(lease, kari) -> None:
    new = NewPartyChange(kind="moves_out", from_on=ON, out_id=lease.parties.get().person_id)
    assert refused(change_parties, lease.pk, new, by=kari, on=DAY) == "party.nobody_left"


def test_a_lease_is_taken_over_on_one_day(lease, kari) -> None:
    first, new_tenant = lease.parties.get().person_id, member(lease).pk
    new = NewPartyChange(kind="takes_over", from_on=ON, out_id=first, in_id=new_tenant)
    change_parties(lease.pk, new, by=kari, on=DAY)
    spans = periods(lease)
    assert spans[first][1] + dt.timedelta(days=1) == spans[new_tenant][0]


def test_who_comes_in_joins_a_household_that_is_made_for_the_purpose(kari) -> None:
    lease, heir = LeaseFactory(), PersonFactory()
    first = lease.parties.get().person_id
    new = NewPartyChange(kind="takes_over", from_on=ON, out_id=first, in_id=heir.pk)
    change_parties(lease.pk, new, by=kari, on=DAY)
    lease.refresh_from_db()
    members = HouseholdMember.objects.filter(household=lease.household)
    assert set(members.values_list("person", "to_on")) == {
        (first, D(2026, 11, 30)),
        (heir.pk, None),
    }


def test_a_protected_person_who_comes_in_protects_the_lease(lease, kari) -> None:
    first, hidden = lease.parties.get().person_id, PersonFactory(protection=6)
    new = NewPartyChange(kind="takes_over", from_on=DAY, out_id=first, in_id=hidden.pk)
    change_parties(lease.pk, new, by=kari, on=DAY)
    assert Lease.objects.get(pk=lease.pk).is_protected


def test_an_old_page_changes_no_parties(lease, kari) -> None:
    joint(lease, kari)
    first = lease.parties.order_by("pk")[0].person_id
    version = Lease.objects.get(pk=lease.pk).version
    new = NewPartyChange(kind="moves_out", from_on=ON, out_id=first)
    change_parties(lease.pk, new, by=kari, on=DAY, version=version)
    again = {"by": kari, "on": DAY, "version": version}
    assert refused(change_parties, lease.pk, new, **again) == "lease.changed"


def test_the_lease_of_another_office_is_not_touched(lease) -> None:
    stranger = UserFactory(role="landlord", role__offices=[OfficeFactory()])
    new = NewPartyChange(kind="moves_out", from_on=ON, out_id=1)
    assert refused(change_parties, lease.pk, new, by=stranger, on=DAY) == "lease.not_visible"


# --- New members --------------------------------------------------------------------------------


def asked(lease, kari, on=DAY, **more) -> PartyChange:
    who = more or {"new": NewPerson(given_name="Per", family_name="Ny", born_on=D(1990, 5, 1))}
    return ask_for_member(lease.pk, asked_on=on, reason="Samboer", by=kari, on=DAY, **who)


def test_7_6_a_request_has_a_day_to_be_answered_by(lease, kari) -> None:
    row = asked(lease, kari)
    assert row.answer_by == D(2026, 12, 23)
    assert row.person_in.given_name == "Per"
    assert LeaseParty.objects.filter(lease=lease).count() == 1


def test_7_6_a_yes_lets_them_move_in_and_makes_nobody_a_party(lease, kari) -> None:
    row = asked(lease, kari)
    answer_member(row.pk, "yes", from_on=ON, by=kari, on=DAY)
    joined = HouseholdMember.objects.get(household=lease.household, person=row.person_in)
    assert (joined.from_on, joined.role) == (ON, "adult")
    assert LeaseParty.objects.filter(lease=lease).count() == 1


def test_7_6_a_no_has_its_reasons(lease, kari) -> None:
    row = asked(lease, kari)
    assert refused(answer_member, row.pk, "no", by=kari, on=DAY) == "member.no_reason"
    row = answer_member(row.pk, "no", reason="Boligen blir overbefolket", by=kari, on=DAY)
    assert row.answer == "no"
    assert "overbefolket" in row.reason
    assert not HouseholdMember.objects.filter(person=row.person_in).exists()


def test_7_6_after_the_month_the_night_says_yes_once(lease, kari) -> None:
    row = asked(lease, kari, D(2026, 10, 20))
    assert let_silence_answer(D(2026, 11, 20)) == {"agreed": 0, "dropped": 0}
    assert let_silence_answer(D(2026, 11, 21)) == {"agreed": 1, "dropped": 0}
    assert let_silence_answer(D(2026, 11, 21)) == {"agreed": 0, "dropped": 0}
    row.refresh_from_db()
    assert (row.answer, row.from_on) == ("silence", D(2026, 11, 21))
    assert HouseholdMember.objects.filter(person=row.person_in).exists()


def test_7_6_the_night_moves_nobody_into_a_home_that_is_left(lease, kari) -> None:
    row = asked(lease, kari, D(2026, 10, 20))
    Lease.objects.filter(pk=lease.pk).update(moved_out_on=D(2026, 11, 20))
    assert let_silence_answer(D(2026, 11, 21)) == {"agreed": 0, "dropped": 1}
    assert let_silence_answer(D(2026, 11, 22)) == {"agreed": 0, "dropped": 0}
    row.refresh_from_db()
    assert (row.answer, row.from_on) == ("over", None)
    assert LeaseAct.objects.filter(lease=lease, what="member_over").count() == 1
    assert not HouseholdMember.objects.filter(person=row.person_in).exists()


def test_7_6_a_silence_moves_in_nobody_who_has_died(lease, kari) -> None:
    row = asked(lease, kari)
    Person.objects.filter(pk=row.person_in_id).update(died_on=DAY)
    assert let_silence_answer(D(2026, 11, 24)) == {"agreed": 0, "dropped": 1}
    row.refresh_from_db()
    assert row.answer == "dead"
    assert LeaseAct.objects.filter(lease=lease, what="member_dead").count() == 1


def test_7_6_a_yes_comes_too_late_when_nothing_can_come_of_it(lease, kari) -> None:
    row = asked(lease, kari)
    Lease.objects.filter(pk=lease.pk).update(moved_out_on=D(2026, 11, 30))
    yes = {"from_on": ON, "by": kari, "on": DAY}
    assert refused(answer_member, row.pk, "yes", **yes) == "party.lease_over"
    Person.objects.filter(pk=row.person_in_id).update(died_on=DAY)
    assert refused(answer_member, row.pk, "yes", **yes) == "member.gone_dead"


def test_7_6_nobody_says_no_when_the_month_is_over(lease, kari) -> None:
    row = asked(lease, kari, D(2026, 10, 20))
    late = {"reason": "Nei", "by": kari, "on": D(2026, 11, 23)}
    assert refused(answer_member, row.pk, "no", **late) == "member.silence"


def test_a_child_who_moves_in_is_a_child_of_the_household(lease, kari) -> None:
    new = NewPerson(given_name="Lise", family_name="Ny", born_on=D(2018, 5, 1))
    row = asked(lease, kari, new=new)
    answer_member(row.pk, "yes", from_on=ON, by=kari, on=DAY)
    assert HouseholdMember.objects.get(person=row.person_in).role == "child"


@pytest.mark.parametrize(
    ("born_on", "role"), [(D(2008, 12, 2), "child"), (D(2008, 12, 1), "adult")]
)
def test_who_is_eighteen_on_the_day_of_moving_in_is_an_adult(born_on, role, lease, kari) -> None:
    new = NewPerson(given_name="Lise", family_name="Ny", born_on=born_on)
    row = asked(lease, kari, new=new)
    answer_member(row.pk, "yes", from_on=ON, by=kari, on=DAY)
    assert HouseholdMember.objects.get(person=row.person_in).role == role


def test_the_same_person_is_asked_for_once(lease, kari) -> None:
    somebody = PersonFactory()
    asked(lease, kari, person_id=somebody.pk)
    with pytest.raises(RuleBroken) as broken:
        asked(lease, kari, person_id=somebody.pk)
    assert broken.value.code == "member.asked_already"


def test_who_lives_there_is_not_asked_for(lease, kari) -> None:
    with pytest.raises(RuleBroken) as broken:
        asked(lease, kari, person_id=member(lease).pk)
    assert broken.value.code == "member.lives_there"


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_the_first_stands() -> None:
    kari, ola = UserFactory(role="caseworker"), UserFactory(role="landlord")
    row = asked(LeaseFactory(), kari)
    found = at_once(
        lambda: answer_member(row.pk, "yes", from_on=ON, by=kari, on=DAY, version=1),
        lambda: answer_member(row.pk, "no", reason="Nei", by=ola, on=DAY, version=1),
    )
    assert found == ["done", "party.changed"]


@pytest.mark.django_db(transaction=True)
def test_two_tenants_cannot_both_leave_at_once() -> None:
    kari, ola = UserFactory(role="caseworker"), UserFactory(role="landlord")
    lease = LeaseFactory()
    first, second = lease.parties.get().person_id, PersonFactory().pk
    add_party(lease.pk, second, from_on=D(2021, 1, 1), by=kari, today=DAY)
    leave = [NewPartyChange(kind="moves_out", from_on=ON, out_id=pk) for pk in (first, second)]
    assert at_once(
        lambda: change_parties(lease.pk, leave[0], by=kari, on=DAY),
        lambda: change_parties(lease.pk, leave[1], by=ola, on=DAY),
    ) == ["done", "party.nobody_left"]
