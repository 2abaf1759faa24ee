"""Flags as people read them: one line each, formatted once, with what this reader may see.

A lease with a protected address that the reader is not cleared for is its number and the flag's
name; who, where, how much and why stay out, on the page and in the file alike.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from arrears.queries.worklist import Standing, WorkRow, standings
from arrears.rules.flags import FlagKind
from arrears.words.flags import kind_name
from boligsak.addresses import address
from boligsak.dates import add_months
from boligsak.desk.reasons import why_now, why_then
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.rules.leases import last_safe_day

# A line says the same to everybody until one of the things it is made of is another, and the same
# few hundred are looked at all day.
_LINES_KEPT = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class WorkLine:
    """One flag in words. `select` is its id and version, as the assignment form sends them back.

    `path` is the lease's page; `back` the address the reader returns to from it, quoted.
    `case` is a link to the open case on the lease, where the reader sees it with a name.
    `also` names the lease's other flags. `owed_ore` is None where nothing is said of money.
    `person_ids`: whom the line shows.
    """

    flag_id: int
    lease_id: int
    select: str
    anchor: str
    path: str
    number: str
    is_masked: bool
    who: str
    where: str
    office: str
    kind: str
    level: int
    why: str
    also: str
    owed_ore: int | None
    owner: str
    raised_on: datetime.date
    resolved_on: datetime.date | None
    person_ids: tuple[int, ...] = field(default=())
    case: SafeString | str = ""
    back: str = ""

    @property
    def href(self) -> str:
        return f"{self.path}{came_from(self.back)}{self.anchor}" if self.back else self.path

    @property
    def owed(self) -> str:
        return kr(self.owed_ore) if self.owed_ore else ""

    @property
    def raised(self) -> str:
        return format_day(self.raised_on)


def came_from(back: str) -> str:
    """What is added to a lease's address, before a line's anchor, to return to `back` (quoted)."""
    return f"?back={back}%23"


def work_lines(
    rows: Sequence[WorkRow],
    user: Any,
    day: datetime.date,
    *,
    back: str = "",
    to_file: bool = False,
) -> list[WorkLine]:
    """The lines of these rows, in their order. `back`: the address the reader returns to;
    `to_file`: no protected address, whoever asks."""
    lease_ids = {row.lease_id for row in rows}
    shows_children = user.has_perm("tenants.view_social")
    cards = lease_cards(lease_ids, user, day, to_file=to_file, children=shows_children)
    stand = standings(cards, user, day)
    language = get_language() or ""
    line = _line.__wrapped__ if to_file else _line
    lines = [
        line(row, cards[row.lease_id], stand[row.lease_id], day, language)
        for row in rows
        if row.lease_id in cards
    ]
    return [replace(one, back=quote(back)) for one in lines] if back else lines


def people_shown(lease_ids: Sequence[int], user: Any, day: datetime.date) -> list[int]:
    """The people that the lines of these leases name to this reader."""
    cards = lease_cards(lease_ids, user, day)
    return [person for card in cards.values() for person in card.person_ids]


@lru_cache(maxsize=_LINES_KEPT)
def _line(
    row: WorkRow,
    card: LeaseCard,
    standing: Standing,
    day: datetime.date,
    _language: str,
) -> WorkLine:
    anchor = f"f{row.flag_id}"
    path = address("desk:lease", row.lease_id)
    if card.is_masked:
        return WorkLine(
            flag_id=row.flag_id,
            lease_id=row.lease_id,
            select="",
            anchor=anchor,
            path=path,
            number=card.number,
            is_masked=True,
            who=_("Protected address"),
            where=card.number,
            office="",
            kind=kind_name(row.kind),
            level=row.level,
            why=_("Shown to those who are cleared for it"),
            also="",
            owed_ore=None,
            owner="",
            raised_on=row.raised_on,
            resolved_on=row.resolved_on,
        )
    others = [kind_name(kind) for kind in standing.kinds if kind != row.kind]
    return WorkLine(
        flag_id=row.flag_id,
        lease_id=row.lease_id,
        select=f"{row.flag_id}.{row.version}",
        anchor=anchor,
        path=path,
        number=card.number,
        is_masked=False,
        who=card.name or card.number,
        where=f"{card.address}, {card.unit}" if card.unit else card.address,
        office=card.office,
        kind=kind_name(row.kind),
        level=row.level,
        why=_why(row, card, standing, day),
        also=_("Also: %(flags)s") % {"flags": ", ".join(others)} if others else "",
        owed_ore=standing.owed.overdue_ore if standing.owed else None,
        owner=f"{row.owner_given_name} {row.owner_family_name}".strip() if row.owner_id else "",
        raised_on=row.raised_on,
        resolved_on=row.resolved_on,
        person_ids=tuple(card.person_ids),
        case=_case_link(standing),
    )


def _case_link(standing: Standing) -> SafeString | str:
    if standing.case_id is None:
        return ""
    words = _("Case %(number)s") % {"number": standing.case_number}
    return format_html(
        '<a class="ds-link" href="{}">{}</a>', address("desk:case", standing.case_id), words
    )


def _why(row: WorkRow, card: LeaseCard, standing: Standing, day: datetime.date) -> str:
    if row.resolved_on is not None:
        return why_then(row.kind, row.level, row.facts, row.resolved_on)
    return why_now(row.kind, row.level, row.facts, standing.owed, card.children, day)


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """A day by which something has to be done. `is_legal`: the law sets it (§ 9-2)."""

    on: datetime.date
    is_legal: bool
    what: str
    who: str
    where: str
    href: str


def deadline_lines(rows: Sequence[WorkRow], lines: Sequence[WorkLine]) -> list[DeadlineLine]:
    """The deadlines of these flags, the legal ones first, each part by day."""
    by_flag = {line.flag_id: line for line in lines}
    found = []
    for row in rows:
        line = by_flag.get(row.flag_id)
        ends_on = datetime.date.fromisoformat(row.facts["ends_on"])
        if line is None:
            continue
        is_legal = row.kind == FlagKind.EXPIRED
        what = (
            _("Last day to ask the tenant to move (§ 9-2)") if is_legal else _("Contract runs out")
        )
        on = last_safe_day(ends_on) if is_legal else ends_on
        found.append(DeadlineLine(on, is_legal, what, line.who, line.where, line.href))
    return sorted(found, key=lambda line: (not line.is_legal, line.on, line.who))


def week_from(day: datetime.date) -> datetime.date:
    """The last day of "this week": seven days, today among them, so that Friday sees Thursday."""
    return day + datetime.timedelta(days=6)


def months_ahead(day: datetime.date, count: int) -> list[datetime.date]:
    """The first days of `count` months, this one first."""
    return [add_months(day.replace(day=1), month) for month in range(count)]
