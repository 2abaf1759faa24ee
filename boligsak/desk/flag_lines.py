"""The flags of a lease or a person in words: the open ones with their reason, and their history."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from arrears.models.flags import FlagChangeWhat
from arrears.queries.worklist import Owed
from arrears.words.flags import kind_name
from boligsak.desk.queries.lease import ChangeRow, FlagRow, Flags
from boligsak.desk.reasons import why_now, why_then
from boligsak.show import LEVEL_WORDS
from boligsak.show import day as format_day

_TONES = {1: "info", 2: "info", 3: "warning", 4: "danger"}


@dataclass(frozen=True, slots=True)
class FlagLine:
    """An open flag. `select`: its id and version, as the assignment form sends them back; empty
    for a reader who sees the lease masked, and then so is `owner`, who works at some office."""

    lease_id: int
    anchor: str
    select: str
    kind: str
    since: str
    level: int
    why: str
    owner: str
    history: list[dict[str, str]] = field(default_factory=list)


def flag_lines(
    flags: Flags,
    owed: Mapping[int, Owed],
    day: datetime.date,
    *,
    children: Mapping[int, int] | None = None,
    masked: frozenset[int] = frozenset(),
) -> list[FlagLine]:
    """The open flags, gravest first. `owed` and `children` by lease id; `masked`: lease ids."""
    count = children or {}
    return [
        FlagLine(
            lease_id=row.lease_id,
            anchor=f"f{row.id}",
            select="" if row.lease_id in masked else f"{row.id}.{row.version}",
            kind=kind_name(row.kind),
            since=_since(row),
            level=row.level,
            why=why_now(
                row.kind,
                row.level,
                row.facts,
                owed.get(row.lease_id),
                0 if row.lease_id in masked else count.get(row.lease_id, 0),
                day,
            ),
            owner="" if row.lease_id in masked else row.owner,
            history=[
                _event(change, is_masked=row.lease_id in masked, names_kind=False)
                for change in reversed(flags.history(row.id))
            ],
        )
        for row in flags.open
    ]


def _since(row: FlagRow) -> str:
    """What kind of flag it is, since when, and when it was last another."""
    kind = kind_name(row.kind)
    words = _("since %(day)s") % {"day": format_day(row.raised_on)}
    text = f"{kind[:1].upper()}{kind[1:]} · {words}"
    if row.changed_on != row.raised_on:
        changed = _("changed %(day)s") % {"day": format_day(row.changed_on)}
        text = f"{text}, {changed}"
    return text


Dated = tuple[datetime.date, dict[str, Any]]


def flag_events(flags: Flags, *, masked: frozenset[int] = frozenset()) -> list[Dated]:
    """Everything that happened to all of the flags, as (day, event of parts/_timeline.html)."""
    leases = {row.id: row.lease_id for row in (*flags.open, *flags.resolved)}
    return [
        (
            change.on,
            _event(change, is_masked=leases.get(change.flag_id) in masked, names_kind=True),
        )
        for change in flags.changes
    ]


def _event(change: ChangeRow, *, is_masked: bool, names_kind: bool) -> dict[str, str]:
    what, text, tone = _said(change, is_masked)
    if names_kind:
        what = f"{kind_name(change.kind)[:1].upper()}{kind_name(change.kind)[1:]}: {what}"
    else:
        what = what[:1].upper() + what[1:]
    return {
        "when": format_day(change.on),
        "what": what,
        "text": text,
        "who": "" if is_masked else change.by,
        "tone": tone,
    }


def _said(change: ChangeRow, is_masked: bool) -> tuple[str, str, str]:
    """What was done, the reason it rested on, and the colour of its dot."""
    if change.what == FlagChangeWhat.RESOLVED:
        return _("resolved"), "", "success"
    if change.what == FlagChangeWhat.ASSIGNED:
        if is_masked:
            return _("assigned"), "", ""
        if not change.owner:
            return _("taken back, nobody has it"), "", ""
        return _("given to %(name)s") % {"name": change.owner}, "", ""
    level = change.to_level or change.from_level or 1
    text = why_then(change.kind, level, change.facts, change.on) if change.facts else ""
    words = str(LEVEL_WORDS.get(level, level)).lower()
    if change.what == FlagChangeWhat.RAISED:
        return _("flag raised, level “%(level)s”") % {"level": words}, text, _TONES.get(level, "")
    if change.from_level == change.to_level:
        return _("changed, level “%(level)s”") % {"level": words}, text, _TONES.get(level, "")
    before = str(LEVEL_WORDS.get(change.from_level or 1, "")).lower()
    said = _("level changed from “%(before)s” to “%(level)s”") % {"before": before, "level": words}
    return said, text, _TONES.get(level, "")


def owed_now(charges: list[tuple[datetime.date, int]], rent_ore: int, day: datetime.date) -> Any:
    """What is past due of these (due day, open øre); None when nothing is."""
    late = [(due_on, ore) for due_on, ore in charges if due_on < day and ore]
    if not late:
        return None
    return Owed(sum(ore for _, ore in late), rent_ore, min(due_on for due_on, _ in late))


def newest_first(events: list[Dated], most: int) -> list[dict[str, Any]]:
    """The timeline: at most `most` events, the newest first."""
    ordered = sorted(enumerate(events), key=lambda item: (item[1][0], item[0]), reverse=True)
    return [event for _place, (_day, event) in ordered[:most]]
