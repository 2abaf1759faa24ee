"""Cases as people read them in lists: one line each, formatted once, with what this reader sees.

An anonymous case (a protected address, or no basis for sharing it with the reader's party) is its
number, what it is about, its level and its deadlines.
"""

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.models import ReferralKind
from arrears.queries.case_deadlines import EVICTION, LegalDeadline
from arrears.queries.cases import CaseRow
from arrears.words.cases import outcome_name, trigger_names
from arrears.words.next_steps import action_name
from arrears.words.notices import what
from boligsak.addresses import address
from boligsak.show import day as format_day
from boligsak.show import deadline, kr
from tenants.queries.cards import lease_cards


class CaseLine(NamedTuple):
    """One case in words. `person_ids`: whom the line shows; `overdue_ore` None: not said."""

    row: CaseRow
    href: str
    about: str
    who: str
    where: str
    office: str
    owner: str
    step: str
    deadline: str
    status: str
    overdue_ore: int | None
    person_ids: tuple[int, ...]


def case_lines(
    rows: Sequence[CaseRow],
    user: Any,
    day: datetime.date,
    *,
    back: str = "",
    to_file: bool = False,
) -> list[CaseLine]:
    """The lines of these rows, in their order. `back`: the address the reader returns to;
    `to_file`: no protected address, whoever asks."""
    named = [row.lease_id for row in rows if not row.is_anonymous]
    cards = lease_cards(named, user, day, also=named, to_file=to_file)
    returning = f"?back={quote(back)}" if back else ""
    sees_social = user.has_perm("tenants.view_social")
    lines = []
    for row in rows:
        card = cards.get(row.lease_id)
        is_named = not row.is_anonymous and card is not None and not card.is_masked
        who, where = _("Not shown to you"), ""
        if is_named and card is not None:
            who = card.name or card.number
            where = f"{card.address}, {card.unit}" if card.unit else card.address
        lines.append(
            CaseLine(
                row=row,
                href=address("desk:case", row.case_id) + returning,
                about=capfirst(trigger_names(row.triggers)),
                who=who,
                where=where,
                office=row.office if is_named else "",
                owner=row.owner if is_named else "",
                step=_step(row, sees_social=sees_social) if is_named else "",
                deadline=_what_ends(row.deadline),
                status=_status(row),
                overdue_ore=row.overdue_ore if is_named else None,
                person_ids=tuple(card.person_ids) if is_named and card is not None else (),
            )
        )
    return lines


def _step(row: CaseRow, *, sees_social: bool) -> str:
    return capfirst(action_name(row.step, sees_social=sees_social)) if row.step else ""


def _what_ends(deadline: LegalDeadline | None) -> str:
    if deadline is None:
        return ""
    if deadline.running is not None:
        return what(deadline.running)
    if deadline.what == EVICTION:
        return _("The eviction date")
    return _("The tenant's comments on the petition")


def _status(row: CaseRow) -> str:
    """What is to be known of it at a glance, the gravest first; empty when nothing is."""
    if row.status == "closed":
        words = {"outcome": outcome_name(row.outcome), "day": format_day(row.closed_on)}
        return _("Closed %(day)s: %(outcome)s") % words
    if row.referral and not row.is_anonymous:
        return capfirst(str(ReferralKind(row.referral).label))
    if row.for_meeting_on is not None:
        return _("Up for the meeting")
    return ""


def columns() -> list[dict[str, Any]]:
    return [
        {"label": _("Level")},
        {"label": _("Tenant"), "header": True, "class": "who"},
        {"label": _("Case"), "sort": "number"},
        {"label": _("Next step"), "sort": "step"},
        {"label": _("Legal deadline"), "sort": "deadline"},
        {"label": _("Last contact")},
        {"label": _("Past due"), "align": "end", "sort": "owed"},
        {"label": _("Caseworker")},
        {"label": _("Opened"), "sort": "opened", "class": "nowrap"},
    ]


def cells(line: CaseLine, day: datetime.date) -> list[Any]:
    """One row of the table, in the order of `columns`."""
    row = line.row
    step: Any = {"text": line.step or _("Nothing proposed")} if line.office else ""
    if line.step and row.step_due_on:
        step = {"text": line.step, "sub": deadline(row.step_due_on, day)}
    contact = format_day(row.last_contact_on) if row.last_contact_on else _("none")
    return [
        {"text": "", "level": row.level} if row.level else "",
        {"text": line.who, "href": line.href, "sub": line.where},
        {"text": row.number, "sub": " · ".join(part for part in (line.about, line.status) if part)},
        step,
        {"text": line.deadline, "sub": deadline(row.deadline.on, day)} if row.deadline else "",
        contact if not row.is_anonymous else "",
        kr(line.overdue_ore) if line.overdue_ore else "",
        {"text": line.owner or _("Nobody"), "sub": line.office} if line.office else "",
        format_day(row.opened_on),
    ]
