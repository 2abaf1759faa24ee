"""From hand to hand: whose a case is, offering it to somebody else, and who must keep away."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, CaseTransfer, Disqualification, Task
from arrears.models.cases import TransferState
from arrears.models.tasks import TaskState
from arrears.rules.cases import check_transfer_step
from arrears.services.cases.base import at_work, note_act, touched
from arrears.services.cases.owners import check_owner_of, is_disqualified, worker
from arrears.services.tasks import hand_tasks_on, make_task
from boligsak.accounts.models import Office
from boligsak.dates import deadline
from boligsak.rule import RuleBroken

GIVE_CASE = "give_case"
# A case that has lost its caseworker is given to another within so many days.
_DAYS_TO_GIVE = 2


@transaction.atomic
def assign_owner(
    case_id: int, owner: Any | None, *, by: Any, on: datetime.date, version: int | None = None
) -> Case:
    """Gives the case to somebody at its office (None: to nobody). Its open tasks follow.

    Somebody who takes a case that is nobody's gives it to themselves. Raises `RuleBroken` as
    `at_work` and `check_owner` do, "owner.has_one" (who: a caseworker cannot take another's case,
    only be offered it) or "transfer.waits".
    """
    case = at_work(case_id, by=by, version=version)
    if case.owner_id == (owner and owner.pk):
        return case
    is_coordinator = by.has_perm("arrears.hand_over_case")
    if not is_coordinator and (case.owner is not None or owner is None or owner.pk != by.pk):
        raise RuleBroken("owner.has_one", who=str(case.owner or ""))
    if _waiting(case) is not None:
        raise RuleBroken("transfer.waits")
    if owner is not None:
        check_owner_of(owner, case.office_id, case.lease.is_protected, on, case)
    before = case.owner
    _hand_over(case, owner, on)
    note_act(
        case,
        "owner",
        by=by,
        on=on,
        facts={"from": str(before) if before else "", "to": str(owner) if owner else ""},
    )
    touched(case)
    return case


def _hand_over(case: Case, owner: Any | None, on: datetime.date, by: Any = None) -> None:
    before, case.owner = case.owner, owner
    case.save(update_fields=["owner", "office"])
    hand_tasks_on(case, before, owner)
    if owner is not None:
        Task.objects.filter(kind=GIVE_CASE, about=_about(case), state=TaskState.OPEN).update(
            state=TaskState.DONE, ended_on=on, ended_by=by
        )


def _about(case: Case) -> str:
    return f"case:{case.pk}"


# --- Offering it to somebody else ---------------------------------------------------------------


@transaction.atomic
def ask_transfer(
    case_id: int,
    *,
    to_office: Office,
    to_owner: Any | None,
    reason: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> CaseTransfer:
    """Offers the case to a caseworker, or to an office where somebody is to take it.

    Until they say yes, the case stays where it is. Raises `RuleBroken` as `at_work` and
    `check_owner` do, "transfer.no_reason", "transfer.waits", "transfer.same" (it is there
    already) or "transfer.office_closed" (office).
    """
    case = at_work(case_id, by=by, version=version)
    if not reason.strip():
        raise RuleBroken("transfer.no_reason")
    if _waiting(case) is not None:
        raise RuleBroken("transfer.waits")
    same_owner = to_owner is None or to_owner.pk == case.owner_id
    if to_office.pk == case.office_id and same_owner:
        raise RuleBroken("transfer.same")
    if to_office.closed_on is not None and to_office.closed_on < on:
        raise RuleBroken("transfer.office_closed", office=to_office.name)
    if to_owner is not None:
        check_owner_of(to_owner, to_office.pk, case.lease.is_protected, on, case)
    transfer = CaseTransfer.objects.create(
        case=case,
        from_office_id=case.office_id,
        to_office=to_office,
        to_owner=to_owner,
        reason=reason.strip(),
        asked_on=on,
        asked_by=by,
    )
    note_act(
        case,
        "transfer_asked",
        by=by,
        on=on,
        facts={"office": to_office.name, "to": str(to_owner) if to_owner else ""},
        note=reason.strip(),
    )
    touched(case)
    return transfer


@transaction.atomic
def accept_transfer(transfer_id: int, *, by: Any, on: datetime.date) -> Case:
    """Says yes: the case, its open tasks and what comes of it belong to the one who was asked.

    Offered to an office, it becomes the accepting caseworker's. Raises `RuleBroken`
    "transfer.not_visible", "transfer.answered" (state), "transfer.not_yours" or as `check_owner`
    does, for what has changed since it was offered.
    """
    case, transfer = _offered(transfer_id)
    check_transfer_step(transfer.state, TransferState.ACCEPTED)
    _check_may_answer(transfer, by, on)
    owner = transfer.to_owner or by
    check_owner_of(owner, transfer.to_office_id, case.lease.is_protected, on, case)
    before = case.owner
    case.office_id = transfer.to_office_id
    _hand_over(case, owner, on, by)
    _answer(transfer, TransferState.ACCEPTED, "", by, on)
    note_act(
        case,
        "transfer_accepted",
        by=by,
        on=on,
        facts={
            "office": transfer.to_office.name,
            "from": str(before) if before else "",
            "to": str(owner),
        },
    )
    touched(case)
    return case


@transaction.atomic
def decline_transfer(transfer_id: int, *, reason: str, by: Any, on: datetime.date) -> Case:
    """Says no, and why. The case stays where it is.

    Raises `RuleBroken` "transfer.no_answer" (without a reason), "transfer.not_visible",
    "transfer.answered" (state) or "transfer.not_yours".
    """
    if not reason.strip():
        raise RuleBroken("transfer.no_answer")
    case, transfer = _offered(transfer_id)
    check_transfer_step(transfer.state, TransferState.DECLINED)
    _check_may_answer(transfer, by, on)
    _answer(transfer, TransferState.DECLINED, reason.strip(), by, on)
    facts = {"office": transfer.to_office.name, "to": str(transfer.to_owner or "")}
    note_act(case, "transfer_declined", by=by, on=on, facts=facts, note=reason.strip())
    touched(case)
    return case


@transaction.atomic
def withdraw_transfer(transfer_id: int, *, by: Any, on: datetime.date) -> Case:
    """Takes the offer back. Raises `RuleBroken` as `at_work` does, or "transfer.answered"."""
    case = at_work(CaseTransfer.objects.only("case_id").get(pk=transfer_id).case_id, by=by)
    transfer = CaseTransfer.objects.select_for_update(of=("self",)).get(pk=transfer_id)
    check_transfer_step(transfer.state, TransferState.WITHDRAWN)
    _answer(transfer, TransferState.WITHDRAWN, "", by, on)
    note_act(case, "transfer_withdrawn", by=by, on=on)
    touched(case)
    return case


def _offered(transfer_id: int) -> tuple[Case, CaseTransfer]:
    """The case and the offer, locked. Whoever is asked need not see the case yet."""
    found = CaseTransfer.objects.filter(pk=transfer_id).values_list("case_id", flat=True).first()
    if found is None:
        raise RuleBroken("transfer.not_visible")
    rows = Case.objects.select_for_update(of=("self",)).select_related("lease", "owner")
    case = rows.get(pk=found)
    offers = CaseTransfer.objects.select_for_update(of=("self",))
    return case, offers.select_related("to_office", "to_owner").get(pk=transfer_id)


def _check_may_answer(transfer: CaseTransfer, by: Any, on: datetime.date) -> None:
    """The one who was asked answers, or a coordinator where they were asked; offered to an office,
    whoever works there. Never somebody who is disqualified."""
    if is_disqualified(transfer.case_id, by.pk):
        raise RuleBroken("transfer.not_visible")
    if transfer.to_owner_id == by.pk:
        return
    works_there = worker(by, on).works_at(transfer.to_office_id)
    is_coordinator = by.access_on(on).may("arrears.hand_over_case", transfer.to_office_id)
    if not works_there or (transfer.to_owner_id is not None and not is_coordinator):
        raise RuleBroken("transfer.not_yours")


def _waiting(case: Case) -> CaseTransfer | None:
    return CaseTransfer.objects.filter(case=case, state=TransferState.WAITING).first()


def _answer(
    transfer: CaseTransfer, state: TransferState, answer: str, by: Any, on: datetime.date
) -> None:
    transfer.state, transfer.answer = state, answer
    transfer.answered_by, transfer.answered_on = by, on
    transfer.save(update_fields=["state", "answer", "answered_by", "answered_on"])


# --- Keeping away (forvaltningsloven § 6) -------------------------------------------------------


@transaction.atomic
def disqualify(
    case_id: int,
    user: Any,
    *,
    reason: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> Disqualification:
    """Shuts somebody out of the case from now on: its page, lists, search and every act.

    Everybody may say it of themselves, the coordinator of anybody. An owner loses the case, which
    the coordinator gets as a task, and their tasks on it are nobody's; an offer to them, or one
    that waits by their hand, is taken back. Raises `RuleBroken` as `at_work` does,
    "disqualify.no_reason", "disqualify.others" or "disqualify.already" (who).
    """
    case = at_work(case_id, by=by, version=version)
    if not reason.strip():
        raise RuleBroken("disqualify.no_reason")
    if user.pk != by.pk and not by.has_perm("arrears.hand_over_case"):
        raise RuleBroken("disqualify.others")
    if is_disqualified(case.pk, user.pk):
        raise RuleBroken("disqualify.already", who=str(user))
    row = Disqualification.objects.create(
        case=case, user=user, reason=reason.strip(), from_on=on, by=by
    )
    waiting = _waiting(case)
    if waiting is not None and user.pk in (waiting.to_owner_id, waiting.asked_by_id):
        _answer(waiting, TransferState.WITHDRAWN, "", by, on)
    was_owner = case.owner_id == user.pk
    if was_owner:
        case.owner = None
        case.save(update_fields=["owner"])
    Task.objects.filter(case=case, owner=user, state=TaskState.OPEN).update(owner=None)
    # The reason may tell of the caseworker's own family: it stays in the row, off the timeline.
    note_act(case, "disqualified", by=by, on=on, facts={"who": str(user), "had_it": was_owner})
    if was_owner:
        make_task(
            kind=GIVE_CASE,
            case=case,
            about=_about(case),
            facts={"who": str(user)},
            due_on=deadline(on, _DAYS_TO_GIVE, moves=True),
            by=by,
            on=on,
        )
    touched(case)
    return row


@transaction.atomic
def lift_disqualification(pk: int, *, reason: str, by: Any, on: datetime.date) -> Disqualification:
    """Lets somebody in again; it was a mistake, or the bond is gone.

    Never by themselves. Raises `RuleBroken` as `at_work` does, "disqualify.no_reason",
    "disqualify.others" (not a coordinator, or it is oneself) or "disqualify.lifted".
    """
    case = at_work(Disqualification.objects.only("case_id").get(pk=pk).case_id, by=by)
    rows = Disqualification.objects.select_for_update(of=("self",)).select_related("user")
    row = rows.get(pk=pk)
    if not reason.strip():
        raise RuleBroken("disqualify.no_reason")
    if row.user_id == by.pk or not by.has_perm("arrears.hand_over_case"):
        raise RuleBroken("disqualify.others")
    if row.lifted_on is not None:
        raise RuleBroken("disqualify.lifted")
    row.lifted_on, row.lifted_by, row.lifted_because = on, by, reason.strip()
    row.save(update_fields=["lifted_on", "lifted_by", "lifted_because"])
    note_act(case, "disqualification_lifted", by=by, on=on, facts={"who": str(row.user)})
    touched(case)
    return row
