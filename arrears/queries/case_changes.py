"""Who changed a case since somebody opened a form on it, and what they did."""

import datetime
from typing import Any, NamedTuple

from django.apps import apps

from arrears.models import CaseAct
from boligsak.accounts.models import User


class Change(NamedTuple):
    """A change of a case: who made it (empty: the night), when, and the act it was, if it was one
    of the case's own."""

    who: str
    at: datetime.datetime
    what: str
    facts: dict[str, Any]


_SAME = datetime.timedelta(seconds=30)  # no form takes longer


def changes_since(case_id: int, version: int) -> list[Change]:
    """What has been done to a case since a form was opened on that version, oldest first."""
    history: Any = apps.get_model("arrears", "CaseEvent")
    kept = history.objects.filter(pgh_obj_id=case_id, version__gte=version).order_by("pgh_id")
    hands: dict[datetime.datetime, Any] = {}
    for at, context in kept.values_list("pgh_created_at", "pgh_context__metadata"):
        hands.setdefault(at, (context or {}).get("user"))
    if not hands:
        return []
    # A change has its transaction's instant, an act that of its own statement, a little later.
    acts = list(
        CaseAct.objects.filter(case_id=case_id, entered_at__gte=min(hands))
        .select_related("by")
        .order_by("pk")
    )
    users = User.objects.in_bulk([user for user in hands.values() if user])
    changes = []
    for at, user_id in hands.items():
        act = next(
            (one for one in acts if one.by_id == user_id and at <= one.entered_at <= at + _SAME),
            None,
        )
        if act is not None:
            acts.remove(act)
        who = str(users.get(user_id) or "")
        changes.append(Change(who, at, act.what if act else "", act.facts if act else {}))
    return changes
