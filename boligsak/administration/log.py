"""Who took which step with a row, for registers whose rows have no history of their own."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.text import capfirst

from boligsak.administration.steps import Step
from boligsak.show import moment

MOST = 20


def write(row: Model, step: Step, result: Any, by: Any) -> None:
    """One line, in the transaction of the step. What came of it is told where it is another row:
    the role that was given, to the user it was given to."""
    LogEntry.objects.create(
        user_id=by.pk,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(result)[:200] if result != row else "",
        action_flag=CHANGE,
        change_message=step.name,
    )


def timeline(row: Model, steps: Iterable[Step | None]) -> list[dict[str, Any]]:
    """For parts/_timeline.html, newest first. Two queries."""
    labels = {step.name: step.label for step in steps if step is not None}
    entries = (
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk)
        )
        .select_related("user")
        .order_by("-action_time", "-pk")[:MOST]
    )
    return [
        {
            "when": moment(entry.action_time),
            "who": str(entry.user),
            "what": str(labels.get(entry.change_message, entry.change_message)),
            "text": capfirst(entry.object_repr),
        }
        for entry in entries
    ]
