"""What the outbox asks about people when a letter is about to go: the app that owns them answers.

This app has ids only. Kontakt- og reservasjonsregisteret (KRR) is asked through the same door: an
installation with access to it registers a `ContactRegister` that asks there; the one that stands
registered otherwise reads the reservation noted on the person.
"""

import datetime
from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol


class Standing(NamedTuple):
    """How a person may be reached today. `is_reserved`: against digital contact, as in KRR.

    `email` and the last day it was used or confirmed: None and None where the register has none to
    tell of, and "" where the person has none.
    """

    is_reserved: bool = False
    is_protected: bool = False
    email: str | None = None
    email_used_on: datetime.date | None = None


class ContactRegister(Protocol):
    """What is asked. Each may raise `RegisterAway`; then nothing is sent, and it is asked
    again later."""

    def standing(self, person_ids: Collection[int]) -> Mapping[int, Standing]:
        """By person; somebody who is left out is neither reserved nor protected."""

    def address_of(self, person_id: int, on: datetime.date) -> tuple[str, ...]:
        """The lines of the address, protected or not: only for who is cleared. () when unknown."""

    def identity_of(self, person_id: int) -> str:
        """The identity number, for the digital post alone. "" when unknown."""


class RegisterAway(Exception):
    """The register gives no answer now."""


class _Nobody:
    def standing(self, person_ids: Collection[int]) -> Mapping[int, Standing]:
        return {}

    def address_of(self, person_id: int, on: datetime.date) -> tuple[str, ...]:
        return ()

    def identity_of(self, person_id: int) -> str:
        return ""


_registers: list[ContactRegister] = [_Nobody()]


def register(contact_register: ContactRegister) -> None:
    _registers[0] = contact_register


def contact_register() -> ContactRegister:
    return _registers[0]
