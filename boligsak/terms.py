"""Reading the terms of a policy: whole numbers under names, each within its bounds."""

from collections.abc import Mapping
from typing import Any

from boligsak.rule import RuleBroken

Bounds = Mapping[str, tuple[int, int]]
"""The lowest and the highest of each value, both allowed."""


def read_numbers(values: Mapping[str, Any], bounds: Bounds) -> dict[str, int]:
    """The values of a stored row, which has to hold every name in `bounds` and no other.

    Raises RuleBroken with the field in its facts: "policy.unknown_value", "policy.missing_value",
    "policy.not_a_whole_number" or "policy.out_of_range" (lowest, highest, found).
    """
    for name in values:
        if name not in bounds:
            raise RuleBroken("policy.unknown_value", field=name)
    found = {}
    for name, (lowest, highest) in bounds.items():
        if name not in values:
            raise RuleBroken("policy.missing_value", field=name)
        found[name] = whole_number(values[name], name, lowest, highest)
    return found


def whole_number(value: Any, field: str, lowest: int, highest: int) -> int:
    """One whole number. Raises RuleBroken "policy.not_a_whole_number" or "policy.out_of_range"."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise RuleBroken("policy.not_a_whole_number", field=field)
    if not lowest <= value <= highest:
        raise RuleBroken(
            "policy.out_of_range", field=field, found=value, lowest=lowest, highest=highest
        )
    return value
