"""The municipality's dwellings, building by building."""

import datetime as dt
from dataclasses import dataclass

from boligsak.desk.demo.chance import Chance
from boligsak.desk.demo.places import DISTRICTS, District

_KINDS = {"municipal": 55.0, "cooperative": 34.0, "supported": 11.0}
_SIZES = {1: (26, 38, 640_000), 2: (42, 58, 790_000), 3: (60, 78, 945_000), 4: (80, 104, 1_130_000)}


@dataclass(frozen=True, slots=True)
class DemoDwelling:
    """`rent_ore` is what a month costs today."""

    number: str
    building: str
    building_kind: str
    office: str
    street: str
    house_no: str
    unit: str
    postcode: str
    place: str
    rooms: int
    area_m2: int
    floor: int
    is_accessible: bool
    rent_ore: int
    in_use_from: dt.date


def make_dwellings(seed: int, today: dt.date, wanted: int) -> list[DemoDwelling]:
    """`wanted` dwellings, shared between the four districts."""
    dwellings: list[DemoDwelling] = []
    left = wanted
    for place, district in enumerate(DISTRICTS):
        is_last = place == len(DISTRICTS) - 1
        here = left if is_last else round(wanted * district.share)
        left -= here
        dwellings += _of_district(seed, today, district, here, len(dwellings))
    return dwellings


def _of_district(
    seed: int, today: dt.date, district: District, wanted: int, before: int
) -> list[DemoDwelling]:
    found: list[DemoDwelling] = []
    building_no = 0
    cooperatives = 0
    while len(found) < wanted:
        building_no += 1
        chance = Chance(seed, "building", district.code, building_no)
        kind = chance.one_of(_KINDS)
        street, postcode, place = chance.choice(district.streets)
        house_no = str(building_no * 2 - chance.randint(0, 1))
        if kind == "municipal":
            name, units = f"{street} {house_no}", chance.randint(10, 44)
        elif kind == "cooperative":
            # Several buildings of one cooperative: the municipality owns a few flats in each.
            name = f"{district.cooperatives[cooperatives % len(district.cooperatives)]} borettslag"
            cooperatives += 1
            units = chance.randint(4, 14)
        else:
            name = f"{chance.choice(district.supported)} bofellesskap"
            units = chance.randint(8, 22)
        built_on = dt.date(chance.randint(1958, min(2018, today.year - 4)), 1, 1)
        factor = {"municipal": 1.0, "cooperative": 1.12, "supported": 0.94}[kind]
        per_floor = chance.choice((2, 3, 4))
        for unit in range(min(units, wanted - len(found))):
            floor = 1 + unit // per_floor
            rooms = _rooms(chance, kind)
            smallest, largest, rent = _SIZES[rooms]
            area = chance.randint(smallest, largest)
            cost = rent * factor * (0.9 + area / largest * 0.14) * chance.uniform(0.96, 1.05)
            found.append(
                DemoDwelling(
                    number=f"B{before + len(found) + 1:05d}",
                    building=name,
                    building_kind=kind,
                    office=district.name,
                    street=street,
                    house_no=house_no,
                    unit=f"H{floor:02d}{unit % per_floor + 1:02d}",
                    postcode=postcode,
                    place=place,
                    rooms=rooms,
                    area_m2=area,
                    floor=floor,
                    is_accessible=kind == "supported" or floor == 1,
                    rent_ore=round(cost / 100) * 100,
                    in_use_from=built_on,
                )
            )
    return found


def _rooms(chance: Chance, kind: str) -> int:
    if kind == "supported":
        return chance.one_of({1: 35.0, 2: 65.0})
    if kind == "cooperative":
        return chance.one_of({2: 30.0, 3: 48.0, 4: 22.0})
    return chance.one_of({1: 14.0, 2: 46.0, 3: 29.0, 4: 11.0})
