"""What the cooperative or the head landlord does against a dwelling, in a line with its clock."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from arrears.words.measures import head_kind_name
from boligsak.show import day as format_day
from tenants.models import HeadLandlordAction
from tenants.rules.head_landlord import (
    LOSES_THE_HOME,
    Action,
    Clock,
    clock,
    earliest_deadline,
    is_too_short,
)


def action_line(row: HeadLandlordAction, user: Any, day: datetime.date) -> dict[str, Any]:
    """For desk/_head_action.html."""
    action = Action(row.kind, row.received_on, row.deadline_on, row.closed_on)
    where = clock(action, day)
    least = earliest_deadline(row.kind, row.received_on)
    too_short = ""
    if least is not None and where is not Clock.CLOSED and is_too_short(action):
        too_short = _(
            "The deadline is shorter than the law allows: an order to sell gives three months from "
            "receipt, here to %(day)s (burettslagslova § 5-22). Object in writing."
        ) % {"day": format_day(least)}
    return {
        "what": capfirst(head_kind_name(row.kind)),
        "received": format_day(row.received_on),
        "deadline_on": row.deadline_on if where is not Clock.CLOSED else None,
        "is_over": where is Clock.OVER,
        "closed": format_day(row.closed_on) if row.closed_on is not None else "",
        "result": row.result,
        "note": row.note,
        "too_short": too_short,
        "url": reverse("desk:head_action", args=[row.pk])
        if row.closed_on is None and user.has_perm("arrears.work_measure")
        else "",
        "close": reverse("desk:head_action_close", args=[row.pk])
        if row.closed_on is None and user.has_perm("arrears.work_measure")
        else "",
    }


_LAW = {"order_to_sell": "burettslagslova § 5-22", "eviction": "burettslagslova § 5-23"}


def head_deadline(row: HeadLandlordAction, day: datetime.date) -> dict[str, Any]:
    """A row of the clock of the open case in the dwelling, for desk/case/_clock.html. Only for an
    action with a deadline."""
    action = Action(row.kind, row.received_on, row.deadline_on, row.closed_on)
    return {
        "what": _("%(what)s from the cooperative or head landlord")
        % {"what": capfirst(head_kind_name(row.kind))},
        "law": _LAW.get(row.kind, ""),
        "from_on": format_day(row.received_on),
        "last_on": row.deadline_on,
        "last": format_day(row.deadline_on),
        "then": _("After it the home may be lost, whatever is paid here.")
        if row.kind in LOSES_THE_HOME
        else "",
        "is_over": clock(action, day) is Clock.OVER,
        "href": "",
    }
