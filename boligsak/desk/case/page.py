"""The sections of the case page in order. A section is a module of this package."""

from types import ModuleType
from typing import Any, NamedTuple

from arrears.models import Case
from boligsak.desk.case import (
    cases,
    clock,
    complaints,
    contacts,
    costs,
    documents,
    gate,
    measures,
    meetings,
    money,
    next_steps,
    notices,
    plans,
    referrals,
)
from boligsak.desk.case.base import Event, Reader


class Section(NamedTuple):
    """`shows_masked`: also for a reader who may not know whose case it is."""

    name: str
    module: ModuleType
    shows_masked: bool = False

    def shown(self, case: Case, reader: Reader, day: Any) -> dict[str, Any] | None:
        """What its template shows, or None where this reader sees nothing of it."""
        if reader.is_masked and not self.shows_masked:
            return None
        found: dict[str, Any] = self.module.section(case, reader, day)
        return found

    def happened(self, case: Case, reader: Reader) -> list[Event]:
        if reader.is_masked and not self.shows_masked:
            return []
        told: list[Event] = self.module.events(case, reader)
        return told


MAIN: tuple[Section, ...] = (
    Section("next_steps", next_steps),
    Section("money", money),
    Section("contacts", contacts),
    Section("complaints", complaints),
    Section("notices", notices),
    Section("plans", plans),
    Section("measures", measures),
    Section("meetings", meetings),
    Section("gate", gate),
    Section("referrals", referrals),
    Section("documents", documents),
)
SIDE: tuple[Section, ...] = (
    Section("clock", clock, shows_masked=True),
    Section("cases", cases, shows_masked=True),
    Section("costs", costs),
)
