"""What the parts of the case page get, and what they give."""

import datetime
from dataclasses import dataclass
from typing import Any, NamedTuple

from arrears.models import Case
from arrears.queries.case_access import sight


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the page, and what of it.

    `is_masked`: only number, triggers, level, deadlines and money stand there, no name, no
    address, no free text: the address is protected and the reader is not cleared, or the case has
    no basis for sharing and the reader belongs to another party. `may_work`: open, not masked, and
    the reader may work on cases.
    """

    user: Any
    parties: frozenset[str]
    is_masked: bool
    sees_social: bool
    may_work: bool

    def may(self, permission: str) -> bool:
        return not self.is_masked and bool(self.user.has_perm(permission))


class Event(NamedTuple):
    """One entry of the timeline. `order` breaks ties within a day (when it was entered).

    `entry` is what parts/_timeline.html takes: when, what, text, who, href, tone.
    """

    on: datetime.date
    order: datetime.datetime
    entry: dict[str, Any]


def reader_of(case: Case, user: Any) -> Reader:
    """What this user may read of a case whose row is visible to them."""
    parties, is_masked = sight(case, user)
    return Reader(
        user=user,
        parties=parties,
        is_masked=is_masked,
        sees_social=not is_masked and user.has_perm("tenants.view_social"),
        may_work=not is_masked and case.status == "open" and user.has_perm("arrears.work_case"),
    )
