"""What every step on an application has in common: the lock, who may take it, and that it is noted.

Locks are taken in one order everywhere: the application, then its decisions and their conditions,
the offer, the dwelling, the lease, the lease's account, and then the rest.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import F

from boligsak.rule import RuleBroken
from tenants.models import Application, ApplicationAct
from tenants.rules.applications import OPEN


def at_work(
    application_id: int, *, by: Any, version: int | None = None, must_be_open: bool = True
) -> Application:
    """The application, locked until the transaction ends, with its office, applicant and lease.

    `version` is the one the form was opened on; None skips the comparison (a night's own work, or
    an act that no other can spoil). `by` None is the night, which sees everything. Raises
    `RuleBroken`: "application.not_visible", "application.masked" (number: a protected address),
    "application.ended" (number, state), "application.changed" (number, version).
    """
    if by is not None and not Application.objects.visible_to(by).filter(pk=application_id).exists():
        raise RuleBroken("application.not_visible")
    rows = Application.objects.select_for_update(of=("self",))
    row = rows.select_related("office", "applicant", "lease", "owner").get(pk=application_id)
    # Once more under the lock: it may have become protected while this one waited.
    if by is not None and not by.access.covers(row.office_id):
        raise RuleBroken("application.not_visible")
    if by is not None and row.is_protected and not by.access.is_cleared:
        raise RuleBroken("application.masked", number=row.number)
    if version is not None and version != row.version:
        raise RuleBroken("application.changed", number=row.number, version=row.version)
    if must_be_open and row.state not in OPEN:
        raise RuleBroken("application.ended", number=row.number, state=row.state)
    return row


def touched(application: Application) -> None:
    """Another version of it from here on: whoever opened a form before is told."""
    Application.objects.filter(pk=application.pk).update(version=F("version") + 1)
    application.version += 1


def note_act(
    application: Application,
    what: str,
    facts: Mapping[str, Any] | None = None,
    *,
    by: Any,
    on: datetime.date,
) -> ApplicationAct:
    """Writes down a step on the application. `facts` are JSON values: codes, ids, days; nothing
    about health or social matters, for the timeline is read by every party."""
    return ApplicationAct.objects.create(
        application=application, what=what, facts=dict(facts or {}), on=on, by=by
    )
