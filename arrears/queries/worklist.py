"""The worklist: open flags in the order they should be worked, for one reader and one choice.

Everything is asked in sets: fifty rows cost the same number of queries as one. The statements are
written out, because the list is opened all day and building them cost more than asking them.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from arrears.queries.case_access import is_named_to
from arrears.rules.flags import FlagKind
from boligsak.dates import add_months
from boligsak.prepared import ask, window
from boligsak.together import Question, Rows
from tenants.queries.visibility import row_is_seen, row_is_unmasked
from tenants.rules.leases import MONTHS_TO_ACT_AFTER_EXPIRY

TRIGGERS: Mapping[str, frozenset[str]] = {
    "arrears": frozenset(
        {
            FlagKind.ARREARS,
            FlagKind.FIRST_ARREARS,
            FlagKind.PATTERN,
            FlagKind.FORMER_TENANT,
            FlagKind.PLAN_BROKEN,
        }
    ),
    "expiry": frozenset({FlagKind.EXPIRING, FlagKind.EXPIRED, FlagKind.OPEN_ENDED}),
    "complaint": frozenset({FlagKind.COMPLAINTS}),
    "data": frozenset({FlagKind.NO_CHARGE, FlagKind.NO_KID, FlagKind.LOOKALIKE}),
}
"""The kinds of flag under each of the triggers people speak of."""

MOST_HITS = 10_000
# Three months back from a day may be any of the last days of a month: 31 Aug ← 29, 30, 31 May.
_MONTH_END = datetime.timedelta(days=3)

NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader has asked to see. Empty fields choose everything.

    `owner` is a user's id or `NOBODY`; `least_level` 1–4; `raised_from` the first day a flag may
    have been raised on; `due_by` the last day of a deadline that has not passed.
    """

    office_id: int | None = None
    kinds: frozenset[str] = field(default_factory=frozenset)
    least_level: int = 1
    owner: int | str | None = None
    raised_from: datetime.date | None = None
    due_by: datetime.date | None = None

    @property
    def is_everything(self) -> bool:
        return self == Choice()


ORDERS: Mapping[str, str] = {
    "work": "flag.level DESC, flag.anchor_on, flag.id",
    "owed": "owed.ore, flag.id",
    "-owed": "owed.ore DESC, flag.id",
    "since": "flag.raised_on, flag.id",
    "-since": "flag.raised_on DESC, flag.id DESC",
}
"""By name in the address. "work" is the order in which it should be worked."""


_OWED = """
LEFT JOIN LATERAL (
    SELECT coalesce(sum(charge.open_ore), 0) AS ore FROM arrears_opencharge AS charge
    WHERE charge.lease_id = flag.lease_id AND charge.due_on < %(day)s
) AS owed ON true
"""
_LEASE = " JOIN tenants_lease AS lease ON lease.id = flag.lease_id"


class WorkRow(NamedTuple):
    """One flag as stored, and its owner's name. `kept_facts` are its facts as JSON."""

    flag_id: int
    lease_id: int
    kind: str
    level: int
    anchor_on: datetime.date
    kept_facts: str
    raised_on: datetime.date
    changed_on: datetime.date
    resolved_on: datetime.date | None
    version: int
    owner_id: int | None
    owner_given_name: str | None
    owner_family_name: str | None

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.kept_facts)  # type: ignore[no-any-return]


_ROWS = """
SELECT flag.id, flag.lease_id, flag.kind, flag.level, flag.anchor_on, flag.facts::text,
    flag.raised_on, flag.changed_on, flag.resolved_on, flag.version, flag.owner_id,
    owner.first_name, owner.last_name
FROM arrears_flag AS flag LEFT JOIN accounts_user AS owner ON owner.id = flag.owner_id
"""


_DAYS = tuple(place for place, name in enumerate(WorkRow._fields) if name.endswith("_on"))


def _as_rows(statement: str) -> Rows:
    return Rows(statement, columns=len(WorkRow._fields), days=_DAYS)


def _work_rows(found: list[Any]) -> list[WorkRow]:
    return [WorkRow(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The flags of one choice that one reader may see a row of: a condition, ready to be asked."""

    conditions: tuple[str, ...]
    parameters: dict[str, Any]
    is_cleared: bool

    def rows(self, offset: int, limit: int, order: str = "work") -> list[WorkRow]:
        """At most `limit` rows from place `offset` on (0: the first), in a named order.

        By what is past due, masked leases stand last: the order would tell what the row does not.
        """
        terms = ORDERS.get(order, ORDERS["work"])
        if order.endswith("owed"):
            terms = terms if self.is_cleared else f"lease.is_protected, {terms}"
            return self._rows(_LEASE + _OWED, terms, offset, limit)
        return self._rows(self._joins, terms, offset, limit)

    def top(self, limit: int, offset: int = 0) -> Question:
        """The rows in working order, to be asked for with other things."""
        terms = f"{self._where} ORDER BY {ORDERS['work']} {window(offset, limit)}"
        statement = f"{_ROWS} {self._joins} {terms}"
        # Of several lists that are asked for at once, one may stand at a page of its own.
        parameters = self.parameters | {"offset": offset} if offset else self.parameters
        return Question(_as_rows(statement), parameters, _work_rows)

    def deadlines(self, first: datetime.date, last: datetime.date, limit: int) -> Question:
        """Those with a deadline from `first` to `last`, under § 9-2's clock first, each by day, to
        be asked for with other things."""
        # Under names of its own: the choice may be of other deadlines.
        days = {f"in_{name}": value for name, value in _deadline_between(first, last).items()}
        statement = " UNION ALL ".join(
            f"({_ROWS} {_LEASE} {self._where} AND {term.replace('%(', '%(in_')}"
            f" ORDER BY flag.anchor_on, flag.id LIMIT {limit:d})"
            for term in _TERMS
        )

        def read(found: list[Any]) -> list[WorkRow]:
            rows = _work_rows(found)
            return sorted(rows, key=lambda row: (row.kind, row.anchor_on, row.flag_id))[:limit]

        return Question(_as_rows(statement), self.parameters | days, read)

    def ids(self, order: str, most: int) -> list[tuple[int, int]]:
        """(flag id, lease id) of at most `most` flags in a named order."""
        joins, terms = self._joins, ORDERS.get(order, ORDERS["work"])
        if order.endswith("owed"):
            joins = _LEASE + _OWED
            terms = terms if self.is_cleared else f"lease.is_protected, {terms}"
        return ask(
            f"SELECT flag.id, flag.lease_id FROM arrears_flag AS flag {joins} {self._where}"  # noqa: S608
            f" ORDER BY {terms} LIMIT {most:d}",
            self.parameters,
        )

    def count(self) -> int:
        """How many, counted to one more than `MOST_HITS` and no further."""
        ((found,),) = ask(
            f"SELECT count(*) FROM (SELECT FROM arrears_flag AS flag {self._joins} {self._where}"  # noqa: S608
            f" LIMIT {MOST_HITS + 1}) AS found",
            self.parameters,
        )
        return int(found)

    @property
    def _joins(self) -> str:
        return _LEASE if any("lease." in condition for condition in self.conditions) else ""

    @property
    def _where(self) -> str:
        return "WHERE " + " AND ".join(f"({condition})" for condition in self.conditions)

    def _rows(self, joins: str, terms: str, offset: int, limit: int) -> list[WorkRow]:
        found = ask(
            f"{_ROWS} {joins} {self._where} ORDER BY {terms} {window(offset, limit)}",
            {**self.parameters, "offset": offset},
        )
        return [WorkRow(*row) for row in found]


def chosen(user: Any, choice: Choice, day: datetime.date) -> Chosen:
    """The open flags of this choice that the user may see a row of.

    A choice that would tell where somebody lives (the office, a caseworker who works at one)
    leaves out the leases this user sees masked. Everything else does not.
    """
    tells_where = choice.office_id is not None or (
        isinstance(choice.owner, int) and choice.owner != user.pk
    )
    conditions = ["flag.resolved_on IS NULL"]
    parameters: dict[str, Any] = {"day": day}
    seen = row_is_unmasked(user) if tells_where else row_is_seen(user)
    if seen is not None:
        conditions.append(seen.sql)
        parameters |= seen.parameters
    if choice.office_id is not None:
        conditions.append("lease.office_id = %(office)s")
        parameters["office"] = choice.office_id
    if choice.kinds:
        conditions.append("flag.kind = ANY(%(kinds)s)")
        parameters["kinds"] = sorted(choice.kinds)
    if choice.least_level > 1:
        conditions.append("flag.level >= %(level)s")
        parameters["level"] = choice.least_level
    if choice.owner == NOBODY:
        conditions.append("flag.owner_id IS NULL")
    elif choice.owner is not None:
        conditions.append("flag.owner_id = %(owner)s")
        parameters["owner"] = choice.owner
    if choice.raised_from is not None:
        # Raised is also changed, and there is an index on the latter.
        conditions.append("flag.changed_on >= %(since)s AND flag.raised_on >= %(since)s")
        parameters["since"] = choice.raised_from
    if choice.due_by is not None:
        conditions.append(_DEADLINE)
        parameters |= _deadline_between(day, choice.due_by)
    return Chosen(tuple(conditions), parameters, user.access.is_cleared)


# § 9-2's last safe day while its clock runs, and the day a contract runs out: both flags count from
# the day the term ends. What the lease has been given since the night, another day or a tenant who
# is asked to move, holds at once.
_TERMS = (
    """flag.kind = 'expired' AND flag.anchor_on BETWEEN %(ended_from)s AND %(ended_to)s
    AND lease.ends_on BETWEEN %(ended_from)s AND %(ended_to)s AND lease.move_requested_on IS NULL
    AND flag.facts->>'last_safe_on' BETWEEN %(due_from)s AND %(due_to)s""",
    """flag.kind = 'expiring' AND flag.anchor_on BETWEEN %(ends_from)s AND %(ends_to)s
    AND lease.ends_on BETWEEN %(ends_from)s AND %(ends_to)s""",
)
_DEADLINE = " OR ".join(_TERMS)


def _deadline_between(first: datetime.date, last: datetime.date) -> dict[str, Any]:
    """What `_DEADLINE` asks for: deadlines from `first` to `last`, inclusive."""
    back = -MONTHS_TO_ACT_AFTER_EXPIRY
    return {
        "ended_from": add_months(first, back),
        "ended_to": add_months(last, back) + _MONTH_END,
        "due_from": first.isoformat(),
        "due_to": last.isoformat(),
        "ends_from": first,
        "ends_to": last,
    }


def solved_since(user: Any, owner_id: int, since: datetime.date, limit: int) -> Question:
    """This owner's flags that were resolved on `since` or later, newest first, to be asked for with
    other things."""
    conditions = ["flag.changed_on >= %(solved_since)s", "flag.resolved_on >= %(solved_since)s"]
    parameters: dict[str, Any] = {"solved_since": since, "owner": owner_id}
    if (seen := row_is_seen(user)) is not None:
        conditions.append(seen.sql)
        parameters |= seen.parameters
    solved = Chosen((*conditions, "flag.owner_id = %(owner)s"), parameters, user.access.is_cleared)
    terms = f"{solved._where} ORDER BY flag.resolved_on DESC, flag.id DESC LIMIT {limit:d}"
    return Question(_as_rows(f"{_ROWS} {solved._joins} {terms}"), parameters, _work_rows)


def rows_by_id(flag_ids: Collection[int]) -> list[WorkRow]:
    """The rows of these flags, in the order of `flag_ids`. Who may see them was asked before."""
    rows = ask(f"{_ROWS} WHERE flag.id = ANY(%(ids)s)", {"ids": list(flag_ids)})
    found = {row[0]: WorkRow(*row) for row in rows}
    return [found[flag_id] for flag_id in flag_ids if flag_id in found]


def in_parts(ids: list[int], size: int) -> Iterator[list[int]]:
    """`ids` in lists of at most `size`, so that a long list is never fetched at once."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


class Owed(NamedTuple):
    """What is past due today, what a month costs, in øre, and since when the oldest of it is."""

    overdue_ore: int
    monthly_rent_ore: int
    oldest_due_on: datetime.date

    @property
    def months_permille(self) -> int | None:
        if self.monthly_rent_ore <= 0:
            return None
        return self.overdue_ore * 1000 // self.monthly_rent_ore


def owed(lease_ids: Collection[int], day: datetime.date) -> dict[int, Owed]:
    """What each of these leases owes past due on `day`; those that owe nothing are left out."""
    rows = ask(
        """
        SELECT charge.lease_id, sum(charge.open_ore)::bigint, account.monthly_rent_ore,
            min(charge.due_on)
        FROM arrears_opencharge AS charge
        JOIN arrears_leaseaccount AS account ON account.lease_id = charge.lease_id
        WHERE charge.lease_id = ANY(%(leases)s) AND charge.due_on < %(day)s
        GROUP BY charge.lease_id, account.monthly_rent_ore
        """,
        {"leases": list(lease_ids), "day": day},
    )
    return {lease_id: Owed(*what) for lease_id, *what in rows}


class Standing(NamedTuple):
    """How a lease stands today. `owed` is None when nothing is past due; `kinds` are those of its
    open flags, the gravest first; the case is the open one, where the reader sees it by name."""

    owed: Owed | None
    kinds: tuple[str, ...]
    case_id: int | None
    case_number: str | None


_STANDINGS = """
SELECT asked.lease_id, (
        SELECT sum(charge.open_ore)::bigint FROM arrears_opencharge AS charge
        WHERE charge.lease_id = asked.lease_id AND charge.due_on < %(day)s
    ), account.monthly_rent_ore, account.oldest_due_on, (
        SELECT string_agg(flag.kind, ' ' ORDER BY flag.level DESC, flag.anchor_on, flag.id)
        FROM arrears_flag AS flag
        WHERE flag.lease_id = asked.lease_id AND flag.resolved_on IS NULL
    ), open_case.id, open_case.number
FROM unnest(%(leases)s::bigint[]) AS asked (lease_id)
LEFT JOIN arrears_leaseaccount AS account ON account.lease_id = asked.lease_id
LEFT JOIN (
    SELECT c.id, c.number, c.lease_id FROM arrears_case AS c
    JOIN tenants_lease AS lease ON lease.id = c.lease_id
    WHERE c.status = 'open' AND {named}
) AS open_case ON open_case.lease_id = asked.lease_id
"""


def standings(lease_ids: Collection[int], user: Any, day: datetime.date) -> dict[int, Standing]:
    """How each of these leases stands on `day`. Who may see the leases was asked before."""
    named = is_named_to(user)
    rows = ask(
        _STANDINGS.replace("{named}", named.sql),
        {**named.parameters, "leases": list(lease_ids), "day": day},
    )
    return {
        lease_id: Standing(
            None if ore is None else Owed(ore, rent, oldest), tuple((kinds or "").split()), *case
        )
        for lease_id, ore, rent, oldest, kinds, *case in rows
    }
