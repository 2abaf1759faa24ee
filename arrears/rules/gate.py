"""The gate: what must be done and served before a case may be handed to anybody outside.

Nobody passes it by. Each condition is met or not on a day, with what it looked at, so that a page
can show it and lead to where it is mended; it says nothing that only the welfare side may know.
Facts come from the nouns of the case as values. `conditions` is the only place that knows.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from arrears.rules.referrals import Ground, ReferralKind, check_ground, needs_limitation_check
from boligsak.dates import add_months
from tenants.rules.leases import Expiry

_ONE_DAY = dt.timedelta(days=1)

CHANNELS_NEEDED = 2
"""Contact was tried in two ways at least: who does not open letters may answer the phone."""

MONTHS_TO_SUE = 3
"""§ 9-8: after a protest the termination lapses unless the landlord sues within three months."""


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
    deadline_on: dt.date | None = None
    """Last day of the tenant's deadline that it starts, where there is one."""
    protest_on: dt.date | None = None
    reservation_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person has looked into and answered for, on a day."""

    on: dt.date
    is_clear: bool = True
    """Whether the answer lets the case through."""


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
    application: Answer | None = None
    """Whether an application of the household waits for a decision (§§ 18, 19, housing …)."""
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
    died_on: dt.date | None = None
    """A tenant who still is a party has died."""
    # (d)
    is_protected: bool = False


def conditions(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> tuple[Condition, ...]:
    """Every condition for handing the case over in this way on `day`, in order of the groups.

    Raises RuleBroken("referral.ground", …) for a ground that the kind has not.
    """
    check_ground(kind, ground)
    return (
        *_decision(facts, day),
        *_work(facts, day),
        *_notices(facts, kind, ground, day),
        *_lease(facts, kind, ground, day),
        *_stops(facts, kind, ground, day),
        *_privacy(facts, kind),
    )


# (a) The meeting ---------------------------------------------------------------------------------

_ROUTINE = "samarbeidsmøte"


def _decision(facts: GateFacts, day: dt.date) -> Iterator[Condition]:
    """The case was taken up in a held coordination meeting whose decision is that referral, made
    by the parties, and nothing has happened since that the meeting did not know of."""
    made = facts.decision
    group, mend = Group.DECISION, "decide"
    if made is None:
        yield Condition("decision.made", group, _ROUTINE, False, {"why": "none"}, mend)
        for code in _AFTER_THE_DECISION:
            yield Condition(code, group, _ROUTINE, False, {"waits": True}, mend)
        return
    why = (
        "withdrawn"
        if made.is_withdrawn
        else "used"
        if made.is_used
        else "ahead"
        if made.held_on > day
        else ""
    )
    seen = {"held_on": made.held_on}
    yield Condition("decision.made", group, _ROUTINE, not why, seen | {"why": why}, mend)
    absent = {"welfare", "landlord"} - made.present
    yield Condition(
        "decision.parties",
        group,
        _ROUTINE,
        not absent and "housing_unit" in made.invited | made.present,
        {"absent": sorted(absent), "asked": "housing_unit" in made.invited | made.present},
        mend,
    )
    lasts_to = made.held_on + facts.lapses_days * _ONE_DAY
    yield Condition(
        "decision.fresh", group, _ROUTINE, day <= lasts_to, seen | {"lasts_to": lasts_to}, mend
    )
    since = (made.paid_on, made.planned_on, made.applied_on, made.household_on)
    for code, happened_on in zip(_AFTER_THE_DECISION[2:], since, strict=True):
        yield Condition(
            code, group, _ROUTINE, happened_on is None, seen | {"on": happened_on}, mend
        )


_AFTER_THE_DECISION = (
    "decision.parties",
    "decision.fresh",
    "decision.no_payment_since",
    "decision.no_plan_since",
    "decision.no_application_since",
    "decision.no_household_change_since",
)


# (b) The municipality's own work ------------------------------------------------------------------


def _work(facts: GateFacts, day: dt.date) -> Iterator[Condition]:
    """«Utkastelse er siste utveg, og alt annet skal være prøvd først.»"""
    group = Group.WORK
    tried = "tiltaksliste"
    yield Condition(
        "contact.channels",
        group,
        tried,
        len(facts.channels) >= CHANNELS_NEEDED,
        {"channels": sorted(facts.channels), "needed": CHANNELS_NEEDED},
        "contact",
    )
    yield Condition(
        "contact.home_visit",
        group,
        tried,
        facts.home_visit_on is not None or facts.has_no_home_visit_reason,
        {"on": facts.home_visit_on},
        "home_visit",
    )
    yield Condition(
        "view.recorded",
        group,
        "forvaltningsloven § 16, medvirkning",
        facts.views >= facts.tenants,
        {"tenants": facts.tenants, "views": facts.views},
        "view",
    )
    yield Condition(
        "measures.answered",
        group,
        tried,
        facts.unanswered == 0,
        {"count": facts.unanswered},
        "checklist",
    )
    yield Condition(
        "measures.decided",
        group,
        tried,
        facts.undecided == 0,
        {"count": facts.undecided},
        "measures",
    )
    yield Condition(
        "measures.support_insufficient",
        group,
        tried,
        facts.support_without_reason == 0,
        {"count": facts.support_without_reason},
        "measures",
    )
    yield _answered(
        "application.decided", "sosialtjenesteloven §§ 17–19, 27", facts.application, facts, day
    )
    if facts.has_children:
        yield Condition(
            "children.assessed",
            group,
            "barnekonvensjonen art. 3",
            facts.children_assessed_on is not None,
            {"on": facts.children_assessed_on},
            "children",
        )
    if facts.guardians:
        yield Condition(
            "guardian.informed",
            group,
            "vergemålsloven",
            facts.guardian_informed_on is not None,
            {"on": facts.guardian_informed_on},
            "contact",
        )


def _answered(
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


# (c) The notices, the lease, and what stops a claim -----------------------------------------------

_SECTION_4_18 = "tvangsfullbyrdelsesloven § 4-18"

SOURCES: dict[str, str] = {
    "collection_notice": "inkassoloven § 9",
    "payment_demand": "inkassoloven § 10",
    "warning_a": _SECTION_4_18,
    "warning_b": _SECTION_4_18,
    "warning_c": _SECTION_4_18,
    "move_request": "husleieloven § 9-2",
    "termination": "husleieloven § 9-7",
    "nuisance_warning": "husleieloven § 9-9",
}

_K, _G = ReferralKind, Ground

NEEDED: dict[tuple[ReferralKind, Ground], tuple[str, ...]] = {
    (_K.COLLECTION, _G.NONE): ("collection_notice",),
    (_K.DISTRAINT, _G.NONE): ("collection_notice", "payment_demand"),
    (_K.TRIBUNAL, _G.NONE): ("collection_notice",),
    (_K.TRIBUNAL, _G.TERMINATED): ("termination",),
    (_K.TRIBUNAL, _G.NUISANCE): ("nuisance_warning",),
    (_K.BAILIFF, _G.UNPAID): ("warning_a",),
    (_K.BAILIFF, _G.EXPIRED): ("move_request", "warning_b"),
    (_K.BAILIFF, _G.TERMINATED): ("termination", "warning_c"),
    (_K.COURT, _G.NUISANCE): ("nuisance_warning",),
    (_K.COURT, _G.TERMINATED): ("termination",),
}
"""Which notices must have been served, and their deadlines be over, by kind and ground."""


def _notices(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> Iterator[Condition]:
    """The notices the law asks for are sent with proof to everybody, still carry, and are over."""
    for name in NEEDED[kind, ground]:
        source, group = SOURCES[name], Group.LAW
        sent = facts.notices.get(name)
        seen = {"notice": name, "sent_on": sent.sent_on if sent else None}
        is_sent = sent is not None and sent.sent_on <= day
        yield Condition(f"{name}.sent", group, source, is_sent, seen, "notice")
        yield Condition(
            f"{name}.served",
            group,
            source,
            sent is not None and is_sent and sent.is_served_to_all,
            seen,
            "notices" if is_sent else "notice",
        )
        if name == "warning_a":
            yield Condition(
                f"{name}.carries",
                group,
                source,
                sent is not None and is_sent and sent.is_carrying,
                seen,
                "notice",
            )
        if name == "termination" and kind != ReferralKind.BAILIFF:
            # A protest is answered by going to court: nobody waits for the notice to run out.
            continue
        allowed_from = sent.allowed_from if sent else None
        yield Condition(
            f"{name}.waited",
            group,
            source,
            is_sent and allowed_from is not None and allowed_from <= day,
            seen | {"allowed_from": allowed_from},
            "" if is_sent else "notice",
        )


def _lease(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> Iterator[Condition]:
    """The lease itself can carry the step, and the warning to Nav (§ 9-11) is respected."""
    group = Group.LAW
    clause = "tvangsfullbyrdelsesloven § 13-2 tredje ledd"
    if kind == ReferralKind.BAILIFF and ground in (Ground.UNPAID, Ground.EXPIRED):
        yield Condition(
            "lease.signed",
            group,
            clause,
            facts.signed_on is not None and facts.signed_on <= day,
            {"on": facts.signed_on},
            "lease",
        )
        has = facts.has_clause_a if ground == Ground.UNPAID else facts.has_clause_b
        yield Condition("lease.clause", group, clause, has, {"ground": str(ground)}, "lease")
    if ground == Ground.EXPIRED:
        yield Condition(
            "lease.expired",
            group,
            "husleieloven § 9-2",
            facts.ends_on is not None and facts.ends_on < day,
            {"ends_on": facts.ends_on},
        )
        yield Condition(
            "lease.not_open_ended",
            group,
            "husleieloven § 9-2 tredje ledd",
            facts.expiry == Expiry.CLOCK_STOPPED,
            {"last_safe_on": facts.last_safe_on, "state": str(facts.expiry)},
            "notice" if facts.expiry == Expiry.EXPIRED else "",
        )
    ended = facts.notices.get("termination")
    if ground == Ground.TERMINATED and kind == ReferralKind.BAILIFF:
        yield Condition(
            "termination.not_protested",
            group,
            "husleieloven § 9-8, tvangsfullbyrdelsesloven § 13-2 tredje ledd c",
            ended is not None and ended.protest_on is None,
            {"on": ended.protest_on if ended else None},
        )
    elif ground == Ground.TERMINATED:
        yield from _protested(ended, day)
    if kind == ReferralKind.BAILIFF:
        warned = facts.notices.get("nav_warning")
        reserved_on = warned.reservation_on if warned else None
        is_met = (
            warned is None
            or reserved_on is not None
            or (warned.allowed_from is not None and warned.allowed_from <= day)
        )
        yield Condition(
            "nav.respected",
            group,
            "husleieloven § 9-11",
            is_met,
            {
                "sent_on": warned.sent_on if warned else None,
                "reserved_on": reserved_on,
                "allowed_from": warned.allowed_from if warned else None,
            },
        )


def _protested(ended: NoticeState | None, day: dt.date) -> Iterator[Condition]:
    """§ 9-8: after a protest in time the landlord must sue within three months, or the termination
    lapses. It is the landlord's own deadline, so it never moves."""
    source = "husleieloven § 9-8"
    protest_on = ended.protest_on if ended else None
    yield Condition(
        "termination.protested", Group.LAW, source, protest_on is not None, {"on": protest_on}
    )
    deadline_on = ended.deadline_on if ended else None
    sue_by = add_months(deadline_on, MONTHS_TO_SUE) if deadline_on else None
    yield Condition(
        "termination.sued_in_time",
        Group.LAW,
        source,
        sue_by is not None and day <= sue_by,
        {"sue_by": sue_by},
    )


def _stops(
    facts: GateFacts, kind: ReferralKind, ground: Ground, day: dt.date
) -> Iterator[Condition]:
    """There is something to claim, and nothing stands in the way of claiming it."""
    group = Group.LAW
    is_about_money = ground in (Ground.NONE, Ground.UNPAID)
    if is_about_money:
        owed = facts.overdue_rent_ore if ground == Ground.UNPAID else facts.overdue_ore
        source = "husleieloven § 3-8"
        if ground == Ground.UNPAID:
            source = "tvangsfullbyrdelsesloven § 13-2 tredje ledd a"
        yield Condition("debt.overdue", group, source, owed > 0, {"overdue_ore": owed}, "ledger")
        yield Condition(
            "plan.none_running",
            group,
            "nedbetalingsavtale",
            facts.running_plan_on is None,
            {"on": facts.running_plan_on},
            "plan",
        )
        yield Condition(
            "settlement.none",
            group,
            "gjeldsordningsloven § 3-4",
            facts.settlement_on is None,
            {"on": facts.settlement_on},
            "settlement",
        )
        yield _limitation(facts, day)
    yield Condition(
        "tenants.alive",
        group,
        "husleieloven § 8-2, skifteloven",
        facts.died_on is None,
        {"on": facts.died_on},
        "lease",
    )


def _limitation(facts: GateFacts, day: dt.date) -> Condition:
    """Foreldelsesloven § 2: rent older than three years is looked into before any demand."""
    source = "foreldelsesloven § 2"
    oldest = facts.oldest_due_on
    is_old = oldest is not None and needs_limitation_check(oldest, facts.limitation_years, day)
    more = {"oldest_due_on": oldest, "years": facts.limitation_years, "is_old": is_old}
    if is_old:
        return _answered(
            "limitation.checked", source, facts.limitation, facts, day, Group.LAW, more
        )
    return Condition("limitation.checked", Group.LAW, source, True, more)


# (d) ----------------------------------------------------------------------------------------------


def _privacy(facts: GateFacts, kind: ReferralKind) -> Iterator[Condition]:
    """Code 6 and 7: no protected address goes to a collector. The file has no place for one."""
    if kind == ReferralKind.COLLECTION:
        yield Condition(
            "address.kept_back",
            Group.PRIVACY,
            "folkeregisterloven § 10-4, adressesperre kode 6 og 7",
            True,
            {"is_protected": facts.is_protected},
        )
