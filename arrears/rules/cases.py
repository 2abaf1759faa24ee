"""The case itself: what may follow what, who may have it, and how much of it each party sees."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from boligsak.rule import RuleBroken

ARREARS, EXPIRY, COMPLAINT = "arrears", "expiry", "complaint"
TRIGGERS: tuple[str, ...] = (ARREARS, EXPIRY, COMPLAINT)

WELFARE, HOUSING_UNIT, LANDLORD, OTHER = "welfare", "housing_unit", "landlord", "other"

PARTY_OF_ROLE: Mapping[str, str] = {
    "caseworker": WELFARE,
    "coordinator": WELFARE,
    "housing_unit": HOUSING_UNIT,
    "landlord": LANDLORD,
}
"""The party each role works for. Managers, privacy officers and administrators work for none."""

# --- How a case ends ----------------------------------------------------------------------------

_EVERY = frozenset(TRIGGERS)
OUTCOMES: Mapping[str, frozenset[str]] = {
    "paid": frozenset({ARREARS}),
    "plan_kept": frozenset({ARREARS}),
    "written_off": frozenset({ARREARS}),
    "renewed": frozenset({EXPIRY}),
    "converted": frozenset({EXPIRY}),
    "calm": frozenset({COMPLAINT}),
    "moved_home": _EVERY,
    "moved_out": _EVERY,
    "service_agreement": _EVERY,
    "evicted": _EVERY,
    "died": _EVERY,
    "mistake": _EVERY,
}
"""How a case can end, and the triggers each ending is an answer to."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is known of a case that somebody wants to close. Amounts in øre.

    `open_triggers` are those that still run, `triggers` all it ever had. `overdue_ore`: what is
    past due today, disputed and deposited rent left out. `visit_on`: a home visit that is planned.
    """

    triggers: frozenset[str]
    open_triggers: frozenset[str]
    overdue_ore: int = 0
    has_kept_plan: bool = False
    has_running_plan: bool = False
    has_eviction: bool = False
    has_death: bool = False
    has_running_referral: bool = False
    has_waiting_transfer: bool = False
    visit_on: datetime.date | None = None


def unanswered(outcome: str, ending: Ending) -> frozenset[str]:
    """The running triggers that this outcome is no answer to; of a case without a running one,
    all it had when the outcome answers none of them."""
    answers = OUTCOMES[outcome]
    if ending.open_triggers:
        return ending.open_triggers - answers
    return frozenset() if ending.triggers & answers else ending.triggers


def check_ending(outcome: str, ending: Ending) -> None:
    """A case is closed when nothing it started still runs, and its outcome is what has happened.

    Raises `RuleBroken`: "close.transfer_waits", "close.referral_runs", "close.visit_planned"
    (visit_on), "close.outcome" (outcome), "close.unanswered" (outcome, triggers: sorted),
    "close.owes" (owed_ore), "close.no_kept_plan", "close.plan_runs", "close.no_eviction" or
    "close.nobody_died".
    """
    if outcome not in OUTCOMES:
        raise RuleBroken("close.outcome", outcome=outcome)
    if ending.has_waiting_transfer:
        raise RuleBroken("close.transfer_waits")
    if ending.has_running_referral:
        raise RuleBroken("close.referral_runs")
    if ending.visit_on is not None:
        raise RuleBroken("close.visit_planned", visit_on=ending.visit_on)
    if left := unanswered(outcome, ending):
        raise RuleBroken("close.unanswered", outcome=outcome, triggers=sorted(left))
    if outcome == "paid" and ending.overdue_ore > 0:
        raise RuleBroken("close.owes", owed_ore=ending.overdue_ore)
    if outcome == "plan_kept" and not ending.has_kept_plan:
        raise RuleBroken("close.plan_runs" if ending.has_running_plan else "close.no_kept_plan")
    if outcome == "evicted" and not ending.has_eviction:
        raise RuleBroken("close.no_eviction")
    if outcome == "died" and not ending.has_death:
        raise RuleBroken("close.nobody_died")


# --- From hand to hand --------------------------------------------------------------------------

TRANSFER_NEXT: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"accepted", "declined", "withdrawn"}),
    "accepted": frozenset(),
    "declined": frozenset(),
    "withdrawn": frozenset(),
}
"""What can become of an offered case. An answer is final: offer it anew instead."""


def check_transfer_step(now: str, then: str) -> None:
    """Raises `RuleBroken("transfer.answered", state)` when the offer has had its answer."""
    if then not in TRANSFER_NEXT[now]:
        raise RuleBroken("transfer.answered", state=now)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who is to have a case, on the day they get it.

    `offices`: where they work as caseworker or coordinator; None among them: everywhere.
    """

    user_id: int
    offices: frozenset[int | None]
    is_cleared: bool
    is_active: bool = True
    is_disqualified: bool = False

    def works_at(self, office_id: int) -> bool:
        return self.is_active and bool(self.offices & {None, office_id})


def check_owner(worker: Worker, office_id: int, *, is_protected: bool, who: str = "") -> None:
    """A case belongs to a caseworker or coordinator of its office who may see it and judge in it.

    Raises `RuleBroken` "owner.disqualified" (forvaltningsloven § 6), "owner.no_role" or
    "owner.not_cleared" (address protection), each with `who`: their name.
    """
    if worker.is_disqualified:
        raise RuleBroken("owner.disqualified", who=who)
    if not worker.works_at(office_id):
        raise RuleBroken("owner.no_role", who=who)
    if is_protected and not worker.is_cleared:
        raise RuleBroken("owner.not_cleared", who=who)


# --- Who sees how much --------------------------------------------------------------------------


def parties_of(roles: Collection[str]) -> frozenset[str]:
    """The parties somebody with these roles works for."""
    return frozenset(PARTY_OF_ROLE[role] for role in roles if role in PARTY_OF_ROLE)


def is_anonymous_to(
    parties: Collection[str],
    *,
    opened_by: str,
    basis: str,
    is_protected: bool,
    is_cleared: bool,
    has_reservation: bool = False,
) -> bool:
    """Whether a reader of these parties gets the case's number, triggers and level only.

    Between the parties a case is shared with the tenant's consent or where a named statute says
    so; without either, or after a reservation (husleieloven § 9-11), it is anonymous outside the
    party that opened it. A protected address stays with those who are cleared for it.
    """
    if is_protected and not is_cleared:
        return True
    if opened_by in parties:
        return False
    return basis == "none" or has_reservation


def check_sharing(basis: str, source: str, on: datetime.date | None, today: datetime.date) -> None:
    """A basis says where it comes from: who consented and how, or which statute, and since when.

    Raises `RuleBroken` "sharing.basis", "sharing.no_source" (basis), "sharing.no_day" or
    "sharing.later" (today).
    """
    if basis not in ("none", "consent", "statute"):
        raise RuleBroken("sharing.basis", basis=basis)
    if basis == "none":
        return
    if not source.strip():
        raise RuleBroken("sharing.no_source", basis=basis)
    if on is None:
        raise RuleBroken("sharing.no_day")
    if on > today:
        raise RuleBroken("sharing.later", today=today)


# --- Tasks --------------------------------------------------------------------------------------

TASK_NEXT: Mapping[str, frozenset[str]] = {
    "open": frozenset({"done", "dropped"}),
    "done": frozenset(),
    "dropped": frozenset(),
}


def check_task_step(now: str, then: str) -> None:
    """Raises `RuleBroken("task.ended", state)` when the task is over already."""
    if then not in TASK_NEXT[now]:
        raise RuleBroken("task.ended", state=now)


# --- Numbers ------------------------------------------------------------------------------------

_DIGITS = 5


def case_number(year: int, place: int) -> str:
    """The `place`th case (1: the first) of a year: "2026-00123"."""
    return f"{year}-{place:0{_DIGITS}d}"


def place_in_year(number: str) -> int:
    """The other way: "2026-00123" → 123."""
    return int(number.partition("-")[2])
