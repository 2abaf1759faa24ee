"""A case that leaves the municipality: to whom, on what ground, and which step may follow which.

§§ are of tvangsfullbyrdelsesloven where nothing else is said. Amounts are øre, days inclusive.
"""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from boligsak.dates import add_months, deadline
from boligsak.rule import RuleBroken


class ReferralKind(StrEnum):
    """To whom. Values are stored."""

    COLLECTION = "collection"
    BAILIFF = "bailiff"
    COURT = "court"
    TRIBUNAL = "tribunal"
    DISTRAINT = "distraint"


class Ground(StrEnum):
    """On what. (a), (b) and (c) are § 13-2 third paragraph; everything else goes to court."""

    UNPAID = "a"
    EXPIRED = "b"
    TERMINATED = "c"
    NUISANCE = "heving"
    NONE = "none"
    """A claim of money only."""


class Reason(StrEnum):
    """Why, in the figures: every petition has one."""

    ARREARS = "arrears"
    EXPIRED = "expired"
    NUISANCE = "nuisance"


GROUNDS: dict[ReferralKind, tuple[Ground, ...]] = {
    ReferralKind.COLLECTION: (Ground.NONE,),
    ReferralKind.BAILIFF: (Ground.UNPAID, Ground.EXPIRED, Ground.TERMINATED),
    ReferralKind.COURT: (Ground.NUISANCE, Ground.TERMINATED),
    ReferralKind.TRIBUNAL: (Ground.NONE, Ground.TERMINATED, Ground.NUISANCE),
    ReferralKind.DISTRAINT: (Ground.NONE,),
}
"""What each may be asked for. A termination that was protested goes to court (§ 9-8), one that was
not to the bailiff (c); nuisance (husleieloven § 9-9) never goes to the bailiff."""

REASONS: dict[Ground, tuple[Reason, ...]] = {
    Ground.UNPAID: (Reason.ARREARS,),
    Ground.EXPIRED: (Reason.EXPIRED,),
    Ground.TERMINATED: (Reason.ARREARS, Reason.NUISANCE, Reason.EXPIRED),
    Ground.NUISANCE: (Reason.NUISANCE,),
    Ground.NONE: (Reason.ARREARS,),
}
"""Which reasons a ground can have. The first is proposed."""


_SPECIFIED = ("lease", "warning", "proof", "specification")

ATTACHMENTS: dict[tuple[ReferralKind, Ground], tuple[str, ...]] = {
    (ReferralKind.BAILIFF, Ground.UNPAID): _SPECIFIED,
    (ReferralKind.BAILIFF, Ground.EXPIRED): ("lease", "move_request", "warning", "proof"),
    (ReferralKind.BAILIFF, Ground.TERMINATED): (
        "lease",
        "termination",
        "receipt",
        "warning",
        "proof",
    ),
    (ReferralKind.DISTRAINT, Ground.NONE): ("warning", "proof", "specification"),
    (ReferralKind.TRIBUNAL, Ground.NONE): ("lease", "specification"),
    (ReferralKind.TRIBUNAL, Ground.TERMINATED): ("lease", "termination", "receipt"),
    (ReferralKind.TRIBUNAL, Ground.NUISANCE): ("lease", "warning", "proof"),
    (ReferralKind.COURT, Ground.TERMINATED): ("lease", "termination", "receipt"),
    (ReferralKind.COURT, Ground.NUISANCE): ("lease", "warning", "proof"),
    (ReferralKind.COLLECTION, Ground.NONE): (),
}
"""What must follow it. § 5-2 from 1 January 2026: of a petition for eviction the lease with its
clause, the warning, proof of sending, and for unpaid rent a specification of the arrears."""


def check_ground(kind: ReferralKind, ground: Ground) -> None:
    """Raises RuleBroken("referral.ground", …) for a ground that this kind cannot rest on."""
    if ground not in GROUNDS[kind]:
        raise RuleBroken(
            "referral.ground", kind=str(kind), ground=str(ground), may=[*map(str, GROUNDS[kind])]
        )


def check_reason(ground: Ground, reason: Reason) -> None:
    """Raises RuleBroken("referral.reason", …) for a reason that this ground cannot have."""
    if reason not in REASONS[ground]:
        raise RuleBroken(
            "referral.reason",
            ground=str(ground),
            reason=str(reason),
            may=[*map(str, REASONS[ground])],
        )


class State(StrEnum):
    """Where a referral stands. Values are stored."""

    PREPARED = "prepared"
    FILED = "filed"
    DATE_SET = "date_set"
    POSTPONED = "postponed"
    PAID_UP = "paid_up"
    WITHDRAWN = "withdrawn"
    CARRIED_OUT = "carried_out"
    ENDED = "ended"


class Step(StrEnum):
    """What can be done with a referral. Values are stored as what happened."""

    FILE = "file"
    SET_DATE = "set_date"
    POSTPONE = "postpone"
    PAY_UP = "pay_up"
    WITHDRAW = "withdraw"
    CARRY_OUT = "carry_out"
    END = "end"


NEXT: dict[State, dict[Step, State]] = {
    State.PREPARED: {Step.FILE: State.FILED, Step.WITHDRAW: State.WITHDRAWN},
    State.FILED: {
        Step.SET_DATE: State.DATE_SET,
        Step.PAY_UP: State.PAID_UP,
        Step.WITHDRAW: State.WITHDRAWN,
        Step.END: State.ENDED,
    },
    State.DATE_SET: {
        Step.SET_DATE: State.DATE_SET,
        Step.POSTPONE: State.POSTPONED,
        Step.PAY_UP: State.PAID_UP,
        Step.WITHDRAW: State.WITHDRAWN,
        Step.CARRY_OUT: State.CARRIED_OUT,
    },
    State.POSTPONED: {
        Step.SET_DATE: State.DATE_SET,
        Step.PAY_UP: State.PAID_UP,
        Step.WITHDRAW: State.WITHDRAWN,
    },
    State.PAID_UP: {},
    State.WITHDRAWN: {},
    State.CARRIED_OUT: {},
    State.ENDED: {},
}
"""Which step leads from one state to another."""

RUNNING = frozenset({State.PREPARED, State.FILED, State.DATE_SET, State.POSTPONED})

_EVICTION_ONLY = frozenset({Step.SET_DATE, Step.POSTPONE, Step.CARRY_OUT})


class Standing(NamedTuple):
    """A referral as far as its next step goes. Dates inclusive."""

    kind: ReferralKind
    ground: Ground
    state: State
    made_on: dt.date
    filed_on: dt.date | None = None
    comment_by_on: dt.date | None = None
    """Last day of the tenant's fourteen days to comment."""
    eviction_on: dt.date | None = None
    lock_changed_on: dt.date | None = None
    has_children: bool = False
    has_temporary_home: bool = False


def steps(standing: Standing) -> tuple[Step, ...]:
    """The steps that are open from where it stands, whatever the day.

    A payment stops an eviction on ground (a) only; a claim of money it settles too.
    """
    found = NEXT[standing.state]
    if standing.kind != ReferralKind.BAILIFF:
        found = {step: to for step, to in found.items() if step not in _EVICTION_ONLY}
    elif standing.state == State.FILED:
        # A petition for eviction ends by being carried out, paid up or withdrawn.
        found = {step: to for step, to in found.items() if step != Step.END}
    if standing.ground not in (Ground.UNPAID, Ground.NONE):
        found = {step: to for step, to in found.items() if step != Step.PAY_UP}
    return tuple(found)


def after(standing: Standing, step: Step, on: dt.date) -> State:
    """The state that `step` leads to on `on`.

    Raises RuleBroken: "referral.step" when it does not follow from the state;
    "referral.pay_up_other_ground" for a payment on ground (b) or (c): it stops ground (a) only;
    "referral.before" for a day before the referral's own last one; "referral.comment_runs" for an
    eviction carried out inside the tenant's fourteen days; "referral.before_eviction_date";
    "referral.lock_changed" for a payment after the lock was changed.
    """
    if step == Step.PAY_UP and standing.ground not in (Ground.UNPAID, Ground.NONE):
        raise RuleBroken("referral.pay_up_other_ground", ground=str(standing.ground))
    if standing.lock_changed_on is not None and step == Step.PAY_UP:
        raise RuleBroken("referral.lock_changed", on=standing.lock_changed_on)
    if step not in steps(standing):
        raise RuleBroken(
            "referral.step", step=str(step), state=str(standing.state), kind=str(standing.kind)
        )
    latest = standing.filed_on or standing.made_on
    if on < latest:
        raise RuleBroken("referral.before", on=on, latest=latest)
    if step == Step.CARRY_OUT:
        _check_carried_out(standing, on)
    return NEXT[standing.state][step]


def _check_carried_out(standing: Standing, on: dt.date) -> None:
    last = standing.comment_by_on
    if last is not None and on <= last:
        raise RuleBroken("referral.comment_runs", allowed_from=last + dt.timedelta(days=1))
    if standing.eviction_on is not None and on < standing.eviction_on:
        raise RuleBroken("referral.before_eviction_date", eviction_on=standing.eviction_on)
    if standing.has_children and not standing.has_temporary_home:
        raise RuleBroken("referral.no_temporary_home")


def check_eviction_date(standing: Standing, eviction_on: dt.date) -> None:
    """The bailiff sets no day inside the tenant's fourteen: such a day is mistyped.

    Raises RuleBroken("referral.comment_runs", allowed_from).
    """
    last = standing.comment_by_on
    if last is not None and eviction_on <= last:
        raise RuleBroken("referral.comment_runs", allowed_from=last + dt.timedelta(days=1))


def comment_by(filed_on: dt.date, days: int) -> dt.date:
    """The last day of the tenant's deadline to comment on a petition filed on `filed_on`.

    It is the tenant's, so it moves to the next working day (domstolloven § 149).
    """
    return deadline(filed_on, days, moves=True)


class Claim(NamedTuple):
    """A charge a petition rests on, as it stands open."""

    kind: str
    open_ore: int


PRINCIPAL_KINDS = frozenset({"rent", "utilities"})
"""What the claim itself is: rent and § 3-4 charges."""

ADDITIONAL_KINDS = frozenset({"fee", "interest"})
"""What comes on top of it: fees for reminders and notices, and late interest."""


class Split(NamedTuple):
    """§ 5-2: the claim, principal and additional apart. `left_out_ore` is for neither."""

    principal_ore: int
    additional_ore: int
    left_out_ore: int


def split_claims(claims: Iterable[Claim], kind: ReferralKind) -> Split:
    """§ 5-2 second paragraph: the petition states the principal and additional claims each.

    Damages and loans cannot carry an eviction and stay out of a petition to the bailiff; in a claim
    of money they are a part of the principal.
    """
    principal = additional = left_out = 0
    for claim in claims:
        if claim.kind in PRINCIPAL_KINDS:
            principal += claim.open_ore
        elif claim.kind in ADDITIONAL_KINDS:
            additional += claim.open_ore
        elif kind == ReferralKind.BAILIFF:
            left_out += claim.open_ore
        else:
            principal += claim.open_ore
    return Split(principal, additional, left_out)


def needs_limitation_check(due_on: dt.date, years: int, day: dt.date) -> bool:
    """Foreldelsesloven § 2: whether a claim that fell due on `due_on` is older than `years` (three,
    by law) on `day`: somebody must look into what has interrupted the period."""
    return add_months(due_on, 12 * years) < day
