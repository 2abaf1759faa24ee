"""Applications for a municipal home: which steps follow which, and what must be there when one is
registered as received."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from boligsak.rule import RuleBroken

NEW, SWAP, EXTENSION = "new", "swap", "extension"

DRAFT, RECEIVED, DECIDED, WAITING = "draft", "received", "decided", "waiting"
HOUSED, WITHDRAWN, CLOSED = "housed", "withdrawn", "closed"

OPEN = (DRAFT, RECEIVED, DECIDED, WAITING)
"""States in which something is still to be done."""

NEXT_STATES: Mapping[str, frozenset[str]] = {
    DRAFT: frozenset({RECEIVED, WITHDRAWN}),
    RECEIVED: frozenset({DECIDED, WAITING, WITHDRAWN, CLOSED}),
    DECIDED: frozenset({RECEIVED, WAITING, WITHDRAWN, CLOSED}),
    WAITING: frozenset({RECEIVED, DECIDED, HOUSED, WITHDRAWN, CLOSED}),
    HOUSED: frozenset(),
    WITHDRAWN: frozenset(),
    CLOSED: frozenset(),
}
"""Back to received: an appeal has changed the decision."""

NEEDS_LEASE = frozenset({SWAP, EXTENSION})
"""A swap or an extension is about a home the applicant already has."""

_DIGITS = 5


class Step(StrEnum):
    """The pages of an application, in order. Values are stored (`typed`)."""

    HOUSEHOLD = "household"
    NEED = "need"
    ECONOMY = "economy"
    SUPPORT = "support"
    CONSENTS = "consents"
    REGISTER = "register"


STEPS: tuple[Step, ...] = tuple(Step)


def next_step(step: Step) -> Step | None:
    """The page that comes after; None after the last."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def step_before(step: Step) -> Step | None:
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def application_number(year: int, place: int) -> str:
    """The `place`th application (1: the first) of a year: "S2026-00123"."""
    return f"S{year}-{place:0{_DIGITS}d}"


def place_in_year(number: str) -> int:
    """The other way: "S2026-00123" → 123."""
    return int(number.partition("-")[2])


def check_next(now: str, then: str) -> None:
    """Raises `RuleBroken("application.state", state=…)` when one cannot follow the other."""
    if then not in NEXT_STATES[now]:
        raise RuleBroken("application.state", state=now)


@dataclass(frozen=True, slots=True)
class Found:
    """What has been found out on an application, as far as it must be there."""

    has_applicant: bool
    has_need: bool
    has_housing: bool
    has_economy: bool
    has_support: bool
    is_applicant_dead: bool = False


def missing(found: Found) -> list[Step]:
    """The pages that are not done. Home, economy and help are assessed together, so none of them
    can be left for later."""
    gone = []
    if not found.has_applicant:
        gone.append(Step.HOUSEHOLD)
    if not (found.has_need and found.has_housing):
        gone.append(Step.NEED)
    if not found.has_economy:
        gone.append(Step.ECONOMY)
    if not found.has_support:
        gone.append(Step.SUPPORT)
    return gone


def check_received(found: Found, received_on: dt.date, today: dt.date) -> None:
    """Whether it can be registered as received that day.

    Raises `RuleBroken` "application.received_ahead" (today), "application.received_long_ago"
    (earliest), "application.applicant_dead", or "application.missing" (steps: the pages that are
    not done).
    """
    if received_on > today:
        raise RuleBroken("application.received_ahead", today=today)
    if received_on < (earliest := today - dt.timedelta(days=LONGEST_AGO_DAYS)):
        raise RuleBroken("application.received_long_ago", earliest=earliest)
    if found.is_applicant_dead:
        raise RuleBroken("application.applicant_dead")
    if gone := missing(found):
        raise RuleBroken("application.missing", steps=[step.value for step in gone])


LONGEST_AGO_DAYS = 366
"""An application registered later than this after it came in is a slip of the finger."""


def check_kind(kind: str, *, has_lease: bool) -> None:
    """Raises `RuleBroken` "application.needs_lease" for a swap or an extension without the present
    lease, or "application.has_lease" for a new home with one."""
    if kind in NEEDS_LEASE and not has_lease:
        raise RuleBroken("application.needs_lease")
    if kind not in NEEDS_LEASE and has_lease:
        raise RuleBroken("application.has_lease")


def check_rooms(rooms_from: int | None, rooms_to: int | None) -> None:
    """Raises `RuleBroken("application.rooms")` when the largest is less than the smallest."""
    if rooms_from is not None and rooms_to is not None and rooms_to < rooms_from:
        raise RuleBroken("application.rooms")


CONSENTS: Collection[str] = (
    "obtain_income",
    "obtain_benefits",
    "share_between_parties",
    "contact_landlord",
    "contact_services",
)
"""What an applicant can be asked to agree to, by code. None is needed to be heard: without one
the applicant brings the papers."""
