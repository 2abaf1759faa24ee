"""Raising system issues, working on them and ending them."""

import datetime
from typing import Any

from django.db import transaction

from arrears.models import Party
from boligsak.rule import RuleBroken
from meetings.models import IssueNote, IssueState, SystemIssue
from meetings.rules.issues import DROPPED, SOLVED, check_step


@transaction.atomic
def raise_issue(
    *,
    title: str,
    text: str,
    office_id: int | None,
    party: str = Party.WELFARE,
    owner_id: int | None = None,
    due_on: datetime.date | None = None,
    by: Any,
    on: datetime.date,
) -> SystemIssue:
    """A routine that fails, at one office or (None) at all of them.

    Raises `RuleBroken("issue.office")` for an office that is not the user's, and for all of them
    when the user is bound to some.
    """
    access = by.access
    if office_id is None:
        if access.office_ids is not None:
            raise RuleBroken("issue.office")
    elif not access.covers(office_id):
        raise RuleBroken("issue.office")
    return SystemIssue.objects.create(
        title=title.strip(),
        text=text.strip(),
        office_id=office_id,
        party=party,
        owner_id=owner_id,
        due_on=due_on,
        raised_on=on,
        raised_by=by,
    )


@transaction.atomic
def work_issue(
    issue_id: int,
    *,
    text: str,
    to_state: str,
    party: str,
    owner_id: int | None,
    due_on: datetime.date | None,
    version: int,
    by: Any,
    on: datetime.date,
) -> SystemIssue:
    """A note on an issue, and whose it is, by when and in which state from here on.

    Raises `RuleBroken` "issue.not_visible", "issue.changed", "issue.no_text", and as `check_step`.
    """
    rows = SystemIssue.objects.select_for_update(of=("self",)).visible_to(by)
    issue = rows.filter(pk=issue_id).first()
    if issue is None:
        raise RuleBroken("issue.not_visible")
    if issue.version != version:
        raise RuleBroken("issue.changed")
    if not text.strip():
        raise RuleBroken("issue.no_text")
    check_step(issue.state, to_state, result=text)
    is_over = to_state in (SOLVED, DROPPED)
    issue.state = IssueState(to_state)
    issue.ended_on = on if is_over else None
    issue.result = text.strip()[:400] if is_over else ""
    issue.party, issue.owner_id, issue.due_on = party, owner_id, due_on
    issue.version += 1
    issue.save()
    IssueNote.objects.create(issue=issue, text=text.strip(), to_state=to_state, on=on, by=by)
    return issue
