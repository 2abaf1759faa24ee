"""What comes of a referral once it is sent: each step once, in the order the rule allows."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Referral
from arrears.queries.claims import open_charges
from arrears.queries.referrals import standing_of
from arrears.rules.referrals import ReferralKind, Step, after, check_eviction_date
from arrears.services.cases.base import touched
from arrears.services.costs import lay_out, pass_on
from arrears.services.referrals.filing import Fee, fee_on, happened, taken
from arrears.services.tasks import end_tasks_about, make_task
from boligsak.rule import RuleBroken

HOME_TASK = "temporary_home"
"""The kind of task that a home for the children makes; `about` is "referral:<id>"."""

_DAYS_BEFORE = datetime.timedelta(days=7)


@transaction.atomic
def set_eviction_date(
    referral_id: int,
    eviction_on: datetime.date,
    *,
    note: str = "",
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """The bailiff has set a day. Where children live there, a temporary home becomes a task.

    Raises `RuleBroken` as `taken` and `after` do, "referral.date_past" or "referral.comment_runs".
    """
    case, row = taken(referral_id, by=by, version=version)
    at = standing_of(row, on)
    state = after(at, Step.SET_DATE, on)
    check_eviction_date(at, eviction_on)
    if eviction_on < on:
        raise RuleBroken("referral.date_past", eviction_on=eviction_on)
    before = row.eviction_on
    row.state, row.eviction_on = str(state), eviction_on
    facts = {
        "eviction_on": eviction_on.isoformat(),
        "before": before.isoformat() if before else "",
    }
    _keep(row, case, Step.SET_DATE, by=by, on=on, note=note, facts=facts)
    if at.has_children and not at.has_temporary_home:
        make_task(
            kind=HOME_TASK,
            due_on=max(on, eviction_on - _DAYS_BEFORE),
            by=by,
            on=on,
            case=case,
            facts={"eviction_on": eviction_on.isoformat()},
            about=f"referral:{row.pk}",
        )
    return row


@transaction.atomic
def ready_home(
    referral_id: int, home: str, *, by: Any, on: datetime.date, version: int | None = None
) -> Referral:
    """A temporary home is ready for the household (social services act § 27).

    Raises `RuleBroken` as `taken` does, "referral.no_home", or "referral.step" when it is no
    eviction that runs.
    """
    case, row = taken(referral_id, by=by, version=version)
    at = standing_of(row, on)
    if not home.strip():
        raise RuleBroken("referral.no_home")
    if at.kind != ReferralKind.BAILIFF or row.ended_on is not None:
        raise RuleBroken("referral.step", step="ready_home", state=row.state, kind=row.kind)
    row.temporary_home = home.strip()
    # What the home is, and where, is nobody's business but the reader's of the referral itself.
    _keep(row, case, "ready_home", by=by, on=on)
    end_tasks_about(HOME_TASK, f"referral:{row.pk}", result="", by=by, on=on)
    return row


@transaction.atomic
def postpone(
    referral_id: int,
    *,
    note: str,
    until: datetime.date | None = None,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """The eviction is postponed with the landlord's consent, which this is.

    Raises `RuleBroken` as `taken` and `after` do, "referral.no_note" or "referral.date_past".
    """
    case, row = taken(referral_id, by=by, version=version)
    _needs(note)
    if until is not None and until <= on:
        raise RuleBroken("referral.date_past", eviction_on=until)
    row.state = str(after(standing_of(row, on), Step.POSTPONE, on))
    before, row.eviction_on = row.eviction_on, None
    facts = {
        "before": before.isoformat() if before else "",
        "until": until.isoformat() if until else "",
    }
    _keep(row, case, Step.POSTPONE, by=by, on=on, note=note, facts=facts)
    return row


@transaction.atomic
def pay_up(
    referral_id: int,
    *,
    note: str = "",
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """Everything is paid: the referral stops. Of evictions those on ground (a) only.

    What the municipality laid out has been paid by the tenant with it. Raises `RuleBroken` as
    `taken` and `after` do, or "referral.still_owes" (owed_ore) while something is overdue.
    """
    case, row = taken(referral_id, by=by, version=version)
    state = after(standing_of(row, on), Step.PAY_UP, on)
    overdue = [one for one in open_charges(row.lease_id, on) if one.due_on <= on]
    if owed := sum(one.open_ore for one in overdue):
        raise RuleBroken("referral.still_owes", owed_ore=owed)
    row.state, row.ended_on = str(state), on
    laid_out = pass_on(case, row, by=by, on=on)
    _keep(row, case, Step.PAY_UP, by=by, on=on, note=note, facts={"laid_out_ore": laid_out})
    _drop_home_task(row, by, on)
    return row


@transaction.atomic
def withdraw(
    referral_id: int,
    *,
    note: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """It is taken back. Another one needs a decision of its own.

    Raises `RuleBroken` as `taken` and `after` do, or "referral.no_note".
    """
    case, row = taken(referral_id, by=by, version=version)
    _needs(note)
    row.state = str(after(standing_of(row, on), Step.WITHDRAW, on))
    row.ended_on, row.result = on, note.strip()
    _keep(row, case, Step.WITHDRAW, by=by, on=on, note=note)
    _drop_home_task(row, by, on)
    return row


@transaction.atomic
def carry_out(
    referral_id: int,
    *,
    note: str = "",
    fee_ore: int | None = None,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """The household has been evicted and the lock is changed on `on`.

    `fee_ore` as in `file_petition`. Raises `RuleBroken` as `taken` and `after` do (with
    "referral.no_temporary_home" where children have none), or "referral.fee_unknown".
    """
    case, row = taken(referral_id, by=by, version=version)
    state = after(standing_of(row, on), Step.CARRY_OUT, on)
    fee = Fee(fee_ore, None) if fee_ore is not None else fee_on("eviction-carried-out", on)
    row.state, row.ended_on, row.lock_changed_on = str(state), on, on
    facts = {"fee_ore": fee.amount_ore}
    _keep(row, case, Step.CARRY_OUT, by=by, on=on, note=note, facts=facts)
    lay_out(case, row, fee.amount_ore, rate_id=fee.rate_id, by=by, on=on)
    return row


@transaction.atomic
def end(
    referral_id: int,
    *,
    result: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Referral:
    """How a referral that is no eviction ended: a judgment, an agreement, closed by the collector.

    Raises `RuleBroken` as `taken` and `after` do, or "referral.no_note".
    """
    case, row = taken(referral_id, by=by, version=version)
    _needs(result)
    row.state = str(after(standing_of(row, on), Step.END, on))
    row.ended_on, row.result = on, result.strip()
    _keep(row, case, Step.END, by=by, on=on, note=result)
    return row


def _needs(note: str) -> None:
    if not note.strip():
        raise RuleBroken("referral.no_note")


def _drop_home_task(row: Referral, by: Any, on: datetime.date) -> None:
    end_tasks_about(HOME_TASK, f"referral:{row.pk}", result="", by=by, on=on)


def _keep(
    row: Referral,
    case: Any,
    step: Any,
    *,
    by: Any,
    on: datetime.date,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    row.version += 1
    row.save()
    happened(row, step, by=by, on=on, note=note, facts=facts)
    touched(case)
