"""Moving out: the day, the inspection, the keys, and the rent of the last month."""

import datetime as dt
import time
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.models import Dwelling, Lease, LeaseAct, MoveOut
from tenants.rules.move_out import (
    Damage,
    Settlement,
    check_due,
    check_keys,
    check_settling,
    check_told,
    last_day,
    rent_of_month,
)
from tenants.services import move_outs
from tenants.services.leases import end_lease
from tenants.services.move_outs import (
    begin_move_out,
    change_day,
    damages_of,
    inspect,
    move_by_swap,
    take_keys,
    withdraw_move_out,
)
from tests.factories import LeaseFactory, OfficeFactory, PersonFactory, UserFactory
from tests.together import at_once

D = dt.date
DAY = D(2026, 11, 23)
LAST = D(2026, 11, 30)
RENT = 900_000
FOREVER = D(2100, 1, 1)


def refused(do, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        do(*args, **kwargs)
    return broken.value.code


# --- The rules ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "last_on", "expected"),
    [
        ([(D(2020, 1, 1), RENT)], FOREVER, 900_000),
        ([(D(2020, 1, 1), RENT)], D(2026, 11, 30), 900_000),
        ([(D(2020, 1, 1), RENT)], D(2026, 11, 10), 300_000),
        ([(D(2020, 1, 1), RENT)], D(2026, 10, 31), 0),
        ([(D(2020, 1, 1), RENT), (D(2026, 11, 16), 2 * RENT)], FOREVER, 1_350_000),
        ([(D(2020, 1, 1), RENT), (D(2026, 11, 16), 2 * RENT)], D(2026, 11, 15), 450_000),
        ([(D(2020, 1, 1), 100)], D(2026, 11, 5), 17),  # 16.67, rounded half up
        ([], FOREVER, 0),
    ],
)
def test_the_last_month_costs_its_days(terms, last_on, expected) -> None:
    assert rent_of_month(terms, D(2020, 1, 1), last_on, D(2026, 11, 1)) == expected


def test_the_first_month_costs_its_days_too() -> None:
    terms = [(D(2026, 11, 16), RENT)]
    assert rent_of_month(terms, D(2026, 11, 16), FOREVER, D(2026, 11, 1)) == 450_000


@given(st.integers(0, 5_000_000), st.dates(D(2024, 1, 1), D(2027, 1, 1)))
def test_a_later_last_day_never_costs_less(ore, last_on) -> None:
    terms = [(D(2020, 1, 1), ore)]
    one, other = (
        rent_of_month(terms, D(2020, 1, 1), on, last_on)
        for on in (last_on, last_on + dt.timedelta(days=1))
    )
    assert 0 <= one <= other <= ore


@given(st.integers(1, 5_000_000), st.integers(2020, 2030), st.integers(1, 12))
def test_a_whole_month_costs_a_whole_rent(ore, year, month) -> None:
    first = D(year, month, 1)
    last = add_months(first, 1) - dt.timedelta(days=1)
    assert rent_of_month([(D(2019, 1, 1), ore)], D(2019, 1, 1), last, first) == ore


@pytest.mark.parametrize(
    ("keys_on", "expected"),
    [(None, LAST), (D(2026, 11, 28), LAST), (D(2026, 12, 3), D(2026, 12, 3))],
)
def test_whoever_has_the_keys_has_the_dwelling(keys_on, expected) -> None:
    assert last_day(LAST, keys_on) == expected


@pytest.mark.parametrize(
    ("settlement", "net"),
    [
        (Settlement(900_000), 900_000),
        (Settlement(900_000, 300_000, 45_000), 645_000),
        (Settlement(0, 300_000), -300_000),
        (Settlement(-100_000, 0, 100_000), 0),
    ],
)
def test_what_is_left_is_what_is_owed_less_the_rent_after_and_with_the_damages(
    settlement, net
) -> None:
    assert settlement.net_ore == net


@pytest.mark.parametrize(
    ("keys_on", "last_on", "settled_on", "code"),
    [
        (LAST, LAST, None, ""),
        (None, LAST, None, "move.no_keys"),
        (LAST, LAST, LAST, "move.settled"),
        (LAST, D(2026, 12, 31), None, "move.lives_there"),
    ],
)
def test_a_tenancy_is_settled_when_it_is_over_and_once(keys_on, last_on, settled_on, code) -> None:
    facts = (keys_on, last_on, settled_on, D(2026, 12, 1))
    if code:
        assert refused(check_settling, *facts) == code
    else:
        check_settling(*facts)


# --- The services -------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari():
    return UserFactory(role="caseworker")


def begun(by, lease=None, on=DAY, **more) -> MoveOut:
    made = lease or LeaseFactory()
    return begin_move_out(made.pk, moves_on=LAST, reason="Flytter", by=by, on=on, **more)


def test_from_the_word_of_it_charges_stop_and_the_dwelling_becomes_vacant(kari) -> None:
    row = begun(kari)
    assert Lease.objects.get(pk=row.lease_id).moved_out_on == LAST
    assert row.told_on == DAY
    assert LeaseAct.objects.get(lease=row.lease_id).what == "move_told"


def test_the_same_is_told_once(kari) -> None:
    row = begun(kari)
    assert refused(begun, kari, row.lease) == "move.begun"


def test_another_day_is_agreed_on(kari) -> None:
    row = begun(kari)
    change_day(row.pk, moves_on=D(2026, 12, 15), reason="", by=kari, on=DAY)
    assert Lease.objects.get(pk=row.lease_id).moved_out_on == D(2026, 12, 15)


def test_who_stays_after_all_has_no_last_day_and_can_move_later(kari) -> None:
    row = begun(kari)
    withdraw_move_out(row.pk, reason="Fikk ikke boligen", by=kari, on=DAY)
    assert Lease.objects.get(pk=row.lease_id).moved_out_on is None
    again = begun(kari, row.lease)
    assert (again.pk, again.withdrawn_on) == (row.pk, None)


def test_who_moves_later_is_not_held_to_the_inspection_of_the_first_time(kari) -> None:
    row = begun(kari, new_address="Nygata 3, 7014 Trondheim")
    found = [Damage("Knust rute", 150_000)]
    inspect(row.pk, inspected_on=DAY, damages=found, note="Knust", by=kari, on=DAY)
    withdraw_move_out(row.pk, reason="Blir", by=kari, on=DAY)
    again = begun(kari, row.lease)
    assert (again.inspected_on, again.note, damages_of(again)) == (None, "", [])
    assert again.new_address == ""


def test_a_swap_after_a_moving_out_that_came_to_nothing_is_inspected_anew(kari) -> None:
    row = begun(kari)
    found = [Damage("Knust rute", 150_000)]
    inspect(row.pk, inspected_on=DAY, damages=found, note="", by=kari, on=DAY)
    withdraw_move_out(row.pk, reason="Blir", by=kari, on=DAY)
    row = move_by_swap(row.lease_id, last_on=LAST, number="S2026-00001", by=kari, on=DAY)
    assert (row.inspected_on, damages_of(row)) == (None, [])


def test_who_stays_cannot_when_the_dwelling_is_let_to_another(kari) -> None:
    row = begun(kari)
    LeaseFactory(dwelling=row.lease.dwelling, starts_on=D(2026, 12, 1))
    stay = {"reason": "Blir", "by": kari, "on": DAY}
    assert refused(withdraw_move_out, row.pk, **stay) == "lease.overlaps"


def test_the_inspection_keeps_its_lines(kari) -> None:
    row = begun(kari)
    found = [Damage("Knust rute", 150_000), Damage("Manglende nøkkel", 45_000)]
    row = inspect(row.pk, inspected_on=DAY, damages=found, note="Ellers pent", by=kari, on=DAY)
    assert damages_of(row) == found


@pytest.mark.parametrize(
    ("damage", "code"),
    [(Damage(" ", 1), "move.damage_what"), (Damage("Rute", 0), "move.damage_amount")],
)
def test_a_line_of_damage_is_whole(damage, code, kari) -> None:
    row = begun(kari)
    facts = {"inspected_on": DAY, "damages": [damage], "note": "", "by": kari, "on": DAY}
    assert refused(inspect, row.pk, **facts) == code


def keys(row, kari, **more):
    on = D(2026, 12, 1)
    facts = {"keys_on": on, "last_on": LAST, "new_address": "", "by": kari, "on": on}
    return take_keys(row.pk, **(facts | more))


def test_the_keys_settle_the_last_day(kari) -> None:
    row = keys(begun(kari), kari, last_on=D(2026, 12, 1))
    assert row.keys_on == D(2026, 12, 1)
    assert Lease.objects.get(pk=row.lease_id).moved_out_on == D(2026, 12, 1)


def test_after_the_keys_the_day_stands(kari) -> None:
    row = keys(begun(kari), kari)
    facts = {"reason": "Nei", "by": kari, "on": D(2026, 12, 1)}
    assert refused(withdraw_move_out, row.pk, **facts) == "move.keys_back"
    assert refused(change_day, row.pk, moves_on=LAST, **facts) == "move.keys_back"


def test_letters_follow_to_the_new_address(kari) -> None:
    row = keys(begun(kari), kari, new_address="Nygata 3, 7014 Trondheim")
    person = row.lease.parties.get().person
    assert person.post_address == "Nygata 3, 7014 Trondheim"


def test_a_secret_address_is_not_written_here() -> None:
    chief = UserFactory(role="coordinator", role__cleared=True)
    hidden = PersonFactory(protection=6)
    row = begun(chief, LeaseFactory(tenant=hidden, is_protected=True))
    with pytest.raises(RuleBroken) as broken:
        keys(row, chief, new_address="Skjultveien 1, 7000 Trondheim")
    assert broken.value.code == "move.secret_address"
    assert not MoveOut.objects.get(pk=row.pk).new_address


def test_a_mistyped_year_is_refused(kari) -> None:
    lease = LeaseFactory()
    facts = {"reason": "", "by": kari, "on": DAY}
    assert refused(begin_move_out, lease.pk, moves_on=D(2062, 1, 1), **facts) == "move.too_far"
    assert refused(begin_move_out, lease.pk, moves_on=D(2019, 1, 1), **facts) == "move.before_start"


@pytest.mark.parametrize(
    ("told_on", "moves_on", "code"),
    [
        (DAY, LAST, ""),
        (D(2018, 1, 1), LAST, ""),
        (D(2026, 11, 24), LAST, "move.told_ahead"),
        (D(2017, 12, 31), LAST, "move.told_early"),
        (DAY, D(2028, 11, 23), ""),
        (DAY, D(2028, 11, 24), "move.too_far"),
    ],
)
def test_the_days_of_a_moving_out_are_days_that_can_be_meant(told_on, moves_on, code) -> None:
    facts = (told_on, moves_on, D(2020, 1, 1), DAY)
    if code:
        assert refused(check_told, *facts) == code
    else:
        check_told(*facts)


@pytest.mark.parametrize(
    ("keys_on", "last_on", "code"),
    [
        (DAY, LAST, ""),
        (DAY, D(2028, 11, 23), ""),
        (DAY, D(2028, 11, 24), "move.too_far"),
        (DAY, D(2062, 11, 30), "move.too_far"),
        (D(2026, 11, 24), LAST, "move.keys_ahead"),
        (D(2019, 12, 31), LAST, "move.before_start"),
        (DAY, D(2019, 12, 31), "move.before_start"),
    ],
)
def test_the_last_day_set_with_the_keys_is_not_in_a_mistyped_year(keys_on, last_on, code) -> None:
    facts = (keys_on, last_on, D(2020, 1, 1), DAY)
    if code:
        assert refused(check_keys, *facts) == code
    else:
        check_keys(*facts)


@pytest.mark.parametrize(
    ("due_on", "rent_due_on", "code"),
    [
        (D(2026, 12, 7), None, ""),
        (DAY, None, "move.due"),
        (D(2026, 12, 20), D(2026, 12, 21), "move.due_before_rent"),
        (D(2026, 12, 21), D(2026, 12, 21), ""),
        (D(2027, 11, 23), None, ""),
        (D(2027, 11, 24), None, "move.due_far"),
    ],
)
def test_3_1_the_last_day_to_pay_a_settlement(due_on, rent_due_on, code) -> None:
    if code:
        assert refused(check_due, due_on, rent_due_on, DAY) == code
    else:
        check_due(due_on, rent_due_on, DAY)


def test_a_stranger_s_lease_is_not_ended() -> None:
    stranger = UserFactory(role="landlord", role__offices=[OfficeFactory()])
    assert refused(begun, stranger) == "lease.not_visible"


def test_an_old_page_changes_nothing(kari) -> None:
    row = begun(kari)
    change_day(row.pk, moves_on=D(2026, 12, 5), reason="", by=kari, on=DAY, version=1)
    facts = {"moves_on": LAST, "reason": "", "by": kari, "on": DAY, "version": 1}
    assert refused(change_day, row.pk, **facts) == "move.changed"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_register_it_one_is_told_who_was_first() -> None:
    kari, ola = UserFactory(role="caseworker"), UserFactory(role="landlord")
    lease = LeaseFactory()
    assert at_once(lambda: begun(kari, lease), lambda: begun(ola, lease)) == ["done", "move.begun"]
    assert MoveOut.objects.count() == 1


def test_a_swap_ends_the_old_home_which_then_waits_to_be_settled(kari) -> None:
    lease = LeaseFactory()
    row = move_by_swap(lease.pk, last_on=LAST, number="S2026-00001", by=kari, on=DAY)
    assert Lease.objects.get(pk=lease.pk).moved_out_on == LAST
    assert keys(row, kari).keys_on is not None
    assert LeaseAct.objects.filter(lease=lease, what="move_swap").exists()


@pytest.mark.django_db(transaction=True)
def test_moving_out_and_letting_the_home_at_once_lock_the_dwelling_before_the_lease(
    monkeypatch,
) -> None:
    kari, row = UserFactory(role="caseworker"), begun(UserFactory(role="caseworker"))

    def swap() -> None:
        with transaction.atomic():
            Dwelling.objects.select_for_update(of=("self",)).get(pk=row.lease.dwelling_id)
            time.sleep(0.4)
            move_by_swap(row.lease_id, last_on=LAST, number="S2026-00001", by=kari, on=DAY)

    def slow(*args: Any, **kwargs: Any) -> Any:
        time.sleep(0.4)
        return end_lease(*args, **kwargs)

    monkeypatch.setattr(move_outs, "end_lease", slow)
    change = {"moves_on": D(2026, 12, 15), "reason": "", "by": kari, "on": DAY}
    assert at_once(swap, lambda: change_day(row.pk, **change)) == ["done", "done"]
