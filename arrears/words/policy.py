"""Why a policy's values were refused, in words."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from boligsak.money import format_kr
from boligsak.rates.words import policy_field, policy_refusal
from boligsak.rule import RuleBroken

FIELD_NAMES: dict[str, Promise] = {
    "min_ore": gettext_lazy("Least amount that raises a flag"),
    "grace_days": gettext_lazy("Days a payment may be on its way"),
    "levels": gettext_lazy("Levels for arrears"),
    "pattern_days_later": gettext_lazy("Days later than usual"),
    "pattern_share_days": gettext_lazy("Days after the due day the paid share is looked at"),
    "pattern_share_permille": gettext_lazy("Share smaller than usual (0,25 is a quarter)"),
    "pattern_min_charges": gettext_lazy("Paid charges needed to know what is usual"),
    "former_min_ore": gettext_lazy("Least amount for a former tenant"),
    "former_levels": gettext_lazy("Levels for a former tenant's arrears"),
    "expiry_days": gettext_lazy("Days before a contract runs out"),
    "expired_days_left": gettext_lazy("Days left before a contract becomes open-ended"),
    "due_day": gettext_lazy("Day of the month the rent falls due"),
    "charge_missing_days": gettext_lazy("Days before a missing charge is reported"),
    "tolerance_days": gettext_lazy("Days an instalment may be late"),
    "longest_months": gettext_lazy("Months a repayment plan may last"),
    "margin_permille": gettext_lazy(
        "Share of what is left that the household keeps (0,1 is a tenth)"
    ),
    "payer_days": gettext_lazy("Days before an agency's payment is missing"),
    "living_single_ore": gettext_lazy("To live on a month, one adult (0: not entered)"),
    "living_couple_ore": gettext_lazy("To live on a month, a couple (0: not entered)"),
    "petitions_before": gettext_lazy("Petitions in the year compared with (0: not entered)"),
    "petitions_fewer_permille": gettext_lazy("How many fewer petitions a year (0,5 is half)"),
    "evictions_before": gettext_lazy("Evictions in the year compared with (0: not entered)"),
    "evictions_fewer_permille": gettext_lazy("How many fewer evictions a year (0,3 is 30 %)"),
    "living_child_ore": gettext_lazy("To live on a month, each child (0: not entered)"),
}


def field_name(field: str) -> str:
    return policy_field(field, FIELD_NAMES)


def refusal(broken: RuleBroken) -> str:
    """One sentence for a "policy.…" refusal."""
    return policy_refusal(broken, FIELD_NAMES, _SENTENCES, _shown)


def _shown(field: str, fact: Any) -> Any:
    """Amounts in kroner and shares as shares, as people typed them."""
    if not isinstance(fact, int):
        return fact
    if field.endswith("_ore"):
        return format_kr(fact)
    return f"{fact / 1000:g}".replace(".", ",") if field.endswith("_permille") else fact


_SENTENCES: dict[str, Promise] = {
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
