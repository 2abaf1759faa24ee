"""What comes back on a notice: documented receipt, a protest, a reservation against warning Nav."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from arrears.models import Case, Notice, NoticeServing, NoticeState, Party
from arrears.queries.notices import sent_notices, situation
from arrears.rules.cases import parties_of
from arrears.rules.notices import KINDS, WARNINGS, Kind, termination_term
from arrears.rules.sending import check_sender
from arrears.services.cases.base import at_work, touched
from arrears.services.notices.letters import Key, write_again
from arrears.services.notices.sending import Serving, check_ways, serve
from arrears.services.tasks import make_task
from boligsak.rule import RuleBroken

RESERVABLE = frozenset({*WARNINGS, Kind.NAV_WARNING})
"""Notices that tell the tenant of the right to reserve (§ 9-11)."""


@transaction.atomic
def serve_also(
    notice_id: int,
    servings: Sequence[Serving],
    *,
    sent_on: datetime.date,
    by: Any,
    on: datetime.date,
) -> Notice:
    """The same letter to somebody it concerns who has not had it: a tenant or a guardian who came
    later. The wait is counted from the last tenant to be sent it.

    Raises RuleBroken "notice.not_sent", "notice.not_yours", "notice.sent_ahead",
    "notice.received_before_sent", "notice.served_already", "notice.tenant_died",
    "notice.plan_runs", "notice.not_concerned" (sent_on), or what `check_channel` and `at_work`
    raise.
    """
    case_id = Notice.objects.values_list("case_id", flat=True).get(pk=notice_id)
    case = at_work(case_id, by=by)
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state != NoticeState.SENT or notice.sent_on is None:
        raise RuleBroken("notice.not_sent")
    kind = Kind(notice.kind)
    check_sender(kind, parties_of(by.access.roles))
    if sent_on > on:
        raise RuleBroken("notice.sent_ahead", day=on)
    if sent_on < notice.sent_on:
        raise RuleBroken("notice.received_before_sent", sent_on=notice.sent_on)
    has = set(notice.servings.values_list("person_id", "guardianship_id"))
    if any((one.person_id, one.guardianship_id) in has for one in servings):
        raise RuleBroken("notice.served_already")
    _check_may_still(case, kind, sent_on)
    check_ways(case, kind, servings, sent_on)
    serve(notice, servings, sent_on)
    touched(case)
    keys: list[Key] = [(one.person_id, one.guardianship_id) for one in servings]
    write_again(case, notice, keys, by=by, on=on)
    return notice


def _check_may_still(case: Case, kind: Kind, sent_on: datetime.date) -> None:
    """What stops a letter stops its being sent to more: a death, and for money a plan that runs."""
    now = situation(case.lease, sent_on)
    if now.died_on is not None and now.died_on <= sent_on:
        raise RuleBroken("notice.tenant_died", died_on=now.died_on)
    if KINDS[kind].names and now.plan_from is not None:
        raise RuleBroken("notice.plan_runs", signed_on=now.plan_from)


@transaction.atomic
def note_answer(
    serving_id: int,
    *,
    received_on: datetime.date | None,
    protest_on: datetime.date | None,
    reserved_on: datetime.date | None,
    note: str,
    by: Any,
    on: datetime.date,
    version: int | None = None,
) -> NoticeServing:
    """What is known of how one person got the notice and answered it; None: nothing.

    Raises RuleBroken "notice.not_sent", "notice.changed", "notice.received_before_sent" (sent_on),
    "notice.sent_ahead" (a day to come), "notice.no_protest_here", "notice.no_reservation_here",
    "notice.guardian_copy" (the months run from what the tenant got), or what `at_work` raises.
    """
    case_id, kind, state = NoticeServing.objects.values_list(
        "notice__case_id", "notice__kind", "notice__state"
    ).get(pk=serving_id)
    case = at_work(case_id, by=by)
    serving = NoticeServing.objects.select_for_update(of=("self",)).get(pk=serving_id)
    if state != NoticeState.SENT:
        raise RuleBroken("notice.not_sent")
    if version is not None and serving.version != version:
        raise RuleBroken("notice.changed")
    days = [day for day in (received_on, protest_on, reserved_on) if day is not None]
    if any(day < serving.sent_on for day in days):
        raise RuleBroken("notice.received_before_sent", sent_on=serving.sent_on)
    if any(day > on for day in days):
        raise RuleBroken("notice.sent_ahead", day=on)
    if protest_on is not None and kind != Kind.TERMINATION:
        raise RuleBroken("notice.no_protest_here")
    if reserved_on is not None and kind not in RESERVABLE:
        raise RuleBroken("notice.no_reservation_here")
    if serving.guardianship_id is not None and (protest_on or reserved_on):
        raise RuleBroken("notice.guardian_copy")
    serving.received_on, serving.protest_on = received_on, protest_on
    serving.reserved_on, serving.note = reserved_on, note.strip()
    serving.version += 1
    serving.save()
    if protest_on is not None:
        _remind_of_suit(case, serving.notice_id, by, on)
    touched(case)
    return serving


def _remind_of_suit(case: Case, notice_id: int, by: Any, on: datetime.date) -> None:
    """§ 9-8: after a protest in time the landlord has a last day to sue, which never moves."""
    sent = next(one for one in sent_notices([case.lease_id])[case.lease_id] if one.id == notice_id)
    found = termination_term(sent.sent_on, sent.received, sent.protests, months=sent.months)
    if found.suit_last_on is not None:
        make_task(
            kind="protested",
            case=case,
            party=Party.LANDLORD,
            due_on=found.suit_last_on,
            about=f"notice:{notice_id}",
            facts={"suit_on": found.suit_last_on.isoformat()},
            by=by,
            on=on,
        )
