"""What a municipality aims at: fewer petitions and evictions than in the year it compares with."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from boligsak.terms import read_numbers

_MOST = 100_000
# Lowest and highest of each value. A first year of nought is one nobody has entered.
_BOUNDS: Mapping[str, tuple[int, int]] = {
    "petitions_before": (0, _MOST),
    "petitions_fewer_permille": (0, 1000),
    "evictions_before": (0, _MOST),
    "evictions_fewer_permille": (0, 1000),
}


@dataclass(frozen=True, slots=True)
class Targets:
    """One version of the targets, for one office or for the whole municipality. `…_before` is how
    many there were in the year the municipality compares with, `…_fewer_permille` how many fewer
    it wants, in thousandths of them."""

    petitions_before: int
    petitions_fewer_permille: int
    evictions_before: int
    evictions_fewer_permille: int

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Targets":
        """The targets in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with the field in its facts: "policy.unknown_value",
        "policy.missing_value", "policy.not_a_whole_number" or "policy.out_of_range" (lowest,
        highest, found).
        """
        return cls(**read_numbers(values, _BOUNDS))

    def to_values(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def most(self) -> "Most":
        return Most(
            _most(self.petitions_before, self.petitions_fewer_permille),
            _most(self.evictions_before, self.evictions_fewer_permille),
        )


@dataclass(frozen=True, slots=True)
class Most:
    """The most there may be in a year; None where no target is set."""

    petitions: int | None = None
    evictions: int | None = None


def default_values() -> dict[str, Any]:
    """The national strategy "På vei til egen bolig" (2005–2007): half the petitions and 30 % fewer
    evictions. Fewer than what, every municipality must enter itself."""
    return {
        "petitions_before": 0,
        "petitions_fewer_permille": 500,
        "evictions_before": 0,
        "evictions_fewer_permille": 300,
    }


def most_for(versions: Mapping[int | None, Targets], offices: Collection[int] | None) -> Most:
    """The targets of these offices together, by each office's own; None: the municipality's.

    Where one of the offices has none, there is none for them together.
    """
    if offices is None:
        return versions[None].most if None in versions else Most()
    own = [versions[office].most for office in offices if office in versions]
    if not own or len(own) < len(offices):
        return Most()
    return Most(
        _together([one.petitions for one in own]), _together([one.evictions for one in own])
    )


def _together(numbers: Collection[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _most(before: int, fewer_permille: int) -> int | None:
    """Rounded down: at least so many fewer."""
    return before * (1000 - fewer_permille) // 1000 if before else None
