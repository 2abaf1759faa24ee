"""How a letter is sent: by which channel, when it is tried again, and what may follow what."""

import datetime
import re
from dataclasses import dataclass

from boligsak.rule import RuleBroken

PRINT, EMAIL, DIGITAL, HAND = "print", "email", "digital", "hand"
BY_ITSELF = frozenset({EMAIL, DIGITAL})
"""Channels the worker sends by; the others wait for a person."""

WAITING, TAKEN, SENT = "waiting", "taken", "sent"
FAILED, UNCERTAIN, CANCELLED = "failed", "uncertain", "cancelled"

# What may follow each state. Sent and cancelled are the end: a new dispatch is made instead.
NEXT_STEPS: dict[str, frozenset[str]] = {
    WAITING: frozenset({TAKEN, SENT, FAILED, CANCELLED}),
    TAKEN: frozenset({WAITING, SENT, FAILED, UNCERTAIN, CANCELLED}),
    FAILED: frozenset({WAITING, SENT, CANCELLED}),
    UNCERTAIN: frozenset({WAITING, SENT, CANCELLED}),
    SENT: frozenset(),
    CANCELLED: frozenset(),
}

BACK_OFF = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(minutes=5),
    datetime.timedelta(minutes=30),
    datetime.timedelta(hours=2),
    datetime.timedelta(hours=12),
)

TAKEN_FOR = datetime.timedelta(minutes=10)
"""A worker has sent a letter it has taken within this time, or it was cut off. Longer than any
channel waits for an answer."""

LONGEST_REASON = 200

_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]{2,}")


@dataclass(frozen=True, slots=True)
class Choice:
    """By which channel a letter goes, and why not by the one asked for ("" when it does)."""

    channel: str
    because: str = ""


def check_next(state: str, to: str) -> None:
    """Raises `RuleBroken("dispatch.not_now")` (state) when a dispatch cannot go from one to the
    other."""
    if to not in NEXT_STEPS[state]:
        raise RuleBroken("dispatch.not_now", state=state)


def next_try(attempts: int) -> datetime.timedelta | None:
    """How long to wait after so many attempts that failed; None when it is given up."""
    return BACK_OFF[attempts - 1] if attempts <= len(BACK_OFF) else None


def is_cut_off(taken_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether who took a letter can no longer be sending it."""
    return now - taken_at >= TAKEN_FOR


def why_no_email(
    email: str, used_on: datetime.date | None, on: datetime.date, recent_days: int
) -> str:
    """Tvangsfullbyrdelsesloven § 4-18: a warning goes by e-mail only to an address the recipient
    has recently used. The same is asked of every letter. "" when it may."""
    if not email or not _ADDRESS.fullmatch(email):
        return "dispatch.no_email"
    if used_on is None or used_on > on or (on - used_on).days > recent_days:
        return "dispatch.email_not_recent"
    return ""


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address and the last day it is known to have been used by its owner."""

    email: str = ""
    used_on: datetime.date | None = None


def choose(
    wanted: str,
    *,
    is_protected: bool,
    is_reserved: bool = False,
    may_email: bool,
    to: Address,
    on: datetime.date,
    recent_days: int,
    otherwise: str = PRINT,
) -> Choice:
    """The channel of one letter to one party. `otherwise`: what follows where e-mail may not.

    A protected person's letter is printed and posted by somebody who is cleared, or handed over,
    and never leaves the house by wire. Who is reserved against digital contact gets paper
    (eforvaltningsforskriften § 9); it is asked again when the letter goes. `may_email`: the letter
    says nothing that an ordinary e-mail must not hold.
    """
    if is_protected and wanted in BY_ITSELF:
        return Choice(PRINT, "dispatch.protected")
    if wanted != EMAIL:
        return Choice(wanted)
    if not may_email:
        return Choice(otherwise, "dispatch.not_by_email")
    if is_reserved:
        return Choice(otherwise, "dispatch.reserved")
    because = why_no_email(to.email, to.used_on, on, recent_days)
    return Choice(otherwise, because) if because else Choice(EMAIL)


def last_used(
    asked: Address, known_email: str | None, known_used_on: datetime.date | None
) -> Address:
    """An address with the last day it was used, by what the caller says and what the register knows
    (None: it tells of no address). One that is no longer the person's has not been used."""
    if known_email is None:
        return asked
    if known_email.casefold() != asked.email.casefold():
        return Address(asked.email)
    days = [day for day in (asked.used_on, known_used_on) if day is not None]
    return Address(asked.email, max(days, default=None))


def check_sent_on(sent_on: datetime.date, ready_on: datetime.date, today: datetime.date) -> None:
    """A letter was sent on a day it was there, and not tomorrow.

    Raises `RuleBroken` "dispatch.not_yet" (today) or "dispatch.before_ready" (ready_on).
    """
    if sent_on > today:
        raise RuleBroken("dispatch.not_yet", today=today)
    if sent_on < ready_on:
        raise RuleBroken("dispatch.before_ready", ready_on=ready_on)


def check_reason(text: str, code: str) -> str:
    """The reason without what stands around it. Raises `RuleBroken(code)` when there is none."""
    if not (reason := text.strip()):
        raise RuleBroken(code)
    return reason[:LONGEST_REASON]


def sheets(pages: int) -> int:
    """Sheets of paper for so many pages, printed on both sides."""
    return (pages + 1) // 2
