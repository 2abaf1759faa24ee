"""Forms that are sent once, and forgetting what no one needs any more."""

import datetime
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction

from boligsak import dates
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
            raise PermissionDenied("a submission belongs to who sent it")
        row.answer = do()
        row.save(update_fields=["answer"])
        return row.answer


KEEP_SUBMISSIONS = datetime.timedelta(days=30)  # no form stays open in a browser for longer


def forget_old(day: datetime.date) -> dict[str, int]:
    """Drops sent forms nobody can send again, and sessions that have run out."""
    submissions, _ = Submission.objects.filter(at__date__lt=day - KEEP_SUBMISSIONS).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=dates.now()).delete()
    return {"submissions": submissions, "sessions": sessions}
