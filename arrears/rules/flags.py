"""Which flags a lease carries on a day, why, and when to look at it again.

`decide` is the only place that knows. It is called by the night for the leases that moved or whose
day has come, and by a rebuild for every lease there is, so it does little for a lease that is in
order. A verdict never holds a count of days: it is the same until something happens or until
`next_look_on`.
"""

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from arrears.rules.ledger import RENT_KINDS
from arrears.rules.pattern import pattern_change
from arrears.rules.policy import ArrearsPolicy, Level
from boligsak.dates import rent_due_day
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state

_ONE_DAY = dt.timedelta(days=1)


class FlagKind(StrEnum):
    """What a flag is about. Values are stored."""

    ARREARS = "arrears"
    FIRST_ARREARS = "first_arrears"
    PATTERN = "pattern"
    FORMER_TENANT = "former_tenant"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    OPEN_ENDED = "open_ended"
    PLAN_BROKEN = "plan_broken"
    COMPLAINTS = "complaints"
    NO_CHARGE = "no_charge"
    NO_KID = "no_kid"
    LOOKALIKE = "lookalike"


TERM_KINDS = frozenset({FlagKind.EXPIRING, FlagKind.EXPIRED, FlagKind.OPEN_ENDED})
"""The kinds that follow from the lease's term; the others, but complaints, from its account."""

OPEN_ENDED_LEVEL = 2
PLAN_BROKEN_LEVEL = 3


class OwedCharge(NamedTuple):
    """An open charge. `amount_ore` is what may be open of it: after reductions and deposits."""

    due_on: dt.date
    kind: str
    open_ore: int
    amount_ore: int


class Lookalike(NamedTuple):
    """The oldest unplaced payment that looks as if this tenant had sent it."""

    paid_on: dt.date
    amount_ore: int


class BrokenPlan(NamedTuple):
    """A repayment plan that is broken and not replaced, until everything has been paid since.

    `due_on` is what was missed, `short_ore` by how much on the last day of tolerance.
    """

    broken_on: dt.date
    due_on: dt.date | None
    short_ore: int


class AccountFacts(NamedTuple):
    """What the rules need to know about a lease's money.

    A disputed and deposited part is not in here: it is outside the open charges (§ 3-8).
    """

    balance_ore: int
    open: Sequence[OwedCharge]
    """Oldest due first."""
    monthly_rent_ore: int
    last_due_on: dt.date | None
    """Due day of the newest *rent* charge."""
    kid: str | None
    ever_before: bool | None = None
    """Whether there were arrears before these; None when nobody can know."""
    usual_days_late: int | None = None
    usual_share_permille: int | None = None
    """See `arrears.rules.pattern.Usual`; None when there is no usual."""
    expects_charge: bool = False
    """Whether this lease is to be charged rent every month."""
    lookalike: Lookalike | None = None
    broken_plan: BrokenPlan | None = None


class Verdict(NamedTuple):
    """One flag: kind, level 1–4 and the day it counts from.

    `facts` are JSON values (days as ISO text): `owed_ore` (all overdue), `months_permille` (the
    same in thousandths of a month's rent, or None) and `oldest_due_on` for arrears, first_arrears,
    pattern and former_tenant; also `moved_out_on` for the last; for pattern `usual_days_late`,
    `usual_share_permille`, `share_permille`, `is_later`, `is_smaller`; `ends_on` for the term's
    kinds, with `last_safe_on` while the clock of § 9-2 runs, `move_requested_on` when it was
    stopped, `open_ended_on`, and `is_service_agreement` when it is one; `month` (first day of the
    month that lacks a charge) and `last_due_on` for no_charge; `amount_ore` and `paid_on` for
    lookalike; `broken_on`, `due_on` and `short_ore` for plan_broken.
    """

    kind: FlagKind
    level: int
    anchor_on: dt.date
    facts: dict[str, Any]


class Decision(NamedTuple):
    """The verdicts of a day, and the first later day on which each half can be another without a
    movement or an edit (None: never)."""

    verdicts: tuple[Verdict, ...]
    account_look_on: dt.date | None
    term_look_on: dt.date | None

    @property
    def next_look_on(self) -> dt.date | None:
        return _sooner(self.account_look_on, self.term_look_on)


Part = tuple[tuple[Verdict, ...], dt.date | None]


def decide(
    lease: LeaseFacts, account: AccountFacts, policy: ArrearsPolicy, day: dt.date
) -> Decision:
    """The flags this lease carries on `day` and the day to look at it again."""
    by_account, account_look_on = decide_account(lease, account, policy, day)
    if lease.ends_on is None:
        return Decision(by_account, account_look_on, None)
    by_term, term_look_on = decide_term(lease, policy, day)
    return Decision(by_account + by_term, account_look_on, term_look_on)


def decide_account(
    lease: LeaseFacts, account: AccountFacts, policy: ArrearsPolicy, day: dt.date
) -> Part:
    """Arrears and check-data flags: what follows from the money."""
    verdicts: tuple[Verdict, ...] = ()
    look_on: dt.date | None = None
    moved_out_on = lease.moved_out_on
    if moved_out_on is not None:
        if moved_out_on < day:
            if account.open:
                verdicts, look_on = _former_tenant(moved_out_on, account, policy, day)
            if account.broken_plan is not None:
                verdicts += (_plan_broken(account.broken_plan),)
            if account.lookalike is not None:
                verdicts += (_lookalike(account.lookalike),)
            return verdicts, look_on
        look_on = moved_out_on + _ONE_DAY
    if account.open:
        verdicts, arrears_look_on = _arrears(account, policy, day)
        look_on = _sooner(look_on, arrears_look_on)
    if account.broken_plan is not None:
        verdicts += (_plan_broken(account.broken_plan),)
    if account.expects_charge:
        missing, charge_look_on = _no_charge(lease, account.last_due_on, policy, day)
        verdicts += missing
        look_on = _sooner(look_on, charge_look_on)
    if not account.kid:
        verdicts += (Verdict(FlagKind.NO_KID, 1, lease.starts_on, {}),)
    if account.lookalike is not None:
        verdicts += (_lookalike(account.lookalike),)
    return verdicts, look_on


def decide_term(lease: LeaseFacts, policy: ArrearsPolicy, day: dt.date) -> Part:
    """Expiry flags: what follows from the lease's term, husleieloven § 9-2."""
    state = expiry_state(lease, day)
    expiry, ends_on, last_safe_on = state.expiry, state.ends_on, state.last_safe_on
    if expiry is Expiry.NONE or ends_on is None:
        return (), state.next_on
    facts: dict[str, Any] = {"ends_on": ends_on.isoformat()}
    if lease.is_service_agreement:
        facts["is_service_agreement"] = True
    if expiry is Expiry.RUNNING:
        passed, next_on = _passed(policy.expiry_days, ends_on, day)
        look_on = _sooner(next_on, state.next_on)
        if passed == 0:
            return (), look_on
        return (Verdict(FlagKind.EXPIRING, passed, ends_on, facts),), look_on
    if expiry is Expiry.EXPIRED and last_safe_on is not None:
        passed, next_on = _passed(policy.expired_days_left, last_safe_on, day)
        facts["last_safe_on"] = last_safe_on.isoformat()
        verdict = Verdict(FlagKind.EXPIRED, 1 + passed, ends_on, facts)
        return (verdict,), _sooner(next_on, state.next_on)
    if expiry is Expiry.OPEN_ENDED and last_safe_on is not None:
        since = last_safe_on + _ONE_DAY
        facts["open_ended_on"] = since.isoformat()
        verdict = Verdict(FlagKind.OPEN_ENDED, OPEN_ENDED_LEVEL, since, facts)
        return (verdict,), state.next_on
    if last_safe_on is not None and lease.move_requested_on is not None:
        facts["move_requested_on"] = lease.move_requested_on.isoformat()
    return (Verdict(FlagKind.EXPIRED, 1, ends_on, facts),), state.next_on


def _passed(
    thresholds: tuple[int, ...], last_on: dt.date, day: dt.date
) -> tuple[int, dt.date | None]:
    """How many thresholds of days left until `last_on` are passed, and the day of the next."""
    left = (last_on - day).days
    passed = 0
    for threshold in thresholds:
        if left > threshold:
            return passed, last_on - threshold * _ONE_DAY
        passed += 1
    return passed, None


class _Overdue(NamedTuple):
    owed_ore: int
    anchor_on: dt.date | None
    place: int
    """Where the charge that the anchor comes from stands among the open ones."""
    look_on: dt.date | None


def _overdue(
    open_charges: Sequence[OwedCharge], min_ore: int, grace_days: int, day: dt.date
) -> _Overdue:
    """What is open past its grace, and since when it has come to `min_ore`.

    The anchor is the due day of the oldest overdue charge. A remainder of a few kroner that is
    older than the rest does not count from its own day: the anchor is the charge with which the
    sum, oldest first, reaches `min_ore`.
    """
    overdue_before = day - grace_days * _ONE_DAY
    owed = 0
    anchor_on: dt.date | None = None
    anchor_place = -1
    for place, charge in enumerate(open_charges):
        due_on = charge.due_on
        if due_on >= overdue_before:
            return _Overdue(owed, anchor_on, anchor_place, due_on + (grace_days + 1) * _ONE_DAY)
        owed += charge.open_ore
        if anchor_on is None and owed >= min_ore:
            anchor_on, anchor_place = due_on, place
    return _Overdue(owed, anchor_on, anchor_place, None)


def _level(
    levels: tuple[Level, ...], anchor_on: dt.date, months: int | None, day: dt.date
) -> tuple[int, dt.date | None]:
    """The highest level reached by age or by months' rent, and the day age alone raises it."""
    days = (day - anchor_on).days
    reached = 0
    next_on: dt.date | None = None
    for level in levels:
        by_months = level.months_permille
        if days >= level.days or (
            months is not None and by_months is not None and months >= by_months
        ):
            reached, next_on = level.level, None
        elif next_on is None:
            next_on = anchor_on + level.days * _ONE_DAY
    return reached, next_on


def _months(owed_ore: int, monthly_rent_ore: int) -> int | None:
    return owed_ore * 1000 // monthly_rent_ore if monthly_rent_ore > 0 else None


def _arrears(account: AccountFacts, policy: ArrearsPolicy, day: dt.date) -> Part:
    owed_ore, anchor_on, place, look_on = _overdue(
        account.open, policy.min_ore, policy.grace_days, day
    )
    if anchor_on is None:
        return (), look_on
    months = _months(owed_ore, account.monthly_rent_ore)
    level, level_look_on = _level(policy.levels, anchor_on, months, day)
    look_on = _sooner(look_on, level_look_on)
    if level == 0:
        return (), look_on
    facts = {
        "owed_ore": owed_ore,
        "months_permille": months,
        "oldest_due_on": anchor_on.isoformat(),
    }
    verdicts: tuple[Verdict, ...] = (Verdict(FlagKind.ARREARS, level, anchor_on, facts),)
    if account.ever_before is False:
        verdicts += (Verdict(FlagKind.FIRST_ARREARS, 1, anchor_on, dict(facts)),)
    if account.usual_days_late is None and account.usual_share_permille is None:
        return verdicts, look_on
    pattern, pattern_look_on = _pattern(account, place, facts, policy, day)
    return verdicts + pattern, _sooner(look_on, pattern_look_on)


def _pattern(
    account: AccountFacts,
    place: int,
    facts: dict[str, Any],
    policy: ArrearsPolicy,
    day: dt.date,
) -> Part:
    """The oldest overdue rent, from the anchor on, against this tenant's usual."""
    for charge in account.open[place:]:
        if charge.kind in RENT_KINDS:
            break
    else:
        return (), None
    if charge.due_on >= day - policy.grace_days * _ONE_DAY:
        return (), None  # not overdue; when it is, `_overdue` has asked for a look
    change = pattern_change(
        charge.due_on,
        charge.open_ore,
        charge.amount_ore,
        account.usual_days_late,
        account.usual_share_permille,
        policy,
        day,
    )
    if not (change.is_later or change.is_smaller):
        return (), change.next_on
    pattern = facts | {
        "usual_days_late": account.usual_days_late,
        "usual_share_permille": account.usual_share_permille,
        "share_permille": change.share_permille,
        "is_later": change.is_later,
        "is_smaller": change.is_smaller,
        "oldest_due_on": charge.due_on.isoformat(),
    }
    return (Verdict(FlagKind.PATTERN, 1, charge.due_on, pattern),), change.next_on


def _former_tenant(
    moved_out_on: dt.date, account: AccountFacts, policy: ArrearsPolicy, day: dt.date
) -> Part:
    owed_ore, anchor_on, _, look_on = _overdue(
        account.open, policy.former_min_ore, policy.grace_days, day
    )
    if anchor_on is None:
        return (), look_on
    months = _months(owed_ore, account.monthly_rent_ore)
    level, level_look_on = _level(policy.former_levels, anchor_on, months, day)
    look_on = _sooner(look_on, level_look_on)
    if level == 0:
        return (), look_on
    facts = {
        "owed_ore": owed_ore,
        "months_permille": months,
        "oldest_due_on": anchor_on.isoformat(),
        "moved_out_on": moved_out_on.isoformat(),
    }
    return (Verdict(FlagKind.FORMER_TENANT, level, anchor_on, facts),), look_on


def _no_charge(
    lease: LeaseFacts, last_due_on: dt.date | None, policy: ArrearsPolicy, day: dt.date
) -> Part:
    """The first full month of the tenancy after the last charge, when it should have been here.

    Months are counted from year 0. A part of a first month may be charged any way: not missed.
    """
    starts_on = lease.starts_on
    month = starts_on.year * 12 + starts_on.month - (1 if starts_on.day == 1 else 0)
    if last_due_on is not None:
        month = max(month, last_due_on.year * 12 + last_due_on.month)
    due_on, missing_from = _charge_days(month, policy.due_day, policy.charge_missing_days)
    if lease.moved_out_on is not None and lease.moved_out_on < due_on:
        return (), None
    if day < missing_from:
        return (), missing_from
    facts = {
        "month": due_on.replace(day=1).isoformat(),
        "last_due_on": None if last_due_on is None else last_due_on.isoformat(),
    }
    return (Verdict(FlagKind.NO_CHARGE, 1, due_on, facts),), None


@lru_cache(maxsize=2048)
def _charge_days(month: int, due_day: int, missing_days: int) -> tuple[dt.date, dt.date]:
    """The day rent falls due in a month, and the first day on which its charge is missing."""
    due_on = rent_due_day(dt.date(month // 12, month % 12 + 1, due_day))
    return due_on, due_on + (missing_days + 1) * _ONE_DAY


def _plan_broken(plan: BrokenPlan) -> Verdict:
    facts = {
        "broken_on": plan.broken_on.isoformat(),
        "due_on": None if plan.due_on is None else plan.due_on.isoformat(),
        "short_ore": plan.short_ore,
    }
    return Verdict(FlagKind.PLAN_BROKEN, PLAN_BROKEN_LEVEL, plan.broken_on, facts)


def _lookalike(payment: Lookalike) -> Verdict:
    facts = {"amount_ore": payment.amount_ore, "paid_on": payment.paid_on.isoformat()}
    return Verdict(FlagKind.LOOKALIKE, 1, payment.paid_on, facts)


def _sooner(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    if one is None:
        return other
    return one if other is None or one < other else other
