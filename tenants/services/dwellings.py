"""Buildings and dwellings: taking them into the register, and changing them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from stdnum.no import orgnr

from boligsak.rule import RuleBroken
from tenants.models import Building, Dwelling, Lease
from tenants.rules.faults import Fault, raise_first
from tenants.services.history import signed

CHANGEABLE = frozenset(
    {
        "office_id",
        "street",
        "house_no",
        "unit",
        "postcode",
        "place",
        "rooms",
        "area_m2",
        "floor",
        "is_accessible",
        "rent_ore",
        "in_use_from",
        "in_use_to",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBuilding:
    name: str
    kind: str
    cooperative_orgnr: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDwelling:
    """A dwelling to be registered; `rent_ore` is a month's rent in øre while it is vacant."""

    number: str
    building_id: int
    office_id: int
    street: str
    house_no: str
    unit: str
    postcode: str
    place: str
    rooms: int
    area_m2: int
    rent_ore: int
    in_use_from: datetime.date
    floor: int = 1
    is_accessible: bool = False
    in_use_to: datetime.date | None = None


def building_faults(rows: Sequence[NewBuilding]) -> list[Fault]:
    """Organisation numbers that are none."""
    return [
        Fault(place, "cooperative_orgnr", RuleBroken("building.orgnr"))
        for place, row in enumerate(rows)
        if row.cooperative_orgnr and not orgnr.is_valid(row.cooperative_orgnr)
    ]


@transaction.atomic
def register_buildings(rows: Sequence[NewBuilding]) -> list[Building]:
    """Takes buildings into the register. Raises `RuleBroken("building.orgnr")`."""
    raise_first(building_faults(rows))
    return Building.objects.bulk_create(
        [
            Building(name=row.name, kind=row.kind, cooperative_orgnr=row.cooperative_orgnr)
            for row in rows
        ]
    )


@transaction.atomic
def register_building(new: NewBuilding) -> Building:
    """One building, by hand. Raises `RuleBroken` "building.orgnr" or "building.name_taken"."""
    if Building.objects.filter(name=new.name).exists():
        raise RuleBroken("building.name_taken")
    return register_buildings([new])[0]


@transaction.atomic
def change_building(building_id: int, new: NewBuilding) -> Building:
    """Changes what is known of a building.

    Raises `RuleBroken` "building.orgnr" or "building.name_taken" (by another one).
    """
    building = Building.objects.select_for_update(of=("self",)).get(pk=building_id)
    raise_first(building_faults([new]))
    if Building.objects.filter(name=new.name).exclude(pk=building_id).exists():
        raise RuleBroken("building.name_taken")
    building.name, building.kind = new.name, new.kind
    building.cooperative_orgnr = new.cooperative_orgnr
    building.save(update_fields=["name", "kind", "cooperative_orgnr"])
    return building


def dwelling_faults(rows: Sequence[NewDwelling]) -> list[Fault]:
    """What keeps these dwellings from being registered, together and beside those there are."""
    faults: list[Fault] = []
    taken = set(
        Dwelling.objects.filter(number__in=[row.number for row in rows]).values_list(
            "number", flat=True
        )
    )
    for place, row in enumerate(rows):
        if row.number in taken:
            faults.append(Fault(place, "dwelling", RuleBroken("dwelling.number_taken")))
        taken.add(row.number)
        if row.in_use_to is not None and row.in_use_to < row.in_use_from:
            faults.append(Fault(place, "in_use_to", RuleBroken("dwelling.ends_before_start")))
    return faults


@transaction.atomic
def register_dwellings(rows: Sequence[NewDwelling]) -> list[Dwelling]:
    """Takes dwellings into the register. Raises the first fault: "dwelling.number_taken" or
    "dwelling.ends_before_start"."""
    raise_first(dwelling_faults(rows))
    return Dwelling.objects.bulk_create(
        [
            Dwelling(
                number=row.number,
                building_id=row.building_id,
                office_id=row.office_id,
                street=row.street,
                house_no=row.house_no,
                unit=row.unit,
                postcode=row.postcode,
                place=row.place,
                rooms=row.rooms,
                area_m2=row.area_m2,
                floor=row.floor,
                is_accessible=row.is_accessible,
                rent_ore=row.rent_ore,
                in_use_from=row.in_use_from,
                in_use_to=row.in_use_to,
            )
            for row in rows
        ],
        batch_size=2_000,
    )


@transaction.atomic
def change_dwelling(dwelling_id: int, *, version: int, by: Any, **changes: Any) -> Dwelling:
    """Changes what is known of a dwelling, as it was seen in `version`.

    A new office takes the leases that run in it along: who may see them follows the dwelling.
    Raises `RuleBroken` "version.changed", "dwelling.ends_before_start" or
    "dwelling.still_occupied" (taken out of use before the tenant has moved).
    """
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"a dwelling has no {sorted(unknown)} to change")
    dwelling = Dwelling.objects.select_for_update(of=("self",)).get(pk=dwelling_id)
    if dwelling.version != version:
        raise RuleBroken("version.changed", opened=version, now=dwelling.version)
    moves = changes.get("office_id", dwelling.office_id) != dwelling.office_id
    for field, value in changes.items():
        setattr(dwelling, field, value)
    ends_on = dwelling.in_use_to
    if ends_on is not None:
        if ends_on < dwelling.in_use_from:
            raise RuleBroken("dwelling.ends_before_start")
        if Lease.objects.filter(dwelling=dwelling, moved_out_on__isnull=True).exists() or (
            Lease.objects.filter(dwelling=dwelling, moved_out_on__gt=ends_on).exists()
        ):
            raise RuleBroken("dwelling.still_occupied", in_use_to=ends_on)
    dwelling.version += 1
    with signed(by):
        dwelling.save(update_fields=[*changes, "version"])
        if moves:
            Lease.objects.filter(dwelling=dwelling, moved_out_on__isnull=True).update(
                office_id=dwelling.office_id
            )
    return dwelling
