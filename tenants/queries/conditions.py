"""Conditions of decisions, as the control at allocation and lists ask for them."""

import datetime
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import QuerySet

from tenants.models import (
    Application,
    ApplicationMember,
    ApplicationState,
    Condition,
    ConditionState,
    DecisionState,
    MemberRole,
)
from tenants.queries.masked import masked_last


def adults_of(application_ids: Collection[int]) -> dict[int, set[int]]:
    """The applicant and the other adults of each household that applies. Two queries."""
    found: dict[int, set[int]] = {pk: set() for pk in application_ids}
    applicants = Application.objects.filter(pk__in=found, applicant__isnull=False)
    adults = ApplicationMember.objects.filter(application__in=found, role=MemberRole.ADULT)
    for pk, person in [
        *applicants.values_list("pk", "applicant_id"),
        *adults.values_list("application_id", "person_id"),
    ]:
        found[pk].add(person)
    return found


def open_conditions(application_id: int) -> list[Condition]:
    """What is not in order before a home can be taken over: unmet conditions of the decisions that
    hold, by the day they are due."""
    rows = Condition.objects.filter(
        decision__application=application_id,
        decision__state=DecisionState.FINAL,
        state=ConditionState.OPEN,
    )
    return list(rows.select_related("decision", "responsible").order_by("due_on", "pk"))


def conditions_of(application_id: int) -> list[Condition]:
    """Every condition of the decisions that hold, met or not."""
    rows = Condition.objects.filter(
        decision__application=application_id, decision__state=DecisionState.FINAL
    )
    return list(
        rows.select_related("decision", "responsible", "settled_by").order_by("decision", "pk")
    )


class ConditionChoice(NamedTuple):
    """What a list of conditions shows. `state`: "open", "overdue", "met", "waived" or "every"."""

    office_id: int | None = None
    state: str = "open"
    party: str = ""
    kind: str = ""

    @property
    def is_everything(self) -> bool:
        return self == ConditionChoice()


_ENDED = (ApplicationState.WITHDRAWN, ApplicationState.CLOSED, ApplicationState.HOUSED)

ORDERS: dict[str, tuple[str, ...]] = {
    "due": ("due_on", "pk"),
    "-due": ("-due_on", "-pk"),
    "number": ("decision__application__number", "pk"),
    "-number": ("-decision__application__number", "-pk"),
}


def ordered(rows: QuerySet[Condition], order: str, user: Any) -> QuerySet[Condition]:
    """Those of protected applications last for who is not cleared, unless the number orders all."""
    application = "decision__application__"
    if order.endswith("number"):
        return rows.order_by(*ORDERS[order])
    return masked_last(
        rows,
        user,
        ORDERS[order],
        protected=f"{application}is_protected",
        number=f"{application}number",
    )


def visible_conditions(user: Any) -> QuerySet[Condition]:
    """Conditions of decisions that hold, on applications this user sees. The landlord, who sees no
    application, sees those it is to check."""
    rows = Condition.objects.filter(
        decision__state=DecisionState.FINAL,
        decision__application__in=Application.objects.visible_to(user),
    )
    if not user.has_perm("tenants.view_application"):
        rows = rows.filter(party="landlord")
    return rows.select_related("decision__application__applicant", "decision__application__office")


def chosen(user: Any, choice: ConditionChoice, day: datetime.date) -> QuerySet[Condition]:
    """Those of them the list shows. A masked row shows its number and state: what asks for anything
    else leaves it out, for it would tell."""
    rows = visible_conditions(user)
    if choice.office_id is not None or choice.party or choice.kind or choice.state == "overdue":
        rows = rows.filter(decision__application__in=Application.objects.unmasked(user))
    if choice.state in (ConditionState.OPEN, "overdue"):
        rows = rows.exclude(decision__application__state__in=_ENDED)
    if choice.office_id is not None:
        rows = rows.filter(decision__application__office=choice.office_id)
    if choice.state == "overdue":
        rows = rows.filter(state=ConditionState.OPEN, due_on__lt=day)
    elif choice.state != "every":
        rows = rows.filter(state=choice.state)
    if choice.party:
        rows = rows.filter(party=choice.party)
    return rows.filter(kind=choice.kind) if choice.kind else rows
