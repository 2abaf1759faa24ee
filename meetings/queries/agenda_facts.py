"""What the agenda needs to know of an office's open cases; as many queries for one as for all."""

import datetime
from collections.abc import Collection, Iterable

from django.db.models import Count, Max, Min

from arrears.models import (
    Case,
    CaseDecision,
    CaseTrigger,
    Task,
    TaskState,
    TriggerKind,
)
from arrears.queries.contacts import contact_facts
from arrears.queries.next_steps import open_step
from arrears.queries.notices import next_deadlines
from arrears.queries.referrals import running_referrals
from arrears.rules.step_policy import Action
from arrears.services.decisions import TASK
from meetings.models import AgendaItem, ItemState, MeetingState
from meetings.rules.agenda import CaseFacts
from tenants.models import HeadLandlordAction
from tenants.queries.service_agreements import outside_the_act
from tenants.rules.leases import Expiry, LeaseFacts, expiry_state

_WAITS = frozenset({str(Action.TO_MEETING), str(Action.REFER)})


def case_facts(case_ids: Collection[int], held_on: datetime.date) -> dict[int, CaseFacts]:
    """The facts of these cases as they are for a meeting on `held_on`."""
    cases = list(Case.objects.filter(pk__in=case_ids).select_related("lease"))
    contacts = contact_facts(case_ids, held_on)
    steps = open_step(case_ids)
    deadlines = next_deadlines(case_ids, held_on)
    referred = running_referrals(case_ids)
    complaints = _complaints(case_ids)
    head = _head_actions({case.lease.dwelling_id for case in cases})
    again = _again(case_ids)
    late = _late(case_ids)
    carried = _carried(case_ids, held_on)
    outside = outside_the_act((case.lease for case in cases), held_on)
    found = {}
    for case in cases:
        acting = head.get(case.lease.dwelling_id, [])
        deadline = deadlines.get(case.pk)
        step = steps.get(case.pk)
        contact = contacts.get(case.pk)
        found[case.pk] = CaseFacts(
            opened_on=case.opened_on,
            marked_on=case.for_meeting_on,
            waits_for_decision=step is not None and step.action in _WAITS,
            clock_on=deadline.last_on if deadline is not None and not deadline.is_over else None,
            expiry_on=_expiry(case, held_on, is_outside=case.lease_id in outside),
            has_head_action=bool(acting),
            head_deadline_on=min((on for on in acting if on is not None), default=None),
            complaints=complaints.get(case.pk, 0),
            again_on=again.get(case.pk),
            late_since=late.get(case.pk),
            reached_on=contact.reached_on if contact is not None else None,
            was_carried=case.pk in carried,
            has_referral=bool(referred.get(case.pk)),
        )
    return found


def _expiry(case: Case, day: datetime.date, *, is_outside: bool) -> datetime.date | None:
    """The last day of the term, or of § 9-2's three months while they run."""
    lease = case.lease
    state = expiry_state(
        LeaseFacts(
            starts_on=lease.starts_on,
            ends_on=lease.ends_on,
            moved_out_on=lease.moved_out_on,
            move_requested_on=lease.move_requested_on,
            is_outside_tenancy_act=is_outside,
        ),
        day,
    )
    if state.expiry is Expiry.RUNNING:
        return state.ends_on
    return state.last_safe_on if state.expiry is Expiry.EXPIRED else None


def _complaints(case_ids: Collection[int]) -> dict[int, int]:
    """How often each case has been about a complaint, where no meeting has decided since the last
    of them."""
    rows = (
        CaseTrigger.objects.filter(case__in=case_ids, kind=TriggerKind.COMPLAINT)
        .values("case")
        .annotate(complaints=Count("pk"), last_on=Max("opened_on"))
        .values_list("case", "complaints", "last_on")
    )
    decided = dict(
        CaseDecision.objects.filter(case__in=case_ids, withdrawn_on__isnull=True)
        .values("case")
        .annotate(held_on=Max("held_on"))
        .values_list("case", "held_on")
    )
    return {
        case: complaints
        for case, complaints, last_on in rows
        if case not in decided or decided[case] < last_on
    }


def _head_actions(dwelling_ids: Iterable[int]) -> dict[int, list[datetime.date | None]]:
    found: dict[int, list[datetime.date | None]] = {}
    rows = HeadLandlordAction.objects.filter(dwelling__in=list(dwelling_ids), closed_on=None)
    for dwelling_id, deadline_on in rows.values_list("dwelling_id", "deadline_on"):
        found.setdefault(dwelling_id, []).append(deadline_on)
    return found


def _again(case_ids: Collection[int]) -> dict[int, datetime.date]:
    """The day the newest decision on each case wants it back."""
    newest = (
        CaseDecision.objects.filter(case__in=case_ids, withdrawn_on__isnull=True)
        .order_by("case", "-held_on", "-id")
        .distinct("case")
    )
    return {case: on for case, on in newest.values_list("case_id", "again_on") if on is not None}


def _late(case_ids: Collection[int]) -> dict[int, datetime.date]:
    """The oldest due day of a decision whose task is still open."""
    rows = (
        Task.objects.filter(case__in=case_ids, kind=TASK, state=TaskState.OPEN)
        .values("case")
        .annotate(since=Min("due_on"))
    )
    return dict(rows.values_list("case", "since"))


def _carried(case_ids: Collection[int], held_on: datetime.date) -> frozenset[int]:
    """Cases that the last meeting before this one did not reach, or that stood on the agenda of
    one that was cancelled."""
    newest = (
        AgendaItem.objects.filter(
            case__in=case_ids,
            meeting__state__in=[MeetingState.CLOSED, MeetingState.CANCELLED],
            meeting__held_on__lte=held_on,
        )
        .order_by("case", "-meeting__held_on", "-id")
        .distinct("case")
    )
    rows = newest.values_list("case_id", "state")
    # What a meeting that was held did not reach is marked so; a cancelled one left it waiting.
    left = (ItemState.CARRIED, ItemState.WAITING)
    return frozenset(case for case, state in rows if state in left)
