"""The sections of the application's page in order. A section is a module of this package."""

from types import ModuleType
from typing import Any, NamedTuple

from boligsak.desk.application import (
    assessment,
    clocks,
    conditions,
    decisions,
    documents,
    draft,
    economy,
    household,
    offers,
    support,
)
from boligsak.desk.application.base import Event, Reader
from tenants.models import Application


class Section(NamedTuple):
    """`shows_masked`: also for a reader who may not know whose application it is."""

    name: str
    module: ModuleType
    shows_masked: bool = False

    def shown(self, application: Application, reader: Reader, day: Any) -> dict[str, Any] | None:
        """What its template shows, or None where this reader sees nothing of it."""
        if reader.is_masked and not self.shows_masked:
            return None
        found: dict[str, Any] | None = self.module.section(application, reader, day)
        return found

    def happened(self, application: Application, reader: Reader) -> list[Event]:
        if reader.is_masked and not self.shows_masked:
            return []
        told: list[Event] = self.module.events(application, reader)
        return told


MAIN: tuple[Section, ...] = (
    Section("draft", draft),
    Section("assessment", assessment),
    Section("economy", economy),
    Section("support", support),
    Section("decisions", decisions),
    Section("conditions", conditions),
    Section("offers", offers),
    Section("documents", documents),
)
SIDE: tuple[Section, ...] = (
    Section("clocks", clocks, shows_masked=True),
    Section("household", household),
)
