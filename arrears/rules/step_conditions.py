"""What the policy can ask about a case, and how each condition of a step is answered.

An answer is why it holds, in facts that stay true while nothing happens: days, never counts of
days. Days are Oslo days, inclusive; amounts øre.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from arrears.rules.step_policy import PolicyStep


class NoticeState(NamedTuple):
    """The newest notice of a kind that still carries. `over_on`: first day after its deadline."""

    sent_on: dt.date
    over_on: dt.date | None = None


class Absence(NamedTuple):
    """A tenant who is away from the dwelling: `kind` as stored, until a day or nobody knows."""

    kind: str
    until_on: dt.date | None = None


class MissingPayment(NamedTuple):
    """What an agency should have paid and has not. `name` may be empty."""

    payer: str
    expected_on: dt.date
    amount_ore: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the policy can ask about one case. Everything unknown is empty.

    `contacts` is the newest day of each channel in which somebody tried; attempts that are
    withdrawn, or do not count, are not in it. `done` is the day each step was last done.
    """

    opened_on: dt.date
    triggers: frozenset[str] = frozenset()
    overdue_since: dt.date | None = None
    """The oldest unpaid due day before today; None when nothing is overdue."""
    overdue_ore: int = 0
    months_permille: int | None = None
    children: int = 0
    contacts: Mapping[str, dt.date] = field(default_factory=dict)
    last_reached_on: dt.date | None = None
    last_result: str = ""
    """What came of the newest attempt, whether it counts or not."""
    promise: str = ""
    """Of the newest promise: "open", "kept" or "broken"; empty when there is none."""
    promise_on: dt.date | None = None
    promise_ore: int | None = None
    is_view_missing: bool = False
    """No tenant's view, and no reason why it is missing."""
    unanswered: int = 0
    undecided: int = 0
    children_assessed_on: dt.date | None = None
    plan: str = "none"
    plan_on: dt.date | None = None
    """The day the plan was signed, broken or kept."""
    notices: Mapping[str, NoticeState] = field(default_factory=dict)
    ends_on: dt.date | None = None
    last_safe_on: dt.date | None = None
    """§ 9-2, while that clock runs or can begin to."""
    move_requested_on: dt.date | None = None
    for_meeting_on: dt.date | None = None
    is_decision_waiting: bool = False
    is_referral_running: bool = False
    is_debt_referred: bool = False
    """The one that runs rests on what is unpaid."""
    died_on: dt.date | None = None
    """When nobody who is alive is left among the tenants."""
    absence: Absence | None = None
    missing_payment: MissingPayment | None = None
    done: Mapping[str, dt.date] = field(default_factory=dict)

    @property
    def last_contact_on(self) -> dt.date | None:
        return max(self.contacts.values(), default=None)


Facts = dict[str, Any]
Test = Callable[[Situation, Any, dt.date], Facts | None]


def iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _past(since: dt.date | None, days: int, day: dt.date) -> bool:
    return since is not None and (day - since).days >= days


def _yes_no(is_so: bool, asked: bool) -> Facts | None:
    return {"is": asked} if is_so is asked else None


def _triggers(s: Situation, asked: tuple[str, ...], _day: dt.date) -> Facts | None:
    held = [one for one in asked if one in s.triggers]
    return {"triggers": held} if held else None


def _overdue(s: Situation, days: int, day: dt.date) -> Facts | None:
    if not _past(s.overdue_since, days, day):
        return None
    return {"since": iso(s.overdue_since), "owed_ore": s.overdue_ore}


def _months(s: Situation, permille: int, _day: dt.date) -> Facts | None:
    if s.months_permille is None or s.months_permille < permille:
        return None
    return {"months_permille": s.months_permille, "owed_ore": s.overdue_ore}


def _children(s: Situation, asked: bool, _day: dt.date) -> Facts | None:
    return {"is": asked, "children": s.children} if (s.children > 0) is asked else None


def _contact(s: Situation, asked: str, _day: dt.date) -> Facts | None:
    is_tried, is_reached = bool(s.contacts), s.last_reached_on is not None
    fits = {
        "none": not is_tried,
        "not_reached": not is_reached,
        "tried": is_tried and not is_reached,
        "reached": is_reached,
    }[asked]
    return {"is": asked, "last_on": iso(s.last_contact_on)} if fits else None


def _no_contact(s: Situation, days: int, day: dt.date) -> Facts | None:
    last = s.last_contact_on
    if last is not None and not _past(last, days, day):
        return None
    return {"last_on": iso(last)}


def _not_reached(s: Situation, days: int, day: dt.date) -> Facts | None:
    last = s.last_reached_on
    if last is not None and not _past(last, days, day):
        return None
    return {"last_on": iso(last)}


def _reached_within(s: Situation, days: int, day: dt.date) -> Facts | None:
    last = s.last_reached_on
    return {"last_on": iso(last)} if last is not None and (day - last).days <= days else None


def _channel_untried(s: Situation, channel: str, _day: dt.date) -> Facts | None:
    return {"channel": channel} if channel not in s.contacts else None


def _last_result(s: Situation, asked: str, _day: dt.date) -> Facts | None:
    return {"result": asked, "last_on": iso(s.last_contact_on)} if s.last_result == asked else None


def _promise(s: Situation, asked: str, _day: dt.date) -> Facts | None:
    found = s.promise if s.promise in ("open", "broken") else "none"
    if found != asked:
        return None
    return {"is": asked, "on": iso(s.promise_on), "ore": s.promise_ore}


def _plan(s: Situation, asked: tuple[str, ...], _day: dt.date) -> Facts | None:
    return {"is": s.plan, "on": iso(s.plan_on)} if s.plan in asked else None


def _notice_sent(s: Situation, kind: str, _day: dt.date) -> Facts | None:
    sent = s.notices.get(kind)
    return {"notice": kind, "sent_on": iso(sent.sent_on)} if sent else None


def _notice_not_sent(s: Situation, kind: str, _day: dt.date) -> Facts | None:
    return {"notice": kind} if kind not in s.notices else None


def _notice_over(s: Situation, kind: str, day: dt.date) -> Facts | None:
    sent = s.notices.get(kind)
    if sent is None or sent.over_on is None or day < sent.over_on:
        return None
    return {"notice": kind, "sent_on": iso(sent.sent_on), "over_on": iso(sent.over_on)}


def _days_to_end(s: Situation, days: int, day: dt.date) -> Facts | None:
    if s.ends_on is None or (s.ends_on - day).days > days:
        return None
    return {"ends_on": iso(s.ends_on)}


def _has_expired(s: Situation, asked: bool, day: dt.date) -> Facts | None:
    is_so = s.ends_on is not None and s.ends_on < day
    return {"is": asked, "ends_on": iso(s.ends_on)} if is_so is asked else None


def _expired_days(s: Situation, days: int, day: dt.date) -> Facts | None:
    return (
        {"ends_on": iso(s.ends_on)} if s.ends_on and _past(s.ends_on, max(days, 1), day) else None
    )


def _days_to_last_safe(s: Situation, days: int, day: dt.date) -> Facts | None:
    last = s.last_safe_on
    # When it has passed the lease is open-ended, and nothing can be reached by hurrying.
    if last is None or not 0 <= (last - day).days <= days:
        return None
    return {"last_safe_on": iso(last)}


def _move_requested(s: Situation, asked: bool, _day: dt.date) -> Facts | None:
    on = s.move_requested_on
    return {"is": asked, "on": iso(on)} if (on is not None) is asked else None


TESTS: Mapping[str, Test] = {
    "triggers": _triggers,
    "overdue_days": _overdue,
    "months_permille": _months,
    "has_children": _children,
    "contact": _contact,
    "no_contact_days": _no_contact,
    "not_reached_days": _not_reached,
    "reached_within_days": _reached_within,
    "channel_untried": _channel_untried,
    "last_result": _last_result,
    "promise": _promise,
    "view_missing": lambda s, asked, _day: _yes_no(s.is_view_missing, asked),
    "measures_unanswered": lambda s, asked, _day: _yes_no(s.unanswered > 0, asked),
    "measures_undecided": lambda s, asked, _day: _yes_no(s.undecided > 0, asked),
    "children_unassessed": lambda s, asked, _day: _yes_no(
        s.children > 0 and s.children_assessed_on is None, asked
    ),
    "plan": _plan,
    "notice_sent": _notice_sent,
    "notice_not_sent": _notice_not_sent,
    "notice_over": _notice_over,
    "days_to_end": _days_to_end,
    "has_expired": _has_expired,
    "expired_days": _expired_days,
    "days_to_last_safe": _days_to_last_safe,
    "move_requested": _move_requested,
    "for_meeting": lambda s, asked, _day: _yes_no(s.for_meeting_on is not None, asked),
    "decision_waiting": lambda s, asked, _day: _yes_no(s.is_decision_waiting, asked),
    "referral_running": lambda s, asked, _day: _yes_no(s.is_referral_running, asked),
}
"""Each condition of `step_policy.CONDITIONS` as a question; the answer is why, or None."""


def reasons(step: PolicyStep, situation: Situation, day: dt.date) -> list[Facts] | None:
    """Why a step fits on `day`, one entry for each of its conditions; None when one does not."""
    found = []
    for name, asked in step.conditions.items():
        answer = TESTS[name](situation, asked, day)
        if answer is None:
            return None
        found.append({"kind": name, **answer})
    return found
