"""Forms that are sent once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

from boligsak.accounts.models import Submission


def once(submission_id: UUID, *, by: Any, path: str, do: Callable[[], str]) -> str:
    """Does `do` in one transaction and returns where to go on (a local path).

    A repeat of the same form by the same user waits for the first and returns its answer; nothing
    is done twice. Raises what `do` raises, and then the form may be sent again.
    """
    with transaction.atomic():
        row, is_first = Submission.objects.select_for_update(of=("self",)).get_or_create(
            id=submission_id, defaults={"user": by, "path": path[:200], "answer": ""}
        )
        if not is_first and row.user_id == by.pk:
            return row.answer or path
        if not is_first:
            raise PermissionError("a submission belongs to who sent it")
        row.answer = do()
        row.save(update_fields=["answer"])
        return row.answer
