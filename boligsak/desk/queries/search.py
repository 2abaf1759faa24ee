"""One box, four registers: people, dwellings and leases by whatever somebody has at hand.

Each register is asked once, whatever is found. A protected person is found by the uncleared through
a number they already know, and then without an address; never by name or address.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from boligsak import sealed
from tenants.models import Dwelling, HouseholdMember, Lease, LeaseParty, Person, Protection
from tenants.services.people import IDENTITY

MOST_HITS = 10_000
SHORTEST_KID = 3
IDENTITY_DIGITS = 11
MOST_WORDS = 6

# Three letters make a trigram; a shorter word finds a name only by how it begins.
_TRIGRAM = 3
_APART = re.compile(r"[\s,;]+")
_IN_NUMBERS = re.compile(r"[\s.\-]")
_FOLDED = str.maketrans("æäøöå", "{{||}")


class By(StrEnum):
    """What the words looked like."""

    IDENTITY = "identity"
    NUMBER = "number"
    WORDS = "words"


BY_WORDS: dict[str, Promise] = {
    By.IDENTITY: _("Search by identity number"),
    By.NUMBER: _("Search by KID or number"),
    By.WORDS: _("Search by name or address"),
}
"""For the look-up log: how somebody was found, without the words."""


class Sought(NamedTuple):
    """What was typed, read as each thing it may be. `digits` is empty when it is no number."""

    text: str
    words: tuple[str, ...]
    digits: str

    @property
    def by(self) -> By:
        if len(self.digits) == IDENTITY_DIGITS:
            return By.IDENTITY
        return By.NUMBER if self.text[:1].isdigit() and not self._has_letters else By.WORDS

    @property
    def may_be_a_number(self) -> bool:
        """One word with a digit in it, or digits in groups: a lease number or a KID."""
        if self.digits:
            return True
        return len(self.words) == 1 and any(character.isdigit() for character in self.text)

    @property
    def _has_letters(self) -> bool:
        return any(character.isalpha() for character in self.text)


def read(text: str) -> Sought:
    """ "010180 12345" is a number however it is spaced; "Storgata 5" is words."""
    typed = " ".join(text.split())
    compact = _IN_NUMBERS.sub("", typed)
    digits = compact if compact.isascii() and compact.isdigit() else ""
    words = tuple(word for word in _APART.split(typed.lower()) if word)[:MOST_WORDS]
    return Sought(typed, words, digits)


@dataclass(frozen=True, slots=True)
class Hits:
    """Ids in the order they are shown; `more` when there are others, `count` up to 10 001."""

    ids: list[int] = field(default_factory=list)
    count: int = 0
    is_near: bool = False
    """Nothing was written like this; these are written nearly so."""

    def __bool__(self) -> bool:
        return bool(self.ids)


def people(sought: Sought, user: Any, offset: int, size: int) -> Hits:
    """By identity number, whole and exact, or by the beginnings of names in any order."""
    seen = Person.objects.visible_to(user)
    if len(sought.digits) == IDENTITY_DIGITS and user.has_perm("tenants.view_identity"):
        number = sealed.mac(sought.digits, IDENTITY)
        return _hits(seen.filter(identity__number_mac=number).order_by("pk"), offset, size)
    if sought.by is not By.WORDS:
        return Hits()
    named = _named(_nameable(seen, user), sought.words)
    if named is None:
        return Hits()
    found = _hits(named.order_by("sort_name", "id"), offset, size)
    if found or offset:
        return found
    return _alike(_nameable(seen, user), sought, size)


def _nameable(people: QuerySet[Person], user: Any) -> QuerySet[Person]:
    """Those whose name may lead the user to them: not the protected, nor who lives with them."""
    if user.access.is_cleared:
        return people
    party = LeaseParty.objects.filter(person=OuterRef("pk"), lease__is_protected=True)
    member = HouseholdMember.objects.filter(
        person=OuterRef("pk"), household__leases__is_protected=True
    )
    return people.filter(protection=Protection.NONE).exclude(Exists(party)).exclude(Exists(member))


def _named(people: QuerySet[Person], words: Sequence[str]) -> QuerySet[Person] | None:
    if not words:
        return None
    if all(len(word) < _TRIGRAM for word in words):
        return people.filter(sort_name__startswith=_fold(" ".join(words)))
    for word in words:
        people = people.filter(_begins_a_word("search_name", word))
    return people


def _begins_a_word(column: str, word: str) -> Q:
    return (
        Q(**{f"{column}__startswith": word})
        | Q(**{f"{column}__contains": f" {word}"})
        | Q(**{f"{column}__contains": f"-{word}"})
    )


def _alike(people: QuerySet[Person], sought: Sought, size: int) -> Hits:
    """Names written nearly so, the nearest first: somebody spells Kristiansen with a Ch."""
    text = " ".join(word for word in sought.words if not word[:1].isdigit())
    if len(text) <= _TRIGRAM:
        return Hits()
    near = (
        people.filter(search_name__trigram_word_similar=text)
        .annotate(nearness=TrigramWordSimilarity(text, "search_name"))
        .order_by("-nearness", "sort_name", "id")
    )
    ids = list(near.values_list("id", flat=True)[:size])
    return Hits(ids, len(ids), is_near=True)


def dwellings(sought: Sought, user: Any, offset: int, size: int) -> Hits:
    """By street, number and unit in any order, or by the dwelling's own number."""
    seen = Dwelling.objects.visible_to(user)
    number = Q(number__startswith=sought.text.upper())
    if sought.by is By.WORDS and any(len(word) >= _TRIGRAM for word in sought.words):
        address = Q()
        for word in sought.words:
            address &= _begins_a_word("search_address", word)
        return _hits(
            seen.filter(address | number).order_by("sort_address", "unit", "id"), offset, size
        )
    if not sought.text:
        return Hits()
    return _hits(seen.filter(number).order_by("number"), offset, size)


def leases(sought: Sought, user: Any, offset: int, size: int) -> Hits:
    """By lease number or KID, from the first character on. A masked row is found by its number."""
    if not sought.may_be_a_number:
        return Hits()
    asked = Q(number__startswith=sought.text.upper())
    if len(sought.digits) >= SHORTEST_KID:
        asked |= Q(kid__startswith=sought.digits)
    return _hits(Lease.objects.visible_to(user).filter(asked).order_by("number"), offset, size)


def _hits(found: QuerySet[Any], offset: int, size: int) -> Hits:
    ids = list(found.values_list("id", flat=True)[offset : offset + size + 1])
    if len(ids) <= size:
        return Hits(ids, offset + len(ids))
    count = found.order_by()[: MOST_HITS + 1].count()
    return Hits(ids[:size], count)


class PersonRow(NamedTuple):
    id: int
    name: str
    born_on: datetime.date | None
    protection: int
    leases: tuple[int, ...]
    """Tenancies that have not ended, else the last one; only those whose row the user may see."""


def person_rows(ids: Sequence[int], user: Any, day: datetime.date) -> list[PersonRow]:
    """In the order of `ids`. Two queries."""
    named = {
        row[0]: row
        for row in Person.objects.filter(pk__in=ids).values_list(
            "id", "given_name", "family_name", "born_on", "protection"
        )
    }
    running: dict[int, list[int]] = {}
    last: dict[int, int] = {}
    parties = (
        LeaseParty.objects.filter(person_id__in=ids, lease__in=Lease.objects.visible_to(user))
        .order_by("-from_on", "-id")
        .values_list("person_id", "lease_id", "to_on", "lease__moved_out_on")
    )
    for person_id, lease_id, to_on, moved_out_on in parties:
        last.setdefault(person_id, lease_id)
        if (to_on is None or to_on >= day) and (moved_out_on is None or moved_out_on >= day):
            running.setdefault(person_id, []).append(lease_id)
    rows = []
    for person_id in ids:
        if person_id not in named:
            continue
        _id, given, family, born_on, protection = named[person_id]
        kept = running.get(person_id, [])
        if not kept and person_id in last:
            kept = [last[person_id]]
        rows.append(PersonRow(person_id, f"{given} {family}", born_on, protection, tuple(kept)))
    return rows


class DwellingRow(NamedTuple):
    id: int
    number: str
    address: str
    building: str
    office: str
    running_lease: int | None


def dwelling_rows(ids: Sequence[int], day: datetime.date) -> list[DwellingRow]:
    """In the order of `ids`. `running_lease` may be one the user may not know of. Two queries."""
    rows = {
        row[0]: row
        for row in Dwelling.objects.filter(pk__in=ids).values_list(
            "id", "number", "street", "house_no", "unit", "building__name", "office__name"
        )
    }
    running = dict(
        Lease.objects.running(day).filter(dwelling_id__in=ids).values_list("dwelling_id", "id")
    )
    return [
        DwellingRow(
            row[0], row[1], f"{row[2]} {row[3]}, {row[4]}", row[5], row[6], running.get(row[0])
        )
        for row in (rows[pk] for pk in ids if pk in rows)
    ]


def _fold(text: str) -> str:
    """As `tenants.models.sorting.norwegian` folds a column."""
    return text.lower().replace("aa", "}").translate(_FOLDED)
