"""The columns of the first load's register files: dwellings, people and leases.

docs/portfolio-files.md says the same for whoever makes the files. The first column is the key.
"""

import datetime as dt
from typing import NamedTuple

from tenants.rules import semicolon_file as cells
from tenants.rules.identity import compact
from tenants.rules.semicolon_file import Column

MOST_RENT_ORE = 10_000_000  # a month; beyond it somebody wrote øre for kroner
_EMAIL = r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+"

NUMBER = cells.matching(r"[0-9A-Za-zÆØÅæøå./_-]{1,20}", "cell.number")
PERSON = cells.matching(r"[0-9A-Za-zÆØÅæøå./_ -]{1,40}", "cell.number")
DAY = cells.remembered(cells.day)
RENT = cells.remembered(cells.amount(0, MOST_RENT_ORE))


class DwellingRow(NamedTuple):
    dwelling: str
    building: str
    building_kind: str
    cooperative_orgnr: str
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
    rent: int
    """Øre a month when vacant."""
    in_use_from: dt.date
    in_use_to: dt.date | None


DWELLING_COLUMNS = (
    Column("dwelling", NUMBER, is_required=True),
    Column("building", cells.text(120), is_required=True),
    Column(
        "building_kind",
        cells.one_of(
            {
                "municipal": "municipal",
                "cooperative": "cooperative",
                "supported": "supported",
                "hired_in": "hired_in",
                "kommunal": "municipal",
                "borettslag": "cooperative",
                "omsorgsbolig": "supported",
                "innleid": "hired_in",
            }
        ),
        is_required=True,
    ),
    Column("cooperative_orgnr", cells.matching("[0-9]{9}", "cell.orgnr"), empty=""),
    Column("office", cells.text(80), is_required=True),
    Column("street", cells.text(80), is_required=True),
    Column("house_no", cells.text(10), is_required=True),
    Column("unit", cells.matching("[HLKU][0-9]{4}", "cell.unit"), is_required=True),
    Column("postcode", cells.matching("[0-9]{4}", "cell.postcode"), is_required=True),
    Column("place", cells.text(40), is_required=True),
    Column("rooms", cells.whole(1, 20), is_required=True),
    Column("area_m2", cells.whole(5, 1000), is_required=True),
    Column("floor", cells.whole(-3, 60), empty=1),
    Column("is_accessible", cells.yes_no, empty=False),
    Column("rent", RENT, is_required=True),
    Column("in_use_from", DAY, is_required=True),
    Column("in_use_to", DAY),
)


class PersonRow(NamedTuple):
    person: str
    identity_number: str
    given_name: str
    family_name: str
    born_on: dt.date | None
    died_on: dt.date | None
    protection: int
    language: str
    interpreter: str
    safety_note: str
    phone: str
    email: str
    is_reserved: bool
    household: str
    household_role: str
    household_from: dt.date | None
    household_to: dt.date | None
    guardian_name: str
    guardian_phone: str
    guardian_email: str
    guardian_mandate: str
    guardian_from: dt.date | None
    guardian_to: dt.date | None


PERSON_COLUMNS = (
    Column("person", PERSON, is_required=True),
    Column("identity_number", compact, empty=""),
    Column("given_name", cells.text(80), is_required=True),
    Column("family_name", cells.text(80), is_required=True),
    Column("born_on", DAY),
    Column("died_on", DAY),
    Column("protection", cells.one_of({"0": 0, "6": 6, "7": 7}), empty=0),
    Column("language", cells.matching("[a-z]{2,3}(?:-[A-Z]{2})?", "cell.language"), empty="nb"),
    Column("interpreter", cells.text(40), empty=""),
    Column("safety_note", cells.text(200), empty=""),
    Column("phone", cells.matching(r"\+?[0-9 ]{5,19}", "cell.phone"), empty=""),
    Column("email", cells.matching(_EMAIL, "cell.email"), empty=""),
    Column("is_reserved", cells.yes_no, empty=False),
    Column("household", NUMBER, empty=""),
    Column(
        "household_role",
        cells.one_of({"adult": "adult", "child": "child", "voksen": "adult", "barn": "child"}),
        empty="adult",
    ),
    Column("household_from", DAY),
    Column("household_to", DAY),
    Column("guardian_name", cells.text(160), empty=""),
    Column("guardian_phone", cells.matching(r"\+?[0-9 ]{5,19}", "cell.phone"), empty=""),
    Column("guardian_email", cells.matching(_EMAIL, "cell.email"), empty=""),
    Column("guardian_mandate", cells.text(200), empty=""),
    Column("guardian_from", DAY),
    Column("guardian_to", DAY),
)


class LeaseRow(NamedTuple):
    lease: str
    kind: str
    dwelling: str
    household: str
    tenants: tuple[str, ...]
    """`person` of people.csv in the same load, or identity numbers; the first is shown first."""
    guarantors: tuple[str, ...]
    starts_on: dt.date
    ends_on: dt.date | None
    moved_out_on: dt.date | None
    signed_on: dt.date | None
    clause_a: bool
    clause_b: bool
    purpose_told_on: dt.date | None
    move_requested_on: dt.date | None
    kid: str | None
    rent: int | None
    utilities: int | None
    rent_from: dt.date | None


LEASE_COLUMNS = (
    Column("lease", NUMBER, is_required=True),
    Column(
        "kind",
        cells.one_of(
            {
                "lease": "lease",
                "service": "service",
                "husleiekontrakt": "lease",
                "bo- og tjenesteavtale": "service",
            }
        ),
        empty="lease",
    ),
    Column("dwelling", NUMBER, is_required=True),
    Column("household", NUMBER, empty=""),
    Column("tenants", cells.several(PERSON), is_required=True),
    Column("guarantors", cells.several(PERSON), empty=()),
    Column("starts_on", DAY, is_required=True),
    Column("ends_on", DAY),
    Column("moved_out_on", DAY),
    Column("signed_on", DAY),
    Column("clause_a", cells.yes_no, empty=False),
    Column("clause_b", cells.yes_no, empty=False),
    Column("purpose_told_on", DAY),
    Column("move_requested_on", DAY),
    Column("kid", cells.matching("[0-9]{1,24}[0-9-]", "cell.kid")),
    Column("rent", RENT),
    Column("utilities", RENT),
    Column("rent_from", DAY),
)
