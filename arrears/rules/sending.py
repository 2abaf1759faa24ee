"""When a notice may be sent, what it may name, and by which channel.

A refusal says what is in the way; where only time is missing, its `from_on` says from when.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from arrears.rules.notices import (
    KINDS,
    WARNINGS,
    Kind,
    OpenCharge,
    Sent,
    newest,
    termination_term,
)
from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state, last_safe_day

_ONE_DAY = dt.timedelta(days=1)


# --- What a notice names ----------------------------------------------------------------------


def barred_from(due_on: dt.date, years: int) -> dt.date:
    """Foreldelsesloven §§ 2 and 3: the first day on which a claim is barred. The last day to act is
    the creditor's own and does not move."""
    return add_months(due_on, 12 * years) + _ONE_DAY


def nameable(kind: Kind, charges: Iterable[OpenCharge], on: dt.date) -> list[OpenCharge]:
    """Those a notice of this kind may name when it is sent on `on`: of a kind it is for, fallen due
    before that day, and partly open outside what is disputed."""
    names = KINDS[kind].names
    return [
        charge
        for charge in charges
        if charge.kind in names and charge.due_on < on and charge.open_ore > 0
    ]


def check_named(
    kind: Kind,
    named: Collection[OpenCharge],
    on: dt.date,
    *,
    limitation_years: int,
    interrupted: str = "",
) -> None:
    """A notice about money names charges, each fallen due before it is sent, of a kind it is for,
    and open. Rent older than `limitation_years` is named only with a word on what interrupted the
    limitation.

    Raises RuleBroken: "notice.names_nothing", "notice.wrong_charge", "notice.not_due" (due_on,
    from_on), "notice.rests" (a charge that is paid or wholly deposited) or "notice.barred"
    (due_on, barred_on).
    """
    rule = KINDS[kind]
    if not rule.names:
        return
    if not named:
        raise RuleBroken("notice.names_nothing", kind=kind)
    for charge in named:
        if charge.kind not in rule.names:
            raise RuleBroken("notice.wrong_charge", kind=kind, charge=charge.kind)
        if charge.due_on >= on:
            raise RuleBroken(
                "notice.not_due", due_on=charge.due_on, from_on=charge.due_on + _ONE_DAY
            )
        if charge.open_ore <= 0:
            raise RuleBroken("notice.rests", due_on=charge.due_on)
        barred_on = barred_from(charge.due_on, limitation_years)
        if on >= barred_on and not interrupted.strip():
            raise RuleBroken("notice.barred", due_on=charge.due_on, barred_on=barred_on)


# --- What stands in the way -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Situation:
    """What must be known before a notice is sent.

    `died_on` is the death of a tenant, `plan_from` the signing day of a running repayment plan,
    `settled_to` the last due day covered by an opened debt settlement; None for none of these.
    `own_notice`: the municipality may send inkassovarsel itself on that day, by law and by choice.
    `is_termination_agreed`: a running fixed term can be ended by notice (§ 9-2 second paragraph).
    """

    lease: LeaseFacts
    sent: tuple[Sent, ...] = ()
    died_on: dt.date | None = None
    plan_from: dt.date | None = None
    settled_to: dt.date | None = None
    own_notice: bool = True
    reserved_on: dt.date | None = None
    is_termination_agreed: bool = False
    sued_on: dt.date | None = None


def check_situation(kind: Kind, now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """Whether a notice of this kind may be sent on `on`, all else than its text and its charges.

    Raises RuleBroken with what is in the way; where only time is missing, `from_on` says from when.
    """
    if now.died_on is not None and now.died_on <= on:
        raise RuleBroken("notice.tenant_died", died_on=now.died_on)
    lease = now.lease
    if on < lease.starts_on:
        raise RuleBroken("notice.lease_not_begun", from_on=lease.starts_on)
    if KINDS[kind].names:
        _check_money(kind, now, named)
    if kind in _CHECKS:
        _CHECKS[kind](now, named, on)


def _check_money(kind: Kind, now: Situation, named: Collection[OpenCharge]) -> None:
    """What rests the dunning: a plan that runs, and a debt settlement for what it covers."""
    if now.plan_from is not None:
        raise RuleBroken("notice.plan_runs", signed_on=now.plan_from)
    if now.settled_to is not None and any(c.due_on <= now.settled_to for c in named):
        raise RuleBroken("notice.debt_settlement", covers_to=now.settled_to)


def _check_collection_notice(now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """Inkassoloven § 9: our own notice, while the law lets a creditor send one himself."""
    if not now.own_notice:
        raise RuleBroken("notice.own_notice_over")


def _check_payment_demand(now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """Inkassoloven § 10: after an inkassovarsel that names the claim, when its deadline is over."""
    warned = [n for n in now.sent if n.kind is Kind.COLLECTION_NOTICE and n.sent_on <= on]
    from_on = on
    for charge in named:
        days = [n.allowed_from for n in warned if charge.line_id in n.line_ids and n.allowed_from]
        if not days:
            raise RuleBroken("notice.not_warned", due_on=charge.due_on)
        from_on = max(from_on, min(days))
    if from_on > on:
        raise RuleBroken("notice.too_early", from_on=from_on, law="inkassoloven § 9")


def _check_expired(now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """The warning for ground (b) is sent after the term is over, to a lease that has not become
    open-ended; in one letter with the move request only then too (§ 4-18, § 9-2)."""
    ends_on = now.lease.ends_on
    if ends_on is None:
        raise RuleBroken("notice.no_term")
    if on <= ends_on:
        raise RuleBroken("notice.too_early", from_on=ends_on + _ONE_DAY, law="§ 13-2 (3) b")
    _check_not_open_ended(now.lease, on)


def _check_move_request(now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """§ 9-2 third paragraph: within three months after the term, or it has no effect."""
    if now.lease.ends_on is None:
        raise RuleBroken("notice.no_term")
    _check_not_open_ended(now.lease, on)


def _check_not_open_ended(lease: LeaseFacts, on: dt.date) -> None:
    if lease.ends_on is None or lease.is_outside_tenancy_act:
        return
    if expiry_state(lease, on).expiry is Expiry.OPEN_ENDED:
        raise RuleBroken("notice.open_ended", last_on=last_safe_day(lease.ends_on))


def _check_termination(now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """§ 9-2 second paragraph: a fixed term runs out by itself; it is ended by notice only where
    that is agreed."""
    expiry = expiry_state(now.lease, on)
    if expiry.expiry is Expiry.RUNNING and not now.is_termination_agreed:
        raise RuleBroken("notice.fixed_term", ends_on=expiry.ends_on)


def _check_warning_c(now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """§ 13-2 (3) c: after a termination nobody has protested within the month from documented
    receipt, and when the notice period is over."""
    ended = newest(now.sent, Kind.TERMINATION)
    if ended is None:
        raise RuleBroken("notice.not_terminated")
    found = termination_term(
        ended.sent_on, ended.received, ended.protests, months=ended.months, sued_on=now.sued_on
    )
    if found.suit_last_on is not None:
        raise RuleBroken("notice.protested", protest_on=min(ended.protests))
    if found.protest_last_on is None or found.opens_from is None:
        raise RuleBroken("notice.no_receipt", sent_on=ended.sent_on)
    if on < found.opens_from:
        raise RuleBroken("notice.too_early", from_on=found.opens_from, law="§ 13-2 (3) c")


def _check_nav_warning(now: Situation, named: Collection[OpenCharge], on: dt.date) -> None:
    """§ 9-11: never after the tenant has reserved; a petition must be in sight, so a warning under
    § 4-18 comes before it or with it."""
    if now.reserved_on is not None:
        raise RuleBroken("notice.reserved", reserved_on=now.reserved_on)
    if not any(notice.kind in WARNINGS and notice.sent_on <= on for notice in now.sent):
        raise RuleBroken("notice.no_warning")


_CHECKS = {
    Kind.COLLECTION_NOTICE: _check_collection_notice,
    Kind.PAYMENT_DEMAND: _check_payment_demand,
    Kind.WARNING_B: _check_expired,
    Kind.WARNING_C: _check_warning_c,
    Kind.MOVE_REQUEST: _check_move_request,
    Kind.TERMINATION: _check_termination,
    Kind.NAV_WARNING: _check_nav_warning,
}


def check_content(kind: Kind, present: Collection[str]) -> None:
    """A notice that lacks what the law requires is invalid: it cannot be sent.

    Raises RuleBroken("notice.content_missing", items=[…]) with the codes of what is missing.
    """
    missing = [item for item in KINDS[kind].content if item not in present]
    if missing:
        raise RuleBroken("notice.content_missing", items=missing, law=KINDS[kind].law)


# --- Channels ---------------------------------------------------------------------------------

PAPER, EMAIL, BY_HAND = "letter", "email", frozenset({"home_visit", "meeting"})
CHANNELS = (PAPER, EMAIL, "home_visit", "meeting")
"""How something in writing reaches somebody: sent, or handed over at the door or in a meeting."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a notice is served on. `email_used_on`: the last day the address is known to have
    been used by them; `is_reserved`: against digital contact (KRR)."""

    person_id: int
    is_reserved: bool = False
    email: str = ""
    email_used_on: dt.date | None = None


def check_channel(
    kind: Kind, channel: str, to: Recipient, on: dt.date, *, recent_days: int, proof: str
) -> None:
    """Written, by a channel that reaches the tenant, with something to show for it.

    Who has reserved against digital contact gets paper. Where the law's wait hangs on it (§ 4-18,
    and what comes before it), e-mail counts only to an address the tenant has used within
    `recent_days` days of the sending. Raises RuleBroken "notice.not_written", "notice.no_proof",
    "notice.reserved_digital", "notice.no_email" or "notice.email_not_recent" (used_on, days).
    """
    if channel not in CHANNELS:
        raise RuleBroken("notice.not_written")
    if not proof.strip():
        raise RuleBroken("notice.no_proof")
    if channel != EMAIL:
        return
    if to.is_reserved:
        raise RuleBroken("notice.reserved_digital")
    if not to.email:
        raise RuleBroken("notice.no_email")
    used_on = to.email_used_on
    if KINDS[kind].needs_recent_email and (
        used_on is None or used_on > on or (on - used_on).days > recent_days
    ):
        raise RuleBroken("notice.email_not_recent", used_on=used_on, days=recent_days)


def check_sender(kind: Kind, parties: Collection[str]) -> None:
    """Who may send it, by the parties the sender belongs to; only the landlord ends a tenancy.

    Raises RuleBroken("notice.not_yours", kind).
    """
    if not KINDS[kind].senders & set(parties):
        raise RuleBroken("notice.not_yours", kind=kind)
