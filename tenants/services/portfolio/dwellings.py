"""dwellings.csv into the register."""

from collections.abc import Iterable
from typing import Any, BinaryIO

from django.db import transaction

from boligsak.accounts.models import Office
from tenants.models import Building, Dwelling
from tenants.rules.portfolio import DWELLING_COLUMNS, DwellingRow
from tenants.rules.semicolon_file import SemicolonFile
from tenants.services.dwellings import (
    NewBuilding,
    NewDwelling,
    building_faults,
    dwelling_faults,
    register_buildings,
    register_dwellings,
)
from tenants.services.portfolio.loaded import (
    Loaded,
    broken_rows,
    differing,
    over,
    refuse_faulty,
    unique_rows,
)

DWELLINGS = "dwellings.csv"


@transaction.atomic
def load_dwellings(stream: BinaryIO) -> Loaded:
    """dwellings.csv: dwellings, and the buildings they name."""
    file = SemicolonFile(DWELLINGS, stream, DWELLING_COLUMNS)
    rows = unique_rows(file, DwellingRow._make)
    loaded = Loaded()
    offices = _offices()
    there = {
        dwelling.number: dwelling
        for dwelling in Dwelling.objects.filter(
            number__in=[row.dwelling for _, row in rows]
        ).select_related("building")
    }
    for line, row in broken_rows(file, DwellingRow._make):
        if row.office is not None and row.office.casefold() not in offices:
            file.refuse(line, "office", "portfolio.unknown_office")
    new: list[tuple[int, DwellingRow]] = []
    for line, row in rows:
        office_id = offices.get(row.office.casefold())
        if office_id is None:
            file.refuse(line, "office", "portfolio.unknown_office")
            file.refused_keys.add(row.dwelling)
        elif row.dwelling in there:
            column = differing(_dwelling_pairs(there[row.dwelling], row, office_id))
            if column:
                file.refuse(line, column, "portfolio.exists_otherwise")
                file.refused_keys.add(row.dwelling)
            else:
                loaded.there += 1
                loaded.ids[row.dwelling] = there[row.dwelling].pk
        else:
            new.append((line, row))
    new, buildings = _with_buildings(file, new)
    drafts = [
        NewDwelling(
            number=row.dwelling,
            building_id=buildings[row.building],
            office_id=offices[row.office.casefold()],
            street=row.street,
            house_no=row.house_no,
            unit=row.unit,
            postcode=row.postcode,
            place=row.place,
            rooms=row.rooms,
            area_m2=row.area_m2,
            floor=row.floor,
            is_accessible=row.is_accessible,
            rent_ore=row.rent,
            in_use_from=row.in_use_from,
            in_use_to=row.in_use_to,
        )
        for _, row in new
    ]
    bad = refuse_faulty(file, new, dwelling_faults(drafts))
    good = [draft for place, draft in enumerate(drafts) if place not in bad]
    for dwelling in register_dwellings(good):
        loaded.ids[dwelling.number] = dwelling.pk
        loaded.new_ids.append(dwelling.pk)
    return over(loaded, file)


def _offices() -> dict[str, int]:
    found: dict[str, int] = {}
    for pk, code, name in Office.objects.values_list("pk", "code", "name"):
        found[name.casefold()] = found[code.casefold()] = pk
    return found


def _dwelling_pairs(
    there: Dwelling, row: DwellingRow, office_id: int
) -> Iterable[tuple[str, Any, Any]]:
    yield "building", there.building.name, row.building
    yield "building_kind", there.building.kind, row.building_kind
    yield "office", there.office_id, office_id
    yield "rent", there.rent_ore, row.rent
    for name in (
        "street",
        "house_no",
        "unit",
        "postcode",
        "place",
        "rooms",
        "area_m2",
        "floor",
        "is_accessible",
        "in_use_from",
        "in_use_to",
    ):
        yield name, getattr(there, name), getattr(row, name)


def _with_buildings(
    file: SemicolonFile, rows: list[tuple[int, DwellingRow]]
) -> tuple[list[tuple[int, DwellingRow]], dict[str, int]]:
    """The rows whose building is there or can be, and every building's id by name."""
    found = {
        building.name: building
        for building in Building.objects.filter(
            name__in={row.building for _, row in rows}
        ).order_by("-pk")
    }
    drafts: dict[str, NewBuilding] = {}
    good, lines = [], []
    for line, row in rows:
        known: Any = found.get(row.building) or drafts.get(row.building)
        if known is None:
            drafts[row.building] = NewBuilding(
                name=row.building, kind=row.building_kind, cooperative_orgnr=row.cooperative_orgnr
            )
            lines.append((line, row))
        elif known.kind != row.building_kind:
            file.refuse(line, "building_kind", "portfolio.building_kind_differs")
            file.refused_keys.add(row.dwelling)
            continue
        good.append((line, row))
    bad = refuse_faulty(file, lines, building_faults(list(drafts.values())))
    refused = {lines[place][1].building for place in bad}
    new = register_buildings([draft for draft in drafts.values() if draft.name not in refused])
    ids = {building.name: building.pk for building in (*found.values(), *new)}
    return [(line, row) for line, row in good if row.building in ids], ids
