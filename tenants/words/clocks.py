"""The clocks of applications and agreements in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tenants.rules import clocks

NAMES: dict[str, Promise] = {
    clocks.PRELIMINARY: gettext_lazy("Preliminary answer"),
    clocks.DECISION: gettext_lazy("Decision on the application"),
    clocks.ALLOCATION: gettext_lazy("Allocation of a home"),
    clocks.RENEWAL: gettext_lazy("Renewal to be signed"),
    clocks.APPEAL_LAST: gettext_lazy("Last day to appeal"),
    clocks.APPEAL: gettext_lazy("Answer to the appeal"),
    clocks.CONDITION: gettext_lazy("Condition to be met"),
    clocks.SERVICE_REVIEW: gettext_lazy("Service agreement looked at again"),
}


def name(code: str) -> str:
    """What a clock is for."""
    return str(NAMES[code])
