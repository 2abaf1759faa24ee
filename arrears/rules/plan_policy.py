"""The municipality's own terms for repayment plans: a dated row of values, read into a shape."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from boligsak.terms import read_numbers
from tenants.rules.economy import LivingRates

_MOST_ORE = 100_000_000

# Lowest and highest of each value. A living rate of nought is one nobody has entered.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "tolerance_days": (0, 60),
    "longest_months": (1, 120),
    "margin_permille": (0, 1000),
    "payer_days": (0, 30),
    "living_single_ore": (0, _MOST_ORE),
    "living_couple_ore": (0, _MOST_ORE),
    "living_child_ore": (0, _MOST_ORE),
}


@dataclass(frozen=True, slots=True)
class PlanPolicy:
    """One version of the terms. Days are whole days, amounts øre a month, shares permille."""

    tolerance_days: int
    """How late an instalment may be, by value date, unless a plan says otherwise."""
    longest_months: int
    """A plan is over after so many months at the latest."""
    margin_permille: int
    """The part of what a household has left that stays with it for what nobody foresaw."""
    payer_days: int
    """Days after its day before an agency's payment is missing."""
    living_single_ore: int
    living_couple_ore: int
    living_child_ore: int

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "PlanPolicy":
        """The policy in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number" or "policy.out_of_range" (lowest,
        highest, found).
        """
        return cls(**read_numbers(values, _BOUNDS))

    def to_values(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def living_rates(self) -> LivingRates:
        """What has been entered; nothing is guessed for what has not."""
        return LivingRates(
            single_ore=self.living_single_ore or None,
            couple_ore=self.living_couple_ore or None,
            child_ore=self.living_child_ore or None,
        )


def default_values() -> dict[str, Any]:
    """What a new installation starts with. What people live on must be entered by the
    municipality: no source gives one number for the whole country."""
    return {
        "tolerance_days": 3,
        "longest_months": 36,
        "margin_permille": 100,
        "payer_days": 3,
        "living_single_ore": 0,
        "living_couple_ore": 0,
        "living_child_ore": 0,
    }
