"""Which dwelling suits which household: each test answered on its own, and never in silence.

A test that cannot be answered is said to be unknown. It does not rule a dwelling out: somebody
looks into it. Amounts are øre a month.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from boligsak.rule import RuleBroken
from boligsak.terms import read_numbers

_PERMILLE = 1000
_MOST_ROOMS = 20
_MOST_SIZES = 12

_BOUNDS: Mapping[str, tuple[int, int]] = {
    "answer_days": (1, 60),
    "burden_permille": (0, 1000),
    "coming_days": (0, 365),
}
_TABLES = ("rooms_least", "rooms_most")


@dataclass(frozen=True, slots=True)
class MatchPolicy:
    """One version of the municipality's terms for offering homes."""

    rooms_least: tuple[int, ...]
    """Fewest rooms for a household of one, two, three …; for more people, one more room for each
    two."""
    rooms_most: tuple[int, ...]
    burden_permille: int
    """The largest share of the income that the rent should take; 0 where nobody has set one."""
    answer_days: int
    """How long an offer stands. The last day moves to the next working day."""
    coming_days: int
    """How far ahead a dwelling that somebody moves out of counts as coming free."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "MatchPolicy":
        """The policy in a stored row (JSON values, see `default_values`).

        Raises RuleBroken with the field in its facts: those of a number, or
        "policy.rooms_unreadable" for a table of rooms.
        """
        numbers = {name: value for name, value in values.items() if name not in _TABLES}
        read = read_numbers(numbers, _BOUNDS)
        least, most = (_rooms(values, name) for name in _TABLES)
        if len(least) != len(most) or any(a > b for a, b in zip(least, most, strict=True)):
            raise RuleBroken("policy.rooms_unreadable", field="rooms_most", most=_MOST_SIZES)
        return cls(rooms_least=least, rooms_most=most, **read)

    def to_values(self) -> dict[str, Any]:
        return asdict(self) | {name: list(getattr(self, name)) for name in _TABLES}


def default_values() -> dict[str, Any]:
    """What a new installation starts with. The share that rent may take must be set by the
    municipality: no source gives one number for the whole country."""
    return {
        "rooms_least": [1, 2, 3, 3, 4],
        "rooms_most": [2, 3, 4, 4, 5],
        "burden_permille": 0,
        "answer_days": 7,
        "coming_days": 60,
    }


def _rooms(values: Mapping[str, Any], name: str) -> tuple[int, ...]:
    if name not in values:
        raise RuleBroken("policy.missing_value", field=name)
    table = values[name]
    is_whole = isinstance(table, list | tuple) and 0 < len(table) <= _MOST_SIZES
    if not is_whole or any(
        isinstance(one, bool) or not isinstance(one, int) or not 1 <= one <= _MOST_ROOMS
        for one in table
    ):
        raise RuleBroken("policy.rooms_unreadable", field=name, most=_MOST_SIZES)
    if list(table) != sorted(table):
        raise RuleBroken("policy.rooms_unreadable", field=name, most=_MOST_SIZES)
    return tuple(table)


def rooms_for(people: int, policy: MatchPolicy) -> tuple[int, int]:
    """Fewest and most rooms that suit a household of so many people (at least one)."""
    return _of_size(policy.rooms_least, people), _of_size(policy.rooms_most, people)


def _of_size(table: Sequence[int], people: int) -> int:
    people = max(people, 1)
    if people <= len(table):
        return table[people - 1]
    return min(table[-1] + (people - len(table) + 1) // 2, _MOST_ROOMS)


class Test(StrEnum):
    """What is compared. The order is the order people read them in."""

    __test__ = False

    ROOMS = "rooms"
    ACCESSIBLE = "accessible"
    DISTRICT = "district"
    BURDEN = "burden"


class Answer(NamedTuple):
    """One test. `suits` None: it cannot be told. `facts` are for the words."""

    test: Test
    suits: bool | None
    facts: Mapping[str, int | bool] = {}


class Household(NamedTuple):
    """What an application asks of a home. Rooms None: by the size of the household."""

    people: int = 1
    rooms_from: int | None = None
    rooms_to: int | None = None
    needs_accessible: bool = False
    wished_offices: Collection[int] = ()
    income_ore: int | None = None
    """A month, as last assessed; None where nobody has."""
    left_ore: int | None = None
    """What is left after everything but rent; None where nobody has reckoned it."""


class Home(NamedTuple):
    """What is compared of a dwelling."""

    rooms: int
    is_accessible: bool
    office_id: int
    rent_ore: int


def match(household: Household, home: Home, policy: MatchPolicy) -> tuple[Answer, ...]:
    """How a dwelling suits a household, test by test."""
    return (
        _rooms_suit(household, home, policy),
        Answer(
            Test.ACCESSIBLE,
            home.is_accessible or not household.needs_accessible,
            {"needs": household.needs_accessible, "has": home.is_accessible},
        ),
        Answer(
            Test.DISTRICT,
            not household.wished_offices or home.office_id in household.wished_offices,
            {"wished": bool(household.wished_offices)},
        ),
        _burden_suits(household, home, policy),
    )


def suits(answers: Collection[Answer]) -> bool:
    """Whether nothing speaks against it. What is unknown does not."""
    return all(answer.suits is not False for answer in answers)


def _rooms_suit(household: Household, home: Home, policy: MatchPolicy) -> Answer:
    least, most = rooms_for(household.people, policy)
    least = household.rooms_from or least
    most = max(household.rooms_to or most, least)
    facts = {"rooms": home.rooms, "least": least, "most": most}
    return Answer(Test.ROOMS, least <= home.rooms <= most, facts)


def _burden_suits(household: Household, home: Home, policy: MatchPolicy) -> Answer:
    income = household.income_ore
    if income is None:
        return Answer(Test.BURDEN, None, {"is_assessed": False})
    share = share_of(home.rent_ore, income)
    facts: dict[str, int | bool] = {"is_assessed": True, "has_income": income > 0}
    if share is not None:
        facts["share"] = share
    if policy.burden_permille:
        facts["limit"] = policy.burden_permille
    is_too_dear = bool(policy.burden_permille) and (share is None or share > policy.burden_permille)
    if household.left_ore is not None:
        facts["left"] = household.left_ore - home.rent_ore
        is_too_dear = is_too_dear or facts["left"] < 0
    elif not policy.burden_permille:
        return Answer(Test.BURDEN, None, facts)
    return Answer(Test.BURDEN, not is_too_dear, facts)


def share_of(rent_ore: int, income_ore: int) -> int | None:
    """The part of the income that the rent takes, in permille rounded up; None of no income.

    Rounded up: nobody is said to have more room than they have.
    """
    if income_ore <= 0:
        return None
    return -(-rent_ore * _PERMILLE // income_ore)
