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
    if typed[1].upper() == "S" and user.has_perm("tenants.view_application"):
        rows, page = Application.objects.visible_to(user).filter(number=number), "desk:application"
    elif typed[1].upper() == "K" and user.has_perm("tenants.view_complaint"):
        number = "K" + number[1:]
        rows, page = Complaint.objects.visible_to(user).filter(number=number), "desk:complaint"
    else:
        return None
    pk = rows.values_list("pk", flat=True).first()
    return Reference(page, pk) if pk is not None else None
