"""Identity numbers: fødselsnummer and D-number, and the synthetic ones that test persons use.

A number is eleven digits DDMMYYIIIKK. A D-number has 40 added to the day. A synthetic number, of
either kind, has 80 added to the month (Skatteetaten's test population), so that it can belong to
nobody. python-stdnum does the check digits and the century; its own `validate` is not used, for
it knows no synthetic numbers and looks at the clock.
"""

import datetime as dt
import re
from enum import StrEnum

from stdnum.exceptions import InvalidComponent
from stdnum.no import fodselsnummer

from boligsak.rule import RuleBroken

SYNTHETIC_MONTHS = 80
D_NUMBER_DAYS = 40

_SEPARATORS = re.compile(r"[\s\u00a0.\-]+")
_ELEVEN_DIGITS = re.compile(r"[0-9]{11}")


class IdentityKind(StrEnum):
    """What a number is. Values are stored."""

    BIRTH_NUMBER = "birth_number"
    D_NUMBER = "d_number"
    SYNTHETIC = "synthetic"
    SYNTHETIC_D_NUMBER = "synthetic_d_number"


def compact(text: str) -> str:
    """The digits alone, from what people type or paste: "010190 12345" → "01019012345".

    Only spaces, dots and hyphens are taken away; nothing is checked.
    """
    return _SEPARATORS.sub("", text)


def check(text: str, day: dt.date) -> str:
    """The number in eleven digits, or a refusal.

    Raises RuleBroken "identity.length" (facts: found), "identity.digits", "identity.no_such_day",
    "identity.check_digits" or "identity.not_born" (born after `day`). The facts never hold the
    number: a refusal may end up in a log.
    """
    number = compact(text)
    if not number.isascii() or not number.isdigit():
        raise RuleBroken("identity.digits")
    if len(number) != 11:
        raise RuleBroken("identity.length", found=len(number))
    born_on = birth_day(number)
    if (
        fodselsnummer.calc_check_digit1(number) != number[9]
        or fodselsnummer.calc_check_digit2(number) != number[10]
    ):
        raise RuleBroken("identity.check_digits")
    if born_on > day:
        raise RuleBroken("identity.not_born")
    return number


def is_valid(text: str, day: dt.date) -> bool:
    """Whether `check` lets the number through."""
    try:
        check(text, day)
    except RuleBroken:
        return False
    return True


def kind(number: str) -> IdentityKind:
    """Which kind of number it is, read from its day and month. Wants eleven digits."""
    is_d_number = int(number[0]) >= D_NUMBER_DAYS // 10
    if is_synthetic(number):
        return IdentityKind.SYNTHETIC_D_NUMBER if is_d_number else IdentityKind.SYNTHETIC
    return IdentityKind.D_NUMBER if is_d_number else IdentityKind.BIRTH_NUMBER


def is_synthetic(number: str) -> bool:
    """Whether the number belongs to a test person. Wants eleven digits."""
    return int(number[2:4]) > SYNTHETIC_MONTHS


def birth_day(number: str) -> dt.date:
    """The day of birth the number holds (the check digits are not looked at).

    Raises RuleBroken("identity.no_such_day") for a day, month or century that does not exist,
    a hospital's help number (month + 40) included: it names no registered person.
    """
    if _ELEVEN_DIGITS.fullmatch(number) is None:
        raise RuleBroken("identity.length", found=len(number))
    month = int(number[2:4])
    if month > SYNTHETIC_MONTHS:
        month -= SYNTHETIC_MONTHS
    day = int(number[:2])
    if month > 12 or not (0 < day <= 31 or D_NUMBER_DAYS < day <= D_NUMBER_DAYS + 31):
        raise RuleBroken("identity.no_such_day")
    try:
        return fodselsnummer.get_birth_date(f"{number[:2]}{month:02d}{number[4:]}")
    except InvalidComponent:
        raise RuleBroken("identity.no_such_day") from None


def grouped(number: str) -> str:
    """ "010190 12345": the way people read one aloud."""
    return f"{number[:6]} {number[6:]}"


def make_synthetic(born_on: dt.date, serial: int, *, d_number: bool = False) -> str:
    """The `serial`-th (from 0) synthetic number of that day, always the same one.

    About four hundred numbers exist for a day. Raises RuleBroken("identity.used_up") beyond the
    last of them, or for a year no number can be made for (before 1854, after 2039).
    """
    day = born_on.day + (D_NUMBER_DAYS if d_number else 0)
    first_six = f"{day:02d}{born_on.month + SYNTHETIC_MONTHS:02d}{born_on.year % 100:02d}"
    left = serial
    for individual in _individual_numbers(born_on.year):
        nine = f"{first_six}{individual:03d}"
        first_check = fodselsnummer.calc_check_digit1(nine)
        second_check = fodselsnummer.calc_check_digit2(nine + first_check)
        if len(first_check) > 1 or len(second_check) > 1:
            continue  # a remainder of ten: this number is never given to anyone
        if left == 0:
            return f"{nine}{first_check}{second_check}"
        left -= 1
    raise RuleBroken("identity.used_up", born_on=born_on, serial=serial)


def _individual_numbers(year: int) -> range:
    """The individual numbers that say which century a two-digit year belongs to."""
    if 1900 <= year <= 1999:
        return range(500)
    if 2000 <= year <= 2039:
        return range(500, 1000)
    if 1854 <= year <= 1899:
        return range(500, 750)
    return range(0)
