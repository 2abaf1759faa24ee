"""Signing, changing and ending leases, and the dwellings they are in."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boligsak.rule import RuleBroken
from tenants.models import Building, Dwelling, Lease, LeaseParty, RentTerm
from tenants.rules.occupancy import Span, overlaps
from tenants.services.dwellings import (
    NewBuilding,
    NewDwelling,
    change_dwelling,
    register_buildings,
    register_dwellings,
)
from tenants.services.leases import (
    NewLease,
    NewRent,
    add_party,
    change_lease,
    end_lease,
    end_party,
    note_move_request,
    register_leases,
    set_rents,
)
from tests.factories import (
    BuildingFactory,
    DwellingFactory,
    LeaseFactory,
    OfficeFactory,
    PersonFactory,
)

DAY = dt.date(2026, 11, 20)
START = dt.date(2024, 1, 1)
MOD10, MOD11, WRONG = "000000018", "000000019", "000000017"


def sign(**fields: Any) -> Lease:
    row = {"number": "2024-1", "starts_on": START} | fields
    if "dwelling_id" not in row:
        row["dwelling_id"] = DwellingFactory().pk
    if "tenants" not in row:
        row["tenants"] = [PersonFactory().pk]
    (lease,) = register_leases([NewLease(**row)], by=None, today=DAY)
    return lease


def refusal(**fields: Any) -> str:
    with pytest.raises(RuleBroken) as broken:
        sign(**fields)
    return broken.value.code


@pytest.mark.django_db
def test_a_lease_belongs_to_its_dwellings_office_and_has_its_parties_and_rents() -> None:
    tenants = [PersonFactory().pk, PersonFactory().pk]
    guarantor = PersonFactory().pk
    lease = sign(
        tenants=tenants, guarantors=[guarantor], rents={"rent": 900_000, "utilities": 40_000}
    )
    assert lease.office_id == lease.dwelling.office_id
    parties = LeaseParty.objects.order_by("role", "position")
    assert list(parties.values_list("person_id", "role", "position", "from_on")) == [
        (guarantor, "guarantor", 1, START),
        (tenants[0], "tenant", 1, START),
        (tenants[1], "tenant", 2, START),
    ]
    assert RentTerm.objects.filter(valid_from=START).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("kid", [MOD10, MOD11, None])
def test_a_kid_may_have_either_check_digit_or_be_missing(kid: str | None) -> None:
    assert sign(kid=kid).kid == kid


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kid": WRONG}, "lease.kid_check_digit"),
        ({"tenants": []}, "lease.no_tenant"),
        ({"ends_on": START - dt.timedelta(days=1)}, "term.ends_before_start"),
        ({"moved_out_on": START - dt.timedelta(days=1)}, "lease.moved_out_before_start"),
        ({"move_requested_on": START - dt.timedelta(days=1)}, "lease.asked_before_start"),
        ({"rent_from": START - dt.timedelta(days=1)}, "lease.rent_before_start"),
    ],
)
def test_a_lease_that_cannot_be_is_refused(fields: dict[str, Any], code: str) -> None:
    assert refusal(**fields) == code
    assert not Lease.objects.exists()


@pytest.mark.django_db
def test_numbers_and_kids_are_used_once() -> None:
    sign(kid=MOD10)
    assert refusal() == "lease.number_taken"
    assert refusal(number="2024-2", kid=MOD10) == "lease.kid_taken"


@pytest.mark.django_db
def test_the_same_person_is_not_named_twice() -> None:
    person = PersonFactory().pk
    assert refusal(tenants=[person], guarantors=[person]) == "lease.party_twice"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moved_out_on", "is_free"),
    [(None, False), (START, False), (START - dt.timedelta(days=1), True)],
)
def test_a_dwelling_is_let_to_one_at_a_time(moved_out_on: dt.date | None, is_free: bool) -> None:
    old = LeaseFactory(starts_on=dt.date(2020, 1, 1), moved_out_on=moved_out_on)
    if is_free:
        assert sign(dwelling_id=old.dwelling_id)
    else:
        assert refusal(dwelling_id=old.dwelling_id) == "lease.overlaps"


@pytest.mark.django_db
def test_an_agreed_last_day_does_not_free_the_dwelling() -> None:
    old = LeaseFactory(starts_on=dt.date(2020, 1, 1), ends_on=dt.date(2022, 12, 31))
    assert refusal(dwelling_id=old.dwelling_id) == "lease.overlaps"


_DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2020, 2, 20))


@given(st.lists(st.tuples(_DAYS, st.none() | st.integers(0, 30)), max_size=7))
def test_overlaps_are_found_exactly_where_two_spans_share_a_day(
    rows: list[tuple[dt.date, int | None]],
) -> None:
    spans = [
        Span(str(n), start, None if days is None else start + dt.timedelta(days=days))
        for n, (start, days) in enumerate(rows)
    ]
    shared = any(
        one.starts_on <= (other.moved_out_on or dt.date.max)
        and other.starts_on <= (one.moved_out_on or dt.date.max)
        for place, one in enumerate(spans)
        for other in spans[:place]
    )
    assert bool(list(overlaps(spans))) == shared


# --- Changing ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_change_made_on_an_old_version_of_a_lease_is_refused() -> None:
    lease = LeaseFactory()
    change_lease(lease.pk, version=1, by=None, today=DAY, kid=MOD10)
    with pytest.raises(RuleBroken, match=r"version\.changed"):
        change_lease(lease.pk, version=1, by=None, today=DAY, kid=MOD11)
    assert Lease.objects.get().kid == MOD10


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kid": WRONG}, "lease.kid_check_digit"),
        ({"kid": MOD10}, "lease.kid_taken"),
        ({"ends_on": dt.date(2019, 1, 1)}, "term.ends_before_start"),
        ({"starts_on": dt.date(2018, 1, 1)}, "lease.overlaps"),
    ],
)
def test_a_change_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    before = LeaseFactory(
        kid=MOD10, starts_on=dt.date(2015, 1, 1), moved_out_on=dt.date(2019, 12, 31)
    )
    lease = LeaseFactory(dwelling=before.dwelling)
    with pytest.raises(RuleBroken) as broken:
        change_lease(lease.pk, version=1, by=None, today=DAY, **changes)
    assert broken.value.code == code


@pytest.mark.django_db
def test_moving_out_frees_the_dwelling_for_the_next() -> None:
    old = LeaseFactory()
    end_lease(old.pk, moved_out_on=START - dt.timedelta(days=1), by=None, today=DAY)
    assert sign(dwelling_id=old.dwelling_id)


@pytest.mark.django_db
def test_a_move_request_is_noted_and_the_night_sees_the_change() -> None:
    lease = LeaseFactory(ends_on=dt.date(2026, 10, 31))
    before = Lease.objects.get().changed_at
    note_move_request(lease.pk, sent_on=DAY, by=None, today=DAY)
    after = Lease.objects.get()
    assert (after.move_requested_on, after.version) == (DAY, 2)
    assert after.changed_at > before


@pytest.mark.django_db
def test_the_last_tenant_does_not_leave_the_lease() -> None:
    lease = LeaseFactory()
    first = LeaseParty.objects.get()
    with pytest.raises(RuleBroken, match=r"lease\.no_tenant"):
        end_party(first.pk, to_on=DAY, by=None, today=DAY)
    second = add_party(lease.pk, PersonFactory().pk, from_on=DAY, by=None, today=DAY)
    assert second.position == 2
    assert end_party(first.pk, to_on=DAY, by=None, today=DAY).to_on == DAY


@pytest.mark.django_db
def test_the_same_party_is_added_once() -> None:
    lease = LeaseFactory()
    person = LeaseParty.objects.get().person_id
    with pytest.raises(RuleBroken, match=r"lease\.party_twice"):
        add_party(lease.pk, person, from_on=DAY, by=None, today=DAY)


@pytest.mark.django_db
def test_a_rent_set_again_for_the_same_day_replaces_the_amount() -> None:
    lease = LeaseFactory(rent_ore=0)
    for ore in (900_000, 950_000):
        set_rents([NewRent(lease_id=lease.pk, valid_from=DAY, amount_ore=ore)], by=None)
    assert RentTerm.objects.get().amount_ore == 950_000
    early = NewRent(lease_id=lease.pk, valid_from=dt.date(2019, 1, 1), amount_ore=1)
    with pytest.raises(RuleBroken, match=r"lease\.rent_before_start"):
        set_rents([early], by=None)


# --- Dwellings --------------------------------------------------------------------------------


def dwelling(**fields: Any) -> NewDwelling:
    row: dict[str, Any] = {
        "number": "B1",
        "building_id": BuildingFactory().pk,
        "office_id": OfficeFactory().pk,
        "street": "Ringvegen",
        "house_no": "1",
        "unit": "H0101",
        "postcode": "7080",
        "place": "Heimdal",
        "rooms": 2,
        "area_m2": 50,
        "rent_ore": 900_000,
        "in_use_from": START,
    }
    return NewDwelling(**(row | fields))


@pytest.mark.django_db
def test_a_dwellings_number_is_used_once() -> None:
    register_dwellings([dwelling()])
    with pytest.raises(RuleBroken, match=r"dwelling\.number_taken"):
        register_dwellings([dwelling()])
    assert Dwelling.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_organisation_number_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"building\.orgnr"):
        register_buildings(
            [NewBuilding(name="A", kind="cooperative", cooperative_orgnr="123456789")]
        )
    assert not Building.objects.exists()


@pytest.mark.django_db
def test_a_dwelling_somebody_lives_in_stays_in_use() -> None:
    lease = LeaseFactory()
    with pytest.raises(RuleBroken, match=r"dwelling\.still_occupied"):
        change_dwelling(lease.dwelling_id, version=1, by=None, in_use_to=DAY)
    end_lease(lease.pk, moved_out_on=DAY, by=None, today=DAY)
    assert change_dwelling(lease.dwelling_id, version=1, by=None, in_use_to=DAY).in_use_to == DAY


@pytest.mark.django_db
def test_the_running_lease_follows_its_dwelling_to_another_office() -> None:
    lease, office = LeaseFactory(), OfficeFactory()
    change_dwelling(lease.dwelling_id, version=1, by=None, office_id=office.pk)
    assert Lease.objects.get().office_id == office.pk
