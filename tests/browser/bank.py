"""What the bank sends: a payment file of the day before."""

import datetime as dt

from tests.arrears.ocr_encoder import Batch, OcrFile, Paid
from tests.browser.town import TODAY

YESTERDAY = f"{TODAY - dt.timedelta(days=1):%d%m%y}"


def payment_file(kid: str, ore: int, number: str) -> bytes:
    """One payment; the same number again is the same file again."""
    paid = Paid(ore=ore, kid=kid, nets=YESTERDAY, bank=YESTERDAY)
    return OcrFile([Batch([paid], settled=YESTERDAY)], number=number, date=YESTERDAY).encode()


def mistyped(kid: str) -> str:
    """One digit wrong, so that the check digit is wrong as well."""
    return f"{kid[:3]}{(int(kid[3]) + 1) % 10}{kid[4:]}"
