"""Households: who lives together, how old they are, and what has to be known of them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from boligsak.desk.demo.chance import Chance
from boligsak.desk.demo.names import NORWEGIAN, ORIGINS, Origin
from tenants.rules.identity import make_synthetic

_SHAPES = {"alone": 58.0, "couple": 9.0, "family": 14.0, "single_parent": 19.0}
_SAFETY_NOTES = ("Gå to sammen.", "Hund i leiligheten.", "Ring før besøk.")
_MANDATES = ("Økonomi", "Økonomi og personlige forhold", "Økonomi, ikke helse")


@dataclass(slots=True)
class DemoPerson:
    ref: str
    identity_number: str
    given_name: str
    family_name: str
    born_on: dt.date
    role: str
    origin: Origin
    language: str = "nb"
    interpreter: str = ""
    phone: str = ""
    email: str = ""
    is_reserved: bool = False
    protection: int = 0
    safety_note: str = ""
    guardian: tuple[str, str, str, str, dt.date] | None = None
    """Name, phone, e-mail, mandate, from."""


@dataclass(slots=True)
class DemoHousehold:
    number: str
    people: list[DemoPerson] = field(default_factory=list)
    lived_from: dt.date | None = None

    @property
    def adults(self) -> list[DemoPerson]:
        return [person for person in self.people if person.role == "adult"]

    @property
    def children(self) -> int:
        return len(self.people) - len(self.adults)


class Registry:
    """Makes households, each person with a number nobody else has."""

    def __init__(self, seed: int, today: dt.date) -> None:
        self._seed = seed
        self._today = today
        self._born: defaultdict[dt.date, int] = defaultdict(int)
        self.households: list[DemoHousehold] = []

    def household(self, *, wants_room_for: int) -> DemoHousehold:
        """A household of about that size (rooms of the dwelling), a new one each time."""
        serial = len(self.households) + 1
        chance = Chance(self._seed, "household", serial)
        household = DemoHousehold(f"H{serial:06d}")
        self.households.append(household)
        shapes = dict(_SHAPES)
        if wants_room_for <= 2:
            shapes["family"] = shapes["single_parent"] = 1.0
        elif wants_room_for >= 4:
            shapes["alone"] = 8.0
        shape = chance.one_of(shapes)
        origin = chance.one_of(ORIGINS)
        family = chance.choice(origin.families)
        first = self._person(chance, household, origin, family, "adult", self._adult_age(chance))
        if shape in ("couple", "family"):
            age = max(20, min(88, self._age(first) + chance.randint(-6, 6)))
            same = chance.happens(0.55)
            other = family if same else chance.choice(origin.families)
            self._person(chance, household, origin, other, "adult", age)
        if shape in ("family", "single_parent"):
            for _ in range(chance.one_of({1: 42.0, 2: 35.0, 3: 15.0, 4: 6.0, 5: 2.0})):
                oldest = max(0, min(17, min(map(self._age, household.adults)) - 19))
                child_age = chance.randint(0, oldest)
                self._person(chance, household, origin, family, "child", child_age)
        self._circumstances(chance, household)
        return household

    def _adult_age(self, chance: Chance) -> int:
        return int(min(92, max(19, chance.triangular(19, 85, 40))))

    def _age(self, person: DemoPerson) -> int:
        return (self._today - person.born_on).days // 365

    def _person(
        self,
        chance: Chance,
        household: DemoHousehold,
        origin: Origin,
        family: str,
        role: str,
        age: int,
    ) -> DemoPerson:
        born_on = self._today - dt.timedelta(days=age * 365 + chance.randint(5, 360))
        given = chance.choice(origin.women if chance.happens(0.5) else origin.men)
        is_d_number = origin is not NORWEGIAN and chance.happens(0.04)
        serial = self._born[born_on]
        self._born[born_on] += 1
        person = DemoPerson(
            ref=f"{household.number}-{len(household.people) + 1}",
            identity_number=make_synthetic(born_on, serial, d_number=is_d_number),
            given_name=given,
            family_name=family,
            born_on=born_on,
            role=role,
            origin=origin,
            language=origin.language,
        )
        if role == "adult":
            if chance.happens(origin.needs_interpreter):
                person.interpreter = origin.interpreter
            if chance.happens(0.94):
                # No Norwegian number has eight digits and begins with 0.
                person.phone = f"0{chance.randint(10, 99)} {chance.randint(10_000, 99_999)}"
            if chance.happens(0.75):
                person.email = f"{_ascii(given)}.{_ascii(family)}@example.org"
            person.is_reserved = chance.happens(0.05)
        household.people.append(person)
        return person

    def _circumstances(self, chance: Chance, household: DemoHousehold) -> None:
        if chance.happens(0.012):
            protection = 6 if chance.happens(0.25) else 7
            for person in household.people:
                person.protection = protection
        first = household.adults[0]
        if chance.happens(0.015):
            first.safety_note = chance.choice(_SAFETY_NOTES)
        if chance.happens(0.02):
            given = chance.choice(NORWEGIAN.women if chance.happens(0.5) else NORWEGIAN.men)
            family = chance.choice(NORWEGIAN.families)
            first.guardian = (
                f"{given} {family}",
                f"0{chance.randint(10, 99)} {chance.randint(10_000, 99_999)}",
                f"{_ascii(given)}.{_ascii(family)}@example.com",
                chance.choice(_MANDATES),
                self._today - dt.timedelta(days=chance.randint(90, 3000)),
            )


_PLAIN = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "á": "a", "é": "e", " ": "."}
)


def _ascii(name: str) -> str:
    return name.lower().translate(_PLAIN)
