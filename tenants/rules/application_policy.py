"""The municipality's own terms for applications: a dated row of values, read into a shape."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from boligsak.rule import RuleBroken
from boligsak.terms import read_numbers

# Lowest and highest of each number. Nought months to a decision: no target has been set.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "preliminary_months": (1, 12),
    "decision_months": (0, 24),
    "allocation_months": (1, 24),
    "appeal_weeks": (3, 26),
    "appeal_limit_months": (1, 60),
    "four_eyes": (0, 1),
}
_BODIES = ("body_housing_help", "body_allocation")
LONGEST_BODY = 120


@dataclass(frozen=True, slots=True)
class ApplicationPolicy:
    """One version of the terms. Months and weeks are counted by the calendar."""

    preliminary_months: int
    """Forvaltningsloven § 11 a: without a decision by then, a preliminary answer is due."""
    decision_months: int
    """The municipality's own target from received to decided; 0 where none is set."""
    allocation_months: int
    """The municipality's own target from a granted home to an accepted one."""
    appeal_weeks: int
    """Forvaltningsloven § 29: from the notification. The law's three weeks or more, never less."""
    appeal_limit_months: int
    """Forvaltningsloven § 31 third paragraph: after this no appeal can be heard."""
    four_eyes: int
    """1 where a second person has to approve every decision before it is made."""
    body_housing_help: str
    """Who hears appeals against decisions on housing help."""
    body_allocation: str
    """Who hears appeals against decisions on a municipal home."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "ApplicationPolicy":
        """The policy in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number", "policy.out_of_range" (lowest,
        highest, found) or "policy.not_a_name" (longest).
        """
        numbers = {name: value for name, value in values.items() if name not in _BODIES}
        found: dict[str, Any] = dict(read_numbers(numbers, _BOUNDS))
        return cls(**found | {name: _name(values, name) for name in _BODIES})

    def to_values(self) -> dict[str, Any]:
        return asdict(self)

    def appeal_body(self, decision_kind: str) -> str:
        """The two kinds of decision have different appeal bodies."""
        if decision_kind == "allocation":
            return self.body_allocation
        return self.body_housing_help


def default_values() -> dict[str, Any]:
    """What a new installation starts with: the law's own deadlines, and the target of a month from
    decision to allocation."""
    return {
        "preliminary_months": 1,
        "decision_months": 0,
        "allocation_months": 1,
        "appeal_weeks": 3,
        "appeal_limit_months": 12,
        "four_eyes": 0,
        "body_housing_help": "Statsforvalteren",
        "body_allocation": "Kommunens klagenemnd",
    }


def _name(values: Mapping[str, Any], field: str) -> str:
    if field not in values:
        raise RuleBroken("policy.missing_value", field=field)
    value = values[field]
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_BODY:
        raise RuleBroken("policy.not_a_name", field=field, longest=LONGEST_BODY)
    return value.strip()
