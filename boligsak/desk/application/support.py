"""Help to manage the tenancy on the application's page: that it is arranged to everybody, what and
why to the welfare side."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from boligsak.desk.application.base import Event, Reader
from boligsak.show import day as format_day
from tenants.models import Application, ApplicationState, SupportMeasure, SupportState
from tenants.queries.applications import measures_of, newest_support
from tenants.rules.applications import Step
from tenants.views.application_steps import step_address
from tenants.words.applications import PARTY_NAMES

_COLORS = {
    SupportState.PREPARED: "info",
    SupportState.RUNNING: "success",
    SupportState.ENDED: "neutral",
    SupportState.DROPPED: "neutral",
}


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """The conclusion with its reasons, and what is prepared."""
    newest = newest_support(application.pk)
    measures = measures_of(application.pk)
    waiting = [one for one in measures if one.state == SupportState.PREPARED]
    shown: dict[str, Any] = {
        "is_assessed": newest is not None,
        "change": step_address(application.pk, Step.SUPPORT) if reader.may_work else "",
        "conclusion": "",
    }
    if newest is not None:
        shown["conclusion"] = (
            _("Help is needed to manage the tenancy.")
            if newest.needs_help
            else _("No help is needed to manage the tenancy.")
        )
        if newest.needs_help:
            shown["prepare"] = (
                reverse("desk:support_new", args=[application.pk]) if reader.may_work else ""
            )
            live = [one for one in measures if one.state != SupportState.DROPPED]
            shown["lacks"] = not live and application.state not in _OVER
    if not reader.sees_social:
        # What it is and why says something of the applicant; that somebody comes does not.
        shown["arranged"] = len([one for one in measures if one.state in _ARRANGED])
        return shown
    if newest is not None:
        shown |= {
            "reasons": newest.reasons,
            "tenant_says": newest.tenant_says,
            "assessed": f"{format_day(newest.on)}, {newest.by}",
        }
    shown["measures"] = [_measure(one, reader.may_work) for one in measures]
    shown["waits"] = len(waiting)
    return shown


_OVER = (ApplicationState.WITHDRAWN, ApplicationState.CLOSED)
_ARRANGED = (SupportState.PREPARED, SupportState.RUNNING)


def events(application: Application, reader: Reader) -> list[Event]:
    """Told with the application's other steps."""
    return []


def _measure(one: SupportMeasure, may_work: bool) -> dict[str, Any]:
    is_prepared = one.state == SupportState.PREPARED
    who = str(one.responsible) if one.responsible else _("nobody is chosen yet")
    begins = _("on the day of the keys")
    if one.started_on or one.starts_on:
        begins = format_day(one.started_on or one.starts_on)
    words = [str(PARTY_NAMES.get(one.party, one.party)), who]
    if one.state == SupportState.RUNNING:
        words.append(_("began %(day)s") % {"day": begins})
    elif is_prepared:
        words.append(_("begins %(day)s") % {"day": begins})
    elif one.result:
        words.append(one.result)
    if one.review_on and one.ended_on is None:
        words.append(_("looked at again %(day)s") % {"day": format_day(one.review_on)})
    state = str(one.get_state_display())
    return {
        "name": one.name,
        "words": " · ".join(words),
        "state": state[:1].upper() + state[1:],
        "color": _COLORS.get(SupportState(one.state), "neutral"),
        "change": reverse("desk:support_change", args=[one.pk]) if may_work and is_prepared else "",
    }
