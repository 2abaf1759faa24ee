"""Money. An amount is a whole number of øre (int); kroner exist only where people read or type."""

import re
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from boligsak.rule import RuleBroken

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

# People paste from bank pages, spreadsheets and letters: all of these mean a space or a minus.
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_DASHES = str.maketrans({MINUS: "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})
_UNIT = re.compile(r"^(?:kr\.?|nok)|(?:kr\.?|nok)$", re.IGNORECASE)
_PLAIN = re.compile(r"([0-9]{1,13})(?:[.,]([0-9]{1,2})|,-)?")
_GROUPED = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){1,4})(?:,([0-9]{1,2})|,-)?")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,].*)?|[0-9]+(?:[.,].*)?")


def parse(text: str) -> int:
    """Øre from what a person typed: "12345,5", "12 345,00 kr", "12.345,50", "500,-", "-5".

    A dot before exactly three digits groups thousands; before one or two digits it is a decimal
    point. Raises RuleBroken("money.unreadable", text=…) for everything else, also more than two
    decimals: a third decimal is a slip of the finger, not an amount.
    """
    typed = _SPACES.sub(" ", text).strip().translate(_DASHES)
    bare = _UNIT.sub("", typed).strip()
    negative = bare.startswith("-")
    if negative:
        bare = _UNIT.sub("", bare[1:].strip()).strip()
    if _SPACED.fullmatch(bare) is None and _GROUPED.fullmatch(bare) is None:
        raise RuleBroken("money.unreadable", text=text)
    digits = bare.replace(" ", "")
    found = _GROUPED.fullmatch(digits) or _PLAIN.fullmatch(digits)
    if found is None:
        raise RuleBroken("money.unreadable", text=text)
    kroner = int(found[1].replace(".", ""))
    ore = int((found[2] or "").ljust(2, "0"))
    amount = kroner * 100 + ore
    return -amount if negative else amount


def format_kr(ore: int) -> str:
    """ "12 345,00 kr" with no-break spaces, so that an amount is never split over two lines."""
    kroner, rest = divmod(abs(ore), 100)
    sign = MINUS if ore < 0 else ""
    grouped = f"{kroner:,}".replace(",", NO_BREAK_SPACE)
    return f"{sign}{grouped},{rest:02d}{NO_BREAK_SPACE}kr"


def plain(ore: int) -> str:
    """ "12345,00" with an ordinary minus: what a Norwegian spreadsheet reads as a number."""
    kroner, rest = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{kroner},{rest:02d}"


def round_ore(ore: Decimal) -> int:
    """Whole øre from a calculated amount in øre, half up (half away from zero).

    Called once per line, when the line is written; never on parts that are summed afterwards.
    """
    return int(ore.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def whole_kroner_down(kroner: Decimal) -> int:
    """Øre from a court fee in kroner, rounded down to whole kroner (rettsgebyrloven § 1)."""
    return int(kroner.quantize(Decimal(1), rounding=ROUND_DOWN)) * 100
