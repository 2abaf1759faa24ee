"""A small register in files, for the tests of the first load: one good one, to be spoilt."""

import io
from typing import Any, BinaryIO

from tenants.rules.identity import make_synthetic
from tests.factories import LONG_AGO

BORN = LONG_AGO.replace(year=1980)
IDENTITY = make_synthetic(BORN, 0)
PARTNER = make_synthetic(BORN, 1)

DWELLINGS = (
    "dwelling;building;building_kind;cooperative_orgnr;office;street;house_no;unit;postcode;place;"
    "rooms;area_m2;floor;is_accessible;rent;in_use_from;in_use_to\n"
    "B1;Gården;kommunal;;Heimdal;Ringvegen;1;H0101;7080;Heimdal;2;55;1;ja;8 500,00;2001-01-01;\n"
    "B2;Sletta;borettslag;974760673;heimdal;Ringvegen;3;H0201;7080;Heimdal;3;70;2;nei;9500;"
    "2001-01-01;\n"
)
PEOPLE = (
    "person;identity_number;given_name;family_name;born_on;protection;household;household_role;"
    "household_from;guardian_name;guardian_mandate;guardian_from\n"
    f"P1;{IDENTITY};Åse;Ødegård;;;H1;voksen;2020-01-01;;;\n"
    f"P2;{PARTNER};Ravna;Somby;1980-01-01;;H1;voksen;01.01.2020;Per Verge;Økonomi;2021-01-01\n"
    "P3;;Elle;Somby;2015-05-17;;H1;barn;2020-01-01;;;\n"
)
LEASES = (
    "lease;dwelling;household;tenants;starts_on;ends_on;moved_out_on;kid;rent;utilities\n"
    "2020-1;B1;H1;P1,P2;2020-01-01;;;000000018;8500;450,50\n"
)
CHARGES = (
    "lease;kind;due_on;amount;reference\n"
    "2020-1;husleie;2026-09-21;8500;\n"
    "2020-1;rent;2026-10-20;8500;\n"
    "2020-1;gebyr;2026-10-25;35;purring-1\n"
)
PAYMENTS = (
    "lease;kid;paid_on;amount;reference;month\n"
    ";000000018;2026-09-21;8500;a1;\n"
    "2020-1;;2026-10-22;4000;a2;2026-10\n"
)

FILES = {
    "dwellings.csv": DWELLINGS,
    "people.csv": PEOPLE,
    "leases.csv": LEASES,
    "charges.csv": CHARGES,
    "payments.csv": PAYMENTS,
}


def streams(**changed: Any) -> dict[str, BinaryIO]:
    """The files as streams; `charges="…"` puts another text in, `charges=None` leaves it out."""
    texts: dict[str, Any] = dict(FILES)
    for name, text in changed.items():
        texts[f"{name}.csv"] = text
    return {
        name: io.BytesIO(text if isinstance(text, bytes) else text.encode())
        for name, text in texts.items()
        if text is not None
    }
