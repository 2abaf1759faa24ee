"""One box, four registers: people, dwellings, leases and cases by whatever is at hand.

Each register is asked once, in a statement of its own, whatever is found: the box is used all day.
A protected person is found by the uncleared through a number they already know, and then without
an address; never by name or address.
"""

import datetime
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from arrears.models import Case
from arrears.rules.cases import case_number
from boligsak.prepared import ask, window
from tenants.queries.visibility import Condition, row_is_seen

SHORTEST_KID = 3
IDENTITY_DIGITS = 11
MOST_WORDS = 6
MOST_FOUND = 1_000
"""People or dwellings. Where as many are found, only so many are put in order and listed: nobody
reads thousands of Hansens, and reading them takes longer than the rest of the page."""

# Where a word may begin: names and streets are joined by spaces and hyphens.
_WORD_BEGINS = "(^|[ -])"
# Three letters make a trigram; a shorter word finds a name only by how it begins.
TRIGRAM = 3
_APART = re.compile(r"[\s,;]+")
_IN_NUMBERS = re.compile(r"[\s.\-]")
_IN_PHONES = re.compile(r"[\s.()]")
# Eight digits, with 47 before them or not; after "+" the number of any country. A KID has more.
_PHONE = re.compile(r"(?:\+[0-9]{1,7}|0047|47)?([0-9]{8})")
# What means something in a pattern; behind a backslash it means itself.
_MEANS_MORE = re.compile(r"[][.*+?^${}()|\\]")
_LAST = chr(0x10FFFF)


class By(StrEnum):
    """What the words looked like."""

    IDENTITY = "identity"
    NUMBER = "number"
    WORDS = "words"


BY_WORDS: dict[str, Promise] = {
    By.IDENTITY: _("Search by identity number"),
    By.NUMBER: _("Search by KID, phone or another number"),
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
        if self.phone:
            return By.NUMBER
        return By.NUMBER if self.text[:1].isdigit() and not self._has_letters else By.WORDS

    @property
    def phone(self) -> str:
        """The last eight digits of what may be a telephone number; empty for what is none."""
        typed = _PHONE.fullmatch(_IN_PHONES.sub("", self.text))
        return typed[1] if typed else ""

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


class DwellingHit(NamedTuple):
    """`running_lease` may be one the user may not know of."""

    id: int
    number: str
    address: str
    building: str
    office: str
    running_lease: int | None


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found in a register, in order; `count` is how many there are in all.

    `is_near`: nothing is written like this; these are written nearly so.
    """

    rows: list[Any] = field(default_factory=list)
    count: int = 0
    is_near: bool = False

    @property
    def is_cut(self) -> bool:
        """There may be more than are counted and listed."""
        return self.count >= MOST_FOUND

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, on which day, and for which page of the answer."""

    user: Any
    day: datetime.date
    offset: int = 0
    size: int = 50

    @property
    def window(self) -> str:
        return window(self.offset, self.size)


class Where:
    """Conditions joined by AND, with their parameters under names of their own."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.parameters: dict[str, Any] = {}

    def add(self, sql: str, **parameters: Any) -> None:
        self.parts.append(sql)
        self.parameters |= parameters

    def hold_to(self, seen: Condition | None) -> None:
        if seen is not None:
            self.add(seen.sql, **seen.parameters)

    def begins(self, column: str, text: str) -> str:
        """A condition: the text is the beginning of a column with an index for just that.

        From where to where is said outright: to use that index for a LIKE, the plan would have to
        know the pattern.
        """
        name = f"begin{len(self.parameters)}"
        self.parameters |= {f"{name}_from": text, f"{name}_to": text + _LAST}
        return f"{column} ~>=~ {_value(f'{name}_from')} AND {column} ~<~ {_value(f'{name}_to')}"

    def begins_a_word(self, column: str, word: str) -> None:
        """The word, or the beginning of one, in a column in small letters.

        As one pattern: the trigrams of all words are then looked up in the index at once.
        """
        name = f"word{len(self.parameters)}"
        pattern = _WORD_BEGINS + _MEANS_MORE.sub(r"\\\g<0>", word)
        self.add(f"{column} ~ {_value(name)}", **{name: pattern})

    @property
    def sql(self) -> str:
        return " AND ".join(self.parts) or "true"


def _value(name: str) -> str:
    """A value the plan is not to be made for: it would be another for each search, and planning
    takes longer than finding."""
    return f"(SELECT %({name})s::text)"


def plain(text: str) -> str:
    """The text in a pattern, where nothing of it is a wildcard."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# What is found is put in order and counted by its key alone; the rest is read for one page of it.
_DWELLINGS = """
WITH found AS MATERIALIZED (
    SELECT dwelling.id, {rank} AS rank FROM tenants_dwelling AS dwelling WHERE {where} LIMIT {most}
), hit AS MATERIALIZED (
    SELECT id, rank FROM found ORDER BY rank, id {window}
)
SELECT dwelling.id, dwelling.number, street || ' ' || house_no || ', ' || unit, building.name,
    office.name, (
        SELECT id FROM tenants_lease AS lease
        WHERE lease.dwelling_id = hit.id AND lease.starts_on <= %(day)s
            AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= %(day)s) LIMIT 1
    ), (SELECT count(*) FROM found)
FROM hit
JOIN tenants_dwelling AS dwelling ON dwelling.id = hit.id
JOIN tenants_building AS building ON building.id = dwelling.building_id
JOIN accounts_office AS office ON office.id = dwelling.office_id
ORDER BY hit.rank, hit.id
"""


def dwellings(sought: Sought, asked: Asked) -> Hits:
    """By street, number and unit in any order, or by the dwelling's own number."""
    if not sought.text:
        return Hits()
    where = Where()
    held = asked.user.access.office_ids
    if held is not None:
        where.add("office_id = ANY(%(offices)s)", offices=sorted(held))
    number = where.begins("number", sought.text.upper())
    rank = "number::text"
    if sought.by is By.WORDS and any(len(word) >= TRIGRAM for word in sought.words):
        address = Where()
        for word in sought.words:
            address.begins_a_word("search_address", word)
        where.add(f"({address.sql} OR {number})", **address.parameters)
        rank = "sort_address || ' ' || unit"
    else:
        where.add(number)
    statement = _DWELLINGS.format(rank=rank, where=where.sql, most=MOST_FOUND, window=asked.window)
    rows = found_by(statement, where.parameters, asked)
    return Hits([DwellingHit(*row[:6]) for row in rows], rows[0][6] if rows else 0)


def leases(sought: Sought, asked: Asked) -> Hits:
    """Ids by lease number or KID, from the first character on. A masked row is found by its
    number."""
    if not sought.may_be_a_number:
        return Hits()
    where = Where()
    where.hold_to(row_is_seen(asked.user))
    condition = "number LIKE %(number)s"
    if len(sought.digits) >= SHORTEST_KID:
        condition = f"({condition} OR kid LIKE %(kid)s)"
    where.add(condition, number=plain(sought.text.upper()) + "%", kid=plain(sought.digits) + "%")
    rows = found_by(
        "SELECT id, count(*) OVER () FROM tenants_lease AS lease"  # noqa: S608 - our conditions
        f" WHERE {where.sql} ORDER BY number {asked.window}",
        where.parameters,
        asked,
    )
    return Hits([row[0] for row in rows], rows[0][1] if rows else 0)


_CASE_NUMBER = re.compile(r"([0-9]{4})-([0-9]{1,7})")


def cases(sought: Sought, asked: Asked) -> Hits:
    """Ids by case number, "2026-00123" or "2026-123" or its beginning. Never of a case the user is
    shut out of; an anonymous one is found by its number and stays anonymous."""
    typed = _CASE_NUMBER.fullmatch(sought.text)
    if typed is None or not asked.user.has_perm("arrears.view_case"):
        return Hits()
    whole = case_number(int(typed[1]), int(typed[2]))
    found = Case.objects.visible_to(asked.user).filter(
        Q(number__startswith=sought.text) | Q(number=whole)
    )
    ids = found.order_by("number").values_list("pk", flat=True)
    rows = list(ids[asked.offset : asked.offset + asked.size])
    return Hits(rows, found.count() if rows else 0)


def balances(lease_ids: list[int]) -> dict[int, int]:
    """The balance of each of these leases that has an account."""
    if not lease_ids:
        return {}
    rows = ask(
        "SELECT lease_id, balance_ore FROM arrears_leaseaccount WHERE lease_id = ANY(%(leases)s)",
        {"leases": lease_ids},
    )
    return dict(rows)


def found_by(statement: str, parameters: dict[str, Any], asked: Asked) -> list[tuple[Any, ...]]:
    return ask(statement, parameters | {"day": asked.day, "offset": asked.offset})
