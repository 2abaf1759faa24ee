"""Notices: what each must say, when it may be sent, which wait it starts and how long it carries.

Whether one may be sent at all is said in `arrears.rules.sending`.

Days are inclusive: `last_on` is the last day of a deadline, `allowed_from` the first day on which
the step that waits for it is lawful. Amounts are øre. Lengths of deadlines are dated rates and come
in as `days`.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from arrears.rules.ledger import EVICTION_KINDS
from boligsak.dates import add_months, deadline

_ONE_DAY = dt.timedelta(days=1)


class Kind(StrEnum):
    """The kinds of notices. Values are stored."""

    REMINDER = "reminder"
    COLLECTION_NOTICE = "collection_notice"
    PAYMENT_DEMAND = "payment_demand"
    WARNING_A = "warning_a"
    WARNING_B = "warning_b"
    WARNING_C = "warning_c"
    MOVE_REQUEST = "move_request"
    TERMINATION = "termination"
    NUISANCE_WARNING = "nuisance_warning"
    NAV_WARNING = "nav_warning"


EITHER_SIDE = frozenset({"landlord", "welfare"})
"""Who speaks to the tenant for the municipality …"""

LANDLORD_ONLY = frozenset({"landlord"})
"""… and who alone ends a tenancy."""

_ANY_MONEY = frozenset({"rent", "utilities", "damage", "loan", "opening"})
"""What a demand may name. A fee or interest is never claimed alone, and no interest on it."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """What the law says of one kind.

    `names` are the kinds of charges it may name (empty: it is not about money). `wait` is the rate
    that holds the length of its deadline in days; `moves` whether a deadline that ends on a day off
    moves to the next working day (domstolloven § 149, only where that favours the tenant).
    `needs_recent_email`: by e-mail it counts only to an address the tenant has used lately.
    `content` must all stand in the text, and `after` must have been sent, and its deadline be over.
    """

    law: str
    content: tuple[str, ...]
    names: frozenset[str] = frozenset()
    wait: str = ""
    moves: bool = True
    fee: str = ""
    after: Kind | None = None
    needs_recent_email: bool = False
    senders: frozenset[str] = EITHER_SIDE


_MONEY = ("charges", "total", "pay_to")
_EVICTION = "tvangsfullbyrdelsesloven § 4-18"

KINDS: dict[Kind, KindRule] = {
    Kind.REMINDER: KindRule(
        law="inkassoforskriften kap. 1",
        content=(*_MONEY, "deadline"),
        names=_ANY_MONEY,
        wait="reminder-deadline",
        fee="reminder-fee",
    ),
    Kind.COLLECTION_NOTICE: KindRule(
        law="inkassoloven § 9",
        content=(*_MONEY, "deadline", "collection_follows", "objections"),
        names=_ANY_MONEY,
        wait="collection-notice",
        moves=False,  # the fourteen days of § 9 never move, not even for the tenant
        fee="reminder-fee",
    ),
    Kind.PAYMENT_DEMAND: KindRule(
        law="inkassoloven § 10",
        content=(*_MONEY, "basis", "deadline", "costs_follow", "objections"),
        names=_ANY_MONEY,
        wait="payment-demand",
        fee="payment-demand-fee",
        after=Kind.COLLECTION_NOTICE,
    ),
    Kind.WARNING_A: KindRule(
        law=f"{_EVICTION}, jf. § 13-2 (3) a",
        content=(*_MONEY, "deadline", "eviction_follows", "avoid_eviction", "nav_reservation"),
        names=frozenset(EVICTION_KINDS),
        wait="eviction-warning",
        needs_recent_email=True,
    ),
    Kind.WARNING_B: KindRule(
        law=f"{_EVICTION}, jf. § 13-2 (3) b",
        content=("term_ended", "move_out", "deadline", "eviction_follows", "nav_reservation"),
        wait="eviction-warning",
        needs_recent_email=True,
    ),
    Kind.WARNING_C: KindRule(
        law=f"{_EVICTION}, jf. § 13-2 (3) c",
        content=("terminated", "move_out", "deadline", "eviction_follows", "nav_reservation"),
        wait="eviction-warning",
        after=Kind.TERMINATION,
        needs_recent_email=True,
    ),
    Kind.MOVE_REQUEST: KindRule(
        law="husleieloven § 9-2",
        content=("term_ended", "move_out"),
        needs_recent_email=True,
    ),
    Kind.TERMINATION: KindRule(
        law="husleieloven §§ 9-5 til 9-8",
        content=("reasons", "notice_period", "protest_right", "protest_consequence"),
        needs_recent_email=True,
        senders=LANDLORD_ONLY,
    ),
    Kind.NUISANCE_WARNING: KindRule(
        law="husleieloven § 9-9",
        content=("behaviour", "must_end", "may_be_cancelled"),
    ),
    Kind.NAV_WARNING: KindRule(
        law="husleieloven § 9-11",
        content=("nav_told", "petition_reason", "copy_to_tenant"),
        wait="nav-warning",
    ),
}

WARNINGS = (Kind.WARNING_A, Kind.WARNING_B, Kind.WARNING_C)


# --- Deadlines --------------------------------------------------------------------------------


class Term(NamedTuple):
    """A deadline: its last day, and the first day on which what waits for it may be done."""

    last_on: dt.date
    allowed_from: dt.date


def term(kind: Kind, sent_on: dt.date, days: int) -> Term:
    """The deadline a notice of this kind starts when it is sent.

    Whole days, the day of sending not counted: a warning sent 1 June runs to the end of 15 June,
    and the petition may be filed on 16 June (tvangsfullbyrdelsesloven § 4-18).
    """
    last_on = deadline(sent_on, days, moves=KINDS[kind].moves)
    return Term(last_on, last_on + _ONE_DAY)


class TerminationTerm(NamedTuple):
    """§§ 9-6 to 9-8, all days inclusive.

    `end_on`: last day of the notice period. `protest_last_on`: last day of the tenant's month to
    protest, None while no receipt is documented. `suit_last_on`: the landlord's last day to sue
    after a protest. `opens_from`: first day on which ground (c) is open, None while it is not.
    `void_from`: the day from which a protested termination is void for want of a suit.
    """

    end_on: dt.date
    protest_last_on: dt.date | None
    suit_last_on: dt.date | None
    opens_from: dt.date | None
    void_from: dt.date | None


MONTHS_TO_PROTEST = 1
MONTHS_TO_SUE = 3
NOTICE_MONTHS = 3


def notice_period_ends(received_on: dt.date, months: int = NOTICE_MONTHS) -> dt.date:
    """§ 9-6: the notice period is three months (or what is agreed) to the end of a calendar month.

    Received 10 January: over on 30 April.
    """
    full = add_months(received_on, months)
    return add_months(full.replace(day=1), 1) - _ONE_DAY


def protest_by(received_on: dt.date) -> dt.date:
    """§ 9-8: the tenant may protest in writing within one month of receipt; the last day moves to
    a working day, for that gives the tenant more time. Received 10 January → 10 February."""
    return deadline(_protest_month(received_on), 0, moves=True)


def sue_by(received_on: dt.date) -> dt.date:
    """§ 9-8: after a protest the termination lapses unless the landlord sues within three months
    of the protest's deadline. The landlord's day never moves, and is counted from the month itself:
    received 10 January → protest by 10 February → suit by 10 May."""
    return add_months(_protest_month(received_on), MONTHS_TO_SUE)


def _protest_month(received_on: dt.date) -> dt.date:
    return add_months(received_on, MONTHS_TO_PROTEST)


def termination_term(
    sent_on: dt.date,
    received: Iterable[dt.date | None],
    protests: Iterable[dt.date] = (),
    *,
    months: int = NOTICE_MONTHS,
    sued_on: dt.date | None = None,
) -> TerminationTerm:
    """Where a termination leads, with the documented receipt of each joint tenant (None: none).

    The tenants' days are counted from the last of them to receive it, the landlord's from the
    first. A protest after the month does not count. Without receipt from everybody the month to
    protest has not begun, and ground (c) never opens; a protest that has come all the same is in
    time, and the landlord's months to sue run whether or not anybody documented the receipt.
    """
    days = list(received)
    known = [day for day in days if day is not None]
    latest = max(known, default=sent_on)
    end_on = notice_period_ends(latest, months)
    is_documented = bool(known) and len(known) == len(days)
    last_on = protest_by(latest) if is_documented else None
    in_time = [day for day in protests if last_on is None or day <= last_on]
    if not in_time:
        opens_from = max(end_on, last_on) + _ONE_DAY if last_on else None
        return TerminationTerm(end_on, last_on, None, opens_from, None)
    suit_on = sue_by(min(known, default=sent_on))
    if suit_on < min(in_time):
        # Somebody was served much later: the months to sue had not begun when their own ran.
        suit_on = add_months(min(in_time), MONTHS_TO_SUE)
    is_sued = sued_on is not None and sued_on <= suit_on
    return TerminationTerm(end_on, last_on, suit_on, None, None if is_sued else suit_on + _ONE_DAY)


# --- What is named, and what was sent ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge a notice could name. `open_ore` is what is open of it outside what is deposited as
    disputed (§ 3-8); `fees` is how many fees have been taken on it."""

    line_id: int
    kind: str
    due_on: dt.date
    open_ore: int
    disputed_ore: int = 0
    fees: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice that was sent and not withdrawn."""

    id: int
    kind: Kind
    sent_on: dt.date
    last_on: dt.date | None
    allowed_from: dt.date | None
    line_ids: frozenset[int] = frozenset()
    received: tuple[dt.date | None, ...] = ()
    """Documented receipt of each tenant it was served on, None where there is none."""
    protests: tuple[dt.date, ...] = ()
    reserved_on: dt.date | None = None
    months: int = NOTICE_MONTHS


def newest(sent: Iterable[Sent], kind: Kind) -> Sent | None:
    """The one sent last, of this kind."""
    found = [notice for notice in sent if notice.kind is kind]
    return max(found, key=lambda notice: (notice.sent_on, notice.id), default=None)


# --- How long it carries ----------------------------------------------------------------------


def carrying_lines(
    notice: Sent,
    open_ore: Mapping[int, int],
    deferred: Mapping[int, Collection[tuple[dt.date, dt.date | None]]],
    day: dt.date,
) -> frozenset[int]:
    """The charges on which a notice still carries: those it named that are partly open and have not
    been deferred by a plan since ("fourteen days and a balance" is not the rule).

    `open_ore` is what is open of each charge now. `deferred` gives, by charge, the plans that cover
    it as (signed on, ended on; None while it runs): a plan that ran on any day from the sending on
    has deferred the charge for good, and a new notice is needed.
    """
    return frozenset(
        line_id
        for line_id in notice.line_ids
        if open_ore.get(line_id, 0) > 0
        and not any(
            signed_on <= day and (ended_on is None or ended_on > notice.sent_on)
            for signed_on, ended_on in deferred.get(line_id, ())
        )
    )


def carries(notice: Sent, lines: Collection[int], day: dt.date, sued_on: dt.date | None) -> bool:
    """Whether a later step can rest on the notice on `day`. `lines`: from `carrying_lines`."""
    if KINDS[notice.kind].names:
        return bool(lines)
    if notice.kind is Kind.TERMINATION:
        found = termination_term(
            notice.sent_on, notice.received, notice.protests, months=notice.months, sued_on=sued_on
        )
        return found.void_from is None or day < found.void_from
    return True


class Standing(NamedTuple):
    """The latest notice of one kind, as the steps after it need it.

    `deadline_on` is the last day, `allowed_from` the first day on which the next step is lawful
    (None: not yet known, or never). `is_carrying`: see `carries`.
    """

    notice_id: int
    kind: Kind
    sent_on: dt.date
    deadline_on: dt.date | None
    allowed_from: dt.date | None
    is_carrying: bool
    named_line_ids: frozenset[int] = frozenset()
    carrying_line_ids: frozenset[int] = frozenset()
    served_to_all: bool = True
    sue_by_on: dt.date | None = None
    """Of a termination that was protested in time: the landlord's last day to sue (§ 9-8)."""
    protest_on: dt.date | None = None
    reservation_on: dt.date | None = None


def standing(found: Collection[Standing], day: dt.date) -> Standing:
    """The one of several notices of a kind that the next step rests on: of those that carry, the
    latest whose wait is over, else the one whose wait ends first (a second warning does not undo
    the first); where none carries, the latest."""
    carrying = [one for one in found if one.is_carrying]
    if not carrying:
        return max(found, key=lambda one: (one.sent_on, one.notice_id))
    over = [one for one in carrying if one.allowed_from is not None and one.allowed_from <= day]
    if over:
        return max(over, key=lambda one: (one.sent_on, one.notice_id))
    return min(carrying, key=lambda one: (one.allowed_from or dt.date.max, one.notice_id))


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What has been sent on a lease. `latest` has by kind the one the next step rests on (see
    `standing`). `protest_on` is a protest in time against the latest termination, `nav_warned_on`
    the day Nav was warned and `reservation_on` a tenant's reservation against that."""

    latest: Mapping[str, Standing] = field(default_factory=dict)
    served_to_all: bool = True
    protest_on: dt.date | None = None
    reservation_on: dt.date | None = None
    nav_warned_on: dt.date | None = None

    def of(self, kind: str) -> Standing | None:
        """The one of a kind that counts, whether it carries or not."""
        return self.latest.get(kind)

    def carrying(self, kind: str) -> Standing | None:
        """The one of a kind that a later step can rest on, None when there is none."""
        found = self.latest.get(kind)
        return found if found is not None and found.is_carrying else None
