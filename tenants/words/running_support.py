"""Help in a running tenancy, in words."""

import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken
from boligsak.show import day

_SENTENCES: dict[str, Promise] = {
    "running_support.missing": gettext_lazy("You have no access to this lease any more."),
    "running_support.changed": gettext_lazy(
        "Somebody changed this while you had it open. Look at what is new and save again."
    ),
    "running_support.over": gettext_lazy("The help has ended already."),
    "running_support.no_result": gettext_lazy("Write what came of it."),
    "running_support.next_past": gettext_lazy("Choose a day after today, %(today)s."),
    "running_support.not_yet": gettext_lazy("That day is yet to come. Today is %(today)s."),
    "running_support.before_start": gettext_lazy(
        "The help began %(started_on)s. Choose that day or a later one."
    ),
}


def refusal(broken: RuleBroken) -> str:
    """One sentence that says what is wrong and how to mend it."""
    facts = {
        name: day(fact) if isinstance(fact, datetime.date) else fact
        for name, fact in broken.facts.items()
    }
    return str(_SENTENCES[broken.code]) % facts
