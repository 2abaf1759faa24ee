"""A step on many leases as people read it: its line in a list, its rows, its sums."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from boligsak.export import Cell, Ore
from boligsak.show import day as format_day
from boligsak.show import kr, number
from boligsak.show import moment as format_moment
from tenants.models import BulkKind, BulkRow, BulkState, BulkStep
from tenants.queries.cards import LeaseCard
from tenants.services.bulk import DONE, PLANNED, REFUSED, Planned
from tenants.views.lease_steps import where
from tenants.words import bulk as words
from tenants.words import indexation, renewals

PAGE_OF = {BulkKind.RENEWAL: "tenants:bulk", BulkKind.INDEXATION: "tenants:index_run"}


class BulkLine(NamedTuple):
    """One row of a step: `state` as the row's, and `planned` while nothing has been done."""

    row: BulkRow
    card: LeaseCard
    state: str
    code: str
    facts: Mapping[str, Any]

    @property
    def is_refused(self) -> bool:
        return bool(self.code)


def lines(
    rows: Sequence[BulkRow], cards: Mapping[int, LeaseCard], plans: Mapping[int, Planned]
) -> list[BulkLine]:
    """The rows with what would be, or was, done; those with something to see to first."""
    found = []
    for row in rows:
        card = cards.get(row.lease_id)
        if card is None:
            continue
        if row.state == PLANNED and (plan := plans.get(row.lease_id)) is not None:
            found.append(BulkLine(row, card, row.state, plan.code, plan.facts))
        elif row.state == REFUSED:
            found.append(BulkLine(row, card, row.state, row.code, row.facts.get("why", {})))
        else:
            found.append(BulkLine(row, card, row.state, "", row.facts.get("plan") or {}))
    return sorted(found, key=lambda line: (not line.is_refused, not line.row.is_chosen))


def bulk_line(step: BulkStep) -> dict[str, Any]:
    """A step in a list: a link, when, by whom, and how it went."""
    href = reverse(PAGE_OF[BulkKind(step.kind)], args=[step.pk])
    return {
        "href": href,
        "text": _("%(when)s, %(who)s") % {"when": format_moment(step.entered_at), "who": step.by},
        "state": status(step),
        "sums": sums(step),
    }


def status(step: BulkStep) -> dict[str, str]:
    return {
        "text": str(words.STATES[BulkState(step.state)]),
        "color": words.STATE_COLORS[BulkState(step.state)],
    }


def sums(step: Any) -> str:
    """How many were chosen, done and refused, of a step that `counted` has counted."""
    told = ngettext("%(count)s lease", "%(count)s leases", step.chosen) % {
        "count": number(step.chosen)
    }
    if step.state not in (BulkState.RUNNING, BulkState.DONE):
        return told
    return _("%(all)s: %(done)s done, %(refused)s refused") % {
        "all": told,
        "done": number(step.done_rows),
        "refused": number(step.refused_rows),
    }


def columns(kind: BulkKind) -> list[dict[str, Any]]:
    what = (
        [{"label": _("New term")}]
        if kind == BulkKind.RENEWAL
        else [
            {"label": _("Rent now"), "align": "end"},
            {"label": _("New rent"), "align": "end"},
            {"label": _("The index")},
        ]
    )
    return [
        {"label": _("Lease number")},
        {"label": _("Tenant"), "header": True, "class": "who"},
        *what,
        {"label": _("State")},
        {"label": _("Why not")},
    ]


def cells(line: BulkLine, kind: BulkKind, back: str) -> list[Any]:
    card = line.card
    href = reverse("desk:lease", args=[card.lease_id]) + back
    who = (
        _("Protected address")
        if card.is_masked
        else {"text": card.name or card.number, "sub": where(card)}
    )
    return [
        {"text": card.number, "href": href},
        who,
        *_what(line, kind),
        _state(line),
        refusal(line, kind) if line.is_refused else "",
    ]


def refusal(line: BulkLine, kind: BulkKind) -> str:
    say = renewals.sentence if kind == BulkKind.RENEWAL else indexation.sentence
    return say(line.code, line.facts)


def _what(line: BulkLine, kind: BulkKind) -> list[Any]:
    facts = line.facts
    if kind == BulkKind.RENEWAL:
        if line.is_refused or "starts_on" not in facts:
            return [""]
        since = _("from %(day)s") % {"day": _day(facts["starts_on"])}
        ends = facts["ends_on"]
        return [{"text": _day(ends) if ends else _("open-ended"), "sub": since}]
    if line.is_refused or "to_ore" not in facts:
        return ["", "", ""]
    index = f"{indexation.decimal(facts['from_index'])} → {indexation.decimal(facts['to_index'])}"
    percent = indexation.percent(facts["from_index"], facts["to_index"])
    return [kr(facts["from_ore"]), kr(facts["to_ore"]), {"text": percent, "sub": index}]


def _state(line: BulkLine) -> dict[str, str]:
    if not line.row.is_chosen:
        return {"text": _("Left out"), "tag": "neutral"}
    if line.state == DONE:
        return {"text": _("Done"), "tag": "success"}
    if line.is_refused:
        return {"text": _("Cannot be done") if line.state == PLANNED else _("Refused"),
                "tag": "warning"}  # fmt: skip
    return {"text": _("Will be done"), "tag": "info"}


def _day(text: str) -> str:
    return str(format_day(datetime.date.fromisoformat(text)))


def file_columns(kind: BulkKind) -> list[str]:
    what = (
        [_("From"), _("Term ends")]
        if kind == BulkKind.RENEWAL
        else [_("Rent now"), _("New rent"), _("Index then"), _("Index now")]
    )
    return [_("Lease number"), _("Tenant"), _("Address"), *what, _("State"), _("Why not")]


def file_row(line: BulkLine, kind: BulkKind) -> list[Cell]:
    card, facts = line.card, {} if line.is_refused else line.facts
    who = [_("Protected address"), ""] if card.is_masked else [card.name, where(card)]
    what: list[Cell]
    if kind == BulkKind.RENEWAL:
        what = [_iso(facts.get("starts_on")), _iso(facts.get("ends_on"))]
    else:
        what = [
            Ore(facts["from_ore"]) if "from_ore" in facts else None,
            Ore(facts["to_ore"]) if "to_ore" in facts else None,
            indexation.decimal(facts["from_index"]) if "from_index" in facts else "",
            indexation.decimal(facts["to_index"]) if "to_index" in facts else "",
        ]
    said = refusal(line, kind) if line.is_refused else ""
    return [card.number, *who, *what, _state(line)["text"], said]


def _iso(text: str | None) -> Cell:
    return datetime.date.fromisoformat(text) if text else None
