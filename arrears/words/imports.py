"""Refusals of imports, unplaced payments and moved payments, as sentences."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arrears.models import UnplacedState
from arrears.words.ocr import ocr_reason_of
from boligsak.dates import format_day
from boligsak.rule import RuleBroken
from boligsak.show import kr, moment

_SENTENCES: dict[str, Promise] = {
    "import.same_numbers_other_content": gettext_lazy(
        "A file with transmission number %(transmission_no)s from %(sender)s has been imported "
        "before, but with other content. Ask the bank which of the two is right."
    ),
    "import.amount_too_large": gettext_lazy(
        "The payment is %(amount)s. That cannot be right, so nothing has been booked."
    ),
    "import.day_ahead": gettext_lazy(
        "The payment is dated %(day)s, a day that is yet to come. Nothing has been booked; ask "
        "the bank."
    ),
    "import.fault": gettext_lazy(
        "Something went wrong on our side and nothing has been booked. Import the file again; "
        "if it happens once more, tell the administrator."
    ),
    "job.running": gettext_lazy("This file is being imported already."),
    "unplaced.decided": gettext_lazy("%(by)s dealt with this payment at %(at)s: it is %(state)s."),
    "unplaced.changed": gettext_lazy("Somebody has changed this payment since you opened it."),
    "unplaced.no_reason": gettext_lazy("Say why the payment goes back."),
    "move.not_a_payment": gettext_lazy("Only a payment can be moved to another lease."),
    "move.same_lease": gettext_lazy("The payment is on this lease already."),
    "move.already_corrected": gettext_lazy("This payment has been moved or corrected already."),
}


def reason(code: str, facts: Mapping[str, Any]) -> str:
    """Why not, in one sentence; from a refusal just caught or from one that was kept as JSON.

    Begins with the line number where there is one.
    """
    if code.startswith("ocr."):
        return ocr_reason_of(code, dict(facts))
    sentence = str(_SENTENCES[code]) % _shown(code, facts)
    if not facts.get("line"):
        return sentence
    return _("Line %(line)s: %(reason)s") % {"line": facts["line"], "reason": sentence}


def reason_of(broken: RuleBroken) -> str:
    """The same of an exception."""
    return reason(broken.code, broken.facts)


def _shown(code: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    words = dict(facts)
    if code == "import.amount_too_large":
        words["amount"] = kr(int(facts["amount_ore"]))
    elif code == "import.day_ahead":
        words["day"] = format_day(datetime.date.fromisoformat(str(facts["paid_on"])))
    elif code == "unplaced.decided":
        words |= {"at": moment(facts["at"]), "state": UnplacedState(facts["state"]).label}
    return words
