"""Why an OCR giro file was refused: one sentence with the line, and what to do where one can."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from arrears.rules.ocr_giro import OcrError
from arrears.rules.ocr_giro.lines import LONGEST
from boligsak.dates import format_day
from boligsak.money import format_kr

Facts = Mapping[str, Any]

RECORD_NAMES: dict[str, Promise] = {
    "10": gettext_lazy("start of transmission (10)"),
    "20": gettext_lazy("start of assignment (20)"),
    "30": gettext_lazy("amount item 1 (30)"),
    "31": gettext_lazy("amount item 2 (31)"),
    "32": gettext_lazy("amount item 3 (32)"),
    "88": gettext_lazy("end of assignment (88)"),
    "89": gettext_lazy("end of transmission (89)"),
}
FIELD_NAMES: dict[str, Promise] = {
    "account": pgettext_lazy("OCR giro", "account"),
    "agreement": pgettext_lazy("OCR giro", "agreement number"),
    "amount": pgettext_lazy("OCR giro", "amount"),
    "archive_reference": pgettext_lazy("OCR giro", "archive reference"),
    "assignment_number": pgettext_lazy("OCR giro", "assignment number"),
    "bank_date": pgettext_lazy("OCR giro", "bank date"),
    "card_issuer": pgettext_lazy("OCR giro", "card issuer"),
    "centre": pgettext_lazy("OCR giro", "centre"),
    "day_code": pgettext_lazy("OCR giro", "day code"),
    "debit_account": pgettext_lazy("OCR giro", "debit account"),
    "filler": pgettext_lazy("OCR giro", "unused positions"),
    "first_date": pgettext_lazy("OCR giro", "first settlement date"),
    "form_number": pgettext_lazy("OCR giro", "form number"),
    "kid": pgettext_lazy("OCR giro", "KID"),
    "last_date": pgettext_lazy("OCR giro", "last settlement date"),
    "nets_date": pgettext_lazy("OCR giro", "settlement date"),
    "partial_settlement": pgettext_lazy("OCR giro", "partial settlement"),
    "recipient": pgettext_lazy("OCR giro", "recipient"),
    "records": pgettext_lazy("OCR giro", "number of records"),
    "sender": pgettext_lazy("OCR giro", "sender"),
    "serial_number": pgettext_lazy("OCR giro", "serial number"),
    "settlement_date": pgettext_lazy("OCR giro", "settlement date"),
    "sign": pgettext_lazy("OCR giro", "sign"),
    "sum": pgettext_lazy("OCR giro", "total amount"),
    "text": pgettext_lazy("OCR giro", "free text"),
    "transaction_number": pgettext_lazy("OCR giro", "transaction number"),
    "transaction_type": pgettext_lazy("OCR giro", "transaction type"),
    "transactions": pgettext_lazy("OCR giro", "number of transactions"),
    "transmission_number": pgettext_lazy("OCR giro", "transmission number"),
}
MAY_HOLD: dict[str, Promise] = {
    "date": pgettext_lazy("OCR giro", "six digits, DDMMYY"),
    "day_code": pgettext_lazy("OCR giro", "a day from 00 to 31"),
    "digits": pgettext_lazy("OCR giro", "digits"),
    "kid": pgettext_lazy("OCR giro", "blank, or 2 to 25 digits to the right (the last may be -)"),
    "kind": pgettext_lazy("OCR giro", "a number from 10 to 21"),
    "sign": pgettext_lazy("OCR giro", "0 or -"),
    "sum": pgettext_lazy("OCR giro", "digits, after a minus if it is below zero"),
    "text": pgettext_lazy("OCR giro", "characters of ISO-8859-1"),
    "zeros": pgettext_lazy("OCR giro", "zeros"),
}
SERVICE_NAMES = {"04": "Direkte remittering", "21": "AvtaleGiro", "42": "eFaktura"}
ENCODING_NAMES = {"utf-8": "UTF-8", "utf-16": "UTF-16"}

SENTENCES: dict[str, Promise] = {
    "ocr.after_end": gettext_lazy("There is more after the end of the transmission."),
    "ocr.assignment_twice": gettext_lazy("Assignment %(found)s comes twice in the file."),
    "ocr.date": gettext_lazy("The field “%(field)s” is %(found)s, and there is no such date."),
    "ocr.empty": gettext_lazy("The file is empty."),
    "ocr.encoding": gettext_lazy(
        "The text is not in ISO-8859-1. Use the file as it came from the bank, without opening "
        "and saving it."
    ),
    "ocr.encoding.named": gettext_lazy(
        "The file is in %(found)s, not ISO-8859-1. Use it as it came from the bank, without "
        "opening and saving it."
    ),
    "ocr.field": gettext_lazy(
        "The field “%(field)s” (position %(place)s) must be %(holds)s, but is “%(found)s”."
    ),
    "ocr.field.private": gettext_lazy(
        "The field “%(field)s” (position %(place)s) must be %(holds)s."
    ),
    "ocr.file_date": gettext_lazy(
        "The transmission has date %(found)s, but its last assignment is settled on %(expected)s."
    ),
    "ocr.first_date": gettext_lazy(
        "The control record says %(found)s as the first date, but the first is %(expected)s."
    ),
    "ocr.format_code": gettext_lazy(
        "The line does not begin with NY. This is not an OCR giro file."
    ),
    "ocr.item_mismatch": gettext_lazy(
        "Type and number are %(found)s, but the transaction is %(expected)s."
    ),
    "ocr.last_date": gettext_lazy(
        "The control record says %(found)s as the last date, but the last is %(expected)s."
    ),
    "ocr.line_end": gettext_lazy("The line does not end in the same way as the first line."),
    "ocr.line_length": gettext_lazy("The line has %(found)s characters, but must have 80."),
    "ocr.line_length.endless": gettext_lazy(
        "The line has far more than 80 characters. This is not an OCR giro file."
    ),
    "ocr.record": gettext_lazy("Here stands “%(found)s”, but here must be: %(expected)s."),
    "ocr.records": gettext_lazy(
        "The control record says %(found)s lines, but there are %(expected)s."
    ),
    "ocr.reversal_without_minus": gettext_lazy(
        "Type %(found)s is a reversal, but the amount has no minus."
    ),
    "ocr.service": gettext_lazy("The line has service %(found)s, but must have %(expected)s."),
    "ocr.service.named": gettext_lazy(
        "The file is of service %(found)s (%(name)s), not OCR giro (09)."
    ),
    "ocr.settlement_date": gettext_lazy(
        "The assignment is settled on %(found)s, before its first transaction on %(expected)s."
    ),
    "ocr.sum": gettext_lazy(
        "The control record says %(found)s, but the payments sum up to %(expected)s."
    ),
    "ocr.transaction_number": gettext_lazy(
        "The transaction has number %(found)s, but number %(expected)s comes here."
    ),
    "ocr.transactions": gettext_lazy(
        "The control record says %(found)s transactions, but there are %(expected)s."
    ),
    "ocr.truncated": gettext_lazy(
        "The file stops here and is not complete. Fetch it from the bank again."
    ),
    "ocr.zero_amount": gettext_lazy("The amount is 0."),
}


def ocr_reason(error: OcrError) -> str:
    """The reason for a refusal, in the reader's language, beginning with the line number."""
    return ocr_reason_of(error.code, error.facts)


def ocr_reason_of(code: str, facts: Facts) -> str:
    """The same from a stored code and its facts, also after they have been JSON (dates as ISO)."""
    reason = str(SENTENCES[_variant(code, facts)]) % _shown(code, facts)
    if not facts["line"]:
        return reason
    return _("Line %(line)s: %(reason)s") % {"line": facts["line"], "reason": reason}


def _variant(code: str, facts: Facts) -> str:
    """Which sentence of the code's: some faults can be said more precisely than others."""
    found = facts["found"]
    if code == "ocr.encoding" and found in ENCODING_NAMES:
        return "ocr.encoding.named"
    if code == "ocr.field" and found is None:
        return "ocr.field.private"
    if code == "ocr.line_length" and found >= LONGEST:
        return "ocr.line_length.endless"
    if code == "ocr.service" and found in SERVICE_NAMES:
        return "ocr.service.named"
    return code


def _shown(code: str, facts: Facts) -> dict[str, Any]:
    """The facts as words of the reader's language."""
    found, expected = facts["found"], facts["expected"]
    words = {**facts}
    if "field" in facts:
        words["field"] = FIELD_NAMES[facts["field"]]
    if code == "ocr.field":
        first, last = facts["first"], facts["last"]
        words["place"] = str(first) if first == last else f"{first}–{last}"
        words["holds"] = MAY_HOLD[expected]
    elif code == "ocr.encoding":
        words["found"] = ENCODING_NAMES.get(found)
    elif code == "ocr.service":
        words["name"] = SERVICE_NAMES.get(found)
    elif code == "ocr.record":
        words["found"] = RECORD_NAMES.get(found, found)
        words["expected"] = pgettext("OCR giro", " or ").join(
            str(RECORD_NAMES[record]) for record in expected
        )
    elif code == "ocr.sum":
        words |= {"found": format_kr(found), "expected": format_kr(expected)}
    elif code.endswith("_date"):
        words |= {"found": _day(found), "expected": _day(expected)}
    return words


def _day(day: dt.date | str | None) -> str:
    if day is None:
        return pgettext("OCR giro", "no date")
    return format_day(dt.date.fromisoformat(day) if isinstance(day, str) else day)
