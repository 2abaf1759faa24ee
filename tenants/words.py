"""Refusals of tenants' rules, and of what people type, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and what is missing. Raises KeyError for a code that
    is not ours."""
    return str(_SENTENCES[broken.code]) % broken.facts


_SENTENCES: dict[str, Promise] = {
    "money.unreadable": gettext_lazy("Write the amount as 12345,50."),
    "date.unreadable": gettext_lazy("Write the date as 20.11.2026."),
    "identity.length": gettext_lazy(
        "An identity number has eleven digits; this one has %(found)d."
    ),
    "identity.digits": gettext_lazy("An identity number has digits only."),
    "identity.no_such_day": gettext_lazy(
        "The identity number begins with a day that does not exist. Check the first six digits."
    ),
    "identity.check_digits": gettext_lazy(
        "The identity number has a mistyped digit. Check it against the source."
    ),
    "identity.not_born": gettext_lazy(
        "The identity number belongs to somebody who is not born yet."
    ),
    "term.ends_before_start": gettext_lazy("The contract must end after it starts."),
    "term.not_told_in_writing": gettext_lazy(
        "A contract for less than three years needs that the tenant has been told in writing of "
        "the dwelling's purpose and of the exceptions agreed (§ 11-1)."
    ),
    "term.no_special_grounds": gettext_lazy(
        "A contract for less than three years needs special grounds (§ 11-1). Write them down."
    ),
    "term.no_weighty_grounds": gettext_lazy(
        "This tenant has had a short contract for this dwelling before. A second one needs "
        "weighty grounds (§ 11-1); otherwise it is open-ended."
    ),
}
