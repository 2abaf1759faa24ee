"""Service agreements in words."""

import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day

_SENTENCES: dict[str, Promise] = {
    "service.lease_missing": gettext_lazy("You have no access to this lease any more."),
    "service.not_service": gettext_lazy(
        "%(number)s is an ordinary lease, so it has no service agreement."
    ),
    "service.not_written": gettext_lazy("Write down what the agreement holds first."),
    "service.changed": gettext_lazy(
        "Somebody changed the agreement while you had it open. Look at what is new and save "
        "again; what you have written is still here."
    ),
    "service.no_services": gettext_lazy("Write which help the agreement holds."),
    "service.no_end": gettext_lazy("Write what ends the agreement."),
    "service.no_review": gettext_lazy("Choose the day the agreement is looked at again."),
    "service.review_past": gettext_lazy("Choose today, %(today)s, or a later day."),
    "service.review_far": gettext_lazy(
        "Choose %(last_on)s or an earlier day: an agreement is looked at again within three years."
    ),
    "service.before_start": gettext_lazy("The tenancy began %(starts_on)s. Choose a later day."),
    "service.review_order": gettext_lazy(
        "It was looked at %(reviewed_on)s. Choose a later day for the next time."
    ),
    "service.no_note": gettext_lazy("Write what the review found."),
    "service.no_lawyer": gettext_lazy("Write who made the assessment."),
    "service.no_reasons": gettext_lazy("Write the reasons."),
    "service.not_yet": gettext_lazy("That day is yet to come. Today is %(today)s."),
    "service.not_assessed": gettext_lazy("No assessment is recorded, so none can be taken back."),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how to mend it."""
    facts: dict[str, Any] = {
        name: day(fact) if isinstance(fact, datetime.date) else fact
        for name, fact in broken.facts.items()
    }
    return str(_SENTENCES[broken.code]) % facts
