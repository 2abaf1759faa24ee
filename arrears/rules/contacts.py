"""Contact with the tenant: what counts as having tried, who has been heard, and promises to pay.

Nobody loses a home before somebody has tried to reach them, in more than one way and at their
door, and before their own view has been asked for. Amounts are øre; days are inclusive.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from boligsak.dates import next_working_day
from boligsak.rule import RuleBroken

# The values that are stored (arrears.models.contacts); a test holds the two together.
HOME_VISIT, GUARDIAN = "home_visit", "guardian"
NOT_REACHED, MESSAGE_LEFT, WRONG_NUMBER = "not_reached", "message_left", "wrong_number"
PROMISED = "promised"

IN_WRITING = frozenset({"letter", "sms", "email"})
"""Sent to somebody who is not there when it is sent: a message is all one knows to have left."""

_TALKED = frozenset({"talked", "agreed", PROMISED, "refused"})

FEWEST_CHANNELS = 2

_ONE_DAY = dt.timedelta(days=1)


# --- What counts --------------------------------------------------------------------------------


class NotCounted:
    """Why an attempt does not count. Values are stored."""

    AWAY = "away"
    WRONG_NUMBER = WRONG_NUMBER


def not_counted_because(channel: str, result: str, *, is_away: bool) -> str:
    """Why an attempt is none, or "" where it counts.

    A visit to the home of somebody who is in prison, in hospital or in treatment has reached
    nobody and could not have; nor has what went to a wrong number or address.
    """
    if result == WRONG_NUMBER:
        return NotCounted.WRONG_NUMBER
    if channel == HOME_VISIT and is_away:
        return NotCounted.AWAY
    return ""


def was_reached(result: str) -> bool:
    """Whether somebody was talked with. A message that is left has not been heard yet."""
    return result in _TALKED


def check_result(channel: str, result: str) -> None:
    """What can come of a channel: a letter, an SMS or an e-mail is sent, or goes astray; an answer
    to it is a contact of its own. Raises RuleBroken("contact.result_of_writing")."""
    if channel in IN_WRITING and result not in (MESSAGE_LEFT, WRONG_NUMBER):
        raise RuleBroken("contact.result_of_writing", channel=channel)


# --- The facts of a case --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heard:
    """One tenant's part in the case: whether they have been tried, asked, and have spoken.

    What was entered last counts: `view_on` is the day of a view in their own words, or else
    `missing_because` says why there is none. `invited_on` is the newest invitation to take part.
    Once every tenant is dead it is the estates that are asked.
    """

    person_id: int
    view_on: dt.date | None = None
    missing_because: str = ""
    invited_on: dt.date | None = None
    contacted_on: dt.date | None = None
    has_guardian: bool = False
    guardian_informed_on: dt.date | None = None
    is_dead: bool = False

    @property
    def is_invited_or_heard(self) -> bool:
        return self.view_on is not None or self.invited_on is not None

    @property
    def is_accounted_for(self) -> bool:
        """The view is there, or missing with a reason."""
        return self.view_on is not None or bool(self.missing_because)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What has been tried on a case until a day, all tenants together.

    Only what was done and not withdrawn; `channels`, `home_visit_on` and `first_on` only what
    counts. `view_recorded_on` is the day on which the last of the tenants had spoken, and None
    while one has not; `invited_on` the day on which the last of those who have not spoken was
    invited, and None while one has not been. `view_missing_reason` is there when a view is
    missing, and missing with a reason for all who have not spoken. `no_home_visit_reason` is an
    answer to the gate and filled in there.
    """

    first_on: dt.date | None = None
    last_on: dt.date | None = None
    last_channel: str = ""
    last_result: str = ""
    last_reached: bool | None = None
    reached_on: dt.date | None = None
    channels: frozenset[str] = frozenset()
    home_visit_on: dt.date | None = None
    no_home_visit_reason: str | None = None
    promise_on: dt.date | None = None
    promise_ore: int | None = None
    promise_state: str = ""
    view_recorded_on: dt.date | None = None
    view_missing_reason: str = ""
    invited_on: dt.date | None = None
    planned_visit_on: dt.date | None = None
    guardian_informed_on: dt.date | None = None
    has_guardian: bool = False
    tenants: tuple[Heard, ...] = ()

    @property
    def unheard(self) -> tuple[int, ...]:
        """Tenants (person ids) who have neither spoken nor been invited to."""
        return tuple(one.person_id for one in self.tenants if not one.is_invited_or_heard)

    @property
    def unaccounted(self) -> tuple[int, ...]:
        """Tenants (person ids) whose view is missing without a reason."""
        return tuple(one.person_id for one in self.tenants if not one.is_accounted_for)


class TogetherHeard(NamedTuple):
    """What all tenants of a case come to: the fields of the same names in `ContactFacts`."""

    view_recorded_on: dt.date | None
    view_missing_reason: str
    invited_on: dt.date | None
    has_guardian: bool
    guardian_informed_on: dt.date | None


def to_hear(tenants: Iterable[Heard]) -> tuple[Heard, ...]:
    """Whose view is asked for: the living; when nobody of them lives, the estates."""
    everybody = tuple(tenants)
    return tuple(one for one in everybody if not one.is_dead) or everybody


def together(tenants: Sequence[Heard]) -> TogetherHeard:
    """Joint tenants are each asked, and each one's guardian informed: the case has a view when
    every one of them has spoken, and its guardians know when all of them do."""
    silent = [one for one in tenants if one.view_on is None]
    reasons = [one.missing_because for one in silent]
    informed = [one.guardian_informed_on for one in tenants if one.has_guardian]
    return TogetherHeard(
        view_recorded_on=None if silent else _last([one.view_on for one in tenants]),
        view_missing_reason="; ".join(dict.fromkeys(reasons)) if all(reasons) else "",
        invited_on=_last([one.invited_on for one in silent]),
        has_guardian=bool(informed),
        guardian_informed_on=_last(informed),
    )


def _last(days: Sequence[dt.date | None]) -> dt.date | None:
    """The day by which it was done for all; None while one is missing, or where there is none."""
    done = [on for on in days if on is not None]
    return max(done) if done and len(done) == len(days) else None


def lacks_contact(facts: ContactFacts) -> tuple[str, ...]:
    """What is missing before one may say that the tenant has been contacted: two channels at
    least, and a home visit or a reason why there was none. Codes: "channels", "home_visit"."""
    lacking = []
    if len(facts.channels) < FEWEST_CHANNELS:
        lacking.append("channels")
    if facts.home_visit_on is None and not facts.no_home_visit_reason:
        lacking.append("home_visit")
    return tuple(lacking)


def check_alive(died_on: dt.date | None, on: dt.date) -> None:
    """The dead are not contacted: after the day of the death the estate is.

    Raises RuleBroken("contact.dead", died_on=…).
    """
    if died_on is not None and on > died_on:
        raise RuleBroken("contact.dead", died_on=died_on)


# --- Promises to pay ------------------------------------------------------------------------------


class Promise(NamedTuple):
    """To pay `ore` by `by_on`, said on `said_on`; both days inclusive."""

    id: int
    said_on: dt.date
    by_on: dt.date
    ore: int

    @property
    def last_on(self) -> dt.date:
        """The last value date that keeps it: what is paid on a Sunday has Monday's."""
        return next_working_day(self.by_on)


class Paid(NamedTuple):
    """What came in, by value date. Negative where a payment was taken back."""

    on: dt.date
    ore: int


def check_promise(said_on: dt.date, by_on: dt.date, ore: int, longest_days: int) -> None:
    """A promise is about a sum and a day to come, not too far away to be remembered.

    Raises RuleBroken "promise.amount", "promise.day_over" or "promise.too_far" with `last_on`.
    """
    if ore <= 0:
        raise RuleBroken("promise.amount")
    if by_on < said_on:
        raise RuleBroken("promise.day_over", said_on=said_on)
    last_on = said_on + dt.timedelta(days=longest_days)
    if by_on > last_on:
        raise RuleBroken("promise.too_far", last_on=last_on)


def judged_on(by_on: dt.date) -> dt.date:
    """The first day on which a promise can be called broken.

    What is paid on the last day comes in the bank's file of the next working day; the morning
    after it that file has been read.
    """
    paid_at_the_latest = next_working_day(by_on)
    return next_working_day(paid_at_the_latest + _ONE_DAY) + _ONE_DAY


def paid_towards(promises: Iterable[Promise], payments: Iterable[Paid]) -> dict[int, int]:
    """Øre paid towards each promise, by its id, at most what was promised.

    A krone keeps one promise only: a payment goes to the promise that runs out first among those
    it came in time for. What was taken back counts as never paid, newest first. The result does
    not depend on the order in which anything is given.
    """
    ordered = sorted(promises, key=lambda one: (one.by_on, one.said_on, one.id))
    given = {promise.id: 0 for promise in ordered}
    for payment in _what_stayed(payments):
        left = payment.ore
        for promise in ordered:
            if left and promise.said_on <= payment.on <= promise.last_on:
                part = min(left, promise.ore - given[promise.id])
                given[promise.id] += part
                left -= part
    return given


def _what_stayed(payments: Iterable[Paid]) -> list[Paid]:
    by_day: dict[dt.date, int] = {}
    for payment in payments:
        by_day[payment.on] = by_day.get(payment.on, 0) + payment.ore
    stayed: dict[dt.date, int] = {}
    for on, ore in sorted(by_day.items()):
        stayed[on] = max(ore, 0)
        back = max(-ore, 0)
        for earlier in reversed(list(stayed)) if back else ():
            taken = min(back, stayed[earlier])
            stayed[earlier] -= taken
            back -= taken
    return [Paid(on, ore) for on, ore in stayed.items() if ore]


def promise_state(promise: Promise, paid_ore: int, day: dt.date) -> str:
    """ "kept" as soon as the sum has come, "broken" when it has not and can no longer be on its
    way, else "open"."""
    if paid_ore >= promise.ore:
        return "kept"
    return "broken" if day >= judged_on(promise.by_on) else "open"


def promise_states(
    promises: Collection[Promise], payments: Iterable[Paid], day: dt.date
) -> Mapping[int, str]:
    """The state of each promise of one lease on `day`, by its id."""
    paid = paid_towards(promises, payments)
    return {one.id: promise_state(one, paid[one.id], day) for one in promises}
