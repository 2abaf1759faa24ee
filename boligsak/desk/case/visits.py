"""When this reader was last on a case, so that the page can mark what is new to them.

Kept in the session: it is nobody else's business, and it may be forgotten.
"""

import datetime

from django.http import HttpRequest

from boligsak import dates

_KEY = "case_visits"
_MOST = 200


def last_visit(request: HttpRequest, case_id: int) -> datetime.datetime | None:
    """The instant of the visit before this one; None on the first."""
    told = request.session.get(_KEY, {}).get(str(case_id))
    return datetime.datetime.fromisoformat(told) if told else None


def note_visit(request: HttpRequest, case_id: int) -> None:
    """Remembers this visit; the oldest of many are forgotten."""
    visits = dict(request.session.get(_KEY, {}))
    visits.pop(str(case_id), None)
    visits[str(case_id)] = dates.now().isoformat()
    request.session[_KEY] = dict(list(visits.items())[-_MOST:])
