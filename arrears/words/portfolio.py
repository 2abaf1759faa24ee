"""Why a row of a first load was refused, in words: file, line, column and one sentence."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from boligsak.dates import format_day
from boligsak.money import format_kr
from boligsak.rule import RuleBroken
from tenants.rules.semicolon_file import Refusal
from tenants.words import register as tenants_words


def place(refusal: Refusal) -> str:
    """ "leases.csv, linje 12, kolonne kid"; only what is known of it."""
    parts = [refusal.file]
    if refusal.line:
        parts.append(_("line %(line)d") % {"line": refusal.line})
    if refusal.column:
        parts.append(_("column %(column)s") % {"column": refusal.column})
    return ", ".join(parts)


def reason(refusal: Refusal) -> str:
    """One sentence that says what is wrong."""
    return sentence(refusal.code, refusal.facts)


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a code with its facts. Raises KeyError for a code nobody has words for."""
    if code in _SENTENCES:
        show = _shown_amount if code == "cell.amount_out_of_range" else _shown
        return str(_SENTENCES[code]) % {name: show(fact) for name, fact in facts.items()}
    return tenants_words.refusal(RuleBroken(code, **facts))


def _shown(fact: Any) -> Any:
    return format_day(fact) if hasattr(fact, "isoformat") else fact


def _shown_amount(fact: Any) -> Any:
    return format_kr(fact) if isinstance(fact, int) else fact


_SENTENCES: dict[str, Promise] = {
    # The file
    "table.empty": gettext_lazy("The file is empty."),
    "table.encoding": gettext_lazy(
        "The line has letters that are not UTF-8. Save the file as “CSV UTF-8”."
    ),
    "table.line_too_long": gettext_lazy(
        "The line is longer than %(most)d bytes. This is not a table."
    ),
    "table.quotes": gettext_lazy("The quotation marks do not fit together."),
    "table.separator": gettext_lazy("The columns must have semicolons between them."),
    "table.column_twice": gettext_lazy("The header has this column twice."),
    "table.unknown_column": gettext_lazy("The file has no such column. Check the spelling."),
    "table.column_missing": gettext_lazy("The header lacks this column."),
    "table.cells": gettext_lazy("The row has %(found)d cells; the header has %(expected)d."),
    # The cell
    "table.cell_empty": gettext_lazy("The cell must be filled in."),
    "cell.too_long": gettext_lazy("The text has %(found)d characters; at most %(most)d fit."),
    "cell.control_character": gettext_lazy("The text has a character that cannot be shown."),
    "cell.number": gettext_lazy("The number may have letters, digits and . / _ - only."),
    "cell.reference": gettext_lazy("The reference may have at most 32 characters and no spaces."),
    "cell.day": gettext_lazy("“%(text)s” is not a date. Write 2026-11-20 or 20.11.2026."),
    "cell.month": gettext_lazy("“%(text)s” is not a month. Write 2026-11."),
    "cell.amount": gettext_lazy("“%(text)s” is not an amount. Write 12345,50."),
    "cell.amount_out_of_range": gettext_lazy(
        "The amount must be between %(lowest)s and %(highest)s. Amounts are in kroner."
    ),
    "cell.whole_number": gettext_lazy("“%(text)s” is not a whole number."),
    "cell.out_of_range": gettext_lazy("The number must be between %(lowest)s and %(highest)s."),
    "cell.yes_no": gettext_lazy("“%(text)s” is neither “ja” nor “nei”."),
    "cell.choice": gettext_lazy("The word must be one of: %(choices)s."),
    "cell.orgnr": gettext_lazy("An organisation number has nine digits."),
    "cell.unit": gettext_lazy("The unit is a letter H, L, K or U and four digits, as H0201."),
    "cell.postcode": gettext_lazy("A postcode has four digits."),
    "cell.language": gettext_lazy("The language is a short code, as nb, en or se."),
    "cell.phone": gettext_lazy("A phone number has digits and spaces only, + in front if foreign."),
    "cell.email": gettext_lazy("This is not an e-mail address."),
    "cell.kid": gettext_lazy("A KID has 2 to 25 digits; the last may be a hyphen."),
    # The row and the register
    "portfolio.twice": gettext_lazy("The same row is on line %(first)d already."),
    "portfolio.exists_otherwise": gettext_lazy(
        "It is in Boligsak already, with another value. A load changes nothing that is there."
    ),
    "portfolio.unknown_office": gettext_lazy("There is no office with this name or code."),
    "portfolio.unknown_dwelling": gettext_lazy("There is no dwelling %(number)s."),
    "portfolio.unknown_household": gettext_lazy("There is no household %(number)s."),
    "portfolio.unknown_person": gettext_lazy(
        "Somebody named here is neither in people.csv nor in Boligsak."
    ),
    "portfolio.unknown_lease": gettext_lazy("There is no lease %(number)s."),
    "portfolio.kid_of_another": gettext_lazy("The KID is not that of lease %(number)s."),
    "portfolio.no_charge_that_month": gettext_lazy("The lease has no rent charged for that month."),
    "portfolio.who_is_it": gettext_lazy(
        "Without an identity number the row needs a household and a day of birth."
    ),
    "portfolio.building_kind_differs": gettext_lazy(
        "The building has another kind elsewhere in the file or in Boligsak."
    ),
    "portfolio.unknown_file": gettext_lazy(
        "“%(name)s” is none of the files that can be loaded: dwellings.csv, people.csv, "
        "leases.csv, charges.csv and payments.csv. Nothing was stored."
    ),
    "portfolio.no_files": gettext_lazy(
        "There is no file to load. The files are called dwellings.csv, people.csv, leases.csv, "
        "charges.csv and payments.csv."
    ),
    "portfolio.refused": gettext_lazy("%(rows)s rows were refused. Nothing was stored."),
    "charge.no_reference": gettext_lazy(
        "Only rent and utilities may be without a reference; other charges need one."
    ),
    "charge.too_far_ahead": gettext_lazy("The due day is more than %(most)d days ahead."),
    "payment.whose": gettext_lazy("The row needs a lease or a KID."),
    "payment.zero": gettext_lazy("The amount is zero."),
    "payment.sign": gettext_lazy("Only a payment can be less than zero: then it is a reversal."),
    "payment.not_yet": gettext_lazy("The payment is from a day that has not come."),
}
