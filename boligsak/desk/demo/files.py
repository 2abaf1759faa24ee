"""The municipality as the old rent system would hand it over: the five files of a first load."""

import csv
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from boligsak import money
from boligsak.desk.demo.dwellings import DemoDwelling
from boligsak.desk.demo.leases import DemoLease
from boligsak.desk.demo.people import DemoHousehold, DemoPerson

_KINDS = {"municipal": "kommunal", "cooperative": "borettslag", "supported": "omsorgsbolig"}


def write_files(
    folder: Path,
    since: dt.date,
    dwellings: Sequence[DemoDwelling],
    households: Sequence[DemoHousehold],
    leases: Sequence[DemoLease],
) -> None:
    """dwellings.csv, people.csv, leases.csv, charges.csv and payments.csv into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "dwellings.csv", map(_dwelling, dwellings))
    _write(
        folder / "people.csv",
        (_person(household, person) for household in households for person in household.people),
    )
    _write(folder / "leases.csv", map(_lease, leases))
    _write(folder / "charges.csv", (row for lease in leases for row in _charges(lease, since)))
    _write(folder / "payments.csv", (row for lease in leases for row in _payments(lease, since)))


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(stream, list(row), delimiter=";")
                writer.writeheader()
            writer.writerow(row)
    if writer is None:
        path.unlink()


def _yes(is_so: bool) -> str:
    return "ja" if is_so else "nei"


def _dwelling(dwelling: DemoDwelling) -> dict[str, Any]:
    return {
        "dwelling": dwelling.number,
        "building": dwelling.building,
        "building_kind": _KINDS[dwelling.building_kind],
        "office": dwelling.office,
        "street": dwelling.street,
        "house_no": dwelling.house_no,
        "unit": dwelling.unit,
        "postcode": dwelling.postcode,
        "place": dwelling.place,
        "rooms": dwelling.rooms,
        "area_m2": dwelling.area_m2,
        "floor": dwelling.floor,
        "is_accessible": _yes(dwelling.is_accessible),
        "rent": money.plain(dwelling.rent_ore),
        "in_use_from": dwelling.in_use_from,
    }


def _person(household: DemoHousehold, person: DemoPerson) -> dict[str, Any]:
    guardian = person.guardian or ("", "", "", "", "")
    lived_from = household.lived_from or person.born_on
    return {
        "person": person.ref,
        "identity_number": person.identity_number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "protection": person.protection or "",
        "language": person.language,
        "interpreter": person.interpreter,
        "safety_note": person.safety_note,
        "phone": person.phone,
        "email": person.email,
        "is_reserved": _yes(person.is_reserved),
        "household": household.number,
        "household_role": "barn" if person.role == "child" else "voksen",
        "household_from": max(lived_from, person.born_on),
        "guardian_name": guardian[0],
        "guardian_phone": guardian[1],
        "guardian_email": guardian[2],
        "guardian_mandate": guardian[3],
        "guardian_from": guardian[4],
    }


def _lease(lease: DemoLease) -> dict[str, Any]:
    adults = lease.household.adults
    first = {kind: ore for _, kind, ore in reversed(lease.rents)}
    signed_on = lease.starts_on - dt.timedelta(days=10)
    return {
        "lease": lease.number,
        "kind": "bo- og tjenesteavtale" if lease.kind == "service" else "husleiekontrakt",
        "dwelling": lease.dwelling.number,
        "household": lease.household.number,
        "tenants": ",".join(person.ref for person in adults[: lease.tenants]),
        "starts_on": lease.starts_on,
        "ends_on": lease.ends_on or "",
        "moved_out_on": lease.moved_out_on or "",
        "signed_on": signed_on,
        "clause_a": _yes(lease.kind == "lease"),
        "clause_b": _yes(lease.kind == "lease" and lease.ends_on is not None),
        "purpose_told_on": signed_on if lease.ends_on is not None else "",
        "move_requested_on": lease.move_requested_on or "",
        "kid": lease.kid or "",
        "rent": money.plain(first["rent"]) if "rent" in first else "",
        "utilities": money.plain(first["utilities"]) if "utilities" in first else "",
    }


def _charges(lease: DemoLease, since: dt.date) -> Iterable[dict[str, Any]]:
    if lease.opening_ore:
        yield {
            "lease": lease.number,
            "kind": "inngående",
            "due_on": since - dt.timedelta(days=11),
            "amount": money.plain(lease.opening_ore),
            "reference": "inngående-saldo",
            "note": "Restanse ved overgang til Boligsak",
        }
    if lease.damage:
        due_on, ore = lease.damage
        yield {
            "lease": lease.number,
            "kind": "skade",
            "due_on": due_on,
            "amount": money.plain(ore),
            "reference": f"utflytting-{lease.number}",
            "note": "Utbedring etter utflytting",
        }


def _payments(lease: DemoLease, since: dt.date) -> Iterable[dict[str, Any]]:
    if lease.opening_paid_ore:
        yield {
            "lease": lease.number,
            "paid_on": since - dt.timedelta(days=4),
            "amount": money.plain(lease.opening_paid_ore),
            "reference": f"avdrag-{lease.number}",
            "payer": "",
        }
