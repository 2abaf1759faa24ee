"""Making a KID, the payment reference of a lease: its number and a check digit.

MOD10 as in Nets' system specification for OCR giro: 12345678 has 2.
"""

import re

from boligsak.rule import RuleBroken

# Leases have their number at this width, so that all KIDs of the municipality are of one length
# (the agreement with the bank names the lengths that are accepted).
LEASE_DIGITS = 8
_DIGITS = re.compile(r"[0-9]{1,24}")
_SERIALS_A_YEAR = 100_000


def mod10(digits: str) -> str:
    """The MOD10 check digit: weights 2, 1 from the right, sum of the digits of the products.

    Refuses anything but 1 to 24 digits: RuleBroken("kid.not_digits").
    """
    must_be_digits(digits)
    total = 0
    for place, digit in enumerate(reversed(digits)):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product - 9 if product > 9 else product
    return str(-total % 10)


def must_be_digits(digits: str) -> None:
    if not _DIGITS.fullmatch(digits):
        raise RuleBroken("kid.not_digits", digits=digits)


def lease_number(year: int, serial: int) -> str:
    """ "2026-00123"."""
    return f"{year}-{serial:05d}"


def kid_of(year: int, serial: int) -> str:
    """The KID of the lease with that serial in that year: two digits of the year, the serial at
    five digits, and the check digit, at one length for all.

    Refuses a serial that has no place in a year: RuleBroken("kid.not_digits").
    """
    if not 0 < serial < _SERIALS_A_YEAR:
        raise RuleBroken("kid.not_digits", digits=str(serial))
    digits = f"{year % 100 * _SERIALS_A_YEAR + serial:0{LEASE_DIGITS}d}"
    return digits + mod10(digits)
