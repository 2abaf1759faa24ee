"""The clock of a case: which legal deadlines run on a day, and what is lawful from which day.

Days are inclusive: `last_on` is a deadline's last day. Nothing here counts days itself; that is
done in `arrears.rules.notices` and `tenants.rules.leases`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arrears.rules.notices import (
    KINDS,
    WARNINGS,
    Kind,
    Sent,
    Standing,
    termination_term,
)
from arrears.rules.sending import barred_from
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state

_ONE_DAY = dt.timedelta(days=1)

BARRED_SOON_DAYS = 180
"""A limitation is shown when it is this near: before that, nobody has to act on it."""

TERM_SOON_DAYS = 180
"""The end of an agreed term is shown from half a year before."""

TENANT, LANDLORD = "tenant", "landlord"


class Running(NamedTuple):
    """A deadline that runs, or what it has opened.

    `what` names it, `law` its §, `whose` deadline it is. It runs from `from_on` to `last_on` (None:
    the law sets no last day). `then` is what comes of it and `then_from` the first day of that
    (None: not until something else happens). `is_over`: the last day has passed.
    """

    what: str
    law: str
    from_on: dt.date
    last_on: dt.date | None
    then: str
    then_from: dt.date | None = None
    whose: str = TENANT
    is_over: bool = False
    notice_id: int | None = None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the clock of one case is read from. `sent` are the notices sent and not withdrawn,
    `standing` the latest of each kind; `oldest_rent_due_on` is the oldest open charge."""

    lease: LeaseFacts
    sent: tuple[Sent, ...] = ()
    standing: Mapping[str, Standing] | None = None
    oldest_due_on: dt.date | None = None
    limitation_years: int | None = None
    died_on: dt.date | None = None
    sued_on: dt.date | None = None


_THEN = {
    Kind.REMINDER: "collection_notice",
    Kind.COLLECTION_NOTICE: "payment_demand",
    Kind.PAYMENT_DEMAND: "collection",
    Kind.WARNING_A: "petition",
    Kind.WARNING_B: "petition",
    Kind.WARNING_C: "petition",
    Kind.NAV_WARNING: "petition",
}
"""What the end of a notice's deadline opens."""


def clock(facts: ClockFacts, day: dt.date) -> list[Running]:
    """The deadlines that matter on `day`: those that run, soonest first, then what has opened."""
    found = [
        *_death(facts, day),
        *_expiry(facts.lease, day),
        *_notices(facts, day),
        *_termination(facts, day),
        *_limitation(facts, day),
    ]
    return sorted(found, key=_order)


def _order(running: Running) -> tuple[bool, dt.date, str]:
    return running.is_over, running.last_on or dt.date.max, running.what


def _expiry(lease: LeaseFacts, day: dt.date) -> Iterable[Running]:
    """§ 9-2: while the term is over and nobody has asked the tenant to move, the landlord's three
    months run; they do not move for a day off."""
    state = expiry_state(lease, day)
    if state.expiry is Expiry.EXPIRED and state.last_safe_on and state.ends_on:
        yield Running(
            "move_request",
            "husleieloven § 9-2",
            state.ends_on + _ONE_DAY,
            state.last_safe_on,
            "open_ended",
            state.last_safe_on + _ONE_DAY,
            LANDLORD,
        )
    soon = day + dt.timedelta(days=TERM_SOON_DAYS)
    if state.expiry is Expiry.RUNNING and state.ends_on and state.ends_on <= soon:
        yield Running(
            "term", "husleieloven § 9-2", lease.starts_on, state.ends_on, "expired", state.next_on
        )


def _notices(facts: ClockFacts, day: dt.date) -> Iterable[Running]:
    """The wait that each latest notice started. What no longer carries has nothing to wait for."""
    for kind, standing in sorted((facts.standing or {}).items()):
        if Kind(kind) not in _THEN or standing.deadline_on is None or standing.sent_on > day:
            continue
        if not standing.is_carrying:
            continue
        yield Running(
            kind,
            KINDS[Kind(kind)].law,
            standing.sent_on,
            standing.deadline_on,
            _THEN[Kind(kind)],
            standing.allowed_from,
            TENANT,
            standing.deadline_on < day,
            standing.notice_id,
        )


def _termination(facts: ClockFacts, day: dt.date) -> Iterable[Running]:
    """§§ 9-6 to 9-8: the notice period, the tenant's month to protest, the landlord's three months
    to sue."""
    ended = [n for n in facts.sent if n.kind is Kind.TERMINATION and n.sent_on <= day]
    if not ended:
        return
    notice = max(ended, key=lambda one: (one.sent_on, one.id))
    found = termination_term(
        notice.sent_on,
        notice.received,
        notice.protests,
        months=notice.months,
        sued_on=facts.sued_on,
    )
    law = "husleieloven § 9-8"
    if found.void_from is not None and day >= found.void_from:
        return
    if found.protest_last_on is None and found.suit_last_on is None:
        yield Running("receipt", law, notice.sent_on, None, "protest", None, LANDLORD)
    elif found.suit_last_on is None and found.protest_last_on is not None:
        yield Running(
            "protest",
            law,
            min(on for on in notice.received if on),
            found.protest_last_on,
            "warning_c",
            found.opens_from,
            TENANT,
            found.protest_last_on < day,
            notice.id,
        )
    elif found.void_from is not None:
        yield Running(
            "suit",
            law,
            min(notice.protests),
            found.suit_last_on,
            "void",
            found.void_from,
            LANDLORD,
            False,
            notice.id,
        )
    yield Running(
        "notice_period",
        "husleieloven § 9-6",
        notice.sent_on,
        found.end_on,
        "move_out",
        found.end_on + _ONE_DAY,
        TENANT,
        found.end_on < day,
        notice.id,
    )


def _limitation(facts: ClockFacts, day: dt.date) -> Iterable[Running]:
    """Foreldelsesloven § 2: the oldest open charge, when its years are nearly or wholly over."""
    if facts.oldest_due_on is None or facts.limitation_years is None:
        return
    barred_on = barred_from(facts.oldest_due_on, facts.limitation_years)
    if barred_on - dt.timedelta(days=BARRED_SOON_DAYS) <= day:
        yield Running(
            "limitation",
            "foreldelsesloven § 2",
            facts.oldest_due_on,
            barred_on - _ONE_DAY,
            "barred",
            barred_on,
            LANDLORD,
            barred_on <= day,
        )


def _death(facts: ClockFacts, day: dt.date) -> Iterable[Running]:
    """§§ 8-2 and 9-10: dunning stops, the estate and the household are asked what they want."""
    if facts.died_on is not None and facts.died_on <= day:
        yield Running(
            "estate", "husleieloven §§ 8-2, 9-10", facts.died_on, None, "", None, LANDLORD
        )


def next_deadline(running: Sequence[Running]) -> Running | None:
    """The deadline that ends first of those that are not over; None when nothing runs."""
    left = [one for one in running if not one.is_over and one.last_on is not None]
    return min(left, key=_order, default=None)


def petition_from(running: Iterable[Running]) -> dt.date | None:
    """The first day a petition is lawful by the waits that run here; None when no warning under
    § 4-18 carries."""
    waits = [one for one in running if one.then == "petition"]
    if not any(one.what in WARNINGS for one in waits):
        return None
    return max((one.then_from for one in waits if one.then_from), default=None)
