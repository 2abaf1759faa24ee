"""Writing a notice before it is sent: a draft is written anew as often as needed."""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Case, Notice, NoticeCharge, NoticeState
from arrears.services.cases.base import at_work, touched
from arrears.services.notices.letters import is_queued
from arrears.services.notices.making import DAYS_AHEAD, Made, Wanted, make
from boligsak.rule import RuleBroken


@transaction.atomic
def draft_notice(
    case_id: int, wanted: Wanted, *, by: Any, on: datetime.date, version: int | None = None
) -> Notice:
    """A notice ready to be printed and sent on the day it is dated.

    Raises RuleBroken: what `at_work` and `make` raise, or "notice.dated" (first_on, last_on) for a
    letter dated back or too far ahead.
    """
    case = at_work(case_id, by=by, version=version)
    _check_dated(wanted, on)
    made = make(case, wanted)
    notice = Notice.objects.create(
        case=case, lease=case.lease, kind=wanted.kind, made_on=on, by=by, **_values(made)
    )
    _name(notice, made)
    touched(case)
    return notice


@transaction.atomic
def rewrite_notice(
    notice_id: int, wanted: Wanted, *, by: Any, on: datetime.date, version: int | None = None
) -> Notice:
    """The draft as it would be now. `version` is the notice's own.

    Raises as `draft_notice`, or "notice.changed", "notice.not_a_draft" or "notice.queued" (its
    letters are in the outbox).
    """
    notice, case = draft_at_work(notice_id, by=by, version=version)
    if is_queued(notice):
        raise RuleBroken("notice.queued")
    if wanted.kind != notice.kind:
        raise ValueError("a draft keeps its kind")
    _check_dated(wanted, on)
    made = make(case, wanted)
    for name, value in _values(made).items():
        setattr(notice, name, value)
    notice.version += 1
    notice.save()
    notice.charges.all().delete()
    _name(notice, made)
    touched(case)
    return notice


def draft_at_work(notice_id: int, *, by: Any, version: int | None) -> tuple[Notice, Case]:
    """The draft and its case, locked in the order of the house: the case first."""
    case_id = Notice.objects.values_list("case_id", flat=True).get(pk=notice_id)
    case = at_work(case_id, by=by)
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state != NoticeState.DRAFT:
        raise RuleBroken("notice.not_a_draft", state=notice.state)
    if version is not None and notice.version != version:
        raise RuleBroken("notice.changed")
    return notice, case


def _check_dated(wanted: Wanted, on: datetime.date) -> None:
    last_on = on + datetime.timedelta(days=DAYS_AHEAD)
    if not on <= wanted.dated_on <= last_on:
        raise RuleBroken("notice.dated", first_on=on, last_on=last_on)


def _values(made: Made) -> dict[str, Any]:
    return {
        "last_on": made.term.last_on if made.term else None,
        "allowed_from": made.term.allowed_from if made.term else None,
        "end_on": made.end_on,
        "grounds": made.wanted.grounds,
        "own_words": made.wanted.own_words,
        "body": made.body,
        "facts": made.facts,
        "rate_ids": list(made.rate_ids),
        "principal_ore": made.principal_ore,
        "fee_ore": made.fee.amount_ore,
        "interest_ore": made.interest_ore,
    }


def _name(notice: Notice, made: Made) -> None:
    NoticeCharge.objects.bulk_create(
        NoticeCharge(notice=notice, line_id=charge.line_id, open_ore=charge.open_ore)
        for charge in made.charges
    )
