"""Flags as people read them: one line each, formatted once, with what this reader may see.

A lease with a protected address that the reader is not cleared for is its number and the flag's
name; who, where, how much and why stay out, on the page and in the file alike.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from arrears.queries.cases import OpenCase, open_cases_of
from arrears.queries.worklist import Owed, WorkRow, kinds_open, owed
from arrears.rules.flags import FlagKind
from arrears.words.flags import KIND_NAMES
from boligsak.dates import add_months
from boligsak.desk.reasons import why_now, why_then
from boligsak.show import day as format_day
from boligsak.show import kr
from tenants.queries.cards import LeaseCard, lease_cards
from tenants.rules.leases import last_safe_day


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One flag in words. `select` is its id and version, as the assignment form sends them back.

    `case` is a link to the open case on the lease, where the reader sees it with a name.
    `also` names the lease's other flags. `owed_ore` is None where nothing is said of money.
    `person_ids`: whom the line shows.
    """

    flag_id: int
    lease_id: int
    select: str
    anchor: str
    href: str
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

    @property
    def owed(self) -> str:
        return kr(self.owed_ore) if self.owed_ore else ""

    @property
    def raised(self) -> str:
        return format_day(self.raised_on)


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
    cards = lease_cards(lease_ids, user, day, to_file=to_file)
    debts = owed(lease_ids, day)
    kinds = kinds_open(lease_ids)
    shows_children = user.has_perm("tenants.view_social")
    before, after = lease_address()
    returning = f"?back={quote(back)}%23" if back else ""
    names = {str(kind): str(words) for kind, words in KIND_NAMES.items()}
    cases = open_cases_of(lease_ids, user) if user.has_perm("arrears.view_case") else {}
    return [
        _line(
            row,
            cards[row.lease_id],
            debts.get(row.lease_id),
            kinds.get(row.lease_id, []),
            day,
            f"{before}{row.lease_id}{after}{returning}",
            shows_children,
            names,
            _case_link(cases.get(row.lease_id)),
        )
        for row in rows
        if row.lease_id in cards
    ]


def people_shown(lease_ids: Sequence[int], user: Any, day: datetime.date) -> list[int]:
    """The people that the lines of these leases name to this reader."""
    cards = lease_cards(lease_ids, user, day)
    return [person for card in cards.values() for person in card.person_ids]


def lease_address() -> tuple[str, str]:
    """The address of a lease's page on both sides of its id: a list asks once, not for each row."""
    before, _zero, after = reverse("desk:lease", args=[0]).rpartition("0")
    return before, after


def _line(
    row: WorkRow,
    card: LeaseCard,
    debt: Owed | None,
    kinds: Sequence[str],
    day: datetime.date,
    address: str,
    shows_children: bool,
    names: Mapping[str, str],
    case: SafeString | str,
) -> WorkLine:
    anchor = f"f{row.flag_id}"
    href = f"{address}{anchor}" if "?" in address else address
    if card.is_masked:
        return WorkLine(
            flag_id=row.flag_id,
            lease_id=row.lease_id,
            select="",
            anchor=anchor,
            href=href,
            number=card.number,
            is_masked=True,
            who=_("Protected address"),
            where=card.number,
            office="",
            kind=names[row.kind],
            level=row.level,
            why=_("Shown to those who are cleared for it"),
            also="",
            owed_ore=None,
            owner="",
            raised_on=row.raised_on,
            resolved_on=row.resolved_on,
        )
    others = [names[kind] for kind in kinds if kind != row.kind]
    return WorkLine(
        flag_id=row.flag_id,
        lease_id=row.lease_id,
        select=f"{row.flag_id}.{row.version}",
        anchor=anchor,
        href=href,
        number=card.number,
        is_masked=False,
        who=card.name or card.number,
        where=f"{card.address}, {card.unit}" if card.unit else card.address,
        office=card.office,
        kind=names[row.kind],
        level=row.level,
        why=_why(row, card, debt, day, shows_children),
        also=_("Also: %(flags)s") % {"flags": ", ".join(others)} if others else "",
        owed_ore=debt.overdue_ore if debt else None,
        owner=f"{row.owner_given_name} {row.owner_family_name}".strip() if row.owner_id else "",
        raised_on=row.raised_on,
        resolved_on=row.resolved_on,
        person_ids=tuple(card.person_ids),
        case=case,
    )


def _case_link(case: OpenCase | None) -> SafeString | str:
    if case is None:
        return ""
    words = _("Case %(number)s") % {"number": case.number}
    return format_html(
        '<a class="ds-link" href="{}">{}</a>', reverse("desk:case", args=[case.case_id]), words
    )


def _why(
    row: WorkRow, card: LeaseCard, debt: Owed | None, day: datetime.date, shows_children: bool
) -> str:
    if row.resolved_on is not None:
        return why_then(row.kind, row.level, row.facts, row.resolved_on)
    children = card.children if shows_children else 0
    return why_now(row.kind, row.level, row.facts, debt, children, day)


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
