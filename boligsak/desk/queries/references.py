"""What a reference on a letter is of: an application, a decision on it, or a complaint."""

import re
from typing import Any, NamedTuple

from tenants.models import Application, Complaint
from tenants.rules.applications import application_number

# A letter about a decision carries the application's number and the decision's place after it.
_REFERENCE = re.compile(r"([SK])([0-9]{4})-([0-9]{1,7})(?:-[0-9]{1,3})?", re.IGNORECASE)


class Reference(NamedTuple):
    """The name of the page and the id of the row it shows."""

    page: str
    pk: int


def referred_to(text: str, user: Any) -> Reference | None:
    """The application or the complaint with this number, where the user may open it. "S2026-12" is
    "S2026-00012". At most one query, and none for what is written in another way."""
    typed = _REFERENCE.fullmatch(text)
    if typed is None:
        return None
    number = application_number(int(typed[2]), int(typed[3]))
    if typed[1].upper() == "S":
        return _application(number, user)
    return _complaint("K" + number[1:], user)


def _application(number: str, user: Any) -> Reference | None:
    if not user.has_perm("tenants.view_application"):
        return None
    row = Application.objects.visible_to(user).filter(number=number).first()
    return Reference("desk:application", row.pk) if row is not None else None


def _complaint(number: str, user: Any) -> Reference | None:
    if not user.has_perm("tenants.view_complaint"):
        return None
    row = Complaint.objects.visible_to(user).filter(number=number).first()
    return Reference("desk:complaint", row.pk) if row is not None else None
