"""Randomness that is the same every time: each thing has its own, named after what it is."""

import random
from typing import TypeVar

T = TypeVar("T")


class Chance(random.Random):
    """A generator of its own for one named thing, so that a change in one moves no other."""

    def __init__(self, *name: object) -> None:
        super().__init__(":".join(map(str, name)))

    def happens(self, share: float) -> bool:
        return self.random() < share

    def one_of(self, weighted: dict[T, float]) -> T:
        """One key, as often as its weight says."""
        left = self.random() * sum(weighted.values())
        for key, weight in weighted.items():
            left -= weight
            if left < 0:
                return key
        return next(reversed(weighted))
