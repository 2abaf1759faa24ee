"""System issues as a list."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from meetings.models import IssueState, SystemIssue

OPEN = (IssueState.OPEN, IssueState.WORKING)


@dataclass(frozen=True, slots=True)
class IssueChoice:
    """Which issues: of one office, of one party, and unsolved ("open"), ended ("over") or all."""

    office_id: int | None = None
    party: str = ""
    which: str = "open"


def issues(user: Any, choice: IssueChoice) -> QuerySet[SystemIssue]:
    """Those that are due first come first."""
    found = SystemIssue.objects.visible_to(user).select_related("office", "owner", "raised_by")
    if choice.office_id is not None:
        found = found.filter(office=choice.office_id)
    if choice.party:
        found = found.filter(party=choice.party)
    if choice.which == "open":
        found = found.filter(state__in=OPEN)
    elif choice.which == "over":
        found = found.exclude(state__in=OPEN)
    return found.order_by(F("due_on").asc(nulls_last=True), "raised_on", "pk")
