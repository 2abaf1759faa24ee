"""Where each next step is done: the page its button leads to."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.urls import resolve, reverse

from arrears.models import NextStep
from arrears.rules.step_policy import Action
from arrears.words.next_steps import action_name
from boligsak.web import page_permission


class _Place(NamedTuple):
    """`about`: whose id the address takes: the case's, the lease's or the step's own. `more`:
    what follows it."""

    url_name: str
    about: str = "case"
    more: tuple[str, ...] = ()
    query: str = ""


PLACES: Mapping[str, _Place] = {
    Action.CALL: _Place("arrears:phone_note"),
    Action.LETTER: _Place("arrears:contact_new", query="?channel=letter"),
    Action.HOME_VISIT: _Place("arrears:visit_new"),
    Action.REMINDER: _Place("arrears:notice_write", more=("reminder",)),
    Action.COLLECTION_NOTICE: _Place("arrears:notice_write", more=("collection_notice",)),
    Action.PAYMENT_DEMAND: _Place("arrears:notice_write", more=("payment_demand",)),
    Action.OFFER_PLAN: _Place("arrears:new_plan"),
    Action.DEBT_ADVICE: _Place("arrears:step_finish", "step"),
    Action.HOUSING_ALLOWANCE: _Place("arrears:step_finish", "step"),
    Action.RECORD_VIEW: _Place("arrears:tenant_view"),
    Action.ANSWER_MEASURES: _Place("arrears:measures"),
    Action.ASSESS_CHILDREN: _Place("arrears:children"),
    Action.RENEW_LEASE: _Place("desk:lease", "lease"),
    Action.ASK_TO_MOVE: _Place("arrears:notice_write", more=("move_request",)),
    Action.WARN_EVICTION: _Place("arrears:notice_new"),
    Action.TO_MEETING: _Place("arrears:case_meeting"),
    Action.REFER: _Place("arrears:gate"),
    Action.NOTHING: _Place("arrears:step_finish", "step"),
    Action.CONTACT_ESTATE: _Place("arrears:contact_new"),
    Action.ASK_PAYER: _Place("arrears:step_finish", "step"),
    Action.COVER_RENT: _Place("arrears:step_finish", "step"),
}


def place_of(step: NextStep, lease_id: int, user: Any) -> dict[str, str] | None:
    """The address where a step is done and what its button says; None for who may not do it."""
    place = PLACES.get(step.action)
    if place is None:
        return None
    ids = {"case": step.case_id, "lease": lease_id, "step": step.pk}
    path = reverse(place.url_name, args=[ids[place.about], *place.more])
    permission = page_permission(resolve(path).func)
    if permission is not None and not user.has_perm(permission):
        return None
    return {"href": path + place.query, "label": action_name(step.action)}
