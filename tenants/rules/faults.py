"""Refusals of single rows among several, so that one row and a whole register meet one rule."""

from collections.abc import Iterable
from typing import NamedTuple

from boligsak.rule import RuleBroken


class Fault(NamedTuple):
    """Row number `place` (from 0) is refused because of `field`."""

    place: int
    field: str
    broken: RuleBroken


def raise_first(faults: Iterable[Fault]) -> None:
    """Raises the first fault there is as what it is, with `place` and `field` among its facts."""
    for fault in faults:
        broken = fault.broken
        facts = {"place": fault.place, "field": fault.field} | broken.facts
        raise RuleBroken(broken.code, **facts)
