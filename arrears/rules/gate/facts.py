"""What the gate looks at, and what it says: facts in, conditions out."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tenants.rules.leases import Expiry

_ONE_DAY = dt.timedelta(days=1)


class Group(StrEnum):
    """The four parts of the gate, in the order a case goes through them."""

    DECISION = "decision"
    WORK = "work"
    LAW = "law"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `mend` names the page that meets it; empty when only time or nobody can."""

    code: str
    group: Group
    source: str
    is_met: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """All conditions for one kind of referral on one day."""

    conditions: tuple[Condition, ...]

    @property
    def is_open(self) -> bool:
        return all(condition.is_met for condition in self.conditions)

    @property
    def unmet(self) -> tuple[Condition, ...]:
        return tuple(condition for condition in self.conditions if not condition.is_met)


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """The newest decision of a meeting to refer this case in this way. Dates inclusive."""

    held_on: dt.date
    is_withdrawn: bool = False
    is_used: bool = False
    """By another referral than the one that is looked at."""
    overtaken_on: dt.date | None = None
    """A later meeting decided something else than to refer the case."""
    closed_on: dt.date | None = None
    """The case has been closed since, and opened again."""
    present: frozenset[str] = frozenset()
    """Parties in the room: "welfare", "landlord", "housing_unit"."""
    invited: frozenset[str] = frozenset()
    """Parties who were asked to come, those present included."""
    paid_on: dt.date | None = None
    """A payment entered after the decision …"""
    planned_on: dt.date | None = None
    """… a repayment plan made …"""
    applied_on: dt.date | None = None
    """… an application handed in …"""
    household_on: dt.date | None = None
    """… a change of tenants or household registered. None: nothing since."""


@dataclass(frozen=True, slots=True)
class NoticeState:
    """The latest notice of one kind that has been sent. None in `allowed_from`: never lawful."""

    sent_on: dt.date
    allowed_from: dt.date | None
    """First day on which what it warns of is lawful."""
    is_carrying: bool = True
    """§ 4-18: a charge it names is still partly open. True for kinds that name none."""
    is_served_to_all: bool = True
    """Every tenant, and every guardian within the mandate, has been sent it, with proof."""
    sue_by_on: dt.date | None = None
    """Of a termination: the landlord's last day to sue after a protest (§ 9-8)."""
    protest_on: dt.date | None = None
    reservation_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person has looked into and answered for, on a day."""

    on: dt.date
    is_clear: bool = True
    """Whether the answer lets the case through."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application in the register that nobody has decided on. `received_on` None: it concerns
    somebody with a protected address, and shows its number only."""

    application_id: int
    number: str
    received_on: dt.date | None


@dataclass(frozen=True, slots=True)
class GateFacts:
    """All that the conditions look at. Money in øre, days inclusive, lists already counted."""

    # (a)
    decision: DecisionFacts | None = None
    lapses_days: int = 30
    """How long a decision lasts (rate "referral-decision-lapses"), and an answer of a person."""
    # (b)
    channels: frozenset[str] = frozenset()
    home_visit_on: dt.date | None = None
    has_no_home_visit_reason: bool = False
    tenants: int = 1
    views: int = 0
    """Tenants whose view is recorded, or who were invited and lack one for a written reason."""
    unanswered: int = 0
    undecided: int = 0
    support_without_reason: int = 0
    waiting: tuple[Waiting, ...] = ()
    """Applications of the tenants in the register that wait for a decision, the oldest first."""
    application: Answer | None = None
    """Whether one waits with others, where the register does not see it (§§ 18, 19, bostøtte)."""
    has_children: bool = False
    children_assessed_on: dt.date | None = None
    guardians: int = 0
    guardian_informed_on: dt.date | None = None
    # (c)
    notices: Mapping[str, NoticeState] = field(default_factory=dict)
    signed_on: dt.date | None = None
    has_clause_a: bool = False
    has_clause_b: bool = False
    expiry: Expiry = Expiry.NONE
    ends_on: dt.date | None = None
    last_safe_on: dt.date | None = None
    overdue_ore: int = 0
    """Open and overdue, without what is deposited as disputed (§ 3-8)."""
    overdue_rent_ore: int = 0
    """Of that, rent and § 3-4 charges: all that can carry eviction on ground (a)."""
    oldest_due_on: dt.date | None = None
    limitation_years: int = 3
    limitation: Answer | None = None
    running_plan_on: dt.date | None = None
    settlement_on: dt.date | None = None
    """A gjeldsordning was opened that covers this debt and has not ended."""
    objection: Answer | None = None
    """Whether rent is withheld, or objected to, without a deposit and nobody has assessed it."""
    died_on: dt.date | None = None
    """A tenant who still is a party has died."""
    occupants: int = 0
    unheard: int = 0
    """Adults found in the dwelling who are no parties, and those of them not heard (§ 13-6)."""
    # (d)
    is_protected: bool = False


def answered(
    code: str,
    source: str,
    answer: Answer | None,
    facts: GateFacts,
    day: dt.date,
    group: Group = Group.WORK,
    more: Mapping[str, Any] | None = None,
) -> Condition:
    """An answer goes stale like the decision: what was so in spring says nothing in autumn."""
    is_fresh = answer is not None and answer.on <= day <= answer.on + facts.lapses_days * _ONE_DAY
    return Condition(
        code,
        group,
        source,
        answer is not None and is_fresh and answer.is_clear,
        {
            "on": answer.on if answer else None,
            "is_fresh": is_fresh,
            "is_clear": answer.is_clear if answer else None,
            **(more or {}),
        },
        "answers",
    )
