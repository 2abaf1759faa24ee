"""KID, the payment reference: 2 to 25 characters, the last of which is a check digit.

MOD10 and MOD11 as in Nets' system specification for OCR giro. 12345678 has 2 and 5.
"""

import re
from collections.abc import Callable
from typing import Literal

from boligsak.rule import RuleBroken
from tenants.rules.kid_number import LEASE_DIGITS, mod10, must_be_digits

Method = Literal["mod10", "mod11"]

_KID = re.compile(r"[0-9]{1,24}[0-9-]")


def mod11(digits: str) -> str:
    """The MOD11 check character: weights 2 to 7 from the right, again and again; 10 is "-".

    Refuses anything but 1 to 24 digits: RuleBroken("kid.not_digits").
    """
    must_be_digits(digits)
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(digits)))
    check = -total % 11
    return "-" if check == 10 else str(check)


_METHODS: dict[str, Callable[[str], str]] = {"mod10": mod10, "mod11": mod11}


def is_valid_kid(kid: str, method: Method | None = None) -> bool:
    """Whether the KID is well formed and its check digit right, by `method` or by either one."""
    if not _KID.fullmatch(kid):
        return False
    methods = _METHODS.values() if method is None else (_METHODS[method],)
    return any(check(kid[:-1]) == kid[-1] for check in methods)


def make_kid(lease_number: int, method: Method = "mod10") -> str:
    """The KID of a lease: its number at eight digits or more, and the check digit.

    Refuses a number that is not positive or too long: RuleBroken("kid.not_digits").
    """
    digits = f"{lease_number:0{LEASE_DIGITS}d}"
    if lease_number <= 0:
        raise RuleBroken("kid.not_digits", digits=digits)
    return digits + _METHODS[method](digits)
