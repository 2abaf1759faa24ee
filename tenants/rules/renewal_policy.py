"""The municipality's own terms for renewing contracts: a dated row of values, read into a shape."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from boligsak.terms import read_numbers
from tenants.rules.leases import MINIMUM_TERM_MONTHS

# Lowest and highest of each value. A usual term below three years is one the law does not know.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "months": (MINIMUM_TERM_MONTHS, 240),
    "months_children": (MINIMUM_TERM_MONTHS, 240),
    "days_before": (14, 730),
}


@dataclass(frozen=True, slots=True)
class RenewalPolicy:
    """One version of the terms. Months by the calendar, days whole."""

    months: int
    """The usual new term, which is what is proposed."""
    months_children: int
    """The longer term that may be chosen where children live."""
    days_before: int
    """A contract may be renewed from so many days before it runs out."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "RenewalPolicy":
        """The policy in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number" or "policy.out_of_range" (lowest,
        highest, found).
        """
        return cls(**read_numbers(values, _BOUNDS))

    def to_values(self) -> dict[str, Any]:
        return asdict(self)


def default_values() -> dict[str, Any]:
    """What a new installation starts with: the law's three years; ten for families with children,
    as the published criteria allow."""
    return {"months": MINIMUM_TERM_MONTHS, "months_children": 120, "days_before": 180}
