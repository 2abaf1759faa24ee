"""The tenant's own view, in their own words, and whether they were asked for it. Only added to."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from arrears.models import TenantView
from arrears.services.cases.base import at_work, touched
from boligsak.rule import RuleBroken
from tenants.queries.reach import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class NewView:
    """What one tenant said on a day, or why it is missing, or only that they were invited.

    `invited_on` and `invited_by` (a channel) come together.
    """

    person_id: int
    on: datetime.date
    words: str = ""
    missing_because: str = ""
    invited_on: datetime.date | None = None
    invited_by: str = ""
    interpreter: str = ""
    is_social: bool = False


@transaction.atomic
def record_view(case_id: int, view: NewView, *, by: Any, on: datetime.date) -> TenantView:
    """Adds to what is known of a tenant's view; what was entered last counts. `on` is today.

    Raises `RuleBroken` as `at_work` does, "view.not_yet" (today), "view.says_nothing",
    "view.both" (words and a reason why there are none), "view.invitation" (day and channel come
    together), "contact.not_a_tenant", or "contact.dead" (died_on) while another tenant lives: then
    only the living are asked; once nobody lives, it is the estate's view.
    """
    case = at_work(case_id, by=by)
    words, missing = view.words.strip(), view.missing_because.strip()
    if view.on > on or (view.invited_on is not None and view.invited_on > on):
        raise RuleBroken("view.not_yet", today=on)
    if words and missing:
        raise RuleBroken("view.both")
    if not words and not missing and view.invited_on is None:
        raise RuleBroken("view.says_nothing")
    if (view.invited_on is None) != (not view.invited_by):
        raise RuleBroken("view.invitation")
    tenants = {one.person_id: one for one in reach([case.lease_id], on)[case.lease_id]}
    if view.person_id not in tenants:
        raise RuleBroken("contact.not_a_tenant")
    died_on = tenants[view.person_id].died_on
    if died_on is not None and any(one.died_on is None for one in tenants.values()):
        raise RuleBroken("contact.dead", died_on=died_on)
    row = TenantView.objects.create(
        case=case,
        person_id=view.person_id,
        words=words,
        missing_because=missing,
        invited_on=view.invited_on,
        invited_by=view.invited_by,
        interpreter=view.interpreter.strip(),
        is_social=view.is_social,
        on=view.on,
        by=by,
    )
    touched(case)
    return row
