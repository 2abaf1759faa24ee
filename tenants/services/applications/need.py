"""Where the applicant lives now, why a home is needed, and what is wished for."""

import datetime
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from boligsak.accounts.models import Office
from boligsak.dates import add_months
from boligsak.rule import RuleBroken
from tenants.models import Application
from tenants.rules.applications import Step, check_rooms
from tenants.services.applications.base import at_work, note_act, touched
from tenants.services.applications.beginning import forget_typed
from tenants.services.history import signed

LONGEST_AHEAD_MONTHS = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One page of the application. `wished_offices`: the districts, none is every one."""

    present_housing: str
    present_note: str = ""
    must_leave_on: datetime.date | None = None
    need: str
    health: str = ""
    social: str = ""
    wishes: str = ""
    wished_offices: Sequence[int] = ()
    needs_accessible: bool = False
    rooms_from: int | None = None
    rooms_to: int | None = None


@transaction.atomic
def describe(
    application_id: int, need: Need, *, by: Any, on: datetime.date, version: int | None
) -> Application:
    """Writes the page down; the history keeps what stood there before.

    Raises `RuleBroken` as `at_work` and `check_rooms` do, "application.must_leave" for a day years
    away, or "application.wished_office" for an office that has closed.
    """
    row = at_work(application_id, by=by, version=version)
    check_rooms(need.rooms_from, need.rooms_to)
    leaves = need.must_leave_on
    if leaves is not None and leaves > add_months(on, LONGEST_AHEAD_MONTHS):
        raise RuleBroken("application.must_leave")
    wished = sorted(set(need.wished_offices))
    # An office that was wished for before it closed is no fault of whoever saves the page now.
    new = set(wished) - set(row.wished_offices)
    if Office.objects.filter(pk__in=new).exclude(closed_on__lt=on).count() < len(new):
        raise RuleBroken("application.wished_office")
    values = asdict(need) | {"wished_offices": wished}
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    with signed(by):
        row.save(update_fields=[*values])
    forget_typed(row, Step.NEED)
    note_act(row, "need", by=by, on=on)
    touched(row)
    return row
