"""The list of applications: what a reader has chosen, in the order that was asked for."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from arrears.queries.worklist import NOBODY
from boligsak.together import Part, Question
from tenants.models import Application, ApplicationMember
from tenants.queries.applications import Size, size_of
from tenants.queries.clocks import next_clocks, overdue
from tenants.queries.visibility import row_is_seen
from tenants.rules.applications import OPEN
from tenants.rules.clocks import Due

MOST_HITS = 10_000
UNDER_WAY, EVERY = "open", "all"


@dataclass(frozen=True, slots=True)
class ApplicationChoice:
    """What a reader has asked to see. Empty fields choose everything under way.

    `state` is one of the states, `UNDER_WAY` or `EVERY`; `owner` a user's id or `NOBODY`;
    `is_overdue`: a clock of the municipality's own has run out.
    """

    office_id: int | None = None
    state: str = UNDER_WAY
    kind: str = ""
    owner: int | str | None = None
    is_overdue: bool = False

    @property
    def is_everything(self) -> bool:
        return self == ApplicationChoice()


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """One application in the list. `size` and `clock` are None where there is none."""

    application: Application
    is_masked: bool
    size: Size | None
    clock: Due | None
    person_ids: tuple[int, ...]


ORDERS: dict[str, tuple[Any, ...]] = {
    "received": (F("received_on").asc(nulls_last=True), "number"),
    "-received": (F("received_on").desc(nulls_last=True), "-number"),
    "number": ("number",),
    "-number": ("-number",),
}


def chosen(user: Any, choice: ApplicationChoice, day: datetime.date) -> QuerySet[Application]:
    """A choice of office or of case handler leaves masked ones out: it would tell where they are
    and whose."""
    hides = choice.office_id is not None or choice.owner is not None
    rows = Application.objects.unmasked(user) if hides else Application.objects.visible_to(user)
    if choice.office_id is not None:
        rows = rows.filter(office_id=choice.office_id)
    if choice.state == UNDER_WAY:
        rows = rows.filter(state__in=OPEN)
    elif choice.state != EVERY:
        rows = rows.filter(state=choice.state)
    if choice.kind:
        rows = rows.filter(kind=choice.kind)
    if choice.owner == NOBODY:
        rows = rows.filter(owner__isnull=True)
    elif choice.owner is not None:
        rows = rows.filter(owner_id=choice.owner)
    if choice.is_overdue:
        rows = rows.filter(pk__in=overdue(rows, day))
    return rows


# The same choice and order as `chosen` and `ordered`, written out for the page that is opened all
# day; a test holds them together.
_OWN = """row.id IN (
    SELECT application.id FROM tenants_application AS application
    WHERE application.owner_id = %(reader)s AND application.state = ANY(%(under_way)s) AND {seen}
    ORDER BY application.received_on NULLS LAST, application.number LIMIT {limit}
)"""


def own(user: Any, limit: int) -> Question:
    """Under way and this user's own, drafts too, the oldest first, to be asked for with other
    things. With the applicant's name."""
    seen = row_is_seen(user, "application")
    sql = "true" if seen is None else seen.sql
    if not user.access.is_cleared:
        sql += " AND NOT application.is_protected"
    part = Part(
        Application,
        ("number", "kind", "state", "received_on", "applicant"),
        _OWN.format(seen=sql, limit=limit),
        order="row.received_on NULLS LAST, row.number",
        related=(("applicant", ("given_name", "family_name")),),
    )
    asked = {"reader": user.pk, "under_way": list(OPEN)}
    return Question(part, asked if seen is None else asked | seen.parameters, list)


def ordered(rows: QuerySet[Application], order: str) -> QuerySet[Application]:
    return rows.order_by(*ORDERS[order])


def fetched(
    rows: QuerySet[Application],
    user: Any,
    day: datetime.date,
    offset: int,
    limit: int,
    *,
    to_file: bool = False,
) -> list[ApplicationRow]:
    """At most `limit` rows from place `offset` on. A constant number of queries. `to_file`: no
    protected one unmasked, whoever asks."""
    found = list(rows.select_related("applicant", "office", "owner")[offset : offset + limit])
    members = _members([row.pk for row in found])
    clocks = next_clocks([row.pk for row in found], day)
    is_cleared = user.access.is_cleared and not to_file
    shown = []
    for row in found:
        is_masked = row.is_protected and not is_cleared
        applicant = [row.applicant_id] if row.applicant_id else []
        shown.append(
            ApplicationRow(
                row,
                is_masked,
                None if is_masked else size_of(members[row.pk], day),
                clocks.get(row.pk),
                () if is_masked else tuple(applicant),
            )
        )
    return shown


def in_parts(
    rows: QuerySet[Application], user: Any, day: datetime.date, size: int, most: int
) -> Iterator[list[ApplicationRow]]:
    """The same, in lists of `size`, `most` rows at the most, for a file."""
    for offset in range(0, most, size):
        part = fetched(rows, user, day, offset, size, to_file=True)
        if part:
            yield part
        if len(part) < size:
            return


def count(rows: QuerySet[Application]) -> int:
    """How many, counted to one more than `MOST_HITS` and no further."""
    return rows.order_by()[: MOST_HITS + 1].count()


def _members(ids: Collection[int]) -> dict[int, list[ApplicationMember]]:
    found: dict[int, list[ApplicationMember]] = defaultdict(list)
    rows = ApplicationMember.objects.filter(application__in=ids).select_related("person")
    for one in rows.order_by("pk"):
        found[one.application_id].append(one)
    return found


# --- What homes cost ------------------------------------------------------------------------------


class RentsOfSize(NamedTuple):
    """What homes of a size cost a month, in øre, and how many of them stand empty."""

    rooms: int
    lowest_ore: int
    middle_ore: int
    highest_ore: int
    homes: int
    empty: int


_RENTS = """
SELECT dwelling.rooms, min(dwelling.rent_ore),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY dwelling.rent_ore), max(dwelling.rent_ore),
    count(*), count(*) FILTER (WHERE NOT EXISTS (
        SELECT FROM tenants_lease AS lease
        WHERE lease.dwelling_id = dwelling.id
            AND (lease.moved_out_on IS NULL OR lease.moved_out_on >= %(day)s)))
FROM tenants_dwelling AS dwelling
WHERE dwelling.office_id = ANY(%(offices)s)
    AND dwelling.rooms BETWEEN %(least)s AND %(most)s
    AND (dwelling.is_accessible OR NOT %(accessible)s)
    AND dwelling.in_use_from <= %(day)s
    AND (dwelling.in_use_to IS NULL OR dwelling.in_use_to >= %(day)s)
GROUP BY dwelling.rooms ORDER BY dwelling.rooms
"""


def rents(application: Application, day: datetime.date) -> list[RentsOfSize]:
    """What homes of the sizes asked for cost in the wished districts (none: the application's own
    office). One query; no home is named."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RENTS,
            {
                "day": day,
                "offices": application.wished_offices or [application.office_id],
                "least": application.rooms_from or 1,
                "most": application.rooms_to or application.rooms_from or 20,
                "accessible": application.needs_accessible,
            },
        )
        return [RentsOfSize(*row) for row in cursor.fetchall()]
