"""Conditions of decisions, as the control at allocation and lists ask for them."""

from tenants.models import Condition, ConditionState, DecisionState


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
