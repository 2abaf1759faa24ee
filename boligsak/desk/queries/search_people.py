"""People found by the search's one box: by identity number or name, never who is to be hidden."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from boligsak import sealed
from boligsak.desk.queries.search import (
    IDENTITY_DIGITS,
    MOST_FOUND,
    TRIGRAM,
    Asked,
    By,
    Hits,
    Sought,
    Where,
    found_by,
    plain,
)
from tenants.queries.visibility import person_is_seen, row_is_seen
from tenants.services.people import IDENTITY

_FOLDED = str.maketrans("æäøöå", "{{||}")


class Home(NamedTuple):
    """A tenancy of somebody who was found. `address` is None where it is not to be told; `until`
    is the day it was moved out of, once that has passed. No account: no balance, in øre."""

    lease_id: int
    number: str
    address: str | None
    until: datetime.date | None
    balance_ore: int | None


@dataclass(frozen=True, slots=True, eq=False)
class PersonHit:
    """`homes`: the tenancies that have not ended, newest first, else the last one; only those
    whose row the user may see. The same object as long as all of it is the same."""

    id: int
    name: str
    born_on: datetime.date | None
    homes: tuple[Home, ...]


# What is found is put in order and counted by its key alone; the rest is read for one page of it.
_PEOPLE = """
WITH found AS MATERIALIZED (
    SELECT person.id, {rank} AS rank FROM tenants_person AS person {join} WHERE {where} {most}
), hit AS MATERIALIZED (
    SELECT id, rank FROM found ORDER BY rank, id {window}
)
SELECT json_build_array(person.id, given_name || ' ' || family_name, born_on, own.homes)::text,
    (SELECT count(*) FROM found)
FROM hit
JOIN tenants_person AS person ON person.id = hit.id
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(
        own.from_on, own.id,
        (own.to_on IS NULL OR own.to_on >= %(day)s)
            AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= %(day)s),
        lease.id, lease.number,
        CASE WHEN %(cleared)s OR NOT lease.is_protected AND person.protection = 0 THEN
            street || ' ' || house_no || CASE WHEN unit = '' THEN '' ELSE ', ' || unit END END,
        CASE WHEN (%(cleared)s OR NOT lease.is_protected AND person.protection = 0)
            AND lease.moved_out_on < %(day)s THEN lease.moved_out_on END,
        account.balance_ore
    )) AS homes
    FROM tenants_leaseparty AS own
    JOIN tenants_lease AS lease ON lease.id = own.lease_id
    JOIN tenants_dwelling AS dwelling ON dwelling.id = lease.dwelling_id
    LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = lease.id
    WHERE own.person_id = hit.id AND {seen}
) AS own ON true
ORDER BY hit.rank, hit.id
"""


def people(sought: Sought, asked: Asked) -> Hits:
    """By identity number or telephone number, whole and exact, or by the beginnings of names in any
    order."""
    where = Where()
    where.hold_to(person_is_seen(asked.user))
    if len(sought.digits) == IDENTITY_DIGITS and asked.user.has_perm("tenants.view_identity"):
        where.add("number_mac = %(mac)s", mac=sealed.mac(sought.digits, IDENTITY))
        join = "JOIN tenants_personidentity AS identity ON identity.person_id = person.id"
        return _people(where, "0", asked, join)
    if sought.phone:
        # Anybody may know somebody's telephone number: it leads to the hidden no more than a name.
        _nameable(where, asked.user)
        where.add(
            "phone <> '' AND right(translate(phone, ' .()-', ''), 8) = %(phone)s",
            phone=sought.phone,
        )
        return _people(where, "sort_name", asked)
    if sought.by is not By.WORDS or not sought.words:
        return Hits()
    _nameable(where, asked.user)
    near = Where()
    near.parts, near.parameters = list(where.parts), dict(where.parameters)
    if all(len(word) < TRIGRAM for word in sought.words):
        folded = plain(_fold(" ".join(sought.words))) + "%"
        where.add("sort_name LIKE %(begins)s", begins=folded)
    else:
        for word in sought.words:
            where.begins_a_word("search_name", word)
    found = _people(where, "sort_name", asked)
    if found or asked.offset:
        return found
    # Written nearly so, the nearest first: somebody spells Kristiansen with a Ch.
    text = " ".join(word for word in sought.words if not word[:1].isdigit())
    if len(text) <= TRIGRAM:
        return found
    near.add("%(near)s <%% search_name", near=text)
    alike = _people(near, "-word_similarity(%(near)s, search_name)", asked)
    return Hits(alike.rows, len(alike.rows), is_near=True)


def _nameable(where: Where, user: Any) -> None:
    """Only those whose name may lead the user to them: not the protected, nor who lives with
    them."""
    if user.access.is_cleared:
        return
    # From the few who are to be hidden, and not by asking of each of thousands who are not.
    where.add(
        "person.protection = 0 AND person.id NOT IN ("
        "SELECT own.person_id FROM tenants_lease AS lease"
        " JOIN tenants_leaseparty AS own ON own.lease_id = lease.id WHERE lease.is_protected"
        " UNION ALL SELECT own.person_id FROM tenants_lease AS lease"
        " JOIN tenants_householdmember AS own ON own.household_id = lease.household_id"
        " WHERE lease.is_protected)"
    )


def _people(where: Where, rank: str, asked: Asked, join: str = "") -> Hits:
    seen = row_is_seen(asked.user)
    parameters = where.parameters | (seen.parameters if seen else {})
    statement = _PEOPLE.format(
        rank=rank,
        join=join,
        where=where.sql,
        # The nearest are known when all are; there are never many of them.
        most="" if rank.startswith("-") else f"LIMIT {MOST_FOUND}",
        seen=seen.sql if seen else "true",
        window=asked.window,
    )
    parameters |= {"cleared": asked.user.access.is_cleared}
    rows = found_by(statement, parameters, asked)
    return Hits([_person(told) for told, _hits in rows], rows[0][1] if rows else 0)


@lru_cache(maxsize=2_000)
def _person(told: str) -> PersonHit:
    """A person as the database tells of them to this reader: read once for what it says."""
    person_id, name, born_on, homes = json.loads(told)
    by_lease: dict[int, Home] = {}
    ended: list[Home] = []
    for _from_on, _id, is_running, lease_id, number, address, until, ore in sorted(
        homes or (), key=_from_on_and_id, reverse=True
    ):
        home = Home(lease_id, number, address, _day(until), ore)
        if is_running:
            by_lease.setdefault(lease_id, home)
        else:
            ended.append(home)
    return PersonHit(person_id, name, _day(born_on), tuple(by_lease.values()) or tuple(ended[:1]))


def _from_on_and_id(home: Sequence[Any]) -> tuple[str, int]:
    return home[0], home[1]


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def _fold(text: str) -> str:
    """As `tenants.models.sorting.norwegian` folds a column."""
    return text.lower().replace("aa", "}").translate(_FOLDED)
