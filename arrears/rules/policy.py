"""The municipality's own thresholds for flags: a dated row of values, read into a checked shape."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, NamedTuple

from boligsak.rule import RuleBroken
from boligsak.terms import whole_number

HIGHEST_LEVEL = 4
_MAX_DAYS = 3660
_MAX_ORE = 100_000_000
_MAX_PERMILLE = 100_000
# A due day moves to the next working day; from the 25th it still stays within its month, Easter
# and Christmas included, so a charge's due day tells which month it is for.
_LAST_DUE_DAY = 25


class Level(NamedTuple):
    """A level is reached `days` days after the due day, or, whatever the age, when what is overdue
    comes to `months_permille` thousandths of a month's rent (None: by age only)."""

    level: int
    days: int
    months_permille: int | None = None


@dataclass(frozen=True, slots=True)
class ArrearsPolicy:
    """One version of the thresholds. Days are whole days, amounts øre, shares permille."""

    min_ore: int
    """Less than this overdue raises nothing."""
    grace_days: int
    """Days after the due day in which a payment may be on its way: due 20th, 3 days, overdue
    from the 24th."""
    levels: tuple[Level, ...]
    pattern_days_later: int
    """Later than this tenant's usual by more than so many days: the pattern has changed."""
    pattern_share_days: int
    """How many days after the due day the paid share of a charge is looked at."""
    pattern_share_permille: int
    """Smaller than this tenant's usual share by at least so much: the pattern has changed."""
    pattern_min_charges: int
    """With fewer settled charges than this there is no usual."""
    former_min_ore: int
    former_levels: tuple[Level, ...]
    expiry_days: tuple[int, ...]
    """Days left of a fixed term at which levels 1, 2, … of `expiring` begin."""
    expired_days_left: tuple[int, ...]
    """Days left of the three months of § 9-2 at which levels 2, 3, … of `expired` begin."""
    due_day: int
    """Day of the month the rent falls due (before it moves to a working day)."""
    charge_missing_days: int
    """A charge not seen so many days after it should have fallen due is missing."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "ArrearsPolicy":
        """The policy in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number", "policy.out_of_range" (lowest,
        highest), "policy.levels_unreadable", "policy.levels_not_rising" or
        "policy.days_not_falling".
        """
        names = {field.name for field in fields(cls)}
        for name in values:
            if name not in names:
                raise RuleBroken("policy.unknown_value", field=name)
        for field in fields(cls):
            if field.name not in values:
                raise RuleBroken("policy.missing_value", field=field.name)
        return cls(
            min_ore=_number(values, "min_ore", 1, _MAX_ORE),
            grace_days=_number(values, "grace_days", 0, 60),
            levels=_levels(values, "levels"),
            pattern_days_later=_number(values, "pattern_days_later", 1, 365),
            pattern_share_days=_number(values, "pattern_share_days", 0, 60),
            pattern_share_permille=_number(values, "pattern_share_permille", 1, 1000),
            pattern_min_charges=_number(values, "pattern_min_charges", 1, 12),
            former_min_ore=_number(values, "former_min_ore", 1, _MAX_ORE),
            former_levels=_levels(values, "former_levels"),
            expiry_days=_falling_days(values, "expiry_days", HIGHEST_LEVEL),
            expired_days_left=_falling_days(values, "expired_days_left", HIGHEST_LEVEL - 1),
            due_day=_number(values, "due_day", 1, _LAST_DUE_DAY),
            charge_missing_days=_number(values, "charge_missing_days", 0, 60),
        )

    def to_values(self) -> dict[str, Any]:
        """The same policy as JSON values; `from_values` reads them back."""
        values = asdict(self)
        for name in ("levels", "former_levels"):
            values[name] = [level._asdict() for level in values[name]]
        for name in ("expiry_days", "expired_days_left"):
            values[name] = list(values[name])
        return values


def default_values() -> dict[str, Any]:
    """The values a new installation starts with; the municipality changes them by a dated row."""
    return {
        "min_ore": 20_000,
        "grace_days": 3,
        # Trondheim sends the inkassovarsel after 15–20 days; level 2 comes before it.
        "levels": [
            {"level": 1, "days": 1, "months_permille": None},
            {"level": 2, "days": 14, "months_permille": 1500},
            {"level": 3, "days": 35, "months_permille": 2000},
            {"level": 4, "days": 65, "months_permille": 3000},
        ],
        "pattern_days_later": 10,
        "pattern_share_days": 14,
        "pattern_share_permille": 250,
        "pattern_min_charges": 4,
        "former_min_ore": 20_000,
        # Nobody's home hangs on a former tenant's debt, so it never stands before those whose does.
        # Two and a half years: half a year before the oldest of it is time-barred
        # (foreldelsesloven § 2).
        "former_levels": [
            {"level": 1, "days": 1, "months_permille": None},
            {"level": 2, "days": 912, "months_permille": None},
        ],
        "expiry_days": [180, 90, 60, 30],
        "expired_days_left": [60, 30, 14],
        "due_day": 20,
        "charge_missing_days": 3,
    }


def _number(values: Mapping[str, Any], field: str, lowest: int, highest: int) -> int:
    return whole_number(values[field], field, lowest, highest)


def _levels(values: Mapping[str, Any], field: str) -> tuple[Level, ...]:
    rows = values[field]
    if not isinstance(rows, list | tuple) or not rows:
        raise RuleBroken("policy.levels_unreadable", field=field)
    levels = [_level(row, field) for row in rows]
    for lower, higher in pairwise(levels):
        months_fall = (
            lower.months_permille is not None
            and higher.months_permille is not None
            and lower.months_permille >= higher.months_permille
        )
        if lower.level >= higher.level or lower.days >= higher.days or months_fall:
            raise RuleBroken("policy.levels_not_rising", field=field)
    return tuple(levels)


def _level(row: Any, field: str) -> Level:
    if not isinstance(row, Mapping) or not {"level", "days"} <= set(row) <= set(Level._fields):
        raise RuleBroken("policy.levels_unreadable", field=field)
    months = row.get("months_permille")
    return Level(
        level=whole_number(row["level"], field, 1, HIGHEST_LEVEL),
        days=whole_number(row["days"], field, 0, _MAX_DAYS),
        months_permille=None if months is None else whole_number(months, field, 1, _MAX_PERMILLE),
    )


def _falling_days(values: Mapping[str, Any], field: str, most: int) -> tuple[int, ...]:
    days = values[field]
    if not isinstance(days, list | tuple) or not 1 <= len(days) <= most:
        raise RuleBroken("policy.days_not_falling", field=field, most=most)
    numbers = tuple(whole_number(day, field, 0, _MAX_DAYS) for day in days)
    if any(first <= second for first, second in pairwise(numbers)):
        raise RuleBroken("policy.days_not_falling", field=field, most=most)
    return numbers
