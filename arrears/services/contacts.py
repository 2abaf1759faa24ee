"""Contact with the tenant: noting it, and taking back what was noted by mistake."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Min

from arrears.models import Case, CaseAct, ContactAttempt, ContactState, PromiseState
from arrears.rules.contacts import (
    GUARDIAN,
    HOME_VISIT,
    PROMISED,
    check_alive,
    check_promise,
    check_result,
    not_counted_because,
    was_reached,
)
from arrears.services.cases.base import at_work, note_act, note_first_contact, touched
from boligsak.rule import RuleBroken
from tenants.queries.reach import Reach, away_on, reach

LONGEST_PROMISE_DAYS = 92
"""A promise for later than this is a repayment plan."""

MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """One attempt to reach the tenant, as somebody tells it.

    `person_id` None: all the tenants together, or the estate of the dead. `promised_ore` and
    `promised_on` come with the result "promised" and with no other; `replaces` is the contact whose
    promise this one is instead of. `interpreter` is the language one was used for; `minutes` what
    it took; `is_social`: what was said is for the welfare side.
    """

    channel: str
    on: datetime.date
    result: str
    person_id: int | None = None
    agreed: str = ""
    interpreter: str = ""
    is_social: bool = False
    minutes: int | None = None
    promised_ore: int | None = None
    promised_on: datetime.date | None = None
    replaces: int | None = None


@transaction.atomic
def note_contact(
    case_id: int, contact: NewContact, *, by: Any, on: datetime.date
) -> ContactAttempt:
    """Writes down an attempt to reach the tenant, reached or not; `on` is today.

    Two notes at once spoil nothing, so no version is asked for. Raises `RuleBroken` as `at_work`
    and `check_contact` do, or "promise.not_running" where the replaced one has been settled.
    """
    case = at_work(case_id, by=by)
    return _note(case, contact, by=by, on=on)


@transaction.atomic
def correct_contact(
    contact_id: int,
    contact: NewContact,
    *,
    reason: str,
    version: int,
    by: Any,
    on: datetime.date,
) -> ContactAttempt:
    """Another note instead of one with a mistake: the old one is withdrawn and stays to be seen.

    Raises `RuleBroken` as `withdraw_contact` and `note_contact` do.
    """
    old = _withdraw(contact_id, reason, version, by)
    new = _note(old.case, contact, by=by, on=on)
    _tell_withdrawn(old, reason, by=by, on=on, instead=new.pk)
    return new


@transaction.atomic
def withdraw_contact(
    contact_id: int, reason: str, *, version: int, by: Any, on: datetime.date
) -> ContactAttempt:
    """Takes a note back: it did not happen, or not on this case. It stays, and counts no more.

    Raises `RuleBroken` as `at_work` does, "contact.no_reason", "contact.changed" or
    "contact.not_done" (planned: cancel it instead; or withdrawn already).
    """
    row = _withdraw(contact_id, reason, version, by)
    _tell_withdrawn(row, reason, by=by, on=on)
    touched(row.case)
    return row


# --- What other steps on contacts build on --------------------------------------------------------


def check_contact(
    lease_id: int, contact: NewContact, starts_on: datetime.date, on: datetime.date
) -> list[Reach]:
    """The tenants on that day, when the contact can have happened as told.

    Raises `RuleBroken`: "contact.not_yet" (today), "contact.before_lease" (starts_on),
    "contact.not_a_tenant", "contact.dead" (died_on), "contact.no_guardian",
    "contact.result_of_writing", "contact.minutes", "promise.not_said", and what `check_promise`
    raises.
    """
    if contact.on > on:
        raise RuleBroken("contact.not_yet", today=on)
    if contact.on < starts_on:
        raise RuleBroken("contact.before_lease", starts_on=starts_on)
    tenants = reach([lease_id], contact.on)[lease_id]
    meant = meant_by(contact.person_id, tenants, contact.on)
    if contact.channel == GUARDIAN and not any(one.guardian for one in meant):
        raise RuleBroken("contact.no_guardian")
    check_result(contact.channel, contact.result)
    if contact.minutes is not None and not 0 < contact.minutes <= MOST_MINUTES:
        raise RuleBroken("contact.minutes", most=MOST_MINUTES)
    if contact.result == PROMISED:
        if contact.promised_on is None:
            raise RuleBroken("promise.no_day")
        check_promise(
            contact.on, contact.promised_on, contact.promised_ore or 0, LONGEST_PROMISE_DAYS
        )
    elif contact.promised_ore is not None or contact.promised_on is not None:
        raise RuleBroken("promise.not_said")
    return tenants


def meant_by(person_id: int | None, tenants: Sequence[Reach], on: datetime.date) -> Sequence[Reach]:
    """Whom a contact is with: one of the tenants, or all of them.

    Raises `RuleBroken` "contact.not_a_tenant", or "contact.dead" (died_on): then it is the estate
    that is contacted, as all the tenants together.
    """
    if person_id is None:
        return tenants
    meant = [one for one in tenants if one.person_id == person_id]
    if not meant:
        raise RuleBroken("contact.not_a_tenant")
    check_alive(meant[0].died_on, on)
    return meant


def is_nobody_home(person_id: int | None, tenants: Sequence[Reach], away: Collection[int]) -> bool:
    """Whether whom one comes to see is away: the one who is meant, or everyone who lives."""
    meant = [one.person_id for one in tenants if one.died_on is None]
    if person_id is not None:
        meant = [person_id]
    return bool(meant) and all(one in away for one in meant)


def why_not_counted(
    channel: str,
    result: str,
    on: datetime.date,
    person_id: int | None,
    tenants: Sequence[Reach],
) -> str:
    """Why an attempt on a day does not count, by who was away then; "" where it does."""
    is_away = False
    if channel == HOME_VISIT:
        away = away_on([one.person_id for one in tenants], on)
        is_away = is_nobody_home(person_id, tenants, away)
    return not_counted_because(channel, result, is_away=is_away)


def told_of(contact: NewContact) -> dict[str, Any]:
    """The fields of a contact that has taken place."""
    return {
        "channel": contact.channel,
        "state": ContactState.DONE,
        "on": contact.on,
        "person_id": contact.person_id,
        "result": contact.result,
        "was_reached": was_reached(contact.result),
        "agreed": contact.agreed.strip(),
        "interpreter": contact.interpreter.strip(),
        "is_social": contact.is_social,
        "minutes": contact.minutes,
        "promised_ore": contact.promised_ore,
        "promised_on": contact.promised_on,
        "promise_state": PromiseState.OPEN if contact.result == PROMISED else "",
    }


def keep_first_contact(case: Case) -> None:
    """The day of the first attempt that counts, once one has been taken back or counted anew."""
    rows = case.contacts.filter(state=ContactState.DONE, counts=True)
    case.first_contact_on = rows.aggregate(first=Min("on"))["first"]
    case.save(update_fields=["first_contact_on"])


def lock_contact(contact_id: int, version: int, by: Any) -> ContactAttempt:
    """The contact with its case, both locked: the case first.

    Raises `RuleBroken` as `at_work` does, or "contact.changed" (version, state, who) when somebody
    else was first.
    """
    case_id = ContactAttempt.objects.values_list("case_id", flat=True).get(pk=contact_id)
    case = at_work(case_id, by=by)
    row = ContactAttempt.objects.select_for_update(of=("self",)).get(pk=contact_id)
    if row.version != version:
        raise RuleBroken(
            "contact.changed", version=row.version, state=row.state, who=_who_changed(row)
        )
    row.case = case
    return row


def _who_changed(row: ContactAttempt) -> str:
    """Who did the last thing to a contact: withdrew or cancelled it, or reported the visit."""
    acts = CaseAct.objects.filter(case_id=row.case_id, facts__contact=row.pk)
    act = acts.select_related("by").order_by("-entered_at", "-pk").first()
    return str((act.by if act else None) or row.reported_by or row.by)


def _note(case: Case, contact: NewContact, *, by: Any, on: datetime.date) -> ContactAttempt:
    tenants = check_contact(case.lease_id, contact, case.lease.starts_on, on)
    because = why_not_counted(
        contact.channel, contact.result, contact.on, contact.person_id, tenants
    )
    if contact.replaces is not None:
        _move_promise(case, contact.replaces, contact.result, on)
    row = ContactAttempt.objects.create(
        case=case,
        by=by,
        counts=not because,
        counts_not_because=because,
        **told_of(contact),
    )
    if row.counts:
        note_first_contact(case, row.on)
    touched(case)
    return row


def _move_promise(case: Case, contact_id: int, result: str, on: datetime.date) -> None:
    """The earlier promise is let go: one payment shall not have to keep both."""
    running = case.contacts.select_for_update(of=("self",)).filter(
        pk=contact_id, state=ContactState.DONE, promise_state=PromiseState.OPEN
    )
    if result != PROMISED or not running.update(
        promise_state=PromiseState.MOVED, promise_checked_on=on
    ):
        raise RuleBroken("promise.not_running")


def _withdraw(contact_id: int, reason: str, version: int, by: Any) -> ContactAttempt:
    if not reason.strip():
        raise RuleBroken("contact.no_reason")
    row = lock_contact(contact_id, version, by)
    if row.state != ContactState.DONE:
        raise RuleBroken("contact.not_done")
    row.state = ContactState.WITHDRAWN
    row.withdrawn_because = reason.strip()
    row.version += 1
    row.save(update_fields=["state", "withdrawn_because", "version"])
    keep_first_contact(row.case)
    return row


def _tell_withdrawn(
    row: ContactAttempt,
    reason: str,
    *,
    by: Any,
    on: datetime.date,
    instead: int | None = None,
) -> None:
    facts = {"contact": row.pk, "channel": row.channel, "on": row.on.isoformat()}
    if instead is not None:
        facts["instead"] = instead
    what = "contact_withdrawn" if instead is None else "contact_corrected"
    note_act(
        row.case, what, by=by, on=on, facts=facts, note=reason.strip(), is_social=row.is_social
    )
