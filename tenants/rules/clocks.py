"""The clocks of an application: what is due by which day, and what has stopped each.

Days are inclusive: `on` is the last day on which a thing is done in time. The municipality's own
deadlines do not move for Sundays and holidays; the citizen's deadline to appeal does.
"""

import datetime as dt
from typing import NamedTuple

from boligsak.dates import add_months, deadline
from tenants.rules.application_policy import ApplicationPolicy

PRELIMINARY, DECISION, ALLOCATION = "preliminary", "decision", "allocation"
RENEWAL = "renewal"
APPEAL_LAST, APPEAL = "appeal_last", "appeal"
CONDITION, SERVICE_REVIEW = "condition", "service_review"

HOUSING_HELP, HOME = "housing_help", "allocation"
"""The kinds of decision."""


class Clock(NamedTuple):
    """A deadline as lists of deadlines show it: of one application, lease or complaint.

    `number` is what people call the row; `is_protected`: a reader who is not cleared sees no more
    of it than that.
    """

    on: dt.date
    code: str
    number: str
    office_id: int
    is_protected: bool
    application_id: int | None = None
    lease_id: int | None = None
    complaint_id: int | None = None
    case_id: int | None = None


class DecisionFacts(NamedTuple):
    """One decision that has been made (and not replaced)."""

    id: int
    kind: str
    is_granted: bool
    made_on: dt.date
    notified_on: dt.date | None = None
    appeal_last_on: dt.date | None = None


class AppealFacts(NamedTuple):
    """One appeal. `answered_on`: reassessed, sent on or ended, whichever came first."""

    id: int
    received_on: dt.date
    answered_on: dt.date | None = None
    is_open: bool = True


class ApplicationFacts(NamedTuple):
    """What the clocks of one application rest on.

    `is_running`: received and neither ended nor housed. `expected_on` is the day that the
    preliminary answer promised a decision by. `stays`: an application to stay longer, in a home
    whose term runs to `ends_on` (None: open-ended). `conditions` are the unmet ones with a day.
    """

    received_on: dt.date | None
    is_running: bool
    preliminary_sent_on: dt.date | None = None
    expected_on: dt.date | None = None
    stays: bool = False
    ends_on: dt.date | None = None
    decisions: tuple[DecisionFacts, ...] = ()
    appeals: tuple[AppealFacts, ...] = ()
    conditions: tuple[tuple[int, dt.date], ...] = ()


class Due(NamedTuple):
    """One clock. `done_on` is the day it was stopped; None while it runs.

    `is_ours`: the municipality's own deadline. The other kind is the citizen's, which nobody here
    can miss. `ref_id` is the decision, appeal or condition it is about.
    """

    code: str
    on: dt.date
    done_on: dt.date | None = None
    is_ours: bool = True
    ref_id: int | None = None

    def is_overdue(self, day: dt.date) -> bool:
        return self.is_ours and self.done_on is None and self.on < day


def preliminary_by(received_on: dt.date, policy: ApplicationPolicy) -> dt.date:
    """Forvaltningsloven § 11 a third paragraph: when no decision can be made within a month of the
    application's arrival, a preliminary answer says why and when a decision can be expected."""
    return add_months(received_on, policy.preliminary_months)


def decision_by(
    received_on: dt.date, expected_on: dt.date | None, policy: ApplicationPolicy
) -> dt.date | None:
    """The day the applicant was told of in the preliminary answer; before that, the municipality's
    own target. None where neither is set: the law says "without undue delay"."""
    if expected_on is not None:
        return expected_on
    if policy.decision_months:
        return add_months(received_on, policy.decision_months)
    return None


def allocation_by(made_on: dt.date, policy: ApplicationPolicy) -> dt.date:
    """The municipality's own target: from the decision on a home to an accepted one."""
    return add_months(made_on, policy.allocation_months)


def renewal_by(ends_on: dt.date | None, made_on: dt.date, policy: ApplicationPolicy) -> dt.date:
    """Who may stay in the home they have, waits for a contract and for no home: it is signed while
    the old term runs, so that nobody lives on without one (husleieloven § 9-2). When the decision
    came after that, or there is no last day, in the time in which a home would be allocated."""
    if ends_on is not None and made_on <= ends_on:
        return ends_on
    return allocation_by(made_on, policy)


def appeal_by(notified_on: dt.date, policy: ApplicationPolicy) -> dt.date:
    """Forvaltningsloven § 29: three weeks from the notification. It is the citizen's deadline, so
    one that ends on a Saturday, Sunday or holiday moves to the next working day."""
    return deadline(notified_on, 7 * policy.appeal_weeks, moves=True)


def appeal_limit(made_on: dt.date, policy: ApplicationPolicy) -> dt.date:
    """Forvaltningsloven § 31 third paragraph: an appeal that comes more than a year after the
    decision was made cannot be heard, whatever the reason. The last day on which it can."""
    return add_months(made_on, policy.appeal_limit_months)


def dues(facts: ApplicationFacts, policy: ApplicationPolicy, day: dt.date) -> list[Due]:
    """Every clock of an application as it stands on `day`, in the order of its days."""
    if facts.received_on is None or facts.received_on > day:
        return []
    made = [one for one in facts.decisions if one.made_on <= day]
    first_made = min((one.made_on for one in made), default=None)
    found = [
        *_until_decided(facts, facts.received_on, first_made, policy),
        *_until_housed(facts, made, policy),
        *_appeals(facts, made, policy),
    ]
    if facts.is_running:
        found += [Due(CONDITION, on, ref_id=pk) for pk, on in facts.conditions]
    return sorted(found, key=lambda due: (due.on, due.code, due.ref_id or 0))


def running(facts: ApplicationFacts, policy: ApplicationPolicy, day: dt.date) -> list[Due]:
    """The municipality's own clocks that run on `day`."""
    return [one for one in dues(facts, policy, day) if one.is_ours and one.done_on is None]


def is_overdue(facts: ApplicationFacts, policy: ApplicationPolicy, day: dt.date) -> bool:
    """Whether a day the municipality should have kept has passed."""
    return any(one.is_overdue(day) for one in dues(facts, policy, day))


def _until_decided(
    facts: ApplicationFacts,
    received_on: dt.date,
    first_made: dt.date | None,
    policy: ApplicationPolicy,
) -> list[Due]:
    if not facts.is_running and first_made is None:
        return []
    found = []
    by = preliminary_by(received_on, policy)
    answered = facts.preliminary_sent_on
    # A decision within the month is the answer; after it the preliminary answer was due all along.
    if answered is None and first_made is not None:
        answered = first_made
    found.append(Due(PRELIMINARY, by, answered))
    decided_by = decision_by(received_on, facts.expected_on, policy)
    if decided_by is not None:
        found.append(Due(DECISION, decided_by, first_made))
    return found


def _until_housed(
    facts: ApplicationFacts, made: list[DecisionFacts], policy: ApplicationPolicy
) -> list[Due]:
    home = [one for one in made if one.kind == HOME and one.is_granted]
    if not home or not facts.is_running:
        return []
    if facts.stays:
        return [
            Due(RENEWAL, renewal_by(facts.ends_on, one.made_on, policy), ref_id=one.id)
            for one in home
        ]
    return [Due(ALLOCATION, allocation_by(one.made_on, policy), ref_id=one.id) for one in home]


def _appeals(
    facts: ApplicationFacts, made: list[DecisionFacts], policy: ApplicationPolicy
) -> list[Due]:
    found = [
        Due(APPEAL_LAST, one.appeal_last_on, is_ours=False, ref_id=one.id)
        for one in made
        if one.appeal_last_on is not None
    ]
    # An appeal is answered as an application is: § 11 a holds for every individual decision.
    found += [
        Due(APPEAL, preliminary_by(one.received_on, policy), one.answered_on, ref_id=one.id)
        for one in facts.appeals
        if one.is_open or one.answered_on is not None
    ]
    return found
