"""A meeting's items in order, and what they are called for those who may know."""

import datetime
from collections.abc import Sequence
from typing import Any

from arrears.models import Case
from meetings.models import AgendaItem, ItemState, Meeting
from meetings.rules.session import Draft
from tenants.models import LeaseParty


def items_of(meeting: Meeting) -> list[AgendaItem]:
    """The items in order, those taken off last, with their case, issue and owner."""
    rows = meeting.items.select_related(
        "case__lease__dwelling", "case__office", "issue", "owner", "recorded"
    ).order_by("position", "pk")
    return sorted(rows, key=lambda item: item.state == ItemState.DROPPED)


def drafts(items: Sequence[AgendaItem]) -> list[Draft]:
    """What the rules need to know of them to close the meeting. Places begin with 1."""
    return [
        Draft(
            item_id=item.pk,
            place=place,
            is_case=item.case_id is not None,
            is_dropped=item.state == ItemState.DROPPED,
            has_note=bool(item.note.strip() or item.social_note.strip()),
            decision=item.decision,
            reason=item.reason,
            due_on=item.due_on,
            again_on=item.again_on,
        )
        for place, item in enumerate(items, start=1)
    ]


def may_be_named(case: Case) -> bool:
    """Whether the case may stand in minutes that all parties get with its name and address.

    Not one with a protected address, nor one without a basis for sharing or with a reservation
    (husleieloven § 9-11): those stand by their number.
    """
    if case.lease.is_protected or case.sharing_basis == "none":
        return False
    return not case.notices.filter(state="sent", servings__reserved_on__isnull=False).exists()


def named(cases: Sequence[Case], day: datetime.date) -> dict[int, str]:
    """Tenants and address in one line, by case id, of those that may be named."""
    open_to_all = [case for case in cases if may_be_named(case)]
    tenants: dict[int, list[str]] = {}
    rows: Any = (
        LeaseParty.objects.filter(
            lease__in=[case.lease_id for case in open_to_all], role="tenant", from_on__lte=day
        )
        .exclude(to_on__lt=day)
        .order_by("position", "pk")
        .values_list("lease_id", "person__given_name", "person__family_name")
    )
    for lease_id, given, family in rows:
        tenants.setdefault(lease_id, []).append(f"{given} {family}")
    return {
        case.pk: ", ".join([*tenants.get(case.lease_id, []), str(case.lease.dwelling)])
        for case in open_to_all
    }
