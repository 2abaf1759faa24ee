"""Why a policy's values were refused, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.rule import RuleBroken

FIELD_NAMES: dict[str, Promise] = {
    "min_ore": gettext_lazy("Least amount that raises a flag (øre)"),
    "grace_days": gettext_lazy("Days a payment may be on its way"),
    "levels": gettext_lazy("Levels for arrears"),
    "pattern_days_later": gettext_lazy("Days later than usual"),
    "pattern_share_days": gettext_lazy("Days after the due day the paid share is looked at"),
    "pattern_share_permille": gettext_lazy("Thousandths smaller than usual"),
    "pattern_min_charges": gettext_lazy("Paid charges needed to know what is usual"),
    "former_min_ore": gettext_lazy("Least amount for a former tenant (øre)"),
    "former_levels": gettext_lazy("Levels for a former tenant's arrears"),
    "expiry_days": gettext_lazy("Days before a contract runs out"),
    "expired_days_left": gettext_lazy("Days left before a contract becomes open-ended"),
    "due_day": gettext_lazy("Day of the month the rent falls due"),
    "charge_missing_days": gettext_lazy("Days before a missing charge is reported"),
}


def field_name(field: str) -> str:
    """What people call a value of the policy; the name itself when it is not one of ours."""
    return str(FIELD_NAMES.get(field, field))


def refusal(broken: RuleBroken) -> str:
    """One sentence for a "policy.…" refusal."""
    sentence = _SENTENCES[broken.code]
    shown: Mapping[str, Any] = {**broken.facts, "field": field_name(broken.facts["field"])}
    return str(sentence) % shown


_SENTENCES: dict[str, Promise] = {
    "policy.unknown_value": gettext_lazy("“%(field)s” is not a value this policy has."),
    "policy.missing_value": gettext_lazy("“%(field)s” is missing."),
    "policy.not_a_whole_number": gettext_lazy("“%(field)s” must be a whole number."),
    "policy.out_of_range": gettext_lazy(
        "“%(field)s” must be between %(lowest)d and %(highest)d; %(found)d was given."
    ),
    "policy.levels_unreadable": gettext_lazy(
        "“%(field)s” must be a list of levels, each with a level, days and perhaps months' rent."
    ),
    "policy.levels_not_rising": gettext_lazy(
        "“%(field)s” must rise: a higher level needs more days and more months' rent."
    ),
    "policy.days_not_falling": gettext_lazy(
        "“%(field)s” must be at most %(most)d numbers of days, each lower than the one before."
    ),
}
