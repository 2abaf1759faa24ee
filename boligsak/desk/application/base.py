"""What the parts of the application's page get, and what they give.

A section is a module with `section(application, reader, day) -> dict`, what its template
desk/application/_<name>.html shows (the keys "primary", {href, label}, and "summary", {term, text,
on}, are the page's own), and `events(application, reader) -> list[Event]`.
"""

from dataclasses import dataclass
from typing import Any

from boligsak.desk.case.base import Event
from tenants.models import Application
from tenants.rules.applications import OPEN

__all__ = ["Event", "Reader", "reader_of"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page, and what of it.

    `is_masked`: the address is protected and the reader is not cleared; then number, kind, state
    and deadlines stand there and nothing else. `sees_social`: health and social grounds, the
    economy's lines and why help is needed. `is_open`: something is still to be done. `may_work`:
    open, not masked, and the reader may assess it.
    """

    user: Any
    is_masked: bool
    sees_social: bool
    is_open: bool
    may_work: bool

    def may(self, permission: str) -> bool:
        return not self.is_masked and bool(self.user.has_perm(permission))


def reader_of(application: Application, user: Any) -> Reader:
    """What this user may read of an application whose row is visible to them."""
    is_masked = application.is_protected and not user.access.is_cleared
    is_open = application.state in OPEN
    return Reader(
        user=user,
        is_masked=is_masked,
        sees_social=not is_masked and user.has_perm("tenants.view_social"),
        is_open=is_open,
        may_work=not is_masked and is_open and user.has_perm("tenants.work_application"),
    )
