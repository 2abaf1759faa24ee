"""What a policy of each kind must look like. Apps above register the kinds they own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boligsak.rule import RuleBroken


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """`read` turns stored values into the owner's dataclass; `RuleBroken` when they are wrong.

    `label` is a lazy translation; `example` shows the full shape, for the form. `field_name`
    says what people call a value, `refusal` what was wrong with one, in a sentence. A kind whose
    values are more than numbers brings its own page: `editor` is its address's name, which takes
    `?from=<id of a version>`, and `shown` says the values as (what it is called, how people read
    it).
    """

    name: str
    label: Any
    read: Callable[[dict[str, Any]], Any]
    example: dict[str, Any]
    field_name: Callable[[str], str] = str
    refusal: Callable[[RuleBroken], str] = str
    editor: str = ""
    shown: Callable[[dict[str, Any]], list[tuple[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class RateKind:
    """A kind of rate that can be entered also while no row of it is there.

    `label` is a lazy translation; `unit` one of `words.UNITS`.
    """

    name: str
    label: Any
    unit: str


_kinds: dict[str, PolicyKind] = {}
_rates: dict[str, RateKind] = {}


def register(kind: PolicyKind) -> None:
    _kinds[kind.name] = kind


def kind(name: str) -> PolicyKind:
    return _kinds[name]


def kinds() -> list[PolicyKind]:
    return sorted(_kinds.values(), key=lambda kind: kind.name)


def register_rate(kind: RateKind) -> None:
    _rates[kind.name] = kind


def rates() -> dict[str, RateKind]:
    """The kinds of rate that apps have registered, by name."""
    return dict(_rates)
