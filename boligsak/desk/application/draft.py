"""How far a draft has come, first on its page; nothing of it when it is registered."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from boligsak.desk.application.base import Event, Reader
from tenants.models import Application, ApplicationState
from tenants.rules.applications import Step
from tenants.views.application_steps import progress, step_address


def section(application: Application, reader: Reader, day: datetime.date) -> dict[str, Any] | None:
    """The pages of a draft, and the one to go on with."""
    if application.state != ApplicationState.DRAFT or not reader.may_work:
        return None
    steps = progress(application)
    left = next((one for one in steps if one["state"] != "done"), steps[-1])
    return {
        "steps": steps,
        "register": step_address(application.pk, Step.REGISTER),
        "primary": {"href": left["href"], "label": _("Go on with the application")},
    }


def events(application: Application, reader: Reader) -> list[Event]:
    """Told with the application's other steps."""
    return []
