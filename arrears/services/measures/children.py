"""The children's best interest, in writing."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction

from arrears.models import ChildrenAssessment
from arrears.rules.cases import WELFARE, parties_of
from arrears.services.cases.base import at_work, note_act, touched
from boligsak.rule import RuleBroken

ASSESSED = "children_assessed"
"""What it is called in the case's own history."""


@transaction.atomic
def assess_children(
    case_id: int, text: str, *, by: Any, on: datetime.date, assessed_on: datetime.date
) -> ChildrenAssessment:
    """The children's best interest, in writing (barnekonvensjonen art. 3). Never changed: a new
    one takes its place.

    Raises `RuleBroken` as `at_work` does, "measure.for_welfare", "children.empty",
    "children.ahead" (today).
    """
    case = at_work(case_id, by=by)
    if WELFARE not in parties_of(by.access.roles):
        raise RuleBroken("measure.for_welfare")
    if not text.strip():
        raise RuleBroken("children.empty")
    if assessed_on > on:
        raise RuleBroken("children.ahead", today=on)
    row = ChildrenAssessment.objects.create(case=case, text=text.strip(), on=assessed_on, by=by)
    note_act(case, ASSESSED, by=by, on=on, facts={"assessment": row.pk}, is_social=True)
    touched(case)
    return row
