"""Cases with measures on them, and the hands that carry them out."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from arrears.models import Case, Measure, MeasureKind
from arrears.services import measures as service
from arrears.services.cases.opening import NewTrigger, open_case
from arrears.services.cases.sharing import set_sharing
from arrears.services.measures import LineAnswer, Task
from boligsak.rule import RuleBroken
from tests.factories import LeaseFactory

TODAY = dt.date(2026, 11, 20)
ONE = dt.timedelta(days=1)
WELFARE = Task(party="welfare")


def opened(by: Any, *triggers: str, **lease: Any) -> Case:
    kinds = triggers or ("arrears",)
    made = open_case(
        LeaseFactory(**lease).pk, [NewTrigger(kind) for kind in kinds], by=by, on=TODAY
    )
    return made.case


def shared(by: Any, *triggers: str) -> Case:
    """A case the landlord and the housing unit may see."""
    case = opened(by, *triggers)
    set_sharing(case.pk, "consent", by=by, on=TODAY, source="Muntlig, telefon", since=TODAY)
    return case


def kind(code: str) -> MeasureKind:
    return MeasureKind.objects.get(code=code)


def proposed(case: Case, code: str, by: Any, task: Task = WELFARE, **more: Any) -> Measure:
    return service.propose(case.pk, kind(code).pk, task, by=by, on=TODAY, **more)


def refused(call: Any, *args: Any, **more: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken, transaction.atomic():
        call(*args, **more)
    return broken.value


def line(code: str, how: str, **more: Any) -> LineAnswer:
    row = kind(code)
    return LineAnswer(kind_id=row.pk, how=how, **{"seen": "", "task": Task(party=row.party)} | more)
