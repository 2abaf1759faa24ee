"""Who complained may be somebody with a protected address: what is kept back, as a table."""

import pytest

from tenants.rules.complainants import Known, may_be

KARI = Known(1, "Kari Anne", "Østby-Vold", phone="+47 901 23 456", email="Kari@ex.no")


@pytest.mark.parametrize(
    ("name", "contact", "expected"),
    [
        ("Kari Anne Østby-Vold", "", True),
        ("kari østby", "", True),
        ("Fru Kari Vold i andre etasje", "", True),
        ("ØSTBY-VOLD, KARI", "", True),
        ("Kari", "", True),
        ("K. Vold", "", True),
        ("A. K. Ø. Vold", "", True),
        ("Naboen", "901 23 456", True),
        ("Naboen", "ring 90123456", True),
        ("Naboen", "kari@EX.no", True),
        ("Naboen tlf 90123456", "", True),
        ("Per Vold", "", False),
        ("Kari Nilsen", "", False),
        ("K. A.", "", False),
        ("Naboen", "912 34 567", False),
        ("Styret", "", False),
        ("", "", False),
    ],
)
def test_a_name_or_contact_that_may_be_a_protected_person_s(
    name: str, contact: str, expected: bool
) -> None:
    assert may_be(name, contact, KARI) is expected


def test_nobody_without_number_and_address_is_found_by_an_empty_one() -> None:
    nobody = Known(1, "Kari", "Vold")
    assert not may_be("Naboen", "", nobody)
    assert not may_be("", "90123456", nobody)
