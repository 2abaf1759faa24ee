"""Letters that are ready to be sent, and the people and channels around them."""

import datetime
import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from boligsak.letters import recipients
from boligsak.letters.channels import Outgoing
from boligsak.letters.models import Dispatch, Document
from boligsak.letters.pdf import Letter, Sender, pdf
from boligsak.letters.recipients import Standing
from boligsak.letters.services.journal import NewParty, folder_of, journal
from boligsak.letters.services.outbox import send
from tests.factories import OfficeFactory, UserFactory

ON = datetime.date(2026, 3, 2)
NOW = datetime.datetime(2026, 3, 2, 11, tzinfo=datetime.UTC)
OLA = NewParty("recipient", "Ola Hansen", "Storgata 1\n7010 Trondheim", "ola@example.org", 7)
KARI = NewParty("copy", "Kari Verge", "Lia 2\n7020 Trondheim", "kari@example.org", 8)
HIDDEN = NewParty("recipient", "Vilde Ukjentsen", person_id=9, is_protected=True)

_numbers = itertools.count(1)


def a_letter(*parties: NewParty, by: Any = None, office: Any = None, **more: Any) -> Document:
    """A journaled letter of one short page; `text` makes another letter of it."""
    number = next(_numbers)
    folder = folder_of(
        more.pop("folder_kind", "case"),
        more.pop("ref_id", number),
        number=f"S-{number}",
        title="Boligsak",
        office_id=(office or OfficeFactory()).pk,
        is_protected=more.pop("is_protected", False),
        on=ON,
    )
    text = more.pop("text", "") or f"Brev nummer {number}."
    given: dict[str, Any] = {
        "direction": "out",
        "kind": "information",
        "title": "Brev om husleie",
        "content": pdf(Letter("Brev om husleie", text, Sender("Testkommune"), ON)),
        "media_type": "application/pdf",
        "dated_on": ON,
        "parties": parties or (OLA,),
        "on": ON,
    }
    return journal(folder, by=by or UserFactory(), **given | more)


def waiting(channel: str = "digital", *parties: NewParty, **more: Any) -> Dispatch:
    """The first dispatch of a new letter, asked for by e-mail to an address used this week."""
    by = more.pop("by", None) or UserFactory()
    document = a_letter(*parties, by=by, **more)
    return send(document, channel=channel, by=by, on=ON, email_used_on=ON)[0]


def state(row: Dispatch) -> str:
    """What the database says of it now."""
    return Dispatch.objects.get(pk=row.pk).state


@dataclass
class People:
    """A register of these alone. Everybody else has an identity number and no reservation."""

    found: dict[int, Standing] = field(default_factory=dict)
    without_number: set[int] = field(default_factory=set)
    addresses: dict[int, tuple[str, ...]] = field(default_factory=dict)
    is_away: bool = False

    def standing(self, person_ids: Collection[int]) -> Mapping[int, Standing]:
        if self.is_away:
            raise recipients.RegisterAway
        return {pk: self.found[pk] for pk in person_ids if pk in self.found}

    def address_of(self, person_id: int, on: datetime.date) -> tuple[str, ...]:
        return self.addresses.get(person_id, ())

    def identity_of(self, person_id: int) -> str:
        return "" if person_id in self.without_number else f"010180{person_id:05d}"


@dataclass
class Wire:
    """A channel that keeps what it is given, after doing what `first` says to each attempt."""

    can_repeat: bool = False
    first: list[Exception] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)

    def send(self, letter: Outgoing) -> str:
        if self.first:
            raise self.first.pop(0)
        self.sent.append(letter)
        return f"proof of {letter.ref}"
