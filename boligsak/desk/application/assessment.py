"""Need, present housing and wishes on the application's page, and the application's own steps."""

import datetime
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from boligsak.accounts.models import Office
from boligsak.desk.application.base import Event, Reader
from boligsak.show import day as format_day
from boligsak.show import distance
from tenants.models import Application, ApplicationAct
from tenants.rules.applications import Step
from tenants.views.application_steps import step_address
from tenants.words.applications import ACTS, act, rooms_words


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any]:
    """What is asked for and why. Where the applicant lives and why is for the welfare side."""
    facts: list[tuple[str, Any]] = []
    if reader.sees_social:
        housing = (
            capfirst(str(application.get_present_housing_display()))
            if application.present_housing
            else ""
        )
        facts += [
            (_("Lives now"), housing),
            (_("About it"), application.present_note),
            (_("Need"), application.need),
            (_("Health grounds"), application.health),
            (_("Social grounds"), application.social),
        ]
    if application.must_leave_on:
        leave = (
            f"{format_day(application.must_leave_on)} ({distance(application.must_leave_on, day)})"
        )
        facts.append((_("Must leave by"), leave))
    facts += [
        (_("Rooms"), rooms_words(application.rooms_from, application.rooms_to)),
        (_("Access"), _("needs step-free access") if application.needs_accessible else ""),
        (_("Wishes"), application.wishes),
        (_("Wished districts"), ", ".join(_offices(application.wished_offices))),
    ]
    return {
        "facts": [(term, value) for term, value in facts if value],
        "change": step_address(application.pk, Step.NEED) if reader.may_work else "",
    }


def _offices(ids: list[int]) -> list[str]:
    if not ids:
        return []
    return list(Office.objects.filter(pk__in=ids).order_by("name").values_list("name", flat=True))


def events(application: Application, reader: Reader) -> list[Event]:
    """The steps on the application itself: begun, received, changed, withdrawn."""
    rows = ApplicationAct.objects.filter(application=application, what__in=ACTS)
    found = []
    for row in rows.select_related("by"):
        what, text, tone = act(row.what, row.facts, sees_social=reader.sees_social)
        entry = {
            "when": format_day(row.on),
            "what": what,
            "text": text,
            "who": str(row.by) if row.by else "",
            "tone": tone,
        }
        found.append(Event(row.on, row.entered_at, entry))
    return found
